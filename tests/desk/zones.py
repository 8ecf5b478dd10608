"""Two small zones for the tests of the desk, with names that try to break out and persons that must stay hidden."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from wutong.words import Text
from wutong.zone.load import FOLDER, Zone, open_zone
from wutong.zone.settings import FILE, Settings, write_settings

IMG = "<img src=x onerror=alert(1)>"
TEMPLATE = "{c}|{b} {{7*7}} ${7*7}"
FORMULA = "@SUM(A1)"
SECRETS = ("秘密股东张某", "p-secret-777", "秘密备注", "secret-home-note")
"""Words that stand in personal columns alone: no page and no file may hold one of them."""

TODAY = date(2026, 11, 22)
FIRMS = 130


def _csv(*rows: list[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _year(n: int) -> list[object]:
    return [f"f{n:03}", "2024", f"{n + 1}", f"{n}", f"{n * 10}", "2025-02-01", "d1"]


def tables() -> dict[str, str]:
    """Give the text of each file."""
    known = ["2026-06-01", "d1"]
    firms: list[list[object]] = [
        [
            "firm",
            "name",
            "name_en",
            "uscc",
            "role",
            "chain",
            "industry",
            "makes",
            "above_scale",
            "as_of",
            "source",
            "note",
        ],
        [
            "leader",
            "光轮（试）",
            "Light Wheel",
            "",
            "leader",
            "vision",
            "3976",
            "镜头",
            "是",
            *known,
            "两种语言",
        ],
        ["img", IMG, IMG, "", "member", "", "", IMG, "否", *known, IMG],
        ["braces", TEMPLATE, "", "", "member", "", "", "", "", *known, ""],
        ["formula", "公式厂", "", "", "member", "", "", FORMULA, "", *known, ""],
    ]
    firms += [
        [f"f{n:03}", f"试验企业{n}", "", "", "member" if n % 2 else "other", "ai", "", "", "", *known, ""]
        for n in range(FIRMS - 4)
    ]
    years: list[list[object]] = [
        ["firm", "period", "output[亿元]", "profit[万元]", "employees", "as_of", "source"],
        ["leader", "2023", "200", "-12.5", "24000", "2024-02-01", "d1"],
        ["leader", "2024", "240", "300", "", "2025-02-01", "d1"],
        ["leader", "2024", "245.5", "300", "", "2025-06-01", "d2"],
        ["img", "2024", "", "1", "10", "2025-02-01", "d2"],
        ["braces", "2024", "-5", "", "", "2025-02-01", "d1"],
        *[_year(n) for n in range(100)],
    ]
    indicators: list[list[object]] = [
        [
            "indicator",
            "name",
            "name_en",
            "scope",
            "scope_en",
            "measure",
            "price_basis",
            "period",
            "sense",
            "value",
            "unit",
            "as_of",
            "source",
        ],
        [
            "output",
            "产值",
            "Output",
            "全区",
            "The zone",
            "level",
            "current",
            "2022",
            "eq",
            "293",
            "亿元",
            "2023-08-02",
            "d1",
        ],
        [
            "output",
            "产值",
            "Output",
            "全区",
            "The zone",
            "level",
            "current",
            "2024",
            "gt",
            "700",
            "亿元",
            "2025-05-22",
            "d2",
        ],
        ["odd", IMG, IMG, IMG, IMG, "count", "none", "2024", "eq", "7", "家", "2025-05-22", "d2"],
        [
            "output_target",
            "目标",
            "Target",
            "全区",
            "The zone",
            "target",
            "current",
            "2027",
            "eq",
            "1000",
            "亿元",
            "2025-02-01",
            "d1",
        ],
    ]
    return {
        "document.csv": _csv(
            ["document", "title", "publisher", "published", "url", "grade", "read_on", "as_of", "source"],
            [
                "d1",
                "晋城市计划",
                "市政府",
                "2025-02",
                "https://www.example.gov.cn/plan",
                "A",
                "2026-06-01",
                "2026-06-01",
                "d1",
            ],
            [
                "d2",
                IMG,
                IMG,
                "2025-05-22",
                "https://news.example.cn/a?b=1&c=2",
                "B",
                "2026-06-01",
                "2026-06-01",
                "d2",
            ],
        ),
        "firm.csv": _csv(*firms),
        "firm_name.csv": _csv(
            ["firm", "name", "kind", "evidence", "as_of", "source"],
            ["leader", "光轮", "short", IMG, "2026-06-01", "d1"],
        ),
        "firm_year.csv": _csv(*years),
        "indicator.csv": _csv(*indicators),
        "measure_package.csv": _csv(
            ["package", "name", "name_en", "measures", "published", "text_known", "as_of", "source"],
            ["p1", IMG, "", "18", "2023-08-02", "否", "2023-08-02", "d1"],
            ["p2", TEMPLATE, "", "20", "2024-01-05", "否", "2024-01-05", "d2"],
            ["p3", "要素保障", "Factors", "", "", "", "2024-01-05", "d2"],
        ),
        "owner.csv": _csv(
            ["firm", "owner", "owner_firm", "share[%]", "start", "as_of", "source", "note"],
            ["leader", SECRETS[0], "", "30", "2020", "2026-06-01", "d1", SECRETS[2]],
            ["leader", SECRETS[0], "", "31", "2020", "2026-06-01", "d1", SECRETS[2]],
            ["", SECRETS[0], "", "32", "2020", "2026-06-01", "d1", ""],
            ["img", "另一家", "leader", "70", "2021", "2026-06-01", "d1", ""],
        ),
        "person.csv": _csv(
            ["person", "born", "home", "degree", "as_of", "source", "note"],
            [SECRETS[1], "1990", SECRETS[3], "doctor", "2026-06-01", "d1", SECRETS[2]],
        ),
        "person_event.csv": _csv(
            ["person", "event", "period", "firm", "as_of", "source"],
            [SECRETS[1], "arrival", "2024", "leader", "2026-06-01", "d1"],
        ),
        "region_industry.csv": _csv(
            ["region", "industry", "period", "measure", "value", "unit", "suppressed", "as_of", "source"],
            *_region_rows(),
        ),
        "machine.csv": _csv(
            ["machine", "firm", "kind", "number", "period", "colour", "as_of", "source"],
            ["m1", "leader", IMG, "6806", "2024-13", "red", "2025-05-22", "d2"],
        ),
    }


REGIONS = {
    "140500": {"06": ("700", "650"), "39": ("100", "250"), IMG: ("10", "20")},
    "coal": {"06": ("900", "880"), "39": ("", ""), IMG: ("5", "6")},
    IMG: {"06": ("10", "10"), "39": ("500", "400"), IMG: ("70", "90")},
}
"""Output by region, industry and year: one city that hangs on coal, one cell withheld, one name out to do harm."""


def _region_rows() -> list[list[object]]:
    return [
        [region, industry, year, measure, value, unit, "是" if value == "" else "否", "2026-06-01", "d1"]
        for measure, unit in (("output", "万元"), ("employment", "人"))
        for region, industries in REGIONS.items()
        for industry, values in industries.items()
        for year, value in zip(("2023", "2024"), values, strict=True)
    ]


def write(folder: Path, *, name: str, invented: bool) -> Path:
    """Write a zone."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    called = Text(f"试验区 {IMG}", f"Trial zone {IMG}") if not invented else Text("虚构区", "Made-up zone")
    settings = Settings(
        name, called, Text("试用", f"For trying out {IMG}"), date(2026, 6, 1), invented, "140500", "CC-BY-4.0"
    )
    (folder / FILE).write_text(write_settings(settings), encoding="utf-8")
    for file, text in tables().items():
        (folder / FOLDER / file).write_text(text, encoding="utf-8")
    return folder


def mixed(folder: Path) -> Zone:
    """Open a real zone in which one row of some tables is invented, and one invented row has a fault."""
    (folder / FOLDER).mkdir(parents=True)
    settings = Settings("mixed", Text("混合区", "Mixed zone"), Text("", ""), date(2026, 6, 1), invented=False)
    (folder / FILE).write_text(write_settings(settings), encoding="utf-8")
    ends = ["as_of", "source", "invented"]
    real, made = ["2026-06-01", "d1", "否"], ["2026-06-01", "d1", "是"]
    files = {
        "document": _csv(
            ["document", "title", *ends],
            ["d1", "计划", "2026-06-01", "d2", "否"],
            ["d2", "公报", "2026-06-01", "d2", "否"],
        ),
        "firm": _csv(
            ["firm", "name", "industry", *ends], ["true", "真厂", "3813", *real], ["made", "编厂", "", *made]
        ),
        "firm_year": _csv(
            ["firm", "period", "output[亿元]", *ends],
            ["true", "2024", "10", *real],
            ["made", "2024", "5", *made],
            ["true", "2023", "7", *made],
        ),
        "indicator": _csv(
            ["indicator", "name", "scope", "measure", "period", "sense", "value", "unit", *ends],
            ["local", "配套率", "全区", "share", "2024", "eq", "12.5", "%", *made],
            ["growth", "增速", "全区", "growth", "2024", "eq", "1234.5", "%", *real],
        ),
        "machine": _csv(["machine", "firm", "period", *ends], ["m1", "true", "2024-13", *real]),
        "firm_name": _csv(["firm", "name", "kind", *ends], ["", "编厂二", "short", *made]),
    }
    for name, text in files.items():
        (folder / FOLDER / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_zone(folder)


def both(folder: Path) -> tuple[Zone, Zone]:
    """Open both zones."""
    return (
        open_zone(write(folder / "trial", name="trial", invented=False)),
        open_zone(write(folder / "made-up", name="made-up", invented=True)),
    )


PAGES = (
    "/{l}/",
    "/{l}/help",
    "/{l}/{z}/",
    "/{l}/{z}/finding/output-path",
    "/{l}/{z}/finding/output-forecast",
    "/{l}/{z}/finding/measures-catalogued",
    "/{l}/{z}/firm/leader",
    "/{l}/{z}/firm/img",
    "/{l}/{z}/tables",
    "/{l}/{z}/table/firm",
    "/{l}/{z}/table/firm_year?sort=-output&col=output&col=profit&w.period=2024",
    "/{l}/{z}/table/owner",
    "/{l}/{z}/table/person",
    "/{l}/{z}/table/vacancy",
    "/{l}/{z}/table/firm/row?firm=img",
    "/{l}/{z}/table/firm_year/row?firm=leader&period=2024",
    "/{l}/{z}/source/d2",
    "/{l}/{z}/measures",
    "/{l}/{z}/measures?w.subject=firm&sort=-year&q=%E4%BA%A7%E5%80%BC",
    "/{l}/{z}/measures/grant",
    "/{l}/{z}/measures/award",
    "/{l}/{z}/measures/ranked",
    "/{l}/{z}/measures/award?on=2025-12-31&state=eligible",
    "/{l}/{z}/firm/leader/measures",
    "/{l}/{z}/firm/leader/measures?f.%E5%BE%97%E5%88%86=x&f.no=1",
    "/{l}/{z}/firm/leader/measures/award?on=2025-12-31",
    "/{l}/{z}/ask?kind=project&f.%E5%9B%BA%E5%AE%9A%E8%B5%84%E4%BA%A7%E6%8A%95%E8%B5%84=2%E4%BA%BF%E5%85%83",
    "/{l}/{z}/ask/grant?kind=project&f.%E5%9B%BA%E5%AE%9A%E8%B5%84%E4%BA%A7%E6%8A%95%E8%B5%84=200",
    "/{l}/{z}/reform",
    "/{l}/{z}/reform?measure=award&on=2025-12-31&n.editions.1.amount.fixed=30&sweep=editions.1.amount.fixed&draw=1&drop=ranked",
    "/{l}/{z}/reform?measure=grant&n.editions.2.amount.cap.amount=x&new=measure",
    "/{l}/{z}/near?on=2025-12-31",
    "/{l}/{z}/near?on=2025-12-31&measure=ranked&firm=f099",
    "/{l}/{z}/review",
    "/{l}/{z}/review?level=look&kind=fair",
    "/{l}/{z}/structure",
    "/{l}/{z}/structure?region=coal&measure=employment",
    "/{l}/{z}/structure/growth?region=140500",
    "/{l}/{z}/problems",
    "/{l}/{z}/problems?table=firm_year",
    "/{l}/nothing-here",
)
"""One address of every kind of page."""

FILES = (
    "/{l}/{z}/finding/output-path/{f}",
    "/{l}/{z}/table/firm/export/{f}",
    "/{l}/{z}/table/firm_year/export/{f}?w.period=2024",
    "/{l}/{z}/table/owner/export/{f}",
    "/{l}/{z}/table/person/export/{f}",
    "/{l}/{z}/table/person_event/export/{f}",
    "/{l}/{z}/measures/export/{f}",
    "/{l}/{z}/measures/award/subjects/{f}",
    "/{l}/{z}/reform/firms/{f}?measure=award&on=2025-12-31&n.editions.1.amount.fixed=30",
    "/{l}/{z}/reform/measures/{f}?measure=award&on=2025-12-31&n.editions.1.amount.fixed=30",
    "/{l}/{z}/near/{f}?on=2025-12-31",
    "/{l}/{z}/review/{f}",
    "/{l}/{z}/structure/dependence/{f}?region=140500",
    "/{l}/{z}/problems/{f}",
)
"""One address of every kind of file."""


def addresses(zone: str = "trial") -> list[str]:
    """Give every page in both languages."""
    return [page.format(l=language, z=zone) for language in ("zh", "en") for page in PAGES]


def files(zone: str = "trial") -> list[str]:
    """Give every file in both languages and all forms."""
    return [
        file.format(l=language, z=zone, f=form)
        for language in ("zh", "en")
        for form in ("csv", "excel-csv", "json", "xlsx", "tsv")
        for file in FILES
    ]
