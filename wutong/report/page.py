"""A Finding as a piece of a page: question, answer, caveats, picture, table, sources, method, downloads.

The piece is HTML without any inline script or style, so that it stands under a strict content security
policy. All text is escaped by the template; only this file makes markup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from wutong.finding import Finding, Source
from wutong.report import chart, network
from wutong.report.numbers import UNKNOWN
from wutong.report.table import INVENTED, Grid, grid, language_of, source_line
from wutong.words import Language, Text

_WORDS: Mapping[str, Text] = {
    "invented": INVENTED,
    "unknown": UNKNOWN,
    "caveats": Text("使用前须知", "Before you use this"),
    "sources": Text("来源", "Sources"),
    "no_sources": Text("没有可引的来源", "No source to cite"),
    "no_link": Text("无网址", "no address"),
    "method": Text("怎样算出来的", "How it was computed"),
    "left_out": Text("因有问题未计入的行", "Rows left out because of faults"),
    "download": Text("下载", "Download"),
    "in_words": Text("用文字说图", "The picture in words"),
    "no_answer": Text("现有数据不能回答", "These data cannot answer it"),
    "grade": Text("级", "Grade"),
    "read_on": Text("读取于", "read on"),
    "scroll": Text("可左右滚动", "scrolls sideways"),
    "bars": Text("只在表中、未画入图的行", "Rows that are in the table alone, too many to draw"),
    "colon": Text("：", ": "),
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the links of a Finding lead; what is empty is not linked.

    Parameters
    ----------
    source : callable
        Gives the address of a source's page from its id.
    cell : callable or None
        Gives the address behind a cell from its column and its row.
    downloads : mapping of str to str
        Addresses of the Finding's files by their kind, such as ``CSV``.
    permalink : str
        Address of the Finding itself.
    """

    source: Callable[[str], str] = lambda name: ""
    cell: Callable[[str, Mapping[str, object]], str] | None = None
    downloads: Mapping[str, str] = field(default_factory=dict)
    permalink: str = ""


_PLAIN = Addresses()
_NOTHING: Mapping[str, str] = MappingProxyType({})


def environment(package: str = "wutong.report") -> Environment:
    """Give the templates of a package, with escaping on and a fault for every name that is not there."""
    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["language_of"] = language_of
    return made


_TEMPLATES = environment()


def fragment(
    finding: Finding, language: Language, *, addresses: Addresses = _PLAIN, level: int = 2
) -> Markup:
    """Draw one Finding.

    Parameters
    ----------
    finding : Finding
        The answer.
    language : {"zh", "en"}
        Whose words are used.
    addresses : Addresses
        Where its links lead.
    level : int
        Level of its heading on the page.

    Returns
    -------
    Markup
        An ``article`` element.

    Examples
    --------
    >>> import polars as pl
    >>> one = Finding("x", Text("问", "<b>?"), Text("答", "None."), pl.DataFrame({"n": [None]}), labels={})
    >>> "&lt;b&gt;?" in fragment(one, "en")
    True
    """
    option = chart.option(finding, language)
    said = {key: text.say(language) for key, text in _WORDS.items()}
    return Markup(
        _TEMPLATES.get_template("finding.html").render(
            finding=finding,
            language=language,
            said=said,
            level=level,
            title=finding.title.say(language),
            answer=finding.answer.say(language),
            method=finding.method.say(language),
            caveats=[caveat.say(language) for caveat in finding.caveats],
            sources=[_source(source, language, addresses) for source in finding.sources],
            option=msgspec.json.encode(option).decode() if option else "",
            height=chart.height(finding),
            picture_in_words=chart.words(finding, language),
            bars_left_out=chart.bars_left_out(finding),
            net=network.drawing(finding, language),
            language_tag="zh-CN" if language == "zh" else "en",
            grid=grid(finding, language, link=addresses.cell),
            addresses=addresses,
        )
    )


def no_answer(name: str, title: Text, reason: Text, language: Language, *, level: int = 2) -> Markup:
    """Draw a question that the data cannot answer, with the reason and what would be needed.

    Examples
    --------
    >>> reason = Text("只有两点。", "Two points only.")
    >>> "Two points only." in no_answer("next", Text("明年", "Next year?"), reason, "en")
    True
    """
    said = {key: text.say(language) for key, text in _WORDS.items()}
    return Markup(
        _TEMPLATES.get_template("no_answer.html").render(
            name=name, title=title.say(language), reason=reason.say(language), said=said, level=level
        )
    )


def table_markup(
    shown: Grid,
    language: Language,
    *,
    label: str,
    sticky: bool = True,
    head_attributes: Mapping[str, str] = _NOTHING,
) -> Markup:
    """Draw a table inside a region that scrolls and that the keyboard reaches.

    Parameters
    ----------
    shown : Grid
        Headings and rows.
    language : {"zh", "en"}
        Whose words are used.
    label : str
        What the region is called.
    sticky : bool
        Whether the first column stays in place.
    head_attributes : mapping of str to str
        Attributes for the headings, for a page that refreshes them in place.
    """
    said = {key: text.say(language) for key, text in _WORDS.items()}
    return Markup(
        _TEMPLATES.get_template("grid.html").render(
            grid=shown, said=said, label=label, sticky=sticky, head_attributes=head_attributes
        )
    )


def _source(source: Source, language: Language, addresses: Addresses) -> dict[str, str]:
    return {
        "id": source.id,
        "title": source.title or source.id,
        "publisher": source.publisher,
        "published": source.published,
        "grade": source.grade,
        "read_on": source.read_on.isoformat() if source.read_on else "",
        "url": source.url if source.url.startswith(("https://", "http://")) else "",
        "href": addresses.source(source.id),
        "line": source_line(source, language),
        "lang": language_of(source.title, language),
    }
