"""The commands ``wutong policy explain``, ``ask`` and ``near``: why, what to ask, and who fails by little."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from wutong.cli_parts import DAY, FORMS, PROBLEMS, language, put, say, today
from wutong.cli_policy import files_of, opened_rulebook
from wutong.cli_run import facts_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wutong.policy.interview import Interview
    from wutong.policy.measure import Measure
    from wutong.policy.rulebook import Rulebook

_PATH: Final = click.Path(path_type=Path, exists=True)
_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_KIND: Final = click.Choice(["firm", "project", "person"])
_BACK: Final = ("b", "back", "返回", "撤销")
_QUIT: Final = ("q", "quit", "退出")


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """The options by which subjects are found."""
    options = (
        click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="[ZONE] RULEBOOK"),
        click.option("--on", type=DAY, help="按哪一天算 / the day for which it is run [default: today]"),
        click.option("--known-on", type=DAY, help="只用这一天以前所知 / use what was known on this day"),
        click.option("--facts", "told", type=_FILE, help="填好的表 / a table of facts"),
        click.option("--kind", type=_KIND, help="对象类别 / kind of subject"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _found(
    paths: tuple[Path, ...],
    on: datetime | None,
    known_on: datetime | None,
    told: Path | None,
    kind: str | None,
) -> tuple[Rulebook, Mapping[str, Any], bool]:
    if len(paths) > 2:
        raise click.UsageError("[ZONE] RULEBOOK")
    day = on.date() if on else today()
    book, facts, mistakes = facts_for(paths, files_of(paths[-1]), told, kind, day, known_on)
    for text in mistakes:
        say(text, err=True)
    return book, facts, bool(mistakes)


@click.command()
@_common
@click.option("--subject", required=True, help="对象编号 / id of the subject")
@click.option("--measure", help="只看这一条，写出全部理由 / this measure alone, with all its reasons")
def explain(
    paths: tuple[Path, ...],
    on: datetime | None,
    known_on: datetime | None,
    told: Path | None,
    kind: str | None,
    subject: str,
    measure: str | None,
) -> None:
    """说明理由：逐条、逐步，并说还差什么 / Say why, clause by clause and step by step, and what would have to change.

    Without --measure one line for each measure; with it all steps with their places, what would have to change, and the
    next cliffs of the amount.

    \b
    wutong policy explain examples/jincheng examples/measures --on 2025-12-31 --subject fushikang-jincheng
    wutong policy explain examples/jincheng examples/measures --on 2025-12-31 --subject fushikang-jincheng --measure M26
    """
    from wutong.errors import TableError
    from wutong.policy.explain import reasons
    from wutong.policy.prepared import prepared
    from wutong.policy.subjects import facts_at
    from wutong.words import Text, nearest_words

    book, facts, mistaken = _found(paths, on, known_on, told, kind)
    where = [
        (one, at)
        for one, own in facts.items()
        for at, name in enumerate(own.table["subject"])
        if name == subject
    ]
    if not where:
        near = nearest_words(subject, [name for own in facts.values() for name in own.table["subject"]])
        raise TableError(
            Text(
                f"没有对象“{subject}”。相近的有：{'、'.join(near) or '无'}",
                f"There is no subject “{subject}”. The nearest are: {', '.join(near) or 'none'}",
            )
        )
    for of, row in where:
        known = facts_at(facts[of].table, row, book.fields)
        for one in _measures(book, of, measure):
            found = reasons(prepared(one), known)
            if measure is None:
                # a clause that decides, behind the result
                clause = next((each for each in found.clauses if each.id == found.outcome.clause), None)
                click.echo(found.lines(language())[0] + (f"  {clause.say(language())}" if clause else ""))
            else:
                _in_full(one, known)
    if mistaken:
        click.get_current_context().exit(PROBLEMS)


def _measures(book: Rulebook, kind: str, wanted: str | None) -> list[Measure]:
    from wutong.errors import TableError
    from wutong.words import Text, nearest_words

    measures = [one for one in book.measures if one.subject == kind and wanted in (None, one.id)]
    if not measures and wanted is not None:
        near = nearest_words(wanted, [one.id for one in book.measures if one.subject == kind])
        raise TableError(
            Text(
                f"没有给这类对象（{kind}）的措施“{wanted}”。相近的有：{'、'.join(near) or '无'}",
                f"There is no measure “{wanted}” for a {kind}. The nearest are: {', '.join(near) or 'none'}",
            )
        )
    return measures


def _in_full(measure: Measure, known: Mapping[str, Any]) -> None:
    from wutong.policy.change import changes
    from wutong.policy.cliffs import cliffs
    from wutong.policy.explain import reasons
    from wutong.policy.prepared import prepared
    from wutong.words import Text

    found = reasons(prepared(measure), known)
    zh = language() == "zh"
    click.echo(found.lines(language())[0])
    for clause in found.clauses:
        click.echo(f"  {clause.say(language())}  [{clause.place.text.say(language())}]")
    accounts = [step for account in found.accounts for step in account.steps]
    for step in (*found.definitions, *accounts):
        place = step.form.place
        click.echo(f"  {step.say(language())}  [{f'第{place.line}行' if zh else f'line {place.line}'}]")
    for share in (*found.payees, *found.instalments):
        click.echo(f"  {share.line.say(language())}")
    needed = changes(measure, known).lines(language())
    if needed:
        say(Text("还差什么：", "What would have to change:"))
    for line in needed:
        click.echo(f"  {line}")
    steps = cliffs(measure, known).found
    if steps:
        say(Text("附近的断崖：", "The next cliffs:"))
    for one in steps:
        click.echo(f"  {one.say(language())}")


@click.command()
@_common
@click.option(
    "--what",
    type=click.Choice(["misses", "cliffs", "missing"]),
    default="misses",
    show_default=True,
    help="临界未达、断崖、先问哪些事实 / near misses, cliffs, or which facts to ask for",
)
@click.option(
    "--share",
    type=click.FloatRange(0, 100),
    default=5,
    show_default=True,
    help="多近算近，% / how near is near, in %",
)
@click.option(
    "--fails",
    type=click.IntRange(1, 9),
    default=1,
    show_default=True,
    help="最多几个比较未满足 / comparisons that may fail",
)
@click.option("--form", type=FORMS, default="table", show_default=True, help="输出形式 / form of the output")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="最多行数 / rows shown")
def near(
    paths: tuple[Path, ...],
    on: datetime | None,
    known_on: datetime | None,
    told: Path | None,
    kind: str | None,
    what: str,
    share: float,
    fails: int,
    form: str,
    limit: int,
) -> None:
    """谁只差一点，谁站在断崖边，先问什么 / Who fails by little, who stands near a cliff, what to ask first.

    \b
    wutong policy near examples/jincheng examples/measures --on 2025-12-31 --what missing --kind firm
    """
    from fractions import Fraction

    from wutong.policy.missing import missing
    from wutong.policy.near import near as misses
    from wutong.policy.reason_findings import asking_finding, cliff_finding, near_finding
    from wutong.policy.standing import counted, standing

    book, facts, mistaken = _found(paths, on, known_on, told, kind)
    subjects = {of: one.table for of, one in facts.items()}
    far = Fraction(str(share)) / 100
    if what == "misses":
        finding = near_finding(book, misses(book, subjects, far, fails), facts)
    elif what == "cliffs":
        finding = cliff_finding(book, counted(standing(book, subjects, far)), facts)
    else:
        finding = asking_finding(book, missing(book, subjects), facts)
    put(finding, form, limit)
    if mistaken:
        click.get_current_context().exit(PROBLEMS)


@click.command()
@click.argument("rulebook", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--facts",
    "saved",
    type=_FILE,
    help="读入并保存回答的文件（CSV）/ file of answers (CSV): read where it is there, kept as you go",
)
@click.option("--kind", type=_KIND, default="firm", show_default=True, help="对象类别 / kind of subject")
def ask(rulebook: Path, saved: Path | None, kind: str) -> None:
    """一问一答，只问还能决定金额的 / Ask only what can still decide something, the most money first.

    Write answers as 2亿元, 5%, 是, 2026-05-01; 不知道 or an empty line where nobody knows; b goes back, q ends.

    \b
    wutong policy ask examples/measures --kind project
    """
    from wutong.policy.interview import Interview
    from wutong.words import Text

    book = opened_rulebook(rulebook)
    interview = Interview(book, kind, {})
    written: list[tuple[str, str]] = []
    for name, text in _saved(saved, book):
        interview, written = _told(interview, written, name, text)
    while (question := interview.question) is not None:
        click.echo(question.say(language()))
        try:
            text = click.prompt(">", prompt_suffix=" ", default="", show_default=False)
        except click.Abort:
            break
        if text.strip().casefold() in _QUIT:
            break
        if text.strip().casefold() in _BACK:
            interview, written = _back(interview, written)
        else:
            interview, written = _answer(interview, written, question.field.name, text)
        _keep(saved, written)
    else:
        say(Text("没有可再决定的了。", "Nothing more can be decided."))
    _result(interview)


def _saved(file: Path | None, book: Rulebook) -> list[tuple[str, str]]:
    """Answers of a file; a fact that the rulebook does not ask for is an error."""
    import csv

    from wutong.errors import TableError
    from wutong.words import Text, nearest_words

    if file is None or not file.exists():
        return []
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    if not rows or [cell.strip() for cell in rows[0]] != ["fact", "answer"]:
        raise TableError(
            Text(f"“{file}”首行应为：fact,answer", f"The first line of “{file}” should be: fact,answer")
        )
    found = []
    for at, row in enumerate(rows[1:], start=2):
        if len(row) != 2 or row[0] not in book.fields:
            near = nearest_words(row[0] if row else "", list(book.fields))
            raise TableError(
                Text(
                    f"“{file}”第{at}行：没有这个事实。相近的有：{'、'.join(near)}",
                    f"“{file}”, line {at}: there is no such fact. The nearest are: {', '.join(near)}",
                )
            )
        found.append((row[0], row[1]))
    return found


def _told(
    interview: Interview, written: list[tuple[str, str]], name: str, text: str
) -> tuple[Interview, list[tuple[str, str]]]:
    from wutong.policy.answer import read_answer
    from wutong.policy.interview import answered

    value = read_answer(text, interview.book.fields[name])
    return answered(interview, name, value), [*written, (name, text)]


def _answer(
    interview: Interview, written: list[tuple[str, str]], name: str, text: str
) -> tuple[Interview, list[tuple[str, str]]]:
    """Take an answer; one that cannot be read is said, and the same is asked again."""
    from wutong.errors import RuleError

    try:
        return _told(interview, written, name, text)
    except RuleError as error:
        say(getattr(error, "what", error.text), err=True)
        return interview, written


def _back(interview: Interview, written: list[tuple[str, str]]) -> tuple[Interview, list[tuple[str, str]]]:
    from wutong.policy.interview import undone

    return undone(interview), written[:-1]


def _keep(file: Path | None, written: list[tuple[str, str]]) -> None:
    """Write the answers so far, all at once, so that an end in between loses none."""
    import csv
    import io

    if file is None:
        return
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows([("fact", "answer"), *written])
    half = file.with_name(f"{file.name}.part")
    half.write_text(lines.getvalue(), encoding="utf-8-sig")
    half.replace(file)


def _result(interview: Interview) -> None:
    """One line for each measure that is had, waits for a decision, or for a fact."""
    from wutong.policy.explain import reasons
    from wutong.policy.prepared import prepared
    from wutong.policy.prose import yuan
    from wutong.words import Text

    refused = 0
    for one in interview.book.measures:
        if one.subject != interview.kind:
            continue
        found = reasons(prepared(one), interview.facts)
        if found.outcome.state == "not eligible":
            refused += 1
            continue
        line = found.lines(language())[0]
        if found.outcome.state == "needs decision":
            line += " " + " / ".join(yuan(fen).say(language()) for fen in found.outcome.if_approved)
        click.echo(line)
    say(Text(f"另有 {refused} 条不可得。", f"Not eligible for {refused} more."))
