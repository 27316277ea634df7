"""What is kept of a generation's members says what its store says."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.errors import StoreError
from graph.shelf import Shelf
from queries import descriptions
from queries.blocks import BLOCK
from queries.descriptions import Descriptions, is_kept, keep
from queries.fetching import fetch
from vocabularies.namespaces import DCAT, DCT, FOAF, RDF

PORTAL = "http://portal.example"
DATASETS = [f"{PORTAL}/datasets/{number:04}" for number in range(BLOCK + 7)]
SERVICES = [f"{PORTAL}/services/1"]


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    made.extend(quad for iri in (*DATASETS, *SERVICES) for quad in _said(NamedNode(iri)))
    return made


def _said(iri: NamedNode) -> list[Quad]:
    file, record = NamedNode(f"{iri.value}/file"), NamedNode(f"{iri.value}#record")
    return [
        Quad(iri, RDF.type, DCAT.Dataset),
        Quad(iri, DCT.title, Literal(f"Two\n\nlines \\ of {iri.value[-4:]}", language="lb")),
        Quad(iri, DCAT.distribution, file),
        Quad(file, DCAT.accessURL, NamedNode(f"{iri.value}/nothing-said-of-it")),
        Quad(record, FOAF.primaryTopic, iri),
    ]


def _iris_of_kind(kind: str) -> Sequence[str]:
    return {"datasets": DATASETS, "services": SERVICES}.get(kind, ())


def _read(shelf: Shelf, store: Callable[[], Store]) -> Descriptions:
    return Descriptions(shelf, store, _iris_of_kind)


def _no_store() -> Store:
    raise StoreError("the store was read")


@pytest.fixture(scope="module")
def shelf(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    shelf = Shelf(tmp_path_factory.mktemp("shelf") / "000001", "content")
    keep(shelf, "datasets", 0, store, DATASETS[:BLOCK])
    keep(shelf, "datasets", 1, store, DATASETS[BLOCK:])
    return shelf


@given(wanted=st.lists(st.sampled_from(DATASETS), min_size=1, unique=True))
def test_what_is_kept_is_what_the_store_says(wanted: list[str], shelf: Shelf, store: Store) -> None:
    kept, read = _read(shelf, _no_store).fetched(wanted), fetch(store, wanted)
    assert kept.records == read.records
    assert {subject: kept.told[subject] for subject in read.told} == dict(read.told)


def test_what_is_not_kept_is_read_from_the_store(shelf: Shelf, store: Store) -> None:
    elsewhere = f"{PORTAL}/organisations/1"
    wanted = [DATASETS[0], *SERVICES, elsewhere]
    found = _read(shelf, lambda: store).fetched(wanted)
    assert [len(found.told[f"<{iri}>"]) for iri in wanted[:2]] == [3, 3]
    assert found.records[f"<{SERVICES[0]}>"] == [f"<{SERVICES[0]}#record>"]
    assert found.records[f"<{elsewhere}>"] == []


def test_what_is_kept_later_is_read_from_then_on(tmp_path: Path, store: Store) -> None:
    shelf = Shelf(tmp_path / "000001", "content")
    assert not is_kept(shelf, "services", 0)
    reading = _read(shelf, lambda: store)
    before = reading.fetched(SERVICES)
    keep(shelf, "services", 0, store, SERVICES)
    assert is_kept(shelf, "services", 0)
    reading._store = _no_store
    assert reading.fetched(SERVICES) == before


def test_what_is_damaged_is_read_from_the_store(tmp_path: Path, store: Store) -> None:
    shelf = Shelf(tmp_path / "000001", "content")
    keep(shelf, "services", 0, store, SERVICES)
    path = shelf.folder / descriptions._name("services", 0)
    path.write_bytes(path.read_bytes()[:-1])
    assert _read(shelf, lambda: store).fetched(SERVICES) == fetch(store, SERVICES)
