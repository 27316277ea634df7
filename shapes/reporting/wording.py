"""What reports say around the messages of the shapes, in the four languages of the interface: templates/wording.csv."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Self

LANGUAGES: Final = ("en", "fr", "de", "lb")


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one language by key; {} in a text is the place of a number or a term."""

    language: str
    texts: Mapping[str, str]

    @classmethod
    def load(cls, language: str) -> Self:
        """The texts in one of LANGUAGES; in English for any other."""
        known = language if language in LANGUAGES else "en"
        return cls(known, {key: texts[known] for key, texts in _table().items()})

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    def counted(self, what: str, count: int) -> str:
        """A count in words, such as “3 warnings”."""
        return f"{self.number(count)} {self[f'{what}.one' if count == 1 else f'{what}.many']}"

    def said(self, key: str, about: int | str) -> str:
        """A text with a number or a term in its place."""
        return self[key].replace("{}", self.number(about) if isinstance(about, int) else about)

    def number(self, count: int) -> str:
        """With the thousands apart, as the language does it."""
        return f"{count:,}".replace(",", _THOUSANDS[self.language])


_THOUSANDS: Final = {"en": ",", "fr": "\u202f", "de": ".", "lb": "."}


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    with files("shapes.reporting").joinpath("templates", "wording.csv").open(encoding="utf-8") as file:
        return {row.pop("key"): row for row in csv.DictReader(file)}


def in_all(key: str, about: str) -> tuple[tuple[str, str], ...]:
    """(language, text) in every language."""
    return tuple((language, Wording.load(language).said(key, about)) for language in LANGUAGES)
