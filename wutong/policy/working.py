"""An amount taken apart into the steps that give it; made once for an edition, asked for every subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from wutong.policy.feel.ready import Ready, thawed
from wutong.policy.feel.syntax import Call, Expr, Literal, Name, names_in
from wutong.policy.feel.tables import Table
from wutong.policy.feel.types import TEXT, Type, Typed
from wutong.policy.layout import WAYS
from wutong.policy.prose import said
from wutong.policy.sentences import (
    Act,
    Sentences,
    binary,
    can_be_rebuilt,
    name_of,
    rebuilt,
    replaced,
)
from wutong.policy.shapes import (
    Band,
    Choice,
    Left,
    Raised,
    Shape,
    Tiers,
    addends,
    holds_a_shape,
    is_null,
    shape_of,
    terms_of,
)
from wutong.policy.steps import UNKNOWN, Form, Place, Sentence, Slot, Step
from wutong.policy.table import matched
from wutong.words import Text

Term = tuple[str, Text, Expr]
"""One term of a sum: its id, what it is called, and its expression."""

_FORMS: Final = ("fixed", "rate", "each", "marginal", "not_known")
_NOTHING: Final = (0, 1)
_FIXED: Final = Text("金额", "Sum")
_START: Final = Text("起点金额", "To begin with")


class Working(Sentences):
    """Takes the expressions of one edition apart.

    ``raising`` are names of what other measures do to a rate, with what these are called; ``not_known`` what the paper
    is said not to tell, in the order of the file; ``terms`` the names of the terms of the last amount; ``rows`` say which
    rules of a decision table match, in both languages.
    """

    def __init__(
        self, place: Place, labels: Mapping[str, Text], types: Mapping[str, Type], lines: Mapping[str, int]
    ) -> None:
        super().__init__(place, labels, types, lines)
        self.raising: dict[str, Text] = {}
        self.not_known: Iterator[Text] = iter(())
        self.terms: dict[str, str] = {}
        self.rows: dict[str, tuple[Slot, Slot]] = {}

    # ------------------------------------------------------------ a definition, an amount

    def definition(self, name: str, label: Text, typed: Typed) -> list[Act]:
        """Steps of a value that has a name; the last gives it."""
        way = f"define.{name}"
        shape = shape_of(typed, self.raising)
        if shape is not None:
            return [self.shaped(shape, typed, f"{way}.is", self.named(typed.type, name), label)]
        inner, acts = self.inner(typed, f"{way}.is")
        last = self.valued(inner, self.named(typed.type, name), self.at(way), "definition", label)
        return [*acts, last]

    def table(self, name: str, label: Text, table: Table, typed: Typed) -> list[Act]:
        """The step of a decision table: which of its rules match, and what they give."""
        way = f"define.{name}"
        result = self.named(typed.type, name)
        held, unsure = (
            (Slot(f"·{name} {word} zh", TEXT), Slot(f"·{name} {word} en", TEXT))
            for word in ("held", "unsure")
        )
        self.rows[name] = held
        both: list[Sentence] = []
        for at, (between, colon) in enumerate((("、", "："), (", ", ": "))):
            inputs = [self._slots(said(one, self.labels).say("en" if at else "zh")) for one in table.inputs]
            parts = [part for one in inputs for part in (between, *one)][1:]
            both.append((*parts, held[at], unsure[at], colon, self.slot(result)))
        form = self.form("table", result, (both[0], both[1]), self.at(f"{way}.table"), label)
        value = self.function(typed, result)
        names = names_in(typed.node)

        def act(asked: dict[str, Any], out: list[Step]) -> None:
            asked[form.name] = value(asked)
            found = matched(table, {one: thawed(asked.get(one)) for one in names})
            for slots, rules, zh, en in (
                (held, found.held, "（第{}行）", " (rule {})"),
                (unsure, found.unsure, "（第{}行是否符合未知）", " (not known whether rule {} matches)"),
            ):
                asked[slots[0].name] = zh.format("、".join(map(str, rules))) if rules else ""
                asked[slots[1].name] = en.format(", ".join(map(str, rules))) if rules else ""
            out.append(Step(form, asked))

        return [act]

    def whole(self, typed: Typed, way: str, terms: Sequence[Term]) -> tuple[list[Act], str]:
        """Steps of an amount, from its terms to its rounding, and the name under which it stands."""
        assert isinstance(typed.node, Call), "amounts are rounded"
        self.terms = {}
        core, step = typed.parts
        acts, inner = self.capped(core, way, terms)
        result = self.named(typed.type)
        how = WAYS[typed.node.function.removeprefix("round ")]
        both = self.sentence(
            f"{how.zh}到{{to}}：{{it}}", f"Rounded {how.en} to {{to}}: {{it}}", {"to": step, "it": result}
        )
        form = self.form("round", result, both, self.at("amount.round", way))
        return [*acts, self.said(form, self.function(rebuilt(typed, (inner, step)), result))], name_of(result)

    def capped(self, typed: Typed, way: str, terms: Sequence[Term] = ()) -> tuple[list[Act], Typed]:
        """Steps of an amount before rounding, then of its caps where the file has some."""
        node = typed.node
        if f"{way}.cap" not in self.lines or not isinstance(node, Call) or node.function != "min":
            return self.formed(typed, way, terms)
        first, *rest = typed.parts
        acts, core = self.formed(first, way, terms)
        caps = []
        for at, cap in enumerate(rest, start=1):
            more, inner = self.stepped(cap, f"{way}.cap", quiet=isinstance(cap.node, Literal | Name))
            acts += more
            caps.append((inner, self.at(f"{way}.cap.{at}", f"{way}.cap")))
        result = self.named(typed.type)
        return [*acts, self.least(core, caps, result)], result

    def formed(self, typed: Typed, way: str, terms: Sequence[Term] = ()) -> tuple[list[Act], Typed]:
        """Steps of the terms of a sum, or of an amount that is none."""
        parts = terms_of(typed, tuple(tree for _, _, tree in terms)) if terms else None
        if parts is None:
            line = next((f"{way}.{key}" for key in _FORMS if f"{way}.{key}" in self.lines), way)
            return self.stepped(typed, line)
        acts: list[Act] = []
        total: Typed | None = None
        for at, (part, (id_, says, _)) in enumerate(zip(parts, terms, strict=True), start=1):
            self.term = id_
            more, one = self.one_term(part, f"{way}.sum.{at}", says)
            self.term = ""
            acts += more
            self.terms[id_] = name_of(one)
            total = one if total is None else binary("+", total, one, typed.type)
        assert total is not None
        if len(parts) == 1:
            return acts, total
        result = self.named(typed.type)
        return [*acts, self.valued(total, result, self.at(f"{way}.sum"), "sum")], result

    def one_term(self, typed: Typed, way: str, says: Text) -> tuple[list[Act], Typed]:
        """Steps of one term; where its condition does not hold it is 0, and nothing more is said of it."""
        test, body = typed.parts[:2] if f"{way}.when" in self.lines else (None, typed)
        acts, inner = self.capped(body, way)
        result, place = self.named(typed.type), self.at(way)
        due = self.form("term", result, self.sentence("{it}", "{it}", {"it": result}), place, says)
        value = self.function(inner, result)
        if test is None:
            return [*acts, self.said(due, value)], result
        held, words = self.function(test), {"test": test}
        none = self.sentence("不适用（{test}）", "does not apply ({test})", words)
        unsure = self.sentence("未知（{test}）", "not known ({test})", words)
        left = self.form("term", result, none, place, says)
        unknown = self.form("term", result, unsure, place, says)

        def act(asked: dict[str, Any], out: list[Step]) -> None:
            holds = held(asked)
            if holds:
                for one in acts:
                    one(asked, out)
            asked[left.name] = value(asked) if holds else _NOTHING if holds is False else None
            out.append(Step(due if holds else left if holds is False else unknown, asked))

        return [act], result

    # ------------------------------------------------------------ values

    def stepped(self, typed: Typed, way: str, *, quiet: bool = False) -> tuple[list[Act], Typed]:
        """Steps of a value; ``quiet`` says nothing of one that reads as it stands."""
        shape = shape_of(typed, self.raising)
        if shape is not None:
            result = self.named(typed.type)
            return [self.shaped(shape, typed, way, result)], result
        if not quiet and holds_a_shape(typed) and len(addends(typed)) > 1:
            return self.added(typed, way)
        inner, acts = self.inner(typed, way)
        if quiet:
            return acts, inner
        result = self.named(typed.type)
        label = _FIXED if isinstance(inner.node, Literal) else None
        return [*acts, self.valued(inner, result, self.at(way), label=label)], result

    def added(self, typed: Typed, way: str) -> tuple[list[Act], Typed]:
        """Steps of a sum of which some parts are shapes, such as the bands of a scale."""
        acts: list[Act] = []
        total: Typed | None = None
        for part in addends(typed):
            if total is None and f"{way}.start" in self.lines:
                one = self.named(typed.type)
                more = [self.valued(part, one, self.at(f"{way}.start"), label=_START)]
            else:
                more, one = self.stepped(part, way)
            acts += more
            total = one if total is None else binary("+", total, one, typed.type)
        assert total is not None
        result = self.named(typed.type)
        both = self.sentence("以上相加：{it}", "Added up: {it}", {"it": result})
        last = self.said(self.form("sum", result, both, self.at(way)), self.function(total, result))
        return [*acts, last], result

    def inner(self, typed: Typed, way: str) -> tuple[Typed, list[Act]]:
        """An expression in which each shape has become a name, and the steps of these shapes."""
        if not holds_a_shape(typed):
            return typed, []
        shape = shape_of(typed, self.raising)
        if shape is not None:
            result = self.named(typed.type)
            return result, [self.shaped(shape, typed, way, result)]
        if not can_be_rebuilt(typed):
            return typed, []
        both = [self.inner(part, way) for part in typed.parts]
        return rebuilt(typed, [one for one, _ in both]), [act for _, acts in both for act in acts]

    # ------------------------------------------------------------ one shape each

    def shaped(self, shape: Shape, typed: Typed, way: str, result: Typed, label: Text | None = None) -> Act:
        """The step of a shape, which gives ``result``."""
        match shape:
            case Tiers():
                return self.tiers(shape, way, result, label)
            case Band():
                return self.band(shape, way, result)
            case Left(cap=cap, paid=paid):
                words = {"cap": cap, "paid": paid, "it": result}
                both = self.sentence("{cap}减去{paid}，余{it}", "{cap} less {paid} leaves {it}", words)
                form = self.form("left", result, both, self.at(way), label)
                return self.said(form, self.function(typed, result))
            case Raised():
                return self.raised(shape, way, result)
            case Choice(test=Typed(node=Literal())):
                text = next(self.not_known, UNKNOWN)
                form = self.form("not known", result, ((text.zh,), (text.en,)), self.at(way), label)
                return self.said(form, self.function(typed, result))
        return self.choice(shape, way, result, label)

    def tiers(self, shape: Tiers, way: str, result: Typed, label: Text | None) -> Act:
        """Which tier is reached, and what holds there; the steps of tiers that are not reached are not made."""
        before, by = self.stepped(shape.by, f"{way}.by", quiet=isinstance(shape.by.node, Name))
        keys = [key for key in self.lines if key.startswith(f"{way}.slab.")]
        more, found = self.stepped(shape.below, f"{way}.below", quiet=True)
        under = self.sentence(
            *_below(shape.upper, none=is_null(shape.below.node)),
            {"by": by, "low": shape.bounds[0], "it": result},
        )
        form = self.form("tier", result, under, self.at(f"{way}.below", way), label)
        tests: list[Ready] = []
        ends = [(more, self.function(found, result), form)]
        for at, (low, value) in enumerate(zip(shape.bounds, shape.values, strict=True)):
            own = keys[at] if len(keys) == len(shape.bounds) else way
            more, found = self.stepped(value, own, quiet=True)
            last = at + 1 == len(shape.bounds)
            words = {"by": by, "low": low, "high": low if last else shape.bounds[at + 1], "it": result}
            both = self.sentence(*_tier(shape.upper, last=last), words)
            form = self.form("tier", result, both, self.at(own), label)
            tests.append(self.function(binary(">" if shape.upper else ">=", by, low)))
            ends.append((more, self.function(found, result), form))
        unsure = self.sentence("{by}，不能定档", "{by}: which tier is not known", {"by": by})
        unknown = self.form("tier", result, unsure, self.at(way), label)

        def act(asked: dict[str, Any], out: list[Step]) -> None:
            for one in before:
                one(asked, out)
            reached = len(tests)
            while reached and not (held := tests[reached - 1](asked)):
                if held is None:
                    asked[unknown.name] = None
                    out.append(Step(unknown, asked))
                    return
                reached -= 1
            inner, value, form = ends[reached]
            for one in inner:
                one(asked, out)
            asked[form.name] = value(asked)
            out.append(Step(form, asked))

        return act

    def band(self, shape: Band, way: str, result: Typed) -> Act:
        """A part of a scale; nothing is said of one that is not reached."""
        reached = self.function(binary(">", shape.by, shape.low))
        silent: list[Act] = []
        bounds: list[Typed] = []
        for bound in (shape.low, shape.top or shape.low):
            if isinstance(bound.node, Literal):
                bounds.append(bound)
            else:
                name, one = self.silent(bound)
                silent.append(one)
                bounds.append(Typed(Name(name), bound.type))
        name, one = self.silent(shape.part)
        silent.append(one)
        part = Typed(Name(name), shape.part.type)
        value = self.function(binary("*", part, shape.rate, result.type), result)
        counted = shape.part.type.unit != shape.by.type.unit
        both = self.sentence(
            f"{'{low}以上' if shape.top is None else '{low}至{high}'}的部分：{{part}}{'份' if counted else ''} × {{rate}} = {{it}}",
            f"{'Above {low}' if shape.top is None else 'From {low} to {high}'}: {{part}}{' steps' if counted else ''} × {{rate}}"
            " = {it}",
            {"low": bounds[0], "high": bounds[1], "part": part, "rate": shape.rate, "it": result},
        )
        form = self.form("band", result, both, self.at(self._band_at(way, shape.low)))

        def act(asked: dict[str, Any], out: list[Step]) -> None:
            held = reached(asked)
            if held is False:
                asked[form.name] = _NOTHING
                return
            for one in silent:
                one(asked, out)
            asked[form.name] = value(asked) if held else None
            out.append(Step(form, asked))

        return act

    def _band_at(self, way: str, low: Typed) -> str:
        """The way to a band by its lower bound, as the file has it."""
        own = said(low.node, {}).zh.replace(" ", "").replace(",", "")
        for key in self.lines:
            if key.startswith(f"{way}.bands.") and key.rpartition(".bands.")[2].replace(" ", "") == own:
                return key
        return way

    def raised(self, shape: Raised, way: str, result: Typed) -> Act:
        """What another measure does to a rate; nothing is said where it leaves it as it is."""
        acts, before = self.stepped(shape.before, way, quiet=True)
        change = self.function(Typed(Name(shape.name), shape.idle.type))
        idle = self.function(shape.idle)
        base = self.function(before, result)
        after = self.function(replaced(shape.after, shape.before, before), result)
        label = self.raising[shape.name]
        both = self.sentence(
            f"因“{label.zh}”，比例由{{before}}调为{{it}}",
            f'By "{label.en}" the rate goes from {{before}} to {{it}}',
            {"before": before, "it": result},
        )
        form = self.form("raise", result, both, self.at(way))

        def act(asked: dict[str, Any], out: list[Step]) -> None:
            for one in acts:
                one(asked, out)
            by, none = change(asked), idle(asked)
            if by is not None and by[0] * none[1] == none[0] * by[1]:
                asked[form.name] = base(asked)
                return
            asked[form.name] = None if by is None else after(asked)
            out.append(Step(form, asked))

        return act

    def choice(self, shape: Choice, way: str, result: Typed, label: Text | None) -> Act:
        """One of two values by a test; the steps of the other are not made."""
        held = self.function(shape.test)
        holds = ("", "", "", "")
        if not isinstance(shape.test.node, Name):
            holds = ("成立，", "holds, ", "不成立，", "does not hold, ")
        sides: dict[bool | None, tuple[list[Act], Ready | None, Form]] = {}
        for which, branch, zh, en in (
            (True, shape.then, holds[0], holds[1]),
            (False, shape.otherwise, holds[2], holds[3]),
        ):
            more, found = self.stepped(branch, way, quiet=True)
            words = {"test": shape.test, "it": result}
            both = self.sentence(f"{{test}}，{zh}取{{it}}", f"{{test}}, {en}so {{it}}", words)
            form = self.form("choice", result, both, self.at(way), label)
            sides[which] = (more, self.function(found, result), form)
        unsure = self.sentence("{test}：未知", "{test}: not known", {"test": shape.test})
        sides[None] = ([], None, self.form("choice", result, unsure, self.at(way), label))

        def act(asked: dict[str, Any], out: list[Step]) -> None:
            acts, value, form = sides[held(asked)]
            for one in acts:
                one(asked, out)
            asked[form.name] = None if value is None else value(asked)
            out.append(Step(form, asked))

        return act

    def least(self, core: Typed, caps: Sequence[tuple[Typed, Place]], result: Typed) -> Act:
        """Which cap binds, if one does, and by how much it cuts."""
        values = [self.function(one, result) for one in (core, *(cap for cap, _ in caps))]
        name, cut = self.bare(binary("-", core, result, result.type))
        words = {f"c{at}": cap for at, (cap, _) in enumerate(caps)} | {"it": result}
        marks = [f"{{c{at}}}" for at in range(len(caps))]
        free = self.sentence(
            f"不超过上限{'、'.join(marks)}：{{it}}", f"Within the cap of {' and '.join(marks)}: {{it}}", words
        )
        forms = [self.form("cap", result, free, caps[0][1])]
        for cap, place in caps:
            words = {"cap": cap, "cut": Typed(Name(name), result.type), "it": result}
            both = self.sentence(
                "按上限{cap}，减少{cut}：{it}", "Cut to the cap of {cap}, by {cut}: {it}", words
            )
            forms.append(self.form("cap", result, both, place))

        def act(asked: dict[str, Any], out: list[Step]) -> None:
            bound, lowest = 0, values[0](asked)
            for at, value in enumerate(values[1:], start=1):
                one = value(asked)
                if one is None or lowest is None:
                    bound, lowest = 0, None
                    break
                if one[0] * lowest[1] < lowest[0] * one[1]:
                    bound, lowest = at, one
            asked[forms[0].name] = lowest
            if bound:
                asked[name] = cut(asked)
            out.append(Step(forms[bound], asked))

        return act


def _tier(upper: bool, *, last: bool) -> tuple[str, str]:
    if upper and last:
        return "{by}，超过{low}一档：{it}", "{by}, in the tier of more than {low}: {it}"
    if upper:
        return (
            "{by}，{low}（不含）至{high}（含）一档：{it}",
            "{by}, in the tier of more than {low}, to {high}: {it}",
        )
    if last:
        return "{by}，{low}以上（含）一档：{it}", "{by}, in the tier of {low} or more: {it}"
    return (
        "{by}，{low}（含）至{high}（不含）一档：{it}",
        "{by}, in the tier of {low} to less than {high}: {it}",
    )


def _below(upper: bool, *, none: bool) -> tuple[str, str]:
    zh, en = (
        ("{by}，不超过{low}", "{by}, no more than {low}")
        if upper
        else ("{by}，不足{low}", "{by}, less than {low}")
    )
    return (zh + "，没有规定", en + ": nothing is said") if none else (zh + "：{it}", en + ": {it}")
