"""The tables are held against their headers, against each other, and against the fuller copies where those are."""

import csv
import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from tests.support.shared import SHARED
from vocabularies.concepts import LANGUAGES, Concept, Concepts, Table, tables
from vocabularies.namespaces import AUTHORITY, HVD, RDF, SKOS

FRENCH = AUTHORITY["language/FRA"]
WATER = HVD.c_43f88346
DIMENSIONS = HVD.c_1226dc1a


@pytest.fixture(scope="module")
def concepts() -> Concepts:
    return Concepts.load()


def test_every_file_names_its_source_version_date_and_licence() -> None:
    for name, file in tables():
        header = file.read_text("utf-8").split("@prefix")[0]
        assert "# Source: " in header, name
        assert re.search(r"# Date: \d{4}-\d\d-\d\d", header), name
        assert "Licence: " in header, name
        assert ", version " in header, name


def test_the_files_are_sorted_so_that_a_new_version_shows_as_a_small_difference() -> None:
    for name, file in tables():
        subjects = [
            quad.subject.value
            for quad in parse(file.read_bytes(), RdfFormat.TURTLE)
            if quad.predicate == RDF.type and quad.object == SKOS.Concept and isinstance(quad.subject, NamedNode)
        ]
        assert subjects == sorted(subjects), name


def test_every_concept_has_a_notation_a_scheme_and_one_label_per_language() -> None:
    seen: dict[tuple[str, str | None], str] = {}
    for name, file in tables():
        for quad in parse(file.read_bytes(), RdfFormat.TURTLE):
            if quad.predicate == SKOS.prefLabel:
                assert isinstance(quad.object, Literal)
                assert isinstance(quad.subject, NamedNode)
                assert quad.object.language in LANGUAGES, quad
                key = (quad.subject.value, quad.object.language)
                assert key not in seen, f"{key} in {seen.get(key)} and {name}"
                seen[key] = name
    for concept in Concepts.load():
        assert concept.notation, concept.iri
        assert concept.table, concept.iri
        assert concept.labels.get("en"), concept.iri


def test_a_table_with_labels_of_our_own_says_so() -> None:
    for name, file in tables():
        text = file.read_text("utf-8")
        spoken = re.search(r"prefLabel .*@lb", text) is not None
        assert spoken == ("# Ours, for want of any in the table: the Luxembourgish labels" in text), name


def test_no_concept_is_in_two_tables_so_that_each_has_one_owner() -> None:
    owner: dict[str, str] = {}
    for name, file in tables():
        subjects = {quad.subject.value for quad in parse(file.read_bytes(), RdfFormat.TURTLE)}
        for subject in subjects:
            assert owner.setdefault(subject, name) == name


def test_a_label_comes_in_the_wanted_language_or_says_in_which_it_came(concepts: Concepts) -> None:
    assert concepts.label(FRENCH, "de") == ("Französisch", "de")
    assert concepts.label(FRENCH, "lb") == ("Franséisch", "lb")
    assert concepts.label(AUTHORITY["language/EST"], "lb") == ("Estnisch", "de")
    assert concepts.label(AUTHORITY["file-type/GTFS"], "fr") is not None
    assert concepts.label(AUTHORITY["file-type/GEOJSON"], "nl") == ("GeoJSON", "en")
    assert concepts.label(NamedNode("http://example.org/no-concept"), "fr") is None


def test_the_way_up_is_told_nearest_first(concepts: Concepts) -> None:
    assert concepts.broader(DIMENSIONS) == (HVD.c_b151a0ba, HVD.c_b79e35eb)
    assert concepts.broader(WATER.value) == (HVD.c_dd313021,)
    assert concepts.broader(FRENCH) == ()
    assert concepts.broader("http://example.org/no-concept") == ()


def test_a_circle_of_broader_concepts_ends() -> None:
    first, second = "http://example.org/1", "http://example.org/2"
    circle = [
        Concept(iri, "", "t", {}, (other,), (), deprecated=False) for iri, other in ((first, second), (second, first))
    ]
    assert Concepts([], circle).broader(first) == (NamedNode(second), NamedNode(first))


def test_membership_knows_where_absence_proves_nothing(concepts: Concepts) -> None:
    assert concepts.membership(FRENCH, "language") is True
    assert concepts.membership(FRENCH.value, "country") is False
    assert concepts.membership(AUTHORITY["place/LUX_LUX"], "place") is True
    assert concepts.membership(AUTHORITY["place/BEL_BRU"], "place") is None
    with pytest.raises(KeyError):
        concepts.membership(FRENCH, "no-table")


def test_every_table_has_version_titles_and_licence(concepts: Concepts) -> None:
    named = {name for name, _ in tables()}
    assert {table.name for table in concepts.tables} == named
    for table in concepts.tables:
        assert table.version
        assert table.licence.startswith("http")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", table.modified)
        assert set(table.titles) == set(LANGUAGES), table.name
        assert table.source
        assert 0 < len(table.concepts) <= (table.entities or len(table.concepts))
        assert table.complete == (table.entities == len(table.concepts))


def test_a_table_is_found_by_name(concepts: Concepts) -> None:
    theme = concepts.table("data-theme")
    assert isinstance(theme, Table)
    assert theme.scheme == AUTHORITY["data-theme"]
    assert theme.complete
    assert concepts.table("no-table") is None
    assert len(concepts) == sum(len(table.concepts) for table in concepts.tables)


def test_the_dublin_core_frequencies_are_matched_to_those_of_the_union(concepts: Concepts) -> None:
    annual = concepts.get(AUTHORITY["frequency/ANNUAL"])
    assert annual is not None
    assert annual.exact_matches == ("http://purl.org/cld/freq/annual",)


def test_retired_countries_are_marked(concepts: Concepts) -> None:
    retired = concepts.get(AUTHORITY["country/YUG"])
    assert retired is not None
    assert retired.deprecated
    luxembourg = concepts.get(AUTHORITY["country/LUX"])
    assert luxembourg is not None
    assert not luxembourg.deprecated


def _oracle(path: str) -> Path:
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"the shared material has no {path} here")
    return file


def test_the_high_value_categories_agree_with_the_table_of_all_96(concepts: Concepts) -> None:
    with _oracle("standards/controlled-vocabularies/hvd-categories.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    ours = [concept for concept in concepts if concept.table == "high-value-dataset-category"]
    assert {row["uri"] for row in rows} == {concept.iri for concept in ours}
    for row in rows:
        concept = concepts.get(row["uri"])
        assert concept is not None
        assert concept.broader == ((row["broader"],) if row["broader"] else ())
        assert concepts.label(row["uri"], "fr") == (" ".join(row["label_fr"].split()), "fr")


def test_no_code_stands_twice_in_a_table(concepts: Concepts) -> None:
    for table in concepts.tables:
        codes = [concept.notation for concept in concepts.of(table.name)]
        assert len(set(codes)) == len(codes), table.name


NAMES_ALIKE = {"checksum-algorithm", "media-type", "adms-representation-technique"}
"""Tables of names that are the same in every language."""

AS_IN_THE_SOURCE = {"file-type", "language", "legislation", "licence"}
"""Tables whose source has French or German for some concepts only."""


def test_every_concept_is_labelled_in_french_and_german_where_names_differ_and_the_source_has_them(
    concepts: Concepts,
) -> None:
    for concept in concepts:
        if concept.table not in NAMES_ALIKE | AS_IN_THE_SOURCE:
            assert {"fr", "de", "en"} <= concept.labels.keys(), concept.iri


def test_broader_concepts_are_in_the_same_table(concepts: Concepts) -> None:
    for concept in concepts:
        for above in concept.broader:
            found = concepts.get(above)
            assert found is not None, concept.iri
            assert found.table == concept.table


def test_incomplete_tables_are_known_to_be_so(concepts: Concepts) -> None:
    lacking = {table.name for table in concepts.tables if not table.complete}
    assert lacking == {"corporate-body", "language", "legislation", "media-type", "nuts", "place"}


def test_luxembourg_has_a_hundred_communes_in_twelve_cantons(concepts: Concepts) -> None:
    communes = [concept for concept in concepts.of("commune") if concept.broader]
    assert len(communes) == 100
    assert len({concept.broader for concept in communes}) == 12
    assert all({"fr", "de", "lb"} <= concept.labels.keys() for concept in communes)


def test_a_folder_of_newer_tables_stands_in_for_ours(tmp_path: Path) -> None:
    text = dict(tables())["continent"].read_text("utf-8").replace('"Africa"@en', '"Afrika"@en')
    (tmp_path / "continent.ttl").write_text(text, "utf-8")
    assert Concepts.load(tmp_path).label(AUTHORITY["continent/AFRICA"], "en") == ("Afrika", "en")
    assert Concepts.load(tmp_path / "nowhere").label(AUTHORITY["continent/AFRICA"], "en") == ("Africa", "en")
    assert Concepts.load().languages("continent") == ["fr", "de", "en", "lb"]
