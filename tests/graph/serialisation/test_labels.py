import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.serialisation.labels import Statement, canonical_labels


def cycle(name: str, length: int) -> list[Statement]:
    return [(f"_:{name}{i}", "<p>", f"_:{name}{(i + 1) % length}", "") for i in range(length)]


def edges(name: str, pairs: Sequence[tuple[int, int]]) -> list[Statement]:
    return [(f"_:{name}{i}", "<p>", f"_:{name}{j}", "") for i, j in pairs]


def renamed(statements: Sequence[Statement], seed: int) -> list[Statement]:
    """The same statements in another order, their blank nodes under other names."""
    chance = random.Random(seed)
    names = sorted({term for statement in statements for term in statement if term[:1] == "_"})
    others = [f"_:z{number}" for number in range(len(names))]
    chance.shuffle(others)
    new = dict(zip(names, others, strict=True))
    found = [(new.get(s, s), p, new.get(o, o), new.get(g, g)) for s, p, o, g in statements]
    chance.shuffle(found)
    return found


def labelled(statements: Sequence[Statement]) -> list[tuple[str, ...]]:
    labels = canonical_labels(statements)
    assert len(set(labels.values())) == len(labels)
    return sorted(tuple(labels.get(term, term) for term in statement) for statement in statements)


CASES = {
    "two triangles beside a hexagon": [*cycle("a", 3), *cycle("b", 3), *cycle("c", 6)],
    "five twins": [("<s>", "<p>", f"_:x{i}", "") for i in range(5)],
    "a clique": edges("x", [(i, j) for i in range(5) for j in range(5) if i != j]),
    "a prism beside K3,3": [
        *edges("x", [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3), (1, 4), (2, 5)]),
        *edges("y", [(i, j) for i in range(3) for j in range(3, 6)]),
    ],
    "like children of like children": [
        *edges("t", [(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (2, 6)]),
        ("_:t3", "<n>", '"x"', ""),
    ],
    "a node that is a graph": [("<s>", "<p>", "_:a", "_:g"), ("_:g", "<p>", '"x"', ""), ("_:a", "<p>", "_:g", "")],
    "a loop": [("_:a", "<p>", "_:a", ""), ("_:b", "<p>", "_:b", ""), ("_:b", "<q>", "_:a", "")],
}


@pytest.mark.parametrize("statements", CASES.values(), ids=CASES.keys())
def test_labels_do_not_depend_on_names_or_order(statements: list[Statement]) -> None:
    expected = labelled(statements)
    assert all(labelled(renamed(statements, seed)) == expected for seed in range(20))


_NODES = st.sampled_from([f"_:n{i}" for i in range(6)])
_STATEMENTS = st.tuples(_NODES, st.sampled_from(["<p>", "<q>"]), st.one_of(_NODES, st.just('"x"')), st.just(""))


@given(st.lists(_STATEMENTS, min_size=1, max_size=12, unique=True), st.integers())
def test_labels_of_any_small_graph_do_not_depend_on_names_or_order(statements: list[Statement], seed: int) -> None:
    assert labelled(renamed(statements, seed)) == labelled(statements)


def test_different_graphs_stay_different() -> None:
    assert labelled(cycle("a", 6)) != labelled([*cycle("a", 3), *cycle("b", 3)])


def test_a_scope_goes_before_the_number() -> None:
    assert canonical_labels([("<s>", "<p>", "_:x", "")], "rfeed") == {"_:x": "_:rfeedb0"}


@pytest.mark.parametrize(
    "statements",
    [
        [("<s>", "<rest>", "_:n0", ""), *((f"_:n{i}", "<rest>", f"_:n{i + 1}", "") for i in range(3_000))],
        cycle("n", 2_000),
        [("_:n", "<p>", f"_:m{i}", "") for i in range(3_000)],
        edges("n", [(i, j) for i in range(40) for j in range(40) if i != j]),
        edges("n", [(i * 8 + j, i * 8 + (j + 1) % 8) for i in range(8) for j in range(8)]
              + [(i * 8 + j, (i + 1) % 8 * 8 + j) for i in range(8) for j in range(8)]),
    ],
    ids=["a long list", "a long cycle", "many like children", "a big clique", "a torus"],
)  # fmt: skip
def test_graphs_made_to_be_slow_are_not(statements: list[Statement]) -> None:
    labels = canonical_labels(statements)
    assert len(set(labels.values())) == len(labels)
