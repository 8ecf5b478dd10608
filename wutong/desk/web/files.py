"""Findings as files to take away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fastapi import HTTPException, Response
from fastapi.responses import StreamingResponse

from wutong.errors import NoAnswer
from wutong.finding import Finding
from wutong.report.table import csv_chunks, json_chunks, tsv_bytes, xlsx_bytes
from wutong.words import Language, Text

FORMS: Mapping[str, tuple[str, str]] = {
    "csv": ("text/csv; charset=utf-8", "csv"),
    "excel-csv": ("text/csv; charset=utf-8", "csv"),
    "json": ("application/json", "json"),
    "tsv": ("text/tab-separated-values; charset=utf-8", "tsv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
"""The forms in which a table can be taken away, with their media types and the ends of their names."""

_ROW_LIMIT_TSV = 100_000


def file_of(finding: Finding, language: Language, form: str, name: str) -> Response:
    """Send a Finding as a file.

    Parameters
    ----------
    finding : Finding
        What it holds.
    language : {"zh", "en"}
        Whose words are used.
    form : str
        One of ``FORMS``; any other is not found.
    name : str
        Name of the file, without its end.

    Returns
    -------
    Response
        Its name says whether something in it is invented.

    Raises
    ------
    NoAnswer
        If it is too large for the form.
    """
    if form not in FORMS:
        raise HTTPException(404)
    kind, end = FORMS[form]
    # the name says it too, because a file travels without its page
    marked = f"invented-{name}" if finding.invented else name
    headers = {"content-disposition": f'attachment; filename="{marked}.{end}"'}
    if form == "xlsx":
        return Response(xlsx_bytes(finding, language), media_type=kind, headers=headers)
    if form == "tsv":
        if finding.table.height > _ROW_LIMIT_TSV:
            raise NoAnswer(
                Text(
                    "行数太多，不适合粘贴。请先筛选，或导出 CSV。",
                    "Too many rows to paste. Filter them first, or export CSV.",
                )
            )
        return Response(tsv_bytes(finding, language), media_type=kind, headers=headers)
    chunks: Iterator[bytes]
    if form == "json":
        chunks = json_chunks(finding, language)
    else:
        chunks = csv_chunks(finding, language, excel=form == "excel-csv")
    return StreamingResponse(chunks, media_type=kind, headers=headers)
