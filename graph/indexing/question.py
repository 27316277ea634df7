"""Words of a reader become a question to the index. Whatever is typed, there is an answer and no error."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import ceil
from typing import Final

from tantivy import Filter, Occur, Query, Schema, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from graph.indexing.meaning import Meaning
from graph.indexing.schema import FACETS, LANGUAGES, PARTS, STEMMED, WORDS
from graph.indexing.synonyms import Term, Unit

LONGEST: Final = 1_000
"""Characters of a question that are read."""

MOST_WORDS: Final = 16
"""Each word is looked up in a dozen fields."""

_WORD: Final = re.compile(r"\w+")
_TIES: Final = 0.1
"""What a word counts in the fields where it is not at its best."""

NAMED: Final = 3.0
"""What counts a value of the record that is called by the word."""

COMPOUND: Final = 2.0
"""What counts a longer word with the word in it."""

_PARTS: Final = 0.6
"""What the parts of a compound count of what they would count alone."""

_NEAR: Final = 0.5
"""What a word counts that may be meant, if the reader mistyped it."""

_FEW: Final = 8
"""Values that are asked for one by one."""

_SYNONYM: Final = 0.5
"""What a term counts that stands for what was typed."""

_MOST_NAMED: Final = 1_000
"""Values of one facet that are called by one word."""


class Questions:
    """Makes questions for one index: `fields` are those it has, `meaning` looks words up, `units` finds terms."""

    def __init__(
        self,
        schema: Schema,
        fields: Collection[str],
        analyzers: Mapping[str, TextAnalyzer],
        meaning: Callable[[str], Meaning],
        units: Callable[[Sequence[str]], Sequence[Unit]],
    ) -> None:
        self._schema = schema
        self._fields = fields
        self._analyzers = analyzers
        self._meaning = meaning
        self._units = units
        self._stop_words = [_without_stop_words(name) for name in STEMMED.values()]

    def ask(
        self,
        text: str,
        kind: str | None,
        filters: Mapping[str, Collection[str]],
        languages: Collection[str] = LANGUAGES,
        share: float = 1,
    ) -> Query:
        """All the words, each in any of the languages and any field, and all the filters; of one filter's values any.

        `share` says how many of the words are enough, at least one. Raises ValueError for a filter that is not in
        FACETS.
        """
        parts = [
            (Occur.Must, self._words(text, languages, share)),
            *((Occur.Must, self._one_of(*item)) for item in filters.items()),
        ]
        if kind is not None:
            parts.append((Occur.Must, self._one_of("kind", [kind])))
        return Query.boolean_query(parts)

    def _one_of(self, field: str, values: Collection[str]) -> Query:
        check_facet(field)
        if field not in self._fields:
            return Query.empty_query()
        return Query.const_score_query(self._any_of(field, [_clean(value) for value in values]), 0.0)

    def _any_of(self, field: str, values: Collection[str]) -> Query:
        """A set is looked up whole at once, a few are skipped through: a third of the time where much is asked for."""
        if len(values) > _FEW:
            return Query.term_set_query(self._schema, field, [*values])
        found = [(Occur.Should, Query.term_query(self._schema, field, value, "basic")) for value in values]
        return found[0][1] if len(found) == 1 else Query.boolean_query(found)

    def of_these(self, text: str, iris: Collection[str], language: str) -> Query:
        """These records, scored by the words that they have in one language; none of them where they have none."""
        words = [self._plain(word, [language]) for word in words_of(text)]
        found = [(Occur.Should, query) for query in words if query is not None]
        some = Query.boolean_query(found) if found else Query.empty_query()
        these = Query.const_score_query(Query.term_set_query(self._schema, "iri", [*iris]), 0.0)
        return Query.boolean_query([(Occur.Must, some), (Occur.Must, these)])

    def beginning(self, said: Collection[str], start: str, words: Collection[str], kind: str | None) -> Query:
        """What has all the words that are said, and one that begins with the last, of which these are some."""
        last = [query for query in (self._plain(start, LANGUAGES),) if query is not None]
        if words and WORDS in self._fields:
            last.append(Query.const_score_query(Query.term_set_query(self._schema, WORDS, [*words]), COMPOUND))
        parts = [(Occur.Must, query) for word in said if (query := self._word(word, LANGUAGES)) is not None]
        parts.append((Occur.Must, Query.disjunction_max_query(last, _TIES) if last else Query.empty_query()))
        if kind is not None:
            parts.append((Occur.Must, self._one_of("kind", [kind])))
        return Query.boolean_query(parts)

    def needed(self, text: str) -> list[str]:
        """The words that count: all but those such as "the", unless there are no others."""
        words = words_of(text)
        return [word for word in words if not self._is_stop_word(word)] or words

    def _words(self, text: str, languages: Collection[str], share: float) -> Query:
        """Words such as "the" raise the score where they are found; alone, they are asked for."""
        words = words_of(text)
        whole = len(languages) == len(LANGUAGES)
        units = self._units(words) if whole else [Unit((word,)) for word in words]
        queries = [(unit, query) for unit in units if (query := self._unit(unit, languages, share))]
        if not queries:
            return Query.const_score_query(Query.all_query(), 0.0) if not words else Query.empty_query()
        counting = {*self.needed(text)}
        needed = [query for unit, query in queries if counting & {*unit.words}]
        small = [(Occur.Should, query) for unit, query in queries if not counting & {*unit.words}]
        if not needed:
            return Query.boolean_query(small)
        return Query.boolean_query([(Occur.Must, _so_many(needed, share)), *small])

    def _unit(self, unit: Unit, languages: Collection[str], share: float) -> Query | None:
        """All the words of a unit, or what stands for them."""
        words = [query for word in unit.words if (query := self._word(word, languages, share))]
        if not words:
            return None
        said = words[0] if len(words) == 1 else _so_many(words, share)
        if not unit.synonyms:
            return said
        others = [Query.boost_query(self._term(term), _SYNONYM) for term in unit.synonyms]
        return Query.disjunction_max_query([said, *others], _TIES)

    def _term(self, term: Term) -> Query:
        """All the stems of a term, in its language."""
        return _so_many([self._stem(stem, term.language) for stem in term.stems], 1)

    def _stem(self, stem: str, language: str) -> Query:
        places = [
            Query.boost_query(Query.term_query(self._schema, f"{part}_{language}", stem, "freq"), weight)
            for part, weight in PARTS.items()
        ]
        return Query.disjunction_max_query(places, _TIES)

    def _word(self, word: str, languages: Collection[str], share: float = 1) -> Query | None:
        """The word itself or, where no single language is asked for, what it may mean."""
        if len(languages) < len(LANGUAGES) or self._is_stop_word(word):
            return self._plain(word, languages)
        meaning = self._meaning(word)
        places = [*self._places(meaning)]
        if meaning.parts:
            parts = _so_many([self._known(part) for part in meaning.parts], share)
            places.append(Query.boost_query(parts, _PARTS))
        places += [Query.boost_query(self._known(near), _NEAR) for near in meaning.near]
        return Query.disjunction_max_query(places, _TIES) if places else None

    def _known(self, word: str) -> Query:
        """A word that was found among those of the records, whatever else it may mean."""
        return Query.disjunction_max_query([*self._places(self._meaning(word))], _TIES)

    def _plain(self, word: str, languages: Collection[str]) -> Query | None:
        """The best place where the word is; None for one that is too long to be indexed."""
        places = [
            Query.boost_query(Query.term_query(self._schema, f"{part}_{language}", stem, "freq"), weight)
            for language in languages
            for stem in self._analyzers[language].analyze(word)
            for part, weight in PARTS.items()
        ]
        return Query.disjunction_max_query(places, _TIES) if places else None

    def _places(self, meaning: Meaning) -> Iterator[Query]:
        """Where the word is, what is called so, and what it is a part of."""
        plain = self._plain(meaning.word, LANGUAGES)
        if plain is not None:
            yield plain
        for facet, values in meaning.names.items():
            if facet in self._fields:
                named = Query.term_set_query(self._schema, facet, sorted(values)[:_MOST_NAMED])
                yield Query.const_score_query(named, NAMED)
        if meaning.compounds and WORDS in self._fields:
            compounds = Query.term_set_query(self._schema, WORDS, [*meaning.compounds])
            yield Query.const_score_query(compounds, COMPOUND)

    def _is_stop_word(self, word: str) -> bool:
        return len(word) == 1 or any(not analyzer.analyze(word) for analyzer in self._stop_words)


def _so_many(queries: Sequence[Query], share: float) -> Query:
    """What meets this share of them, at least one."""
    if share >= 1:
        return Query.boolean_query([(Occur.Must, query) for query in queries])
    return Query.boolean_query([(Occur.Should, query) for query in queries], max(ceil(len(queries) * share), 1))


def words_of(text: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(_clean(text)[:LONGEST].lower())))[:MOST_WORDS]


def corrected(text: str, correct: Callable[[str], str]) -> str:
    """The text with those of its first words corrected that are to be."""

    def better(found: re.Match[str]) -> str:
        word = found[0].lower()
        meant = correct(word) if found.start() < LONGEST else word
        return found[0] if meant == word else meant

    return _WORD.sub(better, _clean(text))


def check_facet(name: str) -> None:
    """Raises ValueError for what is neither a facet nor the kind."""
    if name not in FACETS and name != "kind":
        raise ValueError(f"there is no facet {name!r}: choose among kind, {', '.join(FACETS)}")


def _without_stop_words(language: str) -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.stopword(language)).build()


def _clean(text: str) -> str:
    """Without lone surrogates, which the index cannot take."""
    return text.encode("utf-8", "ignore").decode()
