"""Pages and data on their way out: short ones in one piece, all packed in a coding that the client takes.

Granian has a quicker way for a list than for an iterator. A long answer stays in pieces, since nobody is to hold it in
memory. What is packed is another representation, with an entity tag of its own (RFC 9110, 8.8.3.3): that of the bare
one with the coding behind a plus. Flask never sees it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from werkzeug.datastructures import Headers, HeaderSet

from api.http.compression import SMALLEST, Encoding, negotiate
from api.http.limits import LONG

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LASTING: Final = "catalograph.lasting"
"""Set in the environment of a request whose answer stays the same as long as its generation is read."""

_PACKABLE: Final = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|n-triples|n-quads|trig)\b")
_CODED_TAG: Final = re.compile(r'\+(?:br|gzip)"')
_WITHOUT_CONTENT: Final = ("204", "206", "304")


class Packing:
    """Packs what `pages` answers."""

    def __init__(self, pages: "WSGIApplication") -> None:
        self._pages = pages

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        coding = negotiate(environ.get("HTTP_ACCEPT_ENCODING"))
        theirs = environ.get("HTTP_IF_NONE_MATCH")
        if theirs:
            environ["HTTP_IF_NONE_MATCH"] = _CODED_TAG.sub('"', theirs)
        begun: list[Any] = []
        body = self._pages(environ, lambda *told: begun.extend(told))  # type: ignore[arg-type]  # nobody writes
        status, headers, *failure = begun
        told = Headers(headers)
        if not _packable(told):
            start_response(status, headers, *failure)
            return _together(body, told)
        _vary(told)
        if status.startswith("304"):
            _tag(told, coding)
        elif coding is not None and not status.startswith(_WITHOUT_CONTENT) and _length(told) >= SMALLEST:
            body = _packed(body, told, coding, environ)
        start_response(status, told.to_wsgi_list(), *failure)
        return _together(body, told)


def _packable(headers: Headers) -> bool:
    """Whether this is a text that has not been packed already; a 304 says no type, and has a tag all the same."""
    if "Content-Encoding" in headers or headers.get("Accept-Ranges", "none") != "none":
        return False
    kind = headers.get("Content-Type")
    return _PACKABLE.match(kind) is not None if kind else "ETag" in headers


def _vary(headers: Headers) -> None:
    varied = HeaderSet(part.strip() for part in headers.get("Vary", "").split(",") if part.strip())
    varied.add("Accept-Encoding")
    headers["Vary"] = varied.to_header()


def _tag(headers: Headers, coding: Encoding | None) -> None:
    tag = headers.get("ETag", "")
    if coding is not None and tag.startswith('"'):
        headers["ETag"] = f'{tag[:-1]}+{coding.name}"'


def _length(headers: Headers) -> int:
    return int(headers.get("Content-Length", LONG + 1))


def _packed(body: Iterable[bytes], headers: Headers, coding: Encoding, environ: "WSGIEnvironment") -> Iterable[bytes]:
    """The body in the coding; the headers say so. What will be sent again is worth more time."""
    length = _length(headers)
    headers["Content-Encoding"] = coding.name
    _tag(headers, coding)
    del headers["Content-Length"]
    if environ["REQUEST_METHOD"] == "HEAD":
        return body
    if length > LONG:
        return _in_pieces(body, coding)
    whole = _whole(body)
    if environ.get(LASTING):
        packed = coding.whole(whole)
    else:
        packer = coding.packer()
        packed = packer.pack(whole) + packer.finish()
    headers["Content-Length"] = str(len(packed))
    return [packed]


def _in_pieces(body: Iterable[bytes], coding: Encoding) -> Iterator[bytes]:
    packer = coding.packer()
    try:
        for piece in body:
            if packed := packer.pack(piece):
                yield packed
        yield packer.finish()
    finally:
        _close(body)


def _together(body: Iterable[bytes], headers: Headers) -> Iterable[bytes]:
    return body if isinstance(body, list) or _length(headers) > LONG else [_whole(body)]


def _whole(body: Iterable[bytes]) -> bytes:
    try:
        return b"".join(body)
    finally:
        _close(body)


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
