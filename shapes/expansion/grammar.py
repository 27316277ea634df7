"""Nouns in sentences: the article that a class's label takes in each language (articles.csv)."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Self

from graph.model.declarations import Class
from graph.model.tables import Row, rows

_VOWELS: Final = frozenset("aeiouäöüéèêàhœ")
"""What French elides before (our h are mute); English `an` goes by the first five."""

_KEEP_N: Final = frozenset("aeiouäöüéëndtzh")
"""Luxembourgish drops the final n of an article but before these (n-rule)."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """Articles by language and gender."""

    articles: Mapping[tuple[str, str], Row]

    @classmethod
    def load(cls) -> Self:
        folder = files("shapes.expansion")
        return cls({(row.text("language"), row.text("gender")): row for row in rows(folder, "articles.csv")})

    def form(self, one: Class, language: str, which: str) -> str:
        """`The`: at the beginning of a sentence, as its subject; `To`: the same in the dative; `a`: as an object."""
        label = one.labels[language]
        row = self.articles[language, one.genders.get(language, "")]
        first = label[0].lower()
        vowels = frozenset("aeiou") if language == "en" else _VOWELS
        article = (row.text(f"{which} before a vowel") if first in vowels else "") or row.text(which)
        if language == "lb" and first not in _KEEP_N:
            article = article.removesuffix("n")
        return f"{article}{'' if article.endswith(chr(0x2019)) else ' '}{label}"
