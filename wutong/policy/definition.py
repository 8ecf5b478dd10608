"""Names for values that are worked out of facts: an expression, tiers, or a decision table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wutong.policy.amount import Formula, Names, formula, value_text
from wutong.policy.document import Node
from wutong.policy.feel.faults import Source
from wutong.policy.feel.lengths import length_of
from wutong.policy.feel.tables import Table
from wutong.policy.feel.types import Type
from wutong.policy.table import table_of
from wutong.words import Text


@dataclass(frozen=True, slots=True)
class Definition:
    """A name for a value that is worked out of facts, such as a growth rate; ``table`` where it is a decision table."""

    name: str
    label: Text
    formula: Formula
    table: Table | None = None


def definition_of(name: str, node: Node, names: Names) -> Definition:
    """Read one entry of ``define``.

    Parameters
    ----------
    name : str
        Its name.
    node : Node
        What stands behind the name.
    names : mapping of str to Type
        Facts, and definitions that stand before it.

    Returns
    -------
    Definition
        A table too has a formula, which gives the same.

    Raises
    ------
    RuleError
        With the place.

    Examples
    --------
    >>> from wutong.policy.document import document_of
    >>> from wutong.policy.feel.types import MONEY
    >>> node = document_of("{zh: 余额, en: Rest, is: 投资 - 已付}")
    >>> definition_of("余额", node, {"投资": MONEY, "已付": MONEY}).label.en
    'Rest'
    """
    found = node.fields(("zh", "en", "is", "table"), ("zh", "en"))
    if ("is" in found) == ("table" in found):
        node.fail(
            "写is（算式）或table（决策表）之一。", "Say is (an expression) or table (a decision table)."
        )
    label = Text(found["zh"].scalar(), found["en"].scalar())
    if "table" in found:
        table, made = table_of(found["table"], names)
        return Definition(name, label, made, table)
    text, place = value_text(found["is"], names, None), found["is"]
    source = Source(text, place.file, place.line, place.column, place.clause)
    return Definition(name, label, formula(source, names))


def type_of(definition: Definition) -> Type:
    """Type of a defined value for those that use it; of a text with the most characters that it can have."""
    made = definition.formula
    if made.typed.type.kind != "text":
        return made.typed.type
    return replace(made.typed.type, largest=length_of(made.typed, made.source))
