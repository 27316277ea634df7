import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

from graph.formats import TURTLE
from graph.iris import Iris
from graph.serialise import Properties, serialise
from queries.closures import full_closure, told_with
from queries.extracts import Extract
from queries.fetching import Fetched, fetch
from vocabularies.namespaces import DCAT, DCT, FOAF, RDF, RDFS, SKOS

VERSIONS = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix : <http://a.example/> .
:new a dcat:Dataset ; dct:title "New" ; dcat:hasVersion :old .
:old a dcat:Dataset ; dct:title "Old" ; dcat:keyword "before" .
"""


def test_a_resource_is_told_whole_though_another_named_it_first() -> None:
    store = Store()
    store.load(VERSIONS.encode(), RdfFormat.TURTLE)
    extract = Extract(store, "http://portal.example/")
    for name in ("new", "old"):
        extract.add(NamedNode(f"http://a.example/{name}"))
    assert ("<http://a.example/old>", "<http://www.w3.org/ns/dcat#keyword>", '"before"') in extract.statements()


ODD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix : <http://a.example/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:air a dcat:Dataset ; dct:title "Air" ; dcat:theme :text, :blank ; dct:relation <<( :a :b :c )>> .
:text a skos:Concept ; skos:prefLabel "Text" ; skos:inScheme "my scheme" .
:blank a skos:Concept ; skos:prefLabel "Blank" ; skos:inScheme [ a skos:ConceptScheme ; dct:title "mine" ] .
:record a dcat:CatalogRecord ; foaf:primaryTopic :air ;
  dct:conformsTo "DCAT-AP 3.0", [ a dct:Standard ; dct:title "x" ] .
:page foaf:primaryTopic :air ; dct:title "A page about it" .
"""


def _odd() -> tuple[Extract, list[NamedNode]]:
    store = Store()
    store.load(ODD.encode(), RdfFormat.TURTLE)
    extract = Extract(store, "http://portal.example/")
    return extract, extract.add(NamedNode("http://a.example/air"))


def test_values_that_should_be_iris_and_are_none_cost_nothing_else() -> None:
    extract, records = _odd()
    told = serialise(extract.statements(), TURTLE, left_out=[])
    assert records == [NamedNode("http://a.example/record")]
    assert all(text in told for text in (b'"DCAT-AP 3.0"', b"dct:Standard", b'"Air"', b'"Text"', b'"Blank"'))


def test_what_is_about_a_resource_and_no_catalogue_record_is_not_told_with_it() -> None:
    extract, _ = _odd()
    assert "<http://a.example/page>" not in {subject for subject, _, _ in extract.statements()}


AIR = NamedNode("http://a.example/air")
IRIS = Iris("http://portal.example")
OURS = NamedNode("http://portal.example/datasets/abcdefgh#record")


@pytest.fixture
def recorded() -> Store:
    """A dataset of a source with a record of ours, twelve of its own, one of somebody else and one in a claim."""
    store = Store()
    own = [NamedNode(f"http://a.example/record/{letter}") for letter in "abcdefghijkl"]
    theirs = [(IRIS.source("b"), "http://a.example/record/0"), (IRIS.claims("b"), "http://a.example/record/1")]
    said = [(IRIS.source("a"), one) for one in own] + [(graph, NamedNode(iri)) for graph, iri in theirs]
    for graph, record in [(IRIS.records, OURS), *said]:
        for predicate, value in ((RDF.type, DCAT.CatalogRecord), (FOAF.primaryTopic, AIR)):
            store.add(Quad(record, predicate, value, graph))
            if IRIS.in_default_graph(graph):
                store.add(Quad(record, predicate, value, DefaultGraph()))
    store.extend([Quad(AIR, RDF.type, DCAT.Dataset, graph) for graph in (IRIS.source("a"), IRIS.claims("b"))])
    store.add(Quad(AIR, RDF.type, DCAT.Dataset))
    return store


def test_with_a_resource_go_only_records_of_its_own_source_and_few_of_them(recorded: Store) -> None:
    wanted = {f"http://a.example/record/{letter}" for letter in "abcdefghi"} | {OURS.value}
    for fetched in (Fetched({}, {}), fetch(recorded, [AIR.value])):
        extract = Extract(recorded, f"{IRIS.base}/", fetched=fetched)
        assert {record.value for record in extract.add(AIR)} == wanted
    assert told_with(recorded, [("http://a.example/record/a", "records")]) == {AIR.value}
    assert told_with(recorded, [("http://a.example/record/0", "records")]) == set()
    told = full_closure(recorded, AIR)
    assert {triple.subject.value for triple in told if triple.predicate == FOAF.primaryTopic} == wanted  # type: ignore[union-attr]


def test_a_resource_that_nothing_can_be_made_of_is_named_and_costs_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store()
    store.load(VERSIONS.encode(), RdfFormat.TURTLE)
    extract = Extract(store, f"{IRIS.base}/")
    read = Extract._read

    def fails(self: Extract, part: str, *, member: bool) -> Properties:
        if part == "<http://a.example/old>":
            raise ValueError("no IRI")
        return read(self, part, member=member)

    monkeypatch.setattr(Extract, "_read", fails)
    for name in ("old", "new"):
        assert extract.add(NamedNode(f"http://a.example/{name}")) == []
    told = set(extract.statements())
    assert ("<http://a.example/new>", str(DCT.title), '"New"') in told
    old = {(predicate, value) for subject, predicate, value in told if subject == "<http://a.example/old>"}
    assert {(str(RDF.type), str(DCAT.Dataset)), (str(DCT.title), '"Old"')} <= old
    assert {predicate for predicate, _ in old} == {str(RDF.type), str(DCT.title), str(RDFS.comment)}
    assert "http://a.example/old cannot be told" in caplog.text


def test_a_store_that_fails_is_told_and_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_self: Extract, _part: str, *, member: bool) -> Properties:
        raise OSError("the disk is gone")

    monkeypatch.setattr(Extract, "_read", fails)
    with pytest.raises(OSError, match="disk"):
        Extract(Store(), f"{IRIS.base}/").add(AIR)


def test_a_part_that_outweighs_a_page_is_only_named() -> None:
    store = Store()
    office = NamedNode("http://a.example/office")
    store.extend([Quad(AIR, RDF.type, DCAT.Dataset), Quad(AIR, DCT.publisher, office)])
    store.extend([Quad(office, RDF.type, FOAF.Agent), Quad(office, FOAF.name, Literal("Office"))])
    store.extend([Quad(office, SKOS.altLabel, Literal(str(number))) for number in range(2_000)])
    for fetched in (Fetched({}, {}), fetch(store, [AIR.value])):
        extract = Extract(store, f"{IRIS.base}/", fetched=fetched)
        extract.add(AIR)
        told = [row for row in extract.statements() if row[0] == str(office)]
        assert sorted(told) == sorted(
            [(str(office), str(RDF.type), str(FOAF.Agent)), (str(office), str(FOAF.name), '"Office"')]
        )
    whole = Extract(store, f"{IRIS.base}/")
    whole.add(office)
    assert sum(1 for _ in whole.statements()) == 2_002
