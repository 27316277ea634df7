"""Pages answered again from memory, before Flask sees the request: as long as a generation is read they stay the same.

What Flask's views call lasting is kept, packed as it was sent, under all of the request that it was chosen by.
"""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from api.http.answer_cache import AnswerCache, Kept, Key
from api.http.compression import negotiate
from api.http.freshness import Editions, known
from api.http.packing import LASTING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

INTERVAL: Final = 0.2
"""Seconds between two looks at whether there are other pictures: a look takes a third of the time of an answer."""

_CHOSEN_BY: Final = ("PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_PROFILE")
_OTHERWISE_CONDITIONAL: Final = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE")
_OF_CONTENT: Final = frozenset({"content-type", "content-length", "content-encoding", "link"})


class PageCache:
    """Remembers what `pages` answers, up to so many bytes; `pictured` tells what changes when pictures come or go."""

    def __init__(
        self, pages: "WSGIApplication", editions: Editions, size: int, pictured: Callable[[], str] = str
    ) -> None:
        self._pages = pages
        self._editions = editions
        self._look = pictured
        self._pictured = ""
        self._looked = float("-inf")
        self._cache = AnswerCache(size)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or any(name in environ for name in _OTHERWISE_CONDITIONAL):
            return self._pages(environ, start_response)
        now = time.monotonic()
        if now - self._looked >= INTERVAL:
            self._pictured, self._looked = self._look(), now
        key = (*_key(environ), self._pictured)
        kept = self._cache.get(key, self._editions.current)
        if kept is None:
            return self._made(key, environ, start_response)
        if known(environ.get("HTTP_IF_NONE_MATCH", ""), kept.etag):
            unchanged = [header for header in kept.headers if header[0].lower() not in _OF_CONTENT]
            start_response("304 NOT MODIFIED", unchanged)
            return []
        start_response("200 OK", [*kept.headers])
        return [] if method == "HEAD" else [kept.body]

    def _made(self, key: Key, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        begun: list[Any] = []

        def starting(*told: Any) -> Any:
            begun.extend(told)
            return start_response(*told)

        body = self._pages(environ, starting)
        status, headers = begun[:2]
        if environ.get(LASTING) and environ["REQUEST_METHOD"] == "GET" and status.startswith("200"):
            self._keep(key, dict(headers), headers, body)
        return body

    def _keep(self, key: Key, named: dict[str, str], headers: list[tuple[str, str]], body: Iterable[bytes]) -> None:
        """Keep an answer that is at hand whole; a long one is not."""
        if isinstance(body, list) and "ETag" in named:
            kept = Kept(int(named["Catalograph-Generation"]), named["ETag"], tuple(headers), b"".join(body))
            self._cache.put(key, kept)


def _key(environ: "WSGIEnvironment") -> Key:
    coding = negotiate(environ.get("HTTP_ACCEPT_ENCODING"))
    return (*(environ.get(name, "") for name in _CHOSEN_BY), coding.name if coding else "")
