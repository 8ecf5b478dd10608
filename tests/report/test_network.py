"""A network on the sheet: nothing runs, nothing lies on something else, and it reads without colour."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import polars as pl
import pytest

from tests.report.test_page import HOSTILE, seen
from wutong.finding import Finding, Network
from wutong.report.network import HEIGHT, WIDTH, Drawing, drawing, words
from wutong.report.numbers import MINUS
from wutong.report.page import fragment
from wutong.words import Language, Text

STATES = {"here": Text("本区有", "Here"), "near": Text("够得着", "Within reach"), "far": Text("还远", "Far")}
NO_LINKS = pl.DataFrame(schema={"from": pl.String, "to": pl.String, "weight": pl.Float64})


def a_finding(net: Network) -> Finding:
    table = pl.DataFrame({"industry": net.nodes["id"]})
    return Finding("space", Text("产业空间", "Space"), Text("答", "A"), table, {}, network=net)


def a_network(count: int = 60, seed: int = 5, *, axes: tuple[Text, Text] | None = None) -> Network:
    chance = np.random.default_rng(seed)
    nodes = pl.DataFrame(
        {
            "id": [f"{at:02d}" for at in range(count)],
            "label": [f"第{at}大类制造业" for at in range(count)],
            "label_en": [f"Manufacture {at}" if at % 2 else None for at in range(count)],
            "x": chance.normal(size=count),
            "y": chance.normal(size=count),
            "size": chance.lognormal(sigma=1.5, size=count),
            "state": [list(STATES)[at % 3] for at in range(count)],
        }
    )
    links = pl.DataFrame(
        {
            "from": [f"{at:02d}" for at in range(count - 1)],
            "to": [f"{at + 1:02d}" for at in range(count - 1)],
            "weight": chance.random(count - 1),
        }
    )
    return Network(nodes, links, STATES, axes)


def drawn(net: Network, language: Language = "zh") -> Drawing:
    made = drawing(a_finding(net), language)
    assert made is not None
    return made


def boxes(made: Drawing) -> list[tuple[float, float, float, float]]:
    found = []
    for name in made.names:
        wide = sum(13 if ord(letter) > 0x2E7F else 7 for letter in name.text)
        left = {"start": name.x, "end": name.x - wide, "middle": name.x - wide / 2}[name.anchor]
        found.append((left, name.y - 11, left + wide, name.y + 2))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_names_lie_on_no_other_name(language: Language) -> None:
    made = drawn(a_network(), language)
    assert len(made.names) > 15
    for one, other in combinations(boxes(made), 2):
        assert not (one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])


def test_all_marks_lie_on_the_sheet_and_areas_are_as_sizes() -> None:
    net = a_network()
    made = drawn(net)
    for mark in made.marks:
        assert mark.r <= mark.x <= WIDTH - mark.r
        assert mark.r <= mark.y <= HEIGHT - mark.r
    largest, *_, smallest = made.marks
    assert largest.r > smallest.r >= 5
    top = net.nodes.sort("size", descending=True)["label"][0]
    assert largest.title.startswith(top)


def test_what_matters_most_is_named_first() -> None:
    net = a_network(40)
    crowded = Network(
        net.nodes.with_columns(pl.col("x") * 0.01, pl.col("y") * 0.01, size=pl.lit(1.0)), NO_LINKS, STATES
    )
    named = {name.text for name in drawn(crowded).names}
    by_state = {
        state: sum(label in named for label in crowded.nodes.filter(state=state)["label"]) for state in STATES
    }
    assert by_state["here"] >= by_state["far"]


def test_a_thing_without_a_place_is_left_out_of_the_picture_and_told_in_words() -> None:
    net = a_network(5)
    lost = Network(
        net.nodes.with_columns(
            pl.when(pl.col("id") == "03").then(float("nan")).otherwise(pl.col("x")).alias("x")
        ),
        net.links,
        STATES,
    )
    assert len(drawn(lost).marks) == 4
    assert len(drawn(lost).lines) <= 2
    assert "第3大类" in words(a_finding(lost), "zh")


def test_one_thing_and_things_of_no_size_are_drawn() -> None:
    one = Network(
        pl.DataFrame({"id": ["a"], "label": [None], "x": [3.0], "y": [3.0], "size": [None], "state": ["here"]}, schema_overrides={"label": pl.String, "size": pl.Float64}),
        NO_LINKS,
        STATES,
        (Text("近", "Near"), Text("难", "Complex")),
    )  # fmt: skip
    made = drawn(one)
    assert made.marks[0].title == "a：本区有"
    assert [tick.text for tick in made.across] == ["3"]


def test_ticks_are_round_numbers_in_their_places() -> None:
    net = a_network(axes=(Text("密度", "Density"), Text("复杂度", "Complexity")))
    made = drawn(net)
    for ticks in (made.across, made.upwards):
        numbers = [float(tick.text.replace(MINUS, "-")) for tick in ticks]
        assert 2 <= len(numbers) <= 7
        steps = np.diff(numbers)
        assert np.allclose(steps, steps[0])
        assert re.fullmatch(r"[125]", f"{steps[0]:.0e}"[0])
    assert [tick.at for tick in made.across] == sorted(tick.at for tick in made.across)
    assert [tick.at for tick in made.upwards] == sorted((tick.at for tick in made.upwards), reverse=True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_in_a_network_becomes_markup_or_style(language: Language) -> None:
    net = a_network(6)
    evil = Network(
        net.nodes.with_columns(label=pl.lit(HOSTILE), label_en=pl.lit(HOSTILE)),
        net.links,
        {state: Text(HOSTILE, HOSTILE) for state in STATES},
        (Text(HOSTILE, HOSTILE), Text(HOSTILE, HOSTILE)),
        arrows=True,
    )
    page = seen(fragment(a_finding(evil), language))
    assert "img" not in page.tags
    assert "script" not in page.tags
    assert not [name for name, _ in page.attributes if name == "style" or name.startswith("on")]


def test_each_state_has_a_mark_of_its_own() -> None:
    made = drawn(a_network())
    assert len({shape for shape, _, _ in made.legend}) == len(STATES)


def test_a_finding_without_a_network_draws_none() -> None:
    finding = Finding("x", Text("问", "Q"), Text("答", "A"), pl.DataFrame(), {})
    assert drawing(finding, "zh") is None
    assert words(finding, "zh") == ""
    assert "<svg" not in fragment(finding, "zh")
