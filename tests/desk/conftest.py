from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial

import anyio
import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from tests.desk.rulebooks import shelves
from tests.desk.zones import TODAY, both
from wutong.desk.web.app import create_app
from wutong.zone.load import Zone

Get = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def zones(tmp_path_factory: pytest.TempPathFactory) -> tuple[Zone, Zone]:
    """Give a zone as if real and an invented one."""
    return both(tmp_path_factory.mktemp("zones"))


@pytest.fixture(scope="session")
def app(zones: tuple[Zone, Zone]) -> FastAPI:
    """Give the desk over both."""
    return create_app(zones, measures=shelves(), today=lambda: TODAY)


@pytest.fixture(scope="session")
def get(app: FastAPI) -> Get:
    """Ask the desk for an address without a network."""
    return partial(ask, app)


def ask(
    app: FastAPI, address: str, *, method: str = "GET", follow: bool = False, **headers: str
) -> httpx.Response:
    """Ask an application for an address; ``_`` in the name of a header stands for ``-``."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", follow_redirects=follow
        ) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, address, headers=named)

    return anyio.run(asked)


@pytest.fixture(scope="session")
def desk(app: FastAPI) -> Iterator[str]:
    """Serve the desk on a free port of this machine, and give its address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(64)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
