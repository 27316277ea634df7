"""What a word that a reader typed may mean: the word itself, a name, a part of longer words, or another misspelled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from graph.indexing.lexicon import Lexicon, folded
from graph.indexing.names import Names


@dataclass(frozen=True, slots=True)
class Meaning:
    word: str
    names: Mapping[str, frozenset[str]]
    """Facet to values that are called so."""
    compounds: tuple[str, ...]
    """Longer words that it is a part of, as they are written."""
    parts: tuple[str, ...]
    """The words that it is made of, where it is none that is known."""
    near: tuple[str, ...]
    """The words that it may be meant for, where it is none that is known."""


class Meanings:
    """Looks words up; `known` says whether one is in the index as it is, `replaced` whether what stands for it is."""

    def __init__(
        self, lexicon: Lexicon, names: Names, known: Callable[[str], bool], replaced: Callable[[str], bool]
    ) -> None:
        self._lexicon = lexicon
        self._names = names
        self._known = known
        self._replaced = replaced
        self.of: Callable[[str], Meaning] = lru_cache(maxsize=2048)(self._of)

    def _of(self, word: str) -> Meaning:
        names = self._names.of(word)
        found = self._lexicon.containing(word)
        compounds = tuple(written for each in found for written in self._lexicon.written(each))
        known = bool(names) or self._known(word)
        parts = () if known else self._lexicon.parts(word)
        if known or compounds or parts or self._replaced(word):
            return Meaning(word, names, compounds, parts, ())
        near = tuple(self._lexicon.near(word))
        parts = () if near else self._lexicon.parts(word, loosely=True)
        return Meaning(word, names, compounds, parts, near)

    def corrected(self, word: str) -> str:
        """The word, or the one that it was most likely meant for."""
        near = self.of(word).near
        return self._lexicon.written(near[0])[0] if near else word

    def completions(self, start: str, most: int) -> list[str]:
        """Words that begin so, the most frequent first."""
        found = self._lexicon.beginning(folded(start), most)
        return [self._lexicon.written(each)[0] for each in found]
