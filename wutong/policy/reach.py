"""Can these demands be met together? Exact cases over comparisons with numbers and codes, up to a bound.

A demand is a tree of ``All`` and ``Any`` over three kinds of atom: a sum of terms lies in a stretch, a text or truth is
among codes, a name is known or not. What is not linear is a term of its own, about which nothing is known: so what is
called impossible is impossible, and where it is not proven nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from types import MappingProxyType
from typing import Final

from wutong.policy.eliminate import Bound, TooMuchError, range_of, solution

CASES: Final = 4_000
"""Alternatives that are looked at before nothing is said."""

Form = tuple[tuple[str, Fraction], ...]
"""A sum of terms times their factors, in order of name; the first factor is 1."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Numbers from ``low`` to ``high``; an end that is None is open without bound."""

    low: Fraction | None = None
    high: Fraction | None = None
    open_low: bool = False
    open_high: bool = False

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))


@dataclass(frozen=True, slots=True)
class Within:
    """A sum of terms lies in a stretch; of ``whole`` terms every one is a whole number, such as a day."""

    form: Form
    stretch: Stretch
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Among:
    """A text or truth is one of these values, or, if not ``inside``, none of them; it is known."""

    name: str
    values: frozenset[str | bool]
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """A name is known, or is not."""

    name: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts always."""

    parts: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds; without parts never."""

    parts: tuple[Demand, ...] = ()


Demand = Within | Among | Known | All | Any
ALWAYS: Final = All()
NEVER: Final = Any()


@dataclass(frozen=True, slots=True)
class Model:
    """Values that meet all demands: numbers of terms, codes of texts and truths, names that are not known."""

    numbers: Mapping[str, Fraction]
    codes: Mapping[str, str | bool]
    unknown: frozenset[str]


def both(*parts: Demand) -> Demand:
    """All of these demands, with what is always or never so taken out.

    Examples
    --------
    >>> both(ALWAYS, Known("a")), both(NEVER, Known("a"))
    (Known(name='a', known=True), Any(parts=()))
    """
    kept: dict[Demand, None] = {}
    for part in parts:
        kept |= dict.fromkeys(part.parts if isinstance(part, All) else (part,))
    if NEVER in kept:
        return NEVER
    return next(iter(kept)) if len(kept) == 1 else All(tuple(kept))


def either(*parts: Demand) -> Demand:
    """At least one of these demands, with what is always or never so taken out."""
    kept: dict[Demand, None] = {}
    for part in parts:
        kept |= dict.fromkeys(part.parts if isinstance(part, Any) else (part,))
    if ALWAYS in kept:
        return ALWAYS
    return next(iter(kept)) if len(kept) == 1 else Any(tuple(kept))


Domains = Mapping[str, frozenset[str | bool]]
"""For each text or truth with a closed list of values that list."""


@dataclass(frozen=True, slots=True)
class _State:
    stretches: Mapping[Form, Stretch]
    inside: Mapping[str, frozenset[str | bool]]
    outside: Mapping[str, frozenset[str | bool]]
    known: Mapping[str, bool]


_EMPTY: Final[Mapping[str, bool]] = MappingProxyType({})
_START: Final = _State(MappingProxyType({}), MappingProxyType({}), MappingProxyType({}), _EMPTY)


def impossible(demands: Iterable[Demand], domains: Domains) -> bool:
    """Tell whether demands are proven to exclude each other.

    Parameters
    ----------
    demands : iterable of Demand
        What must hold together.
    domains : mapping of str to frozenset
        Closed lists of values.

    Returns
    -------
    bool
        False both where they can be met and where that was not settled.

    Examples
    --------
    >>> x = (("x", Fraction(1)),)
    >>> large, small = Within(x, Stretch(low=Fraction(5))), Within(x, Stretch(high=Fraction(3)))
    >>> impossible([large, small], {}), impossible([large], {})
    (True, False)
    """
    try:
        return all(_settled(state) is None for state in _states(demands, domains))
    except TooMuchError:
        return False


def model_of(demands: Iterable[Demand], domains: Domains) -> Model | None:
    """Find values that meet demands, terms that are not linear taken for free.

    Returns
    -------
    Model or None
        None where there is none, or none was found. Whoever uses it puts the values to the test.
    """
    try:
        for state in _states(demands, domains):
            numbers = _settled(state)
            if numbers is not None:
                codes = {name: _code(name, state, domains) for name in (*state.inside, *state.outside)}
                unknown = frozenset(name for name, known in state.known.items() if not known)
                return Model(numbers, codes, unknown)
    except TooMuchError:
        pass
    return None


def range_under(form: Form, demands: Iterable[Demand], domains: Domains) -> Stretch | None:
    """The least stretch in which a sum of terms is proven to lie where demands are met.

    Returns
    -------
    Stretch or None
        Without ends where nothing is proven; None where the demands cannot be met.
    """
    if not form:
        return None if impossible(demands, domains) else Stretch(Fraction(0), Fraction(0))
    found: Stretch | None = None
    try:
        for state in _states(demands, domains):
            one = range_of(dict(form), _bounds(state))
            if one is not None:
                stretch = Stretch(*one)
                found = stretch if found is None else _hull(found, stretch)
    except TooMuchError:
        return Stretch()
    return found


def _hull(one: Stretch, other: Stretch) -> Stretch:
    low, open_low = (None, False)
    if one.low is not None and other.low is not None:
        low, open_low = min((one.low, one.open_low), (other.low, other.open_low))
    high, open_high = (None, False)
    if one.high is not None and other.high is not None:
        high, closed = max((one.high, not one.open_high), (other.high, not other.open_high))
        open_high = not closed
    return Stretch(low, high, open_low, open_high)


# ------------------------------------------------------------ cases


def consistent(demand: Demand, domains: Domains) -> bool:
    """Tell whether the atoms of a demand do not exclude each other at sight; alternatives are not looked into."""
    return _assumed(_START, [demand], domains) is not None


def _states(demands: Iterable[Demand], domains: Domains) -> Iterator[_State]:
    """Every way to choose among alternatives that is not impossible at sight."""
    begun = _assumed(_START, list(demands), domains)
    if begun is None:
        return
    waiting = [begun]
    left = CASES
    while waiting:
        state, choices = waiting.pop()
        if not choices:
            yield state
            continue
        options: list[tuple[_State, tuple[Any, ...]]] | None = None
        at = 0
        for place, choice in enumerate(choices):
            live = []
            for part in choice.parts:
                left -= 1
                made = _assumed(state, [part], domains)
                if made is not None:
                    live.append(made)
            if options is None or len(live) < len(options):
                options, at = live, place
            if len(live) <= 1:
                break
            if left < 0:
                raise TooMuchError
        rest = choices[:at] + choices[at + 1 :]
        waiting.extend((made, rest + more) for made, more in options or ())


def _assumed(
    state: _State, demands: Sequence[Demand], domains: Domains
) -> tuple[_State, tuple[Any, ...]] | None:
    """What is known once demands hold, and the choices that are left; None where they cannot hold."""
    stretches, inside = dict(state.stretches), dict(state.inside)
    outside, known = dict(state.outside), dict(state.known)
    choices: list[Any] = []
    waiting = list(demands)
    while waiting:
        one = waiting.pop()
        match one:
            case All(parts=parts):
                waiting.extend(parts)
            case Any(parts=parts):
                if not parts:
                    return None
                choices.append(one)
            case Known(name=name, known=wanted):
                if known.setdefault(name, wanted) != wanted:
                    return None
            case Among(name=name, values=values, inside=is_in):
                if not known.setdefault(name, True):
                    return None
                if is_in:
                    inside[name] = inside.get(name, domains.get(name, values)) & values
                else:
                    outside[name] = outside.get(name, frozenset()) | values
                held = inside.get(name, domains.get(name))
                if held is not None and not held - outside.get(name, frozenset()):
                    return None
            case Within():
                made = _met(stretches.get(one.form, Stretch()), one)
                if made.empty:
                    return None
                stretches[one.form] = made
    return _State(stretches, inside, outside, known), tuple(choices)


def _met(one: Stretch, atom: Within) -> Stretch:
    other = atom.stretch
    if atom.whole:  # of days: after the 4th is from the 5th on
        other = _tightened(other)
    low, open_low = one.low, one.open_low
    if other.low is not None and (low is None or (other.low, other.open_low) > (low, open_low)):
        low, open_low = other.low, other.open_low
    high, open_high = one.high, one.open_high
    if other.high is not None and (high is None or (other.high, not other.open_high) < (high, not open_high)):
        high, open_high = other.high, other.open_high
    return Stretch(low, high, open_low, open_high)


def _tightened(stretch: Stretch) -> Stretch:
    low, high = stretch.low, stretch.high
    if low is not None:
        least = ceil(low)
        low = Fraction(least + (stretch.open_low and least == low))
    if high is not None:
        most = -ceil(-high)
        high = Fraction(most - (stretch.open_high and most == high))
    return replace(stretch, low=low, high=high, open_low=False, open_high=False)


def _bounds(state: _State) -> list[Bound]:
    """The stretches as bounds from above."""
    made: list[Bound] = []
    for form, stretch in state.stretches.items():
        if stretch.high is not None:
            made.append(Bound(dict(form), stretch.high, stretch.open_high))
        if stretch.low is not None:
            made.append(Bound({term: -factor for term, factor in form}, -stretch.low, stretch.open_low))
    return made


def _settled(state: _State) -> dict[str, Fraction] | None:
    return solution(_bounds(state))


def _code(name: str, state: _State, domains: Domains) -> str | bool:
    """One value that a text or truth may have; a text of which only is known what it is not gets a strange one."""
    held = state.inside.get(name, domains.get(name))
    if held is None:
        return "?"
    return min(held - state.outside.get(name, frozenset()), key=str)
