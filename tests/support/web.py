"""A web server on loopback that answers as a test tells it to, well or badly."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


def body(content: bytes, media_type: str = "text/turtle", status: int = 200, **headers: str) -> Answer:
    """A good answer; an underscore in a header's name stands for a hyphen."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", media_type)
        request.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(content)

    return answer


def redirect(target: str, status: int = 302) -> Answer:
    return body(b"", status=status, Location=target)


def raw(*pieces: bytes, stop: threading.Event | None = None, pause: float = 0.0) -> Answer:
    """These bytes and no others; with `stop`, the last piece for ever, `pause` apart, until it is set."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        with contextlib.suppress(OSError):
            for piece in pieces:
                request.wfile.write(piece)
                request.wfile.flush()
            while stop is not None and not stop.wait(pause):
                request.wfile.write(pieces[-1])
                request.wfile.flush()
        request.close_connection = True

    return answer


@dataclass(slots=True)
class Web:
    """A running server: its address, what to answer by path, and what it was asked."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    """What was posted."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over, for answers that go on for ever."""

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextlib.contextmanager
def serving(wrap: Callable[[Any], Any] | None = None) -> Iterator[Web]:
    """A server on a free port; `wrap` makes its listening socket another one (TLS)."""
    web = Web("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.asked.append(self.path)
            web.headers.append(dict(self.headers))
            web.answers.get(self.path, body(b"not here", "text/plain", 404))(self)

        def do_POST(self) -> None:
            web.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name it has above
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = False

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # clients that hang up are what is tested

    with Server(("127.0.0.1", 0), Handler) as server:
        web.url = f"http://127.0.0.1:{server.server_port}"
        if wrap is not None:
            server.socket = wrap(server.socket)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield web
        finally:
            web.stop.set()
            server.shutdown()
            thread.join()
