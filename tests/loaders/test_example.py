"""The bundled example is what the demonstration promises, and is wrong only where it says so."""

import re
from collections import Counter
from importlib.resources import files
from urllib.parse import urlsplit

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import SH

from tests.support.shared import SHARED
from vocabularies.concepts import Concepts
from vocabularies.namespaces import (
    ADMS,
    AUTHORITY,
    DCAT,
    DCATAP,
    DCT,
    DPV,
    DQV,
    FOAF,
    HVD,
    ORG,
    RDF,
    SCHEMA,
    SPDX,
    VCARD,
)

BASE = "https://data.portal.example/id/"
REGULATION = NamedNode("http://data.europa.eu/eli/reg_impl/2023/138/oj")
CODED = {
    DCAT.theme: "data-theme",
    DCT.accrualPeriodicity: "frequency",
    DCT.accessRights: "access-right",
    DCT.language: "language",
    DCT.format: "file-type",
    DCAT.mediaType: "media-type",
    DCAT.compressFormat: "media-type",
    DCT.license: "licence",
    DCATAP.availability: "planned-availability",
    DCATAP.hvdCategory: "high-value-dataset-category",
}
COUNTS = {
    DCAT.Dataset: 54,
    FOAF.Agent: 15,
    DCAT.DataService: 6,
    SCHEMA.CreativeWork: 10,
    DCAT.DatasetSeries: 2,
    DCAT.Catalog: 5,
    DCAT.CatalogRecord: 3,
    ADMS.Asset: 6,
    ADMS.AssetRepository: 1,
    SCHEMA.AskAction: 7,
    SCHEMA.ItemList: 2,
    SCHEMA.ListItem: 16,
    DQV.QualityCertificate: 2,
}
STATES = {
    DCAT.Dataset: "portal-publication-status",
    DCAT.Distribution: "distribution-status",
    DCAT.CatalogRecord: "portal-change-type",
    ADMS.Asset: "adms-status",
}
"""Where adms:status takes its values from: another list for each class."""
IMPERFECT = {
    "cadastral-parcels",
    "council-minutes",
    "cultural-events",
    "data-inventory",
    "drinking-water-quality",
    "household-waste",
    "housing-prices",
    "pharmacies-on-duty",
    "remarkable-trees",
    "road-accidents",
    "road-works",
    "traffic-model",
}


def _texts() -> dict[str, str]:
    folder = files("loaders").joinpath("example")
    return {each.name: each.read_text("utf-8") for each in folder.iterdir() if each.name.endswith(".ttl")}


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    for text in _texts().values():
        store.extend(Quad(*quad.triple) for quad in parse(text, RdfFormat.TURTLE, rename_blank_nodes=True))
    return store


def _of_class(store: Store, kind: NamedNode) -> set[NamedNode]:
    return {
        quad.subject
        for quad in store.quads_for_pattern(None, RDF.type, kind, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    }


def _values(
    store: Store, subject: NamedNode | BlankNode, predicate: NamedNode
) -> list[NamedNode | BlankNode | Literal]:
    values = [quad.object for quad in store.quads_for_pattern(subject, predicate, None, DefaultGraph())]
    return [value for value in values if isinstance(value, NamedNode | BlankNode | Literal)]


def _name(node: NamedNode) -> str:
    return node.value.rsplit("/", 1)[1]


def _named(store: Store, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
    return [value for value in _values(store, subject, predicate) if isinstance(value, NamedNode)]


def test_it_has_the_promised_number_of_everything(store: Store) -> None:
    counts = {kind.value: len(_of_class(store, kind)) for kind in COUNTS}
    assert counts == {kind.value: count for kind, count in COUNTS.items()}


def _unopened(store: Store) -> set[NamedNode]:
    """The entries of the inventory."""
    return set(_named(store, NamedNode(f"{BASE}inventory"), DCAT.dataset))


def test_the_catalogue_and_the_inventory_list_every_dataset_and_service(store: Store) -> None:
    catalogue = NamedNode(f"{BASE}catalogue")
    published = set(_named(store, catalogue, DCAT.dataset))
    assert published | _unopened(store) == _of_class(store, DCAT.Dataset)
    assert not published & _unopened(store)
    assert set(_values(store, catalogue, DCAT.service)) == _of_class(store, DCAT.DataService)


def test_ten_high_value_datasets_cover_all_six_categories_and_can_be_reached_by_an_interface(store: Store) -> None:
    concepts = Concepts.load()
    chosen = [each for each in _of_class(store, DCAT.Dataset) if _values(store, each, DCATAP.hvdCategory)]
    assert len(chosen) == 10
    tops = {
        (concepts.broader(each) or (each,))[-1] for one in chosen for each in _named(store, one, DCATAP.hvdCategory)
    }
    assert tops == {HVD.c_ac64a52d, HVD.c_dd313021, HVD.c_164e0bf5, HVD.c_e1da4e07, HVD.c_a9135398, HVD.c_b79e35eb}
    served = {quad.object for quad in store.quads_for_pattern(None, DCAT.servesDataset, None, DefaultGraph())}
    assert set(chosen) <= served
    for each in [*chosen, *_of_class(store, DCAT.DataService)]:
        assert REGULATION in _values(store, each, DCATAP.applicableLegislation), each


def test_files_of_high_value_datasets_name_the_regulation_but_for_the_one_that_is_marked(store: Store) -> None:
    silent = {
        _name(part)
        for each in _of_class(store, DCAT.Dataset)
        if _values(store, each, DCATAP.hvdCategory)
        for part in _named(store, each, DCAT.distribution)
        if REGULATION not in _values(store, part, DCATAP.applicableLegislation)
    }
    assert silent == {"cadastral-parcels-gml"}


def test_every_code_is_in_its_table_but_for_those_that_are_marked(store: Store) -> None:
    concepts = Concepts.load()
    strangers = {
        quad.object.value
        for predicate, table in CODED.items()
        for quad in store.quads_for_pattern(None, predicate, None, DefaultGraph())
        if isinstance(quad.object, NamedNode) and concepts.membership(quad.object, table) is not True
    }
    assert strangers == {AUTHORITY["data-theme/HOUS"].value, "http://purl.org/cld/freq/daily"}


def test_every_status_is_of_the_list_that_its_class_takes(store: Store) -> None:
    concepts = Concepts.load()
    for kind, table in STATES.items():
        states = [value for each in _of_class(store, kind) for value in _named(store, each, ADMS.status)]
        assert states, kind
        assert all(concepts.membership(value, table) for value in states), kind


def test_the_terms_of_a_portal_are_in_their_tables(store: Store) -> None:
    concepts = Concepts.load()
    for predicate, table in (
        (DCT.rights, "portal-unavailability-reason"),
        (DPV.hasData, "portal-data-protection"),
        (ORG.classification, "portal-organisation-type"),
        (SCHEMA.actionStatus, "portal-request-status"),
        (SCHEMA.audience, "portal-organisation-type"),
        (ADMS.interoperabilityLevel, "adms-interoperability-level"),
        (ADMS.representationTechnique, "adms-representation-technique"),
    ):
        values = [quad.object for quad in store.quads_for_pattern(None, predicate, None, DefaultGraph())]
        named = [value for value in values if isinstance(value, NamedNode)]
        assert named, predicate
        assert all(concepts.membership(value, table) for value in named), predicate
    types = [value for each in _of_class(store, SCHEMA.CreativeWork) for value in _named(store, each, DCT.type)]
    assert len(types) == 10
    assert all(concepts.membership(value, "portal-reuse-type") for value in types)


def test_what_is_not_open_says_why_and_who_is_responsible(store: Store) -> None:
    assert len(_unopened(store)) == 9
    for each in _unopened(store):
        for predicate in (DCT.rights, DCT.publisher, DCT.accessRights, ADMS.status):
            assert _values(store, each, predicate), (each, predicate)
        assert not _values(store, each, DCAT.distribution), each


def test_requests_name_nobody_who_asked(store: Store) -> None:
    for each in _of_class(store, SCHEMA.AskAction):
        assert _values(store, each, SCHEMA.recipient)
        assert not _values(store, each, SCHEMA.agent)
        assert not _values(store, each, SCHEMA.participant)


def test_what_is_spoken_of_is_described(store: Store) -> None:
    spoken = {
        quad.object for quad in store if isinstance(quad.object, NamedNode) and quad.object.value.startswith(BASE)
    }
    described = {quad.subject for quad in store}
    assert spoken - described == set()


def test_reuses_and_datasets_name_each_other(store: Store) -> None:
    forth = {(quad.subject, quad.object) for quad in store.quads_for_pattern(None, DCT.references, None)}
    back = {(quad.object, quad.subject) for quad in store.quads_for_pattern(None, DCT.isReferencedBy, None)}
    assert forth == back
    assert {subject for subject, _ in forth} == _of_class(store, SCHEMA.CreativeWork)


def test_members_of_a_series_name_it_and_their_predecessor(store: Store) -> None:
    members = Counter(quad.object for quad in store.quads_for_pattern(None, DCAT.inSeries, None))
    assert sorted(members.values()) == [2, 3]
    assert len(list(store.quads_for_pattern(None, DCAT.prev, None))) == 3


def test_the_organisations_form_a_hierarchy(store: Store) -> None:
    above = {(quad.subject, quad.object) for quad in store.quads_for_pattern(None, ORG.subOrganizationOf, None)}
    assert len(above) == 6
    assert {each for pair in above for each in pair} <= _of_class(store, FOAF.Agent)


def test_nobody_real_is_in_it(store: Store) -> None:
    assert not _of_class(store, FOAF.Person)
    assert not _of_class(store, VCARD.Individual)
    mailboxes = [
        quad.object.value
        for quad in store
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith("mailto:")
    ]
    assert len(mailboxes) > 16
    assert all(re.fullmatch(r"mailto:[a-z]+@[a-z-]+\.example", each) for each in mailboxes)
    for predicate in (
        DCAT.accessURL,
        DCAT.downloadURL,
        DCAT.endpointURL,
        DCAT.landingPage,
        FOAF.homepage,
        SCHEMA.url,
        SCHEMA.image,
    ):
        for quad in store.quads_for_pattern(None, predicate, None):
            assert isinstance(quad.object, NamedNode)
            assert (urlsplit(quad.object.value).hostname or "").endswith(".example"), quad


def test_about_a_fifth_is_imperfect_and_each_says_how() -> None:
    marked = {
        match.group(1)
        for text in _texts().values()
        for match in re.finditer(r"^# Imperfect: .+\ndataset:([a-z0-9-]+)$", text, re.MULTILINE)
    }
    assert marked == IMPERFECT
    assert 0.2 < len(marked) / COUNTS[DCAT.Dataset] < 0.3


def test_the_perfect_ones_have_what_the_quality_score_asks_for(store: Store) -> None:
    wanted = (DCT.title, DCT.description, DCAT.keyword, DCAT.theme, DCT.spatial, DCAT.contactPoint, DCT.publisher)
    for each in _of_class(store, DCAT.Dataset) - _unopened(store):
        if _name(each) not in IMPERFECT:
            for predicate in (*wanted, DCT.accessRights, DCT.issued, DCT.modified, DCAT.distribution):
                assert _values(store, each, predicate), (each, predicate)


def test_texts_come_in_three_languages_and_some_in_luxembourgish(store: Store) -> None:
    titles = Counter(
        quad.object.language
        for each in _of_class(store, DCAT.Dataset)
        for quad in store.quads_for_pattern(each, DCT.title, None)
        if isinstance(quad.object, Literal)
    )
    assert set(titles) == {"fr", "de", "en", "lb"}
    assert titles["lb"] >= 10


def test_sizes_and_checksums_are_well_formed_where_nothing_says_otherwise(store: Store) -> None:
    kinds = Counter(
        quad.object.datatype.value.rsplit("#", 1)[1]
        for quad in store.quads_for_pattern(None, DCAT.byteSize, None)
        if isinstance(quad.object, Literal)
    )
    assert kinds["decimal"] == 1
    sums = [
        quad.object.value
        for quad in store.quads_for_pattern(None, SPDX.checksumValue, None)
        if isinstance(quad.object, Literal)
    ]
    assert len(sums) > 30
    assert all(re.fullmatch(r"[0-9a-f]{64}", each) for each in sums)


def test_the_official_shapes_find_only_what_is_imperfect_on_purpose() -> None:
    shapes = SHARED / "standards/dcat-ap/3.0.1/shacl/shapes.ttl"
    if not shapes.exists():
        pytest.skip("the official shapes are not here")
    data = Graph()
    for text in _texts().values():
        data.parse(data=text, format="turtle")
    _, report, _ = validate(data, shacl_graph=Graph().parse(shapes))
    assert isinstance(report, Graph)
    found = {
        (str(report.value(result, SH.focusNode)).removeprefix(BASE), re.split("[#/]", str(path))[-1])
        for result, path in report.subject_objects(SH.resultPath)
    }
    assert found == {
        ("dataset/council-minutes", "language"),
        ("dataset/cultural-events", "publisher"),
        ("dataset/data-inventory", "description"),
        ("distribution/cultural-events-ics", "accessURL"),
        ("distribution/drinking-water-quality-csv", "format"),
        ("distribution/drinking-water-quality-csv", "mediaType"),
        ("distribution/drinking-water-quality-xlsx", "format"),
        ("distribution/household-waste-csv", "byteSize"),
        ("distribution/road-works-xml", "license"),
    }
