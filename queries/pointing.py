"""What names a resource: by which properties, how often, and which things, some of them at a time.

Counting stops at a bound and things are read from the store's own order, so that what a hundred thousand name costs no
more than what a few do.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Final, cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions, Store

MOST: Final = 10_000
"""Times that are counted; beyond, it is more than that."""

_ITSELF: Final = "<urn:resource>"
_CLIMBED: Final = 4
"""Blank nodes between a thing and the record that it is told with."""


def counts(store: Store, resource: NamedNode) -> dict[NamedNode, int]:
    """Property to how often it names the resource, in the published data; all together at most MOST + 1."""
    found = cast("QuerySolutions", store.query(_query().replace(_ITSELF, str(resource))))
    rows = ((row["property"], row["count"]) for row in found)
    return {named: int(count.value) for named, count in rows if isinstance(named, NamedNode) and count is not None}


def subjects(
    store: Store, resource: NamedNode, by: NamedNode | None, first: int, count: int
) -> Iterator[tuple[NamedNode, NamedNode]]:
    """Things that name the resource, by that property or by any, each with the property; in the store's order.

    For a blank node the record that it is a part of.
    """
    for quad in islice(store.quads_for_pattern(None, by, resource, DefaultGraph()), first, first + count):
        owner = _owner(store, quad.subject)
        if owner is not None:
            yield owner, quad.predicate


def _owner(store: Store, node: object) -> NamedNode | None:
    for _ in range(_CLIMBED):
        if not isinstance(node, BlankNode):
            break
        node = next((quad.subject for quad in store.quads_for_pattern(None, None, node, DefaultGraph())), None)
    return node if isinstance(node, NamedNode) else None


@cache
def _query() -> str:
    return files("queries").joinpath("extracting", "pointing.rq").read_text("utf-8")
