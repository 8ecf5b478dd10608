"""What an engine cannot give exactly, said by reason before anything runs."""

from __future__ import annotations

from collections.abc import Callable

from wutong.errors import WutongError
from wutong.policy.columns.program import Program, Step
from wutong.words import Text


class UnfitError(WutongError):
    """A program that an engine cannot work out exactly; ``reason`` says why in a word or two."""

    def __init__(self, engine: str, reason: str) -> None:
        self.reason = reason
        super().__init__(
            Text(
                f"{engine}不能精确计算（{reason}）。请改用Polars。",
                f"{engine} cannot give this exactly ({reason}). Use Polars.",
            )
        )


def unfit(program: Program, why: Callable[[Program, Step], str]) -> dict[str, str]:
    """Name the outputs that an engine cannot give, each with the first reason on the way to it.

    Parameters
    ----------
    program : Program
        The program.
    why : callable
        Says why the engine cannot do a step; empty if it can.

    Returns
    -------
    dict of str to str
        Reason for each such output.
    """
    reasons: list[str] = []
    for step in program.steps:
        before = next((reasons[arg] for arg in step.args if reasons[arg]), "")
        reasons.append(before or why(program, step))
    return {name: reasons[at] for name, at in program.outputs.items() if reasons[at]}
