"""rdflib's SPARQLStore: a graph whose statements are all here."""

from collections.abc import Iterator

import pytest
from pyoxigraph import QuerySolutions, Store
from rdflib import Graph, URIRef, Variable
from rdflib.namespace import DCAT, DCTERMS, RDF
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from tests.support.recording import Recorder

TITLES = "SELECT ?s ?t { ?s a dcat:Dataset ; dct:title ?t } ORDER BY ?s ?t"
PREFIXES = "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "


@pytest.fixture(params=["GET", "POST", "POST_FORM"])
def store(request: pytest.FixtureRequest, recorder: Recorder) -> Iterator[SPARQLStore]:
    made = SPARQLStore(f"{recorder.address}/sparql", method=request.param)
    yield made
    made.close()


def _rows(store: Store, text: str) -> list[tuple[str, ...]]:
    result = store.query(PREFIXES + text)
    assert isinstance(result, QuerySolutions)
    return [tuple(term.value for term in row) for row in result]


def test_a_query_gives_the_rows_of_the_store(
    store: SPARQLStore, recorder: Recorder, datasets: tuple[str, Store]
) -> None:
    result = Graph(store).query(TITLES, initNs={"dcat": DCAT, "dct": DCTERMS})
    assert [(str(row[0]), str(row[1])) for row in result] == _rows(datasets[1], TITLES)  # type: ignore[index]
    assert set(recorder.last.headers["accept"].split(", ")) == {"application/sparql-results+xml", "application/rdf+xml"}
    assert recorder.last.method == store.method.partition("_")[0]


def test_rows_come_in_json_csv_and_tsv_too(recorder: Recorder, datasets: tuple[str, Store]) -> None:
    for form in ("json", "csv", "tsv"):
        graph = Graph(SPARQLStore(f"{recorder.address}/sparql", returnFormat=form))
        result = graph.query(TITLES, initNs={"dcat": DCAT, "dct": DCTERMS})
        assert [str(row[1]) for row in result] == [row[1] for row in _rows(datasets[1], TITLES)]  # type: ignore[index]


def test_a_question_a_construction_and_a_description(store: SPARQLStore, datasets: tuple[str, Store]) -> None:
    graph = Graph(store)
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    assert graph.query("ASK { ?s <urn:none> ?o }").askAnswer is False
    built = graph.query("CONSTRUCT { ?s a ?t } { ?s a ?t }").graph
    assert built is not None
    assert len(built) == int(_rows(datasets[1], "SELECT (COUNT(*) AS ?n) { ?s a ?t }")[0][0])
    iri = _rows(datasets[1], TITLES)[0][0]
    described = graph.query(f"DESCRIBE <{iri}>").graph
    assert described is not None
    assert (URIRef(iri), RDF.type, DCAT.Dataset) in described


def test_statements_are_found_by_pattern(store: SPARQLStore, datasets: tuple[str, Store]) -> None:
    graph = Graph(store)
    iri = URIRef(_rows(datasets[1], TITLES)[0][0])
    expected = {title for one, title in _rows(datasets[1], TITLES) if one == str(iri)}
    assert {str(title) for _, _, title in graph.triples((iri, DCTERMS.title, None))} == expected
    assert {str(title) for title in graph.objects(iri, DCTERMS.title)} == expected
    assert (iri, RDF.type, DCAT.Dataset) in graph
    assert (iri, RDF.type, DCAT.DataService) not in graph
    assert {str(one) for one in graph.subjects(RDF.type, DCAT.Dataset)} == {
        row[0] for row in _rows(datasets[1], TITLES)
    }


def test_the_number_of_statements_is_that_of_the_default_graph(store: SPARQLStore, datasets: tuple[str, Store]) -> None:
    counted = _rows(datasets[1], "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0][0]
    assert len(Graph(store)) == int(counted)


def test_a_named_graph_is_asked_by_its_name(
    store: SPARQLStore, recorder: Recorder, datasets: tuple[str, Store]
) -> None:
    (source,) = [g for (g,) in _rows(datasets[1], "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }") if "/source/" in g]
    graph = Graph(store, identifier=URIRef(source))
    counted = _rows(datasets[1], f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{source}> {{ ?s ?p ?o }} }}")[0][0]
    assert len(list(graph.triples((None, None, None)))) == int(counted)
    assert b"default-graph-uri" in recorder.last.target.encode() + recorder.last.body


def test_the_contexts_are_the_named_graphs(store: SPARQLStore, datasets: tuple[str, Store]) -> None:
    named = {row[0] for row in _rows(datasets[1], "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    assert {str(each) for each in store.contexts()} == named


def test_bindings_given_beside_the_query_count(store: SPARQLStore, datasets: tuple[str, Store]) -> None:
    iri = _rows(datasets[1], TITLES)[0][0]
    result = Graph(store).query(
        "SELECT ?t { ?s <http://purl.org/dc/terms/title> ?t }", initBindings={Variable("s"): URIRef(iri)}
    )
    assert {str(row[0]) for row in result} == {t for one, t in _rows(datasets[1], TITLES) if one == iri}  # type: ignore[index]
