"""The desk's own files: style, script, picture and the vendored libraries, each with its checksum."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent / "static"

_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".toml": "text/plain; charset=utf-8",
    }
)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent.

    Parameters
    ----------
    body, small : bytes
        As it is, and compressed.
    kind : str
        Its media type.
    checksum : str
        Begin of its SHA-256; a page asks for it by this, so that a browser may keep it for good.
    """

    body: bytes
    small: bytes
    kind: str
    checksum: str


def read_static() -> Mapping[str, StaticFile]:
    """Read every file once.

    Returns
    -------
    mapping of str to StaticFile
        By the path below the folder.

    Examples
    --------
    >>> read_static()["desk.css"].kind
    'text/css; charset=utf-8'
    """
    files = {}
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            kind = (
                _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain; charset=utf-8"
            )
            files[path.relative_to(FOLDER).as_posix()] = StaticFile(
                body, gzip.compress(body, 6, mtime=0), kind, hashlib.sha256(body).hexdigest()[:16]
            )
    return MappingProxyType(files)
