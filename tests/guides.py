"""Parts of the guides that are made from the code; tests hold the guides to them.

After a change of a table, a fault or the plan write them again::

    .venv/bin/python -m tests.guides
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tests.references.shapes import SHAPES
from wutong.policy.measure import measure_of
from wutong.policy.rulebook import HEAD
from wutong.words import Language, Text
from wutong.zone.faults import FAULTS, LEVELS
from wutong.zone.read_faults import FAULTS as READ_FAULTS
from wutong.zone.write import dictionary

ROOT: Final = Path(__file__).parent.parent
DOCS: Final = ROOT / "docs"
SHAPES_FOLDER: Final = ROOT / "examples" / "measures"
DICTIONARIES: Final[Mapping[str, Language]] = MappingProxyType(
    {"dictionary.md": "en", "dictionary.zh-CN.md": "zh"}
)


_ELSEWHERE: Final = re.compile(
    r"^(wheelhouse|dist)/|(^|/)(__pycache__|\.[^/]*_cache|[^/]*\.egg-info)/|/static/vendor/[^/]*(?<!\.toml)$"
)


def files() -> list[Path]:
    """Every file of the project, without what is made on this machine and what is other people's word for word."""
    tops = [top for top in sorted(ROOT.iterdir()) if top.name[0] != "." or top.name in (".ci", ".gitignore")]
    found = [path for top in tops for path in ([top] if top.is_file() else sorted(top.rglob("*")))]
    return [
        path for path in found if path.is_file() and not _ELSEWHERE.search(path.relative_to(ROOT).as_posix())
    ]


def drawing(plan: Mapping[str, Iterable[str]]) -> str:
    """Draw rooms in lines, each below those that it imports from.

    Examples
    --------
    >>> print(drawing({"words": (), "errors": ("words",), "finding": ("words",), "zone": ("errors", "finding")}))
    words
    errors      finding
    zone
    """
    order = TopologicalSorter(plan)
    order.prepare()
    lines = []
    while order.is_active():
        ready = order.get_ready()
        lines.append("".join(f"{name:<12}" for name in plan if name in ready).rstrip())
        order.done(*ready)
    return "\n".join(lines)


def purpose(room: str) -> str:
    """First line of what a room says of itself."""
    path = ROOT / "wutong" / room / "__init__.py"
    path = path if path.is_file() else ROOT / "wutong" / f"{room}.py"
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.splitlines()[0].rstrip(".")


def _plan() -> str:
    from tests.test_house import PLAN

    return f"```text\n{drawing(PLAN)}\n```"


def _rooms() -> str:
    from tests.test_house import PLAN

    lines = ["| room | what it is for | may import |", "|---|---|---|"]
    for name, allowed in PLAN.items():
        others = " ".join(f"`{other}`" for other in PLAN if other in allowed)
        lines.append(f"| `{name}` | {purpose(name)} | {others or 'nothing of Wutong'} |")
    return "\n".join(lines)


def _libraries() -> str:
    from tests.test_house import LIBRARIES

    lines = ["| library | imported in |", "|---|---|"]
    lines += [f"| {name} | {' '.join(f'`{at}`' for at in sorted(at))} |" for name, at in LIBRARIES.items()]
    return "\n".join(lines)


def _plain(text: Text) -> str:
    """Both languages in one cell, with what is filled in shown as an ellipsis."""
    both = f"{text.en} / {text.zh}"
    return re.sub(r"\{\w+\}", "…", both).replace("|", "\\|").replace("<", "&lt;")


def _levels() -> str:
    lines = ["| consequence | 后果 | in a script |", "|---|---|---|"]
    lines += [f"| {text.en} | {text.zh} | `{level}` |" for level, text in LEVELS.items()]
    return "\n".join(lines)


def _faults() -> str:
    lines = ["| fault | consequence | what is wrong | what to do now |", "|---|---|---|---|"]
    lines += [
        f"| `{kind}` | {LEVELS[fault.level].en} | {_plain(fault.what)} | {_plain(fault.now)} |"
        for kind, fault in FAULTS.items()
    ]
    return "\n".join(lines)


def _read_faults() -> str:
    lines = ["| fault | what is wrong | what to do now |", "|---|---|---|"]
    lines += [
        f"| `{kind}` | {_plain(fault.what)} | {_plain(fault.now)} |" for kind, fault in READ_FAULTS.items()
    ]
    return "\n".join(lines)


def _shapes() -> str:
    files = {
        measure_of(path.read_bytes()).id if path.name != HEAD else "rulebook": path.name
        for path in sorted(SHAPES_FOLDER.glob("*.yaml"))
    }
    lines = ["| | | said by |", "|---|---|---|"]
    for at, (zh, en, places) in enumerate(SHAPES, start=1):
        said: dict[str, list[str]] = {}
        for measure, key, *value in places:
            shown = f"{key}: {value[0]}" if value and "*" not in value[0] else key
            said.setdefault(measure, []).append(f"`{shown}`")
        links = [
            f"[{measure}](../../examples/measures/{files[measure]}) {' '.join(keys)}"
            for measure, keys in said.items()
        ]
        lines.append(f"| {at} | {zh}<br>{en} | {'<br>'.join(links)} |")
    return "\n".join(lines)


MADE: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {
        "plan": _plan,
        "rooms": _rooms,
        "libraries": _libraries,
        "levels": _levels,
        "faults": _faults,
        "read-faults": _read_faults,
        "shapes": _shapes,
    }
)
"""What is made, by the name that stands in the marks around it: ``<!-- plan -->`` … ``<!-- /plan -->``."""

PLACES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "house.md": ("plan", "rooms", "libraries"),
        "how-to/problems.md": ("levels", "faults", "read-faults"),
        "how-to/shapes.md": ("shapes",),
    }
)
"""The guides that hold made parts."""


def _place(guide: str, name: str) -> tuple[int, int]:
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", guide, re.S)
    assert found is not None, f"no marks for {name}"
    return found.span(1)


def between(guide: str, name: str) -> str:
    """What stands between the marks of a made part.

    Examples
    --------
    >>> between("a\\n<!-- plan -->\\nb\\n<!-- /plan -->\\n", "plan")
    'b'
    """
    start, end = _place(guide, name)
    return guide[start:end]


def write() -> None:
    """Write every made part into its guide, and the dictionaries."""
    for place, names in PLACES.items():
        guide = (DOCS / place).read_text(encoding="utf-8")
        for name in names:
            start, end = _place(guide, name)
            guide = guide[:start] + MADE[name]() + guide[end:]
        (DOCS / place).write_text(guide, encoding="utf-8")
    for file, language in DICTIONARIES.items():
        (DOCS / file).write_text(dictionary(language), encoding="utf-8")


if __name__ == "__main__":
    write()
