"""The service description, by the W3C's three tests and by what it must say of this service."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from api.app import create_app
from api.settings import LANGUAGES, Settings
from api.sparql.description import limits
from api.sparql.endpoint import SparqlEndpoint
from graph.formats import RDF_FORMATS, RESULT_FORMATS, RdfForm
from graph.serving.broker import start
from graph.serving.client import Client
from graph.serving.options import BrokerOptions
from graph.serving.searching import KNOWN
from queries.void.statements import FORMS
from tests.support.portal import EXAMPLE, publish
from tests.support.sparql_suite import ARCHIVE, cases
from tests.support.wsgi import Reply, call
from vocabularies.namespaces import FORMATS, PORTAL, PREFIXES, RDF, RDFS, SD, SH, VOID

BASE = "http://127.0.0.1:8000"
SERVICE = NamedNode(f"{BASE}/sparql#service")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
OPTIONS = BrokerOptions(memory=1 << 30, workers=1, isolation_required=False)

# From https://www.w3.org/TR/sparql11-service-description/, section 3: what each property is said of, and what it says.
SCHEMA = {
    SD.endpoint: (SD.Service, None),
    SD.supportedLanguage: (SD.Service, SD.Language),
    SD.resultFormat: (SD.Service, "format"),
    SD.feature: (SD.Service, SD.Feature),
    SD.defaultDataset: (SD.Service, SD.Dataset),
    SD.defaultGraph: (SD.Dataset, SD.Graph),
    SD.namedGraph: (SD.Dataset, SD.NamedGraph),
    SD.name: (SD.NamedGraph, None),
    SD.graph: (SD.NamedGraph, SD.Graph),
}
CLASSES = {SD.Service, SD.Dataset, SD.Graph, SD.NamedGraph}
LANGUAGES_OF_SPARQL = {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparqlEndpoint]:
    data = tmp_path_factory.mktemp("described") / "data"
    publish(data, EXAMPLE / "series.ttl")
    with start(data, OPTIONS) as broker:
        client = Client(broker.socket_path, OPTIONS)
        yield SparqlEndpoint(create_app(Settings(data=data), client), client, Settings(data=data))
        client.close()


def read(reply: Reply) -> Store:
    form = RdfFormat.from_media_type(reply.headers["Content-Type"])
    assert form is not None
    store = Store()
    store.extend(parse(reply.body, form))
    return store


@pytest.fixture(scope="module")
def described(endpoint: SparqlEndpoint) -> Store:
    return read(call(endpoint))


def values(store: Store, subject: NamedNode, predicate: NamedNode) -> list[object]:
    return [quad.object for quad in store.quads_for_pattern(subject, predicate, None)]


def returns_rdf(endpoint: SparqlEndpoint) -> bool:
    return len(read(call(endpoint))) > 0


def has_endpoint_triple(endpoint: SparqlEndpoint) -> bool:
    store = read(call(endpoint))
    return len(list(store.quads_for_pattern(None, SD.endpoint, NamedNode(f"{BASE}/sparql")))) == 1


def conforms_to_schema(endpoint: SparqlEndpoint) -> bool:
    store = read(call(endpoint))
    for quad in store:
        if quad.predicate in SD:
            domain, kind = SCHEMA[quad.predicate]
            assert domain in values(store, quad.subject, RDF.type)
            assert isinstance(quad.object, NamedNode)
            if kind == "format":
                assert quad.object in FORMATS
            elif kind == SD.Language:
                assert quad.object in LANGUAGES_OF_SPARQL
            elif isinstance(kind, NamedNode):
                assert kind in values(store, quad.object, RDF.type)
        elif quad.predicate == RDF.type and isinstance(quad.object, NamedNode) and quad.object in SD:
            assert quad.object in CLASSES
    return True


TESTS = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}


@pytest.mark.skipif(not ARCHIVE.is_file(), reason="the W3C's SPARQL tests are not in the shared folder")
def test_these_are_the_tests_of_the_w3c() -> None:
    assert {case.name for case in cases("service-description")} == set(TESTS)


@pytest.mark.parametrize("name", TESTS)
def test_the_w3cs_tests_pass(endpoint: SparqlEndpoint, name: str) -> None:
    assert TESTS[name](endpoint)


@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
def test_it_comes_in_every_syntax_by_accept_and_by_parameter(
    endpoint: SparqlEndpoint, described: Store, form: RdfForm
) -> None:
    accepted = call(endpoint, accept=form.media_type)
    named = call(endpoint, query=urlencode({"format": form.extension}))
    by_extension = call(endpoint, path=f"/sparql.{form.extension}")
    assert {accepted.status, named.status, by_extension.status} == {200}
    assert accepted.headers["Content-Type"] == form.content_type
    assert accepted.body == named.body == by_extension.body
    assert len(read(accepted)) == len(described)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("application/json", "application/ld+json"),
        ("application/sparql-results+json, text/turtle;q=0.1", "text/turtle; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
    ],
)
def test_programs_get_statements_and_browsers_the_page(endpoint: SparqlEndpoint, accept: str, media_type: str) -> None:
    reply = call(endpoint, accept=accept)
    assert (reply.status, reply.headers["Content-Type"]) == (200, media_type)
    assert "Accept" in reply.headers["Vary"]


def test_browsers_get_statements_where_the_address_names_a_form(endpoint: SparqlEndpoint) -> None:
    assert call(endpoint, query="format=ttl", accept=BROWSER).headers["Content-Type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    ("method", "query", "accept"),
    [
        ("GET", "", "application/sparql-results+json"),
        ("GET", "format=csv", "*/*"),
        ("GET", "qurey=ASK%20%7B%7D", "*/*"),
        ("GET", f"default-graph-uri={BASE}/graph/records", "*/*"),
        ("POST", "", "text/turtle"),
    ],
)
def test_who_forgot_the_query_is_told_so(endpoint: SparqlEndpoint, method: str, query: str, accept: str) -> None:
    reply = call(endpoint, method, query=query, accept=accept, content_type="application/x-www-form-urlencoded")
    assert reply.status == 400
    assert b"`query` is missing" in reply.body


def test_it_has_no_more_than_a_head_for_head_and_is_not_sent_twice(endpoint: SparqlEndpoint) -> None:
    first = call(endpoint)
    assert call(endpoint, "HEAD").status == 200
    again = call(endpoint, if_none_match=first.headers["Etag"])
    assert (again.status, again.body) == (304, b"")
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_it_names_every_form_of_an_answer(described: Store) -> None:
    formats = values(described, SERVICE, SD.resultFormat)
    assert set(formats) == set(FORMS.values())
    assert set(FORMS) == {form.name for form in (*RESULT_FORMATS, *RDF_FORMATS)}


def test_it_claims_no_feature_that_is_not_there(described: Store) -> None:
    assert values(described, SERVICE, SD.feature) == []
    assert values(described, SERVICE, SD.supportedLanguage) == [SD.SPARQL11Query]


def test_it_names_the_endpoints_that_queries_may_call(tmp_path: Path) -> None:
    publish(tmp_path, EXAMPLE / "series.ttl")
    others = ("https://sparql.example.org/", "https://other.example.org/sparql")
    with create_app(Settings(data=tmp_path, query_services=others)).test_client() as client:
        reply = client.get("/sparql", headers={"Accept": "text/turtle"})
    store = Store()
    store.extend(parse(reply.data, RdfFormat.TURTLE))
    assert values(store, SERVICE, SD.feature) == [SD.BasicFederatedQuery]
    assert {node.value for node in values(store, SERVICE, RDFS.seeAlso) if isinstance(node, NamedNode)} == {
        *others,
        PORTAL.search.value,
    }


def test_it_says_how_the_search_index_is_asked(described: Store) -> None:
    assert values(described, SERVICE, RDFS.seeAlso) == [PORTAL.search]
    for name in KNOWN:
        assert len(values(described, PORTAL[f"search/{name}"], RDFS.comment)) == 4


def test_every_named_graph_that_can_be_asked_is_listed_with_its_number(
    endpoint: SparqlEndpoint, described: Store
) -> None:
    counted = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    rows = json.loads(call(endpoint, query=urlencode({"query": counted})).body)["results"]["bindings"]
    listed = {}
    for quad in described.quads_for_pattern(None, SD.name, None):
        (graph,) = values(described, quad.subject, SD.graph)  # type: ignore[arg-type]  # IRIs, all
        (number,) = values(described, graph, VOID.triples)  # type: ignore[arg-type]
        assert isinstance(number, Literal)
        listed[quad.object.value] = number.value  # type: ignore[union-attr]
    assert listed == {row["g"]["value"]: row["n"]["value"] for row in rows}


def test_the_default_graph_is_described_by_its_number(endpoint: SparqlEndpoint, described: Store) -> None:
    total = call(endpoint, query=urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"})).body
    (dataset,) = described.quads_for_pattern(None, SD.defaultGraph, None)
    assert isinstance(dataset.object, NamedNode)
    assert values(described, dataset.object, VOID.triples) == [Literal(int(total.split()[1]))]


def test_every_limit_is_told_and_what_it_means_in_four_languages(described: Store) -> None:
    for by, value in limits(Settings()).items():
        assert values(described, SERVICE, by) == [value]
        for text in (RDFS.label, RDFS.comment):
            told = values(described, by, text)
            assert {one.language for one in told if isinstance(one, Literal)} == set(LANGUAGES)


def test_editors_find_the_prefixes(endpoint: SparqlEndpoint) -> None:
    told = rdflib.Graph().parse(data=call(endpoint).body, format="turtle")
    shacl = rdflib.Namespace(SH.prefix)
    pairs = {(str(told.value(one, shacl.prefix)), str(space)) for one, space in told.subject_objects(shacl.namespace)}
    assert dict(pairs) == {**PREFIXES, "search": PORTAL["search/"].value}
