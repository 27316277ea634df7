"""Our JSON-LD context, graph/context.jsonld, as the writer uses it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from vocabularies.namespaces import PREFIXES

LANGUAGE: Final = "@language"
REFERENCE: Final = "@id"
_KEYWORDS: Final = ("@version", "id", "type")


@dataclass(frozen=True, slots=True)
class Term:
    """A name for a predicate or class; `coercion` is what its plain strings mean.

    `@id` for IRIs, `@language` for texts by language, a datatype's IRI, or nothing for plain strings.
    """

    name: str
    coercion: str | None
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """The definitions as they stand in the file, and the terms by IRI."""

    definitions: dict[str, Any]
    terms: dict[str, Term]

    def part(self, names: Iterable[str]) -> dict[str, Any]:
        """The context with these terms and prefixes only, in the file's order."""
        wanted = {*_KEYWORDS, *names}
        return {name: definition for name, definition in self.definitions.items() if name in wanted}


@cache
def context() -> Context:
    definitions = json.loads(files("graph").joinpath("context.jsonld").read_text("utf-8"))["@context"]
    named = {name: value for name, value in definitions.items() if name not in _KEYWORDS and name not in PREFIXES}
    return Context(definitions, dict(_term(name, value) for name, value in named.items()))


def _term(name: str, definition: str | dict[str, str]) -> tuple[str, Term]:
    """The IRI, and the term for it."""
    if isinstance(definition, str):
        return _expanded(definition), Term(name, None, (_prefix(definition),))
    iri, datatype = definition["@id"], definition.get("@type")
    if datatype is None:
        return _expanded(iri), Term(name, definition.get("@container"), (_prefix(iri),))
    if datatype == REFERENCE:
        return _expanded(iri), Term(name, REFERENCE, (_prefix(iri),))
    return _expanded(iri), Term(name, _expanded(datatype), (_prefix(iri), _prefix(datatype)))


def _prefix(compact: str) -> str:
    return compact.partition(":")[0]


def _expanded(compact: str) -> str:
    prefix, _, local = compact.partition(":")
    return PREFIXES[prefix] + local
