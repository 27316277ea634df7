"""A portal on a port of loopback, for clients that open connections of their own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import make_server

from api.app import create_app
from api.settings import Settings


@contextmanager
def live(data: Path) -> Iterator[str]:
    """Its address; what it publishes keeps the base that it was made for."""
    server = make_server("127.0.0.1", 0, create_app(Settings(data=data)), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
