"""One request to a WSGI application, as a server would make it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    endpoint: "WSGIApplication",
    method: str = "GET",
    query: str = "",
    body: bytes = b"",
    *,
    path: str = "/sparql",
    address: str = "127.0.0.1",
    **headers: str,
) -> Reply:
    """One request; a header's name is written with underscores."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": address,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in headers.items():
        key = name.upper()
        environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value
    started: list[tuple[str, list[tuple[str, str]]]] = []
    pieces = endpoint(environ, lambda status, given, _info=None: started.append((status, given)))  # type: ignore[arg-type]  # nobody writes
    try:
        content = b"".join(pieces)
    finally:
        getattr(pieces, "close", lambda: None)()
    (status, given) = started[0]
    return Reply(int(status.split()[0]), {name.title(): value for name, value in given}, content)
