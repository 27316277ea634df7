"""The kinds of problem that have a type of their own: what they are called, what helps, and where that leads."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

PATH: Final = "/problems"
"""The page that explains each kind, at the fragment that is its name."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way out; the title by language."""

    href: str
    titles: Mapping[str, str]

    def at(self, base: str) -> str:
        """The address, on the portal with this base."""
        return f"{base}{self.href}" if self.href.startswith("/") else self.href


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; title and advice by language."""

    name: str
    status: int
    titles: Mapping[str, str]
    advice: Mapping[str, str]
    ways: tuple[Way, ...]

    def iri(self, base: str) -> str:
        return f"{base}{PATH}#{self.name}"


@cache
def kinds() -> Mapping[str, Kind]:
    """All of them by name, in the order of their table."""
    ways = {name: Way(told["href"], told["title"]) for name, told in _table("ways.toml")}
    return {
        name: Kind(name, told["status"], told["title"], told["advice"], tuple(ways[way] for way in told["ways"]))
        for name, told in _table("kinds.toml")
    }


def _table(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    return iter(tomllib.loads(files("api").joinpath("problems", name).read_text("utf-8")).items())
