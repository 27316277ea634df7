"""A query with SERVICE answers what it would with both data sets in one store and GRAPH for SERVICE."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store, parse_query_results

from graph.errors import QueryRefused
from tests.support.federated import ENDPOINT, Federated, bag, json_rows
from vocabularies.namespaces import XSD

Row = tuple[NamedNode, NamedNode, NamedNode | Literal]
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow]
NODES = [NamedNode(f"http://e/{name}") for name in "abc"]
VALUES: list[NamedNode | Literal] = [
    *NODES,
    Literal("x"),
    Literal("x", language="en"),
    Literal('"} SERVICE <http://e/> { #\n\\u0041 \u00e9'),
    Literal(1),
    Literal("01", datatype=XSD.integer),
    Literal("1.0", datatype=XSD.decimal),
    Literal("NaN", datatype=XSD.double),
    Literal("true", datatype=XSD.boolean),
    Literal("x", datatype=NamedNode("http://e/type")),
]
VARIABLES = ["?v", "?w", "?x", "?y", "$z"]

statements = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from(VALUES)), max_size=8)
variables = st.sampled_from(VARIABLES)
nodes = st.sampled_from([str(node) for node in NODES])
values = st.sampled_from([str(value) for value in VALUES if "u0041" not in value.value])
triples = st.tuples(st.one_of(variables, nodes), st.one_of(variables, nodes), st.one_of(variables, values)).map(
    lambda parts: " ".join(parts) + " ."
)
tables = st.lists(st.one_of(values, st.just("UNDEF")), min_size=1, max_size=3).flatmap(
    lambda row: variables.map(lambda name: f"VALUES {name} {{ {' '.join(row)} }}")
)
filters = st.one_of(
    st.tuples(variables, values).map(lambda pair: f"FILTER({pair[0]} = {pair[1]})"),
    st.tuples(variables, variables).map(lambda pair: f"FILTER(!BOUND({pair[0]}) || {pair[0]} != {pair[1]})"),
    variables.map(lambda name: f"FILTER(isLiteral({name}))"),
)


def groups(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Parts one after the other, and groups made of them."""
    rows = st.lists(parts, min_size=1, max_size=3).map(" ".join)
    return st.one_of(
        rows,
        rows.map(lambda group: f"OPTIONAL {{ {group} }}"),
        rows.map(lambda group: f"MINUS {{ {group} }}"),
        rows.map(lambda group: f"{{ {group} }}"),
        st.tuples(rows, rows).map(lambda pair: f"{{ {pair[0]} }} UNION {{ {pair[1]} }}"),
        st.tuples(variables, rows).map(lambda pair: f"{{ SELECT DISTINCT {pair[0]} {{ {pair[1]} }} }}"),
    )


patterns = st.recursive(st.one_of(triples, triples, tables, filters), groups, max_leaves=5)
blocks = patterns.map(lambda inner: f"SERVICE <{ENDPOINT}> {{ {inner} }}")
queries = st.recursive(st.one_of(triples, tables, filters, blocks, blocks), groups, max_leaves=6)


def _store(rows: Sequence[Row], graph: str | None = None) -> list[Quad]:
    return [Quad(*row, NamedNode(graph)) if graph else Quad(*row) for row in rows]


def _check(here: Store, there: Store, both: Store, text: str, folder: Path) -> None:
    federated = Federated(here, lambda need: json_rows(there, need.query), folder)
    answer = parse_query_results(federated.ask(text), format=QueryResultsFormat.JSON)
    expected = both.query(text.replace(f"SERVICE <{ENDPOINT}>", f"GRAPH <{ENDPOINT}>"))
    assert isinstance(answer, QuerySolutions)
    assert isinstance(expected, QuerySolutions)
    assert bag(answer) == bag(expected)


@pytest.mark.prove
@settings(max_examples=5000, deadline=None, suppress_health_check=QUIET)
@given(ours=statements, theirs=statements.filter(bool), body=queries)
def test_thousands_of_them_do(tmp_path: Path, ours: list[Row], theirs: list[Row], body: str) -> None:
    _compare(tmp_path, ours, theirs, body)


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(ours=statements, theirs=statements.filter(bool), body=queries)
def test_rows_from_elsewhere_join_as_if_they_were_here(
    tmp_path: Path, ours: list[Row], theirs: list[Row], body: str
) -> None:
    _compare(tmp_path, ours, theirs, body)


def _compare(folder: Path, ours: list[Row], theirs: list[Row], body: str) -> None:
    assume(ENDPOINT in body)
    here, there, both = Store(), Store(), Store()
    here.extend(_store(ours))
    there.extend(_store(theirs))
    both.extend([*_store(ours), *_store(theirs, ENDPOINT)])
    try:
        _check(here, there, both, f"SELECT * {{ {body} }}", folder)
    except QueryRefused as error:
        event(str(error).partition("): ")[2].partition(" ")[2][:40])
    else:
        event("answered")
