"""A document of XML as a small tree, read without definitions of types or entities and within limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final
from xml.parsers import expat

from wutong.errors import RuleError
from wutong.words import Text

BYTES: Final = 8 * 1024 * 1024
ELEMENTS: Final = 200_000
DEEP: Final = 80


@dataclass(slots=True)
class Element:
    """One element: its name without prefix, the space of its name, attributes without prefix, text, place."""

    name: str
    space: str
    attributes: Mapping[str, str]
    line: int
    column: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def each(self, *names: str) -> list[Element]:
        """Children of these names in the element's own space."""
        return [child for child in self.children if child.name in names and child.space == self.space]

    def one(self, *names: str) -> Element | None:
        """First such child."""
        found = self.each(*names)
        return found[0] if found else None

    def attribute(self, name: str) -> str:
        """An attribute; empty where it is not given."""
        return self.attributes.get(name, "")


def elements_of(data: bytes, file: str = "") -> Element:
    """Read a document of XML.

    Parameters
    ----------
    data : bytes
        The document.
    file : str
        Its name, for errors.

    Returns
    -------
    Element
        The root.

    Raises
    ------
    RuleError
        If it is not well formed, has a definition of types or entities, or is larger or deeper than any decision.

    Examples
    --------
    >>> elements_of(b"<a xmlns='u'><b n='1'>x</b></a>").one("b").text
    'x'
    """
    if len(data) > BYTES:
        raise _refused(file, 1, "文件超过8 MiB", "the file is larger than 8 MiB")
    parser = expat.ParserCreate(namespace_separator="\n")
    parser.buffer_text = True
    root = Element("", "", {}, 1, 1)
    open_elements = [root]
    numbers = count(1)

    def start(name: str, attributes: dict[str, str]) -> None:
        if next(numbers) > ELEMENTS or len(open_elements) > DEEP:
            raise _refused(
                file, parser.CurrentLineNumber, "元素太多或嵌套太深", "too many or too deep elements"
            )
        space, _, local = name.rpartition("\n")
        plain = {key.rpartition("\n")[2]: value for key, value in attributes.items()}
        made = Element(local, space, plain, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        open_elements[-1].children.append(made)
        open_elements.append(made)

    def end(_: str) -> None:
        open_elements.pop()

    def characters(text: str) -> None:
        open_elements[-1].text += text

    def doctype(*_: object) -> None:
        raise _refused(file, parser.CurrentLineNumber, "文件含类型定义（DOCTYPE）", "it has a DOCTYPE")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        raise _refused(
            file, line, f"不是完好的XML（{error}）", f"it is not well-formed XML ({error})"
        ) from None
    return root.children[0]


def _refused(file: str, line: int, zh: str, en: str) -> RuleError:
    where = f"{file}，" if file else "", f"{file}, " if file else ""
    return RuleError(
        Text(
            f"{where[0]}第{line}行：{zh}。请从建模工具重新导出。",
            f"{where[1]}line {line}: {en}. Export it again from the modelling tool.",
        )
    )
