import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from api.app import create_app
from api.settings import Settings
from api.sparql.endpoint import SparqlEndpoint
from api.sparql.request import choose
from graph.serving.broker import start
from graph.serving.client import Client
from graph.serving.options import BrokerOptions
from tests.support.processes import wait_until
from tests.support.published import publish, quads
from tests.support.wsgi import Reply, call

OPTIONS = BrokerOptions(seconds=5, memory=1 << 30, answer_bytes=8 << 20)
TITLE = "SELECT ?t { <http://example.org/dataset/7> <http://purl.org/dc/terms/title> ?t }"
SIZES = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?p = <http://www.w3.org/ns/dcat#byteSize>) }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparqlEndpoint]:
    data = tmp_path_factory.mktemp("data")
    publish(data, 1, quads(2000, 1))
    with start(data, OPTIONS) as broker:
        client = Client(broker.socket_path, OPTIONS)
        app = create_app(Settings(data=data), client)
        yield SparqlEndpoint(app, client, Settings(data=data))
        client.close()


def _get(endpoint: SparqlEndpoint, text: str, accept: str = "", **parameters: str) -> Reply:
    query = urlencode({"query": text, **parameters})
    return call(endpoint, query=query, accept=accept) if accept else call(endpoint, query=query)


def _problem(reply: Reply) -> dict[str, Any]:
    assert reply.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(reply.body)
    assert told["status"] == reply.status
    return told


def test_a_query_is_answered_by_get_and_by_both_posts(endpoint: SparqlEndpoint) -> None:
    replies = [
        _get(endpoint, TITLE),
        call(endpoint, "POST", body=TITLE.encode(), content_type="application/sparql-query"),
        call(endpoint, "POST", body=TITLE.encode(), content_type="application/sparql-query; charset=utf-8"),
        call(
            endpoint,
            "POST",
            body=urlencode({"query": TITLE}).encode(),
            content_type="application/x-www-form-urlencoded",
        ),
    ]
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1
    assert json.loads(replies[0].body)["results"]["bindings"][0]["t"]["value"] == "Title 7"
    assert replies[0].headers["Content-Type"] == "application/sparql-results+json"
    assert replies[0].headers["Content-Length"] == str(len(replies[0].body))
    assert replies[0].headers["Catalograph-Generation"] == "1"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values;q=0.9, text/csv;q=0.1", "text/tab-separated-values; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/sparql-results+json, */*;q=0.1, text/html;q=0.5", "application/sparql-results+json"),
    ],
)
def test_rows_come_in_the_form_accepted(endpoint: SparqlEndpoint, accept: str, media_type: str) -> None:
    reply = _get(endpoint, TITLE, accept)
    assert (reply.status, reply.headers["Content-Type"]) == (200, media_type)
    assert reply.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/ld+json"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
    ],
)
def test_statements_come_in_the_form_accepted_and_typed_as_declared(
    endpoint: SparqlEndpoint, accept: str, media_type: str
) -> None:
    reply = _get(endpoint, SIZES, accept)
    assert (reply.status, reply.headers["Content-Type"]) == (200, media_type)
    assert b"nonNegativeInteger" in reply.body
    assert b"XMLSchema#integer" not in reply.body


@pytest.mark.parametrize("name", ["format", "output"])
@pytest.mark.parametrize("value", ["csv", "text/csv", "CSV"])
def test_the_format_parameter_goes_before_accept(endpoint: SparqlEndpoint, name: str, value: str) -> None:
    reply = call(endpoint, query=urlencode({"query": TITLE, name: value}), accept=BROWSER)
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="result.csv"'


@pytest.mark.parametrize(
    ("text", "accept", "parameters"),
    [
        (TITLE, "image/png", {}),
        (TITLE, "text/turtle", {}),
        (SIZES, "text/csv", {}),
        (TITLE, "", {"format": "docx"}),
        (TITLE, "", {"format": "turtle"}),
    ],
)
def test_a_form_that_is_not_offered_is_answered_by_those_that_are(
    endpoint: SparqlEndpoint, text: str, accept: str, parameters: dict[str, str]
) -> None:
    reply = _get(endpoint, text, accept, **parameters)
    assert reply.status == 406
    offered = _problem(reply)["offered"]
    assert ("text/turtle" if text is SIZES else "text/csv") in offered


def test_graphs_named_by_the_request_are_the_dataset(endpoint: SparqlEndpoint) -> None:
    text = "SELECT ?t { ?s <http://purl.org/dc/terms/title> ?t }"
    graph = {"default-graph-uri": "http://example.org/graph"}
    reply = _get(endpoint, text, "text/csv", **graph)
    assert reply.body == b"t\r\nElsewhere\r\n"
    posted = call(
        endpoint, "POST", urlencode(graph), text.encode(), content_type="application/sparql-query", accept="text/csv"
    )
    assert posted.body == reply.body


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("format=csv", 400),
        (urlencode({"query": "SELECT * {"}), 400),
        (urlencode({"query": "DROP ALL"}), 400),
        (urlencode({"query": "SELECT * { SERVICE <http://127.0.0.1:9/> {} }"}), 400),
        (urlencode([("query", TITLE), ("query", TITLE)]), 400),
        (urlencode({"update": "DROP ALL"}), 400),
        ("query=%FF", 400),
        (urlencode({"query": TITLE, "default-graph-uri": "has space"}), 400),
        (urlencode({"query": TITLE, "named-graph-uri": "<script>"}), 400),
        (urlencode({"query": TITLE, "default-graph-uri": "<script>alert(1)</script>"}), 400),
        (urlencode({"query": "SELECT * { <has space> ?p ?o }"}), 400),
        (urlencode({"query": TITLE, "version": "2.0"}), 400),
        (urlencode({"query": TITLE, "version": "1.2 or so"}), 400),
        (urlencode([("query", TITLE), ("format", "csv"), ("format", "json")]), 400),
        ("query=ASK{}%00", 400),
        ("query=%00", 400),
        ("query=ASK%7B%7", 400),
        ("query=%zz", 400),
        ("query=ASK{}&default-graph-uri=http://example.org/%2", 400),
        ("query=%ED%A0%80", 400),
        ("query=", 400),
        ("%71uery=ASK{}&query=ASK{}", 400),
        ("&&&=&=&", 400),
        (urlencode({"query": TITLE + " " * (64 << 10)}), 413),
        (urlencode([("query", TITLE)] + [("named-graph-uri", f"http://example.org/{'g' * 900}")] * 40), 413),
    ],
)
def test_a_request_that_is_wrong_is_told_why(endpoint: SparqlEndpoint, query: str, status: int) -> None:
    reply = call(endpoint, query=query)
    assert reply.status == status
    assert _problem(reply)["detail"]
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert int(reply.headers["Ratelimit-Remaining"]) <= 60
    assert "Traceback" not in reply.body.decode()


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.2-basic"])
def test_a_request_may_say_in_which_version_its_query_is(endpoint: SparqlEndpoint, version: str) -> None:
    assert _get(endpoint, TITLE, version=version).status == 200
    for parameter in (f"version={version}", f'Version = "{version}"', f"charset=utf-8; version={version}"):
        media_type = f"application/sparql-query; {parameter}"
        assert call(endpoint, "POST", body=TITLE.encode(), content_type=media_type).status == 200


def test_an_unknown_version_is_answered_by_those_that_are_known(endpoint: SparqlEndpoint) -> None:
    media_type = "application/sparql-query;version=3.0"
    for reply in (
        _get(endpoint, TITLE, version="3.0"),
        call(endpoint, "POST", body=TITLE.encode(), content_type=media_type),
    ):
        assert reply.status == 400
        assert "1.1, 1.2, 1.2-basic" in _problem(reply)["detail"]


@pytest.mark.parametrize(
    ("text", "name", "media_type"),
    [
        (TITLE, "application/sparql-results xml", "application/sparql-results+xml"),  # a plus that was not encoded
        (TITLE, "srj", "application/sparql-results+json"),
        (SIZES, "json-ld", "application/ld+json"),
        (SIZES, "rdf+xml", "application/rdf+xml"),
        (SIZES, "rdf xml", "application/rdf+xml"),
        (SIZES, "xml", "application/rdf+xml"),
        (SIZES, "json", "application/ld+json"),
        (SIZES, "n3", "text/turtle; charset=utf-8"),
        (SIZES, "n-triples", "application/n-triples"),
        (SIZES, "nt", "application/n-triples"),
        (SIZES, "trig", "application/trig"),
    ],
)
def test_forms_go_by_the_names_that_other_software_uses(
    endpoint: SparqlEndpoint, text: str, name: str, media_type: str
) -> None:
    reply = _get(endpoint, text, format=name, output=name)
    assert (reply.status, reply.headers["Content-Type"]) == (200, media_type)


def test_a_form_nobody_knows_is_named_with_those_there_are(endpoint: SparqlEndpoint) -> None:
    told = _problem(_get(endpoint, TITLE, format="<script>"))
    assert "'<script>'" in told["detail"]
    assert "json, xml, csv, tsv, turtle" in told["detail"]
    assert told["type"].endswith("/problems#not-acceptable")


def test_a_syntax_error_has_line_and_column(endpoint: SparqlEndpoint) -> None:
    told = _problem(_get(endpoint, "SELECT *\n{ ?s ?p }"))
    assert (told["line"], told["column"]) == (2, 10)
    assert "expected" in told["detail"]


@pytest.mark.parametrize(
    ("media_type", "status"),
    [("application/sparql-update", 400), ("text/plain", 415), ("application/json", 415), ("", 415)],
)
def test_a_body_of_another_kind_is_refused(endpoint: SparqlEndpoint, media_type: str, status: int) -> None:
    assert call(endpoint, "POST", body=TITLE.encode(), content_type=media_type).status == status


def test_a_body_that_is_too_long_is_not_read(endpoint: SparqlEndpoint) -> None:
    body = b"#" * (200 << 10)
    assert call(endpoint, "POST", body=body, content_type="application/sparql-query").status == 413
    assert call(endpoint, "POST", body=body * 2, content_type="application/x-www-form-urlencoded").status == 413
    chunked = call(endpoint, "POST", body=body, content_type="application/sparql-query", content_length="")
    assert chunked.status == 413
    assert _problem(chunked)["limit"] == OPTIONS.query_bytes


def test_a_body_that_is_shorter_than_it_says_is_no_query(endpoint: SparqlEndpoint) -> None:
    short = call(endpoint, "POST", body=TITLE.encode(), content_type="application/sparql-query", content_length="5000")
    assert short.status == 400
    assert "Content-Length says 5000" in _problem(short)["detail"]


def test_limits_are_told_with_their_values(endpoint: SparqlEndpoint) -> None:
    endless = _get(endpoint, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert (endless.status, _problem(endless)["seconds"]) == (504, OPTIONS.seconds)
    assert (_problem(endless)["limit"], _problem(endless)["unit"]) == (OPTIONS.seconds, "seconds")
    long = _get(endpoint, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert (long.status, _problem(long)["limit"]) == (422, 8 << 20)
    assert _problem(long)["unit"] == "bytes of answer"
    assert all(way["title"] and way["href"] for way in _problem(long)["ways_out"])


def test_a_client_that_asks_too_much_at_once_is_told_to_wait(endpoint: SparqlEndpoint) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda _: _get(endpoint, endless), range(12)))
    refused = [reply for reply in replies if reply.status == 429]
    assert len(refused) == 12 - OPTIONS.client_running - OPTIONS.client_waiting
    assert {reply.status for reply in replies} == {429, 504}
    assert all(int(reply.headers["Retry-After"]) >= 1 for reply in refused)
    told = _problem(refused[0])
    assert (told["limit"], told["unit"]) == (9, "queries of one client at once")
    assert told["type"].endswith("/problems#client-budget")


def test_a_client_that_used_up_its_minute_is_told_how_much_that_was_and_when_to_come_back(tmp_path: Path) -> None:
    publish(tmp_path, 1, quads(300, 1))
    options = BrokerOptions(seconds=2, client_seconds=1.0)
    with start(tmp_path, options) as broker:
        client = Client(broker.socket_path, options)
        asked = SparqlEndpoint(lambda _environ, _start: [], client, Settings(data=tmp_path, query_client_seconds=1.0))
        wait_until(lambda: _get(asked, TITLE).status == 200)  # time spent waiting for workers to start is not billed
        assert _get(asked, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }").status == 504
        reply = _get(asked, f"{TITLE} # not from memory")
        told = _problem(reply)
        assert (reply.status, told["limit"], told["unit"]) == (429, 1.0, "seconds of work per minute")
        assert told["retry_after"] == int(reply.headers["Retry-After"]) >= 1
        assert (reply.headers["Ratelimit-Limit"], reply.headers["Ratelimit-Remaining"]) == ("1", "0")
        assert int(reply.headers["Ratelimit-Reset"]) > 30
        client.close()


def test_head_has_the_headers_and_no_body(endpoint: SparqlEndpoint) -> None:
    for text in (TITLE, "SELECT * { ?s ?p ?o }"):
        reply = call(endpoint, "HEAD", urlencode({"query": text}))
        assert (reply.status, reply.body) == (200, b"")
        assert int(reply.headers["Content-Length"]) > 0
    assert call(endpoint, "HEAD", "format=csv").status == 400


def test_options_tells_browsers_what_they_may_send(endpoint: SparqlEndpoint) -> None:
    reply = call(endpoint, "OPTIONS", origin="https://example.org", access_control_request_method="POST")
    assert reply.status == 204
    assert reply.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"
    assert "Access-Control-Allow-Credentials" not in reply.headers
    allowed = reply.headers["Access-Control-Allow-Headers"].lower()
    assert {"accept", "content-type", "if-none-match"} <= set(allowed.split(", "))


def test_a_browsers_program_may_read_what_the_headers_say(endpoint: SparqlEndpoint) -> None:
    for reply in (_get(endpoint, TITLE), _get(endpoint, "SELECT")):
        exposed = reply.headers["Access-Control-Expose-Headers"].title().split(", ")
        safelisted = {"Cache-Control", "Content-Length", "Content-Type"}
        ours = set(reply.headers) - safelisted - {"Vary", "Timing-Allow-Origin"}
        ours = {name for name in ours if not name.startswith("Access-Control")}
        assert ours <= set(exposed)


def test_other_methods_are_not_allowed(endpoint: SparqlEndpoint) -> None:
    reply = call(endpoint, "DELETE")
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_a_long_answer_is_sent_whole(endpoint: SparqlEndpoint) -> None:
    reply = _get(endpoint, "SELECT * { ?s ?p ?o }")
    assert len(reply.body) == int(reply.headers["Content-Length"]) > 500_000
    assert len(json.loads(reply.body)["results"]["bindings"]) == 4001


def test_headers_that_never_end_cost_nothing_that_stays(endpoint: SparqlEndpoint) -> None:
    choose.cache_clear()
    for number in range(20):
        reply = _get(endpoint, TITLE, "text/csv, " + f"text/x{number}, " * 20_000, format="")
        assert (reply.status, reply.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert _get(endpoint, TITLE, format="csv," * 10_000).status == 200
    assert _get(endpoint, TITLE, format=",".join(map(str, range(10_000)))).status == 400
    assert choose.cache_info().currsize <= 21


def test_an_error_is_plain_text_for_who_prefers_it(endpoint: SparqlEndpoint) -> None:
    reply = _get(endpoint, "SELECT", "text/csv, text/plain;q=0.5")
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"expected" in reply.body


def test_the_worker_of_one_client_does_not_delay_another(endpoint: SparqlEndpoint) -> None:
    endless = threading.Thread(
        target=call,
        args=(endpoint, "GET", urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"})),
        kwargs={"address": "127.0.0.2"},
    )
    endless.start()
    for _ in range(20):
        assert _get(endpoint, TITLE).status == 200
    endless.join()


def test_everything_else_goes_on_to_the_pages(endpoint: SparqlEndpoint) -> None:
    assert call(endpoint, path="/-/health").status == 200
    assert call(endpoint, path="/nowhere", accept="application/json").status == 404


def test_before_anything_is_published_the_endpoint_answers_503(tmp_path: Path) -> None:
    with start(tmp_path, OPTIONS) as broker:
        client = Client(broker.socket_path, OPTIONS)
        app = create_app(Settings(data=tmp_path), client)
        empty = SparqlEndpoint(app, client, Settings(data=tmp_path))
        assert _get(empty, TITLE).headers["Retry-After"] == "5"
        assert _get(empty, TITLE, BROWSER).status == 503
        client.close()
