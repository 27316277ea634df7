"""SPARQLWrapper, with each form it can ask for, by each method."""

import json
import warnings
from collections.abc import Iterator
from typing import Any
from xml.dom.minidom import Document

import pytest
from pyoxigraph import Store
from rdflib import ConjunctiveGraph, Graph
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML
from SPARQLWrapper import SPARQLExceptions as Failures
from SPARQLWrapper import SPARQLWrapper as Wrapper

from tests.support.recording import Recorder

TITLES = (
    "SELECT ?s ?t { ?s a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> ?t } ORDER BY ?s ?t"
)
BUILT = "CONSTRUCT { ?s <http://purl.org/dc/terms/title> ?t } { ?s <http://purl.org/dc/terms/title> ?t }"
CALLS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


@pytest.fixture
def wrapper(recorder: Recorder) -> Iterator[Wrapper]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what this old library says about itself is not ours to judge
        yield Wrapper(f"{recorder.address}/sparql")


def _ask(wrapper: Wrapper, text: str, form: str, method: str = GET, requesting: str = URLENCODED) -> Any:
    wrapper.setQuery(text)
    wrapper.setReturnFormat(form)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(requesting)
    return wrapper.queryAndConvert()


def _rows(store: Store, text: str) -> list[tuple[str, ...]]:
    return [tuple(term.value for term in row) for row in store.query(text)]  # type: ignore[union-attr]


@pytest.mark.parametrize(("method", "requesting"), CALLS)
def test_rows_in_json_are_those_of_the_store(
    wrapper: Wrapper, recorder: Recorder, datasets: tuple[str, Store], method: str, requesting: str
) -> None:
    told = _ask(wrapper, TITLES, JSON, method, requesting)
    rows = [(row["s"]["value"], row["t"]["value"]) for row in told["results"]["bindings"]]
    assert rows == _rows(datasets[1], TITLES)
    assert len(rows) > 5
    assert recorder.last.method == method
    assert (
        recorder.last.headers["accept"]
        == "application/sparql-results+json,application/json,text/javascript,application/javascript"
    )


@pytest.mark.parametrize(("method", "requesting"), CALLS)
def test_rows_in_xml_csv_and_tsv_are_those_of_the_store(
    wrapper: Wrapper, datasets: tuple[str, Store], method: str, requesting: str
) -> None:
    expected = _rows(datasets[1], TITLES)
    document: Document = _ask(wrapper, TITLES, XML, method, requesting)
    assert len(document.getElementsByTagName("result")) == len(expected)
    separated = _ask(wrapper, TITLES, CSV, method, requesting).decode()
    assert separated.splitlines()[0] == "s,t"
    assert len(separated.splitlines()) == len(expected) + 1
    tabbed = _ask(wrapper, TITLES, TSV, method, requesting).decode()
    assert tabbed.splitlines()[0] == "?s\t?t"
    assert [line.split("\t")[0].strip("<>") for line in tabbed.splitlines()[1:]] == [row[0] for row in expected]


@pytest.mark.parametrize("form", [XML, RDFXML, TURTLE, N3, JSONLD])
@pytest.mark.parametrize(("method", "requesting"), CALLS)
def test_a_construction_comes_in_every_form_as_the_same_graph(
    wrapper: Wrapper, datasets: tuple[str, Store], form: str, method: str, requesting: str
) -> None:
    told = _ask(wrapper, BUILT, form, method, requesting)
    graph = told if isinstance(told, Graph) else Graph().parse(data=told, format="turtle" if form == TURTLE else "n3")
    expected = {(t.subject.value, t.object.value) for t in datasets[1].query(BUILT)}  # type: ignore[union-attr]
    triples = graph.triples((None, None, None))
    assert {(str(subject), str(value)) for subject, _, value in triples} == expected
    if isinstance(graph, ConjunctiveGraph):
        graph.close()


def test_a_description_holds_the_record(wrapper: Wrapper, datasets: tuple[str, Store]) -> None:
    iri = _rows(datasets[1], TITLES)[0][0]
    graph = _ask(wrapper, f"DESCRIBE <{iri}>", RDFXML)
    assert {str(title) for title in graph.objects(predicate=None)} >= {
        t for s, t in _rows(datasets[1], TITLES) if s == iri
    }


@pytest.mark.parametrize(("text", "truth"), [("ASK { ?s ?p ?o }", True), ("ASK { ?s <urn:none> ?o }", False)])
def test_a_question_of_yes_or_no(wrapper: Wrapper, text: str, truth: bool) -> None:
    assert _ask(wrapper, text, JSON)["boolean"] is truth
    document: Document = _ask(wrapper, text, XML)
    assert document.getElementsByTagName("boolean")[0].firstChild.data == str(truth).lower()  # type: ignore[union-attr]


def test_a_default_graph_is_the_one_asked(wrapper: Wrapper, datasets: tuple[str, Store]) -> None:
    names = _rows(datasets[1], "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    (source,) = [name for (name,) in names if "/graph/source/" in name]
    wrapper.addParameter("default-graph-uri", source)
    counted = _ask(wrapper, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", JSON)
    expected = _rows(datasets[1], f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{source}> {{ ?s ?p ?o }} }}")
    assert counted["results"]["bindings"][0]["n"]["value"] == expected[0][0]


def test_a_mistake_is_told_in_words(wrapper: Wrapper) -> None:
    with pytest.raises(Failures.QueryBadFormed) as told:
        _ask(wrapper, "SELECT * { ?s ?p", JSON)
    assert "expected" in str(told.value)
    assert "Traceback" not in str(told.value)


def test_an_update_is_refused(wrapper: Wrapper) -> None:
    wrapper.setQuery("DROP ALL")
    wrapper.setMethod(POST)
    with pytest.raises(Failures.QueryBadFormed) as told:
        wrapper.query()
    assert "updates are not accepted" in str(told.value)


def test_what_it_sends_beside_the_query_is_understood(wrapper: Wrapper, recorder: Recorder) -> None:
    """Beside Accept it names the form in parameters that nobody has standardised, and by all the names it has."""
    assert json.dumps(_ask(wrapper, "ASK {}", JSON))
    assert "format=json&output=json&results=json" in recorder.last.target
    _ask(wrapper, TITLES, TSV)
    assert "format=tsv&format=text/tab-separated-values" in recorder.last.target
    wrapper.setOnlyConneg(True)
    _ask(wrapper, TITLES, TSV)
    assert "format" not in recorder.last.target
