"""The settings of a zone: the file ``zone.toml`` at the root of its folder."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from wutong.errors import TableError
from wutong.words import Text

FORMAT: Final = 1
"""Number of the form in which zones are kept now; ``wutong upgrade`` brings older ones forward."""

FILE: Final = "zone.toml"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``zone.toml`` says.

    Parameters
    ----------
    id : str
        Short name in addresses: small letters, digits and dashes.
    name, about : Text
        What the zone is called, and what a reader should know first.
    as_of : date
        Day from which rows are known that do not say it themselves.
    invented : bool
        Whether the zone is made up; then every row is, and every page and export says so.
    region : str
        The place as table ``region_industry`` has it: its GB/T 2260 code, or its name; empty where not given.
    licence : str
        Under which the data may be used; empty where not given.
    """

    id: str
    name: Text
    about: Text
    as_of: date
    invented: bool
    region: str = ""
    licence: str = ""


def read_settings(folder: Path) -> Settings:
    """Read ``zone.toml``.

    Raises
    ------
    TableError
        If the folder is no zone, or its settings cannot be read; the text says what to do.
    """
    path = folder / FILE
    said = read_toml(path)
    if said is None:
        raise TableError(
            Text(
                f"“{folder}”不是开发区文件夹：里面没有 {FILE}。可用 wutong new 新建一个。",
                f"“{folder}” is no zone: it holds no {FILE}. Make one with: wutong new FOLDER",
            )
        )
    number = said.get("format")
    # true equals 1 in Python, and so does 1.0; neither is the number of a format
    if type(number) is not int or number != FORMAT:
        raise TableError(
            Text(
                f"{path} 的 format 是 {number!r}，本软件读 {FORMAT}。旧的请运行 wutong upgrade，新的请更新软件。",
                f"{path} has format {number!r}; this program reads {FORMAT}. Bring an older zone forward with "
                "wutong upgrade; for a newer one update the program.",
            )
        )
    return Settings(
        id=_asked(path, said, "id", str, lambda value: _ID.fullmatch(value) is not None, '"jincheng"'),
        name=_name(path, said),
        about=_pair(path, said, "about") if "about" in said else Text("", ""),
        as_of=_asked(path, said, "as_of", date, lambda _: True, "2026-11-22"),
        invented=_asked(path, said, "invented", bool, lambda _: True, "false"),
        region=str(said.get("region", "")),
        licence=str(said.get("licence", "")),
    )


def read_toml(path: Path) -> dict[str, Any] | None:
    """Read a file of settings; None where there is no such file.

    Raises
    ------
    TableError
        If it is there and cannot be opened, or is no TOML.
    """
    try:
        if not path.is_file():
            return None
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(
            Text(f"{path} 不是可读的 TOML：{error}", f"{path} is no TOML that can be read: {error}")
        ) from error
    except OSError as error:
        raise TableError(
            Text(
                f"{path} 打不开：{error.strerror}。请检查权限。",
                f"{path} cannot be opened: {error.strerror}. Check its permissions.",
            )
        ) from error


def checked_id(said: str) -> str:
    """Give the id of a zone back if it is one.

    Raises
    ------
    TableError
        If it has other letters than it may, or is empty or too long; the text says the rule.

    Examples
    --------
    >>> checked_id("jincheng")
    'jincheng'
    """
    if _ID.fullmatch(said) is None:
        raise TableError(
            Text(
                f"短名 {said!r} 不能用：只能有小写字母 a–z、数字和连字符，以字母或数字开头，最多 40 个字符，如 jincheng。",
                f"The id {said!r} cannot be used: small letters a–z, digits and dashes, a letter or a digit first, "
                "at most 40 of them, as in jincheng.",
            )
        )
    return said


def _asked(path: Path, said: dict[str, Any], key: str, kind: type, good: Any, example: str) -> Any:
    value = said.get(key)
    if type(value) is not kind or not good(value):
        raise TableError(
            Text(
                f"{path} 的 {key} 是 {value!r}，应如 {key} = {example}。",
                f"{path}: {key} is {value!r}; it should be like {key} = {example}.",
            )
        )
    return value


def _pair(path: Path, said: dict[str, Any], key: str) -> Text:
    pair = said.get(key)
    if not (isinstance(pair, dict) and isinstance(pair.get("zh"), str) and isinstance(pair.get("en"), str)):
        raise TableError(
            Text(
                f"{path} 缺少 [{key}] 的 zh 和 en 两种写法。",
                f"{path} needs [{key}] with zh and en.",
            )
        )
    return Text(pair["zh"], pair["en"])


def _name(path: Path, said: dict[str, Any]) -> Text:
    name = _pair(path, said, "name")
    if not (name.zh.strip() and name.en.strip()):
        raise TableError(
            Text(
                f"{path} 的 [name] 有一种写法是空的：zh 和 en 都要填。",
                f"{path}: a name under [name] is empty; fill in both zh and en.",
            )
        )
    return name


def write_settings(settings: Settings) -> str:
    """Give the text of ``zone.toml``.

    Examples
    --------
    >>> print(write_settings(Settings("demo", Text("示范", "Demo"), Text("", ""), date(2026, 1, 1), True)).splitlines()[0])
    format = 1
    """
    return "\n".join(
        [
            f"format = {FORMAT}",
            f"id = {quoted(settings.id)}",
            f"as_of = {settings.as_of.isoformat()}",
            f"invented = {str(settings.invented).lower()}",
            f"region = {quoted(settings.region)}",
            f"licence = {quoted(settings.licence)}",
            "",
            "[name]",
            f"zh = {quoted(settings.name.zh)}",
            f"en = {quoted(settings.name.en)}",
            "",
            "[about]",
            f"zh = {quoted(settings.about.zh)}",
            f"en = {quoted(settings.about.en)}",
            "",
        ]
    )


def quoted(text: str) -> str:
    r"""Write a TOML basic string.

    Examples
    --------
    >>> print(quoted('a "b"'))
    "a \"b\""
    """
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", safe) + '"'
