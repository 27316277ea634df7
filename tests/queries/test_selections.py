"""Selections of a catalogue: their parts, their order, how they intersect, and what left them."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from graph.generations import Generations
from graph.ledger import Change, Entry, Ledger
from loaders.pipeline import Order
from loaders.rebuild import rebuild
from queries.selections import ANY_CATEGORY, LISTED, Removed, Selected, Selection, select
from tests.support.followed import AIR, WATER, Followed
from vocabularies.namespaces import DCAT, DCATAP, DCT, FOAF, HVD_REGULATION, RDF, SKOS

IRIS = [f"http://example.org/{letter}" for letter in "abcdefgh"]
OFFICES, THEMES, SOURCES = ["http://o.example/1", "http://o.example/2"], ["http://t.example/1"], ["one", "two"]
METEO, WEATHER = "http://h.example/meteo", "http://h.example/weather"
"""A category of high-value data, and one below it."""

selections = st.builds(
    Selection,
    organisation=st.sampled_from(["", *OFFICES]),
    theme=st.sampled_from(["", *THEMES]),
    hvd=st.sampled_from(["", ANY_CATEGORY, METEO, WEATHER]),
    source=st.sampled_from(["", *SOURCES]),
    modified_since=st.sampled_from([None, 0.0]),
)


@st.composite
def listings(draw: st.DrawFn) -> Mapping[str, Sequence[str]]:
    """Resources by kind, each in one, in order."""
    kinds = draw(st.dictionaries(st.sampled_from(IRIS), st.sampled_from(list(LISTED))))
    return {kind: sorted(iri for iri, its in kinds.items() if its == kind) for kind in LISTED}


@st.composite
def said(draw: st.DrawFn) -> list[Quad]:
    """What could be said of them."""
    predicates = {
        DCT.publisher: OFFICES, DCAT.theme: THEMES, DCATAP.hvdCategory: [METEO, WEATHER],
        DCATAP.applicableLegislation: [HVD_REGULATION.value, "http://l.example/other"],
    }  # fmt: skip
    pairs = [(predicate, value) for predicate, values in predicates.items() for value in values]
    told = draw(st.lists(st.tuples(st.sampled_from(IRIS), st.sampled_from(pairs)), max_size=30))
    return [Quad(NamedNode(iri), predicate, NamedNode(value)) for iri, (predicate, value) in told]


@contextmanager
def catalogue(quads: Sequence[Quad], listed: Mapping[str, Sequence[str]]) -> Iterator[tuple[Store, Ledger]]:
    store = Store()
    store.extend([*quads, Quad(NamedNode(WEATHER), SKOS.broader, NamedNode(METEO))])
    with closing(Ledger.writing(Path(":memory:"))) as ledger:
        entries = [
            Entry(iri, f"source/{SOURCES[place % 2]}", 1, kind, None, None, b"", 1, 0, 0)
            for kind, iris in listed.items()
            for place, iri in enumerate(iris)
        ]
        ledger.put(entries)
        now = datetime(2026, 1, 1, tzinfo=UTC)
        ledger.log(Change(1, now, entry.iri, entry.kind, entry.graph, "added") for entry in entries)
        yield store, ledger


def iris_of(found: Selected) -> set[str]:
    return {iri for iris in found.listed.values() for iri in iris}


@given(listings(), st.lists(st.sampled_from(IRIS), unique=True), st.integers(1, 9))
def test_pages_of_any_size_have_everything_once_in_order(
    listed: Mapping[str, Sequence[str]], gone: list[str], limit: int
) -> None:
    whole = Selected(listed, [Removed(iri, 1) for iri in gone])
    pages = [list(whole.part(first, limit)) for first in range(0, whole.total, limit)]
    assert [each for page in pages for each in page] == list(whole.part(0, whole.total))
    assert all(len(page) == limit for page in pages[:-1])
    told = [each for each in whole.part(0, whole.total) if not isinstance(each, Removed)]
    assert told == [(iri, property_) for kind, property_ in LISTED.items() for iri in listed[kind]]
    assert list(whole.part(whole.total, limit)) == []


@given(listings(), said(), selections)
def test_the_order_is_that_of_the_catalogue_whatever_is_selected(
    listed: Mapping[str, Sequence[str]], quads: list[Quad], selection: Selection
) -> None:
    with catalogue(quads, listed) as (store, ledger):
        found = select(selection, store, ledger, listed.__getitem__, 1)
        assert found == select(selection, store, ledger, listed.__getitem__, 1)
    assert list(found.listed) == list(LISTED)
    for kind, iris in found.listed.items():
        assert list(iris) == [iri for iri in listed[kind] if iri in set(iris)]


@given(listings(), said(), selections)
def test_conditions_together_select_what_each_of_them_does(
    listed: Mapping[str, Sequence[str]], quads: list[Quad], selection: Selection
) -> None:
    alone = (
        Selection(organisation=selection.organisation),
        Selection(theme=selection.theme),
        Selection(hvd=selection.hvd),
        Selection(source=selection.source),
        Selection(modified_since=selection.modified_since),
    )
    with catalogue(quads, listed) as (store, ledger):
        each = [iris_of(select(one, store, ledger, listed.__getitem__, 1)) for one in alone]
        together = iris_of(select(selection, store, ledger, listed.__getitem__, 1))
    assert together == set.intersection(*each)


@given(listings(), said())
def test_a_category_is_a_part_of_the_one_above_it_and_that_of_all(
    listed: Mapping[str, Sequence[str]], quads: list[Quad]
) -> None:
    with catalogue(quads, listed) as (store, ledger):
        weather, meteo, any_ = (
            iris_of(select(Selection(hvd=hvd), store, ledger, listed.__getitem__, 1))
            for hvd in (WEATHER, METEO, ANY_CATEGORY)
        )
    assert weather <= meteo <= any_


@given(listings(), said(), selections, st.sets(st.sampled_from(IRIS)))
def test_what_changed_since_is_a_part_of_what_is_selected(
    listed: Mapping[str, Sequence[str]], quads: list[Quad], selection: Selection, changed: set[str]
) -> None:
    since = Selection(selection.organisation, selection.theme, selection.hvd, selection.source, 1.0)
    ever = Selection(selection.organisation, selection.theme, selection.hvd, selection.source)
    with catalogue(quads, listed) as (store, ledger):
        now = datetime(2026, 1, 2, tzinfo=UTC)
        ledger.log(Change(2, now, iri, "datasets", "source/one", "changed") for iri in sorted(changed))
        found = select(since, store, ledger, listed.__getitem__, 2)
        whole = select(ever, store, ledger, listed.__getitem__, 2)
    assert iris_of(found) == iris_of(whole) & changed
    assert found.removed == []


def test_what_changed_in_a_part_changed_in_the_whole() -> None:
    listed = {kind: (IRIS[:3] if kind == "datasets" else []) for kind in LISTED}
    first, second, third = (NamedNode(iri) for iri in IRIS[:3])
    office, blank = NamedNode("http://example.org/office"), BlankNode()
    record = NamedNode("http://example.org/record")
    quads = [
        *(Quad(one, RDF.type, DCAT.Dataset) for one in (first, second, third)),
        Quad(first, DCAT.qualifiedRelation, blank),
        Quad(blank, DCT.relation, office),
        Quad(office, DCT.relation, office),  # a circle
        Quad(second, DCT.title, Literal("B")),
        Quad(record, RDF.type, DCAT.CatalogRecord),
        Quad(record, FOAF.primaryTopic, third),
    ]
    with catalogue(quads, listed) as (store, ledger):
        now = datetime(2026, 1, 2, tzinfo=UTC)
        ledger.log([Change(2, now, office.value, "organisations", "source/one", "changed")])
        ledger.log([Change(3, now, record.value, "records", "source/one", "changed")])
        found = [iris_of(select(Selection(modified_since=0), store, ledger, listed.__getitem__, n)) for n in (2, 3, 4)]
    assert found == [{IRIS[0], IRIS[2]}, {IRIS[2]}, set()]


ENVIRONMENT = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
OFFICE, OTHER = "http://a.example/office", "http://a.example/other"
HVD = "http://data.europa.eu/bna/c_dd313021"

EVERY_PART = (
    Selection(hvd=ANY_CATEGORY),
    Selection(hvd=HVD),
    Selection(theme=ENVIRONMENT),
    Selection(organisation=OFFICE),
    Selection(source="example"),
    Selection(theme=ENVIRONMENT, organisation=OFFICE),
)


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return Followed(tmp_path)


def left(followed: Followed, selection: Selection, since: int) -> dict[str, bool]:
    """What a harvester is to drop that has taken generation `since`, and whether it is gone altogether."""
    found = selected(followed, selection, since)
    return {one.iri: one.gone for one in found.removed}


def selected(followed: Followed, selection: Selection, since: int) -> Selected:
    with Generations(followed.data).current() as generation:
        ledger = generation.ledger
        asked = Selection(selection.organisation, selection.theme, selection.hvd, selection.source, 0.0)
        return select(
            asked, generation.store, ledger, lambda kind: [one.iri for one in ledger.of_kind(kind)], since + 1
        )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("dcatap:hvdCategory <http://data.europa.eu/bna/c_dd313021>", "", [HVD]),
        ("<http://data.europa.eu/bna/c_dd313021>", "<http://data.europa.eu/bna/c_ac64a52d>", [HVD]),
        ("dcat:theme theme:ENVI,", "dcat:theme", [ENVIRONMENT]),
        ("<http://a.example/office>", f"<{OTHER}>", [OFFICE]),
        ("How much.", "How little.", []),
    ],
)
def test_a_part_tells_what_left_it_and_others_do_not(followed: Followed, old: str, new: str, told: list[str]) -> None:
    followed.publish()
    followed.edit("water", old, new)
    for selection in EVERY_PART[1:5]:
        of = next(filter(None, (selection.hvd, selection.theme, selection.organisation, selection.source)))
        assert left(followed, selection, 1) == ({WATER: False} if of in told else {})
        assert left(followed, selection, 2) == {}
    assert left(followed, Selection(), 1) == {}
    assert left(followed, EVERY_PART[0], 1) == {}, "the regulation is named still, or another category"


def test_what_is_no_high_value_any_more_is_told(followed: Followed) -> None:
    followed.publish()
    followed.edit("water", "dcatap:hvdCategory <http://data.europa.eu/bna/c_dd313021>", "")
    followed.edit("water", "dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj>", "")
    assert left(followed, Selection(hvd=ANY_CATEGORY), 1) == {WATER: False}
    assert left(followed, Selection(hvd=ANY_CATEGORY), 2) == {WATER: False}
    assert left(followed, Selection(hvd=ANY_CATEGORY, theme=ENVIRONMENT), 1) == {WATER: False}
    assert left(followed, Selection(hvd=ANY_CATEGORY, organisation=OTHER), 1) == {}


def test_what_comes_back_did_not_leave(followed: Followed) -> None:
    followed.publish()
    water = followed.pieces["water"]
    followed.edit("water", "theme:ENVI, ", "")
    followed.publish(water=water)
    assert left(followed, Selection(theme=ENVIRONMENT), 1) == {}
    assert WATER in iris_of(selected(followed, Selection(theme=ENVIRONMENT), 1))


def test_what_is_gone_left_only_what_it_was_part_of(followed: Followed) -> None:
    followed.publish()
    followed.publish(water=None)
    for selection in (*EVERY_PART, Selection()):
        assert left(followed, selection, 1) == {WATER: True}
    for selection in (Selection(organisation=OTHER), Selection(theme="http://t.example/1"), Selection(hvd=METEO)):
        assert left(followed, selection, 1) == {}


def test_what_is_no_dataset_any_more_left_the_catalogue(followed: Followed) -> None:
    followed.publish()
    followed.edit("water", "dcat:Dataset", "foaf:Document")
    for selection in (*EVERY_PART, Selection()):
        assert left(followed, selection, 1) == {WATER: True}


def test_what_is_described_by_another_source_left_the_first(followed: Followed, tmp_path: Path) -> None:
    followed.publish()
    claim = tmp_path / "claim.ttl"
    claim.write_text(f'<{AIR}> a <{DCAT.Dataset.value}> ; <{DCT.title.value}> "Air" .')
    followed.pipeline().load(Order([str(claim)], "second"))
    followed.publish(air=None)
    assert left(followed, Selection(source="example"), 2) == {AIR: False}
    assert left(followed, Selection(source="second"), 2) == {}
    assert AIR in iris_of(selected(followed, Selection(source="second"), 2))


def test_a_rollback_and_a_rebuild_tell_what_left_too(followed: Followed) -> None:
    followed.edit("water", "theme:ENVI, ", "")
    followed.edit("water", "theme:GOVE", "theme:ENVI, theme:GOVE")
    followed.edit("water", "<http://a.example/office>", f"<{OTHER}>")
    assert followed.rollback(1) == 4
    environment, other = Selection(theme=ENVIRONMENT), Selection(organisation=OTHER)
    assert [left(followed, environment, since) for since in (2, 3, 4)] == [{WATER: False}, {WATER: False}, {}]
    assert left(followed, other, 3) == {WATER: False}
    assert left(followed, Selection(organisation=OFFICE), 2) == {}
    rebuild(followed.pipeline(), lambda _step, _done: None)
    assert left(followed, environment, 3) == left(followed, other, 3) == {WATER: False}


def test_in_a_ledger_that_noted_no_departures_every_part_tells_what_is_gone(followed: Followed) -> None:
    followed.publish()
    followed.publish(water=None)
    with Generations(followed.data).draft(followed.pipeline().iris, 2) as draft:
        draft.ledger.depart([])
        path = draft.folder / "ledger.sqlite"
        draft.ledger.close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE departures")
        with closing(Ledger.reading(path)) as ledger:
            for selection, told in (
                (Selection(organisation=OTHER, modified_since=0), [WATER]),
                (Selection(source="example", modified_since=0), [WATER]),
                (Selection(source="other", modified_since=0), []),
            ):
                found = select(selection, draft.store, ledger, lambda _: [], 2)
                assert [one.iri for one in found.removed] == told
        draft.ledger = Ledger.writing(path)
