"""The rules that are rows: what is expected of the values of a predicate, and what stands for what."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final, Self

from pyoxigraph import NamedNode

from loaders.repair import expanded

_FOLDER: Final = "loaders.mending"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a predicate's values are. `received` tells which of them may be changed: `any`, `literal` or `iri`."""

    treatment: str
    table: str
    """Of concepts: the authority table; of numbers and durations: the datatype."""
    received: str
    on: frozenset[bytes]
    """Classes of the subject as lines spell them, one of which it must have; empty for all."""
    rule: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """A predicate that is published as another, where its subject is of a class in `on` or what `pointed` points to.

    `received` tells for which values: `any`, `literal`, or `iri` for all but literals; `datatypes` for which literals,
    as they would be published, all where it is empty. `single` where the other one may be said only once: then nothing
    is changed that would say it twice.
    """

    predicate: NamedNode
    on: frozenset[bytes]
    pointed: bytes
    received: str
    datatypes: frozenset[NamedNode]
    single: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Tables:
    expected: Mapping[NamedNode, Expected]
    replacements: Mapping[NamedNode, Replacement]
    namespaces: Mapping[str, tuple[str, str]]
    """Beginning of an IRI to the one that is right, and the rule that says so."""
    languages: Mapping[str, str]
    """ISO 639-2 code to the two-letter tag that RFC 5646 (section 2.2.1) wants in its place."""
    datatypes: Mapping[str, NamedNode] = field(repr=False)
    """The datatypes that are known, by IRI in lower case."""

    @classmethod
    def load(cls) -> Self:
        return cls(
            {NamedNode(_iri(row["predicate"])): _expected(row) for row in _rows("predicates")},
            {NamedNode(_iri(row["predicate"])): _replacement(row) for row in _rows("replacements")},
            {row["received"]: (row["published"], row["rule"]) for row in _rows("namespaces")},
            {row["code"]: row["tag"] for row in _rows("languages")},
            {_iri(row["datatype"]).lower(): NamedNode(_iri(row["datatype"])) for row in _rows("datatypes")},
        )


def _expected(row: Mapping[str, str]) -> Expected:
    table = _iri(row["table"]) if ":" in row["table"] else row["table"]
    return Expected(row["treatment"], table, row["received"], _classes(row["on"]), row["rule"])


def _replacement(row: Mapping[str, str]) -> Replacement:
    pointed = f"<{_iri(row['pointed'])}>".encode() if row["pointed"] else b""
    return Replacement(
        NamedNode(_iri(row["replacement"])), _classes(row["on"]), pointed,
        received=row["received"], datatypes=frozenset(NamedNode(_iri(one)) for one in row["datatypes"].split()),
        single=row["single"] == "true", rule=row["rule"],
    )  # fmt: skip


def _classes(names: str) -> frozenset[bytes]:
    return frozenset(f"<{_iri(name)}>".encode() for name in names.split())


def _iri(name: str) -> str:
    """The IRI of a prefixed name; a full IRI as it is."""
    return name if name.startswith("http") else expanded(name) or name


def _rows(table: str) -> Iterator[dict[str, str]]:
    text = files(_FOLDER).joinpath(f"{table}.csv").read_text("utf-8")
    return csv.DictReader(text.splitlines())
