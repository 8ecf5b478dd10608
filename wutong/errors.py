"""What can go wrong, in three kinds. Each message says what, where and what to do now.

The reader of a message is an officer at a desk, so it is given in Chinese and in English; ``str(error)`` shows
both unless a door asks for one language.
"""

from __future__ import annotations

from wutong.words import Text


class WutongError(Exception):
    """Base of all errors that Wutong raises on purpose.

    Parameters
    ----------
    text : Text
        What happened, where, and what to do now, in both languages.

    Examples
    --------
    >>> str(NoAnswer(Text("只有两个点，不能外推。", "Two points are not enough to forecast from.")))
    '只有两个点，不能外推。 / Two points are not enough to forecast from.'
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(f"{text.zh} / {text.en}")


class TableError(WutongError):
    """Not the table, file or folder that we were told it is."""


class NoAnswer(WutongError):
    """The question is good, but these data cannot answer it; the text says what would be needed."""


class RuleError(WutongError):
    """A measure that cannot be read."""
