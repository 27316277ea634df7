"""What was answered before: from memory, by 304, packed, and not when it may have changed."""

import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import brotli
import pytest

from api.settings import Settings
from api.sparql.endpoint import SparqlEndpoint
from graph.serving.broker import BrokerProcess, start
from graph.serving.client import Client
from graph.serving.options import BrokerOptions
from tests.support.published import publish, quads
from tests.support.wsgi import Reply, call

OPTIONS = BrokerOptions(seconds=5, memory=1 << 30, answer_bytes=16 << 20)
TITLE = "SELECT ?t { <http://example.org/dataset/7> <http://purl.org/dc/terms/title> ?t }"
SOME = "SELECT * { ?s ?p ?o } LIMIT 100"
ALL = "SELECT * { ?s ?p ?o }"
GENERATION = "SELECT ?g { ?c <http://example.org/generation> ?g }"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    publish(folder, 1, quads(8000, 1))
    return folder


@pytest.fixture(scope="module")
def broker(data: Path) -> Iterator[BrokerProcess]:
    with start(data, OPTIONS) as process:
        yield process


@pytest.fixture
def endpoint(data: Path, broker: BrokerProcess) -> Iterator[SparqlEndpoint]:
    client = Client(broker.socket_path, OPTIONS)
    yield SparqlEndpoint(lambda _environ, _start: [], client, Settings(data=data))
    client.close()


@pytest.fixture
def deaf(data: Path, tmp_path: Path) -> SparqlEndpoint:
    """An endpoint whose query service is not there: what it answers, it knows."""
    return SparqlEndpoint(lambda _environ, _start: [], Client(tmp_path / "nobody", OPTIONS), Settings(data=data))


def _get(endpoint: SparqlEndpoint, text: str, method: str = "GET", **headers: Any) -> Reply:
    return call(endpoint, method, urlencode({"query": text}), **headers)


def _hit(reply: Reply) -> bool:
    return reply.headers["Server-Timing"] == "cache;desc=hit"


def test_an_answer_comes_from_memory_the_second_time(endpoint: SparqlEndpoint) -> None:
    first, second = _get(endpoint, TITLE), _get(endpoint, TITLE)
    assert "query;dur=" in first.headers["Server-Timing"]
    assert "wait;dur=" in first.headers["Server-Timing"]
    assert _hit(second)
    assert second.body == first.body
    assert {**second.headers, "Server-Timing": ""} == {**first.headers, "Server-Timing": ""}
    head = _get(endpoint, TITLE, "HEAD")
    assert _hit(head)
    assert head.body == b""
    assert head.headers["Content-Length"] == str(len(first.body))


def test_both_ways_to_post_are_remembered_by_their_bodies(endpoint: SparqlEndpoint) -> None:
    for body, media_type in ((TITLE, "application/sparql-query"), (urlencode({"query": TITLE}), FORM)):
        posted = [call(endpoint, "POST", body=body.encode(), content_type=media_type) for _ in range(2)]
        assert [_hit(reply) for reply in posted] == [False, True]
        assert posted[0].body == posted[1].body
    other = call(endpoint, "POST", body=SOME.encode(), content_type="application/sparql-query")
    assert not _hit(other)


FORM = "application/x-www-form-urlencoded"


def test_what_differs_in_form_coding_or_graphs_is_another_answer(endpoint: SparqlEndpoint) -> None:
    query = {"query": SOME}
    requests: list[tuple[dict[str, str], dict[str, Any]]] = [
        (query, {}),
        (query, {"accept": "text/csv"}),
        (query, {"accept_encoding": "gzip"}),
        (query, {"accept_encoding": "br"}),
        ({**query, "default-graph-uri": "http://example.org/graph"}, {}),
        ({**query, "named-graph-uri": "http://example.org/graph"}, {}),
    ]
    replies = [call(endpoint, query=urlencode(given), **headers) for given, headers in requests]
    assert {reply.status for reply in replies} == {200}
    assert not any(map(_hit, replies))
    assert len({reply.headers["Etag"] for reply in replies}) == len(replies)


def test_a_new_generation_is_seen_at_once(tmp_path: Path) -> None:
    publish(tmp_path, 1, quads(10, 1))
    with start(tmp_path, OPTIONS) as process:
        client = Client(process.socket_path, OPTIONS)
        endpoint = SparqlEndpoint(lambda _environ, _start: [], client, Settings(data=tmp_path))
        before = [_get(endpoint, GENERATION, accept="text/csv") for _ in range(2)]
        assert _hit(before[1])
        publish(tmp_path, 2, quads(10, 2))
        assert not _hit(_get(endpoint, GENERATION, accept="text/csv"))
        until = time.monotonic() + 10
        while (after := _get(endpoint, GENERATION, accept="text/csv")).body == before[0].body:
            assert not _hit(after)
            assert time.monotonic() < until
        assert after.headers["Etag"] != before[0].headers["Etag"]
        again = _get(endpoint, GENERATION, accept="text/csv", if_none_match=before[0].headers["Etag"])
        assert (again.status, again.body) == (200, b"g\r\n2\r\n")
        client.close()


@pytest.mark.parametrize("text", ["SELECT (NOW() AS ?t) {}", "SELECT (RAND() AS ?t) {}", "SELECT (UUID() AS ?t) {}"])
def test_what_changes_by_itself_is_not_kept_by_anybody(endpoint: SparqlEndpoint, text: str) -> None:
    first, second = _get(endpoint, text), _get(endpoint, text)
    assert first.body != second.body
    assert "Etag" not in first.headers
    assert first.headers["Cache-Control"] == "no-store"


def test_errors_are_not_kept(endpoint: SparqlEndpoint) -> None:
    replies = [_get(endpoint, "SELECT") for _ in range(2)]
    assert [reply.status for reply in replies] == [400, 400]
    assert replies[1].headers["Cache-Control"] == "no-store"
    assert "Etag" not in replies[1].headers


def test_a_client_that_has_the_answer_is_told_so_without_asking_anybody(
    endpoint: SparqlEndpoint, deaf: SparqlEndpoint
) -> None:
    tag = _get(endpoint, TITLE).headers["Etag"]
    assert tag.startswith('"')
    for asked in (endpoint, deaf):
        for method in ("GET", "HEAD"):
            for known in (tag, f"W/{tag}", f'"other", {tag}'):
                reply = _get(asked, TITLE, method, if_none_match=known)
                assert (reply.status, reply.body) == (304, b"")
                assert reply.headers["Etag"] == tag
                assert reply.headers["Cache-Control"] == "no-cache"
                assert reply.headers["Vary"] == "Accept, Accept-Encoding"
                assert reply.headers["Access-Control-Allow-Origin"] == "*"
                assert "Content-Type" not in reply.headers
    assert _get(deaf, TITLE, if_none_match='"other"').status == 503
    assert _get(deaf, TITLE, accept="text/csv", if_none_match=tag).status == 503
    posted = call(deaf, "POST", body=TITLE.encode(), content_type="application/sparql-query", if_none_match=tag)
    assert posted.status == 503


def test_whoever_takes_it_packed_is_known_by_either_tag(endpoint: SparqlEndpoint, deaf: SparqlEndpoint) -> None:
    plain, packed = _get(endpoint, SOME), _get(endpoint, SOME, accept_encoding="br, gzip")
    assert packed.headers["Etag"] == plain.headers["Etag"][:-1] + '-br"'
    for tag in (plain.headers["Etag"], packed.headers["Etag"]):
        assert _get(deaf, SOME, accept_encoding="br", if_none_match=tag).status == 304
    assert _get(deaf, SOME, if_none_match=packed.headers["Etag"]).status == 503


@pytest.mark.parametrize("text", [SOME, ALL])
def test_an_answer_is_packed_as_accepted(endpoint: SparqlEndpoint, text: str) -> None:
    plain = _get(endpoint, text)
    assert "Content-Encoding" not in plain.headers
    for accepted, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        packed = [_get(endpoint, text, accept_encoding=accepted) for _ in range(2)]
        for reply in packed:
            assert reply.headers["Content-Encoding"] == accepted
            assert unpack(reply.body) == plain.body
            assert len(reply.body) < len(plain.body) / 4
        assert len({reply.headers["Etag"] for reply in packed} | {plain.headers["Etag"]}) == 2


def test_a_tiny_answer_and_an_error_are_not_packed(endpoint: SparqlEndpoint) -> None:
    for text in (TITLE, "SELECT"):
        reply = _get(endpoint, text, accept_encoding="gzip, br")
        assert "Content-Encoding" not in reply.headers
        assert json.loads(reply.body)


def test_a_long_answer_is_neither_kept_nor_measured_beforehand_when_packed(endpoint: SparqlEndpoint) -> None:
    long = [_get(endpoint, ALL) for _ in range(2)]
    assert len(long[0].body) > 1 << 20
    assert not _hit(long[1])
    assert long[1].headers["Etag"] == long[0].headers["Etag"]
    assert "Content-Length" not in _get(endpoint, ALL, accept_encoding="gzip").headers
    head = _get(endpoint, ALL, "HEAD")
    assert (head.body, head.headers["Content-Length"]) == (b"", str(len(long[0].body)))
    assert _get(endpoint, ALL, if_none_match=long[0].headers["Etag"]).status == 304
