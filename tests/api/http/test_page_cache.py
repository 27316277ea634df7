"""Pages import time
import time
from memory are the pages that would be made, and no longer than these."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.http.freshness import Editions
from api.http.packing import Packing
from api.http.page_cache import INTERVAL, PageCache
from api.settings import Settings
from graph.generations import Generations
from tests.support.portal import EXAMPLE, publish
from tests.support.wsgi import Reply, call

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BROWSER = {"accept": "text/html", "accept_language": "en"}


class _Counting:
    """The pages, and how often they were asked for."""

    def __init__(self, pages: "WSGIApplication") -> None:
        self.pages = pages
        self.asked = 0

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        self.asked += 1
        return self.pages(environ, start_response)


class _Portal:
    def __init__(self, data: Path) -> None:
        settings = Settings(data=data)
        self.made = _Counting(Packing(create_app(settings)))
        self.pages = PageCache(self.made, Editions(Generations(data), settings.base), 8 << 20)

    def get(self, path: str, method: str = "GET", **headers: str) -> Reply:
        path, _, query = path.partition("?")
        return call(self.pages, method, query, b"", path=path, **headers)


@pytest.fixture
def pages(example: Path) -> _Portal:
    return _Portal(example)


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
@pytest.mark.parametrize("path", ["/", "/datasets?sort=title", "/organisations", "/datasets"])
def test_what_was_answered_is_answered_again(pages: _Portal, path: str, coding: str) -> None:
    first = pages.get(path, **BROWSER, accept_encoding=coding)
    assert first.status == 200
    assert pages.get(path, **BROWSER, accept_encoding=coding) == first
    assert pages.made.asked == 1
    head = pages.get(path, "HEAD", **BROWSER, accept_encoding=coding)
    assert (head.status, head.headers, head.body) == (200, first.headers, b"")
    unchanged = pages.get(path, **BROWSER, accept_encoding=coding, if_none_match=first.headers["Etag"])
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert pages.made.asked == 1
    for name in ("Etag", "Vary", "Cache-Control", "Content-Security-Policy", "X-Content-Type-Options"):
        assert unchanged.headers[name] == first.headers[name]


def test_each_reader_gets_what_they_ask_for(pages: _Portal) -> None:
    english = pages.get("/", **BROWSER)
    for other in ({"accept_language": "fr"}, {"accept_encoding": "gzip"}):
        assert pages.get("/", **(BROWSER | other)).body != english.body
    turtle = pages.get("/datasets/", accept="text/turtle")
    assert turtle.body != pages.get("/datasets/", **BROWSER).body
    assert pages.get("/", **BROWSER) == english


def test_a_new_generation_is_seen_at_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = publish(data, EXAMPLE)
    portal = _Portal(data)
    before = portal.get("/", **BROWSER)
    assert before.headers["Catalograph-Generation"] == str(first)
    publish(data, EXAMPLE / "reuses.ttl", source="other")
    after = _Portal(data).get("/", **BROWSER)
    again = portal.get("/", **BROWSER)
    assert portal.made.asked == 2
    assert int(after.headers["Catalograph-Generation"]) > first
    assert again.headers["Catalograph-Generation"] in {before.headers["Catalograph-Generation"], str(first + 1)}


@pytest.mark.parametrize(
    "path", ["/catalogue.ttl", "/-/ready", "/nowhere", "/static/style.css", "/oai?verb=Identify", "/problems"]
)
def test_what_depends_on_more_than_the_generation_is_not_kept(pages: _Portal, path: str) -> None:
    for number in range(1, 3):
        pages.get(path, **BROWSER)
        assert pages.made.asked == number


@pytest.mark.parametrize("header", ["if_modified_since", "range", "if_match"])
def test_other_conditions_are_left_to_the_pages(pages: _Portal, header: str) -> None:
    pages.get("/", **BROWSER)
    pages.get("/", **BROWSER, **{header: "Sat, 21 Nov 2026 10:00:00 GMT"})
    assert pages.made.asked == 2


def test_pages_are_made_anew_when_a_picture_came(example: Path) -> None:
    settings, told = Settings(data=example), ["before"]
    made = _Counting(Packing(create_app(settings)))
    pages = PageCache(made, Editions(Generations(example), settings.base), 8 << 20, lambda: told[0])
    for state, asked in (("before", 1), ("before", 1), ("after", 2), ("after", 2)):
        if told[0] != state:
            told[0] = state
            time.sleep(INTERVAL)
        assert call(pages, "GET", "", b"", path="/reuses", **BROWSER).status == 200
        assert made.asked == asked
