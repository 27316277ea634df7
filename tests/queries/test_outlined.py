"""What is laid out of a record for lists is what its store says."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from graph.errors import StoreError
from graph.generations import Generations
from graph.record import DATASETS
from graph.shelf import Shelf
from queries.descriptions import keep
from queries.fetching import fetch
from queries.outlined import Outlines
from queries.outlines import DATES, DESCRIPTIONS, Outline, outline, outline_of
from tests.support.portal import EXAMPLE, publish
from vocabularies.namespaces import ADMS, DCAT, DCATAP, DCT, HVD_REGULATION, XSD

RECORD, FILE = NamedNode("http://portal.example/datasets/1"), NamedNode("http://portal.example/files/1")
PREDICATES = (
    *DATES, *DESCRIPTIONS, ADMS.status, DCAT.distribution, DCAT.theme, DCATAP.applicableLegislation, DCATAP.hvdCategory,
    DCT.license, DCT.publisher, DCT["format"], DCT.title,
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from([FILE, NamedNode("http://x.example/a"), HVD_REGULATION, BlankNode("b")]),
    st.builds(Literal, st.text(alphabet='ab"\\\n\té\u2028😀', max_size=8)),
    st.builds(lambda text: Literal(text, language="lb"), st.text(max_size=5)),
    st.dates().map(lambda day: Literal(day.isoformat(), datatype=XSD.date)),
)


def _no_store() -> Store:
    raise StoreError("the store was read")


@given(st.lists(st.tuples(st.sampled_from((RECORD, FILE)), st.sampled_from(PREDICATES), VALUES), max_size=12))
def test_what_was_read_in_one_piece_is_outlined_as_what_is_read_one_by_one(
    said: list[tuple[NamedNode, NamedNode, NamedNode | BlankNode | Literal]],
) -> None:
    store = Store()
    store.extend(Quad(*each) for each in said)
    assert _texts(outline_of(fetch(store, [RECORD.value]).told, RECORD.value)) == _texts(outline(store, RECORD.value))


def _texts(one: Outline) -> tuple[object, ...]:
    """With descriptions in any order, which no list goes by."""
    return *sorted((each.value, each.language or "") for each in one.descriptions), one.written() | {"descriptions": ()}


@given(st.lists(st.text(max_size=20), max_size=3), st.lists(st.text(max_size=9), max_size=3), st.none() | st.text())
def test_an_outline_is_read_as_it_was_written(texts: list[str], values: list[str], date: str | None) -> None:
    told = tuple(Literal(text, language="fr") for text in texts)
    one = Outline({"fr": "x"}, told, date, None, tuple(values), (), tuple(values), high_value=True, status=date)
    assert Outline.read(one.written()) == one


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("example") / "data"
    publish(data, EXAMPLE)
    return data


@pytest.fixture(scope="module")
def laid_out(example: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shelf, Sequence[str]]:
    shelf = Shelf(tmp_path_factory.mktemp("shelf") / "000001", "content")
    with Generations(example).current() as generation:
        iris = [entry.iri for entry in generation.ledger.of_kind(DATASETS)]
        keep(shelf, DATASETS, 0, generation.store, iris)
    return shelf, iris


def test_datasets_are_outlined_without_a_look_into_the_store(
    example: Path, laid_out: tuple[Shelf, Sequence[str]]
) -> None:
    shelf, iris = laid_out
    kept = Outlines(shelf, _no_store, lambda kind: iris if kind == DATASETS else ())
    with Generations(example).current() as generation:
        assert len(iris) > 20
        for iri in iris:
            assert _texts(kept.of(iri)) == _texts(outline(generation.store, iri))
    with pytest.raises(StoreError):
        kept.of("http://portal.example/another")
