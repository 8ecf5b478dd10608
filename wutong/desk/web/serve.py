"""Run the desk on this machine alone."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from threading import Thread
from typing import Final

import uvicorn

from wutong.desk.web.app import create_app
from wutong.errors import TableError
from wutong.policy.shelf import Shelf
from wutong.words import Text
from wutong.zone.load import Zone

HOST: Final = "127.0.0.1"
_TRIES: Final = 20


def serve(
    zones: Sequence[Zone], measures: Mapping[str, Shelf], *, port: int, ready: Callable[[str], None]
) -> None:
    """Serve the desk until it is interrupted.

    Parameters
    ----------
    zones : sequence of Zone
        Shown side by side, in this order.
    measures : mapping of str to Shelf
        By the id of a zone the measures that are shown with it.
    port : int
        Port to begin with; the next free one is taken where it is not free.
    ready : callable
        Told the address once pages can be opened.

    Raises
    ------
    TableError
        If no port is free among the next twenty.
    """
    app = create_app(zones, measures=measures)
    taken = _free(port)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False, access_log=False))
    with taken:
        ready(f"http://{HOST}:{taken.getsockname()[1]}/")
        Thread(target=app.state.prepare, daemon=True).start()
        server.run(sockets=[taken])


def _free(port: int) -> socket.socket:
    for candidate in range(port, min(port + _TRIES, 65536)):
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, candidate))
            taken.listen(128)
        except OSError:
            taken.close()
            continue
        return taken
    raise TableError(
        Text(
            f"端口 {port} 起的 {_TRIES} 个都被占用。请用 --port 另选。",
            f"Ports {port} and the {_TRIES - 1} after it are taken. Choose another with --port.",
        )
    )
