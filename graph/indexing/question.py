"""Words of a reader become a question to the index. Whatever is typed, there is an answer and no error."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from tantivy import Filter, Occur, Query, Schema, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from graph.indexing.schema import FACETS, LANGUAGES, PARTS, STEMMED

LONGEST: Final = 1_000
"""Characters of a question that are read."""

MOST_WORDS: Final = 16
"""Each word is looked up in a dozen fields."""

_WORD: Final = re.compile(r"\w+")
_TIES: Final = 0.1
"""What a word counts in the fields where it is not at its best."""


class Questions:
    """Makes questions for one index."""

    def __init__(self, schema: Schema, analyzers: Mapping[str, TextAnalyzer]) -> None:
        self._schema = schema
        self._analyzers = analyzers
        self._stop_words = [_without_stop_words(name) for name in STEMMED.values()]

    def ask(
        self,
        text: str,
        kind: str | None,
        filters: Mapping[str, Collection[str]],
        languages: Collection[str] = LANGUAGES,
    ) -> Query:
        """All the words, each in any of the languages and any field, and all the filters; of one filter's values any.

        Raises ValueError for a filter that is not in FACETS.
        """
        parts = [
            (Occur.Must, self._words(text, languages)),
            *((Occur.Must, self._one_of(*item)) for item in filters.items()),
        ]
        if kind is not None:
            parts.append((Occur.Must, self._one_of("kind", [kind])))
        return Query.boolean_query(parts)

    def _one_of(self, field: str, values: Collection[str]) -> Query:
        check_facet(field)
        query = Query.term_set_query(self._schema, field, [_clean(value) for value in values])
        return Query.const_score_query(query, 0.0)

    def of_these(self, text: str, iris: Collection[str], language: str) -> Query:
        """These records, scored by the words that they have in one language; none of them where they have none."""
        words = [self._word(word, [language]) for word in _words(text)]
        found = [(Occur.Should, query) for query in words if query is not None]
        some = Query.boolean_query(found) if found else Query.empty_query()
        these = Query.const_score_query(Query.term_set_query(self._schema, "iri", [*iris]), 0.0)
        return Query.boolean_query([(Occur.Must, some), (Occur.Must, these)])

    def _words(self, text: str, languages: Collection[str]) -> Query:
        """Words such as "the" raise the score where they are found; alone, they are asked for."""
        words = _words(text)
        queries = [(word, query) for word in words if (query := self._word(word, languages))]
        if not queries:
            return Query.const_score_query(Query.all_query(), 0.0) if not words else Query.empty_query()
        needed = {word for word, _ in queries if not self._is_stop_word(word)} or {word for word, _ in queries}
        return Query.boolean_query([(Occur.Must if word in needed else Occur.Should, query) for word, query in queries])

    def _word(self, word: str, languages: Collection[str]) -> Query | None:
        """The best place where the word is; None for one that is too long to be indexed."""
        places = [
            Query.boost_query(Query.term_query(self._schema, f"{part}_{language}", stem, "freq"), weight)
            for language in languages
            for stem in self._analyzers[language].analyze(word)
            for part, weight in PARTS.items()
        ]
        return Query.disjunction_max_query(places, _TIES) if places else None

    def _is_stop_word(self, word: str) -> bool:
        return len(word) == 1 or any(not analyzer.analyze(word) for analyzer in self._stop_words)


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(_clean(text)[:LONGEST].lower())))[:MOST_WORDS]


def check_facet(name: str) -> None:
    """Raises ValueError for what is neither a facet nor the kind."""
    if name not in FACETS and name != "kind":
        raise ValueError(f"there is no facet {name!r}: choose among kind, {', '.join(FACETS)}")


def _without_stop_words(language: str) -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.stopword(language)).build()


def _clean(text: str) -> str:
    """Without lone surrogates, which the index cannot take."""
    return text.encode("utf-8", "ignore").decode()
