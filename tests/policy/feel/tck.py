"""Runs a folder of test cases in the form of the DMN conformance kit.

python -m tests.policy.feel.tck FOLDER

For each result that a case expects it tells whether we give the same, another one, or whether the decision lies outside
the language; the tool tells that from the decision itself. The last line counts the first two.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from wutong.errors import RuleError
from wutong.policy.decide import decide
from wutong.policy.dmn import Model, model_of
from wutong.policy.feel.elements import Element, elements_of
from wutong.policy.feel.faults import OUTSIDE, OutsideError
from wutong.policy.feel.tables import Result
from wutong.policy.feel.values import Value, day, duration
from wutong.words import Text

CLOSE: Final = Fraction(1, 10**8)
"""Expected numbers are decimals cut at some digit; the kit's own runner allows as much."""

_NUMBERS: Final = frozenset(("decimal", "double", "float", "integer", "int", "long"))
_TIMES: Final = frozenset(("time", "dateTime"))

Given = dict[str, Value | tuple[Value, ...]]


@dataclass(frozen=True)
class Case:
    """One expected result: where it stands, what is given, what must come."""

    folder: str
    case: str
    node: str
    model: Model | RuleError
    given: Given
    outside: Mapping[str, str]
    expected: object
    fails: bool
    service: bool


@dataclass(frozen=True)
class Verdict:
    """What became of a case: ``outside`` names the part of FEEL, ``failed`` says what came instead."""

    case: Case
    outside: str = ""
    failed: str = ""


class _Unheard(Exception):
    """A value of a kind that the language has no place for."""


def scalar(element: Element) -> Value:
    text, kind = element.text.strip(), element.attribute("type").rpartition(":")[2]
    if element.attribute("nil") in ("true", "1"):
        return None
    if kind in _NUMBERS:
        return Fraction(text)
    if kind in _TIMES:
        raise _Unheard("time of day")
    if kind == "boolean":
        return text == "true"
    if kind == "date":
        return day(text)
    if kind == "duration":
        return duration(text)
    return element.text


def content(element: Element) -> object:
    """Value, list or record that stands in an element."""
    if element.attribute("nil") in ("true", "1"):
        return None
    several = element.one("list")
    if several is not None:
        if several.attribute("nil") in ("true", "1"):
            return None
        return tuple(content(item) for item in several.each("item"))
    if parts := element.each("component"):
        return {part.attribute("name"): content(part) for part in parts}
    value = element.one("value")
    return None if value is None else scalar(value)


def _flat(name: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for part, inner in value.items():
            yield from _flat(f"{name}.{part}", inner)
    else:
        yield name, value


def _inputs(case: Element) -> tuple[Given, dict[str, str]]:
    given: Given = {}
    outside: dict[str, str] = {}
    for node in case.each("inputNode"):
        name = node.attribute("name")
        try:
            for flat, value in _flat(name, content(node)):
                if isinstance(value, tuple) and any(isinstance(one, dict | tuple) for one in value):
                    outside[name] = "context, iteration, lambda"
                else:
                    given[flat] = value  # type: ignore[assignment]  # scalars and lists of them are left
        except _Unheard as error:
            outside[name] = str(error)
    return given, outside


def cases(folder: Path) -> Iterator[Case]:
    """Every expected result of every test file below a folder, in order."""
    for path in sorted(folder.rglob("*-test-*.xml")):
        try:
            root = elements_of(path.read_bytes(), path.name)
        except RuleError as error:
            yield Case(path.parent.name, "", path.name, error, {}, {}, None, False, False)
            continue
        named = root.one("modelName")
        model = _model(path.parent / Path(named.text.strip() if named else "").name)
        for case in root.each("testCase"):
            yield from _results(path.parent.name, case, model)


def _model(file: Path) -> Model | RuleError:
    try:
        return model_of(file.read_bytes(), file.name)
    except RuleError as error:
        return error
    except OSError:
        return RuleError(Text(f"没有模型文件{file.name}。", f"There is no model file {file.name}."))


def _results(folder: str, case: Element, model: Model | RuleError) -> Iterator[Case]:
    kind, service = case.attribute("id"), case.attribute("type") == "decisionService"
    given: Given = {}
    outside: dict[str, str] = {}
    try:
        given, outside = _inputs(case)
    except ValueError as error:
        model = RuleError(Text(f"读不了输入：{error}", f"An input cannot be read: {error}"))
    for node in case.each("resultNode"):
        expected = node.one("expected")
        value: object = None
        try:
            value = content(expected) if expected is not None else None
        except _Unheard as unheard:
            value = unheard
        except ValueError as error:
            model = RuleError(Text(f"读不了应得结果：{error}", f"What is expected cannot be read: {error}"))
        fails = node.attribute("errorResult") == "true"
        yield Case(folder, kind, node.attribute("name"), model, given, outside, value, fails, service)


def same(got: object, expected: object) -> bool:
    """Tell whether two results are the same, numbers to eight digits."""
    if isinstance(got, tuple) and isinstance(expected, tuple):
        return len(got) == len(expected) and all(map(same, got, expected))
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        return set(got) == set(expected) and all(same(got[key], expected[key]) for key in got)
    if isinstance(got, Fraction) and isinstance(expected, Fraction):
        return abs(got - expected) <= CLOSE
    return type(got) is type(expected) and got == expected


def judged(case: Case) -> Verdict:
    """Work out a case."""
    if isinstance(case.model, RuleError):
        return Verdict(case, failed=str(case.model))
    if case.service or case.node not in case.model.decisions:
        return Verdict(case, outside="java, import, service")
    needed = [case.node]
    for name in needed:
        decision = case.model.decisions[name]
        needed += [one for one in decision.decisions if one not in needed]
        for asked in decision.inputs:
            if asked in case.outside:
                return Verdict(case, outside=case.outside[asked])
    got: Result
    try:
        got = decide(case.model, case.node, case.given)
    except OutsideError as error:
        return Verdict(case, outside=error.kind)
    except RuleError as error:
        if case.fails:  # the kit wants the error, too
            return Verdict(case)
        return Verdict(case, failed=str(error))
    if same(got, case.expected):
        return Verdict(case)
    return Verdict(case, failed=f"{got!r} instead of {case.expected!r}")


def main(folder: str) -> int:
    if not Path(folder).is_dir():
        print(f"{folder}: 没有这个文件夹。 / There is no such folder.", file=sys.stderr)
        return 2
    verdicts = [judged(case) for case in cases(Path(folder))]
    for verdict in verdicts:
        if verdict.failed:
            case = verdict.case
            print(f"FAILED {case.folder} {case.case} {case.node}: {verdict.failed}")
    outside = Counter(verdict.outside for verdict in verdicts if verdict.outside)
    print(f"{sum(outside.values())} outside the language:")
    for kind in OUTSIDE:
        print(f"  {outside[kind]:5} {kind}")
    failed = sum(1 for verdict in verdicts if verdict.failed)
    print(f"{len(verdicts) - sum(outside.values()) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
