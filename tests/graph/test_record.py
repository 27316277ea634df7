from pyoxigraph import Literal, NamedNode, Triple

from graph.record import KINDS, OPENED, is_main_class, kind_of, title_of
from vocabularies.namespaces import ADMS, DCAT, DCT, DQV, FOAF, PORTAL, SCHEMA, SKOS, VCARD

D = "http://example.org/d"


def test_a_series_that_is_a_dataset_too_is_a_series() -> None:
    assert kind_of([DCAT.Dataset.value, DCAT.DatasetSeries.value]) == "series"


def test_what_has_no_main_class_is_other() -> None:
    assert kind_of([]) == kind_of([DCT.LicenseDocument.value]) == "other"


def test_every_kind_is_found_by_each_of_its_classes() -> None:
    assert {kind for kind, terms in KINDS.items() for term in terms if kind_of([term.value]) != kind} == set()


def test_a_dataset_that_is_not_open_yet_is_in_the_inventory_until_it_is() -> None:
    planned = PORTAL["publication-status/Planned"].value
    assert kind_of([DCAT.Dataset.value], [planned]) == "inventory"
    assert kind_of([DCAT.Dataset.value], [OPENED.value]) == "datasets"
    assert kind_of([DCAT.Dataset.value], [ADMS["x"].value]) == "datasets"
    assert kind_of([DCAT.DataService.value], [planned]) == "services"


def test_a_concept_stays_a_blank_node() -> None:
    assert is_main_class(VCARD.Kind.value)
    assert not is_main_class(SKOS.Concept.value)


def titled(*values: Literal, predicate: NamedNode = DCT.title) -> str | None:
    return title_of(D, [Triple(NamedNode(D), predicate, value) for value in values])


def test_the_title_is_in_the_first_language_there_is() -> None:
    assert titled(Literal("Air", language="en"), Literal("Luft", language="de")) == "Luft"
    assert titled(Literal("Lucht", language="nl"), Literal("Air", language="fr-BE")) == "Air"


def test_any_title_is_better_than_none() -> None:
    assert titled(Literal("B", language="nl"), Literal("A")) == "A"
    assert titled() is None


def test_names_and_labels_are_titles_too() -> None:
    assert titled(Literal("An office"), predicate=FOAF.name) == "An office"
    assert titled(Literal("An app"), predicate=SCHEMA.name) == "An app"


def test_a_common_core_is_more_than_the_concept_scheme_it_is_too() -> None:
    assert kind_of([SKOS.ConceptScheme.value, SCHEMA.ItemList.value]) == "cores"
    assert kind_of([SKOS.Concept.value, SCHEMA.ListItem.value]) == "concepts"


def test_requests_and_certificates_are_records_of_their_own() -> None:
    assert is_main_class(SCHEMA.AskAction.value)
    assert is_main_class(DQV.QualityCertificate.value)
