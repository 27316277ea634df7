"""From what a catalogue says to the authority concept it means: strings, codes and IRIs of other schemes.

The tables are `mappings/*.csv`, one row per value, each naming where it comes from; `mappings/README.md` says how they
are read. What an authority table says itself (its IRIs, notations, exact matches, labels) needs no row.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from typing import Final, Self

from vocabularies.concepts import Concept, Concepts
from vocabularies.spelling import folded

LONGEST: Final = 300
"""Characters. A longer value is no code, and not worth comparing with thousands."""

_REMEMBERED: Final = 4096
_SIMILAR: Final = 0.82
_PATIENCE: Final = 200
"""Comparisons with a table, some milliseconds each: a catalogue with more misspelled values has one fault, not many."""
_LANGUAGE_TAG: Final = re.compile(r"\s*([A-Za-z]{2,3})[-_]")


@dataclass(frozen=True, slots=True)
class Rule:
    """Why a value means a concept: a row of a mapping table, or what the authority table itself says of it.

    `match` is `exact`, or `close`, `broad`, `narrow` as in SKOS for what is only akin, or `prefix` for an IRI prefix
    whose rest is a code, and which has no concept.
    """

    table: str
    value: str
    match: str
    concept: str
    source: str

    def __str__(self) -> str:
        return f"{self.table}: {self.value} ({self.source})"


class Mappings:
    """Look-up in the mapping tables. Each is made ready when it is first asked for."""

    def __init__(self, concepts: Concepts, rows: Iterable[Rule], authorities: Mapping[str, Sequence[str]]) -> None:
        self._concepts = concepts
        self.rows: Sequence[Rule] = tuple(rows)
        self._authorities = {**{table.name: (table.name,) for table in concepts.tables}, **authorities}
        self._names = {each: name for name, parts in reversed([*authorities.items()]) for each in parts}
        self._ready: dict[str, _Lookup] = {}

    @classmethod
    def load(cls, concepts: Concepts | None = None) -> Self:
        """Read the tables that come with the program."""
        authorities: dict[str, list[str]] = {}
        for row in _read("tables"):
            authorities.setdefault(row["mapping"], []).append(row["authority"])
        rows = (Rule(name, **row) for name in authorities for row in _read(name))
        return cls(concepts or Concepts.load(), rows, authorities)

    @property
    def names(self) -> Sequence[str]:
        """The tables of mappings; the name of an authority table is understood too."""
        return sorted(self._authorities)

    def concept(self, table: str, value: str) -> str | None:
        """The concept that the value certainly means. Raises KeyError where there is no such table."""
        found = self._found(table, value)
        return found.concept if found else None

    def rule(self, table: str, value: str) -> str | None:
        """Which row, or which property of the concept, says so."""
        found = self._found(table, value)
        return str(found) if found else None

    def nearest(self, table: str, value: str) -> str | None:
        """The concept most likely meant: for a message, never for a repair."""
        return self._lookup(table).nearest(value) if len(value) <= LONGEST else None

    def _found(self, table: str, value: str) -> Rule | None:
        return self._lookup(table).exact(value) if len(value) <= LONGEST else None

    def _lookup(self, table: str) -> "_Lookup":
        name = self._names.get(table, table)
        if name not in self._ready:
            parts = [(each, list(self._concepts.of(each))) for each in self._authorities[name]]
            rows = [row for row in self.rows if row.table == name]
            prefixes = [known.scheme.value for each, _ in parts if (known := self._concepts.table(each))]
            told = [rule for _, members in parts for rule in _told(name, members)]
            self._ready[name] = _Lookup(name, rows, told, prefixes)
        return self._ready[name]


class _Lookup:
    """One table made ready: rows come before what the concepts say, an earlier authority table before a later one."""

    def __init__(self, name: str, rows: Sequence[Rule], told: Sequence[Rule], schemes: Sequence[str]) -> None:
        self._name = name
        self._rules = {folded(row.value): row for row in rows if row.match == "exact"}
        self._akin = {folded(row.value): row for row in rows if row.match not in {"exact", "prefix"}}
        prefixes = {folded(row.value) + "/" for row in rows if row.match == "prefix"}
        self._prefixes = sorted(prefixes | {f"{folded(scheme)}/" for scheme in schemes}, key=len, reverse=True)
        for rule in told:
            self._rules.setdefault(folded(rule.value), rule)
        self._spoken: dict[str, list[str]] = {}
        for key in self._rules:
            if not key.startswith("//"):
                self._spoken.setdefault(key[:1], []).append(key)
        self._guesses: dict[str, str | None] = {}
        self._compared = 0

    def exact(self, value: str) -> Rule | None:
        return self._current(next((rule for each in self._keys(value) if (rule := self._rules.get(each))), None))

    def _current(self, rule: Rule | None) -> Rule | None:
        """The row that replaces a deprecated concept, where there is one."""
        return self._rules.get(folded(rule.concept), rule) if rule else None

    def nearest(self, value: str) -> str | None:
        if value not in self._guesses:
            if len(self._guesses) >= _REMEMBERED:
                self._guesses.clear()
            self._guesses[value] = self._guess(value)
        return self._guesses[value]

    def _guess(self, value: str) -> str | None:
        found = self.exact(value)
        keys = list(self._keys(value))
        found = found or next((self._akin[each] for each in keys if each in self._akin), None)
        found = found or self._current(self._alike(keys[-1]))
        return found.concept if found else None

    def _alike(self, key: str) -> Rule | None:
        """What is spelled nearly so, with the same first letter."""
        if key.startswith("//") or self._compared >= _PATIENCE:
            return None
        self._compared += 1
        near = get_close_matches(key, self._spoken.get(key[:1], ()), n=1, cutoff=_SIMILAR)
        return self._rules[near[0]] if near else None

    def _keys(self, value: str) -> Iterator[str]:
        """The value itself, then the code at its end where it is an IRI of a scheme known to end in codes."""
        key = folded(value)
        yield key
        prefix = next((each for each in self._prefixes if key.startswith(each)), None)
        if prefix:
            code, _, _ = key.removeprefix(prefix).lstrip("#").partition("#")
            yield folded(code)
        elif self._name == "language" and (tag := _LANGUAGE_TAG.match(value)):
            yield tag[1].lower()


def _told(table: str, members: Sequence[Concept]) -> Iterator[Rule]:
    """What the concepts of one authority table say themselves, surest first; what two of them say is left out."""
    living = [concept for concept in members if not concept.deprecated]
    for concept in members:
        yield Rule(table, concept.iri, "exact", concept.iri, "the concept itself")
    for concept in (*living, *members):
        yield Rule(table, concept.notation, "exact", concept.iri, "its notation")
    matches = [(match, concept.iri) for concept in living for match in concept.exact_matches]
    yield from _unshared(table, matches, "its exact match")
    labels = [(label, concept.iri) for concept in living for label in {*concept.labels.values()}]
    yield from _unshared(table, labels, "its label")


def _unshared(table: str, said: Sequence[tuple[str, str]], source: str) -> Iterator[Rule]:
    sayers: dict[str, set[str]] = {}
    for value, iri in said:
        sayers.setdefault(folded(value), set()).add(iri)
    for value, iri in said:
        if len(sayers[folded(value)]) == 1:
            yield Rule(table, value, "exact", iri, source)


def spoken(tables: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What people write for concepts, and the concept: the words of these tables, without codes that are addresses."""
    for name in tables:
        for row in _read(name):
            if row["match"] == "exact" and ":" not in row["value"]:
                yield row["value"], row["concept"]


def _read(name: str) -> Iterator[dict[str, str]]:
    text = files("vocabularies").joinpath("mappings", f"{name}.csv").read_text("utf-8")
    yield from csv.DictReader(text.splitlines())
