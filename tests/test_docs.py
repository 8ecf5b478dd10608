"""The guides say what is so: their blocks run, their links lead somewhere, their lists are complete.

A block of ``python`` runs, all blocks of a guide in one namespace; where it holds prompts, what it shows is compared. A
block of ``console`` holds commands of ``wutong`` after ``$`` and what they show; a line ``…`` stands for any lines, and ``…``
within a line for any text. A block whose info string names a file, such as ``csv myzone/tables/firm.csv``, is written to
it first; a third word is its encoding.
"""

from __future__ import annotations

import doctest
import json
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import click
import pytest
from click.testing import CliRunner, Result

from tests import guides
from tests.conftest import ROOT
from wutong import __version__
from wutong.brief.overview import overview
from wutong.cli import main
from wutong.policy.shelf import Shelf
from wutong.zone.catalogue import TABLES
from wutong.zone.faults import FAULTS
from wutong.zone.load import Zone, open_zone
from wutong.zone.read_faults import FAULTS as READ_FAULTS
from wutong.zone.write import dictionary

PAGES: Final = [path for path in guides.files() if path.suffix == ".md"]
_FENCE: Final = re.compile(r"^```([^\n`]*)\n(.*?)^```\s*$", re.M | re.S)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: the words after its fence, what stands in it, and its line."""

    info: tuple[str, ...]
    body: str
    line: int

    @property
    def kind(self) -> str:
        """What language it is in; empty where none is named."""
        return self.info[0] if self.info else ""


def blocks(page: Path) -> list[Block]:
    found = _FENCE.finditer(text(page))
    return [Block(tuple(one[1].split()), one[2], text(page).count("\n", 0, one.start()) + 1) for one in found]


def runs(block: Block) -> bool:
    return block.kind in ("python", "console") or len(block.info) > 1


# ------------------------------------------------------------------ a place to run in


def _stands_in(zones: Sequence[Zone], measures: Mapping[str, Shelf], *, port: int, ready: object) -> None:
    """Stand in for the server: the zones are open, and the address is told."""
    assert zones
    assert callable(ready)
    ready(f"http://127.0.0.1:{port}/")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the examples, in which a person types commands; the desk opens and is closed at once."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("WUTONG_LANG", "en")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.setattr("wutong.desk.web.serve.serve", _stands_in)
    return tmp_path


def typed(command: str) -> Result:
    """Do what a shell does with a command of ``wutong``, as far as guides need it: ``> file`` and comments."""
    words = shlex.split(command, comments=True)
    assert words[0] == "wutong", f"guides show commands of wutong alone, not: {command}"
    target = words[words.index(">") + 1] if ">" in words else None
    done = CliRunner().invoke(main, words[1 : words.index(">")] if target else words[1:])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    if target is not None:
        Path(target).write_bytes(done.stdout_bytes)
    return done


def commands(body: str) -> Iterator[tuple[str, list[str]]]:
    """Take a console block apart into commands and the lines that each is said to show."""
    shown: list[str] = []
    command = ""
    for line in body.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        else:
            shown.append(line.rstrip())
    yield command, shown


def pattern(shown: Sequence[str]) -> str:
    """What an output must match.

    Examples
    --------
    >>> bool(re.fullmatch(pattern(["a …", "…", "z"]), "a b\\n1\\n2\\nz\\n"))
    True
    >>> bool(re.fullmatch(pattern(["a", "z"]), "a\\n1\\nz\\n"))
    False
    """
    lines = (
        r"(?:[^\n]*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in shown
    )
    return "".join(lines)


def plain(output: str) -> str:
    return "".join(line.rstrip() + "\n" for line in output.splitlines())


def run_console(block: Block, where: str) -> None:
    code = 0
    for command, shown in commands(block.body):
        if command == "echo $?" or command.startswith("#"):
            output = f"{code}\n" if command[0] == "e" else ""
        else:
            done = typed(command)
            code = done.exit_code
            output = plain(done.output if ">" not in command else done.stderr)
        if not re.fullmatch(pattern(shown), output):
            pytest.fail(f"{where}: {command}\nshould show:\n" + "\n".join(shown) + f"\nshows:\n{output}")


def run_python(block: Block, space: dict[str, object], where: str) -> None:
    if ">>> " not in block.body:
        exec(compile(block.body, where, "exec"), space)
        return
    test = doctest.DocTestParser().get_doctest(block.body, space, where, where, block.line)
    test.globs = space  # the parser copies it, and the next block needs what this one names
    told: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=told.append, clear_globs=False)
    assert not told, "".join(told)


# ------------------------------------------------------------------ blocks


@pytest.mark.parametrize("page", [page for page in PAGES if any(map(runs, blocks(page)))], ids=name)
def test_what_a_guide_shows_is_what_happens(page: Path, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUTONG_LANG", "zh" if ".zh-CN." in page.name else "en")
    space: dict[str, object] = {"__name__": page.stem}
    for block in blocks(page):
        where = f"{name(page)}, line {block.line}"
        if len(block.info) > 1:
            path, encoding = Path(block.info[1]), (*block.info, "utf-8")[2]
            assert path.parent.is_dir(), where
            path.write_text(block.body, encoding=encoding)
        elif block.kind == "console":
            run_console(block, where)
        elif block.kind == "python":
            run_python(block, space, where)


def test_a_block_that_shows_something_else_fails(desk: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="should show"):
        run_console(Block(("console",), "$ wutong show nowhere\nall is well\n", 1), "here")
    with pytest.raises(AssertionError, match="Expected"):
        run_python(Block(("python",), ">>> 1 + 1\n3\n", 1), {}, "here")


@pytest.mark.parametrize("page", sorted((ROOT / "docs/gallery").glob("*.ipynb")), ids=lambda page: page.name)
def test_a_notebook_of_the_gallery_runs_from_the_top(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    space: dict[str, object] = {"__name__": page.stem}
    cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert len(sources) > 3
    for number, source in enumerate(sources):
        exec(compile(source, f"{page.name}, cell {number + 1}", "exec"), space)
    assert not any(cell.get("outputs") for cell in cells), "outputs are made by whoever runs it"


# ------------------------------------------------------------------ the help of commands


def named(group: click.Command, before: str = "") -> list[str]:
    """Every command, and every command within one, as it is typed."""
    found = []
    for name, command in group.commands.items() if isinstance(group, click.Group) else ():
        found += [f"{before}{name}", *named(command, f"{before}{name} ")]
    return found


COMMANDS: Final = named(main)


def examples() -> Iterator[tuple[str, str]]:
    """Each example in the help of a command, as it is printed."""
    for command in ("", *COMMANDS):
        shown = CliRunner().invoke(main, [*command.split(), "--help"], terminal_width=120).output
        for line in shown.splitlines():
            if line.strip().startswith("wutong "):
                yield command or "wutong", re.split(r"\s{2,}", line.strip())[0]


@pytest.fixture(scope="module")
def own_zone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zone with one firm, one award and one snapshot."""
    folder = tmp_path_factory.mktemp("own") / "myzone"
    made = CliRunner().invoke(main, ["new", str(folder)])
    assert made.exit_code == 0
    (folder / "tables" / "firm.csv").write_text("firm,name\na,甲\n", encoding="utf-8")
    (folder / "tables" / "award.csv").write_text(
        "award,firm,measure,outcome,period,amount[元],paid[元],paid_on\nw1,a,M59,granted,2025,100,100,2025-05-01\n",
        encoding="utf-8",
    )
    assert CliRunner().invoke(main, ["snapshot", str(folder), "--on", "2026-03-01"]).exit_code == 0
    return folder


_MADE: Final = {
    "甲市": (90, 10, 30, 40, 60),
    "乙市": (80, 60, 35, 30, 5),
    "丙市": (70, 80, 40, 4, 2),
    "丁市": (95, 90, 5, 3, 1),
    "戊市": (60, 5, 45, 50, 70),
    "己市": (99, 70, 8, 2, 0),
}
OWN_TABLES: Final = {
    "regions.csv": "region,industry,year,value\n"
    + "".join(
        f"{region},{industry},{year},{value + (30 * (year - 2020) // 4 if 3 < value < 9 else 0)}\n"
        for region, values in {**_MADE, "合计": tuple(map(sum, zip(*_MADE.values(), strict=True)))}.items()
        for industry, value in zip(("煤炭", "建材", "机械", "电子", "光学"), values, strict=True)
        for year in (2020, 2024)
    ),
    "plants.csv": "industry,region,size,x,y\n"
    + "".join(
        f"{'光学' if at % 3 else '煤炭'},{'甲乙丙丁'[at % 4 if at % 3 else 0]}市,{10 + 7 * at % 40},{at * 13 % 97},{at * 29 % 83}\n"
        for at in range(60)
    ),
    "flows.csv": "industry,煤炭,光学,电子,output\n煤炭,5,40,10,400\n光学,20,10,30,500\n电子,1,60,20,300\n",
}
"""Tables that a reader of the help is taken to have."""


def test_every_command_has_an_example_in_its_help() -> None:
    assert {command for command, _ in examples()} == {"wutong", *COMMANDS}


def test_help_is_printed_as_it_was_laid_out() -> None:
    for command in ("", *COMMANDS):
        shown = CliRunner().invoke(main, [*command.split(), "--help"]).output
        assert "\\b" not in shown, command


@pytest.mark.parametrize("example", sorted({line for _, line in examples()}))
def test_an_example_in_the_help_runs(example: str, desk: Path, own_zone: Path) -> None:
    if not example.startswith("wutong new"):
        shutil.copytree(own_zone, desk / "myzone")
    for name, text in OWN_TABLES.items():
        (desk / name).write_text(text, encoding="utf-8")
    (kept,) = (own_zone / "snapshots").iterdir()
    example = re.sub(r"2026-03-01-[0-9a-f]{12}", kept.name, example)
    example = re.sub(r"--firms \d{4,}", "--firms 1000", example)  # a million take ten seconds
    done = typed(example)
    assert done.exit_code == 0, done.output


# ------------------------------------------------------------------ links and names


_LINK: Final = re.compile(r"\]\(([^)\s]+)\)|<img[^>]*\ssrc=\"([^\"]+)\"|<a[^>]*\shref=\"([^\"]+)\"")
_CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.S)
_PLACE: Final = re.compile(r"`((?:wutong|tests|docs|scripts|examples|benchmarks|locks|\.ci)/[\w./-]*)`")


def anchor(heading: str) -> str:
    """The name by which a heading is linked.

    Examples
    --------
    >>> anchor("What is real, and what is not"), anchor("简体中文")
    ('what-is-real-and-what-is-not', '简体中文')
    """
    bare = re.sub(r"[^\w\s-]", "", heading.strip().lower().replace("`", ""))
    return re.sub(r"\s", "-", bare)


def links(page: Path) -> Iterator[str]:
    for found in _LINK.finditer(_CODE.sub("", text(page))):
        target = next(group for group in found.groups() if group)
        if not re.match(r"https?:|mailto:", target):
            yield target


def broken(page: Path) -> list[str]:
    """Links of a page that lead nowhere."""
    lost = []
    for target in links(page):
        file, _, part = target.partition("#")
        to = (page.parent / file).resolve() if file else page
        parts = map(anchor, re.findall(r"^#+ (.+)$", text(to), re.M)) if part and to.is_file() else ()
        if not to.exists() or (part and anchor(part) not in parts):
            lost.append(target)
    return lost


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_a_guide_names_is_there(page: Path) -> None:
    assert [place for place in _PLACE.findall(text(page)) if not (ROOT / place).exists()] == []


def test_a_link_to_nowhere_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text("# One\n[a](b.md) [b](#one) [c](#two) [d](https://example.org)\n", encoding="utf-8")
    assert broken(page) == ["b.md", "#two"]


def test_every_how_to_and_decision_is_linked() -> None:
    """A guide that nothing leads to is not read."""
    linked = {(page.parent / target.partition("#")[0]).resolve() for page in PAGES for target in links(page)}
    alone = [
        name(page) for page in PAGES if page.is_relative_to(ROOT / "docs") and page.resolve() not in linked
    ]
    assert alone == []


# ------------------------------------------------------------------ lists that must be complete


@pytest.mark.parametrize("file", sorted(guides.DICTIONARIES))
def test_the_data_dictionary_is_that_of_the_declarations(file: str) -> None:
    assert text(guides.DOCS / file) == dictionary(guides.DICTIONARIES[file]), "python -m tests.guides"


@pytest.mark.parametrize("file", sorted(guides.DICTIONARIES))
def test_every_label_stands_in_the_data_dictionary(file: str) -> None:
    language = guides.DICTIONARIES[file]
    cells = {cell.strip() for line in text(guides.DOCS / file).splitlines() for cell in line.split("|")}
    heads = {line for line in text(guides.DOCS / file).splitlines() if line.startswith("### ")}
    for table in TABLES.values():
        assert f"### {table.name} · {table.label.say(language)}" in heads
        for column in table.columns:
            assert f"`{column.name}`" in cells
            assert column.label.say(language) in cells, f"{table.name}.{column.name}"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "CHANGELOG.md"])
def test_the_number_of_tables_is_told_as_it_is(page: str) -> None:
    told = re.findall(r"\b(\d+)(?: tables| 张数据表)", text(ROOT / page))
    assert set(told) == {str(len(TABLES))}


@pytest.mark.parametrize("made", guides.PLACES["how-to/problems.md"])
def test_the_list_of_faults_is_that_of_the_program(made: str) -> None:
    guide = text(guides.DOCS / "how-to" / "problems.md")
    assert guides.between(guide, made) == guides.MADE[made](), "python -m tests.guides"


def test_no_fault_has_two_meanings() -> None:
    assert sorted(set(FAULTS) & set(READ_FAULTS)) == []


def test_every_question_of_the_overview_is_explained() -> None:
    guide = text(guides.DOCS / "how-to" / "findings.md")
    for question in overview(open_zone(ROOT / "examples" / "jincheng")):
        assert f"\n## {question.title.en}\n" in guide
        assert f"`{question.id}` · {question.title.zh}" in guide


# ------------------------------------------------------------------ words


@dataclass(frozen=True, slots=True)
class Term:
    """One line of the glossary."""

    zh: str
    en: str
    unit: str
    meaning: str
    where: str


def terms() -> list[Term]:
    found = []
    for line in text(guides.DOCS / "words.md").splitlines():
        if line.startswith("|") and not line.startswith(("|---", "| 中文 |")):
            found.append(Term(*(cell.strip() for cell in line.strip("|").split("|"))))
    return found


def test_every_term_stands_once_and_in_both_languages() -> None:
    all_terms = terms()
    assert len(all_terms) > 60
    for words in ([term.zh for term in all_terms], [term.en.casefold() for term in all_terms]):
        assert all(words)
        assert sorted(word for word in set(words) if words.count(word) > 1) == []
    assert all(term.meaning and term.where for term in all_terms)


def said_by(where: str) -> tuple[str, str, str] | None:
    """Labels and unit of what a reference such as ``firm.role.leader`` or ``firm_year.output`` names."""
    table_name, _, rest = where.partition(".")
    table = TABLES[table_name]
    if not rest:
        return table.label.zh, table.label.en, ""
    column_name, _, word = rest.partition(".")
    column = table.column(column_name)
    if not word:
        return column.label.zh, column.label.en, column.unit
    (choice,) = (choice for choice in column.choices if choice.word == word)
    return choice.label.zh, choice.label.en, column.unit


def test_a_term_that_the_tables_know_is_called_as_they_call_it() -> None:
    checked = 0
    for term in terms():
        for where in re.findall(r"`([^`]+)`", term.where):
            if "/" in where or where.endswith((".py", ".toml", ".md")):
                assert (ROOT / where).exists(), where
            elif where.split(".")[0] in TABLES:
                zh, en, unit = said_by(where) or ("", "", "")
                assert (term.zh, term.en) == (zh, en), where
                assert term.unit.split(" ")[0] == unit, where
                checked += 1
    assert checked > 30


# ------------------------------------------------------------------ releases


def test_every_release_says_which_numbers_change() -> None:
    log = text(ROOT / "CHANGELOG.md")
    releases = re.split(r"^## ", log, flags=re.M)[1:]
    assert releases
    for release in releases:
        assert "### Numbers that change\n" in release, release.splitlines()[0]
    released = [one for one in releases if not one.startswith("[Unreleased]\n")]
    newest = re.match(r"\[?(\d+\.\d+\.\d+)\]? - \d{4}-\d{2}-\d{2}\n", released[0])
    assert newest is not None
    assert newest[1] == __version__


def test_the_help_of_the_program_names_its_exit_codes() -> None:
    assert isinstance(main, click.Group)
    guide = text(guides.DOCS / "how-to" / "problems.md")
    for code in range(5):
        assert re.search(rf"^\| {code} \|", guide, re.M)
