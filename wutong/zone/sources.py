"""From rows to the documents in which they were read."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from wutong.finding import Source


def sources_of(documents: pl.DataFrame, *frames: pl.DataFrame) -> tuple[Source, ...]:
    """Give the documents that the rows of some tables cite, each once, best grade first.

    Parameters
    ----------
    documents : polars.DataFrame
        Table ``document``.
    *frames : polars.DataFrame
        Tables, or parts of them, with the column ``source``.

    Returns
    -------
    tuple of Source
        A cited document that is not in the table is given by its id alone.

    Examples
    --------
    >>> from wutong.zone.catalogue import TABLES
    >>> cited = pl.DataFrame({"source": ["d1", "d1", None]})
    >>> sources_of(TABLES["document"].empty(), cited)[0].title
    'd1'
    """
    cited = pl.concat([frame.select("source") for frame in frames]).unique(maintain_order=True).drop_nulls()
    rows = cited.join(documents, left_on="source", right_on="document", how="left", maintain_order="left")
    rows = rows.sort("grade", nulls_last=True, maintain_order=True)
    return tuple(_each(rows.iter_rows(named=True)))


def _each(rows: Iterable[dict[str, object]]) -> Iterable[Source]:
    for row in rows:
        read_on = row["read_on"]
        yield Source(
            id=str(row["source"]),
            title=str(row["title"] or row["source"]),
            publisher=str(row["publisher"] or ""),
            published=str(row["published"] or ""),
            url=str(row["url"] or ""),
            grade=str(row["grade"] or ""),
            read_on=read_on,  # type: ignore[arg-type]  # the column is of type Date
        )
