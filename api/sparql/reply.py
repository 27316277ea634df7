"""The way to answer a request for the SPARQL endpoint: what every answer says, whatever its status."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from api.http.answer_cache import Kept
from api.http.compression import Encoding
from api.http.freshness import entity_tag, known
from api.http.limits import NAMES, Allowance
from api.http.protection import SHARED
from api.problems.handling import TEXT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

METHODS: Final = "GET, HEAD, OPTIONS, POST"

Headers = list[tuple[str, str]]

ALWAYS: Final = (
    SHARED,
    (
        "Access-Control-Expose-Headers",
        f"Catalograph-Generation, Content-Disposition, ETag, Retry-After, Server-Timing, {NAMES}",
    ),
    ("Timing-Allow-Origin", "*"),
    ("Vary", "Accept, Accept-Encoding"),
)
"""Sent with every answer, whatever its status."""


class Call:
    """One request and the way to answer it. Whatever is sent, the client reads in it what it has left."""

    __slots__ = ("_allowance", "client", "environ", "method", "start_response")

    def __init__(
        self, environ: Mapping[str, Any], start_response: "StartResponse", client: str, allowance: Allowance
    ) -> None:
        self.environ: Any = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.start_response = start_response
        self.client = client
        self._allowance = allowance

    def start(self, status: str, headers: Iterable[tuple[str, str]]) -> None:
        self.start_response(status, [*headers, *self._allowance.headers(self.client)])

    def send(self, status: str, headers: Iterable[tuple[str, str]], body: bytes) -> Iterable[bytes]:
        self.start(status, headers)
        return [] if self.method == "HEAD" else [body]

    def again(self, kept: Kept) -> Iterable[bytes]:
        """What was answered before."""
        if "HTTP_IF_NONE_MATCH" in self.environ and self._known(kept.etag):
            return self.not_modified(kept.etag, kept.generation)
        return self.send("200 OK", kept.headers, kept.body)

    def has(self, tag: str, coding: Encoding | None) -> str | None:
        """Which of the representations that may be sent the client has already."""
        if "HTTP_IF_NONE_MATCH" not in self.environ:
            return None
        return self._known(entity_tag(tag), *([entity_tag(tag, coding.name)] if coding else []))

    def _known(self, *tags: str) -> str | None:
        if self.method == "POST":  # only what is got can be had already
            return None
        return known(self.environ["HTTP_IF_NONE_MATCH"], *tags)

    def not_modified(self, etag: str, generation: int) -> Iterable[bytes]:
        self.start("304 Not Modified", [*ALWAYS, *validity(etag), ("Catalograph-Generation", str(generation))])
        return []

    def options(self) -> Iterable[bytes]:
        allowed = [
            ("Allow", METHODS),
            ("Access-Control-Allow-Methods", METHODS),
            ("Access-Control-Allow-Headers", "Accept, Accept-Language, Content-Type, If-None-Match, X-Requested-With"),
            ("Access-Control-Max-Age", "86400"),
        ]
        self.start("204 No Content", [*ALWAYS, *allowed])
        return []

    def not_allowed(self) -> Iterable[bytes]:
        body = f"only {METHODS} are answered here\n".encode()
        headers = [("Allow", METHODS), ("Content-Type", TEXT.content_type), ("Content-Length", str(len(body)))]
        return self.send("405 Method Not Allowed", [*ALWAYS, *headers], body)


def validity(etag: str) -> Headers:
    """Whoever keeps the answer asks whether it still is the answer; one that changes by itself is kept by nobody."""
    return [("ETag", etag), ("Cache-Control", "no-cache")] if etag else [("Cache-Control", "no-store")]
