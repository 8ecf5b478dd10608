"""Of each thing that real measures demand of the language, the file that is named says it with the key that is named."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache

import pytest

from tests import guides
from tests.references.measure_rows import ROWS
from tests.references.shapes import SHAPES, Said
from wutong.policy.document import Node, document_of
from wutong.policy.measure import measure_of
from wutong.policy.rulebook import HEAD

WHERE = [pytest.param(said, id=" ".join(said)) for _, _, places in SHAPES for said in places]


@cache
def roots() -> dict[str, Node]:
    """Every file of the example rulebook by the id of its measure, and ``rulebook``."""
    files = {path: path.read_bytes() for path in sorted(guides.SHAPES_FOLDER.glob("*.yaml"))}
    return {
        "rulebook" if path.name == HEAD else measure_of(data).id: document_of(data)
        for path, data in files.items()
    }


def ways(node: Node, way: str = "") -> Iterator[tuple[str, str]]:
    """Every key with the way to it and the text behind it; the numbers of lists are left out."""
    for key, value in node.pairs:
        here = f"{way}.{key.text}"
        yield here, value.text
        yield from ways(value, here)
    for one in node.items:
        if one.kind == "text":
            yield way, one.text
        yield from ways(one, way)


def uses(said: Said) -> bool:
    measure, key, *value = said
    wanted = value[0] if value else "*"
    return any(
        fnmatchcase(way, f"*.{key}") and fnmatchcase(text, wanted) for way, text in ways(roots()[measure])
    )


@pytest.mark.parametrize("said", WHERE)
def test_the_file_that_is_named_says_it(said: Said) -> None:
    assert uses(said)


def test_a_key_or_value_that_is_not_there_is_seen() -> None:
    assert not uses(("M01", "amount.marginal"))
    assert not uses(("M01", "amount.base", "固定资产投资"))
    assert uses(("M01", "amount.base", "*投资"))


def test_thirty_demands_are_listed_and_the_guide_shows_them_all() -> None:
    assert len(SHAPES) == 30
    guide = (guides.DOCS / "how-to" / "shapes.md").read_text(encoding="utf-8")
    assert guides.between(guide, "shapes") == guides.MADE["shapes"](), "python -m tests.guides"


def test_the_readme_counts_what_is_there() -> None:
    files = [name for name in roots() if name != "rulebook" and name.partition("-")[0] in ROWS]
    english, chinese = (
        (guides.ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")
    )
    assert f"{len(ROWS)} published rows in {len(files)} files" in english
    assert f"{len(ROWS)}行已公布措施写成{len(files)}个文件" in chinese
