"""Many resources read at once, which the engine does without holding up other threads: half of what a page takes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, cast

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, Store

from graph.serialise import Properties, Row, described
from vocabularies.namespaces import FOAF, RDF, XSD

_MEMBERS: Final = "<urn:members>"
_NAMED: Final = "<urn:named>"
_TOPIC: Final = str(FOAF.primaryTopic)
_TYPE: Final = str(RDF.type)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHORT: Final = {"\b": "\\b", "\f": "\\f"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """All that is said of some resources, and of others that belong to them."""

    told: Mapping[str, Properties]
    """By subject; what is said of those that are here is complete, and of what has no properties nothing is said."""
    records: Mapping[str, Sequence[str]]
    """The catalogue records of each that was asked for."""


def fetch(store: Store, members: Sequence[str]) -> Fetched:
    """Read resources, given by IRI, with what most of them need."""
    if not members:
        return Fetched({}, {})
    wanted = [str(NamedNode(iri)) for iri in members]
    found = cast("QuerySolutions", store.query(_question("members").replace(_MEMBERS, " ".join(wanted))))
    told = described(_rows(found.serialize(format=QueryResultsFormat.TSV) or b""))
    named = {one for own in told.values() for one in _named(own)}
    told.update((one, []) for one in _undescribed(store, named - told.keys()))
    return Fetched(told, records_of(told, wanted))


def _named(own: Properties) -> Iterator[str]:
    for predicate, values in own:
        if predicate != _TYPE:
            yield from (value for value in values if value[0] == "<" and value[1] != "<")


def records_of(told: Mapping[str, Properties], wanted: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """What has each as its topic."""
    found: dict[str, list[str]] = {iri: [] for iri in wanted}
    for subject, own in told.items():
        for predicate, values in own:
            if predicate == _TOPIC:
                for value in values:
                    if value in found:
                        found[value].append(subject)
    return found


def _rows(told: bytes) -> Iterator[Row]:
    """The lines of SPARQL's TSV in N-Triples notation: quicker by a third than to have them as triples.

    They differ in numbers, which have no quotes there, and in control characters, which have no escapes.
    """
    text = told.decode()
    if _CONTROL.search(text):
        text = _CONTROL.sub(_escaped, text)
    for line in text.split("\n")[1:-1]:
        subject, predicate, value = line.split("\t")
        yield subject, predicate, value if value[0] in '"<_' else _quoted(value)


def _escaped(control: re.Match[str]) -> str:
    return _SHORT.get(control[0]) or f"\\u{ord(control[0]):04X}"


def _quoted(value: str) -> str:
    if value in {"true", "false"}:
        datatype = XSD.boolean
    elif "e" in value or "E" in value:
        datatype = XSD.double
    else:
        datatype = XSD.decimal if "." in value else XSD.integer
    return f'"{value}"^^{datatype}'


def _undescribed(store: Store, named: Iterable[str]) -> set[str]:
    """Those of which nothing is said: most are addresses of files."""
    some = set(named)
    found = cast("QuerySolutions", store.query(_question("described").replace(_NAMED, " ".join(some)))) if some else ()
    return some - {str(solution["named"]) for solution in found}


@cache
def _question(name: str) -> str:
    return files("queries").joinpath("extracting", f"{name}.rq").read_text("utf-8")
