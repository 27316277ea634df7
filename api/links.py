"""The one place where links to our own pages are made."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote, quote_plus, urlsplit

from graph.iris import Iris
from graph.ledger import Entry

LONGEST_KEYWORD: Final = 200
"""Characters of a keyword that has a page."""

_LONGEST_REMEMBERED: Final = 300


@dataclass(frozen=True, slots=True)
class Urls:
    """Links below the base; `language` is set where the address itself names it, and then all links keep it."""

    iris: Iris
    language: str | None = None

    @property
    def base(self) -> str:
        return self.iris.base

    @property
    def root(self) -> str:
        """The path of the base: empty, unless the portal lives in a folder of its host."""
        return urlsplit(self.base).path

    def page(self, path: str, parameters: Iterable[tuple[str, str]] = ()) -> str:
        """A page as this reader reads it; `path` starts with a slash."""
        return self._with(f"{self.root}/{self.language}{path}" if self.language else self.root + path, parameters)

    def in_language(self, language: str | None) -> "Urls":
        return Urls(self.iris, language)

    def resource(self, path: str, parameters: Iterable[tuple[str, str]] = ()) -> str:
        """The thing itself, in no language: what its RDF is asked for."""
        return self._with(f"{self.root}{path}", parameters)

    def absolute(self, path: str) -> str:
        """A link as it is written in headers and canonical links."""
        return f"{self.base}{path.removeprefix(self.root)}" if self.root else self.base + path

    def record(self, entry: Entry) -> str:
        return self.page(self.record_path(entry))

    def slug(self, entry: Entry) -> str:
        return self.iris.slug(entry.iri, entry.title or "", entry.key)

    def record_path(self, entry: Entry) -> str:
        """Where a record is found, in no language."""
        return f"/{entry.kind}/{self.slug(entry)}"

    def listed(self, kind: str, parameters: Iterable[tuple[str, str]] = ()) -> str:
        return self.page(f"/{kind}", parameters)

    def keyword(self, word: str) -> str | None:
        """Where a keyword has its page; None for what is too long to be one, or would not come back from an address."""
        told = word if len(word) <= LONGEST_KEYWORD and word.strip("./ ") and word == word.strip() else ""
        if not told or "//" in f"/{told}/" or {".", ".."} & set(told.split("/")):
            return None
        return self.page(f"/keywords/{quote(told, safe='')}")

    @staticmethod
    def _with(path: str, parameters: Iterable[tuple[str, str]]) -> str:
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in parameters if value)
        return f"{path}?{query}" if query else path


def _quoted(value: str) -> str:
    """A page of a list names the same few values a thousand times; long ones are what somebody typed."""
    return _quoted_before(value) if len(value) <= _LONGEST_REMEMBERED else quote_plus(value)


_quoted_before: Final = lru_cache(maxsize=8192)(quote_plus)
