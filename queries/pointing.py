"""What names a resource: by which properties, how often, and which things, some of them at a time.

Counting stops at a bound and things come in the store's own order, so that what a hundred thousand name costs little
more than what a few do. To skip rows is the engine's work: it decodes only those that are told.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions, Store

MOST: Final = 10_000
"""Times that are counted; beyond, it is more than that."""

_CLIMBED: Final = 4
"""Blank nodes between a thing and the record that it is told with."""


def counts(store: Store, resource: NamedNode) -> dict[NamedNode, int]:
    """Property to how often it names the resource, in the published data; all together at most MOST + 1."""
    found = _asked(store, _query("pointing").replace("<urn:resource>", str(resource)))
    rows = ((row["property"], row["count"]) for row in found)
    return {named: int(count.value) for named, count in rows if isinstance(named, NamedNode) and count is not None}


def subjects(
    store: Store, resource: NamedNode, by: NamedNode | None, first: int, count: int
) -> Iterator[tuple[NamedNode, NamedNode]]:
    """Things that name the resource, by that property or by any, each with the property; in the store's order.

    For a blank node the record that it is a part of.
    """
    window = f"\nLIMIT {count:d}\nOFFSET {first:d}"
    if by is None:
        found = _asked(store, _query("naming").replace("<urn:resource>", str(resource)) + window)
        rows = ((row["subject"], row["property"]) for row in found)
    else:
        text = _query("having-value").replace("<urn:property>", str(by)).replace("<urn:value>", str(resource))
        rows = ((row["member"], by) for row in _asked(store, text + window))
    for subject, named in rows:
        owner = _owner(store, subject)
        if owner is not None and isinstance(named, NamedNode):
            yield owner, named


def _asked(store: Store, text: str) -> QuerySolutions:
    return cast("QuerySolutions", store.query(text))


def _owner(store: Store, node: object) -> NamedNode | None:
    for _ in range(_CLIMBED):
        if not isinstance(node, BlankNode):
            break
        node = next((quad.subject for quad in store.quads_for_pattern(None, None, node, DefaultGraph())), None)
    return node if isinstance(node, NamedNode) else None


@cache
def _query(name: str) -> str:
    return files("queries").joinpath("extracting", f"{name}.rq").read_text("utf-8")
