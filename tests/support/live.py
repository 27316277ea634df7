"""A portal on a port of loopback, for clients that open connections of their own."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import make_server

from api.app import create_app
from api.settings import Settings


@dataclass(slots=True)
class Live:
    """Where it is, and the paths that it was asked for."""

    address: str
    asked: list[str] = field(default_factory=list)


@contextmanager
def live(settings: Settings, port: int = 0) -> Iterator[Live]:
    """What it publishes keeps the base that it was made for: it is the server's address where the test says so."""
    app, asked = create_app(settings), list[str]()

    def noted(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        return app(environ, start)

    server = make_server("127.0.0.1", port, noted, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Live(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
