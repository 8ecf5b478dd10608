"""What the desk refuses, and the headers that every answer bears.

Until people can sign in, the desk reads and never writes, and answers this machine alone. A page of another
site that has its name resolve to 127.0.0.1 is refused by its Host header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wutong.desk.web.words import PHRASES
from wutong.words import Text

HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names under which the desk answers."""

METHODS = frozenset({"GET", "HEAD"})
"""What one may ask of it."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "permissions-policy": (
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), "
            "clipboard-read=(), clipboard-write=(self)"
        ),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
)

_HOST = re.compile(r"(?P<name>\[[0-9a-f:]+\]|[^:\[\]]+)(?::\d{1,5})?$")

_WRONG_HOST = Text(
    "工作台只应答本机地址。请用 http://127.0.0.1 打开。",
    "The desk answers under this machine's own addresses alone. Open it under http://127.0.0.1.",
)
_WRONG_METHOD = Text(
    "工作台目前只读，只接受 GET 和 HEAD。",
    "The desk is read-only for now: it takes GET and HEAD alone.",
)


def is_local(host: str) -> bool:
    """Tell whether a Host header names this machine.

    Examples
    --------
    >>> is_local("127.0.0.1:8000"), is_local("[::1]:80"), is_local("evil.example"), is_local("")
    (True, True, False, False)
    """
    match = _HOST.match(host.strip().lower())
    return match is not None and match["name"] in HOSTS


def guarded(app: ASGIApp) -> ASGIApp:
    """Wrap an application: refuse what is not for it, and put the security headers on every answer."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if "cache-control" not in headers:
                    headers["cache-control"] = "private, no-cache"
            await send(message)

        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) != 1 or not is_local(hosts[0]):
            await _refuse(headed, 421, _WRONG_HOST)
        elif scope["method"] not in METHODS:
            await _refuse(headed, 405, _WRONG_METHOD, {"allow": "GET, HEAD"})
        elif scope["method"] == "HEAD":
            await app({**scope, "method": "GET"}, receive, _without_body(headed))
        else:
            await app(scope, receive, headed)

    return guard


def _without_body(send: Send) -> Send:
    async def bare(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return bare


async def _refuse(send: Send, status: int, why: Text, more: Mapping[str, str] | None = None) -> None:
    refused = PHRASES["refused"]
    body = f"{refused.zh}：{why.zh}\n{refused.en}: {why.en}\n".encode()
    headers = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body)), **(more or {})}
    pairs = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
