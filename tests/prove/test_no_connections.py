"""No request, harvested file or redirect makes the service call an address that the operator did not allow.

A real listener on loopback waits for calls, the names this process looks up are written down, and of the one endpoint
that is allowed each trap tries to make a way to another.
"""

import contextlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from api.app import create_app, reading
from api.settings import Settings
from api.sparql.endpoint import SparqlEndpoint
from api.sparql.federation import FederatingClient, federating
from graph.errors import PortalError, SourceError
from graph.serving.broker import BrokerProcess, start
from graph.serving.options import BrokerOptions
from loaders.fetch import Fetcher, FetchLimits
from tests.graph.serving.test_refusals import SERVICE
from tests.support import portal as portals
from tests.support.listening import Listener, listening, looked_up
from tests.support.published import publish, quads
from tests.support.web import Web, body, redirect, serving
from tests.support.wsgi import Reply, call

pytestmark = pytest.mark.prove

OPTIONS = BrokerOptions(seconds=5, memory=1 << 30, workers=2, client_seconds=1e6, base="http://127.0.0.1:8000/sparql")
JSON = "application/sparql-results+json"
ROWS = b'{"head":{"vars":[]},"results":{"bindings":[]}}'

MORE_SERVICES = [
    "PREFIX e: <%s/../> SELECT * { SERVICE e:trap { ?s ?p ?o } }",
    "BASE <%s> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "BASE <%s> SELECT * { SERVICE SILENT <trap?a=b> { ?s ?p ?o } }",
    r"SELECT * { SERVICE <h\u0074tp://127.0.0.1:PORT/trap> { ?s ?p ?o } }",
    r"SELECT * { S\u0045RVICE <%s> { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<%s>{ ?s ?p ?o } }",
    "SELECT * { SERVICE <ALLOWED> { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * { SERVICE <ALLOWED> { ?s ?p ?o } SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE <ALLOWED> { ?s ?p ?o } SERVICESILENT<%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <ALLOWED#> { ?s ?p ?o } SERVICE SILENT <%s> { } }",
    "SELECT * { { SELECT (COUNT(*) AS ?n) { SERVICE <%s> { ?s ?p ?o } } } }",
    "SELECT * { ?s ?p ?o LATERAL { SERVICE <%s> { ?s ?q ?r } } }",
    "SELECT (EXISTS { SERVICE <%s> { ?s ?p ?o } } AS ?x) { }",
    "SELECT * { ?s ?p ?o } HAVING (EXISTS { SERVICE <%s> { ?s ?p ?o } })",
    "SELECT * { ?s ?p ?o } ORDER BY EXISTS { SERVICE <%s> { ?s ?p ?o } }",
    'SELECT * { ?s ?p """\\""" SERVICE <%s> { ?s ?p ?o } }',
    "SELECT * { ?s ?p ?o FILTER(?s<a:b#x> || 1=1) SERVICE <%s> { ?s ?p ?o }\n) }",
    "SELECT * { SERVICE <https://w3id.org/catalograph/search> { ?s ?p ?o . SERVICE <%s> { ?s ?p ?o } } }",
]
GRAPHS = [
    "SELECT * FROM <%s> { ?s ?p ?o }",
    "SELECT * FROM NAMED <%s> { GRAPH ?g { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } FROM <%s> WHERE { ?s ?p ?o }",
    "ASK FROM <%s> FROM NAMED <%s> { ?s ?p ?o }",
    "DESCRIBE <%s>",
    "SELECT * { GRAPH <%s> { ?s ?p ?o } }",
    "LOAD <%s>",
    "LOAD SILENT <%s> INTO GRAPH <http://example.org/>",
    "INSERT { ?s ?p ?o } USING <%s> WHERE { ?s ?p ?o }",
    "INSERT DATA { <a:a> <a:b> 1 } ; LOAD <%s>",
    'SELECT * { BIND(<http://www.w3.org/2005/xpath-functions#doc>("%s") AS ?x) }',
    "SELECT * { ?s <http://www.w3.org/2002/07/owl#imports> <%s> }",
]
ADDRESSES = [
    "http://2130706433:PORT/trap",
    "http://0x7f.1:PORT/trap",
    "http://0177.0.0.1:PORT/trap",
    "http://127.1:PORT/trap",
    "http://0:PORT/trap",
    "http://[::ffff:127.0.0.1]:PORT/trap",
    "http://[::1]:PORT/trap",
    "http://localhost:PORT/trap",
    "http://localhost.:PORT/trap",
    "http://LOCALHOST:PORT/trap",
    "http://ip6-localhost:PORT/trap",
    "http://127.0.0.1.:PORT/trap",
    "http://user@127.0.0.1:PORT/trap",
    "http://127.0.0.1:PORT#@sparql.example.org/",
    "https://127.0.0.1:PORT/trap",
    "ftp://127.0.0.1:PORT/trap",
    "gopher://127.0.0.1:PORT/trap",
]
HARVESTED = {
    "context.jsonld": '{"@context": "%s", "@id": "http://a/b", "http://a/c": 1}',
    "contexts.jsonld": '{"@context": ["%s", {"a": "http://a/"}], "@id": "http://a/b", "a:c": 1}',
    "scoped.jsonld": '{"@context": {"a": {"@id": "http://a/", "@context": "%s"}}, "@id": "http://a/b", "a": {"b": 1}}',
    "import.jsonld": '{"@context": {"@version": 1.1, "@import": "%s"}, "@id": "http://a/b", "http://a/c": 1}',
    "entity.rdf": '<!DOCTYPE r [<!ENTITY x SYSTEM "%s">]><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a/"><rdf:Description rdf:about="http://a/b">'
    "<a:c>&x;</a:c></rdf:Description></rdf:RDF>",
    "parameter.rdf": '<!DOCTYPE r [<!ENTITY %% x SYSTEM "%s"> %%x;]><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    "dtd.rdf": '<!DOCTYPE rdf:RDF SYSTEM "%s"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:a="http://a/"><rdf:Description rdf:about="http://a/b"><a:c>1</a:c></rdf:Description></rdf:RDF>',
    "schema.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://a/ %s">'
    '<rdf:Description rdf:about="http://a/b"><a:c>1</a:c></rdf:Description></rdf:RDF>',
    "include.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a/" '
    'xmlns:xi="http://www.w3.org/2001/XInclude"><rdf:Description rdf:about="http://a/b"><a:c><xi:include href="%s"/>'
    "</a:c></rdf:Description></rdf:RDF>",
    "stylesheet.rdf": '<?xml-stylesheet href="%s"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:a="http://a/"><rdf:Description rdf:about="http://a/b"><a:c>1</a:c></rdf:Description></rdf:RDF>',
    "imports.ttl": "<http://a/> a <http://www.w3.org/2002/07/owl#Ontology> ; "
    "<http://www.w3.org/2002/07/owl#imports> <%s> ; <http://www.w3.org/2000/01/rdf-schema#seeAlso> <%s> .",
    "shapes.ttl": "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dct: <http://purl.org/dc/terms/> . "
    "<http://a/d> a <http://www.w3.org/ns/dcat#Dataset> ; dct:conformsTo <%s> ; sh:shapesGraph <%s> .",
}


@dataclass(frozen=True, slots=True)
class Trapped:
    """A portal that may call `web` at /sparql, and a listener that nobody may call."""

    endpoint: SparqlEndpoint
    client: FederatingClient
    web: Web
    listener: Listener

    def text(self, trap: str) -> str:
        text = trap.replace("%s", self.listener.url).replace("PORT", str(self.listener.port))
        return text.replace("ALLOWED", f"{self.web.url}/sparql")

    def ask(self, trap: str) -> Reply:
        return call(
            self.endpoint,
            "POST",
            body=self.text(trap).encode(),
            content_type="application/sparql-query",
            accept=f"{JSON}, text/turtle",
            address="a client",
        )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    publish(folder, 1, quads(5, 1))
    return folder


@pytest.fixture(scope="module")
def broker(data: Path) -> Iterator[BrokerProcess]:
    with start(data, OPTIONS) as running:
        yield running


@pytest.fixture(scope="module")
def trapped(data: Path, broker: BrokerProcess) -> Iterator[Trapped]:
    with listening() as listener, serving() as web:
        settings = Settings(
            data=data,
            query_services=(f"{web.url}/sparql",),
            allow_private_addresses=True,  # nothing but the list keeps it from loopback
            query_service_seconds=1,
            query_service_bytes=1 << 20,
        )
        client = federating(settings, broker.socket_path, OPTIONS, reading(settings))
        yield Trapped(SparqlEndpoint(create_app(settings, client), client, settings), client, web, listener)
        client.close()


@pytest.fixture(autouse=True)
def nobody_called(trapped: Trapped, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """After each trap: no call to the listener, and no name looked up but the allowed endpoint's."""
    trapped.web.answers["/sparql"] = body(ROWS, JSON)
    names = looked_up(monkeypatch)
    yield names
    time.sleep(0.06)  # the listener's own patience
    assert trapped.listener.callers == []
    assert set(names) <= {"127.0.0.1"}


def test_there_are_enough_traps_and_the_listener_hears(trapped: Trapped) -> None:
    services = {*SERVICE, *MORE_SERVICES}
    assert len(services) >= 40
    assert len([*services, *GRAPHS, *ADDRESSES, *HARVESTED]) >= 80
    with pytest.raises(SourceError):
        Fetcher(Path("/tmp"), FetchLimits(deadline=2), allow_private_addresses=True).fetch(trapped.listener.url)  # noqa: S108  nothing is written
    time.sleep(0.1)
    assert len(trapped.listener.callers) == 1
    trapped.listener.callers.clear()


@pytest.mark.parametrize("trap", [*SERVICE, *MORE_SERVICES])
def test_no_spelling_of_service_calls_out(trapped: Trapped, trap: str) -> None:
    reply = trapped.ask(trap)
    assert reply.status == 400, reply.body
    asked = [query for query in trapped.web.bodies if str(trapped.listener.port).encode() in query]
    assert asked == []


@pytest.mark.parametrize("trap", GRAPHS)
def test_no_graph_is_fetched(trapped: Trapped, trap: str) -> None:
    assert trapped.ask(trap).status in {200, 400}


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri", "using-graph-uri", "query", "update"])
def test_no_parameter_is_fetched(trapped: Trapped, name: str) -> None:
    parameters = {"query": "SELECT * { ?s ?p ?o }", name: trapped.listener.url}
    for method in ("GET", "POST"):
        text = urlencode(parameters)
        media_type = "application/x-www-form-urlencoded"
        arguments = {"query": text} if method == "GET" else {"body": text.encode(), "content_type": media_type}
        assert call(trapped.endpoint, method, **arguments, address="a client").status in {200, 400}


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_way_to_write_an_address_leads_past_the_list(trapped: Trapped, address: str) -> None:
    assert trapped.ask(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}").status == 400
    assert trapped.ask(f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}").status == 400


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("address", ["http://127.0.0.1:PORT/trap", *ADDRESSES])
def test_no_redirect_leads_past_the_list(trapped: Trapped, status: int, address: str) -> None:
    trapped.web.answers["/sparql"] = redirect(trapped.text(address), status)
    reply = trapped.ask("SELECT * { SERVICE <ALLOWED> { ?s ?p ?o } }")
    assert reply.status == 502, reply.body
    assert "redirects to" in json.loads(reply.body)["detail"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_private_address_on_the_list_is_not_called_where_none_may_be(
    trapped: Trapped, data: Path, broker: BrokerProcess, address: str, nobody_called: list[str]
) -> None:
    """Even the operator's own list does not lead into the operator's network by mistake."""
    allowed = trapped.text(address)
    settings = Settings(data=data, query_services=(allowed,), query_service_seconds=1)
    client = federating(settings, broker.socket_path, OPTIONS, reading(settings))
    try:
        endpoint = SparqlEndpoint(create_app(settings, client), client, settings)
        query = f"SELECT * {{ SERVICE <{allowed}> {{ ?s ?p ?o }} }}"
        reply = call(endpoint, "POST", body=query.encode(), content_type="application/sparql-query", address="a client")
        assert reply.status in {400, 502}, reply.body
    finally:
        client.close()
    host = re.sub(r"^[a-z]+://(?:user@)?|:\d+.*$|[\[\]]", "", allowed).lower()
    assert {name.lower() for name in nobody_called} <= {host}  # looked up to be refused
    nobody_called.clear()


@pytest.mark.parametrize("name", HARVESTED)
def test_nothing_that_a_harvested_file_names_is_fetched(trapped: Trapped, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(HARVESTED[name].replace("%s", trapped.listener.url).replace("%%", "%"))
    with contextlib.suppress(PortalError, AssertionError):  # a file that is refused publishes nothing
        portals.publish(tmp_path / "data", tmp_path / name)
