"""Decisions of DMN worked out, each with those that it requires, its result held against its declared type."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from graphlib import TopologicalSorter

from wutong.errors import RuleError
from wutong.policy.dmn import TYPES, DataType, Decision, Model
from wutong.policy.feel.exact import Given, evaluate
from wutong.policy.feel.faults import Dialect, listed
from wutong.policy.feel.tables import Result, Table, evaluate_table
from wutong.policy.feel.values import Value, kind_of
from wutong.words import Text, nearest_words


def decide(model: Model, name: str, given: Given, dialect: Dialect = "feel") -> Result:
    """Work out one decision and those that it requires.

    Parameters
    ----------
    model : Model
        What ``model_of`` gave.
    name : str
        Name of the decision.
    given : mapping of str to value
        Value of each input; the parts of a record stand as ``record.part``.
    dialect : {"feel", "measure"}
        Which null rules hold; a file of DMN is meant with those of FEEL.

    Returns
    -------
    Result
        None where there is no answer, or one of another type than the decision declares.

    Raises
    ------
    RuleError
        If there is no such decision, or it or one that it requires cannot be read.
    """
    if name not in model.decisions:
        near = nearest_words(name, list(model.decisions))
        raise RuleError(
            Text(
                f"没有决策“{name}”。相近的有：{listed(near, 'zh')}。",
                f'There is no decision "{name}". The nearest are: {listed(near, "en")}.',
            )
        )
    order = TopologicalSorter({one: model.decisions[one].decisions for one in _needed(model, name)})
    known: dict[str, Value | tuple[Value, ...]] = dict(given)
    result: Result = None
    for one in order.static_order():
        result = _decided(model.decisions[one], known, dialect)
        if isinstance(result, Mapping):
            known |= {f"{one}.{part}": value for part, value in result.items()}
        else:
            known[one] = result  # type: ignore[assignment]  # a list of records is refused where it is named
    return result


def _needed(model: Model, name: str) -> set[str]:
    found, waiting = set(), [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += model.decisions[one].decisions
    return found


def _decided(decision: Decision, given: Given, dialect: Dialect) -> Result:
    if decision.fault is not None:
        raise decision.fault
    if decision.bindings:
        given = {name: evaluate(value, given, dialect) for name, value in decision.bindings}
    logic = decision.logic
    assert logic is not None
    found = (
        evaluate_table(logic, given, dialect) if isinstance(logic, Table) else evaluate(logic, given, dialect)
    )
    return coerced(found, decision.type)


def coerced(result: Result, type_: DataType) -> Result:
    """Hold a result against its declared type: a single value becomes a list of one, what does not fit is null.

    Examples
    --------
    >>> coerced("a", DataType("text", many=True)), coerced("a", DataType("number"))
    (('a',), None)
    """
    fits = partial(_fits, type_.kind)
    if result is None or isinstance(result, Mapping):
        return result
    if isinstance(result, tuple):
        if type_.many or type_.kind == "any":
            return result if all(isinstance(one, Mapping) or fits(one) for one in result) else None
        return coerced(result[0], type_) if len(result) == 1 else result
    if not fits(result):
        return None
    return (result,) if type_.many else result


def _fits(kind: str, value: Value) -> bool:
    return value is None or kind not in TYPES.values() or kind in ("any", kind_of(value))
