"""What the commands share: the language, errors as sentences, progress, opening a zone, writing a file."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from wutong.finding import Finding
    from wutong.words import Language, Text
    from wutong.zone.load import Progress, Zone

PROBLEMS: Final = 1  # exit code: something was left out
BAD_INPUT: Final = 3  # exit code: this is no zone, no such table or file, or it would be written over
NO_ANSWER: Final = 4  # exit code: these data cannot answer

A_FOLDER = click.Path(path_type=Path, file_okay=False)
FORMS = click.Choice(["table", "csv", "json"])
ALL_FORMS = click.Choice(["table", "csv", "xlsx", "json", "parquet"])
DAY = click.DateTime(["%Y-%m-%d"])
ON = (
    "这一天所知；快照取两个日子中较早的 / as known on this day; of a snapshot, on the earlier of the two days"
)


def spoken() -> Language:
    """The language that the surroundings ask for."""
    for name in ("WUTONG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name, "")
        if said:
            return "zh" if said.startswith("zh") else "en"
    return "en"


def today() -> date:
    """The day in Shanghai."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


class Group(click.Group):
    """Shows our own errors, and those of the disk, as sentences with an exit code for each kind."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        from wutong.errors import NoAnswer, WutongError

        try:
            return super().invoke(ctx)
        except WutongError as error:
            click.echo(error.text.say(ctx.ensure_object(dict)["language"]), err=True)
            ctx.exit(NO_ANSWER if isinstance(error, NoAnswer) else BAD_INPUT)
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of our output went away; click ends quietly
                raise
            click.echo(_trouble(error).say(ctx.ensure_object(dict)["language"]), err=True)
            ctx.exit(BAD_INPUT)


def _trouble(error: OSError) -> Text:
    """Say what the system refused, and where."""
    from wutong.words import Text

    place = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else str(error)
    if isinstance(error, FileNotFoundError):
        why = Text("没有这个文件或文件夹", "there is no such file or folder")
    elif isinstance(error, PermissionError):
        why = Text("没有权限", "there is no permission")
    elif error.errno == errno.ENOSPC:
        why = Text("磁盘已满", "the disk is full")
    else:
        why = Text(error.strerror or str(error), error.strerror or str(error))
    return Text(
        f"读写不了“{place}”：{why.zh}。请检查路径、权限和磁盘，再试一次。",
        f"Cannot read or write “{place}”: {why.en}. Check the path, the permissions and the disk, then try again.",
    )


def language() -> Language:
    """The language of this run."""
    said: Language = click.get_current_context().find_root().ensure_object(dict)["language"]
    return said


def say(text: Text, *, err: bool = False) -> None:
    """Print a sentence."""
    click.echo(text.say(language()), err=err)


@contextmanager
def bar(what: str) -> Iterator[Progress]:
    """A bar on the terminal; silence where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda _, __: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda step, done: bar.update(task, description=f"{what} {step}", completed=done)


def opened(folder: Path, on: datetime | None = None) -> Zone:
    """Open a zone or a snapshot of one."""
    from wutong.zone.load import open_zone
    from wutong.zone.snapshot import MANIFEST, open_snapshot

    with bar(str(folder)) as progress:
        if (folder / MANIFEST).is_file():
            return open_snapshot(folder, known_on=on.date() if on else None, progress=progress)
        return open_zone(folder, known_on=on.date() if on else None, progress=progress)


def refuse_existing(path: Path) -> None:
    """Write over nothing."""
    from wutong.errors import TableError
    from wutong.words import Text

    if path.exists():
        raise TableError(
            Text(
                f"“{path}”已存在，没有覆盖。请换一个名称。",
                f"“{path}” is there already and was not written over. Choose another name.",
            )
        )


def write_new(path: Path, content: bytes) -> None:
    """Write a file that was not there; one that came in the meantime stays as it is."""
    with path.open("xb") as file:
        file.write(content)


def put(finding: Finding, form: str, limit: int) -> None:
    """Print a Finding in one of ``FORMS``."""
    from wutong.report import table

    if form == "json":
        sys.stdout.buffer.write(table.json_bytes(finding, language()))
    elif form == "csv":
        sys.stdout.buffer.write(table.csv_bytes(finding, language()))
    else:
        from rich.console import Console

        console = Console()
        console.print(table.terminal(finding, language(), most=limit, width=console.width))


def deliver(finding: Finding, form: str | None, out: Path | None, limit: int) -> None:
    """Print a Finding, or write it to a new file, in one of ``ALL_FORMS``; a file's name says its form."""
    from wutong.report import table
    from wutong.words import Text

    forms = tuple(ALL_FORMS.choices)
    if out is not None and form is None:
        form = out.suffix.removeprefix(".")
        if form not in forms[1:]:
            raise click.UsageError(f"--form {' / '.join(forms[1:])}")
    if out is None and form in (None, "table"):
        put(finding, "table", limit)
        return
    chunks: dict[str, Callable[[Finding, Language], Iterable[bytes]]] = {
        "csv": table.csv_chunks,
        "json": table.json_chunks,
        "parquet": table.parquet_chunks,
        "xlsx": lambda one, spoken: (table.xlsx_bytes(one, spoken),),
    }
    if form not in chunks:
        raise click.UsageError(f"--out: --form {' / '.join(forms[1:])}")
    if out is None:
        for chunk in chunks[form](finding, language()):
            sys.stdout.buffer.write(chunk)
        return
    refuse_existing(out)
    with out.open("xb") as file:
        for chunk in chunks[form](finding, language()):
            file.write(chunk)
    say(finding.answer)
    for caveat in finding.caveats:
        say(caveat)
    say(Text(f"已写 {out}（{finding.table.height:,} 行）", f"Wrote {out} ({finding.table.height:,} rows)"))
