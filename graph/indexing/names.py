"""What the values of facets are called: a reader who types "Verkehr" means what has the theme Transport.

Names are read from the store when a generation is first searched, not indexed with each record: an organisation that
changes its name changes nothing in the index, and a vocabulary may be renewed without it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Final, Protocol

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from graph.indexing.lexicon import folded
from vocabularies.mappings import spoken
from vocabularies.namespaces import DCT, FOAF, RDFS, SCHEMA, SKOS, VCARD

NAMED: Final = (
    "theme", "hvd_category", "publisher", "format", "license", "spatial", "type", "series", "frequency", "access",
)  # fmt: skip
"""The facets whose values are found by their names. Languages are not: too many records are in each."""

MOST: Final = 20_000
"""Values of one facet whose names are read."""

_TITLES: Final = frozenset((SKOS.prefLabel, DCT.title, FOAF.name, SCHEMA.name, VCARD.fn, RDFS.label))
_NAMING: Final = frozenset((*_TITLES, SKOS.altLabel, SKOS.hiddenLabel, DCT.alternative))
_MOST_SAID: Final = 1_000
"""Statements about a value among which its names are."""

_MAPPINGS: Final = ("theme", "hvd-category", "format", "licence", "place", "dataset-type", "frequency", "access-right")
"""The tables of what people write for concepts."""

_WORD: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = re.compile(r"[^\W\d_]{3,}")

Analyze = Callable[[str, str], list[str]]
"""The stems of a text in a language of the index."""


@dataclass(frozen=True, slots=True)
class Name:
    text: str
    language: str
    preferred: bool


class Knowledge(Protocol):
    """What a search knows besides its index."""

    def names(self, iri: str) -> Iterable[Name]: ...

    def reuses(self) -> Mapping[str, int]:
        """Of each dataset that is reused, how often."""


class Nothing:
    """An index alone."""

    def names(self, _iri: str) -> Iterable[Name]:
        return ()

    def reuses(self) -> Mapping[str, int]:
        return {}


class StoreKnowledge:
    """What the default graph of a generation says, and what people write for the concepts of authority tables."""

    def __init__(self, store: Callable[[], Store]) -> None:
        self._store = store
        self._spoken: Callable[[], Mapping[str, Sequence[str]]] = cache(_spoken)

    def names(self, iri: str) -> Iterator[Name]:
        try:
            subject = NamedNode(iri)
        except ValueError:  # a source that wrote a text where an IRI belongs
            return
        said = self._store().quads_for_pattern(subject, None, None, DefaultGraph())
        for quad in islice(said, _MOST_SAID):  # one look for all: a third of the time of one for each predicate
            if quad.predicate in _NAMING and isinstance(quad.object, Literal):
                yield Name(quad.object.value, quad.object.language or "", quad.predicate in _TITLES)
        for text in self._spoken().get(iri, ()):
            yield Name(text, "", preferred=False)

    def reuses(self) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for quad in self._store().quads_for_pattern(None, SCHEMA.isBasedOn, None, DefaultGraph()):
            if isinstance(quad.object, NamedNode):
                counts[quad.object.value] = counts.get(quad.object.value, 0) + 1
        return counts


def _spoken() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for text, concept in spoken(_MAPPINGS):
        if _WORD.fullmatch(text):  # of longer ones, a word alone may mean anything
            found.setdefault(concept, []).append(text)
    return found


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet."""

    facet: str
    iri: str


class Names:
    """The values of facets by the words of their names."""

    def __init__(
        self, values: Iterable[Value], knowledge: Knowledge, analyze: Analyze, stemmed: Collection[str], other: str
    ) -> None:
        """`stemmed` are the languages with stems; `other` stands for all others."""
        self._analyze = analyze
        self._by_stem: dict[str, dict[str, set[str]]] = {}
        self._names: dict[Value, tuple[Name, ...]] = {}
        self._languages = (*stemmed, other)
        for value in values:
            names = tuple(knowledge.names(value.iri))
            if names:
                self._names[value] = names
            for name in names:
                for stem in self._stems(name):
                    self._by_stem.setdefault(stem, {}).setdefault(value.facet, set()).add(value.iri)
        self._folded: Callable[[], Mapping[Value, str]] = cache(self._fold)
        self.of: Callable[[str], Mapping[str, frozenset[str]]] = lru_cache(maxsize=2048)(self._of)

    def _stems(self, name: Name) -> set[str]:
        """A name without a language may be in any."""
        language = name.language.partition("-")[0]
        own = language if language in self._languages else self._languages[-1]
        searched = (own,) if language else self._languages
        return {stem for one in searched for stem in self._analyze(name.text, one)}

    def _of(self, word: str) -> Mapping[str, frozenset[str]]:
        """Facet to its values that have the word in a name."""
        found: dict[str, set[str]] = {}
        for stem in {stem for language in self._languages for stem in self._analyze(word, language)}:
            for facet, values in self._by_stem.get(stem, {}).items():
                found.setdefault(facet, set()).update(values)
        return {facet: frozenset(values) for facet, values in found.items()}

    def _fold(self) -> Mapping[Value, str]:
        """Each value's names as one text, a space before each word."""
        return {value: "\n".join(f" {folded(name.text)}" for name in names) for value, names in self._names.items()}

    def words(self) -> Iterator[str]:
        """All words of all names, as they are written."""
        for names in self._names.values():
            for name in names:
                yield from _LETTERS.findall(name.text)

    def beginning(self, start: str, language: str) -> Iterator[tuple[Value, str]]:
        """Values with a name of which a word begins so, and the name that the reader would know it by."""
        wanted = f" {folded(start)}"
        for value, text in self._folded().items():
            if wanted in text:
                yield value, _shown(self._names[value], language)


def _shown(names: tuple[Name, ...], language: str) -> str:
    return min(names, key=lambda name: (not name.preferred, name.language.partition("-")[0] != language)).text
