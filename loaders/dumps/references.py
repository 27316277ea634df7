"""What stands in a dump without vocabularies for resources that its statements name and nothing in it describes.

A dump is judged by itself, as a page of the catalogue is (queries.references): what a property names has the class that
the property wants, and a code its label and table. What is described and lacks only a class gets it where it stands,
if it was named before; all else comes at the end.
"""

from collections.abc import Iterable, Iterator, Mapping
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
_NOTHING_WANTED: Final[Mapping[Range, None]] = {}


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
        known, names = self._read(told)
        for subject, kind in known.items():
            if subject[0] == "<":
                self._described[_digest(subject)] = kind
        wanted = self._note(names, known)
        for node in known:
            if node in self._named:
                wanted.setdefault(node, {}).update(self._named.pop(node))
        added = [
            (node, _TYPE, one.itself)
            for node, ranges in wanted.items()
            for one in ranges
            if one.fits(*known.get(node, _NOTHING))
        ]
        if not added:
            return document
        return Document({**document.graphs, DEFAULT: sorted({*told, *added})}, document.unwritable)

    def rest(self) -> Iterator[Document]:
        """What stands for all that was named and did not get all it needs. To be asked for once."""
        while self._named:
            waiting, self._named = self._named, {}
            for node, wanted in waiting.items():
                known = self._described.get(_digest(node))
                told = [] if known else self._stand_in(node)
                known = known or self._described[_digest(node)]
                told += [(node, _TYPE, one.itself) for one in wanted if one.fits(*known)]
                if told:
                    yield Document({DEFAULT: sorted(set(told))})

    def _stand_in(self, node: str) -> list[Row]:
        """What the store knows of it, whoever says so; what that names needs something in its place as well."""
        found = stub(self._store, node, _PROFILE)
        told = [row for row in found.rows if row[2][0] != "_"]
        known, names = self._read(told)
        self._described[_digest(node)] = known.get(node, _NOTHING)
        self._note(names, {})
        for table in found.leads_to:
            if _digest(table) not in self._described:
                self._named.setdefault(table, {})
        return told

    def _read(self, told: Iterable[Row]) -> tuple[dict[str, _Known], list[tuple[str, Range]]]:
        """What the statements say of their subjects, and what they name by properties with a range."""
        ranges, asked_for = self._ranges, self._asked_for
        found: dict[str, tuple[set[str], set[str]]] = {}
        names: list[tuple[str, Range]] = []
        for subject, predicate, value in told:
            kind = found.get(subject)
            if kind is None:
                kind = found[subject] = (set(), set())
            if predicate == _TYPE:
                kind[0].add(value)
                continue
            if predicate in asked_for:
                kind[1].add(predicate)
            if predicate in ranges and value[0] in "<_" and value[:2] != "<<":
                names.append((value, ranges[predicate]))
        return {subject: self._kind(*kind) for subject, kind in found.items()}, names

    def _kind(self, classes: set[str], predicates: set[str]) -> _Known:
        made = frozenset(classes), frozenset(predicates)
        return self._kinds.setdefault(made, made)

    def _note(self, names: Iterable[tuple[str, Range]], known: Mapping[str, _Known]) -> dict[str, dict[Range, None]]:
        """Remember what others are to be; gives what is told of here and is named here."""
        here: dict[str, dict[Range, None]] = {}
        for value, wanted in names:
            if value in known or value[0] == "_":
                here.setdefault(value, {})[wanted] = None
            elif wanted not in self._named.get(value, _NOTHING_WANTED):
                described = self._described.get(_digest(value))
                if described is None or wanted.fits(*described):
                    self._named.setdefault(value, {})[wanted] = None
        return here


def _digest(node: str) -> bytes:
    return blake2b(node.encode(), digest_size=_DIGEST).digest()
