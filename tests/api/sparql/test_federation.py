"""SERVICE through the endpoint, with real workers and an endpoint that answers as each test tells it to."""

import gzip
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from api.app import create_app, reading
from api.settings import Settings
from api.sparql.endpoint import SparqlEndpoint
from api.sparql.federation import FederatingClient, federating
from graph.serving.broker import BrokerProcess, start
from graph.serving.options import BrokerOptions
from tests.support.processes import ends
from tests.support.published import publish, quads
from tests.support.web import Answer, Web, body, raw, redirect, serving
from tests.support.wsgi import Reply, call

JSON = "application/sparql-results+json"
OPTIONS = BrokerOptions(seconds=4, memory=1 << 30, workers=2, client_seconds=1e6, base="http://127.0.0.1:8000/sparql")
TITLE = "<http://purl.org/dc/terms/title>"
ROWS = json.dumps(
    {
        "head": {"vars": ["s", "o"]},
        "results": {
            "bindings": [
                {"s": {"type": "uri", "value": "http://example.org/dataset/0"}, "o": {"type": "literal", "value": "x"}}
            ]
        },
    }
).encode()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    publish(folder, 1, quads(5, 1))
    return folder


@pytest.fixture(scope="module")
def broker(data: Path) -> Iterator[BrokerProcess]:
    with start(data, OPTIONS) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal that may call one endpoint, `web` at /sparql."""

    endpoint: SparqlEndpoint
    client: FederatingClient
    web: Web

    def ask(self, silent: str = "", *, address: str = "one client") -> Reply:
        query = f"SELECT * {{ ?s {TITLE} ?t SERVICE {silent} <{self.web.url}/sparql> {{ ?s <http://e/q> ?o }} }}"
        media_type = "application/sparql-query"
        return call(self.endpoint, "POST", body=query.encode(), content_type=media_type, accept=JSON, address=address)


@pytest.fixture
def portal(data: Path, broker: BrokerProcess) -> Iterator[Portal]:
    with serving() as web:
        settings = Settings(
            data=data,
            query_services=(f"{web.url}/sparql", f"{web.url}/second"),
            query_service_seconds=1,
            query_service_bytes=1 << 20,
            query_service_rows=50,
            allow_private_addresses=True,
        )
        client = federating(settings, broker.socket_path, OPTIONS, reading(settings))
        web.answers["/sparql"] = body(ROWS, JSON)
        yield Portal(SparqlEndpoint(create_app(settings, client), client, settings), client, web)
        client.close()


def _rows(reply: Reply) -> list[dict[str, dict[str, str]]]:
    assert reply.status == 200, reply.body
    bindings: list[dict[str, dict[str, str]]] = json.loads(reply.body)["results"]["bindings"]
    return bindings


def test_rows_from_an_allowed_endpoint_are_joined(portal: Portal) -> None:
    rows = _rows(portal.ask())
    assert [(row["t"]["value"], row["o"]["value"]) for row in rows] == [("Title 0", "x")]
    (sent,) = portal.web.bodies
    assert parse_qs(sent.decode())["query"] == [
        "BASE <http://127.0.0.1:8000/sparql> \nSELECT ?o ?s WHERE { ?s <http://e/q> ?o \n}\nLIMIT 51"
    ]
    assert portal.web.headers[0]["Accept"] == JSON
    assert portal.web.headers[0]["Accept-Encoding"] == "identity"


ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"
MANY = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [{}] * 60}}).encode()
BLANK = ROWS.replace(b'"uri", "value": "http://example.org/dataset/0"', b'"bnode", "value": "b"')


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (body(b"nothing", "text/plain", 404), "404 Not Found"),
        (body(b"no", JSON, 500), "500 Internal Server Error"),
        (body(b"later", JSON, 503, Retry_After="30"), "asks to come back"),
        (body(b"<html>", "text/html"), "answered with text/html where application/sparql-results+json"),
        (body(b"<html>", JSON), "no SPARQL result in JSON"),
        (body(ROWS[:-10], JSON), "no SPARQL result in JSON"),
        (body(gzip.compress(b"0" * 10**7), JSON, Content_Encoding="gzip"), "compressed with 'gzip'"),
        (body(b" " * (2 << 20), JSON), "too big"),
        (raw(ENDLESS + b"Content-Length: 10000000000\r\n\r\n{"), "too big"),
        (raw(ENDLESS + b"Content-Length: 5000\r\n\r\n" + ROWS), "connection failed"),
        (raw(ENDLESS + b"Content-Length: 10\r\n\r\n" + ROWS), "sent more than"),
        (raw(b"SSH-2.0-OpenSSH\r\n"), "connection failed"),
        (redirect("/elsewhere"), "redirects to"),
        (redirect("http://[::ffff:127.0.0.1]:1/sparql", 307), "redirects to"),
        (redirect("/second"), "404 Not Found"),
        (redirect("/sparql", 308), "redirects more than"),
        (redirect("file:///etc/passwd"), "no http or https address"),
    ],
)
def test_an_endpoint_that_answers_badly_is_named_with_the_reason(portal: Portal, answer: Answer, reason: str) -> None:
    portal.web.answers["/sparql"] = answer
    reply = portal.ask()
    assert reply.status == 502, reply.body
    assert reason in json.loads(reply.body)["detail"]
    assert f"SERVICE <{portal.web.url}/sparql> gave no answer" in json.loads(reply.body)["detail"]
    rows = _rows(portal.ask("SILENT"))
    assert len(rows) == 5  # each title of ours, with a row that says nothing
    assert all("o" not in row for row in rows)


@pytest.mark.parametrize(("content", "reason"), [(MANY, "more than 50 rows"), (BLANK, "a blank node as ?s")])
def test_rows_that_cannot_be_taken_are_no_answer_even_silently(portal: Portal, content: bytes, reason: str) -> None:
    portal.web.answers["/sparql"] = body(content, JSON)
    for silent in ("", "SILENT"):
        reply = portal.ask(silent)
        assert reply.status == 400
        assert reason in json.loads(reply.body)["detail"]


@pytest.mark.parametrize("pieces", [[ENDLESS + b"\r\n", b" "], [b"H"], [b""]], ids=["drip", "slow head", "silence"])
def test_an_endpoint_that_takes_too_long_is_left(portal: Portal, pieces: list[bytes]) -> None:
    portal.web.answers["/sparql"] = raw(*pieces, stop=portal.web.stop, pause=0.05)
    with ends():
        reply = portal.ask()
    assert reply.status == 504, reply.body
    assert b"within 1 seconds" in reply.body or b"silent for 1 seconds" in reply.body


def test_a_redirect_to_another_allowed_endpoint_is_followed(portal: Portal) -> None:
    portal.web.answers["/sparql"] = redirect("/second", 307)
    portal.web.answers["/second"] = body(ROWS, JSON)
    assert len(_rows(portal.ask())) == 1
    assert portal.web.bodies[0] == portal.web.bodies[1]


def test_a_large_answer_goes_to_the_worker_in_a_file(portal: Portal) -> None:
    bindings = [{"o": {"type": "literal", "value": f"{number} " * 4000}} for number in range(50)]
    portal.web.answers["/sparql"] = body(
        json.dumps({"head": {"vars": ["o"]}, "results": {"bindings": bindings}}).encode(), JSON
    )
    assert len(_rows(portal.ask())) == 250


def test_slow_endpoints_take_two_turns_of_one_client_and_no_more(portal: Portal) -> None:
    portal.web.answers["/sparql"] = raw(b"", stop=portal.web.stop, pause=0.05)
    replies: list[Reply] = []
    threads = [threading.Thread(target=lambda: replies.append(portal.ask())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reply.status for reply in replies) == [429, 429, 504, 504]
    portal.web.answers["/sparql"] = body(ROWS, JSON)
    assert portal.ask().status == 200


def test_waiting_for_others_is_paid_for(data: Path, portal: Portal) -> None:
    stingy = BrokerOptions(seconds=4, memory=1 << 30, workers=2, client_seconds=1)
    with start(data, stingy) as broker:
        settings = Settings(
            data=data,
            query_services=(f"{portal.web.url}/sparql",),
            allow_private_addresses=True,
            query_service_seconds=1.5,
        )
        client = federating(settings, broker.socket_path, stingy, reading(settings))
        paying = Portal(SparqlEndpoint(create_app(settings, client), client, settings), client, portal.web)
        portal.web.answers["/sparql"] = raw(b"", stop=portal.web.stop, pause=0.05)
        assert paying.ask().status == 504
        time.sleep(0.1)
        assert paying.ask().status == 429
        assert paying.ask(address="another client").status == 504
        client.close()


def test_an_answer_without_end_is_cut_off_at_the_limit(portal: Portal) -> None:
    portal.web.answers["/sparql"] = raw(ENDLESS + b"\r\n", b" " * (64 << 10), stop=portal.web.stop)
    with ends():
        reply = portal.ask()
    assert reply.status == 502
    assert b"is too big" in reply.body


@pytest.mark.parametrize(
    ("before", "opened", "closed"),
    [
        ("SELECT * {", "SERVICE <%s> {", "}"),
        ("SELECT * {", "SERVICE <%s> {}", ""),
        ("SELECT * {", "SERVICE <%s> {", ""),
        ("SELECT * { SERVICE <%s> {} ", "{", "}"),
        ("SELECT * { SERVICE <%s> {", "{", "}"),
        ("SELECT * { SERVICE <%s> { } FILTER(", "(", ")"),
        ("SELECT * { SERVICE <%s> { ?s ?p ?o FILTER(", "!", ""),
        ("SELECT * { SERVICE <%s> { ?s ?p ?o } ", "OPTIONAL { SERVICE <%s> {} ", "}"),
        ("SELECT * { SERVICE <https://w3id.org/catalograph/search> { ?s ?p ", "[ ?p ", "]"),
        ("SELECT * { SERVICE <https://w3id.org/catalograph/search> { ?s ?p 1 ", "; ?p 1 ", ""),
        ("SERVICE ", '"', ""),
        ("SERVICE ", "'''", ""),
        ("SELECT * { SERVICE <%s> { ?s ?p '''", "\\'''", ""),
    ],
)
def test_no_nesting_of_blocks_ends_a_worker_badly(portal: Portal, before: str, opened: str, closed: str) -> None:
    endpoint = f"{portal.web.url}/sparql"
    before, opened = before.replace("%s", endpoint), opened.replace("%s", endpoint)
    times = (64_000 - len(before)) // len(opened + closed)
    text = before + opened * times + closed * times + "}"
    kind = "application/sparql-query"
    with ends():
        reply = call(portal.endpoint, "POST", body=text.encode(), content_type=kind, accept=JSON, address="one")
    assert reply.status in {400, 502, 504}, reply.body
    assert portal.ask().status == 200


def test_an_index_that_is_not_there_is_a_failure_of_the_index(portal: Portal) -> None:
    query = 'SELECT * { SERVICE </search> { ?d <https://w3id.org/catalograph/search/query> "x" } }'
    reply = call(
        portal.endpoint,
        "POST",
        body=query.encode(),
        content_type="application/sparql-query",
        accept=JSON,
        address="one",
    )
    assert reply.status == 502
    assert b"has no search index" in reply.body
