"""Words of a reader become a question to the index. Whatever is typed, there is an answer and no error."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from tantivy import Filter, Occur, Query, Schema, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from graph.indexing.meaning import Meaning
from graph.indexing.schema import FACETS, LANGUAGES, PARTS, STEMMED, WORDS
from graph.indexing.synonyms import Unit

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

READER: Final = 1.0
"""What a word counts in the language of the reader, beside the same in another."""

_MOST_NAMED: Final = 5_000
"""Values of one facet that are called by one word."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """In which languages of the index words are looked for, and how many of them are enough, at least one."""

    languages: Collection[str] = LANGUAGES
    share: float = 1
    reader: str = ""
    """The language that the reader would rather have."""
    scored: bool = True
    """Whether it is to be known how well a record meets the words, not only whether."""
    weight: float = 1

    @property
    def in_any_language(self) -> bool:
        return len(self.languages) == len(LANGUAGES)

    def by(self, share: float) -> "Wanted":
        """The same for what counts less."""
        return replace(self, weight=self.weight * share)

    def worth(self, query: Query, score: float) -> Query:
        return Query.const_score_query(query, score * self.weight) if self.scored else query


ALL: Final = Wanted()


class Questions:
    """Makes questions for one index: `fields` are those it has, `meaning` looks words up, `units` finds terms.

    `frequency` tells how many records have a stem in a field.
    """

    def __init__(
        self,
        schema: Schema,
        fields: Collection[str],
        analyzers: Mapping[str, TextAnalyzer],
        meaning: Callable[[str], Meaning],
        units: Callable[[Sequence[str]], Sequence[Unit]],
        small_words: Collection[str],
        frequency: Callable[[str, str], int],
    ) -> None:
        self._schema = schema
        self._fields = fields
        self._analyzers = analyzers
        self._meaning = meaning
        self._units = units
        self._small_words = small_words
        self._frequency = frequency
        self._stop_words = [_without_stop_words(name) for name in STEMMED.values()]

    def ask(self, text: str, kind: str | None, filters: Mapping[str, Collection[str]], wanted: Wanted = ALL) -> Query:
        """All the words in any field, and all the filters; of one filter's values any.

        Raises ValueError for a filter that is not in FACETS.
        """
        parts = [
            (Occur.Must, self._words(text, wanted)),
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
        wanted = Wanted((language,))
        words = [(Occur.Should, _best(self._plain(word, wanted), wanted)) for word in words_of(text)]
        some = Query.boolean_query(words) if words else Query.empty_query()
        these = Query.const_score_query(Query.term_set_query(self._schema, "iri", [*iris]), 0.0)
        return Query.boolean_query([(Occur.Must, some), (Occur.Must, these)])

    def beginning(self, said: Collection[str], start: str, words: Collection[str], kind: str | None) -> Query:
        """What has all the words that are said, and one that begins with the last, of which these are some."""
        last = self._plain(start, ALL)
        if words and WORDS in self._fields:
            last.append(Query.const_score_query(self._any_of(WORDS, words), COMPOUND))
        parts = [(Occur.Must, _best(self._word(word, ALL), ALL)) for word in said]
        parts.append((Occur.Must, _best(last, ALL)))
        if kind is not None:
            parts.append((Occur.Must, self._one_of("kind", [kind])))
        return Query.boolean_query(parts)

    def needed(self, text: str) -> Sequence[str]:
        """The words that count: all but those such as "the", unless there are no others."""
        return self._counting(words_of(text))

    def _counting(self, words: Sequence[str]) -> Sequence[str]:
        return [word for word in words if not self._is_small(word)] or words

    def _words(self, text: str, wanted: Wanted) -> Query:
        """Words such as "the" raise the score where they are found; alone, they are asked for."""
        words = words_of(text)
        if not words:
            return Query.const_score_query(Query.all_query(), 0.0)
        units = self._units(words) if wanted.in_any_language else [Unit((word,)) for word in words]
        counting = {*self._counting(words)}
        needed = [_best(self._unit(unit, wanted), wanted) for unit in units if counting & {*unit.words}]
        small = [_best(self._unit(unit, wanted), wanted) for unit in units if not counting & {*unit.words}]
        found = [(Occur.Must, _so_many(needed, wanted.share)), *((Occur.Should, query) for query in small)]
        return Query.boolean_query(found if wanted.scored else found[:1])

    def _unit(self, unit: Unit, wanted: Wanted) -> list[Query]:
        """All the words of a unit that count, or what stands for them."""
        words = [self._word(word, wanted) for word in self._counting(unit.words)]
        said = words[0] if len(words) == 1 else [_so_many([_best(places, wanted) for places in words], wanted.share)]
        return [*said, *self._synonyms(unit, wanted)]

    def _synonyms(self, unit: Unit, wanted: Wanted) -> Iterator[Query]:
        """What has all the stems of a term, in its language."""
        less = wanted.by(_SYNONYM)
        for term in unit.synonyms:
            stems = [[*self._fielded(stem, term.language, less)] for stem in term.stems]
            if len(stems) == 1:
                yield from stems[0]
            elif all(stems):
                yield _so_many([_best(places, less) for places in stems], 1)

    def _word(self, word: str, wanted: Wanted) -> list[Query]:
        """The word itself or, where no single language is asked for, what it may mean."""
        if not wanted.in_any_language or self._is_small(word):
            return self._plain(word, wanted)
        meaning = self._meaning(word)
        places = [*self._places(meaning, wanted)]
        if meaning.parts:
            less = wanted.by(_PARTS)
            places.append(_so_many([_best(self._known(part, less), less) for part in meaning.parts], wanted.share))
        for near in meaning.near:
            places += self._known(near, wanted.by(_NEAR))
        return places

    def _known(self, word: str, wanted: Wanted) -> list[Query]:
        """A word that was found among those of the records, or what stands for it."""
        synonyms = (query for unit in self._units([word]) for query in self._synonyms(unit, wanted))
        return [*self._places(self._meaning(word), wanted), *synonyms]

    def _places(self, meaning: Meaning, wanted: Wanted) -> Iterator[Query]:
        """Where the word is, what is called so, and what it is a part of."""
        yield from self._plain(meaning.word, wanted)
        for facet, values in meaning.names.items():
            if facet in self._fields:
                yield wanted.worth(self._any_of(facet, sorted(values)[:_MOST_NAMED]), NAMED)
        compounds = [word for word in meaning.compounds if word != meaning.word]
        if compounds and WORDS in self._fields:
            yield wanted.worth(self._any_of(WORDS, compounds), COMPOUND)

    def _plain(self, word: str, wanted: Wanted) -> list[Query]:
        """The places where the word is as it is."""
        return [
            place
            for language in wanted.languages
            for stem in self._analyzers[language].analyze(word)
            for place in self._fielded(stem, language, wanted)
        ]

    def _fielded(self, stem: str, language: str, wanted: Wanted) -> Iterator[Query]:
        """The fields of a language that have the stem anywhere."""
        share = wanted.weight * (READER if language == wanted.reader else 1)
        for part, weight in PARTS.items():
            name = f"{part}_{language}"
            if self._frequency(name, stem):
                query = Query.term_query(self._schema, name, stem, "freq")
                yield Query.boost_query(query, weight * share) if wanted.scored else query

    def _is_small(self, word: str) -> bool:
        return (
            len(word) == 1
            or word in self._small_words
            or any(not analyzer.analyze(word) for analyzer in self._stop_words)
        )


def _best(queries: Sequence[Query], wanted: Wanted) -> Query:
    """What meets one of them, scored by the one that it meets best; to count, any will do, in half the time."""
    if not queries:
        return Query.empty_query()
    if wanted.scored:
        return Query.disjunction_max_query([*queries], _TIES)
    return Query.boolean_query([(Occur.Should, query) for query in queries])


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
