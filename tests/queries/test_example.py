"""What the library answers on the bundled example, question by question, row by row."""

from collections.abc import Iterator
from importlib.resources import files

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from graph.record import KINDS
from queries.library import Select, load, names, run, select
from queries.questions import (
    AnsweredRequests,
    AssetVersions,
    CatalogueRecords,
    ConformingDatasets,
    CoreCoverage,
    CoreMissing,
    DatasetReuses,
    HighValueListVersions,
    LabelledReuses,
    OpenRequests,
    OrganisationHierarchy,
    OrganisationSuccessors,
    RemainingData,
    ReuseTypes,
    UnavailabilityReasons,
)
from vocabularies.concepts import tables
from vocabularies.namespaces import ADMS, AUTHORITY, DCT, OA, ORG, PORTAL, RDF, SCHEMA

ID = "https://data.portal.example/id/"
SHORT = (ID, PORTAL.prefix, AUTHORITY.prefix, SCHEMA.prefix, "http://purl.org/adms/")


def _statements() -> Iterator[Quad]:
    example = (file for file in files("loaders").joinpath("example").iterdir() if file.name.endswith(".ttl"))
    for file in (*example, *(file for _, file in tables())):
        for quad in parse(file.read_bytes(), RdfFormat.TURTLE, rename_blank_nodes=True):
            yield Quad(*quad.triple)


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.extend(_statements())
    return store


def answers(store: Store, question: Select) -> list[str]:
    """The rows, each in one line: what is bound, shortened, `-` for what is not."""
    return [" ".join(_short(value) for value in row) for row in select(store, question)]


def _short(value: object) -> str:
    text = value.value if isinstance(value, NamedNode | Literal) else "-"
    return next((text.removeprefix(prefix) for prefix in SHORT if text.startswith(prefix)), text)


def named(name: str) -> NamedNode:
    return NamedNode(ID + name)


def test_what_remains_to_be_opened_is_one_question(store: Store) -> None:
    rows = answers(store, RemainingData(lang=Literal("fr")))
    assert {row.split()[1] for row in rows} == {
        f"dataset/{name}"
        for name in (
            "aerial-archive", "building-permits", "nature-subsidies", "school-menus", "soil-samples", "traffic-model",
            "vehicle-register",
        )
    }  # fmt: skip
    assert answers(store, RemainingData(responsible=named("organisation/mobility"), lang=Literal("en"))) == [
        (
            "organisation/mobility dataset/traffic-model en National traffic model publication-status/Planned "
            "unavailability-reason/IntellectualProperty - access-right/RESTRICTED"
        ),
        (
            "organisation/mobility dataset/vehicle-register en Vehicle register publication-status/UnderReview "
            "unavailability-reason/LegalRestriction 2028-01-01 access-right/NON_PUBLIC"
        ),
        (
            "organisation/mobility dataset/vehicle-register en Vehicle register publication-status/UnderReview "
            "unavailability-reason/PersonalData 2028-01-01 access-right/NON_PUBLIC"
        ),
    ]


def test_reasons_are_counted_with_what_will_never_be_opened(store: Store) -> None:
    assert answers(store, UnavailabilityReasons()) == [
        "unavailability-reason/PersonalData 2",
        "unavailability-reason/CommercialConfidentiality 1",
        "unavailability-reason/DataQuality 1",
        "unavailability-reason/IntellectualProperty 1",
        "unavailability-reason/LegalRestriction 1",
        "unavailability-reason/NotDigital 1",
        "unavailability-reason/Resources 1",
        "unavailability-reason/StatisticalConfidentiality 1",
        "unavailability-reason/TechnicalObstacle 1",
    ]


def test_open_requests_come_oldest_first(store: Store) -> None:
    assert answers(store, OpenRequests(lang=Literal("en"))) == [
        (
            "2026-09-22 request/school-meals en What children eat in the canteen organisation/education "
            "ActiveActionStatus dataset/school-menus"
        ),
        (
            "2026-11-16 request/vehicles-by-engine en Vehicles by type of engine organisation/mobility "
            "PotentialActionStatus dataset/vehicle-register"
        ),
    ]
    assert answers(store, OpenRequests(recipient=named("organisation/stat"))) == []


def test_answered_requests_name_the_dataset_that_answered_but_for_the_imperfect_one(store: Store) -> None:
    assert answers(store, AnsweredRequests(lang=Literal("en"))) == [
        (
            "2024-11-04 request/ev-charging en Locations of charging points organisation/mobility 2024-09-17 "
            "dataset/charging-points"
        ),
        (
            "2025-06-12 request/childcare-by-commune en Free childcare places by commune organisation/stat 2025-05-06 "
            "dataset/childcare-places"
        ),
        (
            "2026-02-27 request/playgrounds en Playgrounds of the commune organisation/weissbach 2026-01-08 "
            "dataset/weissbach-playgrounds"
        ),
        "2026-03-30 request/flood-zones en Flood zones of tributaries organisation/waterair 2026-02-11 -",
    ]


COVERED = [
    "core/commune organisation/commune core/commune-council-minutes dataset/council-minutes identifier",
    "core/commune organisation/commune core/commune-trees dataset/remarkable-trees conformsTo",
    "core/commune organisation/commune core/commune-waste dataset/household-waste conformsTo",
    "core/commune organisation/lannebesch core/commune-public-toilets dataset/lannebesch-public-toilets category",
    "core/commune organisation/lannebesch core/commune-waste dataset/lannebesch-waste-calendar conformsTo",
    "core/commune organisation/weissbach core/commune-council-minutes dataset/weissbach-council-minutes identifier",
    "core/commune organisation/weissbach core/commune-playgrounds dataset/weissbach-playgrounds category",
    "core/commune organisation/weissbach core/commune-waste dataset/weissbach-waste-calendar conformsTo",
    "core/ministry organisation/gov core/ministry-budget dataset/budget-2026 category",
    "core/ministry organisation/gov core/ministry-inventory dataset/data-inventory identifier",
    "core/ministry organisation/gov core/ministry-procurement dataset/public-tenders conformsTo",
]


def test_coverage_says_which_body_publishes_what_is_expected_and_how_that_is_known(store: Store) -> None:
    assert answers(store, CoreCoverage()) == COVERED
    assert answers(store, CoreCoverage(body=named("organisation/gov"))) == COVERED[-3:]
    assert answers(store, CoreCoverage(core=named("core/ministry"))) == COVERED[-3:]


def test_what_is_missing_is_what_is_expected_but_not_covered(store: Store) -> None:
    bodies = {"commune": ("commune", "kreienhaff", "lannebesch", "weissbach"), "ministry": ("education", "environment")}
    bodies["ministry"] = (*bodies["ministry"], "gov")
    expected = {
        f"core/{core} organisation/{body} {_short(quad.subject)}"
        for core, each in bodies.items()
        for body in each
        for quad in store.quads_for_pattern(None, RDF.type, SCHEMA.ListItem)
        if _short(quad.subject).startswith(f"core/{core}-")
    }
    missing = answers(store, CoreMissing())
    assert len(missing) == len(set(missing)) == 45
    assert set(missing) == expected - {" ".join(row.split()[:3]) for row in COVERED}
    assert missing == sorted(missing)


def test_a_body_that_is_no_more_misses_nothing_and_data_that_is_not_open_covers_nothing(store: Store) -> None:
    assert answers(store, CoreMissing(body=named("organisation/kleibierg"))) == []
    missing = answers(store, CoreMissing(body=named("organisation/environment")))
    assert "core/ministry organisation/environment core/ministry-subsidies" in missing


def test_the_hierarchy_goes_over_all_levels(store: Store) -> None:
    assert answers(store, OrganisationHierarchy()) == [
        "organisation/addresses organisation/maps 1",
        "organisation/addresses organisation/gov 2",
        "organisation/companies organisation/gov 1",
        "organisation/hydrology organisation/environment 1",
        "organisation/maps organisation/gov 1",
        "organisation/stat organisation/gov 1",
        "organisation/waterair organisation/environment 1",
    ]
    assert len(answers(store, OrganisationHierarchy(organisation=named("organisation/addresses")))) == 2


def test_successors_are_found_from_either_side_and_over_several_steps(store: Store) -> None:
    assert answers(store, OrganisationSuccessors()) == [
        "organisation/hydrology 2021-12-31 organisation/waterair",
        "organisation/kleibierg 2023-08-31 organisation/weissbach",
    ]
    longer = Store()
    longer.extend(store)
    longer.extend([Quad(named("organisation/next"), DCT.replaces, named("organisation/weissbach"))])
    assert answers(longer, OrganisationSuccessors(organisation=named("organisation/kleibierg"))) == [
        "organisation/kleibierg 2023-08-31 organisation/next",
        "organisation/kleibierg 2023-08-31 organisation/weissbach",
    ]


def test_a_circle_of_organisations_ends(store: Store) -> None:
    circle = Store()
    circle.extend(store)
    circle.extend([Quad(named("organisation/gov"), ORG.subOrganizationOf, named("organisation/addresses"))])
    rows = answers(circle, OrganisationHierarchy(organisation=named("organisation/gov")))
    assert {row.split()[1] for row in rows} == {
        "organisation/addresses", "organisation/maps", "organisation/gov",
    }  # fmt: skip


def test_versions_of_the_list_say_how_many_came_and_went(store: Store) -> None:
    assert answers(store, HighValueListVersions()) == [
        "2024-06-09 hvd-list/2024 - 9 - -",
        "2025-06-09 hvd-list/2025 hvd-list/2024 10 2 1",
    ]
    assert answers(store, HighValueListVersions(version=named("hvd-list/2025"))) == [
        "2025-06-09 hvd-list/2025 hvd-list/2024 10 2 1"
    ]


def test_a_version_with_the_same_members_has_none_that_came_or_went(store: Store) -> None:
    same = Store()
    same.extend(store)
    before, after = named("hvd-list/2025"), named("hvd-list/2026")
    said = [
        quad for quad in store.quads_for_pattern(before, None, None) if quad.predicate not in (ADMS.prev, DCT.issued)
    ]
    same.extend(Quad(after, quad.predicate, quad.object) for quad in said)
    same.extend([Quad(after, ADMS.prev, before)])
    assert answers(same, HighValueListVersions(version=after)) == ["- hvd-list/2026 hvd-list/2025 10 0 0"]


def test_reuses_are_counted_by_type(store: Store) -> None:
    assert answers(store, ReuseTypes()) == [
        "reuse-type/Application 5", "reuse-type/Article 2", "reuse-type/API 1", "reuse-type/Paper 1",
        "reuse-type/Visualisation 1",
    ]  # fmt: skip


@pytest.mark.parametrize("question", ["reuses/by-type", "reuses/labelled", "reuses/of-dataset"])
def test_a_reuse_is_of_any_class_that_makes_a_record_a_reuse(question: str) -> None:
    listed = load(question).text.partition("{\n  VALUES ?class {")[2].partition("}")[0].split()
    assert [SCHEMA[name.removeprefix("schema:")] for name in listed] == list(KINDS["reuses"])


def test_labelled_reuses_say_since_when_until_when_and_by_whom(store: Store) -> None:
    label = "standard/reuse-label"
    assert answers(store, LabelledReuses(label=named(label))) == [
        f"reuse/air-today certificate/air-today {label} 2025-03-17 2027-03-16 organisation/gov",
        f"reuse/price-basket certificate/price-basket {label} 2026-01-20 2028-01-19 organisation/gov",
    ]


def test_the_reuses_of_a_dataset_are_found_whichever_names_the_other(store: Store) -> None:
    stops = named("dataset/public-transport-stops")
    rows = [
        "dataset/public-transport-stops reuse/next-departure reuse-type/Application 2021-09-01",
        "dataset/public-transport-stops reuse/departures-api reuse-type/API 2023-10-02",
        "dataset/public-transport-stops reuse/accessible-routes reuse-type/Application 2025-02-14",
    ]
    assert answers(store, DatasetReuses(dataset=stops)) == rows
    for forgotten in (DCT.references, DCT.isReferencedBy):
        less = Store()
        less.extend(quad for quad in store if quad.predicate not in (forgotten, SCHEMA.isBasedOn))
        assert answers(less, DatasetReuses(dataset=stops)) == rows


def test_the_versions_of_an_asset_are_found_from_any_of_them(store: Store) -> None:
    for start in ("measurement-table-1", "measurement-table", "measurement-table-3"):
        assert answers(store, AssetVersions(asset=named(f"standard/{start}"))) == [
            f"standard/{start} 2021-01-04 standard/measurement-table-1 1.0 status/Deprecated",
            f"standard/{start} 2023-05-02 standard/measurement-table 2.0 status/Completed",
            f"standard/{start} 2026-10-20 standard/measurement-table-3 3.0 status/UnderDevelopment",
        ]
    assert len(answers(store, AssetVersions())) == 12


def test_datasets_that_follow_a_standard_do_so_themselves_or_by_a_file(store: Store) -> None:
    assert answers(store, ConformingDatasets()) == [
        "standard/measurement-table dataset/air-quality-hourly",
        "standard/tree-register dataset/remarkable-trees",
        "standard/waste-calendar dataset/household-waste",
        "standard/waste-calendar dataset/lannebesch-waste-calendar",
        "standard/waste-calendar dataset/weissbach-waste-calendar",
    ]


def test_records_say_when_a_description_came_and_changed(store: Store) -> None:
    assert answers(store, CatalogueRecords()) == [
        "dataset/air-quality-hourly record/air-quality-hourly 2019-03-04 2026-11-19 change-type/Updated -",
        "dataset/school-menus record/school-menus 2026-07-01 2026-07-01 change-type/Created -",
        "dataset/weissbach-playgrounds record/weissbach-playgrounds 2026-02-27 2026-09-02 change-type/Updated -",
    ]
    assert len(answers(store, CatalogueRecords(resource=named("dataset/school-menus")))) == 1


@pytest.mark.parametrize("name", names())
def test_a_parameter_that_nothing_has_leaves_no_row(name: str, store: Store) -> None:
    query = load(name)
    for parameter, known in query.parameters.items():
        if known.term is NamedNode:
            assert list(run(store, query, {parameter: named("nothing")})) == []  # type: ignore[arg-type]  # no ASK


def test_what_names_nobody_responsible_remains_all_the_same(store: Store) -> None:
    less = Store()
    less.extend(quad for quad in store if quad.predicate not in (DCT.publisher, SCHEMA.recipient, OA.hasBody))
    assert len(answers(less, RemainingData(lang=Literal("fr")))) == 8
    assert len(answers(less, OpenRequests(lang=Literal("fr")))) == 2
    assert len(answers(less, AnsweredRequests(lang=Literal("fr")))) == 4
    assert len(answers(less, LabelledReuses())) == 2
