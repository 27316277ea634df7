"""Where a record says that its picture is: by the properties of `properties.csv`, those that come first there first."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store

from graph.generations import Generation
from graph.model.tables import rows

CANDIDATES: Final = 3
"""Pictures of one record that are fetched; a page shows the first that could be."""

_DESCRIBED: Final = "described"
"""In the table: by which properties a picture that is a node of its own says where its bytes are."""

_SCHEMES: Final = ("http://", "https://")
_LONGEST: Final = 2000


@cache
def properties(kind: str) -> tuple[NamedNode, ...]:
    """By what a record of the kind names its picture; nothing where such records have none."""
    table = rows(files("loaders.pictures"), "properties.csv")
    return tuple(row.name("property") for row in table if row.text("kind") == kind)


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of record that have pictures."""
    table = rows(files("loaders.pictures"), "properties.csv")
    return tuple(dict.fromkeys(row.text("kind") for row in table if row.text("kind") != _DESCRIBED))


def addresses(store: Store, kind: str, iri: str) -> tuple[str, ...]:
    """The first few addresses at which a record says that there is a picture of it."""
    return tuple(islice(dict.fromkeys(_named(store, kind, iri)), CANDIDATES))


def wanted(generation: Generation, most: int) -> list[str]:
    """The addresses of all pictures of a generation, each once; as many at the most."""
    found = dict[str, None]()
    for kind in kinds():
        for entry in generation.ledger.of_kind(kind):
            found.update(dict.fromkeys(addresses(generation.store, kind, entry.iri)))
            if len(found) >= most:
                return list(found)[:most]
    return list(found)


def _named(store: Store, kind: str, iri: str) -> Iterator[str]:
    for predicate in properties(kind):
        for picture in _objects(store, NamedNode(iri), predicate):
            if isinstance(picture, NamedNode | BlankNode):
                for described in properties(_DESCRIBED):
                    yield from filter(None, map(_address, _objects(store, picture, described)))
            address = _address(picture)
            if address:
                yield address


def _objects(store: Store, subject: NamedNode | BlankNode, predicate: NamedNode) -> list[object]:
    """In an order that does not change; of very many only some."""
    quads = store.quads_for_pattern(subject, predicate, None, DefaultGraph())
    return sorted((quad.object for quad in islice(quads, 10 * CANDIDATES)), key=str)


def _address(value: object) -> str:
    text = value.value.strip() if isinstance(value, NamedNode | Literal) else ""
    return text if text.lower().startswith(_SCHEMES) and len(text) <= _LONGEST else ""
