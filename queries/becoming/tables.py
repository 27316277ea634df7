"""The tables, read once."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from queries.becoming.conversions import CONVERSIONS, Conversion, decimal
from vocabularies.namespaces import PREFIXES, RDF

NAMES: Final = ("dcat-ap-2.1.1", "geodcat-ap", "schema.org")
"""The profiles that have one; of each, its file."""

SAME: Final = "="
TYPE: Final = str(RDF.type)


@dataclass(frozen=True, slots=True)
class Value:
    """A term, or a conversion of the value that there was. Both are text in N-Triples notation."""

    term: str = ""
    convert: Conversion | None = None
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a table; what is empty asks for nothing."""

    of: frozenset[str]
    value: str
    is_stem: bool
    unless: frozenset[tuple[str, str]]
    """Properties, with a value or an empty text for any."""
    becomes: tuple[str, ...]
    value_as: Value
    node: tuple[tuple[str, Value], ...]
    at_most_one: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What becomes of statements: by property, by the vocabulary of it, and of all others."""

    rules: Mapping[str, tuple[Rule, ...]]
    vocabularies: Mapping[str, tuple[Rule, ...]]
    others: tuple[Rule, ...]
    ranges: Mapping[str, str]
    typed: frozenset[str]
    """Properties whose values get another datatype than DCAT-AP 3.0.1 declares."""

    def of(self, predicate: str) -> tuple[Rule, ...]:
        found = self.rules.get(predicate)
        if found is None:
            return next((rules for stem, rules in self.vocabularies.items() if predicate.startswith(stem)), ())
        return found


@cache
def table(name: str) -> Table:
    """The table of a profile."""
    rules: dict[str, list[Rule]] = {}
    ranges: dict[str, str] = {}
    with files("queries.becoming").joinpath(f"{name}.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            told = {column: (text or "").strip() for column, text in row.items()}
            rules.setdefault(told["property"], []).append(_rule(told))
            if told["range"]:
                ranges[_term(told["property"] if told["becomes"] == SAME else told["becomes"])] = _term(told["range"])
    others = tuple(rules.pop("*"))
    stems = {_stem(name): tuple(found) for name, found in rules.items() if name.endswith("*")}
    exact = {_term(name): tuple(found) for name, found in rules.items() if not name.endswith("*")}
    typed = frozenset(name for name, found in exact.items() if any(rule.value_as.convert is decimal for rule in found))
    return Table(exact, stems, others, ranges, typed)


def _rule(told: Mapping[str, str]) -> Rule:
    value, is_stem = told["value"], told["value"].endswith("*")
    return Rule(
        of=frozenset(map(_term, told["of"].split())),
        value=_stem(value) if is_stem else _term(value) if value else "",
        is_stem=is_stem,
        unless=frozenset((_term(one), _term(other) if other else "") for one, other in _pairs(told["unless"])),
        becomes=tuple(one if one == SAME else _term(one) for one in _path(told["becomes"])),
        value_as=_value(told["as"]),
        node=tuple(_said(one, other) for one, other in _pairs(told["node"])),
        at_most_one=told["most"] == "1",
    )


def _said(name: str, value: str) -> tuple[str, Value]:
    return (_term(name), _value(value)) if value else (TYPE, _value(name))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for word in text.split():
        name, _, value = word.partition("=")
        yield name, value


def _path(text: str) -> list[str]:
    return [] if not text else [text] if text.startswith("<") else text.split("/")


def _value(text: str) -> Value:
    name, _, argument = text.removeprefix("@").partition(" ")
    if name in CONVERSIONS:
        return Value(convert=CONVERSIONS[name], argument=_term(argument) if argument else "")
    return Value(_term(text)) if text else Value()


def _stem(text: str) -> str:
    """The beginning of all the IRIs that are meant."""
    return _term(text[:-1]).removesuffix(">")


def _term(text: str) -> str:
    """In N-Triples notation. Raises KeyError for a prefix that is none of ours."""
    if text.startswith(("<", '"')):
        return text if text.startswith('"') or text.endswith(">") else f"{text}>"
    prefix, _, local = text.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"
