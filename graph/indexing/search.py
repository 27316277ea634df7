"""Reading an index: hits and counts for what readers ask, matches for queries, and what they may go on to type."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, Literal, Protocol, cast

import tantivy

from graph.indexing.counts import counted, prepared
from graph.indexing.failing import telling
from graph.indexing.lexicon import MOST as MOST_WORDS
from graph.indexing.lexicon import Lexicon, folded
from graph.indexing.meaning import Meaning, Meanings
from graph.indexing.names import MOST as MOST_NAMED
from graph.indexing.names import NAMED, Knowledge, Names, Nothing, Value
from graph.indexing.question import ALL, Questions, Wanted, check_facet, corrected, words_of
from graph.indexing.ranking import RANKED, ranked
from graph.indexing.schema import LANGUAGES, ORDER_OF, OTHER, PARTS, STEMMED, WORDS, analyzers, fields
from graph.indexing.synonyms import Synonyms, Unit
from vocabularies.topics import small_words, topics

DEEPEST: Final = 10_000
"""How far into the hits a list can be read: all before the wanted page is held in memory."""

_DEEP: Final = 200
"""From here on a page is of an order that is found once: whoever reads so far, reads on."""
_LISTS: Final = 8
"""Lists whose order is remembered."""

DEFAULT_LANGUAGE: Final = "en"

Sort = Literal["relevance", "modified", "title"]

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
            self._fields = fields(path)
        self._counts = prepared(path)
        self._schema = index.schema
        self._analyzers = analyzers()
        self._knowledge = knowledge or Nothing()
        self._reading = threading.Lock()
        self._known: _Vocabulary | None = None
        self._reused: Mapping[tuple[int, int], int] | None = None
        self._in_order = lru_cache(maxsize=_LISTS)(self._ordered)
        self._questions = Questions(
            self._schema,
            self._fields,
            self._analyzers,
            self._meaning,
            self._units,
            small_words(),
            self._searcher.doc_freq,
        )

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
        known = None if text or filters else self._counts.get(kind or "")
        told = known.of(facets, most_values) if known else None
        if known and told is not None and limit <= 0:
            return Hits(known.total, (), told)
        start = min(max(offset, 0), DEEPEST)
        size = min(max(limit, 0), DEEPEST - start)
        order = _order(text, sort, language)
        wanted = Wanted(reader=language if language in STEMMED else OTHER, scored=order[0] is None and size > 0)
        for share in _SHARES if text else _SHARES[:1]:
            if start >= _DEEP and size:
                chosen = tuple((name, tuple(values)) for name, values in filters.items())
                total, places = self._in_order(text, kind, chosen, order, replace(wanted, share=share))
                addresses = places[start : start + size]
            else:
                query = self._questions.ask(text, kind, filters, replace(wanted, share=share))
                total, addresses = self._page(query, kind, order, start, size)
            if total:
                break
        if told is None:
            ask = partial(self._questions.ask, text, kind, wanted=Wanted(share=share, scored=False))
            told = self._facets(ask, filters, facets, most_values)
        return Hits(total, tuple(map(self._hit, addresses)), told, share < 1 and total > 0)

    def _ordered(
        self,
        text: str,
        kind: str | None,
        filters: tuple[tuple[str, tuple[str, ...]], ...],
        order_by: tuple[str | None, tantivy.Order],
        wanted: Wanted,
    ) -> tuple[int, Sequence[tantivy.DocAddress]]:
        """How many there are, and where those are that can be reached by paging."""
        return self._page(self._questions.ask(text, kind, dict(filters), wanted), kind, order_by, 0, DEEPEST)

    def _page(
        self, query: tantivy.Query, kind: str | None, order_by: tuple[str | None, tantivy.Order], start: int, size: int
    ) -> tuple[int, Sequence[tantivy.DocAddress]]:
        """How many there are, and where those of the page are."""
        field, order = order_by
        if field is not None or not size or start >= RANKED:
            found = self._searcher.search(query, max(size, 1), offset=start, order_by_field=field, order=order)
            return cast("_Counted", found).count, [address for _, address in found.hits[:size]]
        found = self._searcher.search(query, max(RANKED, start + size))
        best = [(_score(score), address) for score, address in found.hits]
        places = [address for _, address in best]
        first, reused = places[:RANKED], self._reuses()
        moments = self._searcher.fast_field_values("modified", first)
        kinds = [kind or self._hit(address).kind for address in first]
        first = ranked(best[:RANKED], moments, kinds, [reused.get(_place(address), 0) for address in first])
        return cast("_Counted", found).count, [*first, *places[RANKED:]][start : start + size]

    def matches(self, text: str, *, kind: str | None = None, language: str | None = None, limit: int) -> list[Match]:
        """The records that have all the words, in any language or in one; those that meet them best, the best first.

        A text without a language counts for each that has stems.
        """
        query = self._questions.ask(text, kind, {}, ALL if language is None else Wanted((language,)))
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

    def needed(self, text: str) -> Sequence[str]:
        """The words of a question that count: all but those such as "the", unless there are no others."""
        return self._questions.needed(text)

    def warm(self) -> None:
        """Read the words and names of the generation, which the first search waits for else."""
        self._vocabulary()

    def did_you_mean(self, text: str) -> str | None:
        """The text with the words that are not known here as the reader may have meant them; None where all are."""
        better = corrected(text, self._vocabulary().meanings.corrected)
        return better if better != text and self.search(better, limit=0).total else None

    def suggest(
        self, text: str, *, kind: str | None = None, language: str = DEFAULT_LANGUAGE, limit: int = 9
    ) -> list[Suggestion]:
        """How the text may go on: values that are called so, then words, then records; a third of each if there are."""
        *said, start = words_of(text) or [""]
        if not start or limit < 1:
            return []
        third = max(limit // 3, 1)
        found = self._suggested_values(said, start, language)[:third]
        known = {folded(one.text) for one in found}
        found += [one for one in self._suggested_words(said, start, kind, third) if folded(one.text) not in known]
        if len(found) < limit:
            found += self._suggested_records(said, start, kind, language, limit - len(found))
        return found[:limit]

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

    def _reuses(self) -> Mapping[tuple[int, int], int]:
        """How often records are reused, by their places in the index."""
        if self._reused is None:
            counts = self._knowledge.reuses()
            query = tantivy.Query.term_set_query(self._schema, "iri", [*counts])
            found = self._searcher.search(query, max(len(counts), 1), count=False).hits
            self._reused = {_place(address): counts[self._hit(address).iri] for _, address in found}
        return self._reused

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
                self._known = _Vocabulary(Meanings(lexicon, names, self._is_known, self._is_replaced), names, synonyms)
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
        return any(self._has(stem, language) for language in LANGUAGES for stem in self._analyze(word, language))

    def _is_replaced(self, word: str) -> bool:
        """Whether there are terms that stand for it."""
        terms = (term for unit in self._units([word]) for term in unit.synonyms)
        return any(all(self._has(stem, term.language) for stem in term.stems) for term in terms)

    def _has(self, stem: str, language: str) -> bool:
        return any(self._searcher.doc_freq(f"{part}_{language}", stem) for part in PARTS)

    def _facets(
        self,
        ask: Callable[[Mapping[str, Collection[str]]], tantivy.Query],
        filters: Mapping[str, Collection[str]],
        facets: Collection[str],
        most: int,
    ) -> dict[str, tuple[tuple[str, int], ...]]:
        """Those without a filter of their own at once, each of the others by itself."""
        there = [facet for facet in facets if facet in self._fields]
        plain = [facet for facet in there if facet not in filters]
        found = {**counted(self._searcher, ask(filters), plain, most)} if plain else {}
        for facet in there:
            if facet in filters:
                others = {name: values for name, values in filters.items() if name != facet}
                found |= counted(self._searcher, ask(others), [facet], most)
        return {facet: found.get(facet, ()) for facet in facets}


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
