"""Whole loads of real files into a real data directory, children and all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Store

from graph import lock
from graph.errors import FormatError, Locked, NotFound, SourceError, StoreError
from graph.generations import Generation
from graph.iris import Iris, key
from graph.store import default_graph_is_union
from loaders.pipeline import Order, Outcome, Pipeline
from loaders.rebuild import rebuild
from vocabularies.namespaces import AUTHORITY, DCAT, DCT, FOAF

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <http://example.org/> .
"""
AIR = ':air a dcat:Dataset ; dct:title "Air quality"@en ; dct:publisher :office ; dcat:distribution :air-csv .'
CSV = ':air-csv a dcat:Distribution ; dcat:accessURL :get ; dcat:byteSize "12"^^xsd:nonNegativeInteger .'
WATER = ':water a dcat:Dataset ; dct:title "Water levels"@en ; dcat:contactPoint [ a vcard:Kind ; vcard:fn "Desk" ] .'
OFFICE = ':office a foaf:Agent ; foaf:name "Environment office" .'


@pytest.fixture
def pipeline(data: Path, iris: Iris) -> Pipeline:
    return Pipeline(data, iris)


class Source:
    """A file whose content a test changes between loads."""

    def __init__(self, pipeline: Pipeline, folder: Path, name: str) -> None:
        self._pipeline = pipeline
        self._path = folder / f"{name}.ttl"
        self._name = name

    def load(self, *texts: str, partial: bool = False, publish: bool = True) -> Outcome:
        self._path.write_text(PREFIXES + "\n".join(texts))
        order = Order([str(self._path)], self._name, partial=partial, publish=publish, validate=False)
        outcome = self._pipeline.load(order).outcome
        assert outcome is not None
        return outcome


@pytest.fixture
def a(pipeline: Pipeline, tmp_path: Path) -> Source:
    return Source(pipeline, tmp_path, "a")


@pytest.fixture
def b(pipeline: Pipeline, tmp_path: Path) -> Source:
    return Source(pipeline, tmp_path, "b")


def told(outcome: Outcome) -> tuple[int, int, int, int, int]:
    return outcome.added, outcome.changed, outcome.removed, outcome.unchanged, outcome.quarantined


def titles(generation: Generation) -> set[str]:
    found = generation.store.quads_for_pattern(None, DCT.title, None, DefaultGraph())
    return {quad.object.value for quad in found if quad.subject.value.startswith("http://example.org/")}  # type: ignore[union-attr]


def count(store: Store, graph: NamedNode | DefaultGraph) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def test_a_catalogue_goes_in_and_a_graph_comes_out(pipeline: Pipeline, a: Source, iris: Iris) -> None:
    outcome = a.load(AIR, CSV, WATER, OFFICE)
    assert told(outcome) == (5, 0, 0, 0, 0)
    assert (outcome.generation, outcome.triples) == (1, 14)
    with pipeline.generations.current() as generation:
        assert titles(generation) == {"Air quality", "Water levels"}
        assert generation.ledger.counts()["datasets"] == 2
        assert [hit.iri for hit in generation.search.search("water").hits] == ["http://example.org/water"]
        assert default_graph_is_union(generation.store, iris)
        assert generation.prepared("classes")


def test_a_second_load_changes_only_what_changed_and_says_so(pipeline: Pipeline, a: Source, iris: Iris) -> None:
    a.load(AIR, CSV, WATER, OFFICE)
    again = a.load(AIR.replace("Air quality", "Clean air"), CSV, OFFICE, ':new a dcat:Dataset ; dct:title "New" .')
    assert told(again) == (1, 1, 2, 2, 0)
    with pipeline.generations.current() as generation:
        assert titles(generation) == {"Clean air", "New"}
        assert generation.search.search("water").total == 0
        assert generation.search.search("clean").total == 1
        assert default_graph_is_union(generation.store, iris)
        last = {(change.iri.rpartition("/")[2], change.change) for change in generation.ledger.changes(since=1)}
        assert {("air", "changed"), ("new", "added"), ("water", "removed")} <= last


def test_the_same_content_in_another_order_is_unchanged(a: Source) -> None:
    a.load(AIR, CSV, WATER, OFFICE)
    assert told(a.load(OFFICE, WATER, CSV, AIR)) == (0, 0, 0, 5, 0)


def test_a_load_publishes_what_was_meant_and_says_what_it_repaired(pipeline: Pipeline, tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(PREFIXES + ':d a dcat:Dataset ; dct:title "Air"@eng ; dct:language "en" .')
    assert pipeline.load(Order([str(path)], "a")).trailer.repairs == {
        "language-tag-iso-639-2": 1,
        "language-to-authority": 1,
    }
    with pipeline.generations.current() as generation:
        language = generation.store.quads_for_pattern(None, DCT.language, None, DefaultGraph())
        assert AUTHORITY["language/ENG"] in {quad.object for quad in language}
    assert pipeline.load(Order([str(path)], "a")).trailer.repairs == {}


def test_the_very_same_file_is_unchanged(a: Source) -> None:
    first = a.load(AIR, CSV, WATER, OFFICE)
    again = a.load(AIR, CSV, WATER, OFFICE)
    assert told(again) == (0, 0, 0, 5, 0)
    assert again.triples == first.triples


def test_a_partial_load_removes_nothing(pipeline: Pipeline, a: Source) -> None:
    a.load(AIR, CSV, WATER, OFFICE)
    assert told(a.load(':new a dcat:Dataset ; dct:title "New" .', partial=True)) == (1, 0, 0, 0, 0)
    with pipeline.generations.current() as generation:
        assert titles(generation) == {"Air quality", "Water levels", "New"}


def test_a_catalogue_under_two_names_leaves_every_count_as_with_one(
    pipeline: Pipeline, a: Source, b: Source, iris: Iris
) -> None:
    everything = (AIR, CSV, OFFICE)
    a.load(*everything)
    with pipeline.generations.current() as generation:
        before = {p: count_of(generation.store, p) for p in predicates(generation.store)}
    b.load(*everything)
    with pipeline.generations.current() as generation:
        after = {p: count_of(generation.store, p) for p in predicates(generation.store)}
        assert after == before
        assert default_graph_is_union(generation.store, iris)


def predicates(store: Store) -> set[str]:
    return {quad.predicate.value for quad in store.quads_for_pattern(None, None, None, DefaultGraph())}


def count_of(store: Store, predicate: str) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, NamedNode(predicate), None, DefaultGraph()))


def test_what_another_owns_is_claimed_and_stays_as_the_owner_says(
    pipeline: Pipeline, a: Source, b: Source, iris: Iris
) -> None:
    a.load(AIR, CSV)
    b.load(':air a dcat:Dataset ; dct:title "Poisoned"@en ; dct:publisher :nobody .')
    with pipeline.generations.current() as generation:
        assert titles(generation) == {"Air quality"}
        assert count(generation.store, iris.claims("b")) == 3
        assert generation.search.search("poisoned").total == 0
        assert default_graph_is_union(generation.store, iris)


def test_in_the_name_of_the_portal_no_source_speaks(pipeline: Pipeline, a: Source, tmp_path: Path, iris: Iris) -> None:
    a.load(AIR, CSV)
    record = f"{iris.base}/datasets/{key('http://example.org/air')}#record"
    own = [record, f"{iris.base}/catalogue#publisher", f"{iris.base}/sources/a", f"{iris.base}/sources/b"]
    path = tmp_path / "b.ttl"
    path.write_text(PREFIXES + OFFICE + "".join(f'<{iri}> foaf:name "Mine" .' for iri in own))
    loaded = pipeline.load(Order([str(path)], "b", validate=False))
    told_of = [(fault.location, fault.subject, fault.action) for fault in loaded.faults]
    assert told_of == [("b", iri, "set aside") for iri in sorted(own)]
    assert loaded.outcome is not None
    assert told(loaded.outcome) == (5, 0, 0, 0, 0)
    with pipeline.generations.current() as generation:
        names = generation.store.quads_for_pattern(None, FOAF.name, None, DefaultGraph())
        assert [quad.object.value for quad in names] == ["Environment office"]  # type: ignore[union-attr]
        assert count(generation.store, iris.claims("b")) == 4
        assert default_graph_is_union(generation.store, iris)


def test_of_two_iris_with_the_same_key_the_first_keeps_it_even_while_it_is_gone(
    pipeline: Pipeline, a: Source, b: Source, iris: Iris
) -> None:
    first, second = "http://example.org/475847", "http://example.org/257128"
    assert key(first) == key(second)
    for_long = [key(first), key(second, 16)]

    def keys() -> list[str | None]:
        with pipeline.generations.current() as generation:
            found = [generation.ledger.get(one) for one in (first, second)]
            records = generation.store.quads_for_pattern(None, FOAF.primaryTopic, NamedNode(second), iris.records)
            assert [quad.subject.value for quad in records] == [f"{iris.base}/datasets/{for_long[1]}#record"]  # type: ignore[union-attr]
            return [entry.key if entry else None for entry in found]

    a.load(f'<{first}> a dcat:Dataset ; dct:title "One" .', AIR)
    b.load(f'<{second}> a dcat:Dataset ; dct:title "Two" .')
    assert keys() == for_long
    a.load(AIR)
    b.load(f'<{second}> a dcat:Dataset ; dct:title "Two, again" .')
    assert keys() == [None, for_long[1]]
    a.load(f'<{first}> a dcat:Dataset ; dct:title "One, again" .')
    assert keys() == for_long
    rebuild(pipeline, lambda _step, _done: None)
    assert keys() == for_long


def test_a_claim_becomes_the_owners_word_when_the_owner_drops_the_record(
    pipeline: Pipeline, a: Source, b: Source, iris: Iris
) -> None:
    a.load(AIR, CSV, OFFICE)
    b.load(':air a dcat:Dataset ; dct:title "Air, says b"@en .')
    assert a.load(OFFICE).removed == 2
    with pipeline.generations.current() as generation:
        owner = generation.ledger.get("http://example.org/air")
        assert owner is not None
        assert (owner.source, titles(generation)) == ("b", {"Air, says b"})
        assert [hit.iri for hit in generation.search.search("says").hits] == ["http://example.org/air"]
        assert count(generation.store, iris.claims("b")) == 0
        assert default_graph_is_union(generation.store, iris)


def test_the_oldest_of_several_claims_becomes_the_owners_word(pipeline: Pipeline, a: Source, tmp_path: Path) -> None:
    tomorrow = replace(pipeline, clock=lambda: datetime.now(UTC) + timedelta(days=1))
    a.load(AIR, CSV, OFFICE)
    Source(pipeline, tmp_path, "z").load(':air a dcat:Dataset ; dct:title "Air, says z"@en .')
    Source(tomorrow, tmp_path, "b").load(':air a dcat:Dataset ; dct:title "Air, says b"@en .')
    a.load(OFFICE)
    with pipeline.generations.current() as generation:
        assert titles(generation) == {"Air, says z"}


def test_a_claim_that_changes_and_goes_never_shows(pipeline: Pipeline, a: Source, b: Source, iris: Iris) -> None:
    a.load(AIR, CSV)
    b.load(':air dct:title "One" .', OFFICE)
    b.load(':air dct:title "Two" .', OFFICE)
    assert told(b.load(OFFICE)) == (0, 0, 1, 1, 0)
    with pipeline.generations.current() as generation:
        assert titles(generation) == {"Air quality"}
        assert count(generation.store, iris.claims("b")) == 0


def test_each_harvested_dataset_has_one_catalogue_record_of_ours(pipeline: Pipeline, a: Source, iris: Iris) -> None:
    a.load(AIR, CSV, WATER, OFFICE)
    a.load(AIR, CSV, OFFICE)
    with pipeline.generations.current() as generation:
        records = list(generation.store.quads_for_pattern(None, FOAF.primaryTopic, None, iris.records))
        assert [quad.object for quad in records] == [NamedNode("http://example.org/air")]


def test_an_empty_file_never_wipes_a_source(pipeline: Pipeline, a: Source) -> None:
    a.load(AIR, CSV)
    with pytest.raises(SourceError, match="holds no statement"):
        a.load("")
    assert pipeline.generations.current_number() == 1
    assert pipeline.runs.latest()[0].error is not None


def test_what_is_no_rdf_changes_nothing(pipeline: Pipeline, a: Source, tmp_path: Path) -> None:
    a.load(AIR, CSV)
    (tmp_path / "broken.jsonld").write_text('{"@id": ')
    with pytest.raises(FormatError, match=r"broken.jsonld, line 1"):
        pipeline.load(Order([str(tmp_path / "broken.jsonld")], "broken"))
    assert pipeline.generations.numbers() == [1]


def test_a_broken_record_costs_only_itself_and_keeps_its_last_good_version(
    pipeline: Pipeline, a: Source, tmp_path: Path
) -> None:
    a.load(AIR, CSV, WATER, OFFICE)
    outcome = a.load(AIR.replace("Air quality", "Better air"), CSV, OFFICE, ':water dct:title "unended .\n:tail a :x .')
    assert outcome.quarantined == 1
    with pipeline.generations.current() as generation:
        assert titles(generation) == {"Better air", "Water levels"}
    faults = pipeline.runs.faults(pipeline.runs.latest()[0].id)
    assert [fault.action for fault in faults] == ["quarantined"]
    assert faults[0].line is not None


def test_no_publish_seals_without_showing(pipeline: Pipeline, a: Source) -> None:
    a.load(AIR, CSV)
    assert a.load(AIR, publish=False).generation is None
    assert (pipeline.generations.current_number(), pipeline.generations.head_number()) == (1, 2)
    assert pipeline.publish() == 2
    assert pipeline.generations.current_number() == 2


def test_publishing_nothing_says_so(pipeline: Pipeline) -> None:
    with pytest.raises(NotFound, match="sealed generation"):
        pipeline.publish()


def test_rollback_brings_back_the_content_under_a_new_number(pipeline: Pipeline, a: Source) -> None:
    a.load(AIR, CSV)
    a.load(WATER)
    assert pipeline.rollback(1) == 3
    with pipeline.generations.current() as generation:
        assert titles(generation) == {"Air quality"}
        assert generation.search.search("water").total == 0


def test_rebuild_gives_the_same_records_and_keeps_when_they_were_first_seen(
    pipeline: Pipeline, a: Source, b: Source
) -> None:
    a.load(AIR, CSV, WATER)
    b.load(':air dct:title "Claimed" .', OFFICE)
    outcomes = rebuild(pipeline, lambda _step, _done: None)
    assert [outcome.source for outcome in outcomes] == ["a", "b"]
    with pipeline.generations.open(2) as old, pipeline.generations.open(3) as new:
        before = {(e.iri, e.graph): (e.hash, e.owned, e.first_seen) for _, group in old.ledger.walk() for e in group}
        after = {(e.iri, e.graph): (e.hash, e.owned, e.first_seen) for _, group in new.ledger.walk() for e in group}
        assert {k: v for k, v in before.items() if k[1].startswith("source")} == {
            k: v for k, v in after.items() if k[1].startswith("source")
        }
        assert len(old.store) == len(new.store)
        assert list(new.ledger.changes(since=2)) == []


def test_rebuild_under_another_base_mints_anew(pipeline: Pipeline, a: Source, data: Path) -> None:
    a.load(WATER)
    other = Pipeline(data, Iris("https://other.example"))
    with pytest.raises(StoreError, match="rebuild"):
        other.load(Order([str(data.parent / "a.ttl")], "a"))
    rebuild(other, lambda _step, _done: None)
    with other.generations.current() as generation:
        assert generation.manifest.base == "https://other.example"
        contact = next(generation.store.quads_for_pattern(None, DCAT.contactPoint, None, DefaultGraph())).object
        assert isinstance(contact, NamedNode)
        assert contact.value.startswith("https://other.example/id/contacts/")


def test_a_second_writer_is_told_who_holds_the_lock(pipeline: Pipeline, a: Source, data: Path) -> None:
    with lock.writer(data, "load slow"), pytest.raises(Locked, match="load slow"):
        a.load(AIR)


@pytest.mark.parametrize("name", ["", "Upper", "with space", "a/b", "-first", "x" * 65])
def test_a_name_that_would_make_an_odd_iri_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match="no name for a source"):
        Order(["file.ttl"], name)
