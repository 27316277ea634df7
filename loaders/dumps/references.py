"""What stands in a dump without vocabularies for resources that its statements name and nothing in it describes.

A dump is judged by itself, as a page of the catalogue is (queries.references): what a property names has the class that
the property wants, and a code its label and table. What is described and lacks only a class gets it where it stands,
if it was named before; all else comes at the end.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final

from pyoxigraph import Store

from graph.serialisation.properties import Row
from graph.serialisation.statements import DEFAULT, Document
from queries.references import Range, rules, stub
from vocabularies.namespaces import RDF

_PROFILE: Final = "dcat-ap"
_TYPE: Final = str(RDF.type)
_DIGEST: Final = 8
"""Bytes: of a million IRIs, no two have the same."""

_Known = tuple[frozenset[str], frozenset[str]]
"""The classes of a resource, and those of its predicates that some class asks for."""

_NOTHING: Final[_Known] = (frozenset(), frozenset())


class References:
    """What was named and what was described, noted thing by thing.

    Of a resource that is described only a digest is kept, and by whole name only what is not described yet.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ranges = rules(_PROFILE).ranges
        self._asked_for = frozenset(need for one in self._ranges.values() for need in one.needs)
        self._described: dict[bytes, _Known] = {}
        self._kinds: dict[_Known, _Known] = {}
        """Resources are many, combinations of classes and predicates few."""
        self._named: dict[str, dict[Range, None]] = {}
        """The classes wanted of what is not described yet, or is and lacks them."""

    def completed(self, document: Document) -> Document:
        """The description of a thing, with the classes that those before it and its own want of it and its parts."""
        told = document.graphs[DEFAULT]
        known = self._subjects(told)
        for subject, kind in known.items():
            if subject[0] == "<":
                self._described[_digest(subject)] = self._kinds.setdefault(kind, kind)
        added = self._types(self._named_in(told, known), known)
        added += self._types({node: self._named.pop(node) for node in known if node in self._named}, known)
        if not added:
            return document
        return Document({**document.graphs, DEFAULT: sorted({*told, *added})}, document.unwritable)

    def rest(self) -> Iterator[Document]:
        """What stands for all that was named and did not get all it needs. To be asked for once."""
        while self._named:
            node = next(iter(self._named))
            wanted = self._named.pop(node)
            known = self._described.get(_digest(node))
            told = [] if known else self._stand_in(node)
            types = [one.itself for one in wanted if one.fits(*(known or self._subjects(told).get(node, _NOTHING)))]
            told += [(node, _TYPE, one) for one in types]
            if told:
                yield Document({DEFAULT: sorted(set(told))})

    def _stand_in(self, node: str) -> list[Row]:
        """What the store knows of it, whoever says so; what that names needs something in its place as well."""
        found = stub(self._store, node, _PROFILE)
        told = [row for row in found.rows if row[2][0] != "_"]
        self._described[_digest(node)] = self._subjects(told).get(node, _NOTHING)
        self._named_in(told, {})
        for table in found.leads_to:
            if _digest(table) not in self._described:
                self._named.setdefault(table, {})
        return told

    def _subjects(self, told: Iterable[Row]) -> dict[str, _Known]:
        classes: dict[str, set[str]] = {}
        predicates: dict[str, set[str]] = {}
        for subject, predicate, value in told:
            if subject not in classes:
                classes[subject], predicates[subject] = set(), set()
            if predicate == _TYPE:
                classes[subject].add(value)
            elif predicate in self._asked_for:
                predicates[subject].add(predicate)
        return {each: (frozenset(classes[each]), frozenset(predicates[each])) for each in classes}

    def _named_in(self, told: Iterable[Row], known: dict[str, _Known]) -> dict[str, dict[Range, None]]:
        """Notes what others are to be; gives what is told of here and is named here."""
        here: dict[str, dict[Range, None]] = {}
        for _, predicate, value in told:
            wanted = self._ranges.get(predicate)
            if wanted is None or value[0] not in "<_" or value[:2] == "<<":
                continue
            if value in known or value[0] == "_":
                here.setdefault(value, {})[wanted] = None
            elif wanted not in self._named.get(value, ()):
                described = self._described.get(_digest(value))
                if described is None or wanted.fits(*described):
                    self._named.setdefault(value, {})[wanted] = None
        return here

    def _types(self, named: dict[str, dict[Range, None]], known: dict[str, _Known]) -> list[Row]:
        return [
            (node, _TYPE, one.itself)
            for node, wanted in named.items()
            for one in wanted
            if one.fits(*known.get(node, _NOTHING))
        ]


def _digest(node: str) -> bytes:
    return blake2b(node.encode(), digest_size=_DIGEST).digest()
