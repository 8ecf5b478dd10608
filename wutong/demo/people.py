"""Tables of people and service: numbers instead of names, their steps, posts, vacancies and what firms ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.demo.drawn import Drawn
from wutong.demo.economy import Economy, stream
from wutong.demo.frames import MARK_ZH, days, ids, named, on_days, pick, repeated

PERSONS: Final = 12_000
"""At most so many people."""
POST_FIRMS: Final = 5_000
"""Posts are given for at most so many firms."""
VACANCIES: Final = 5_000
REQUESTS: Final = 2_000
HALF_LIFE: Final = 30.0
"""Months after which half of a cohort has left, but for the marked one."""

OCCUPATIONS: Final = (
    # code of the classification of 2022, title in a vacancy, yuan a month
    ("6-20-07-05", "光学镜头制造工", 5_200),
    ("6-18-01-07", "数控机床操作工", 6_000),
    ("6-18-04-01", "模具工", 6_500),
    ("6-25-02-05", "半导体芯片制造工", 6_200),
    ("6-25-04-07", "电子设备装接工", 5_000),
    ("6-31-03-05", "质检员", 4_800),
    ("6-31-07-01", "工业机器人系统运维员", 7_000),
    ("2-02-09-02", "电子元器件工程师", 11_000),
    ("2-02-09-01", "电子材料工程师", 12_000),
    ("2-02-38-01", "人工智能工程师", 17_000),
    ("2-02-38-10", "机器人工程师", 14_000),
    ("2-02-10-03", "软件工程师", 13_000),
)
SHORTEST: Final = 9
"""The occupation that is short: its vacancies outnumber what firms have."""

_HOMES: Final = ("140000", "410000", "440000", "320000", "310000", "610000", "130000", "330000")
_DEGREES: Final = ("doctor", "master", "bachelor", "college", "secondary")


def marked_cohort(economy: Economy) -> int:
    """The cohort with its own half-life: who came four years before the last year, or in the first."""
    return max(economy.years[0], economy.last_year - 4)


def marked_half_life(economy: Economy) -> float:
    """Half-life of the marked cohort in months."""
    return round(float(stream(economy.seed, "half-life").uniform(14.0, 20.0)), 1)


def _cohorts(
    drawn: Drawn,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """For each person the firm, the year and month of arrival, and the months stayed (−1 where still there)."""
    economy = drawn.economy
    chance = drawn.chance("cohorts")
    count = int(np.clip(4 * len(economy.roster), 400, PERSONS))
    first = marked_cohort(economy)
    year = np.sort(chance.integers(first, economy.last_year + 1, count))
    year[: count // 3] = first
    month = chance.integers(1, 13, count)
    # nobody comes to a firm before the firm does
    firm = chance.choice(economy.roster[economy.entered[economy.roster] <= first], count)
    half_life = np.where(year == first, marked_half_life(economy), HALF_LIFE)
    stay = np.floor(chance.exponential(half_life / np.log(2.0))).astype(np.int64)
    until_end = (economy.last_year - year) * 12 + 12 - month
    return firm, year, month, np.where(stay <= until_end, stay, -1)


def person(drawn: Drawn) -> pl.DataFrame:
    """People by number, with the province they came from and the year in which they came."""
    chance = drawn.chance("person")
    _, year, month, _ = _cohorts(drawn)
    count = len(year)
    return pl.DataFrame(
        {
            "person": ids("p", count),
            "born": year - chance.integers(20, 50, count),
            "home": pick(
                _HOMES, chance.choice(len(_HOMES), count, p=(0.5, 0.14, 0.1, 0.06, 0.04, 0.06, 0.06, 0.04))
            ),
            "degree": pick(_DEGREES, chance.choice(len(_DEGREES), count, p=(0.02, 0.12, 0.36, 0.3, 0.2))),
            "occupation": pick(
                [code for code, _, _ in OCCUPATIONS], chance.integers(0, len(OCCUPATIONS), count)
            ),
            "cohort": pl.Series(year).cast(pl.String),
            "as_of": on_days(year, month, np.ones_like(year)),
            "source": repeated("people-office", count),
        }
    )


def person_event(drawn: Drawn) -> pl.DataFrame:
    """Each person's path: arrival, placement, a month insured for each month stayed, and departure."""
    chance = drawn.chance("person_event")
    economy = drawn.economy
    firm, year, month, stay = _cohorts(drawn)
    start = year * 12 + month - 1
    end = economy.last_year * 12 + 11
    here = np.where(stay >= 0, stay, end - start + 1)
    people = np.arange(len(year))

    def events(kind: str, who: NDArray[np.int64], at: NDArray[np.int64]) -> pl.DataFrame:
        number = pl.Series(at % 12 + 1).cast(pl.String).str.zfill(2)
        return pl.DataFrame(
            {
                "person": named("p", who),
                "event": repeated(kind, len(who)),
                "period": pl.Series(at // 12).cast(pl.String) + "-" + number,
                "firm": drawn.ids(firm[who]),
                "as_of": on_days(at // 12, at % 12 + 1, np.full_like(at, 28)),
            }
        )

    months = np.repeat(people, here)
    step = np.arange(len(months)) - np.repeat(np.cumsum(here) - here, here)
    gone = people[stay >= 0]
    trained = people[(chance.random(len(people)) < 0.3) & (here > 3)]
    served = people[(chance.random(len(people)) < 0.2) & (here > 6)]
    return pl.concat(
        [
            events("arrival", people, start),
            events("placement", people[here > 0], start[here > 0]),
            events("insured_month", months, start[months] + step),
            events("training", trained, start[trained] + 3),
            events("service", served, start[served] + 6),
            events("departure", gone, start[gone] + stay[gone]),
        ]
    ).with_columns(pl.lit("people-office").alias("source"))


def post(drawn: Drawn) -> pl.DataFrame:
    """Posts by firm and occupation at the end of the last year."""
    economy = drawn.economy
    chance = drawn.chance("post")
    firms = np.flatnonzero(economy.here[:POST_FIRMS])
    employees = drawn.reported["employees"][firms, economy.last]
    occupation = np.stack([economy.chain[firms] * 4 + at for at in range(4)], axis=1) % len(OCCUPATIONS)
    filled = np.floor(employees[:, None] * chance.dirichlet([5.0, 4.0, 3.0, 2.0], len(firms)) * 0.9).astype(
        np.int64
    )
    rows = np.repeat(firms, 4)
    short = np.where(occupation.ravel() == SHORTEST, 1.4, 1.05)
    return pl.DataFrame(
        {
            "firm": drawn.ids(rows),
            "occupation": pick([code for code, _, _ in OCCUPATIONS], occupation.ravel()),
            "period": repeated(str(economy.last_year), len(rows)),
            "filled": filled.ravel(),
            "planned": np.ceil(filled.ravel() * short).astype(np.int64) + (occupation.ravel() == SHORTEST),
            "as_of": repeated(drawn.year_end, len(rows)),
            "source": repeated("people-office", len(rows)),
        }
    )


def vacancy(drawn: Drawn) -> pl.DataFrame:
    """Vacancies of the last year; those of the short occupation stay open."""
    economy = drawn.economy
    chance = drawn.chance("vacancy")
    count = int(np.clip(2 * len(economy.roster), 24, VACANCIES))
    which = chance.integers(0, len(OCCUPATIONS), count)
    which[: count // 8] = SHORTEST
    opened = chance.integers(0, 240, count)
    start = date(economy.last_year, 1, 1)
    is_open = (which == SHORTEST) | (chance.random(count) < 0.1)
    closed = days(start, opened + chance.integers(10, 100, count))
    wage = np.array([yuan for _, _, yuan in OCCUPATIONS])[which]
    low = np.rint(wage * chance.uniform(0.85, 1.1, count) / 100).astype(np.int64) * 100
    return pl.DataFrame(
        {
            "vacancy": ids("v", count),
            "firm": drawn.ids(chance.choice(economy.roster, count)),
            "title": pick([title for _, title, _ in OCCUPATIONS], which),
            "occupation": pick([code for code, _, _ in OCCUPATIONS], which),
            "number": chance.integers(1, 20, count) * np.where(which == SHORTEST, 2, 1),
            "wage_low": low * 100,
            "wage_high": (low + np.rint(low * 0.3 / 100).astype(np.int64) * 100) * 100,
            "opened": days(start, opened),
            "closed": closed.set(pl.Series(is_open), None),
            "as_of": days(start, opened),
            "source": repeated("vacancies", count),
        }
    )


_SUBJECTS: Final = (
    "用电增容",
    "员工宿舍不足",
    "融资需求",
    "厂房消防验收",
    "货运通道",
    "招工困难",
    "出口退税进度",
    "道路破损",
)
_OFFICES: Final = ("经济发展局", "人才服务中心", "财政局", "规划建设局", "企业服务中心")


def _requests(drawn: Drawn) -> int:
    return int(np.clip(len(drawn.economy.roster) // 2, 12, REQUESTS))


def overdue_request(drawn: Drawn) -> str:
    """The one request whose day has passed and that is not solved."""
    return str(named("req-", np.array([_requests(drawn)]), 5)[0])


def service_request(drawn: Drawn) -> pl.DataFrame:
    """Matters that firms raise: collected, assigned, solved, supervised, closed; one is overdue."""
    economy = drawn.economy
    chance = drawn.chance("service_request")
    count = _requests(drawn)
    today = economy.as_of
    before = chance.integers(40, 360, count)
    # the newest fifth is still open and due after the day
    before[: count // 5] = chance.integers(1, 10, count // 5)
    took = chance.integers(3, 25, count)
    solved = before > 30
    start = days(today, -before)
    subject = pick(_SUBJECTS, chance.integers(0, len(_SUBJECTS), count))
    frame = pl.DataFrame(
        {
            "request": ids("req-", count, 5),
            "firm": drawn.ids(chance.choice(economy.roster, count)),
            "subject": MARK_ZH + subject,
            "collected": start,
            "assigned": start.dt.offset_by("1d"),
            "due": start.dt.offset_by("30d"),
            "solved": days(today, -before + took).set(pl.Series(~solved), None),
            "closed": days(today, -before + took + 5).set(pl.Series(~solved), None),
            "office": pick(_OFFICES, chance.integers(0, len(_OFFICES), count)),
        }
    )
    late = frame.head(1).with_columns(
        pl.lit(overdue_request(drawn)).alias("request"),
        *(
            pl.lit(today - timedelta(days=back)).alias(name)
            for name, back in (("collected", 75), ("assigned", 74), ("due", 45))
        ),
    )
    return pl.concat([frame, late]).with_columns(
        pl.lit(today).alias("as_of"), pl.lit("service-desk").alias("source")
    )


def tables(drawn: Drawn) -> dict[str, pl.DataFrame]:
    """All tables of people and service."""
    return {
        "person": person(drawn),
        "person_event": person_event(drawn),
        "post": post(drawn),
        "vacancy": vacancy(drawn),
        "service_request": service_request(drawn),
    }
