"""Every kind of answer that a server on loopback gives, on every route: asked once, looked at by several tests."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from api.settings import Settings
from api.wiring import pipeline
from graph.generations import Generations
from graph.iris import key
from loaders.dumps.making import CHECKSUMS, dump
from loaders.pictures.addresses import wanted
from loaders.pictures.album import Album
from loaders.pictures.bundled import take
from loaders.pipeline import Order
from tests.protection.asking import BROWSER, Answer, Client
from tests.protection.routes import PATHS
from tests.support.portal import EXAMPLE
from tests.support.served import server

BASE: Final = "https://data.example.org"

_DATASET: Final = """
<http://a.example/{0}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "{0}"@en ;
  <http://www.w3.org/ns/dcat#distribution> [ a <http://www.w3.org/ns/dcat#Distribution> ;
    <http://www.w3.org/ns/dcat#accessURL> <http://a.example/{0}.csv> ] .
"""
_SLOW: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
_LONG: Final = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000"

_BUSY: Final = {
    "query_seconds": 2.0,
    "query_workers": 1,
    "query_queue": 6,
    "query_client_running": 1,
    "query_client_waiting": 1,
    "query_bytes": 1 << 20,
}
"""Limits that a few clients reach."""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, a dataset that is gone again, pictures and dumps; one file of these cannot be read."""
    folder = tmp_path_factory.mktemp("protected")
    data, other = folder / "data", folder / "other.ttl"
    loading = pipeline(Settings(data=data, base=BASE, isolation_required=False))
    loading.load(Order([str(EXAMPLE)], "example"))
    for names in (("gone", "stays"), ("stays",)):
        other.write_text("".join(_DATASET.format(name) for name in names))
        loading.load(Order([str(other)], "other", validate=False))
    with Generations(data).current() as generation:
        take(Album(data), wanted(generation, 100), datetime.now(UTC))
        number = generation.number
    dump(data, 3)
    unreadable = data / "dumps" / f"{number:06d}" / CHECKSUMS
    unreadable.unlink()
    unreadable.mkdir()
    return data


@pytest.fixture(scope="session")
def client(published: Path) -> Iterator[Client]:
    """Who asks a server that a proxy stands before, which speaks https."""
    with server(published, workers=1, base=BASE, pictures=True, **_BUSY) as (_, address):
        yield Client(int(address.rpartition(":")[2]))


@pytest.fixture(scope="session")
def paths(client: Client, published: Path) -> dict[str, str]:
    """An address of every route."""
    dataset = _first(client, "/datasets", r'href="/datasets/([^"/?]+)"')
    known = {
        "dataset": dataset,
        "croissant": _first(client, "/datasets", r'href="/datasets/([^"/?]+)"', "/datasets/{}/croissant.json"),
        "organisation": _first(client, "/organisations", r'href="/organisations/([^"/?]+)"'),
        "part": _first(client, f"/datasets/stays-{key('http://a.example/stays')}.ttl", rf"<{BASE}/id/([^>#]+)>"),
        "picture": next((published / "pictures").rglob("*.webp")).name,
        "sitemap": _first(client, "/sitemap.xml", rf"{BASE}/sitemaps/([^<]+)\.xml"),
        "node": _first(client, "/feed.trig", rf"{BASE}/feed/([^>/?#]+)>"),
        "dump": str(max(int(each.name) for each in (published / "dumps").iterdir() if each.name.isdigit())),
        "theme": _first(client, "/themes", r'href="/themes/([^"/?]+)"'),
        "category": _first(client, "/hvd", r'href="/hvd/(c_[^"/?]+)"'),
        "iri": quote("http://publications.europa.eu/resource/authority/data-theme/ENVI", safe=""),
    }
    return {name: path.format(**known) for name, path in PATHS.items()}


def _first(client: Client, page: str, pattern: str, at: str = "") -> str:
    """The first that is linked on a page, and answered `at` another address."""
    accept = BROWSER["Accept"] if "." not in page else "*/*"
    found: list[str] = re.findall(pattern, client(page, {"Accept": accept, "Accept-Language": "en"}).body.decode())
    return next(one for one in found if not at or client(at.format(one)).status == 200)


@pytest.fixture(scope="session")
def answers(client: Client, paths: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> list[Answer]:
    told = [one for path in paths.values() for one in _each_way(client, path)]
    told += [client(f"/fr{path}", BROWSER, method="HEAD") for path in paths.values()]
    told += _particular(client, paths)
    told += _broken(client, paths["dump_file"])
    told += _crowded(client)
    with server(tmp_path_factory.mktemp("empty") / "data", workers=1, base=BASE) as (_, address):
        empty = Client(int(address.rpartition(":")[2]))
        told += [empty(path) for path in paths.values()]
        told += [empty(path, BROWSER) for path in ("/", "/datasets", "/sparql", "/nowhere")]
    return told


def _each_way(client: Client, path: str) -> Iterator[Answer]:
    """What one address answers to whoever it may be."""
    for asked in (
        BROWSER,
        {**BROWSER, "Accept": "*/*"},
        {**BROWSER, "Accept-Encoding": "gzip"},
        {"Accept": "image/none"},
    ):
        yield (first := client(path, asked))
        if tag := first.all_of("ETag"):
            yield client(path, {**asked, "If-None-Match": tag[0]})
        if changed := first.all_of("Last-Modified"):
            yield client(path, {**asked, "If-Modified-Since": changed[0]})
    for method in ("HEAD", "OPTIONS", "POST", "DELETE", "TRACE"):
        yield client(path, BROWSER, method=method)


def _particular(client: Client, paths: dict[str, str]) -> Iterator[Answer]:
    """What is answered only to particular requests."""
    ask, dump_file = f"/sparql?query={quote('ASK {}')}", paths["dump_file"]
    for range_ in ("bytes=0-9", "bytes=99999999-"):
        yield client(dump_file, {"Range": range_})
        yield client("/static/style.css", {"Range": range_})
    for path in (
        "/datasets//x",
        "/fr//",
        "/dumps/latest",
        "/datasets/other-words-" + paths["record"].rpartition("-")[2],
    ):
        yield client(path, BROWSER)
    gone = f"/datasets/gone-{key('http://a.example/gone')}"
    for path in (gone, f"{gone}.ttl", "/nowhere", "/static/nowhere", "/datasets?page=0", "/datasets?page=9999", "/oai"):
        yield client(path, BROWSER)
        yield client(path)
    for accept in ("*/*", "text/csv", "text/html", "application/sparql-results+xml", "image/none"):
        yield client(ask, {"Accept": accept})
        yield client(ask, {"Accept": accept})
        yield client("/sparql?query=SELECT", {"Accept": accept})
        yield client(f"/sparql?query={quote(_LONG)}", {"Accept": accept})
        yield client(ask, {"Accept": accept}, method="HEAD")
    kept = client(ask, {"Accept": "text/csv"})
    yield client(ask, {"Accept": "text/csv", "If-None-Match": kept["ETag"]})
    for body, kind in (
        (b"ASK {}", "application/sparql-query"),
        (b" " * 70_000, "application/sparql-query"),
        (b"x", "image/x"),
    ):
        yield client("/sparql", {"Content-Type": kind}, method="POST", body=body)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    yield client("/oai", form, method="POST", body=b"verb=Identify")


def _broken(client: Client, dump_file: str) -> Iterator[Answer]:
    """What happens where a file cannot be read."""
    unreadable = dump_file.rpartition("/")[0] + f"/{CHECKSUMS}"
    yield client(unreadable, BROWSER)
    yield client(unreadable)


def _crowded(client: Client) -> Iterator[Answer]:
    """More slow queries at once than one client may put, and then than all may."""
    for clients, each in ((1, 6), (8, 1)):
        others = [replace(client, address=f"127.0.0.{2 + clients + number}") for number in range(clients)]
        asked = [(one, accept) for one in others for _ in range(each) for accept in ("text/html", "*/*")]
        with ThreadPoolExecutor(len(asked)) as asking:
            yield from asking.map(lambda pair: pair[0](f"/sparql?query={quote(_SLOW)}", {"Accept": pair[1]}), asked)
