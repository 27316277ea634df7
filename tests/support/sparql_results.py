"""Bodies of answers, such that those that say the same are equal: rows in any order, blank nodes by their place."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

ROWS_IN_TURTLE: Final = "rows in turtle"
"""Rows as statements, as the test suites of the W3C write some of them."""

_RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_COLUMN: Final = "urn:column:"

Term = NamedNode | BlankNode | Literal | Triple


def meaning(content: bytes, form: str, base: str = "") -> object:
    """What a body in a form, a media type or ROWS_IN_TURTLE, says."""
    if form == "text/csv":
        named = csv.DictReader(
            io.StringIO(re.sub(r"_:\w+", "_:", content.decode()))
        )  # SELECT * has no order of columns
        return Counter(tuple(sorted(row.items())) for row in named)
    if form == ROWS_IN_TURTLE:
        return _rows_in_turtle(content, base)
    rdf = RdfFormat.from_media_type(form)
    if rdf is not None:
        return _canonical(parse(content, rdf, base_iri=base or None))
    result = parse_query_results(content, QueryResultsFormat.from_media_type(form) or QueryResultsFormat.JSON)
    return bool(result) if isinstance(result, QueryBoolean) else _rows(result)


def _rows(result: QuerySolutions) -> object:
    names = [variable.value for variable in result.variables]
    return _bag(names, (_known({name: row[name] for name in names}) for row in result))


def _known(row: Mapping[str, Term | None]) -> dict[str, Term]:
    return {name: value for name, value in row.items() if value is not None}


def _bag(names: Iterable[str], rows: Iterable[Mapping[str, Term]]) -> object:
    quads = []
    for row in rows:
        node = BlankNode()
        quads.append(Quad(node, NamedNode(_COLUMN), Literal("row")))
        quads += [Quad(node, NamedNode(_COLUMN + name), value) for name, value in row.items()]
    return sorted(names), _canonical(quads)


def _rows_in_turtle(content: bytes, base: str) -> object:
    store = Store()
    store.extend(parse(content, RdfFormat.TURTLE, base_iri=base))
    for found in _said(store, None, "boolean"):
        return _text(found) == "true"
    names = {_text(name) for name in _said(store, None, "resultVariable")}
    return _bag(names, [dict(_bound(store, solution)) for solution in _said(store, None, "solution")])


def _bound(store: Store, solution: Term) -> Iterator[tuple[str, Term]]:
    for binding in _said(store, solution, "binding"):
        (name,), (value,) = _said(store, binding, "variable"), _said(store, binding, "value")
        yield _text(name), value


def _said(store: Store, node: Term | None, predicate: str) -> list[Term]:
    if isinstance(node, Literal | Triple):
        return []
    return [quad.object for quad in store.quads_for_pattern(node, NamedNode(_RS + predicate), None)]


def _text(term: Term) -> str:
    return "" if isinstance(term, Triple) else term.value


def _canonical(quads: Iterable[Quad]) -> frozenset[str]:
    """Numbers by value, as the store keeps them, and blank nodes by canonical names."""
    store = Store()
    store.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset = Dataset(store)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(map(str, dataset))
