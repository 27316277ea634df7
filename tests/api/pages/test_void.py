from pathlib import Path

import pytest
import rdflib
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Triple

from graph.formats import RDF_FORMATS, RdfForm
from tests.support.portal import page, portal, rdf
from vocabularies.namespaces import DCAT, DCT, FOAF, RDF, SKOS, VOID, XSD

BASE = "http://127.0.0.1:8000"
DATASET = NamedNode(f"{BASE}/void#dataset")
RDFLIB = {
    "turtle": "turtle",
    "ntriples": "nt",
    "rdfxml": "xml",
    "jsonld": "json-ld",
    "trig": "trig",
    "nquads": "nquads",
}

EDITOR = """
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype WHERE {
  { ?cp void:class ?subjectClass ; void:propertyPartition ?pp . ?pp void:property ?prop .
    OPTIONAL { { ?pp void:classPartition [ void:class ?objectClass ] }
               UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] } }
  } UNION {
    ?linkset void:subjectsTarget [ void:class ?subjectClass ] ; void:linkPredicate ?prop ;
      void:objectsTarget [ void:class ?objectClass ] }
}
"""
"""What the SIB's editor asks for (https://github.com/sib-swiss/sparql-editor)."""


@pytest.fixture(scope="module")
def void(example: Path) -> Store:
    store = Store()
    with portal(example) as client:
        store.extend(rdf(client.get("/void.nt")))
    return store


def values(store: Store, subject: NamedNode, predicate: NamedNode) -> list[object]:
    return [quad.object for quad in store.quads_for_pattern(subject, predicate, None)]


@pytest.mark.filterwarnings("ignore:(Dataset.|ConjunctiveGraph):DeprecationWarning")  # of rdflib, about itself
@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
def test_the_description_is_the_same_in_every_syntax(client: FlaskClient, void: Store, form: RdfForm) -> None:
    told = client.get(f"/void.{form.extension}")
    assert told.content_type == form.content_type
    read = rdflib.Dataset().parse(data=told.data, format=RDFLIB[form.name])
    assert len(read) == len(void)
    negotiated = client.get("/void", headers={"Accept": form.media_type})
    assert negotiated.data == told.data


def test_it_says_what_the_data_is_called_where_it_is_asked_and_how_much_there_is(void: Store) -> None:
    titles = values(void, DATASET, DCT.title)
    assert {title.language for title in titles if isinstance(title, Literal)} == {"fr", "de", "en", "lb"}
    assert values(void, DATASET, VOID.sparqlEndpoint) == [NamedNode(f"{BASE}/sparql")]
    for number in (VOID.triples, VOID.entities, VOID.distinctSubjects, VOID.distinctObjects, VOID.classes):
        (told,) = values(void, DATASET, number)
        assert isinstance(told, Literal)
        assert told.datatype == XSD.integer
        assert int(told.value) > 0
    assert NamedNode(DCAT.prefix) in values(void, DATASET, VOID.vocabulary)
    assert values(void, NamedNode(f"{BASE}/void"), FOAF.primaryTopic) == [DATASET]


def test_the_graphs_of_the_default_graph_are_subsets_and_the_others_are_not(void: Store) -> None:
    subsets = {subset.value for subset in values(void, DATASET, VOID.subset) if isinstance(subset, NamedNode)}
    assert f"{BASE}/void#graph-source-example" in subsets
    assert f"{BASE}/void#graph-records" in subsets
    assert f"{BASE}/void#graph-vocabulary-frequency" in subsets
    assert f"{BASE}/void#graph-provenance" not in subsets
    assert values(void, NamedNode(f"{BASE}/void#graph-provenance"), VOID.triples)


def test_only_what_was_minted_here_is_said_to_be_in_one_space_of_iris(void: Store) -> None:
    assert values(void, DATASET, VOID.uriSpace) == []
    assert values(void, NamedNode(f"{BASE}/void#minted"), VOID.uriSpace) == [Literal(f"{BASE}/")]


def test_its_examples_are_resources_of_the_main_classes(client: FlaskClient, void: Store) -> None:
    examples = values(void, DATASET, VOID.exampleResource)
    published = {quad.triple for quad in rdf(client.get("/catalogue.nt"))}
    assert any(Triple(example, RDF.type, DCAT.Dataset) in published for example in examples)  # type: ignore[arg-type]  # IRIs, all


def test_links_lead_from_the_data_to_authority_tables(void: Store) -> None:
    linksets = [
        quad.subject
        for quad in void.quads_for_pattern(None, VOID.objectsTarget, NamedNode(f"{BASE}/void#target-authority"))
        if isinstance(quad.subject, NamedNode)
    ]
    told = {
        by: values(void, linkset, VOID.triples)
        for linkset in linksets
        for by in values(void, linkset, VOID.linkPredicate)
    }
    assert DCAT.theme in told
    assert all(numbers for numbers in told.values())
    assert all(values(void, linkset, VOID.subjectsTarget) == [DATASET] for linkset in linksets)


def test_an_editor_finds_classes_their_properties_and_what_those_lead_to(void: Store) -> None:
    answer = void.query(EDITOR)
    assert isinstance(answer, QuerySolutions)
    found = {tuple(row) for row in answer}
    assert (DCAT.Dataset, DCAT.distribution, DCAT.Distribution, None) in found
    assert (DCAT.Dataset, DCAT.theme, SKOS.Concept, None) in found
    assert (DCAT.Dataset, DCT.title, None, RDF.langString) in found
    assert (DCAT.Distribution, DCAT.byteSize, None, XSD.integer) in found
    assert not any(row[:2] == (DCAT.Dataset, DCAT.byteSize) for row in found)


def test_the_well_known_address_leads_to_it(client: FlaskClient) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/void")
    assert client.get("/.well-known/void", follow_redirects=True, headers={"Accept": "text/turtle"}).status_code == 200


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "The data in numbers"),
        ("fr", "Les données en chiffres"),
        ("de", "Die Daten in Zahlen"),
        ("lb", "D’Donnéeën an Zuelen"),  # noqa: RUF001 (an apostrophe of the wording)
    ],
)
def test_people_read_it_in_their_language(client: FlaskClient, language: str, heading: str) -> None:
    told = page(client, "/void", language).text
    assert f"<h1>{heading}</h1>" in told
    assert "Wikidata" in told or "Authority tables" in told
    assert page(client, f"/{language}/void").status_code == 200


def test_it_is_not_sent_again_to_who_has_it(client: FlaskClient) -> None:
    first = client.get("/void.ttl")
    again = client.get("/void.ttl", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert 'rel="canonical"' in first.headers["Link"]
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_forms_that_do_not_exist_are_not_found(client: FlaskClient) -> None:
    assert client.get("/void.xlsx").status_code == 404
    assert client.get("/void", headers={"Accept": "image/png"}).status_code == 406
