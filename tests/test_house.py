"""The plan of the house, held against what the files import and do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from tests import guides
from tests.conftest import ROOT

HALL: Final = frozenset({"words", "errors", "finding", "formulas"})
ENGINES: Final = frozenset({"structure", "chain", "policy", "outcome"})
"""Rooms that answer questions from tables. A new engine: add its name here and below."""

_ENGINE: Final = HALL | {"zone"}
PLAN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "words": frozenset(),
        "errors": frozenset({"words"}),
        "finding": frozenset({"words"}),
        "formulas": frozenset({"words", "errors"}),
        "zone": frozenset({"words", "errors", "finding"}),
        **dict.fromkeys(sorted(ENGINES), _ENGINE),
        "demo": frozenset({"words", "errors", "zone"}),
        "report": frozenset({"words", "errors", "finding"}),
        "brief": frozenset({"words", "errors", "finding", "zone"}) | ENGINES,
        "desk": frozenset({"words", "errors", "finding", "zone", "policy", "structure", "brief", "report"}),
        "cli": frozenset(
            {
                "words",
                "errors",
                "finding",
                "zone",
                "demo",
                "policy",
                "structure",
                "chain",
                "brief",
                "report",
                "desk",
            }
        ),
    }
)
"""For each room those that it may import. ``docs/house.md`` is drawn from it: ``python -m tests.guides``."""

LIBRARIES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "polars": frozenset({"finding", "zone", "demo", "report", "desk"}) | ENGINES,
        "numpy": frozenset({"formulas", "zone.uscc", "demo"}) | ENGINES,
        "duckdb": frozenset({"zone.store"}),
        "pyspark": frozenset({"policy.spark"}),
        "yaml": frozenset({"policy.document"}),
        "scipy": frozenset({"formulas", "policy.best"}),
        "msgspec": frozenset({"zone.read_csv", "zone.read_xlsx", "zone.xlsx_child", "report"}),
        "xlsxwriter": frozenset({"zone.write", "report.table"}),
        "jinja2": frozenset({"report.page", "desk.web"}),
        "markupsafe": frozenset({"report.page", "desk.web"}),
        "fastapi": frozenset({"desk.web"}),
        "starlette": frozenset({"desk.web"}),
        "uvicorn": frozenset({"desk.web.serve"}),
        "click": frozenset({"cli"}),
        "rich": frozenset({"cli", "report.table"}),
    }
)
"""For each foreign library the rooms or files that may import it."""

BROUGHT: Final = MappingProxyType({"markupsafe": "jinja2", "starlette": "fastapi", "yaml": "pyyaml"})
"""Libraries that another one of the list is built on and brings."""

DATA: Final = frozenset({"tzdata"})
"""Packages that hold data for the standard library and are never imported by name."""

CALLED: Final = frozenset({"pandas", "pyarrow"})
"""Libraries that pyspark loads by itself."""

TYPES: Final = frozenset({"_typeshed"})
"""Names that exist for the type checker alone."""


# ------------------------------------------------------------------ who imports whom


def module_of(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES: Final = {module_of(path): path for path in sorted((ROOT / "wutong").rglob("*.py"))}


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(FILES[module].read_text(encoding="utf-8"))


def imports(code: ast.Module) -> Iterator[str]:
    """Every module that is imported, at the top, inside functions and for the type checker."""
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name their file in full"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in FILES else node.module


def room(module: str) -> str:
    """``wutong.zone.load`` stands in ``zone``, ``wutong.cli_policy`` in ``cli``; the root itself is no room."""
    return module.split(".")[1].split("_")[0] if "." in module else ""


def steps() -> Iterator[tuple[str, str]]:
    """From each file to each other file of the house that it imports."""
    for module in FILES:
        for other in imports(tree(module)):
            if other.split(".")[0] == "wutong":
                yield module, other


def against(plan: Mapping[str, Iterable[str]], found: Iterable[tuple[str, str]]) -> list[str]:
    """Name the imports that a plan does not allow."""
    return [
        f"{module} imports {other}"
        for module, other in found
        if room(other) and room(module) != room(other) and room(other) not in plan.get(room(module), ())
    ]


def test_the_plan_names_the_rooms_that_are_there_and_no_other() -> None:
    there = {room(module) for module in FILES} - {""}
    assert there == set(PLAN)


def test_rooms_import_only_what_the_plan_allows() -> None:
    assert against(PLAN, steps()) == []


def test_an_import_against_the_plan_is_seen_wherever_it_stands() -> None:
    hidden = ast.parse(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from wutong.desk.web.app import create_app\n"
        "def f() -> None:\n    import wutong.policy.catalogue\n"
    )
    found = [("wutong.structure.concentration", other) for other in imports(hidden)]
    assert against(PLAN, [pair for pair in found if pair[1].startswith("wutong")]) == [
        "wutong.structure.concentration imports wutong.desk.web.app",
        "wutong.structure.concentration imports wutong.policy.catalogue",
    ]


def test_the_plan_points_one_way() -> None:
    assert list(TopologicalSorter(PLAN).static_order())


def test_engines_never_meet_and_only_the_cli_opens_the_desk() -> None:
    for engine in ENGINES:
        assert PLAN[engine].isdisjoint(ENGINES)
    assert [name for name, allowed in PLAN.items() if "desk" in allowed] == ["cli"]
    assert PLAN["report"] == {"words", "errors", "finding"}


def test_no_file_imports_itself_through_others() -> None:
    graph: dict[str, set[str]] = {module: set() for module in FILES}
    for module, other in steps():
        if module != other:
            graph[module].add(other)
    assert len(list(TopologicalSorter(graph).static_order())) == len(FILES)


def test_imports_name_the_file_that_has_what_they_want() -> None:
    """A package holds nothing but its docstring; only the version stands at the root."""
    for module, path in FILES.items():
        if path.name == "__init__.py":
            docstring, *rest = tree(module).body
            assert isinstance(docstring, ast.Expr), module
            assert all(isinstance(node, ast.Assign) for node in rest), module
            assert module == "wutong" or not rest, module
    through = [
        (module, node.module)
        for module in FILES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ImportFrom) and FILES.get(node.module or "", Path()).name == "__init__.py"
        for alias in node.names
        if f"{node.module}.{alias.name}" not in FILES and alias.name != "__version__"
    ]
    assert through == []


# ------------------------------------------------------------------ foreign libraries


def foreign() -> Iterator[tuple[str, str]]:
    """From each file to each foreign library that it imports."""
    for module in FILES:
        for other in imports(tree(module)):
            name = other.split(".")[0]
            if name != "wutong" and name not in sys.stdlib_module_names and name not in TYPES:
                yield module.removeprefix("wutong."), name


def test_a_foreign_library_stands_in_its_rooms_alone() -> None:
    astray = [
        f"{module} imports {name}"
        for module, name in foreign()
        if not any(module == at or module.startswith((f"{at}.", f"{at}_")) for at in LIBRARIES.get(name, ()))
    ]
    assert astray == []


def test_every_library_that_is_imported_is_asked_for_and_every_one_asked_for_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    several = (project["dependencies"], *extras)
    asked = {requirement.split(">")[0].strip() for some in several for requirement in some}
    used = {name for _, name in foreign()}
    assert used == set(LIBRARIES)
    assert {BROUGHT.get(name, name) for name in used} == asked - DATA - CALLED


def test_help_loads_no_library_but_clicks() -> None:
    """Every command's help is there at once, because what a command needs is imported when it runs."""
    script = """
import sys
from click.testing import CliRunner
from wutong.cli import main
within = [f"policy {name}" for name in main.commands["policy"].commands]
for name in ["", *main.commands, *within]:
    assert CliRunner().invoke(main, [*name.split(), "--help"]).exit_code == 0, name
print(*sorted({module.split(".")[0] for module in sys.modules}))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert set(done.stdout.split()) & set(LIBRARIES) == {"click"}


# ------------------------------------------------------------------ engines touch nothing but their tables

PURE: Final = ENGINES | {"brief", "errors", "finding", "formulas"}
_WORLD: Final = re.compile(
    r"(asyncio|ctypes|datetime|fcntl|getpass|glob|http|io|locale|logging|multiprocessing|os|pathlib|platform|random|"
    r"resource|secrets|shutil|signal|socket|sqlite3|subprocess|sys|tempfile|threading|time|urllib|uuid)(\.|$)"
)
_HARMLESS: Final = frozenset({"datetime.date", "datetime.timedelta"})
_TOUCHING: Final = re.compile(
    r"(breakpoint|eval|exec|input|open|print|(read|write)_(text|bytes)|now|today|utcnow|getenv|urandom)$"
    r"|(read|scan|write|sink)_(?!cells$)"  # cells are text that is there already
)
_SEEDED: Final = frozenset({"default_rng", "Generator", "SeedSequence", "PCG64", "Philox"})


_CHANGING: Final = re.compile(
    r"(add|append|clear|discard|extend|insert|pop|popitem|remove|setdefault|sort|update)$"
)


def changed(code: ast.Module) -> list[str]:
    """Name what a module holds and its functions change, so that one call would see what another left."""
    held = set()
    for statement in code.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            held |= {target.id for target in targets if isinstance(target, ast.Name)}
    found = []
    for function in (node for node in ast.walk(code) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            written = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del)
            altered = isinstance(node, ast.Attribute) and _CHANGING.match(node.attr) is not None
            whose = getattr(node, "value", None) if written or altered else None
            if isinstance(whose, ast.Name) and whose.id in held:
                found.append(ast.unparse(node))
    return found


def impurities(code: ast.Module) -> list[str]:
    """Name what reaches past the arguments: files, clock, environment, chance without a seed, what a call leaves behind."""
    found = []
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if _WORLD.match(alias.name)]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [name for name in names if _WORLD.match(name) and name not in _HARMLESS]
        elif isinstance(node, ast.Call):
            named = ast.unparse(node.func)
            last = named.rsplit(".", 1)[-1]
            unseeded = last == "default_rng" and not (node.args or node.keywords)
            if unseeded or _TOUCHING.match(last):
                found.append(named)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
            found += [ast.unparse(node)] if node.attr not in _SEEDED else []
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found += node.names
    found += changed(code)
    return found


@pytest.mark.parametrize("module", [module for module in FILES if room(module) in PURE])
def test_an_engine_reads_no_file_clock_environment_or_chance(module: str) -> None:
    assert impurities(tree(module)) == []


@pytest.mark.parametrize(
    "code",
    [
        "def f(): return open('x').read()",
        "def f(path): return path.read_text()",
        "def f():\n    import os\n    return os.environ['HOME']",
        "from datetime import date\ndef f(): return date.today()",
        "from datetime import datetime",
        "import polars as pl\ndef f(): return pl.read_csv('x')",
        "def f(frame): frame.write_parquet('x')",
        "import random",
        "import numpy as np\ndef f(): return np.random.normal()",
        "import numpy as np\ndef f(): return np.random.default_rng().normal()",
        "seen: list[str] = []\ndef f(): seen.append('a')",
        "seen = {}\ndef f(): seen['a'] = 1",
        "seen = {}\ndef f(): del seen['a']",
        "def f():\n    global n\n    n = 1",
        "def f(): print(1)",
    ],
)
def test_what_an_engine_must_not_do_is_seen(code: str) -> None:
    assert len(impurities(ast.parse(code))) >= 1


def test_chance_with_a_seed_and_days_that_are_given_are_welcome_in_an_engine() -> None:
    code = (
        "from datetime import date\nimport numpy as np\nWORDS = {'a': 'b'}\n"
        "def f(seed: int, day: date) -> float:\n    return float(np.random.default_rng(seed).normal())\n"
    )
    assert impurities(ast.parse(code)) == []


def test_invented_zones_are_drawn_from_their_seed_alone() -> None:
    for module in FILES:
        if room(module) == "demo":
            chance = [what for what in impurities(tree(module)) if "random" in what or what.endswith("_rng")]
            assert chance == [], module


# ------------------------------------------------------------------ the drawing


def test_the_drawing_in_the_guide_is_the_plan() -> None:
    guide = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    for name in ("plan", "rooms", "libraries"):
        assert guides.between(guide, name) == guides.MADE[name]()


def test_the_drawing_shows_every_room_above_those_that_import_it() -> None:
    lines = [line.split() for line in guides.drawing(PLAN).splitlines()]
    level = {name: at for at, names in enumerate(lines) for name in names}
    assert set(level) == set(PLAN)
    assert all(level[other] < level[name] for name, allowed in PLAN.items() for other in allowed)


# ------------------------------------------------------------------ the project speaks of itself alone

CITED: Final = re.compile(r"\.csv$|^tests/references/|^examples/(jincheng/)?measures/")
"""Files that name the pages in which facts were read."""

HOSTS: Final = (
    *("apache.org", "creativecommons.org", "htmx.org", "keepachangelog.com", "semver.org", "w3.org"),
    *("openxmlformats.org", "microsoft.com"),
    *("a.gov.cn", "example.cn", "example.com", "example.gov.cn", "example.org"),
)
"""Hosts that a reader is led to, hosts whose names are part of a format, and hosts that stand for any."""

_HOST: Final = re.compile(
    r"https?://([\w.-]+)|(?<![\w@/.-])((?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|cn))(?![\w(.])", re.I
)


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Every file of the project that is text, by its name."""
    raw = {path: path.read_bytes() for path in guides.files()}
    return tuple(
        (path.relative_to(ROOT).as_posix(), content.decode("utf-8", "replace"))
        for path, content in raw.items()
        if b"\0" not in content
    )


def hosts(text: str) -> set[str]:
    """Hosts that a text names, numbers and single words aside."""
    named = {(found[1] or found[2]).lower().strip(".") for found in _HOST.finditer(text)}
    return {host for host in named if re.search(r"\.[a-z]+$", host) and not host.endswith(".example")}


def machine_paths(text: str, home: str, root: Path) -> list[str]:
    """Folders of the machine on which the project lies, where a text names them."""
    everywhere = {"/", "/tmp", "/home", "/opt", "/srv", "/usr", "/var", "/mnt"}
    own = {home, root.as_posix(), root.parent.as_posix()} - everywhere
    return [path for path in sorted(own) if re.search(rf"(?<![\w.}}*]){re.escape(path)}(?![\w-])", text)]


def test_every_host_that_is_named_is_known() -> None:
    strange = {
        (name, host)
        for name, text in texts()
        if not CITED.search(name)
        for host in hosts(text)
        if not any(host == known or host.endswith(f".{known}") for known in HOSTS)
    }
    assert strange == set()


def test_no_file_names_the_machine_on_which_it_was_written() -> None:
    found = [
        (name, paths) for name, text in texts() if (paths := machine_paths(text, str(Path.home()), ROOT))
    ]
    assert found == []
    assert [name for name, text in texts() if re.search(r"\.\./\.\w", text)] == []


def test_a_strange_host_and_a_path_of_the_machine_are_seen() -> None:
    assert hosts("see https://Files.Example.org/x and w3.org, not 127.0.0.1 or a.example") == {
        "files.example.org",
        "w3.org",
    }
    assert machine_paths("in /quay/house/x", "/quay/person", Path("/quay/house")) == ["/quay", "/quay/house"]
    assert machine_paths("wutong/quay/house", "/quay/person", Path("/quay/house")) == []
