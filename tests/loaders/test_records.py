"""What our records say after loads of real files."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store

from graph.generations import Generation
from graph.iris import Iris, key
from graph.store import default_graph_is_union
from loaders import judging, records
from loaders.pipeline import Order, Pipeline
from loaders.rebuild import rebuild
from shapes.profiles import PROFILES
from shapes.results import Results
from vocabularies.namespaces import ADMS, DCAT, DCT, FOAF, PROV, RDF, SPDX

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix schema: <http://schema.org/> . @prefix : <http://example.org/> .
"""
AIR = ':air a dcat:Dataset ; dct:title "Air quality"@en .'
WATER = ':water a dcat:Dataset ; dct:title "Water levels"@en .'
REUSE = ':app a schema:WebApplication ; dct:title "Air today" .'
RECORD_OF_AIR = ':record a dcat:CatalogRecord ; foaf:primaryTopic :air ; dct:modified "2020-01-01" .'

Load = Callable[..., Generation]


@pytest.fixture
def hours() -> list[datetime]:
    """One load an hour."""
    return [datetime(2026, 1, 1, tzinfo=UTC)]


@pytest.fixture
def pipeline(data: Path, iris: Iris, hours: list[datetime]) -> Pipeline:
    return Pipeline(data, iris, clock=lambda: hours[-1])


@pytest.fixture
def load(pipeline: Pipeline, tmp_path: Path, hours: list[datetime]) -> Load:
    def take_in(*texts: str, source: str = "a", partial: bool = False, validate: bool = False) -> Generation:
        path = tmp_path / f"{source}.ttl"
        path.write_text(PREFIXES + "\n".join(texts))
        hours.append(hours[-1] + timedelta(hours=1))
        assert pipeline.load(Order([str(path)], source, partial=partial, validate=validate)).outcome
        return pipeline.generations.current()

    return take_in


def topic(name: str) -> NamedNode:
    return NamedNode(f"http://example.org/{name}")


def record_of(name: str, iris: Iris, kind: str = "datasets") -> NamedNode:
    return NamedNode(f"{iris.base}/{kind}/{key(topic(name).value)}#record")


def said(store: Store, subject: NamedNode | BlankNode, predicate: NamedNode) -> list[str]:
    found = store.quads_for_pattern(subject, predicate, None, DefaultGraph())
    return sorted(quad.object.value for quad in found if isinstance(quad.object, NamedNode | Literal))


def last_seen(store: Store, name: str, iris: Iris) -> list[str]:
    return said(store, record_of(name, iris), records.LAST_SEEN)


def harvested(store: Store, iris: Iris, which: str = "harvest") -> list[str]:
    activity = NamedNode(f"{iris.described_source('a').value}#{which}")
    return [str(q.object.value) for q in store.quads_for_pattern(activity, PROV.endedAtTime, None, iris.provenance)]  # type: ignore[union-attr]


def test_a_record_says_when_a_description_came_and_when_it_changed(load: Load, iris: Iris) -> None:
    load(AIR, WATER)
    store = load(AIR.replace("quality", "purity"), WATER).store
    air, water = record_of("air", iris), record_of("water", iris)
    assert said(store, air, FOAF.primaryTopic) == ["http://example.org/air"]
    assert said(store, air, DCT.issued) == ["2026-01-01T01:00:00Z"]
    assert said(store, air, DCT.modified) == ["2026-01-01T02:00:00Z"]
    assert said(store, water, DCT.modified) == ["2026-01-01T01:00:00Z"]
    assert said(store, air, ADMS.status) == [records.UPDATED.value]
    assert said(store, water, ADMS.status) == [records.CREATED.value]
    assert said(store, air, PROV.hadPrimarySource) == [f"{iris.base}/sources/a"]
    assert said(store, air, RDF.type) == [DCAT.CatalogRecord.value]
    assert default_graph_is_union(store, iris)


def test_the_checksum_changes_when_the_description_does_and_only_then(load: Load, iris: Iris) -> None:
    def checksums(generation: Generation) -> list[str]:
        store = generation.store
        nodes = [q.object for name in ("air", "water") for q in store.quads_for_pattern(
            record_of(name, iris), SPDX.checksum, None, iris.records)]  # fmt: skip
        assert all(isinstance(node, BlankNode) for node in nodes)
        assert {one for node in nodes for one in said(store, node, SPDX.algorithm)} == {  # type: ignore[arg-type]
            SPDX.checksumAlgorithm_sha256.value
        }
        return [said(store, node, SPDX.checksumValue)[0] for node in nodes]  # type: ignore[arg-type]

    first = checksums(load(AIR, WATER))
    second = checksums(load(AIR, WATER.replace("levels", "depths")))
    assert [len(value) for value in first] == [64, 64]
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_a_record_points_to_that_of_its_own_source_and_to_nobody_elses(load: Load, iris: Iris) -> None:
    load(AIR, RECORD_OF_AIR)
    store = load(RECORD_OF_AIR.replace(":record", ":a-record"), source="b").store
    assert said(store, record_of("air", iris), DCT.source) == ["http://example.org/record"]


def test_a_text_that_reads_like_a_statement_states_nothing(load: Load, iris: Iris) -> None:
    looks = "<http://example.org/{0}> <{1}> <{2}> ."
    dataset = looks.format("app", RDF.type.value, DCAT.Dataset.value)
    other = looks.format("record", FOAF.primaryTopic.value, topic("water").value)
    odd = RECORD_OF_AIR.replace("foaf:", f'dct:description "{other}" ; foaf:')
    generation = load(AIR, WATER, REUSE.replace("Air today", f"Air today {dataset}"), odd)
    app = generation.ledger.get(topic("app").value)
    assert app is not None
    assert app.kind == "reuses"
    assert said(generation.store, record_of("app", iris, "reuses"), RDF.type) == [FOAF.Document.value]
    assert said(generation.store, record_of("air", iris), DCT.source) == ["http://example.org/record"]


def test_that_a_description_is_still_there_is_said_once_of_the_source(load: Load, iris: Iris) -> None:
    first = load(AIR, WATER)
    second = load(AIR, WATER)
    assert harvested(first.store, iris) == ["2026-01-01T01:00:00Z"]
    assert harvested(second.store, iris) == ["2026-01-01T02:00:00Z"]
    assert last_seen(second.store, "air", iris) == []
    node = iris.described_source("a")
    (version,) = second.store.quads_for_pattern(node, DCAT.version, None, iris.provenance)
    assert version.object == Literal("2")
    assert set(first.store.quads_for_pattern(None, None, None, DefaultGraph())) == set(
        second.store.quads_for_pattern(None, None, None, DefaultGraph())
    )
    assert default_graph_is_union(second.store, iris)


def test_a_partial_load_says_last_seen_on_what_it_had_until_the_next_whole_one(load: Load, iris: Iris) -> None:
    load(AIR, WATER)
    partial = load(AIR, partial=True)
    assert last_seen(partial.store, "air", iris) == ["2026-01-01T02:00:00Z"]
    assert said(partial.store, record_of("air", iris), DCT.modified) == ["2026-01-01T01:00:00Z"]
    assert last_seen(partial.store, "water", iris) == []
    assert harvested(partial.store, iris) == ["2026-01-01T01:00:00Z"]
    assert harvested(partial.store, iris, "partial-harvest") == ["2026-01-01T02:00:00Z"]
    again = load(AIR, partial=True)
    assert last_seen(again.store, "air", iris) == ["2026-01-01T03:00:00Z"]
    whole = load(AIR, WATER)
    assert last_seen(whole.store, "air", iris) == []
    assert harvested(whole.store, iris) == ["2026-01-01T04:00:00Z"]
    assert harvested(whole.store, iris, "partial-harvest") == []
    assert default_graph_is_union(whole.store, iris)


def test_a_record_points_to_the_one_that_the_harvested_data_has_of_the_same(load: Load, iris: Iris) -> None:
    ours = record_of("air", iris)
    assert said(load(AIR, RECORD_OF_AIR).store, ours, DCT.source) == ["http://example.org/record"]
    changed = load(AIR.replace("quality", "purity"), RECORD_OF_AIR)
    assert said(changed.store, ours, DCT.source) == ["http://example.org/record"]
    moved = load(AIR.replace("quality", "purity"), WATER, RECORD_OF_AIR.replace(":air", ":water"))
    assert said(moved.store, ours, DCT.source) == []
    assert said(moved.store, record_of("water", iris), DCT.source) == ["http://example.org/record"]
    gone = load(AIR, WATER)
    assert said(gone.store, record_of("water", iris), DCT.source) == []
    assert default_graph_is_union(gone.store, iris)


def test_what_is_gone_leaves_a_tombstone_that_no_count_has(load: Load, iris: Iris) -> None:
    load(AIR, WATER)
    store = load(AIR).store
    assert said(store, record_of("water", iris), FOAF.primaryTopic) == []
    (status,) = store.quads_for_pattern(record_of("water", iris), ADMS.status, None, iris.changes)
    assert status.object == records.DELETED
    assert not iris.in_default_graph(iris.changes)
    back = load(AIR, WATER).store
    assert list(back.quads_for_pattern(None, None, None, iris.changes)) == []
    assert said(back, record_of("water", iris), FOAF.primaryTopic) == ["http://example.org/water"]


def test_an_organisation_leaves_one_too_and_what_becomes_something_without_a_page(load: Load, iris: Iris) -> None:
    office = ":office a foaf:Agent ; foaf:name 'The office' ."
    load(AIR, WATER, office)
    store = load(AIR, WATER.replace("dcat:Dataset", "dct:Standard")).store
    left = {NamedNode(f"http://example.org/{one}") for one in ("office", "water")}
    assert {quad.object for quad in store.quads_for_pattern(None, FOAF.primaryTopic, None, iris.changes)} == left
    (title,) = store.quads_for_pattern(record_of("office", iris, "organisations"), DCT.title, None, iris.changes)
    assert title.object == Literal("The office")
    back = load(AIR, WATER, office).store
    assert list(back.quads_for_pattern(None, None, None, iris.changes)) == []


def test_a_rollback_leaves_tombstones_of_what_it_takes_away(load: Load, pipeline: Pipeline, iris: Iris) -> None:
    load(AIR)
    load(AIR, WATER)
    pipeline.rollback(1)
    with pipeline.generations.current() as generation:
        found = generation.store.quads_for_pattern(None, FOAF.primaryTopic, None, iris.changes)
        assert [quad.subject for quad in found] == [record_of("water", iris)]
    pipeline.rollback(2)
    with pipeline.generations.current() as generation:
        assert list(generation.store.quads_for_pattern(None, None, None, iris.changes)) == []


def test_what_is_gone_says_whose_it_was(load: Load, pipeline: Pipeline, iris: Iris) -> None:
    def whose() -> dict[str, set[str]]:
        with pipeline.generations.current() as generation:
            told: dict[str, set[str]] = {}
            for quad in generation.store.quads_for_pattern(None, PROV.wasAttributedTo, None, iris.changes):
                told.setdefault(str(quad.subject), set()).add(str(quad.object))
        return told

    owned = WATER.replace(" .", " ; dct:publisher :office, :city .")
    its = {str(record_of("water", iris)): {str(topic("office")), str(topic("city"))}}
    load(AIR, owned)
    load(AIR.replace(" .", " ; dct:publisher :office ."), owned)
    load(AIR)
    assert whose() == its
    rebuild(pipeline, lambda _step, _done: None)
    assert whose() == its
    load(AIR, owned)
    assert whose() == {}
    pipeline.rollback(3)
    assert whose() == its


def test_the_record_of_what_is_no_dcat_resource_is_a_document(load: Load, iris: Iris) -> None:
    store = load(REUSE).store
    assert said(store, record_of("app", iris, "reuses"), RDF.type) == [FOAF.Document.value]


def test_a_record_names_the_profile_while_the_description_is_without_violation(load: Load, iris: Iris) -> None:
    sound = AIR.replace(" .", ' ; dct:description "What we breathe"@en ; dcat:distribution :csv .')
    file = ":csv a dcat:Distribution ; dcat:accessURL :get ."
    profile = PROFILES["dcat-ap"].specification
    air, water = record_of("air", iris), record_of("water", iris)
    store = load(sound, file, WATER, validate=True).store
    assert (said(store, air, DCT.conformsTo), said(store, water, DCT.conformsTo)) == ([profile], [])
    assert said(store, NamedNode(profile), RDF.type) == [DCT.Standard.value]
    mended = WATER.replace(" .", ' ; dct:description "High or low"@en .')
    store = load(sound, file.replace("dcat:accessURL", "dct:relation"), mended, validate=True).store
    assert (said(store, air, DCT.conformsTo), said(store, water, DCT.conformsTo)) == ([], [profile])
    assert default_graph_is_union(store, iris)


def test_a_claim_that_becomes_the_owners_word_has_a_record_of_its_source(load: Load, iris: Iris) -> None:
    load(AIR, WATER)
    load(AIR, source="b")
    store = load(WATER).store
    assert said(store, record_of("air", iris), PROV.hadPrimarySource) == [f"{iris.base}/sources/b"]
    assert said(store, record_of("air", iris), RDF.type) == [DCAT.CatalogRecord.value]
    assert list(store.quads_for_pattern(None, None, None, iris.changes)) == []


def test_a_rebuild_keeps_when_descriptions_came_and_changed_and_what_is_gone(
    load: Load, pipeline: Pipeline, iris: Iris, hours: list[datetime]
) -> None:
    load(AIR, WATER)
    before = load(AIR).store
    hours.append(hours[-1] + timedelta(days=1))
    rebuild(pipeline, lambda _step, _done: None)
    with pipeline.generations.current() as generation:
        store = generation.store
        for predicate in (DCT.issued, DCT.modified, ADMS.status, PROV.hadPrimarySource):
            air = record_of("air", iris)
            assert said(store, air, predicate) == said(before, air, predicate)
        assert harvested(store, iris) == harvested(before, iris)
        tombs = [q.subject for q in store.quads_for_pattern(None, FOAF.primaryTopic, None, iris.changes)]
        assert tombs == [record_of("water", iris)]
        assert default_graph_is_union(store, iris)


def test_a_rebuild_judges_anew_what_was_judged(load: Load, pipeline: Pipeline, iris: Iris) -> None:
    sound = AIR.replace(" .", ' ; dct:description "What we breathe"@en .')
    load(sound, WATER, validate=True)
    load(REUSE, source="b", validate=True)
    rebuild(pipeline, lambda _step, _done: None)
    with pipeline.generations.current() as generation:
        profile = PROFILES["dcat-ap"].specification
        assert said(generation.store, record_of("air", iris), DCT.conformsTo) == [profile]
        assert said(generation.store, record_of("water", iris), DCT.conformsTo) == []
        with Results.open(generation.path / judging.NAME) as results:
            assert results.page("a", 0, 10) == ["http://example.org/air", "http://example.org/water"]


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("https://user:secret@portal.example/catalog.ttl?key=secret#x", ["https://portal.example/catalog.ttl"]),
        ("/catalogues/own.ttl", []),
        ("ftp://portal.example/catalog.ttl", []),
    ],
)
def test_the_address_of_a_source_is_told_without_what_may_be_secret(location: str, told: list[str]) -> None:
    assert [address for address in [records.public_address(location)] if address] == told


def test_what_a_vocabulary_lists_is_no_organisation_of_the_portal(load: Load) -> None:
    counts = load(AIR).ledger.counts()
    assert "organisations" not in counts
    assert counts["concepts"] > 1000
