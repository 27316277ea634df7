"""Reading an index: hits and counts for what readers ask, matches for queries, and what they may go on to type."""

import json
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal, Protocol, cast

import tantivy

from graph.indexing.failing import telling
from graph.indexing.lexicon import MOST as MOST_WORDS
from graph.indexing.lexicon import Lexicon, folded
from graph.indexing.meaning import Meaning, Meanings
from graph.indexing.names import MOST as MOST_NAMED
from graph.indexing.names import NAMED, Knowledge, Names, Nothing, Value
from graph.indexing.question import Questions, check_facet, corrected, words_of
from graph.indexing.ranking import RANKED, ranked
from graph.indexing.schema import LANGUAGES, ORDER_OF, OTHER, STEMMED, WORDS, analyzers
from graph.indexing.synonyms import Synonyms, Unit
from vocabularies.topics import topics

DEEPEST: Final = 10_000
"""How far into the hits a list can be read: all before the wanted page is held in memory."""

DEFAULT_LANGUAGE: Final = "en"

Sort = Literal["relevance", "modified", "title"]

_MOST_FREQUENT: Final = {"_count": "desc"}
_NO_FILTERS: Final[Mapping[str, Collection[str]]] = {}
_SUGGESTED: Final = ("theme", "hvd_category", "publisher", "spatial", "format")
"""The facets whose values are suggested."""
_COMPLETED: Final = 64
_SHARES: Final = (1.0, 0.5, 0.0)
"""How many of the words are enough, by turns, where nothing has all of them."""


@dataclass(frozen=True, slots=True)
class Hit:
    iri: str
    kind: str


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of `total` hits; `facets` holds, for each facet asked for, its most frequent values and their counts."""

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[tuple[str, int], ...]]
    relaxed: bool = False
    """Whether nothing has all the words, and these have some of them."""


@dataclass(frozen=True, slots=True)
class Match:
    """A record that words were found in; `language` is that of the texts that meet them best, one of LANGUAGES."""

    iri: str
    kind: str
    score: float
    language: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a reader may be about to type: words, the value of a facet, or a record."""

    text: str
    count: int
    """How many records it leads to."""
    facet: str = ""
    kind: str = ""
    iri: str = ""


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What words mean in one generation."""

    meanings: Meanings
    names: Names
    synonyms: Synonyms


class _Counted(Protocol):
    """What tantivy's type stubs leave out of SearchResult."""

    count: int


class Searcher:
    """Reads the index of a sealed generation; may be used by several threads.

    An index of an older program is read as far as it goes: what it does not hold is not found.
    """

    def __init__(self, path: Path, knowledge: Knowledge | None = None) -> None:
        with telling(path):
            index = tantivy.Index.open(str(path))
            self._searcher = index.searcher()
            self._fields = _fields(path)
        self._analyzers = analyzers()
        self._knowledge = knowledge or Nothing()
        self._reading = threading.Lock()
        self._known: _Vocabulary | None = None
        self._reused: Mapping[str, int] | None = None
        self._questions = Questions(index.schema, self._fields, self._analyzers, self._meaning, self._units)

    def search(
        self,
        text: str = "",
        *,
        kind: str | None = None,
        filters: Mapping[str, Collection[str]] = _NO_FILTERS,
        sort: Sort = "relevance",
        language: str = DEFAULT_LANGUAGE,
        offset: int = 0,
        limit: int = 20,
        facets: Collection[str] = (),
        most_values: int = 20,
    ) -> Hits:
        """All words of the text in any language, all filters (of one filter's values any).

        Words are found in compounds and by names too; where nothing has all of them, what has some. Without a text,
        relevance is the date of modification. A facet's counts are of what is found without its own filter, so that a
        reader sees what another value would bring. `language` is the reader's, for sorting by title. Hits beyond the
        first DEEPEST are counted only. Raises ValueError for a filter or facet that is none of FACETS.
        """
        for facet in facets:
            check_facet(facet)
        start = min(max(offset, 0), DEEPEST)
        size = min(max(limit, 0), DEEPEST - start)
        for share in _SHARES if text else _SHARES[:1]:
            ask = partial(self._questions.ask, text, kind, share=share)
            total, addresses = self._page(ask(filters), text, sort, language, start, size)
            if total:
                break
        counts = self._facets(ask, filters, facets, most_values)
        return Hits(total, tuple(map(self._hit, addresses)), counts, share < 1 and total > 0)

    def _page(
        self, query: tantivy.Query, text: str, sort: Sort, language: str, start: int, size: int
    ) -> tuple[int, Sequence[tantivy.DocAddress]]:
        """How many there are, and where those of the page are."""
        field, order = _order(text, sort, language)
        if field is not None or not size or start >= RANKED:
            found = self._searcher.search(query, max(size, 1), offset=start, order_by_field=field, order=order)
            return cast("_Counted", found).count, [address for _, address in found.hits[:size]]
        found = self._searcher.search(query, max(RANKED, start + size))
        best = [(_score(score), address) for score, address in found.hits]
        places = [address for _, address in best]
        moments = self._searcher.fast_field_values("modified", places[:RANKED])
        hits = [self._hit(address) for address in places[:RANKED]]
        first = ranked(best[:RANKED], moments, [hit.kind for hit in hits], [self._reuses(hit.iri) for hit in hits])
        return cast("_Counted", found).count, [*first, *places[RANKED:]][start : start + size]

    def matches(self, text: str, *, kind: str | None = None, language: str | None = None, limit: int) -> list[Match]:
        """The records that have all the words, in any language or in one; those that meet them best, the best first.

        A text without a language counts for each that has stems.
        """
        query = self._questions.ask(text, kind, {}, LANGUAGES if language is None else (language,))
        found = self._searcher.search(query, limit, count=False).hits
        hits = [(_score(score), _place(address), self._hit(address)) for score, address in found]
        best = {} if language else self._languages(text, [hit.iri for _, _, hit in hits])
        return [Match(hit.iri, hit.kind, score, language or best.get(place, OTHER)) for score, place, hit in hits]

    def _languages(self, text: str, iris: Collection[str]) -> dict[tuple[int, int], str]:
        """In which language each of the records meets the words best, by its place in the index."""
        best: dict[tuple[int, int], tuple[float, str]] = {}
        for language in LANGUAGES if iris else ():
            query = self._questions.of_these(text, iris, language)
            for score, address in self._searcher.search(query, len(iris), count=False).hits:
                if _score(score) > best.get(_place(address), (0.0, ""))[0]:
                    best[_place(address)] = (_score(score), language)
        return {place: language for place, (_, language) in best.items()}

    def needed(self, text: str) -> list[str]:
        """The words of a question that count: all but those such as "the", unless there are no others."""
        return self._questions.needed(text)

    def did_you_mean(self, text: str) -> str | None:
        """The text with the words that are not known here as the reader may have meant them; None where all are."""
        better = corrected(text, self._vocabulary().meanings.corrected)
        return better if better != text and self.search(better, limit=0).total else None

    def suggest(
        self, text: str, *, kind: str | None = None, language: str = DEFAULT_LANGUAGE, limit: int = 9
    ) -> list[Suggestion]:
        """How the text may go on: values that are called so, then words, then records; a third of each if there are."""
        *said, start = words_of(text) or [""]
        if not start:
            return []
        third = max(limit // 3, 1)
        values = self._suggested_values(said, start, language)[:third]
        known = {folded(one.text) for one in values}
        words = [one for one in self._suggested_words(said, start, kind, third) if folded(one.text) not in known]
        return [
            *values,
            *words,
            *self._suggested_records(said, start, kind, language, limit - len(values) - len(words)),
        ]

    def _suggested_values(self, said: Sequence[str], start: str, language: str) -> list[Suggestion]:
        names = self._vocabulary().names
        found = [
            Suggestion(shown, self._searcher.doc_freq(value.facet, value.iri), facet=value.facet, iri=value.iri)
            for value, shown in names.beginning(" ".join((*said, start)), language)
            if value.facet in _SUGGESTED
        ]
        return sorted(found, key=lambda one: (-one.count, one.text))

    def _suggested_words(self, said: Sequence[str], start: str, kind: str | None, most: int) -> list[Suggestion]:
        meanings = self._vocabulary().meanings
        found = []
        for word in meanings.completions(start, most + 3):
            text = " ".join((*said, word))
            total = self.search(text, kind=kind, limit=0)
            if total.total and not total.relaxed and word != start:
                found.append(Suggestion(text, total.total))
        return found[:most]

    def _suggested_records(
        self, said: Sequence[str], start: str, kind: str | None, language: str, most: int
    ) -> list[Suggestion]:
        meanings = self._vocabulary().meanings
        query = self._questions.beginning(said, start, meanings.completions(start, _COMPLETED), kind)
        hits = (self._hit(address) for _, address in self._searcher.search(query, most, count=False).hits)
        titles = ((hit, _title(self._knowledge, hit.iri, language)) for hit in hits)
        return [Suggestion(title, 1, kind=hit.kind, iri=hit.iri) for hit, title in titles if title]

    def _hit(self, address: tantivy.DocAddress) -> Hit:
        stored = self._searcher.doc(address)
        return Hit(str(stored.get_first("iri")), str(stored.get_first("kind")))

    def _reuses(self, iri: str) -> int:
        if self._reused is None:
            self._reused = self._knowledge.reuses()
        return self._reused.get(iri, 0)

    def _meaning(self, word: str) -> Meaning:
        return self._vocabulary().meanings.of(word)

    def _units(self, words: Sequence[str]) -> Sequence[Unit]:
        return self._vocabulary().synonyms.units(words)

    def _vocabulary(self) -> "_Vocabulary":
        with self._reading:
            if self._known is None:
                names = Names(self._values(), self._knowledge, self._analyze, STEMMED, OTHER)
                words = self._searcher.terms_with_prefix(WORDS, "", limit=MOST_WORDS) if WORDS in self._fields else []
                lexicon = Lexicon((*words, *((word.lower(), 1) for word in names.words())), self._stem)
                synonyms = Synonyms(topics(), self._analyze, (*STEMMED,), OTHER)
                self._known = _Vocabulary(Meanings(lexicon, names, self._is_known), names, synonyms)
            return self._known

    def _values(self) -> Iterable[Value]:
        for facet in NAMED:
            for iri, _ in self._searcher.terms_with_prefix(facet, "", limit=MOST_NAMED):
                yield Value(facet, iri)

    def _analyze(self, text: str, language: str) -> list[str]:
        return self._analyzers[language].analyze(text)

    def _stem(self, word: str) -> str:
        """German has the compounds, and its endings are those of Luxembourgish and Dutch."""
        return next(iter(self._analyze(word, "de")), word)

    def _is_known(self, word: str) -> bool:
        return any(
            self._searcher.doc_freq(f"{part}_{language}", stem)
            for language in LANGUAGES
            for stem in self._analyze(word, language)
            for part in ("title", "keyword", "text")
        )

    def _facets(
        self,
        ask: Callable[[Mapping[str, Collection[str]]], tantivy.Query],
        filters: Mapping[str, Collection[str]],
        facets: Collection[str],
        most: int,
    ) -> dict[str, tuple[tuple[str, int], ...]]:
        """Those without a filter of their own at once, each of the others by itself."""
        counted = [facet for facet in facets if facet in self._fields]
        plain = [facet for facet in counted if facet not in filters]
        groups = [(ask(filters), plain)] if plain else []
        for facet in counted:
            if facet in filters:
                others = {name: values for name, values in filters.items() if name != facet}
                groups.append((ask(others), [facet]))
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        for query, names in groups:
            asked = {facet: {"terms": {"field": facet, "size": most, "order": _MOST_FREQUENT}} for facet in names}
            answer = self._searcher.aggregate(query, asked)
            for facet in names:
                buckets = answer[facet]["buckets"]
                found[facet] = tuple((str(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets)
        return {facet: found.get(facet, ()) for facet in facets}


def _fields(path: Path) -> frozenset[str]:
    """The fields that the index was made with, which may be an older program's."""
    told = json.loads((path / "meta.json").read_bytes())
    return frozenset(str(field["name"]) for field in told["schema"])


def _title(knowledge: Knowledge, iri: str, language: str) -> str:
    names = sorted(knowledge.names(iri), key=lambda name: (not name.preferred, name.language[:2] != language))
    return names[0].text if names else ""


def _score(told: object) -> float:
    return float(cast("float", told))


def _place(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def _order(text: str, sort: Sort, language: str) -> tuple[str | None, tantivy.Order]:
    if sort == "title":
        return ORDER_OF.get(language, ORDER_OF[DEFAULT_LANGUAGE]), tantivy.Order.Asc
    if sort == "modified" or not text.strip():
        return "modified", tantivy.Order.Desc
    return None, tantivy.Order.Desc
