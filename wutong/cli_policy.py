"""The commands ``wutong policy``: measure files and rulebooks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wutong.cli_parts import PROBLEMS, language, refuse_existing, say, write_new

if TYPE_CHECKING:
    from wutong.policy.draft import Draft
    from wutong.policy.measure import Measure
    from wutong.policy.rulebook import Rulebook
    from wutong.words import Text


@click.group()
def policy() -> None:
    """措施文件：检查、试算例子 / Measure files: check them, run their examples.

    \b
    wutong policy test examples/measures
    """


def rulebook_files(folder: Path) -> dict[Path, dict[str, bytes]]:
    """Every rulebook in a folder, by its own folder: one for the folder, and one for each deeper ``rulebook.yaml``."""
    from wutong.errors import TableError
    from wutong.policy.rulebook import HEAD
    from wutong.words import Text

    files = sorted(folder.rglob("*.yaml"))
    if not files:
        raise TableError(Text(f"“{folder}”里没有 .yaml 文件。", f"There is no .yaml file in “{folder}”."))
    roots = {file.parent for file in files if file.name == HEAD} | {folder}
    found: dict[Path, dict[str, bytes]] = {}
    for file in files:
        root = next(above for above in file.parents if above in roots)
        found.setdefault(root, {})[file.relative_to(root).as_posix()] = file.read_bytes()
    return found


def opened_rulebook(folder: Path) -> Rulebook:
    """Read the rulebook that stands in a folder; one file alone is one too."""
    from wutong.policy.rulebook import rulebook_of

    return rulebook_of(files_of(folder))


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of the one rulebook that stands in a folder; one file alone is one too."""
    from wutong.errors import TableError
    from wutong.words import Text

    if not folder.is_dir():
        return {folder.name: folder.read_bytes()}
    found = rulebook_files(folder)
    if folder not in found and len(found) > 1:
        names = [str(root) for root in found]
        raise TableError(
            Text(
                f"“{folder}”里有几套措施，请指明一套：{'、'.join(names)}",
                f"“{folder}” holds several rulebooks; name one of them: {', '.join(names)}",
            )
        )
    return found.get(folder) or next(iter(found.values()))


def _read(path: Path) -> tuple[list[Rulebook], list[Measure], int]:
    """Read a file, or the rulebooks of a folder; each mistake is said at once, and they are counted.

    The rulebooks are those that hold together, the measures all that can be read, as they stand alone.
    """
    from wutong.errors import RuleError
    from wutong.policy.measure import measure_of
    from wutong.policy.rulebook import HEAD, changed_by_others, rulebook_of

    if not path.is_dir():
        measures, mistakes = _each({path.name: path.read_bytes()})
        return [], measures, len(mistakes)
    books: list[Rulebook] = []
    measures, broken = [], 0
    for files in rulebook_files(path).values():
        try:
            book = rulebook_of(files)
        except RuleError as error:
            alone, mistakes = _each({name: data for name, data in files.items() if name != HEAD})
            if error.text not in mistakes:  # a mistake between files, or in the head
                say(error.text)
                mistakes.append(error.text)
            measures += alone
            broken += len(mistakes)
        else:
            books.append(book)
            changed = changed_by_others(book)
            measures += [
                measure_of(files[one.file], one.file) if one.id in changed else one for one in book.measures
            ]
    return books, measures, broken


def _each(files: Mapping[str, bytes]) -> tuple[list[Measure], list[Text]]:
    """Read files one by one, so that each says its own mistake."""
    from wutong.errors import RuleError
    from wutong.policy.measure import measure_of

    measures, mistakes = [], []
    for name, data in files.items():
        try:
            measures.append(measure_of(data, name))
        except RuleError as error:
            say(error.text)
            mistakes.append(error.text)
    return measures, mistakes


@policy.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
def check(path: Path) -> None:
    """检查措施文件，指出文件、条款、行列 / Check measure files; each mistake with file, clause, line and column.

    A folder is checked as a rulebook: what one file names of another must be there.

    \b
    wutong policy check examples/measures
    """
    from wutong.words import Text

    _, measures, broken = _read(path)
    say(
        Text(
            f"{len(measures)} 个措施可读，{broken} 处有误。",
            f"Measures that can be read: {len(measures)}; mistakes: {broken}.",
        ),
        err=True,
    )
    if broken:
        click.get_current_context().exit(PROBLEMS)


@policy.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
def test(path: Path) -> None:
    """试算措施文件里的例子 / Run the examples that stand in measure files.

    \b
    wutong policy test examples/measures
    """
    from wutong.policy.evaluate import differences
    from wutong.policy.trials import trial_differences
    from wutong.words import Text

    books, measures, broken = _read(path)
    results = [
        (measure.file, example.line, differences(measure, example))
        for measure in measures
        for example in measure.examples
    ]
    failed = [result for result in results if result[2]]
    for file, line, wrong in failed:
        for text in wrong:
            click.echo(f"{file}:{line}: {text.say(language())}")
    say(
        Text(
            f"例子：{len(results) - len(failed)} 个相符，{len(failed)} 个不符；{broken} 处读不了。",
            f"Examples: {len(results) - len(failed)} passed, {len(failed)} failed; mistakes: {broken}.",
        ),
        err=True,
    )
    failing = 0
    for book in books:
        for trial in book.trials:
            wrong = trial_differences(book, trial)
            failing += bool(wrong)
            for text in wrong:
                click.echo(f"rulebook.yaml:{trial.line}: {text.say(language())}")
    trials = sum(len(book.trials) for book in books)
    if trials:
        say(
            Text(
                f"跨措施的例子：{trials - failing} 个相符，{failing} 个不符。",
                f"Examples over several measures: {trials - failing} passed, {failing} failed.",
            ),
            err=True,
        )
    if failed or broken or failing:
        click.get_current_context().exit(PROBLEMS)


@policy.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--sheet", default="", help="工作表 / sheet of a workbook [default: the only one]")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="写到文件 / write to a file [default: print]",
)
@click.option(
    "--template", is_flag=True, help="写一份空样表到 FILE / write a workbook that shows the layout to FILE"
)
def import_(file: Path, sheet: str, out: Path | None, template: bool) -> None:
    """读入决策表（.dmn、.xlsx、.csv），成为草稿 / Read decision tables as the draft of a measure file.

    What the file does not say is left empty and listed, and check refuses it until it is filled in. First write
    a workbook that shows the layout, fill it in, then import it with --out rates.yaml:

    \b
    wutong policy import --template rates.xlsx
    """
    from wutong.policy.draft import measure_text, wanting
    from wutong.policy.grid_template import template as layout
    from wutong.words import Text
    from wutong.zone.write import write_grids

    for target in (file if template else None, out):
        if target is not None:
            refuse_existing(target)
    if template:
        write_new(file, write_grids(layout()))
        say(Text(f"已写 {file}", f"Wrote {file}"))
        return
    draft = _drafted(file, sheet)
    text = measure_text(draft)
    if out is None:
        click.echo(text, nl=False)
    else:
        write_new(out, text.encode())
        say(Text(f"已写 {out}", f"Wrote {out}"))
    for one in (*draft.notes, *draft.left_out):
        say(one, err=True)
    empty = wanting(text)
    say(
        Text(
            f"待补全 {len(empty)} 处：{'、'.join(empty)}",
            f"To be filled in ({len(empty)}): {', '.join(empty)}",
        ),
        err=True,
    )
    if draft.left_out:
        click.get_current_context().exit(PROBLEMS)


def _drafted(file: Path, sheet: str) -> Draft:
    """Read a file of decisions, or the one sheet of a workbook that is meant."""
    from wutong.errors import TableError
    from wutong.policy.dmn_draft import draft_of_dmn
    from wutong.policy.feel.elements import BYTES
    from wutong.policy.grid import LIMITS, draft_of_sheet, refused
    from wutong.words import Text
    from wutong.zone.read import read_table

    if file.suffix.lower() == ".dmn":
        with file.open("rb") as handle:
            return draft_of_dmn(handle.read(BYTES + 1), file.name)
    if file.suffix.lower() not in (".xlsx", ".xlsm", ".csv"):
        raise TableError(
            Text(
                f"“{file}”：只读 .dmn、.xlsx、.xlsm、.csv。",
                f"“{file}”: only .dmn, .xlsx, .xlsm and .csv are read.",
            )
        )
    sheets, faults = read_table(file, limits=LIMITS)
    meant = [one for one in sheets if sheet in ("", one.sheet)]
    if len(meant) == 1:
        return draft_of_sheet(meant[0], faults)
    whole = [fault for fault in faults if fault.level == "file"]
    if whole and not sheets:
        raise refused(whole)
    names = [one.sheet for one in sheets]
    raise TableError(
        Text(
            f"用 --sheet 指明一张工作表。有：{'、'.join(names)}",
            f"Name one sheet with --sheet. There is: {', '.join(names)}",
        )
    )
