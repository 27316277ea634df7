"""What a stream of records says of each node, gathered from their lines while they pass: the first of two passes.

Only positions and classes are kept, and who refers to whom by the predicates that are followed backwards, all as bytes
as they came; what else is asked of a node is read from its record again.
"""

import marshal
import os
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Triple

from shapes.components.constraints import Term, Values
from shapes.evaluation.background import Background
from shapes.evaluation.context import Answers, Hierarchy, hierarchy_of
from shapes.evaluation.reading import Properties, triples_of
from shapes.evaluation.terms import term_of
from shapes.plan import Plan
from shapes.reporting.lexicon import Watch
from vocabularies.namespaces import DCAT, RDF, RDFS

_TYPE: Final = str(RDF.type).encode()
_SUB_CLASS: Final = str(RDFS.subClassOf).encode()
_PARENT: Final = DCAT.distribution
"""Followed backwards for reports: a reader knows a distribution by its dataset."""

_MOST: Final = 1 << 14


class Survey:
    """The survey itself: `take` each record with its place in the spool; `watch` counts the predicates nobody knows."""

    def __init__(self, inverse: Iterable[NamedNode], watch: Watch | None = None) -> None:
        self.watch = watch or Watch()
        self.numbers: dict[bytes, int] = {}
        self.statements = 0
        self.places = array("Q")
        self.lengths = array("Q")
        self.kinds = array("L")
        self.classes: dict[tuple[bytes, ...], int] = {(): 0}
        self.parents: dict[bytes, list[bytes]] = {}
        self.sayers: dict[bytes, dict[bytes, list[int]]] = {
            str(one).encode(): {} for one in dict.fromkeys((*inverse, _PARENT))
        }
        self._wanted = frozenset((*self.sayers, _SUB_CLASS))

    def take(self, block: bytes, place: int) -> None:
        """Learn from a record, its IRI first; its blank nodes are noted as standing in the same place."""
        wanted, types, ordinary = self._wanted, dict[bytes, tuple[bytes, ...]](), self.watch.ordinary
        found: list[tuple[bytes, bytes, bytes]] = []
        last = b""
        lines = block.split(b"\n")
        lines.pop()
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            if subject != last:
                last = subject
                types.setdefault(subject, ())
            if predicate == _TYPE:
                types[subject] = (*types[subject], rest[:-2])
            if predicate in wanted:
                found.append((subject, predicate, rest[:-2]))
            elif predicate not in ordinary:
                self.watch.meet(predicate)
        for subject, ones in types.items():
            self._note(subject, place, len(block), ones)
        for subject, predicate, value in found:
            self._refer(subject, predicate, value)
        self.statements += len(lines)

    def _refer(self, subject: bytes, predicate: bytes, value: bytes) -> None:
        if predicate == _SUB_CLASS:
            self.parents.setdefault(subject, []).append(value)
        known = self.sayers.get(predicate)
        if known is not None:
            known.setdefault(value, []).append(self.numbers[subject])

    def _note(self, subject: bytes, place: int, length: int, types: tuple[bytes, ...]) -> None:
        self.numbers[subject] = len(self.places)
        self.places.append(place)
        self.lengths.append(length)
        self.kinds.append(self.classes.setdefault(types, len(self.classes)))

    def write(self, path: Path) -> None:
        """For another process to `read`."""
        with path.open("wb") as file:
            marshal.dump(
                (
                    b"\n".join(self.numbers),
                    self.places.tobytes(),
                    self.lengths.tobytes(),
                    self.kinds.tobytes(),
                    list(self.classes),
                    self.parents,
                    self.sayers,
                ),
                file,
            )

    @classmethod
    def read(cls, path: Path) -> "Survey":
        """What `write` wrote: our own file."""
        with path.open("rb") as file:
            tokens, places, lengths, kinds, classes, parents, sayers = marshal.load(file)  # noqa: S302  see above
        survey = cls(())
        survey.numbers = {token: number for number, token in enumerate(tokens.split(b"\n") if tokens else ())}
        survey.places.frombytes(places)
        survey.lengths.frombytes(lengths)
        survey.kinds.frombytes(kinds)
        survey.classes = {types: number for number, types in enumerate(classes)}
        survey.parents, survey.sayers = parents, sayers
        return survey


def parents_of(survey: Survey) -> dict[Term, list[Term]]:
    """The superclasses that the records declare."""
    return {_term(below): [_term(one) for one in above] for below, above in survey.parents.items()}


def _term(token: bytes) -> Term:
    return term_of(token.decode())


class Surveyed(Answers):
    """The context that a survey gives with the spool it was taken from; `spool` is a file's descriptor."""

    def __init__(
        self,
        plan: Plan,
        survey: Survey,
        spool: int,
        background: Background | None = None,
        hierarchy: Hierarchy | None = None,
    ) -> None:
        super().__init__(plan, background, hierarchy or hierarchy_of(plan, parents_of(survey)))
        self.survey = survey
        self._spool = spool
        self._masks = [self._mask_of(types) for types in survey.classes]
        self._sayers_by_key = {
            key: survey.sayers[str(predicate).encode()]
            for predicate, key in plan.keys.items()
            if str(predicate).encode() in survey.sayers
        }
        self._tokens = list(survey.numbers)
        self._read: dict[Term, Properties] = {}

    def _mask_of(self, types: tuple[bytes, ...]) -> int:
        mask = 0
        for one in types:
            mask |= self.hierarchy.get(_term(one), 0) | 1
        return mask

    def mask(self, node: Term) -> int:
        number = self.survey.numbers.get(str(node).encode())
        mask = 0 if number is None else self._masks[self.survey.kinds[number]]
        return mask | self.known_mask(node)

    def block(self, token: bytes) -> bytes:
        """The record in which a node is described; nothing if none does."""
        number = self.survey.numbers.get(token)
        if number is None:
            return b""
        return os.pread(self._spool, self.survey.lengths[number], self.survey.places[number])

    def _described(self, node: Term) -> Properties:
        found = self._read.get(node)
        if found is None:
            read = self.reader.block(self.block(str(node).encode()))
            if len(self._read) >= _MOST:
                self._read.clear()
            self._read.update(read)
            found = self._read.setdefault(node, {})
        return found

    def _sayers(self, node: Term, key: int) -> Iterable[Term]:
        numbers = self._sayers_by_key.get(key, {}).get(str(node).encode(), ())
        return (_term(self._tokens[number]) for number in numbers)

    def triples(self, node: Term) -> Iterable[Triple]:
        return triples_of(self.block(str(node).encode()), node)

    def parent(self, token: bytes) -> bytes | None:
        """The first that has this node as its distribution."""
        numbers = self.survey.sayers.get(str(_PARENT).encode(), {}).get(token)
        return self._tokens[numbers[0]] if numbers else None


class Mended(Surveyed):
    """The context as repair makes it: of records that it changed what is published, of all others what was received."""

    def __init__(self, received: Surveyed, survey: Survey, spool: int) -> None:
        super().__init__(received.plan, survey, spool, received.background, received.hierarchy)
        self._received = received

    def mask(self, node: Term) -> int:
        changed = str(node).encode() in self.survey.numbers
        return super().mask(node) if changed else self._received.mask(node)

    def properties(self, node: Term) -> Mapping[int, Values]:
        changed = str(node).encode() in self.survey.numbers
        return super().properties(node) if changed else self._received.properties(node)

    def triples(self, node: Term) -> Iterable[Triple]:
        changed = str(node).encode() in self.survey.numbers
        return super().triples(node) if changed else self._received.triples(node)

    def subjects(self, node: Term, key: int) -> Values:
        unchanged = (one for one in self._received.subjects(node, key) if str(one).encode() not in self.survey.numbers)
        return tuple(dict.fromkeys((*unchanged, *super().subjects(node, key))))
