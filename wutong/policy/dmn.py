"""Decisions in DMN: read from a ``.dmn`` file, each worked out with what it requires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import Final, get_args

from wutong.errors import RuleError
from wutong.policy.feel.elements import Element, elements_of
from wutong.policy.feel.faults import ExpressionError, OutsideError, Source, Span
from wutong.policy.feel.parse import parse, parse_cell
from wutong.policy.feel.signatures import FUNCTIONS
from wutong.policy.feel.substitute import Function, inlined
from wutong.policy.feel.syntax import Call, Cell, Expr, If, Literal, Name, names_in, walk
from wutong.policy.feel.tables import Hit, Output, Rule, Table
from wutong.words import Text

Logic = Expr | Table
TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "string": "text",
        "number": "number",
        "boolean": "boolean",
        "date": "date",
        "days and time duration": "days",
        "dayTimeDuration": "days",
        "years and months duration": "months",
        "yearMonthDuration": "months",
        "Any": "any",
        "": "any",
        "time": "time of day",
        "dateTime": "time of day",
        "date and time": "time of day",
    }
)
"""Kind of each type that the standard has."""

_HITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "UNIQUE": "U",
        "ANY": "A",
        "PRIORITY": "P",
        "FIRST": "F",
        "RULE ORDER": "R",
        "OUTPUT ORDER": "O",
        "COLLECT": "C",
        "SUM": "+",
        "MIN": "<",
        "MAX": ">",
        "COUNT": "#",
    }
)
_BOXES: Final = frozenset(
    ("context", "relation", "list", "for", "every", "some", "filter", "functionDefinition")
)
_CONTEXT: Final = "context, iteration, lambda"
_IMPORT: Final = "java, import, service"


CALLS: Final = 24
"""How deep functions may call one another."""


@dataclass(frozen=True, slots=True)
class DataType:
    """Type of an input or a result: its kind, whether it is a list, its parts by name if it is a record."""

    kind: str
    many: bool = False
    parts: tuple[tuple[str, DataType], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its type, what it requires, its logic; or the error that says why it cannot be read."""

    name: str
    type: DataType
    inputs: tuple[str, ...]
    decisions: tuple[str, ...]
    logic: Logic | None
    fault: ExpressionError | None = None
    bindings: tuple[tuple[str, Expr], ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """What a file holds: inputs with their types, and decisions, by name."""

    inputs: Mapping[str, DataType]
    decisions: Mapping[str, Decision]


@dataclass(frozen=True, slots=True)
class _Reader:
    root: Element
    file: str
    items: Mapping[str, Element]
    ids: Mapping[str, Element]

    def type(self, name: str, depth: int = 0) -> DataType:
        plain = name.rpartition(":")[2]
        if plain in self.items and depth < 20:
            return self.item(self.items[plain], depth)
        return DataType(TYPES.get(plain, "any"))

    def item(self, item: Element, depth: int) -> DataType:
        many = item.attribute("isCollection") == "true"
        parts = tuple(
            (part.attribute("name"), self.item(part, depth + 1)) for part in item.each("itemComponent")[:200]
        )
        if parts:
            return DataType("record", many, parts)
        if item.one("functionItem"):
            return DataType("function", many)
        ref = item.one("typeRef")
        found = self.type(ref.text.strip() if ref else "", depth + 1)
        return replace(found, many=many or found.many)

    def variable(self, element: Element) -> tuple[str, DataType]:
        variable = element.one("variable")
        name = element.attribute("name") or (variable.attribute("name") if variable else "")
        return name, self.type(variable.attribute("typeRef") if variable else "")

    def source(self, element: Element, clause: str) -> Source:
        text = element.one("text")
        at = text or element
        return Source(text.text.strip() if text else "", self.file, at.line, at.column, clause)


def model_of(data: bytes, file: str = "") -> Model:
    """Read the decisions of a ``.dmn`` file.

    Parameters
    ----------
    data : bytes
        The file.
    file : str
        Its name, for errors.

    Returns
    -------
    Model
        Inputs and decisions. A decision that cannot be read holds its error and costs no other decision.

    Raises
    ------
    RuleError
        If the file is no DMN, is hostile, or its decisions require each other in a circle.

    Examples
    --------
    >>> model = model_of(b'''<definitions xmlns="urn:DMN">
    ... <decision name="twice" id="d"><literalExpression><text>2 * 3</text></literalExpression></decision>
    ... </definitions>''')
    >>> list(model.decisions)
    ['twice']
    """
    root = elements_of(data, file)
    if root.name != "definitions" or "DMN" not in root.space:
        raise RuleError(Text(f"{file}：不是DMN文件。", f"{file}: this is no DMN file."))
    items = {item.attribute("name"): item for item in root.each("itemDefinition")}
    ids = {element.attribute("id"): element for element in root.children if element.attribute("id")}
    reader = _Reader(root, file, items, ids)
    inputs = dict(reader.variable(element) for element in root.each("inputData"))
    functions = {
        element.attribute("name"): element
        for element in root.each("businessKnowledgeModel", "decisionService")
    }
    decisions = {}
    for element in root.each("decision"):
        decision = _decision(reader, element, functions)
        decisions[decision.name] = decision
    _in_order(decisions, file)
    return Model(inputs, decisions)


def _in_order(decisions: Mapping[str, Decision], file: str) -> None:
    try:
        TopologicalSorter({name: one.decisions for name, one in decisions.items()}).prepare()
    except CycleError as error:
        circle = [str(name) for name in reversed(error.args[1])]
        raise RuleError(
            Text(
                f"{file}：决策循环引用：{' → '.join(circle)}。请断开其中一处。",
                f"{file}: decisions require each other in a circle: {' → '.join(circle)}. Break it at one place.",
            )
        ) from None


def _decision(reader: _Reader, element: Element, functions: Mapping[str, Element]) -> Decision:
    name, kind = reader.variable(element)
    nowhere = Source("", reader.file, element.line, element.column, name)
    inputs: dict[str, DataType] = {}
    decisions: dict[str, DataType] = {}
    fault: ExpressionError | None = None
    for requirement in element.each("informationRequirement"):
        for needed in requirement.each("requiredInput", "requiredDecision"):
            href = needed.attribute("href")
            space, _, identity = href.rpartition("#")
            found = reader.ids.get(identity) if space in ("", reader.root.attribute("namespace")) else None
            if found is None:
                fault = OutsideError(_IMPORT, nowhere, Span(0, 0))
                continue
            other, other_kind = reader.variable(found)
            (inputs if needed.name == "requiredInput" else decisions)[other] = other_kind
    made = Decision(name, kind, tuple(inputs), tuple(decisions), None, fault)
    if fault is not None:
        return made
    try:
        known = _flat({**inputs, **decisions})
        read = _Logic(reader, name, known, functions)
        logic, bindings = read.read(element)
        kind = kind if kind.many else read.kind_of(element) or kind
    except ExpressionError as error:
        return replace(made, fault=error)
    return replace(made, type=kind, logic=logic, bindings=bindings)


def _flat(types: Mapping[str, DataType], depth: int = 0) -> dict[str, DataType]:
    """Names with their types; a record stands with each of its parts as ``record.part``."""
    found: dict[str, DataType] = {}
    for name, kind in types.items():
        found[name] = kind
        if kind.kind == "record" and not kind.many and depth < 8:
            found |= _flat({f"{name}.{part}": inner for part, inner in kind.parts}, depth + 1)
    return found


@dataclass(frozen=True, slots=True)
class _Logic:
    """Reads the logic of one decision, with the names that it may use."""

    reader: _Reader
    clause: str
    names: Mapping[str, DataType]
    functions: Mapping[str, Element]
    inside: tuple[str, ...] = ()
    lists: bool = False
    made: dict[str, Function] = field(default_factory=dict)

    def read(self, element: Element) -> tuple[Logic, tuple[tuple[str, Expr], ...]]:
        for child in element.children:
            if child.space == element.space and child.name in _READERS:
                return _READERS[child.name](self, child)
            if child.name in _BOXES and child.space == element.space:
                self.outside(_CONTEXT, child)
        return self.outside(_IMPORT, element)

    def outside(self, kind: str, element: Element) -> tuple[Logic, tuple[tuple[str, Expr], ...]]:
        raise OutsideError(kind, self.reader.source(element, self.clause), Span(0, 0))

    def expression(self, element: Element, clause: str = "") -> Expr:
        source = self.reader.source(element, clause or self.clause)
        tree = parse(source, tuple(self.names), tuple(self.functions))
        return self.held(tree, source)

    def cell(self, element: Element, clause: str) -> Cell:
        source = self.reader.source(element, clause)
        tree = parse_cell(source, tuple(self.names), tuple(self.functions))
        bare = {test.name for test in tree.tests if isinstance(test, Name)}
        for test in tree.tests:
            self.held(test, source, lists=frozenset(bare))
        return replace(tree, tests=tuple(self.inline(test, source) for test in tree.tests))

    def held(self, tree: Expr, source: Source, lists: frozenset[str] = frozenset()) -> Expr:
        """Refuse names whose values this language has no place for, and write functions out."""
        tests = {
            test.name for node in walk(tree) for test in getattr(node, "tests", ()) if isinstance(test, Name)
        }
        for name in names_in(tree):
            kind = self.names.get(name, DataType("any"))
            if kind.many and name not in tests | lists:
                raise OutsideError("list or range value", source, tree.span)
            if kind.kind == "time of day":
                raise OutsideError("time of day", source, tree.span)
            if kind.kind in ("record", "function") or name in self.functions or name in FUNCTIONS:
                raise OutsideError(_CONTEXT, source, tree.span)
        return self.inline(tree, source)

    def inline(self, tree: Expr, source: Source) -> Expr:
        called = {
            node.function: self.function(node.function, source)
            for node in walk(tree)
            if isinstance(node, Call) and node.function in self.functions
        }
        return inlined(tree, called, source) if called else tree

    def function(self, name: str, source: Source) -> Function:
        """A business knowledge model whose logic is an expression."""
        if name in self.inside:
            circle = " → ".join((*self.inside, name))
            what = Text(f"函数循环调用：{circle}。", f"Functions call each other in a circle: {circle}.")
            raise ExpressionError(what, source, Span(0, 0))
        if len(self.inside) > CALLS:
            what = Text("函数逐层调用太深。请简化。", "Functions call each other too deep. Simplify.")
            raise ExpressionError(what, source, Span(0, 0))
        if name not in self.made:
            logic, parameters = replace(self, lists=False).body(name)
            if isinstance(logic, Table):
                raise OutsideError(_CONTEXT, source, Span(0, 0))
            self.made[name] = Function(parameters, logic)
        return self.made[name]

    def body(self, name: str) -> tuple[Logic, tuple[str, ...]]:
        element = self.functions[name]
        if element.name == "decisionService":
            self.outside(_IMPORT, element)
        if self.reader.variable(element)[1].many and not self.lists:
            self.outside("list or range value", element)
        logic = element.one("encapsulatedLogic")
        if logic is None:
            self.outside(_IMPORT, element)
        assert logic is not None
        if logic.attribute("kind") in ("Java", "PMML"):
            self.outside(_IMPORT, element)
        parameters = {
            one.attribute("name"): self.reader.type(one.attribute("typeRef"))
            for one in logic.each("formalParameter")
        }
        inner = replace(self, clause=name, names=_flat(parameters), inside=(*self.inside, name))
        return inner.read(logic)[0], tuple(parameters)

    def literal(self, element: Element) -> tuple[Logic, tuple[tuple[str, Expr], ...]]:
        if self.inside and not self.lists and self.reader.type(element.attribute("typeRef")).many:
            self.outside("list or range value", element)
        source = self.reader.source(element, self.clause)
        tree = parse(source, tuple(self.names), tuple(self.functions))
        if isinstance(tree, Call) and tree.function in self.functions and not self.inside:
            # the call is all that the decision is: it may be one of a table, or be declared to give a list
            logic, parameters = replace(self, lists=True).body(tree.function)
            names = tree.names or parameters
            arguments = tuple(self.held(one, source) for one in tree.arguments)
            if isinstance(logic, Table):
                if set(names) != set(parameters) or len(names) != len(arguments):
                    return Literal(None), ()
                return logic, tuple(zip(names, arguments, strict=True))
            if self.listed(tree.function).many:
                called = {tree.function: Function(parameters, logic)}
                return inlined(replace(tree, arguments=arguments), called, source), ()
        return self.held(tree, source), ()

    def listed(self, function: str) -> DataType:
        """Type that a function is declared to give."""
        element = self.functions[function]
        kind = self.reader.variable(element)[1]
        logic = element.one("encapsulatedLogic")
        body = logic.one("literalExpression") if logic else None
        return kind if kind.many or body is None else self.reader.type(body.attribute("typeRef"))

    def kind_of(self, element: Element) -> DataType | None:
        """Type of a decision that is the call of a function declared to give a list."""
        literal = element.one("literalExpression")
        if literal is None:
            return None
        tree = parse(self.reader.source(literal, self.clause), tuple(self.names), tuple(self.functions))
        kind = (
            self.listed(tree.function) if isinstance(tree, Call) and tree.function in self.functions else None
        )
        return kind if kind is not None and kind.many else None

    def conditional(self, element: Element) -> tuple[Logic, tuple[tuple[str, Expr], ...]]:
        parts = []
        for name in ("if", "then", "else"):
            part = element.one(name)
            logic = self.read(part)[0] if part else Literal(None)
            if isinstance(logic, Table):
                self.outside(_CONTEXT, element)
            parts.append(logic)
        condition, then, otherwise = (part for part in parts if not isinstance(part, Table))
        return If(condition, then, otherwise), ()

    def invocation(self, element: Element) -> tuple[Logic, tuple[tuple[str, Expr], ...]]:
        called = element.one("literalExpression")
        name = self.reader.source(called, "").text if called else ""
        if name not in self.functions:
            self.outside(_IMPORT, element)
        bindings = []
        for binding in element.each("binding"):
            parameter, given = binding.one("parameter"), binding.one("literalExpression")
            if parameter is None or given is None:
                self.outside(_CONTEXT, binding)
                continue
            bindings.append((parameter.attribute("name"), self.expression(given)))
        return self.body(name)[0], tuple(bindings)

    def table(self, element: Element) -> tuple[Logic, tuple[tuple[str, Expr], ...]]:
        hit = _HITS.get(element.attribute("hitPolicy") or "UNIQUE", "")
        aggregation = element.attribute("aggregation")
        hit += _HITS.get(aggregation, "?") if aggregation and hit == "C" else ""
        inputs = [one.one("inputExpression") for one in element.each("input")]
        outputs = tuple(self.output(one) for one in element.each("output"))
        if hit not in get_args(Hit) or (len(hit) == 2 and len(outputs) != 1):
            what = Text(
                "没有这种命中策略，或汇总多于一列。", "No such hit policy, or it sums several outputs."
            )
            raise ExpressionError(what, self.reader.source(element, self.clause), Span(0, 0))
        rules = []
        for number, rule in enumerate(element.each("rule"), 1):
            clause = f"{self.clause} {number}"
            cells = tuple(self.cell(one, clause) for one in rule.each("inputEntry"))
            results = tuple(self.expression(one, clause) for one in rule.each("outputEntry"))
            if len(cells) != len(inputs) or len(results) != len(outputs):
                what = Text(
                    "这一行的格数与表头不符。", "This rule has not as many cells as the table has columns."
                )
                raise ExpressionError(what, self.reader.source(rule, clause), Span(0, 0))
            rules.append(Rule(cells, results))
        subjects = tuple(self.expression(one) if one else Literal(None) for one in inputs)
        return Table(next(one for one in get_args(Hit) if one == hit), subjects, outputs, tuple(rules)), ()

    def output(self, element: Element) -> Output:
        values, default = element.one("outputValues"), element.one("defaultOutputEntry")
        listed_values = self.cell(values, self.clause).tests if values else ()
        return Output(element.attribute("name"), listed_values, self.expression(default) if default else None)


_READERS: Final = MappingProxyType(
    {
        "literalExpression": _Logic.literal,
        "decisionTable": _Logic.table,
        "invocation": _Logic.invocation,
        "conditional": _Logic.conditional,
    }
)
