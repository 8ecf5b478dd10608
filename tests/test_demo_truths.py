"""What was planted in an invented zone is found again from its tables alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from wutong.demo.invented import Invented, invent
from wutong.zone.identity import resolve

AS_OF = date(2026, 3, 31)
SEEDS = (1, 7, 2026)


@pytest.fixture(scope="module", params=SEEDS)
def made(request: pytest.FixtureRequest) -> Invented:
    return invent(seed=request.param, as_of=AS_OF)


def of(made: Invented, name: str) -> Mapping[str, Any]:
    return made.truths[name].values


def firm_years(made: Invented) -> pl.DataFrame:
    frame = (
        made.tables["firm_year"].sort("as_of").unique(["firm", "period"], keep="last", maintain_order=True)
    )
    return frame.with_columns(pl.col("period").cast(pl.Int64).alias("year")).sort("firm", "year")


def test_every_truth_is_said_in_both_languages(made: Invented) -> None:
    assert len(made.truths) == 26
    for truth in made.truths.values():
        assert truth.what.zh
        assert truth.what.en
        assert truth.values


def test_output_by_year_and_its_average_growth(made: Invented) -> None:
    total = dict(firm_years(made).group_by("period").agg(pl.col("output").sum() / 1e10).iter_rows())
    assert total == pytest.approx(of(made, "output")["by_year"], abs=1e-5)
    growth = of(made, "growth")
    assert (growth["start"], growth["end"]) == ("2021", "2024")
    assert (total["2024"] / total["2021"]) ** (1 / 3) - 1 == pytest.approx(growth["rate"], abs=1e-5)


def test_the_leaders_share_by_year(made: Invented) -> None:
    leader = made.tables["firm"].filter(role="leader")["firm"].unique().item()
    assert leader == of(made, "leader_share")["firm"]
    share = dict(
        firm_years(made)
        .group_by("period")
        .agg(pl.col("output").filter(pl.col("firm") == leader).sum() / pl.col("output").sum())
        .iter_rows()
    )
    assert share == pytest.approx(of(made, "leader_share")["by_year"], abs=1e-6)
    assert 0.3 < share["2024"] < 0.4


def makers(made: Invented) -> dict[str, list[str]]:
    counted = made.tables["firm_product"].group_by("product").agg(pl.col("firm").unique())
    return dict(counted.iter_rows())


def test_the_gap_is_the_one_essential_product_that_nobody_makes(made: Invented) -> None:
    essential = set(made.tables["product_link"].filter(pl.col("essential"))["input"])
    assert {product for product in essential if product not in makers(made)} == {of(made, "gap")["product"]}


def test_the_sole_maker_is_the_one_product_with_a_single_firm(made: Invented) -> None:
    alone = {product: firms for product, firms in makers(made).items() if len(firms) == 1}
    sole = of(made, "sole_maker")
    assert alone == {sole["product"]: [sole["firm"]]}
    assert sole["product"] in set(made.tables["product_link"].filter(pl.col("essential"))["input"])


def test_the_renamed_firm_is_resolved_from_a_list_that_uses_its_former_name(made: Invented) -> None:
    loose = made.tables["list_member"].filter(pl.col("firm").is_null())["member"]
    found = resolve(loose, made.tables["firm"], made.tables["firm_name"])
    named = of(made, "two_names")
    assert dict(found.select("name", "firm").iter_rows())[named["former_name"]] == named["firm"]
    # the other name on the list leads to nobody, and nobody is guessed
    assert found["firm"].null_count() == 1
    assert found.filter(pl.col("firm").is_null())["candidates"].to_list() == [[]]
    registered = made.tables["firm"].filter(pl.col("firm") == named["firm"])["name"].unique().to_list()
    assert registered == [named["name"]]


def did(made: Invented) -> tuple[float, float]:
    """Difference of differences of mean log output, and its standard error (Welch)."""
    effect = of(made, "effect")
    start = int(effect["start"])
    got_it = made.tables["award"].filter(
        (pl.col("measure") == effect["measure"]) & (pl.col("outcome") == "granted")
    )
    window = firm_years(made).filter(pl.col("year") >= start - 3)
    whole = window.filter(pl.len().over("firm") == window["year"].n_unique())
    log, after = pl.col("output").log(), pl.col("year") >= start
    change = whole.group_by("firm", maintain_order=True).agg(
        (log.filter(after).mean() - log.filter(~after).mean()).alias("change")
    )
    treated = change["firm"].is_in(got_it["firm"].unique().implode())
    assert treated.sum() == effect["treated"] >= 20
    groups = [change["change"].filter(treated).to_numpy(), change["change"].filter(~treated).to_numpy()]
    error = sum(float(group.var(ddof=1)) / len(group) for group in groups) ** 0.5
    return float(groups[0].mean() - groups[1].mean()), error


@pytest.mark.parametrize("seed", range(8))
def test_a_plain_difference_in_differences_finds_the_planted_effect(seed: int) -> None:
    made = invent(seed=seed, as_of=AS_OF)
    estimate, error = did(made)
    effect = of(made, "effect")["log_effect"]
    assert error < 0.06
    assert abs(estimate - effect) < 3 * error
    # and it is told from no effect at all
    assert estimate > 3 * error


def test_before_the_measure_treated_firms_grew_like_the_others(made: Invented) -> None:
    effect = of(made, "effect")
    start = int(effect["start"])
    before = firm_years(made).filter(pl.col("year").is_between(start - 3, start - 1))
    before = before.filter(pl.len().over("firm") == 3)
    growth = before.group_by("firm", maintain_order=True).agg(
        (pl.col("output").last().log() - pl.col("output").first().log()).alias("growth")
    )
    treated = growth["firm"].is_in(
        made.tables["award"].filter(measure=effect["measure"], outcome="granted")["firm"].implode()
    )
    groups = [growth["growth"].filter(treated).to_numpy(), growth["growth"].filter(~treated).to_numpy()]
    error = sum(float(group.var(ddof=1)) / len(group) for group in groups) ** 0.5
    assert abs(float(groups[0].mean() - groups[1].mean())) < 3 * error


def half_life(made: Invented, cohorts: pl.Expr) -> tuple[float, float]:
    """Half-life in months by maximum likelihood on months insured, and the relative error of the rate."""
    people = made.tables["person"].filter(cohorts)["person"].implode()
    events = made.tables["person_event"].filter(pl.col("person").is_in(people))
    months, gone = events.filter(event="insured_month").height, events.filter(event="departure").height
    # each month somebody either stays insured or leaves
    leaves = gone / (months + gone)
    return pl.Series([0.5]).log().item() / pl.Series([1 - leaves]).log().item(), gone**-0.5


def test_the_half_life_of_the_marked_cohort_and_of_the_others(made: Invented) -> None:
    said = of(made, "half_life")
    for cohorts, months in (
        (pl.col("cohort") == said["cohort"], said["months"]),
        (pl.col("cohort") != said["cohort"], said["others"]),
    ):
        found, error = half_life(made, cohorts)
        assert error < 0.15
        assert abs(found / months - 1) < 3 * error
    marked, error = half_life(made, pl.col("cohort") == said["cohort"])
    assert marked * (1 + 3 * error) < said["others"]


def test_nobody_leaves_who_has_not_come_or_stays_insured_after_leaving(made: Invented) -> None:
    events = made.tables["person_event"]
    path = events.group_by("person").agg(
        pl.col("period").filter(pl.col("event") == "arrival").first().alias("came"),
        pl.col("period").filter(pl.col("event") == "departure").first().alias("left"),
        pl.col("period").filter(pl.col("event") == "insured_month").max().alias("last"),
    )
    assert path["came"].null_count() == 0
    assert (path["left"].drop_nulls() >= path.filter(pl.col("left").is_not_null())["came"]).all()
    assert path.filter(pl.col("last") >= pl.col("left")).is_empty()


def test_related_suppliers_are_sisters_that_sell_the_leader_the_same(made: Invented) -> None:
    said = of(made, "related_suppliers")
    sold = made.tables["trade"].filter(buyer=said["buyer"]).select("seller", "product").unique()
    related = made.tables["related_party"].select("firm", "other", "relation")
    pairs = related.join(sold, left_on="firm", right_on="seller").join(
        sold, left_on=["other", "product"], right_on=["seller", "product"]
    )
    assert [sorted(row) for row in pairs.select("firm", "other").rows()] == [said["firms"]]
    assert pairs["product"].to_list() == [said["product"]]
    parents = made.tables["owner"].filter(pl.col("firm").is_in(said["firms"]) & (pl.col("share") > 0.5))
    assert parents["owner_firm"].unique().to_list() == [said["parent"]]


def test_one_award_was_paid_twice(made: Invented) -> None:
    paid = made.tables["award"].filter((pl.col("outcome") == "granted") & (pl.col("paid") > 0))
    twice = paid.group_by("firm", "measure", "period", "amount").len().filter(pl.col("len") > 1)
    said = of(made, "paid_twice")
    assert twice.select("firm", "measure", "period", "len").rows() == [
        (said["firm"], said["measure"], said["period"], 2)
    ]


def test_one_firm_is_five_percent_short_of_the_scale_line(made: Invented) -> None:
    said = of(made, "near_scale")
    line = said["line"]
    last = firm_years(made).filter(period=said["year"])
    short = last.filter(pl.col("revenue") == line * 95 // 100)
    assert short["firm"].to_list() == [said["firm"]]
    standing = (
        made.tables["firm"]
        .sort("as_of")
        .unique("firm", keep="last")
        .join(last, on="firm")
        .filter(pl.col("left").is_null())
    )
    assert (standing["above_scale"] == (standing["revenue"] >= line)).all()


def test_the_list_of_firms_above_scale_begins_and_ends_with_their_years(made: Invented) -> None:
    listed = made.tables["list_member"].filter(list="above_scale").select("firm", "start", "end")
    years = (
        made.tables["firm_year"]
        .filter("above_scale")
        .group_by("firm")
        .agg(pl.col("period").min().alias("first"), pl.col("period").max().alias("last"))
    )
    both = listed.join(years, on="firm", how="left")
    assert both.height > 100
    assert (both["start"] == both["first"]).all()
    newest = made.tables["firm_year"]["period"].max()
    assert both.filter(pl.col("end").is_null() != (pl.col("last") == newest)).is_empty()
    here = made.tables["firm"].sort("as_of").unique("firm", keep="last").filter(pl.col("left").is_null())
    assert set(listed["firm"]) == set(here["firm"]) & set(years["firm"])


def test_one_high_tech_certificate_lapses_this_year(made: Invented) -> None:
    newest = made.tables["certificate"].filter(kind="high_tech").sort("granted").unique("firm", keep="last")
    due = newest.filter(pl.col("expires").is_between(AS_OF, date(AS_OF.year, 12, 31)))
    said = of(made, "lapsing")
    assert due.select("firm", pl.col("expires").dt.to_string()).rows() == [(said["firm"], said["expires"])]
    assert newest.height > 30


def test_one_firms_output_and_electricity_disagree(made: Invented) -> None:
    said = of(made, "disagreement")
    year = int(said["year"])
    change = (
        firm_years(made)
        .filter(pl.col("year") >= year - 1)
        .group_by("firm", maintain_order=True)
        .agg(
            *(
                (pl.col(name).last() / pl.col(name).first()).log().alias(name)
                for name in ("output", "power", "tax")
            ),
            pl.len(),
        )
        .filter(pl.col("len") == 2)
        .with_columns((pl.col("output") - pl.col("power")).alias("apart"))
        .sort("apart", descending=True)
    )
    first, second = change.head(2).iter_rows(named=True)
    assert first["firm"] == said["firm"]
    assert first["apart"] > 2 * second["apart"]
    assert first["output"] > 0.5
    assert first["power"] < 0
    assert first["tax"] == pytest.approx(0, abs=0.01)


def test_the_partner_that_takes_most_of_what_the_leader_exports(made: Invented) -> None:
    said = of(made, "customer")
    sold = made.tables["customs"].filter(firm=said["firm"], direction="export", period=said["year"])
    share = dict(sold.select("partner", pl.col("amount") / pl.col("amount").sum()).iter_rows())
    assert max(share, key=lambda partner: share[partner]) == said["partner"]
    assert share[said["partner"]] == pytest.approx(said["share_of_exports"], abs=1e-4)
    total = sum(firm_years(made).filter(period=said["year"])["output"].to_list())
    taken = sum(sold.filter(partner=said["partner"])["amount"].to_list())
    assert taken / total == pytest.approx(said["share_of_output"], abs=1e-4)


def test_packages_add_up_to_fewer_measures_than_are_claimed(made: Invented) -> None:
    said = of(made, "packages")
    claimed = made.tables["indicator"].filter(indicator="measures_claimed", measure="count")["value"].item()
    counted = made.tables["measure_package"]["measures"].sum()
    assert (claimed, counted) == (said["claimed"], said["catalogued"])
    assert counted < claimed


def test_one_project_was_signed_more_than_a_year_ago_and_not_started(made: Invented) -> None:
    signed = made.tables["project"].filter(stage="signed")
    old = signed.filter(pl.col("signed_on") < f"{AS_OF.year - 1}-{AS_OF.month:02d}")
    assert old["project"].to_list() == [of(made, "stalled_project")["project"]]
    assert signed.height > 3
    assert old["started_on"].to_list() == [None]


def test_one_request_is_overdue(made: Invented) -> None:
    requests = made.tables["service_request"]
    late = requests.filter((pl.col("due") < AS_OF) & pl.col("solved").is_null())
    assert late["request"].to_list() == [of(made, "overdue")["request"]]
    assert requests.filter((pl.col("due") >= AS_OF) & pl.col("solved").is_null()).height > 3


def test_one_parcel_is_held_and_idle(made: Invented) -> None:
    held = made.tables["parcel"].filter((pl.col("state") == "idle") & pl.col("firm").is_not_null())
    said = of(made, "idle_parcel")
    assert held.select("parcel", "firm").rows() == [(said["parcel"], said["firm"])]


def test_one_supply_is_near_its_limit(made: Invented) -> None:
    said = of(made, "tight_supply")
    spare = made.tables["utility"].select("node", (1 - pl.col("used") / pl.col("capacity")).alias("spare"))
    tightest = spare.sort("spare").head(1).row(0)
    assert tightest[0] == said["node"]
    assert tightest[1] == pytest.approx(said["spare"], abs=0.02)


def test_one_lines_rejects_double_in_the_second_half_of_the_year(made: Invented) -> None:
    said = of(made, "worse_line")
    rate = (
        made.tables["line_reading"]
        .group_by("machine", (pl.col("period") >= said["start"]).alias("after"))
        .agg((pl.col("rejects").sum() / pl.col("pieces").sum()).alias("rate"))
        .pivot("after", index="machine", values="rate")
        .with_columns((pl.col("true") / pl.col("false")).alias("times"))
        .sort("times", descending=True)
    )
    worst = rate.row(0, named=True)
    assert worst["machine"] == said["machine"]
    assert worst["false"] == pytest.approx(said["before"], rel=0.05)
    assert worst["true"] == pytest.approx(said["after"], rel=0.05)
    assert rate["times"][1] < 1.2


def test_one_division_leaves_its_region_and_grows_here(made: Invented) -> None:
    said = of(made, "moving_industry")
    rows = made.tables["region_industry"].filter(industry=said["division"]).sort("period")
    leaving = rows.filter(region=said["origin"])["value"]
    kept = (leaving / leaving.shift(1)).drop_nulls()
    assert len(kept) == 7
    assert kept.to_list() == pytest.approx([said["kept_a_year"]] * 7, abs=1e-4)
    here = rows.filter(region=said["here"])["value"]
    assert here.is_sorted()
    assert here[-1] > 4 * here[0]
    # no other large cell shrinks so much: it can be told from noise
    change = (
        made.tables["region_industry"]
        .drop_nulls("value")
        .sort("period")
        .group_by("region", "industry")
        .agg((pl.col("value").last() / pl.col("value").first()).alias("change"), pl.len())
        .filter(pl.col("len") > 5)
        .sort("change")
    )
    assert change.row(0)[:2] == (said["origin"], said["division"])


def test_one_region_hangs_on_coal_and_a_little_less_each_year(made: Invented) -> None:
    said = of(made, "resource_city")
    rows = made.tables["region_industry"].filter(region=said["region"])
    whole = rows.group_by("period").agg(pl.col("value").sum()).sort("period")
    coal = rows.filter(industry=said["division"]).sort("period")
    shares = dict(zip(whole["period"], coal["value"] / whole["value"], strict=True))
    assert shares == pytest.approx(said["by_year"], abs=1e-5)
    assert rows.filter(pl.col("value") > 0)["industry"].n_unique() >= 4


def test_a_division_that_the_zone_lacks_stands_where_its_first_is_strong(made: Invented) -> None:
    said = of(made, "related_industry")
    cells = made.tables["region_industry"].filter(period="2024")
    assert cells.filter(region=said["here"], industry=said["division"])["value"].to_list() == [0.0]
    whole = cells["value"].sum()
    shares = cells.with_columns(
        (pl.col("value") / pl.col("value").sum().over("region")).alias("here"),
        (pl.col("value").sum().over("industry") / whole).alias("everywhere"),
    )
    strong = shares.filter(
        (pl.col("here") >= pl.col("everywhere"))
        & (pl.col("industry") == said["goes_with"])
        & (pl.col("region") != said["here"])
    )
    related = cells.filter((pl.col("industry") == said["division"]) & (pl.col("value") > 0))
    assert related.height >= 2
    both = set(strong["region"]) & set(related["region"])
    assert len(both) >= 0.6 * max(strong.height, related.height)


def test_some_cells_of_regions_are_withheld_and_not_told_as_zero(made: Invented) -> None:
    cells = made.tables["region_industry"]
    assert cells.filter(pl.col("suppressed")).height > 20
    assert (cells["value"].is_null() == cells["suppressed"]).all()


def test_output_told_early_is_put_right_by_a_later_vintage(made: Invented) -> None:
    said = of(made, "flash")
    told = (
        made.tables["indicator"]
        .filter(indicator=said["indicator"], scope="全区光机电产业", measure="level", period=said["period"])
        .sort("as_of")
    )
    assert told["sense"].to_list() == ["about", "eq"]
    by_year = of(made, "output")["by_year"]
    assert told["value"][1] == by_year[said["period"]]
    assert 0 < 1 - told["value"][0] / told["value"][1] < 0.03


def test_one_firm_year_was_told_a_quarter_too_high_and_corrected(made: Invented) -> None:
    said = of(made, "corrected")
    vintages = made.tables["firm_year"].sort("as_of").group_by("firm", "period").agg(pl.col("output"))
    twice = vintages.filter(pl.col("output").list.len() > 1)
    assert twice.select("firm", "period").rows() == [(said["firm"], said["period"])]
    first, now = twice["output"].to_list()[0]
    assert first / now == pytest.approx(1.25, rel=1e-3)


def test_one_occupation_is_short(made: Invented) -> None:
    still_open = (
        made.tables["vacancy"]
        .filter(pl.col("closed").is_null())
        .group_by("occupation")
        .agg(pl.col("number").sum())
    )
    by_firms = (
        made.tables["post"]
        .group_by("occupation")
        .agg(((pl.col("planned") - pl.col("filled")).sum() / pl.col("filled").sum()).alias("gap"))
    )
    short = of(made, "short_occupation")["occupation"]
    assert still_open.sort("number")["occupation"][-1] == short
    assert by_firms.sort("gap")["occupation"][-1] == short


def test_small_zones_hold_fewer_truths_and_none_that_they_cannot_show() -> None:
    small = invent(5, seed=1, as_of=AS_OF)
    assert "sole_maker" not in small.truths
    assert "effect" not in small.truths
    assert {"output", "leader_share", "gap", "overdue"} <= set(small.truths)
    one_year = invent(131, seed=1, years=range(2025, 2026), as_of=AS_OF)
    assert not {"growth", "effect", "disagreement", "corrected"} & set(one_year.truths)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2025, 12, 31), date(2024, 2, 29), date(2028, 2, 29)])
def test_truths_hold_on_days_at_the_edge_of_a_year(day: date) -> None:
    edge = invent(seed=11, as_of=day)
    newest = edge.tables["certificate"].filter(kind="high_tech").sort("granted").unique("firm", keep="last")
    due = newest.filter(pl.col("expires").is_between(day, date(day.year, 12, 31)))
    assert due["firm"].to_list() == [of(edge, "lapsing")["firm"]]
    late = edge.tables["service_request"].filter((pl.col("due") < day) & pl.col("solved").is_null())
    assert late["request"].to_list() == [of(edge, "overdue")["request"]]
