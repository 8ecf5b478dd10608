"""A YAML file as a small tree that knows its lines; nothing in it is ever built, looked up or run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

import yaml

from wutong.errors import RuleError
from wutong.policy.feel.faults import Source, listed
from wutong.words import Text, nearest_words

BYTES: Final = 256 * 1024
EVENTS: Final = 20_000
DEEP: Final = 16
_LOADER: Final = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml's, ten times as fast, where PyYAML has it

Kind = Literal["text", "list", "map"]


class MeasureError(RuleError):
    """A measure file that cannot be read, with its place."""

    def __init__(self, what: Text, file: str, clause: str, line: int, column: int) -> None:
        self.what = what
        self.file = file
        self.clause = clause
        self.line = line
        self.column = column
        zh = "，".join(filter(None, [file, clause, f"第{line}行第{column}列"]))
        en = ", ".join(filter(None, [file, clause, f"line {line}, column {column}"]))
        super().__init__(Text(f"{zh}：{what.zh}", f"{en}: {what.en}"))


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the file: a text, a list, or a map whose keys are nodes too.

    ``clause`` is the way to it from the root, such as ``editions.1.amount``; ``plain`` tells a bare text from a
    quoted one.
    """

    kind: Kind
    file: str
    line: int
    column: int
    clause: str = ""
    text: str = ""
    plain: bool = True
    items: tuple[Node, ...] = ()
    pairs: tuple[tuple[Node, Node], ...] = ()

    @property
    def source(self) -> Source:
        """The text as an expression with its place."""
        return Source(self.text, self.file, self.line, self.column, self.clause)

    def fail(self, zh: str, en: str) -> NoReturn:
        """Refuse the file because of this value."""
        raise MeasureError(Text(zh, en), self.file, self.clause, self.line, self.column)

    def scalar(self) -> str:
        """The text; refused if this is a list, a map, or empty."""
        if self.kind != "text" or not self.text.strip():
            self.fail("这里应有一个值。", "One value is wanted here.")
        return self.text

    def each(self) -> tuple[Node, ...]:
        """The list's values; refused if this is no list, or an empty one."""
        if self.kind != "list" or not self.items:
            self.fail("这里应有列表，每项以“- ”起头。", 'A list is wanted here, each entry behind "- ".')
        return self.items

    def entries(self) -> tuple[tuple[Node, Node], ...]:
        """The map's keys and values; refused if this is no map, or an empty one."""
        if self.kind != "map" or not self.pairs:
            self.fail("这里应有“名: 值”。", 'Here "name: value" is wanted.')
        return self.pairs

    def fields(self, known: Sequence[str], needed: Sequence[str] = ()) -> dict[str, Node]:
        """The map by its keys; a key that is not known, or one that is needed and not there, is refused."""
        found: dict[str, Node] = {}
        for key, value in self.entries():
            if key.text not in known:
                key.unknown(known)
            found[key.text] = value
        lacking = [name for name in needed if name not in found]
        if lacking:
            self.fail(f"缺少：{listed(lacking, 'zh')}。", f"These are missing: {listed(lacking, 'en')}.")
        return found

    def text_keys(self) -> tuple[str, ...]:
        """The map's keys; empty of what is no map."""
        return tuple(key.text for key, _ in self.pairs)

    def unknown(self, known: Sequence[str]) -> NoReturn:
        """Refuse this text because it is none of those known, and name the nearest."""
        near = nearest_words(self.text, known) or list(known[:8])
        shown = self.text if len(self.text) <= 40 else self.text[:39] + "…"
        self.fail(
            f"不认识“{shown}”。可用的有：{listed(near, 'zh')}。",
            f'"{shown}" is not known. There is: {listed(near, "en")}.',
        )

    def one_of(self, known: Sequence[str]) -> str:
        """The text, which must be one of these."""
        if self.scalar() not in known:
            self.unknown(known)
        return self.text

    def both(self) -> Text:
        """A text in both languages, ``{zh: …, en: …}``."""
        parts = self.fields(("zh", "en"), ("zh", "en"))
        return Text(parts["zh"].scalar(), parts["en"].scalar())


def document_of(data: str | bytes, file: str = "") -> Node:
    """Read a YAML document as a tree with places.

    Parameters
    ----------
    data : str or bytes
        The file; bytes are UTF-8.
    file : str
        Its name, for errors.

    Returns
    -------
    Node
        The root.

    Raises
    ------
    MeasureError
        If it is no YAML, too large or too deep, holds anchors, aliases or tags, or a key twice.

    Examples
    --------
    >>> root = document_of("a: [1, 2]")
    >>> root.fields(["a"])["a"].items[1].text
    '2'
    """
    top = Node("text", file, 1, 1)
    if len(data) > BYTES:
        top.fail("文件超过256 KiB。请拆成几个文件。", "The file is larger than 256 KiB. Split it.")
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError:
        top.fail("文件不是UTF-8编码。请另存为UTF-8。", "The file is not UTF-8. Save it as UTF-8.")
    try:
        _held(text, top)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Node("text", file, mark.line + 1, mark.column + 1) if mark else top
        why = error.problem or error.context or ""
        place.fail(
            f"不是完好的YAML（{why}）。请看缩进、冒号与引号（以[、>、*等起头的要加引号）。",
            f"Not well-formed YAML ({why}). See indents and colons, and put quotes around what begins with [ or >.",
        )
    except (
        yaml.YAMLError,
        ValueError,
        OverflowError,
    ):  # PyYAML lets chr() fail on an escape without a character
        top.fail("文件中有不能读的字符。", "The file holds characters that cannot be read.")
    if root is None:
        top.fail("文件是空的。", "The file is empty.")
    return _node(root, file, "")


def lines_of(node: Node) -> dict[str, int]:
    r"""The line of everything under a node, by the way to it from there.

    Examples
    --------
    >>> lines_of(document_of("amount:\n  rate: 5%\n  cap: [1, 2]"))
    {'amount': 1, 'amount.rate': 2, 'amount.cap': 3, 'amount.cap.1': 3, 'amount.cap.2': 3}
    """
    found: dict[str, int] = {}
    start = len(node.clause) + 1 if node.clause else 0
    waiting = [node]
    while waiting:
        one = waiting.pop()
        found |= {value.clause[start:]: key.line for key, value in one.pairs}
        found |= {item.clause[start:]: item.line for item in one.items}
        waiting += reversed((*one.items, *(value for _, value in one.pairs)))
    return found


def _held(text: str, top: Node) -> None:
    """Refuse what no measure needs, before a tree is built: the parser of events does not recurse."""
    depth = documents = 0
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        mark = event.start_mark
        here = Node("text", top.file, mark.line + 1, mark.column + 1) if mark else top
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            here.fail(
                "不用锚点与别名（& 与 *）。请写出来。", "No anchors and aliases (& and *). Write it out."
            )
        if getattr(event, "tag", None):
            here.fail("不用标签（!）。", "No tags (!).")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > DEEP or count > EVENTS:
            here.fail("嵌套太深或内容太多。", "Nested too deep, or too much in one file.")
        if documents > 1:
            here.fail("一个文件只写一条措施。", "One file holds one measure.")


def _node(node: yaml.Node, file: str, clause: str) -> Node:
    mark = node.start_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if isinstance(node, yaml.ScalarNode):
        if any("\ud800" <= letter <= "\udfff" for letter in node.value):
            Node("text", file, line, column, clause).fail("有半个字符。", "Half of a character stands here.")
        block = node.style in ("|", ">")
        at = (line + 1, 1) if block else (line, column + bool(node.style))
        return Node("text", file, *at, clause, node.value, plain=not node.style)
    if isinstance(node, yaml.SequenceNode):
        within = f"{clause}." if clause else ""
        items = tuple(_node(one, file, f"{within}{at}") for at, one in enumerate(node.value, 1))
        return Node("list", file, line, column, clause, items=items)
    pairs: list[tuple[Node, Node]] = []
    seen: set[str] = set()
    for key, value in node.value:
        name = _node(key, file, clause)
        if name.kind != "text" or not name.text.strip():
            name.fail("名称应是一个词。", "A name is one text.")
        if name.text in seen:
            name.fail(f"“{name.text}”写了两次。", f'"{name.text}" stands twice.')
        seen.add(name.text)
        pairs.append((name, _node(value, file, f"{clause}.{name.text}" if clause else name.text)))
    return Node("map", file, line, column, clause, pairs=tuple(pairs))
