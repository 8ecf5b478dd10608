"""An invented zone is whole, exact and marked as invented, whatever its size and seed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wutong.demo.drawn import draw_all
from wutong.demo.economy import draw
from wutong.demo.goods import LINKS, PRODUCTS
from wutong.demo.invented import Invented, invent
from wutong.demo.names import firm_names
from wutong.errors import WutongError
from wutong.zone.catalogue import TABLES
from wutong.zone.codes import known_codes
from wutong.zone.periods import parse_period, single_months
from wutong.zone.schema import Column
from wutong.zone.uscc import is_invented_uscc, uscc_faults

AS_OF = date(2026, 3, 31)
YI = 10**10
PAIRS = {"trade", "related_party"}


@pytest.fixture(scope="module")
def made() -> Invented:
    return invent(seed=7, as_of=AS_OF)


def newest(frame: pl.DataFrame, *key: str) -> pl.DataFrame:
    """The newest vintage of each fact."""
    return frame.sort("as_of").unique(key, keep="last", maintain_order=True)


def check_column(name: str, column: Column, values: pl.Series) -> None:
    where = f"{name}.{column.name}"
    assert values.dtype == column.dtype, where
    if column.required:
        assert values.null_count() == 0, where
    said = values.drop_nulls()
    if column.choices:
        assert set(said.unique()) <= {choice.word for choice in column.choices}, where
    if column.low is not None and len(said):
        assert (said >= column.low).all(), where
    if column.high is not None and len(said):
        assert (said <= column.high).all(), where
    if column.codes:
        assert said.is_in(known_codes(column.codes).implode()).all(), where
    if column.kind == "period":
        assert all(parse_period(period) == period for period in said.unique()), where
    if column.kind in ("number", "rate"):
        assert said.is_finite().all(), where
    if column.kind == "id":
        assert said.str.contains(r"^[^\s/\\?#<>\"'&%]{1,80}$").all(), where


def check_tables(tables: Mapping[str, pl.DataFrame], on: date | None = None) -> None:
    """Every table as declared, keys unique, and every reference to something known on the day."""
    seen = {
        name: frame if on is None else frame.filter(pl.col("as_of") <= on) for name, frame in tables.items()
    }
    assert list(tables) == list(TABLES)
    for name, frame in seen.items():
        table = TABLES[name]
        assert frame.columns == [column.name for column in table.columns]
        for column in table.columns:
            check_column(name, column, frame[column.name])
            if column.ref:
                target = seen[column.ref][TABLES[column.ref].key[0]]
                lost = (
                    frame[column.name]
                    .drop_nulls()
                    .to_frame("v")
                    .join(target.to_frame("v"), on="v", how="anti")
                )
                assert lost.is_empty(), (name, column.name, on, lost["v"][:3].to_list())
        assert not frame.select("zone", "as_of", *table.key).is_duplicated().any(), name
        assert frame["invented"].all(), name
        assert frame["zone"].unique().to_list() in ([], ["invented"]), name


# ------------------------------------------------------------------ the shape of tables


def test_every_table_is_filled_as_it_is_declared(made: Invented) -> None:
    check_tables(made.tables)
    assert [name for name, frame in made.tables.items() if frame.is_empty()] == []


def test_what_was_known_on_an_earlier_day_stands_on_its_own(made: Invented) -> None:
    for day in (date(2019, 6, 30), date(2022, 3, 1), date(2025, 1, 31)):
        check_tables(made.tables, day)
        assert made.tables["firm_year"].filter(pl.col("as_of") <= day).height > 0


def test_nothing_is_known_after_the_day(made: Invented) -> None:
    for name, frame in made.tables.items():
        assert frame["as_of"].max() <= AS_OF, name  # type: ignore[operator]  # the column holds dates
    after = made.tables["award"].filter((pl.col("paid_on") > AS_OF) | (pl.col("decided") > AS_OF))
    assert after.is_empty()


@settings(max_examples=25, deadline=None)
@given(
    firms=st.integers(1, 200),
    seed=st.integers(0, 2**40),
    first=st.integers(2005, 2030),
    span=st.integers(1, 9),
    later=st.integers(0, 1500),
)
def test_any_small_zone_has_valid_keys_and_references(
    firms: int, seed: int, first: int, span: int, later: int
) -> None:
    as_of = date.fromordinal(date(first + 1, 2, 20).toordinal() + later)
    zone = invent(firms, seed=seed, years=range(first, first + span), as_of=as_of)
    check_tables(zone.tables)
    if firms >= 10:
        assert [name for name, frame in zone.tables.items() if frame.is_empty()] == []
    years = zone.tables["firm_year"]["period"].unique()
    assert set(years) == {str(year) for year in range(first, first + span) if date(year + 1, 2, 20) <= as_of}


def test_one_firm_alone_fills_every_table_but_those_of_pairs() -> None:
    zone = invent(1, seed=3, as_of=AS_OF)
    check_tables(zone.tables)
    assert {name for name, frame in zone.tables.items() if frame.is_empty()} == PAIRS


# ------------------------------------------------------------------ the same again


def test_the_same_seed_gives_the_same_tables(made: Invented) -> None:
    again = invent(seed=7, as_of=AS_OF)
    for name, frame in made.tables.items():
        assert frame.equals(again.tables[name]), name
    assert made.truths == again.truths


def test_another_seed_gives_another_zone(made: Invented) -> None:
    other = invent(seed=8, as_of=AS_OF)
    same = {name for name, frame in made.tables.items() if frame.equals(other.tables[name])}
    # what is said of every invented zone alike
    assert same == {
        "document",
        "product",
        "product_link",
        "utility_price",
        "reform_task",
        "measure_package",
        "fund",
        "pool",
    }


# ------------------------------------------------------------------ marks of invention


def test_every_name_says_that_it_is_invented(made: Invented) -> None:
    marked = {
        "firm": ("name",),
        "firm_name": ("name",),
        "document": ("title", "publisher"),
        "project": ("name",),
        "list_member": ("member",),
        "rd_body": ("name",),
        "patent": ("title",),
        "fund": ("name",),
        "pool": ("name",),
        "loan": ("bank",),
        "budget": ("name",),
        "contract": ("other",),
        "customs": ("port",),
        "measure_package": ("name",),
        "reform_task": ("name",),
        "service_request": ("subject",),
        "region_industry": ("region",),
        "indicator": ("as_published",),
    }
    for name, columns in marked.items():
        for column in columns:
            said = made.tables[name][column].drop_nulls()
            assert len(said), (name, column)
            assert said.str.starts_with("虚构·").all(), (name, column)
    assert made.tables["firm"]["name_en"].str.starts_with("Invented ").all()
    assert "虚构" in made.settings.name.zh
    assert made.settings.invented


def test_credit_codes_are_well_formed_and_belong_to_nobody(made: Invented) -> None:
    codes = made.tables["firm"]["uscc"]
    assert uscc_faults(codes).null_count() == len(codes)
    assert all(is_invented_uscc(code) for code in codes)


def test_names_are_unique_in_both_languages() -> None:
    economy = draw(20_000, 5, range(2023, 2026), AS_OF)
    rows = pl.int_range(economy.firms, eager=True).to_numpy()
    zh, en = firm_names(economy, rows)
    assert zh.n_unique() == en.n_unique() == economy.firms


def test_owners_and_people_are_numbers_and_no_document_has_an_address(made: Invented) -> None:
    owners = made.tables["owner"].filter(pl.col("owner_firm").is_null())["owner"]
    assert owners.str.contains(r"^holder-\d+$").all()
    assert made.tables["person"]["person"].str.contains(r"^p\d+$").all()
    assert made.tables["document"]["url"].null_count() == made.tables["document"].height


def test_the_land_lies_at_sea_and_no_two_parcels_share_ground(made: Invented) -> None:
    boxes = []
    for name in ("parcel", "utility"):
        shapes = made.tables[name].unique("geometry", maintain_order=True)["geometry"]
        for shape in shapes:
            points = [
                point.split() for point in shape.removeprefix("POLYGON((").removesuffix("))").split(", ")
            ]
            assert points[0] == points[-1]
            xs, ys = ([float(point[at]) for point in points] for at in (0, 1))
            boxes.append((min(xs), min(ys), max(xs), max(ys)))
    assert len(boxes) > 100
    assert all(0 < west < east < 1 and 0 < south < north < 1 for west, south, east, north in boxes)
    shared = [
        (one, other)
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert shared == []


def test_trading_partners_are_letters_that_no_country_has(made: Invented) -> None:
    # ISO 3166-1 leaves XAA to XZZ to its users
    assert made.tables["customs"]["partner"].str.contains("^X[A-Z]{2}$").all()


# ------------------------------------------------------------------ sums


def sums(made: Invented, column: str) -> dict[str, int]:
    firm_year = newest(made.tables["firm_year"], "firm", "period")
    return dict(firm_year.group_by("period").agg(pl.col(column).sum()).iter_rows())


@pytest.mark.parametrize("column", ["output", "revenue", "tax", "rd", "export"])
def test_the_zone_is_told_as_the_exact_sum_of_its_firms(made: Invented, column: str) -> None:
    told = newest(made.tables["indicator"], "indicator", "scope", "measure", "period").filter(
        (pl.col("indicator") == column)
        & (pl.col("scope") == "全区光机电产业")
        & (pl.col("measure") == "level")
        & ~pl.col("period").str.contains("-")
    )
    assert told["sense"].unique().to_list() == ["eq"]
    assert told["unit"].unique().to_list() == ["亿元"]
    assert told["price_basis"].unique().to_list() == ["current"]
    as_fen = {
        period: Decimal(repr(value)) * YI for period, value in told.select("period", "value").iter_rows()
    }
    assert as_fen == sums(made, column)


def test_chains_add_up_to_the_zone(made: Invented) -> None:
    told = newest(made.tables["indicator"], "indicator", "scope", "measure", "period").filter(
        (pl.col("indicator") == "output")
        & (pl.col("measure") == "level")
        & pl.col("scope").str.ends_with("链")
    )
    by_year = told.group_by("period").agg(
        pl.col("value").map_elements(lambda v: repr(v), return_dtype=pl.String)
    )
    for period, values in by_year.iter_rows():
        assert sum(Decimal(value) for value in values) * YI == sums(made, "output")[period]


def test_months_add_up_to_the_year(made: Invented) -> None:
    months = made.tables["firm_month"].filter(pl.col("period").str.starts_with("2025"))
    year = {
        row["firm"]: row
        for row in newest(made.tables["firm_year"], "firm", "period")
        .filter(period="2025")
        .iter_rows(named=True)
    }
    assert months["firm"].n_unique() == len(year)
    for column in ("output", "revenue", "profit", "tax", "export", "power", "water"):
        for firm, rows in months.group_by("firm"):
            cumulative = dict(
                rows.filter(pl.col("period").str.contains(r"-01\.\.")).select("period", column).iter_rows()
            )
            alone = dict(
                rows.filter(~pl.col("period").str.contains(r"-01\.\.(?:0[3-9]|1\d)"))
                .select("period", column)
                .iter_rows()
            )
            assert len(alone) == len(cumulative) == 11
            assert single_months(cumulative) == alone
            assert cumulative["2025-01..12"] == year[str(firm[0])][column]


def test_running_months_are_known_up_to_the_day() -> None:
    running = invent(40, seed=2, as_of=date(2025, 9, 30))
    periods = running.tables["firm_month"].filter(pl.col("period").str.starts_with("2025"))["period"]
    assert periods.max() == "2025-08"
    assert "2025-01..08" in periods
    assert running.tables["firm_year"]["period"].max() == "2024"
    came = running.tables["firm"].filter(entered="2025")
    assert came.height > 0
    assert came["above_scale"].null_count() == came.height


def test_customs_add_up_to_the_exports_that_firms_report(made: Invented) -> None:
    declared = (
        made.tables["customs"]
        .filter(direction="export")
        .group_by("firm", "period")
        .agg(pl.col("amount").sum())
    )
    reported = newest(made.tables["firm_year"], "firm", "period")
    both = declared.join(reported.select("firm", "period", "export"), on=["firm", "period"])
    assert both.height == declared.height > 50
    assert (both["amount"] == both["export"]).all()


def test_shares_of_owners_add_up_to_one(made: Invented) -> None:
    total = made.tables["owner"].group_by("firm").agg((pl.col("share") * 100).round().cast(pl.Int64).sum())
    assert (total["share"] == 100).all()


def test_invoices_add_up_to_their_trade_and_contract(made: Invented) -> None:
    sales = made.tables["contract"].filter(kind="sale")
    billed = (
        made.tables["invoice"]
        .group_by("contract")
        .agg((pl.col("amount") + pl.col("vat")).sum().alias("billed"))
    )
    both = sales.join(billed, on="contract")
    assert both.height == sales.height > 100
    assert (both["billed"] == both["amount"]).all()


def test_budgets_spend_what_awards_were_paid(made: Invented) -> None:
    paid = dict(
        made.tables["award"]
        .drop_nulls("paid_on")
        .group_by(pl.col("paid_on").dt.year().cast(pl.String))
        .agg(pl.col("paid").sum())
        .iter_rows()
    )
    budget = made.tables["budget"]
    assert (budget["spent"] <= budget["amount"]).all()
    assert dict(budget.select("period", "spent").iter_rows()) == {
        period: paid[period] for period in budget["period"]
    }


def test_the_zones_row_in_regions_is_the_sum_of_its_firms(made: Invented) -> None:
    own = (
        made.tables["region_industry"]
        .filter(pl.col("region") == "虚构·示范区")
        .group_by("period")
        .agg(pl.col("value").sum())
    )
    in_fen = {period: round(value * 1_000_000) for period, value in own.iter_rows()}
    assert in_fen == sums(made, "output")


# ------------------------------------------------------------------ an economy that could be


def test_the_default_is_one_leader_and_130_firms_in_three_chains(made: Invented) -> None:
    here = newest(made.tables["firm"], "firm").filter(pl.col("left").is_null())
    assert here.height == 131
    assert here.filter(role="leader").height == 1
    assert here["chain"].n_unique() == 3
    assert newest(made.tables["firm_year"], "firm", "period").filter(period="2025").height == 131


def test_output_passes_70_billion_yuan_in_2024_after_growing_by_42_percent_a_year() -> None:
    for seed in range(5):
        total = sums(invent(seed=seed, as_of=AS_OF), "output")
        assert 701 < total["2024"] / YI < 708.5
        assert (total["2024"] / total["2021"]) ** (1 / 3) - 1 == pytest.approx(0.42, abs=0.003)


def test_the_leader_is_the_largest_firm_at_any_size() -> None:
    for firms, seed in ((131, 1), (131, 2), (5_000, 3)):
        economy = draw(firms, seed, range(2021, 2026), AS_OF)
        assert (economy.output.argmax(axis=0) == 0).all()


def test_amounts_of_a_firm_go_together(made: Invented) -> None:
    year = newest(made.tables["firm_year"], "firm", "period").filter(period="2024")
    logs = year.select(pl.col("output", "revenue", "tax", "power", "employees").cast(pl.Float64).log())
    for column in ("revenue", "tax", "power", "employees"):
        assert logs.select(pl.corr("output", column)).item() > 0.85
    assert (year["value_added"] < year["output"]).all()
    assert (year["export"] <= year["revenue"]).all()


def test_sizes_of_firms_are_spread_like_a_lognormal() -> None:
    drawn = draw_all(20_000, 4, range(2023, 2026), AS_OF)
    logs = pl.Series(drawn.economy.output[1:, 1][drawn.economy.active[1:, 1]]).cast(pl.Float64).log()
    assert 1.2 < float(logs.std() or 0) < 1.5  # type: ignore[arg-type]  # a float column has a float deviation
    assert abs(float(logs.skew() or 0)) < 0.1


def test_firms_come_and_go(made: Invented) -> None:
    firm = newest(made.tables["firm"], "firm")
    assert firm.filter(pl.col("left").is_not_null()).height >= 5
    assert firm.filter(pl.col("entered") > "2018").height >= 40
    assert (firm["founded"] <= firm["entered"]).all()
    years = newest(made.tables["firm_year"], "firm", "period").join(
        firm.select("firm", "entered", "left"), on="firm"
    )
    assert (years["period"] >= years["entered"]).all()
    assert (years["period"] < years["left"].fill_null("9999")).all()


def test_no_firm_sells_more_to_its_neighbours_than_its_revenue_or_anything_to_itself(made: Invented) -> None:
    trade = made.tables["trade"]
    assert (trade["seller"] != trade["buyer"]).all()
    sold = trade.group_by(pl.col("seller").alias("firm"), "period").agg(pl.col("amount").sum())
    both = sold.join(
        newest(made.tables["firm_year"], "firm", "period").select("firm", "period", "revenue"),
        on=["firm", "period"],
    )
    assert both.height == sold.height
    assert (both["amount"] <= both["revenue"] * 0.61).all()


def test_products_stand_on_real_codes_and_links_make_no_circle() -> None:
    assert {product.industry for product in PRODUCTS} <= set(known_codes("gbt4754-2017"))
    inputs: dict[str, set[str]] = {}
    for made_of, used, *_ in LINKS:
        inputs.setdefault(made_of, set()).add(used)

    def reached(product: str) -> set[str]:
        return inputs.get(product, set()).union(*(reached(used) for used in inputs.get(product, set())))

    assert all(product.id not in reached(product.id) for product in PRODUCTS)
    shares = pl.DataFrame(
        LINKS, schema=["product", "input", "essential", "replaceable", "share"], orient="row"
    )
    assert (shares.group_by("product").agg(pl.col("share").sum())["share"] < 0.95).all()


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("firms", "seed", "years", "as_of", "word"),
    [
        (0, 1, range(2018, 2026), AS_OF, "at least one firm"),
        (5, -1, range(2018, 2026), AS_OF, "seed"),
        (5, 1, range(2018, 2026, 2), AS_OF, "without a gap"),
        (5, 1, range(2018, 2018), AS_OF, "without a gap"),
        (5, 1, range(2018, 2026), date(2019, 2, 19), "2019-02-20"),
    ],
)
def test_what_cannot_be_invented_is_refused_with_the_reason(
    firms: int, seed: int, years: range, as_of: date, word: str
) -> None:
    with pytest.raises(WutongError, match=word):
        invent(firms, seed=seed, years=years, as_of=as_of)
