"""The portal's own list of high-value datasets, over several loads."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Store

from graph.generations import Generation
from graph.iris import Iris
from graph.store import default_graph_is_union
from loaders import lists
from loaders.pipeline import Order, Pipeline
from loaders.rebuild import rebuild
from queries.library import select
from queries.questions import HighValueChanges
from vocabularies.namespaces import ADMS, DCAT, DCT

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix dcatap: <http://data.europa.eu/r5r/> . @prefix hvd: <http://data.europa.eu/bna/> .
@prefix : <http://example.org/> .
"""
LAW = "dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj>"
MAPS = f":maps a dcat:Dataset ; {LAW} ; dcatap:hvdCategory hvd:c_ac64a52d ."
PRICES = ":prices a dcat:Dataset ; dcatap:hvdCategory hvd:c_e1da4e07 ."
SERVICE = f":tiles a dcat:DataService ; {LAW} ."
OTHER = ":other a dcat:Dataset ; dct:title 'Other' ."
FILE = f":file a dcat:Distribution ; {LAW} ."

Load = Callable[..., Generation]


@pytest.fixture
def pipeline(data: Path, iris: Iris) -> Pipeline:
    hours = iter(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(1000))
    return Pipeline(data, iris, clock=lambda: next(hours))


@pytest.fixture
def load(pipeline: Pipeline, tmp_path: Path) -> Load:
    def take_in(*texts: str) -> Generation:
        path = tmp_path / "a.ttl"
        path.write_text(PREFIXES + "\n".join(texts))
        assert pipeline.load(Order([str(path)], "a", validate=False)).outcome
        return pipeline.generations.current()

    return take_in


def version(iris: Iris, number: int) -> NamedNode:
    return NamedNode(f"{iris.base}/hvd/versions/{number}")


def listed(store: Store, iris: Iris, number: int | None = None) -> set[str]:
    node = lists.list_iri(iris) if number is None else version(iris, number)
    return {one.value.rpartition("/")[2] for one in lists.members(store, iris, node)}


def objects(store: Store, subject: NamedNode, predicate: NamedNode) -> list[str]:
    found = store.quads_for_pattern(subject, predicate, None, None)
    return sorted({quad.object.value for quad in found if isinstance(quad.object, NamedNode | Literal)})


def changes(store: Store) -> set[tuple[str, str, str]]:
    rows = select(store, HighValueChanges())
    return {tuple(row[name].value.rpartition("/")[2] for name in ("version", "change", "member")) for row in rows}


def test_the_list_has_what_names_the_regulation_or_has_a_category(load: Load, iris: Iris) -> None:
    store = load(MAPS, PRICES, SERVICE, OTHER, FILE).store
    assert listed(store, iris) == {"maps", "prices", "tiles"}
    assert lists.members(store, iris, lists.list_iri(iris))[NamedNode("http://example.org/tiles")] == DCAT.service
    assert {"fr", "de", "en", "lb"} == {
        quad.object.language
        for quad in store.quads_for_pattern(lists.list_iri(iris), DCT.title, None, iris.records)
        if isinstance(quad.object, Literal)
    }
    assert default_graph_is_union(store, iris)


def test_a_catalogue_without_any_has_no_list(load: Load, iris: Iris) -> None:
    store = load(OTHER).store
    assert list(store.quads_for_pattern(lists.list_iri(iris), None, None, None)) == []


def test_a_new_membership_makes_a_new_version_that_knows_the_one_before(load: Load, iris: Iris) -> None:
    load(MAPS, SERVICE)
    load(MAPS, SERVICE, OTHER)
    store = load(MAPS, PRICES).store
    assert listed(store, iris) == listed(store, iris, 2) == {"maps", "prices"}
    assert listed(store, iris, 1) == {"maps", "tiles"}
    first, second = version(iris, 1), version(iris, 2)
    assert objects(store, second, ADMS.prev) == [first.value]
    assert objects(store, first, ADMS.next) == [second.value]
    assert objects(store, lists.list_iri(iris), ADMS.last) == [second.value]
    assert objects(store, lists.list_iri(iris), DCAT.version) == ["2"]
    assert objects(store, lists.list_iri(iris), DCT.issued) == objects(store, first, DCT.issued)
    assert objects(store, lists.list_iri(iris), DCT.modified) == objects(store, second, DCT.issued)
    assert "1 added, 1 removed, 2 in all." in objects(store, second, ADMS.versionNotes)
    assert changes(store) == {("2", "came", "prices"), ("2", "went", "tiles")}
    assert default_graph_is_union(store, iris)


def test_a_change_of_a_member_makes_no_version(load: Load, iris: Iris) -> None:
    load(MAPS)
    store = load(MAPS.replace(" .", ' ; dct:title "Maps" .')).store
    assert listed(store, iris, 2) == set()
    assert listed(store, iris) == {"maps"}


def test_a_list_that_becomes_empty_stays_with_its_versions(load: Load, iris: Iris) -> None:
    load(MAPS)
    store = load(OTHER).store
    assert listed(store, iris) == set()
    assert objects(store, lists.list_iri(iris), DCAT.version) == ["2"]
    versions = frozenset(version(iris, number).value for number in (1, 2))
    ever = lists.ever(store, iris)
    assert (ever.versions, {one.rpartition("/")[2] for one in ever.members}) == (versions, {"maps"})
    known = lists.Ever(frozenset({"known"}), frozenset({version(iris, 1).value}))
    assert lists.ever(store, iris, known) == lists.Ever(known.members, versions)  # no version is read again
    of_another = lists.Ever(known.members, frozenset({"elsewhere"}))
    assert lists.ever(store, iris, of_another) == ever


def test_a_rollback_makes_a_new_version_and_keeps_those_there_were(load: Load, pipeline: Pipeline, iris: Iris) -> None:
    load(MAPS)
    load(MAPS, PRICES)
    pipeline.rollback(1)
    with pipeline.generations.current() as generation:
        store = generation.store
        assert [listed(store, iris, number) for number in (1, 2, 3)] == [{"maps"}, {"maps", "prices"}, {"maps"}]
        assert objects(store, lists.list_iri(iris), ADMS.last) == [version(iris, 3).value]
        assert default_graph_is_union(store, iris)


def test_a_rebuild_keeps_the_versions(load: Load, pipeline: Pipeline, iris: Iris) -> None:
    load(MAPS)
    load(MAPS, PRICES)
    rebuild(pipeline, lambda _step, _done: None)
    with pipeline.generations.current() as generation:
        assert listed(generation.store, iris, 1) == {"maps"}
        assert listed(generation.store, iris) == listed(generation.store, iris, 2) == {"maps", "prices"}
        assert listed(generation.store, iris, 3) == set()
        assert default_graph_is_union(generation.store, iris)
