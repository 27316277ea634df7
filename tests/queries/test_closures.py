import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, Triple

from queries.closures import Subject, full_closure, naming, told_with
from vocabularies.namespaces import FOAF, SKOS

DATA = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
PREFIX : <http://example.org/>
:air a dcat:Dataset ; dct:title "Air" ; dct:publisher :office ; dcat:contactPoint :desk ; dcat:theme :environment ;
  dcat:distribution :csv ; dct:relation :water ; dct:spatial [ skos:prefLabel "Here" ] .
:csv a dcat:Distribution ; dct:license :licence ; spdx:checksum :sum ; dcat:accessService :service .
:licence a dct:LicenseDocument ; dct:type :open . :open a skos:Concept ; skos:prefLabel "Open" .
:sum a spdx:Checksum ; spdx:checksumValue "abc" .
:service a dcat:DataService ; dct:title "Service" ; dcat:servesDataset :air .
:office a foaf:Agent ; foaf:name "Office" ; org:subOrganizationOf :ministry ; org:hasSubOrganization :branch .
:ministry a foaf:Agent ; foaf:name "Ministry" . :branch a foaf:Agent ; foaf:name "Branch" .
:desk a vcard:Kind ; vcard:fn "Desk" .
:environment a skos:Concept ; skos:prefLabel "Environment" .
:water a dcat:Dataset ; dct:title "Water" ; dct:publisher :office .
:record a dcat:CatalogRecord ; foaf:primaryTopic :air ; dct:title "Record of air" .
"""


@pytest.fixture
def store() -> Store:
    store = Store()
    store.load(DATA, RdfFormat.TURTLE)
    return store


def subjects(triples: list[Triple]) -> set[str]:
    return {t.subject.value.rpartition("/")[2] for t in triples if isinstance(t.subject, NamedNode)}


def iri(name: str) -> NamedNode:
    return NamedNode(f"http://example.org/{name}")


def test_a_dataset_brings_its_parts_and_theirs_and_its_record(store: Store) -> None:
    found = full_closure(store, iri("air"))
    assert subjects(found) == {"air", "csv", "licence", "sum", "office", "ministry", "desk", "record"}
    assert any(triple.predicate == SKOS.prefLabel for triple in found)


def test_each_statement_comes_once(store: Store) -> None:
    found = full_closure(store, iri("air"))
    assert len(found) == len(set(found))


def test_an_organisation_brings_neither_its_datasets_nor_its_branches(store: Store) -> None:
    found = full_closure(store, iri("office"))
    assert subjects(found) == {"office", "ministry"}
    assert sum(triple.predicate == FOAF.name for triple in found) == 2


def test_what_is_not_described_has_an_empty_closure(store: Store) -> None:
    assert full_closure(store, iri("nothing")) == []


def told(store: Store, *names: str, kind: str = "other") -> set[str]:
    found = told_with(store, ((f"http://example.org/{name}", kind) for name in names))
    return {each.rpartition("/")[2] for each in found}


def test_what_changed_is_told_with_all_that_name_it_and_no_further(store: Store) -> None:
    assert told(store, "licence") == {"air"}
    assert told(store, "ministry") == {"air", "water"}
    assert told(store, "branch") == set()
    assert told(store, "sum", "office") == {"air", "water"}


def test_a_record_that_changed_is_told_with_what_it_is_about(store: Store) -> None:
    assert told(store, "record", kind="records") == {"air"}
    assert told(store, "water", kind="datasets") == set(), "links to a dataset are no part of it"


def test_nobody_goes_up_the_same_way_twice(store: Store) -> None:
    seen: set[Subject] = set()
    assert naming(store, [iri("office")], seen=seen) == {iri("air"), iri("water")}
    assert naming(store, [iri("ministry")], seen=seen) == set()
