"""A table is renewed by the right file, whole; by any other, nothing changes."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from graph.errors import FormatError, NotFound, PortalError, SourceError
from graph.iris import Iris
from loaders import judging
from loaders.pipeline import Order, Pipeline
from loaders.renewal import Renewing
from shapes.results import Results
from tests.support.shared import SHARED
from vocabularies.concepts import FOLDER, Concepts, tables
from vocabularies.mappings import Mappings
from vocabularies.namespaces import ADMS, AUTHORITY, SH, SKOS

NOW = datetime(2026, 11, 21, tzinfo=UTC)
STATUS = """
@prefix at: <http://publications.europa.eu/ontology/authority/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix : <http://publications.europa.eu/resource/authority/distribution-status/> .
<http://publications.europa.eu/resource/authority/distribution-status> a skos:ConceptScheme ;
    owl:versionInfo "20260318-0" .
:COMPLETED a skos:Concept ; dc:identifier "COMPLETED" ; skos:prefLabel "completed"@en, "achevé"@fr, "dokončené"@sk .
:DEVELOP a skos:Concept ; at:deprecated "true" ; skos:prefLabel "under development"@en .
:PAUSED a skos:Concept ; dc:identifier "PAUSED" ; skos:prefLabel "paused"@en, "pausiert"@de .
"""
DISTRIBUTION = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix adms: <http://www.w3.org/ns/adms#> .
<http://example.org/d> a dcat:Distribution ; dcat:accessURL <http://example.org/get> ;
    adms:status <http://publications.europa.eu/resource/authority/distribution-status/PAUSED> .
"""
COMPLETED = AUTHORITY["distribution-status/COMPLETED"]

PAUSED = AUTHORITY["distribution-status/PAUSED"]


@pytest.fixture
def renewing(tmp_path: Path) -> Renewing:
    return Renewing(tmp_path / "vocabularies")


def written(tmp_path: Path, text: str, name: str = "status.ttl") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_a_newer_table_stands_in_for_ours_and_keeps_what_only_we_know(tmp_path: Path, renewing: Renewing) -> None:
    renewal = renewing.renew("distribution-status", written(tmp_path, STATUS), NOW)
    assert (renewal.before, renewal.version, renewal.concepts) == ("20220615-0", "20260318-0", 3)
    assert renewal.came == ["PAUSED"]
    assert renewal.went == ["DEPRECATED", "OP_DATPRO", "WITHDRAWN"]
    concepts = Concepts.load(renewing.folder)
    table = concepts.table("distribution-status")
    assert table is not None
    assert (table.version, table.modified, table.complete) == ("20260318-0", "2026-03-18", True)
    assert table.titles == Concepts.load().table("distribution-status").titles  # type: ignore[union-attr]  # it is there
    assert concepts.label(COMPLETED, "fr") == ("achevé", "fr")
    assert concepts.label(COMPLETED, "lb") == Concepts.load().label(COMPLETED, "lb")
    assert concepts.get(AUTHORITY["distribution-status/DEVELOP"]).deprecated  # type: ignore[union-attr]  # it is there
    assert len(concepts) == len(Concepts.load()) - 2
    assert Mappings.load(concepts).concept("status", "pausiert") == PAUSED.value


def test_what_was_refreshed_can_be_refreshed_again_but_not_turned_back(tmp_path: Path, renewing: Renewing) -> None:
    renewing.renew("distribution-status", written(tmp_path, STATUS), NOW)
    with pytest.raises(SourceError, match="20260318-0, the one here already"):
        renewing.renew("distribution-status", written(tmp_path, STATUS), NOW)
    with pytest.raises(SourceError, match="20250101-0, which is older than 20260318-0"):
        renewing.renew("distribution-status", written(tmp_path, STATUS.replace("20260318", "20250101")), NOW)
    newer = STATUS.replace("20260318", "20261001")
    assert renewing.renew("distribution-status", written(tmp_path, newer), NOW).came == []


@pytest.mark.parametrize(
    ("name", "text", "error", "told"),
    [
        ("no-table", STATUS, NotFound, "no-table"),
        (
            "frequency",
            STATUS,
            FormatError,
            "it describes http://publications.europa.eu/resource/authority/distribution",
        ),
        ("distribution-status", STATUS.replace("owl:versionInfo", "owl:comment"), FormatError, "owl:versionInfo"),
        ("distribution-status", "", SourceError, "is empty"),
        ("distribution-status", "<html><body>Not found</body></html>", SourceError, "expected Turtle"),
        ("distribution-status", STATUS.replace("a skos:Concept ;", ""), FormatError, "no labelled concept"),
    ],
)
def test_a_wrong_file_is_told_and_changes_nothing(
    tmp_path: Path, renewing: Renewing, name: str, text: str, error: type[PortalError], told: str
) -> None:
    with pytest.raises(error, match=told):
        renewing.renew(name, written(tmp_path, text), NOW)
    assert not renewing.folder.exists()
    assert tables(renewing.folder) == tables()


def test_a_file_that_is_not_there_is_told(tmp_path: Path, renewing: Renewing) -> None:
    with pytest.raises(SourceError, match="No such file"):
        renewing.renew("frequency", tmp_path / "nowhere.rdf", NOW)


def test_a_faulty_concept_costs_only_itself(tmp_path: Path, renewing: Renewing) -> None:
    broken = STATUS.replace('"paused"@en, "pausiert"@de', '"paused"@en "pausiert"@de')
    renewal = renewing.renew("distribution-status", written(tmp_path, broken), NOW)
    assert renewal.faults
    assert renewal.came == []


def test_the_whole_table_of_places_fills_the_one_that_knows_luxembourg_only(renewing: Renewing) -> None:
    file = SHARED / "standards/controlled-vocabularies/place-20190918.rdf"
    if not file.exists():
        pytest.skip("the shared material has no table of places here")
    renewal = renewing.renew("place", file, NOW)
    assert renewal.concepts == 2947
    assert len(renewal.came) == 2890
    assert renewal.went == []
    assert Concepts.load(renewing.folder).membership(AUTHORITY["place/BEL_XYZ"], "place") is False


def state(pipeline: Pipeline) -> tuple[int, int]:
    """Labels of the new concept in the published graph, and violations."""
    with pipeline.generations.current() as generation, Results.open(generation.path / judging.NAME) as results:
        labels = list(generation.store.quads_for_pattern(PAUSED, SKOS.prefLabel, None, DefaultGraph()))
        return len(labels), results.violations(SH.Violation)


def test_a_refreshed_table_is_what_the_next_load_shows_and_validates_with(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path, Iris("http://127.0.0.1:8000"))
    order = Order([str(written(tmp_path, DISTRIBUTION, "data.ttl"))], "a")
    assert pipeline.load(order).outcome
    assert state(pipeline) == (0, 1)
    Renewing(tmp_path / FOLDER).renew("distribution-status", written(tmp_path, STATUS), NOW)
    assert pipeline.load(order).outcome
    assert state(pipeline) == (2, 0)


def test_a_refreshed_table_is_what_the_next_load_repairs_with(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path, Iris("http://127.0.0.1:8000"))
    told = re.sub("<[^>]*PAUSED>", '"pausiert"', DISTRIBUTION)
    order = Order([str(written(tmp_path, told, "data.ttl"))], "a")
    Renewing(tmp_path / FOLDER).renew("distribution-status", written(tmp_path, STATUS), NOW)
    assert pipeline.load(order).outcome
    with pipeline.generations.current() as generation:
        (found,) = generation.store.quads_for_pattern(
            NamedNode("http://example.org/d"), ADMS.status, None, DefaultGraph()
        )
    assert found.object == PAUSED
