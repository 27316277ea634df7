"""The terms that the vocabularies of catalogues have, and which was meant by one that they do not have.

templates/terms.csv lists them. A vocabulary is closed where the profile's own records are of its classes: what is said
to be of a class that it does not have is judged by nothing.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from importlib.resources import files
from typing import Final, Self

from graph.model.declarations import Model
from vocabularies.namespaces import PREFIXES

CLASS, PROPERTY = "class", "property"

_ALIKE: Final = 0.8
_LONGEST: Final = 100
"""Characters of a name that is compared with others."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`terms` are local names, by CLASS and PROPERTY; `source` is where they are defined."""

    title: str
    namespace: str
    closed: bool
    terms: Mapping[str, frozenset[str]]
    source: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A term that its vocabulary does not have: how many statements use it, and what it may have been meant for."""

    term: str
    kind: str
    count: int
    vocabulary: Vocabulary
    nearest: str | None


@dataclass(frozen=True)
class Lexicon:
    """All vocabularies of the table, in its order."""

    vocabularies: tuple[Vocabulary, ...]

    @classmethod
    def load(cls) -> Self:
        return cls(tuple(_rows()))

    def known(self, kind: str) -> Iterator[str]:
        """The IRIs of all terms of a kind."""
        for one in self.vocabularies:
            yield from (one.namespace + local for local in one.terms[kind])

    def unknown(self, kind: str, used: Mapping[str, int]) -> list[Unknown]:
        """The terms among those used that are in a vocabulary's namespace and not in the vocabulary, in order."""
        found = ((iri, self._vocabulary(iri)) for iri in sorted(used))
        return [
            Unknown(iri, kind, used[iri], one, self._nearest(kind, iri, one))
            for iri, one in found
            if one is not None and iri.removeprefix(one.namespace) not in one.terms[kind]
        ]

    def _vocabulary(self, iri: str) -> Vocabulary | None:
        return next((one for one in self.vocabularies if iri.startswith(one.namespace)), None)

    def _nearest(self, kind: str, iri: str, its: Vocabulary) -> str | None:
        """Spelled alike in its own vocabulary; else of that name, or spelled alike, among what profiles use."""
        local = iri.removeprefix(its.namespace)[:_LONGEST]
        own = {one: its.namespace + one for one in sorted(its.terms[kind])}
        others = self._used[kind]
        return _alike(local, own) or others.get(local) or _alike(local, others)

    @cached_property
    def _used(self) -> Mapping[str, Mapping[str, str]]:
        """By kind: local name to the term that profiles use, the first in the order of the table."""
        model = Model.load()
        declared = {
            CLASS: {one.value for one in model.classes},
            PROPERTY: {use.predicate.value for use in model.uses if use.predicate is not None},
        }
        used: dict[str, dict[str, str]] = {CLASS: {}, PROPERTY: {}}
        for kind, names in used.items():
            for one in self.vocabularies:
                for local in sorted(one.terms[kind]):
                    if one.namespace + local in declared[kind]:
                        names.setdefault(local, one.namespace + local)
        return used


def _alike(local: str, names: Mapping[str, str]) -> str | None:
    """The name that is spelled most alike, if any is: in another case, or with a letter more, less or other."""
    spoken = local.casefold()
    ratios = ((SequenceMatcher(None, spoken, name.casefold()).ratio(), iri) for name, iri in names.items())
    best = max(ratios, key=lambda one: one[0], default=(0.0, ""))
    return best[1] if best[0] >= _ALIKE else None


def _rows() -> Iterator[Vocabulary]:
    with files("shapes.reporting").joinpath("templates", "terms.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            terms = {CLASS: frozenset(row["classes"].split()), PROPERTY: frozenset(row["properties"].split())}
            namespace = PREFIXES[row["prefix"]]
            yield Vocabulary(row["vocabulary"], namespace, row["closed"] == "TRUE", terms, row["source"])


class Watch:
    """Counts the predicates that a stream of statements uses and no vocabulary has; names are N-Triples tokens.

    `ordinary` are those that need no look, so that asking costs a statement next to nothing.
    """

    _MOST: Final = 1000
    """Names that are counted: a hostile source has as many as it likes."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._namespaces = tuple(f"<{one.namespace}".encode() for one in lexicon.vocabularies) if lexicon else ()
        self.ordinary = {f"<{iri}>".encode() for iri in lexicon.known(PROPERTY)} if lexicon else set[bytes]()
        self.counts: dict[bytes, int] = {}

    def meet(self, predicate: bytes) -> None:
        """Look at one that is not ordinary."""
        if not predicate.startswith(self._namespaces):
            if len(self.ordinary) < 10 * self._MOST:
                self.ordinary.add(predicate)
        elif predicate in self.counts or len(self.counts) < self._MOST:
            self.counts[predicate] = self.counts.get(predicate, 0) + 1

    def used(self) -> dict[str, int]:
        return {token[1:-1].decode(): count for token, count in self.counts.items()}
