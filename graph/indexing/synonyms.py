"""Terms that stand for each other in the languages of readers: who asks for one is shown what has another."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Analyze = Callable[[str, str], list[str]]
"""The stems of a text in a language of the index."""

_LONGEST: Final = 4
"""Words of a term."""


@dataclass(frozen=True, slots=True)
class Term:
    """The stems of a term in a language of the index."""

    language: str
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """Words that belong together, and the terms that stand for them."""

    words: tuple[str, ...]
    synonyms: tuple[Term, ...] = ()


class Synonyms:
    """`topics` are rows of terms by language; `stemmed` the languages with stems, `other` stands for the others."""

    def __init__(
        self,
        topics: Iterable[Mapping[str, Sequence[str]]],
        analyze: Analyze,
        stemmed: Sequence[str],
        other: str,
    ) -> None:
        self._analyze = analyze
        self._languages = (*stemmed, other)
        self._topics: dict[tuple[str, ...], set[Term]] = {}
        for topic in topics:
            terms = {
                Term(searched, tuple(analyze(text, searched)))
                for language, texts in topic.items()
                for searched in (language if language in stemmed else other,)
                for text in texts
            }
            for term in terms:
                self._topics.setdefault(term.stems, set()).update(terms)

    def units(self, words: Sequence[str]) -> list[Unit]:
        """The words in order, those of a known term together."""
        found, place = list[Unit](), 0
        while place < len(words):
            unit = next(
                (
                    unit
                    for length in range(min(_LONGEST, len(words) - place), 0, -1)
                    if (unit := self._unit(tuple(words[place : place + length])))
                ),
                Unit((words[place],)),
            )
            found.append(unit)
            place += len(unit.words)
        return found

    def _unit(self, words: tuple[str, ...]) -> Unit | None:
        """The words as a term of any language."""
        text, synonyms = " ".join(words), set[Term]()
        own = {Term(language, tuple(self._analyze(text, language))) for language in self._languages}
        for term in own:
            synonyms |= self._topics.get(term.stems, set())
        return Unit(words, tuple(sorted(synonyms - own, key=str))) if synonyms else None
