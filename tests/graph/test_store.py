from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Store

from graph.errors import StoreError
from graph.iris import Iris
from graph.store import BULK_LINES, Changes, closure, default_graph_is_union, open_sealed

IRIS = Iris("https://data.example.org")
A, B = IRIS.source("a"), IRIS.source("b")


def block(iri: str, *values: str) -> tuple[bytes, int]:
    lines = [f'<{iri}> <http://example.org/p> "{value}" .\n' for value in values]
    lines += [f"<{iri}> <http://example.org/q> _:{iri[-1]}b .\n", f'_:{iri[-1]}b <http://example.org/r> "below" .\n']
    return "".join(lines).encode(), len(lines)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def changes(store: Store) -> Iterator[Changes]:
    made = Changes(store, IRIS)
    yield made
    made.close()


def published(store: Store) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))


def test_a_record_goes_to_its_graph_and_to_the_default_graph_once(store: Store, changes: Changes) -> None:
    changes.add(A, *block("http://example.org/1", "x"))
    changes.finish()
    assert (published(store), len(store)) == (3, 6)
    assert default_graph_is_union(store, IRIS)


def test_claims_stay_out_of_the_default_graph(store: Store, changes: Changes) -> None:
    changes.add(IRIS.claims("a"), *block("http://example.org/1", "x"))
    changes.finish()
    assert (published(store), len(store)) == (0, 3)


def test_removing_takes_the_blank_nodes_along(store: Store, changes: Changes) -> None:
    changes.add(A, *block("http://example.org/1", "x"))
    changes.finish()
    changes.remove(A, "http://example.org/1")
    changes.finish()
    assert len(store) == 0


def test_what_another_graph_says_too_stays_published(store: Store, changes: Changes) -> None:
    for graph in (A, IRIS.vocabulary("v")):
        changes.add(graph, b'<http://example.org/1> <http://example.org/p> "same" .\n', 1)
    changes.add(A, b'<http://example.org/1> <http://example.org/p> "only a" .\n', 1)
    changes.finish()
    changes.remove(A, "http://example.org/1")
    changes.finish()
    assert published(store) == 1
    assert default_graph_is_union(store, IRIS)


def test_a_claim_that_is_handed_on_is_published(store: Store, changes: Changes) -> None:
    changes.add(IRIS.claims("b"), *block("http://example.org/1", "claimed"))
    changes.finish()
    changes.move("http://example.org/1", IRIS.claims("b"), B)
    changes.finish()
    assert published(store) == 3
    assert {str(quad.graph_name) for quad in store} == {"DEFAULT", str(B)}
    assert default_graph_is_union(store, IRIS)


def test_many_lines_are_loaded_in_bounded_pieces(store: Store, changes: Changes) -> None:
    for number in range(BULK_LINES // 1000 + 1):
        lines = [f'<http://example.org/{number}> <http://example.org/p> "{n}" .\n' for n in range(1000)]
        changes.add(A, "".join(lines).encode(), 1000)
    changes.finish()
    assert published(store) == BULK_LINES + 1000


def test_a_closure_ends_at_other_iris(store: Store, changes: Changes) -> None:
    changes.add(A, *block("http://example.org/1", "x"))
    changes.add(A, b"<http://example.org/1> <http://example.org/to> <http://example.org/2> .\n", 1)
    changes.add(A, *block("http://example.org/2", "y"))
    changes.finish()
    assert len(closure(store, NamedNode("http://example.org/1"))) == 4


def test_a_store_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_sealed(tmp_path / "none")


step = st.tuples(
    st.sampled_from("ar"), st.sampled_from([A, B, IRIS.claims("a")]), st.integers(1, 3), st.sampled_from("xyz")
)


@settings(max_examples=60, deadline=None)
@given(st.lists(step, max_size=12))
def test_whatever_is_added_and_removed_the_default_graph_is_the_union(
    steps: list[tuple[str, NamedNode, int, str]],
) -> None:
    store = Store()
    changes = Changes(store, IRIS)
    for doing, graph, number, value in steps:
        iri = f"http://example.org/{number}"
        if doing == "a":
            changes.add(graph, f'<{iri}> <http://example.org/p> "{value}" .\n'.encode(), 1)
            changes.finish()
        else:
            changes.remove(graph, iri)
    changes.finish()
    changes.close()
    assert default_graph_is_union(store, IRIS)
