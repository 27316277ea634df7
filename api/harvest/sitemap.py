"""Where search engines find every page, with its last change, and what their crawlers may ask for.

https://www.sitemaps.org/protocol.html: an index of maps, each of a part of the records of a kind.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Final

from flask import Response, request

from api.harvest import xml
from api.http import compression
from api.pages import conditions, graphs
from api.pages.axes import overviews
from api.portal import portal, urls, view
from api.presenting.properties import FURTHER
from graph import moments
from graph.errors import NotFound
from graph.record import PAGED
from queries import library
from shapes.profiles import PROFILES

INDEX: Final = "/sitemap.xml"
FOLDER: Final = "/sitemaps"

PART: Final = 10_000
"""Addresses in one map; 50,000 are allowed, but for one change in a map the whole is read again."""

_OWN: Final = "pages"
"""The map of what is no record."""

_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ENDLESS: Final = ("/sparql", "/search", "/*?")
"""What asks for more work than a page, or leads to ever more addresses."""

_HARVESTED: Final = ("/catalogue", "/organisations/*/catalogue", "/oai", "/feed", "/dumps")
"""What harvesters take page by page, parameters and all: the longest rule that fits an address decides (RFC 9309)."""

_Located = tuple[str, datetime]
"""An address, and when what is there last changed."""


def index() -> Response:
    """All maps, each with the last change of what is in it."""
    return _answer("sitemapindex", "sitemap", _maps)


def part(name: str) -> Response:
    """One map: `pages`, or the kind of the records in it and its number. Raises NotFound for what is none."""
    if name == _OWN:
        return _answer("urlset", "url", _pages)
    kind, _, number = name.rpartition("-")
    known = {str(each): each for each in range(1, _parts(kind) + 1)} if kind in PAGED else {}
    if number not in known:
        raise NotFound("sitemap", name)
    return _answer("urlset", "url", lambda: _records(kind, known[number]))


def robots() -> Response:
    """Pages for crawlers, at a pace that leaves the machine to people; harvesters have interfaces of their own.

    What those take is bounded by a budget besides (api.harvest.budget), for whoever reads no robots.txt.
    """
    root = urls().root
    lines = [
        "# Everything at once: see /dumps. Page by page: /catalogue. What changed: /oai, /feed. None needs a crawl.",
        "User-agent: *",
        f"Crawl-delay: {portal().settings.crawl_delay}",
        *(f"Allow: {root}{path}" for path in _HARVESTED),
        *(f"Disallow: {root}{path}" for path in _ENDLESS),
        f"Allow: {root}/",
        "",
        f"Sitemap: {portal().iris.base}{INDEX}",
    ]
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


def _parts(kind: str) -> int:
    return -(-view().counts().get(kind, 0) // PART)


def _maps() -> Iterator[_Located]:
    base = f"{portal().iris.base}{FOLDER}"
    yield f"{base}/{_OWN}.xml", view().generation.manifest.sealed_at
    for kind in PAGED:
        for number in range(1, _parts(kind) + 1):
            yield f"{base}/{kind}-{number}.xml", max(changed for _, changed in _records(kind, number))


def _records(kind: str, number: int) -> Iterator[_Located]:
    base, here = portal().iris.base, urls()
    for entry in view().part_of_kind(kind, (number - 1) * PART, PART):
        yield base + here.record_path(entry), entry.changed


def _pages() -> Iterator[_Located]:
    """What is no record: lists of what there is, and what explains it."""
    sealed = view().generation.manifest.sealed_at
    own = chain(
        ("/",),
        (f"/{kind}" for kind in PAGED if view().counts().get(kind)),
        chain.from_iterable(FURTHER.values()),
        overviews.paths(),
        (f"/{condition.name}" for condition in conditions.CONDITIONS),
        (f"/sources/{name}" for name in view().generation.manifest.sources),
        (f"/shapes/{name}" for name in PROFILES),
        (f"/vocabularies/{table.name}" for table in portal().declared.concepts.tables),
        (f"/queries/{name}" for name in library.names()),
        (f"/graph/{name}" for name in graphs.names()),
    )
    return ((portal().iris.base + path, sealed) for path in dict.fromkeys(own))


def _answer(whole: str, each: str, located: Callable[[], Iterable[_Located]]) -> Response:
    """A map is made once in a generation, and packed once in each coding."""
    coding = compression.negotiate(request.headers.get("Accept-Encoding"))
    plain = _kept((request.path,), lambda: _document(whole, each, located()))
    body = plain if coding is None else _kept((request.path, coding.name), partial(coding.whole, plain))
    response = Response(body, content_type="application/xml")
    response.vary.add("Accept-Encoding")
    if coding is not None:
        response.headers["Content-Encoding"] = coding.name
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.last_modified = view().generation.manifest.sealed_at
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def _kept(place: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
    body = view().bodies.get(place)
    if body is None:
        body = view().bodies[place] = make()
    return body


def _document(whole: str, each: str, located: Iterable[_Located]) -> bytes:
    entries = (
        xml.element(each, xml.text("loc", address) + xml.text("lastmod", moments.written(changed)))
        for address, changed in located
    )
    return xml.document(xml.element(whole, "\n".join(["", *entries, ""]), {"xmlns": _NAMESPACE}))
