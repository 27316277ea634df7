"""Blank nodes that only stand for an IRI, which is then published in their place.

Such a node has nothing but classes and an rdfs:seeAlso to the IRI (and, where the IRI is of a vocabulary, a label,
which the vocabulary has too), or holds as its identifier the address of the dataset that it is about, or has in the
place of a concept nothing but texts that all mean this one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graph.record import is_main_class
from loaders.mending.tables import Expected
from loaders.mending.treatments import Treatments, literal_to_iri
from vocabularies.namespaces import DCT, RDF, RDFS, SKOS

_TEXTS: Final = (RDFS.label, RDF.value, SKOS.prefLabel, DCT.title)
MARKS: Final = tuple(b" %b " % str(predicate).encode() for predicate in (RDFS.seeAlso, DCT.identifier, *_TEXTS))
"""One of these is in a statement about such a blank node."""

LONGEST: Final = 4000
"""Bytes of what is said of such a node; with more it is no mere stand-in, and it is told whole for each who points."""

_OPEN: Final = frozenset({"licence", "legislation"})
"""Tables that do not have all there is."""

_REFERRING: Final = frozenset({DCT.references, DCT.isReferencedBy, DCT.relation, DCT.source})
_ALLOWED: Final = frozenset({RDF.type, RDFS.seeAlso, DCT.identifier}) | frozenset(_TEXTS)


@dataclass(frozen=True, slots=True)
class Stand:
    """What a blank node stands for, as received."""

    iri: NamedNode
    rule: str


@dataclass(frozen=True, slots=True)
class _Said:
    classes: bool
    texts: list[Literal | None]
    see_also: list[NamedNode]
    identifiers: list[NamedNode | Literal]


class Standing:
    def __init__(self, treatments: Treatments) -> None:
        namespaces = treatments.tables.namespaces
        self._expected = treatments.tables.expected
        self._concept = treatments.concept
        self._vocabularies = tuple({published for published, _ in namespaces.values()} | set(namespaces))

    def stand(self, predicate: NamedNode, lines: Sequence[bytes]) -> Stand | None:
        """What the blank node stands for that the lines are about, where a statement of the predicate points to it."""
        expected = self._expected.get(predicate)
        named = expected is not None and expected.treatment == "concept" and not expected.on
        said = _read(lines) if (named or _points(lines)) and sum(map(len, lines)) <= LONGEST else None
        if said is None:
            return None
        if len(said.see_also) == 1 and not said.identifiers:
            iri = said.see_also[0]
            if iri.value.startswith(self._vocabularies):
                return Stand(iri, "see-also-authority")
            if not said.texts and _takes_addresses(predicate, self._expected) and iri.value.startswith("http"):
                return Stand(iri, "see-also-link")
        if len(said.identifiers) == 1 and not said.see_also and not said.classes and predicate in _REFERRING:
            identifier = said.identifiers[0]
            address = identifier if isinstance(identifier, NamedNode) else literal_to_iri(identifier)
            return Stand(address, "identifier-to-iri") if isinstance(address, NamedNode) else None
        if expected is not None and named and not said.see_also and not said.identifiers:
            return self._meant(said.texts, expected)
        return None

    def _meant(self, texts: Iterable[Literal | None], expected: Expected) -> Stand | None:
        """The concept that all of the texts mean."""
        found = {None if text is None else self._concept(text, expected) for text in texts}
        one = found.pop() if len(found) == 1 else None
        return Stand(one, expected.rule) if isinstance(one, NamedNode) else None


def _points(lines: Iterable[bytes]) -> bool:
    """Whether anything but texts is said that tells what the node stands for."""
    return any(mark in line for line in lines for mark in MARKS[:2])


def _takes_addresses(predicate: NamedNode, expected: Mapping[NamedNode, Expected]) -> bool:
    """Whether any address can be the predicate's value, and no code of a vocabulary is wanted."""
    known = expected.get(predicate)
    return known is not None and (known.treatment in {"link", "reference"} or known.table in _OPEN)


def _read(lines: Sequence[bytes]) -> _Said | None:
    """What is said, if nothing else is."""
    triples = [quad.triple for quad in parse(b"".join(lines), RdfFormat.N_TRIPLES)]
    values = {predicate: [t.object for t in triples if t.predicate == predicate] for predicate in _ALLOWED}
    classes = values[RDF.type]
    if sum(map(len, values.values())) < len(triples) or any(is_main_class(str(one).strip("<>")) for one in classes):
        return None
    said = _Said(
        classes=bool(classes),
        texts=[one if isinstance(one, Literal) else None for predicate in _TEXTS for one in values[predicate]],
        see_also=[one for one in values[RDFS.seeAlso] if isinstance(one, NamedNode)],
        identifiers=[one for one in values[DCT.identifier] if isinstance(one, NamedNode | Literal)],
    )
    told = len(said.see_also) + len(said.identifiers)
    return said if told == len(values[RDFS.seeAlso]) + len(values[DCT.identifier]) else None
