"""JSON-LD contexts: the bundled ones, and what the terms of a document mean as far as repairs need it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from typing import Final, TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Node: TypeAlias = "dict[str, Json]"

_MAPS: Final = frozenset({"@language", "@index", "@id", "@type", "@graph"})


class UnknownContext(Exception):
    """A remote context that is not bundled: nothing is ever fetched."""

    def __init__(self, url: str) -> None:
        super().__init__(f"the context {url} is not one of those bundled, and none is fetched")
        self.url = url


@dataclass(slots=True)
class Bundle:
    """The contexts that come with us, by the addresses they are known under; each is read once."""

    _read: dict[str, Json] = field(default_factory=dict)
    _files: dict[str, str] = field(default_factory=dict)

    def find(self, url: str) -> Json:
        """Raises UnknownContext."""
        if not self._files:
            self._files |= json.loads(_file("known.json"))
        name = self._files.get(_canonical(url))
        if name is None:
            raise UnknownContext(url)
        if name not in self._read:
            self._read[name] = json.loads(_file(name))["@context"]
        return self._read[name]

    def inlined(self, context: Json) -> Json:
        """The context with the bundled ones in place of their addresses."""
        if isinstance(context, str):
            return self.find(context)
        if isinstance(context, list):
            return [self.inlined(one) for one in context]
        if not isinstance(context, dict):
            return context
        whole = {key: self._definition(value) for key, value in context.items() if key != "@import"}
        imported = context.get("@import")
        if imported is None:
            return whole
        if not isinstance(imported, str):
            raise UnknownContext(repr(imported))
        found = self.find(imported)
        return found | whole if isinstance(found, dict) else whole

    def _definition(self, value: Json) -> Json:
        if isinstance(value, dict) and "@context" in value:
            return value | {"@context": self.inlined(value["@context"])}
        return value


def _file(name: str) -> str:
    return (resources.files("vocabularies") / "contexts" / name).read_text()


def _canonical(url: str) -> str:
    """An address without what does not tell contexts apart: the scheme's `s`, a last slash, `www.`."""
    return url.strip().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


@dataclass(slots=True)
class Terms:
    """What the contexts of a document, taken together, say of its keys."""

    identifiers: set[str] = field(default_factory=lambda: {"@id"})
    types: set[str] = field(default_factory=lambda: {"@type"})
    values: set[str] = field(default_factory=lambda: {"@value"})
    languages: set[str] = field(default_factory=lambda: {"@language"})
    references: set[str] = field(default_factory=set)
    maps: set[str] = field(default_factory=set)
    language_maps: set[str] = field(default_factory=set)
    literals: set[str] = field(default_factory=set)

    def learn(self, context: Json) -> None:
        """Take in a context, and those inside its definitions."""
        waiting = [context]
        while waiting:
            found = waiting.pop()
            if isinstance(found, list):
                waiting += found
            elif isinstance(found, dict):
                waiting += [
                    value["@context"] for value in found.values() if isinstance(value, dict) and "@context" in value
                ]
                for term, definition in found.items():
                    self._term(term, definition)

    def _term(self, term: str, definition: Json) -> None:
        details: dict[str, Json] = definition if isinstance(definition, dict) else {"@id": definition}
        aliases = {"@id": self.identifiers, "@type": self.types, "@value": self.values, "@language": self.languages}
        meaning = details.get("@id")
        if isinstance(meaning, str) and meaning in aliases and not term.startswith("@"):
            aliases[meaning].add(term)
        if details.get("@type") in {"@id", "@vocab"}:
            self.references.add(term)
        if details.get("@type") == "@json":
            self.literals.add(term)
        containers = set(_strings(details.get("@container")))
        if containers & _MAPS:
            self.maps.add(term)
        if "@language" in containers:
            self.language_maps.add(term)


def _strings(value: Json) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one
