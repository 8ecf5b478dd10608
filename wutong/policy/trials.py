"""Examples of a rulebook over several measures and subjects: run through outcomes, quotas, groups, limits and budgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from wutong.policy.feel.values import plain
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import Rulebook, Trial
from wutong.policy.stack import stacked
from wutong.policy.subjects import table_of
from wutong.words import Text

Run = Callable[[Rulebook, Mapping[str, pl.DataFrame]], pl.DataFrame]
"""What works out a rulebook for tables of subjects; every way gives the same columns."""


def trial_differences(book: Rulebook, trial: Trial, run: Run = outcomes_by_hand) -> tuple[Text, ...]:
    """Hold an example over several measures against what comes out.

    Parameters
    ----------
    book : Rulebook
        The rulebook.
    trial : Trial
        One of its examples.
    run : function
        What works out the measures.

    Returns
    -------
    tuple of Text
        One sentence for each sum that comes out otherwise; none where the example passes.

    Examples
    --------
    See ``wutong policy test``.
    """
    subjects = subjects_of(book, trial)
    paid = stacked(book, subjects, run(book, subjects)).table
    found = {
        (row[0], row[1]): row[2:] for row in paid.select("subject", "measure", "paid", "state", "cut").rows()
    }
    wrong = []
    for (subject, measure), wanted in trial.paid.items():
        if (subject, measure) not in found:
            wrong.append(
                Text(
                    f"rulebook.yaml，第{trial.line}行：{subject}不是{measure}所管的对象。",
                    f"rulebook.yaml, line {trial.line}: {measure} is not for subjects such as {subject}.",
                )
            )
            continue
        got, state, cut = found[subject, measure]
        if got != wanted:
            because = f"{state}; {cut}" if cut else state
            wrong.append(
                Text(
                    f"rulebook.yaml，第{trial.line}行：{subject} {measure} 应付{_yuan(wanted, 'zh')}，实得{_yuan(got, 'zh')}（{because}）。",
                    f"rulebook.yaml, line {trial.line}: {subject} {measure} should be paid {_yuan(wanted, 'en')} and is paid "
                    f"{_yuan(got, 'en')} ({because}).",
                )
            )
    return tuple(wrong)


def subjects_of(book: Rulebook, trial: Trial) -> dict[str, pl.DataFrame]:
    """The subjects of an example as tables; a fact that no subject of a kind names has no column."""
    found = {}
    for kind in dict.fromkeys(row.subject for row in trial.rows):
        rows = [row for row in trial.rows if row.subject == kind]
        named = {name for row in rows for name in row.given}
        fields = {name: field for name, field in book.fields.items() if name in named}
        found[kind] = table_of(((row.id, row.firm, row.given) for row in rows), fields)
    return found


def _yuan(fen: int | None, language: str) -> str:
    from fractions import Fraction

    if fen is None:
        return "未知" if language == "zh" else "what is not known"
    return f"{plain(Fraction(fen, 100))}元" if language == "zh" else f"{plain(Fraction(fen, 100))} yuan"
