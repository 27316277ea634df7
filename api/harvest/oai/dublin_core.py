"""A resource in unqualified Dublin Core, for harvesters that know nothing else; which element is what is in a table."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from api.harvest import xml
from vocabularies.namespaces import DC, OAI_DC, OAI_PMH, PREFIXES, XML_SCHEMA_INSTANCE

Labels = Callable[[str], Mapping[str, str]]
"""What an IRI is called, by language."""

_TYPES: Final = {"datasets": "Dataset", "inventory": "Dataset", "series": "Collection", "services": "Service"}
"""Kind to the term of the DCMI Type Vocabulary."""

_ROOT: Final = {
    "xmlns:oai_dc": OAI_DC,
    "xmlns:dc": DC.prefix,
    "xmlns:xsi": XML_SCHEMA_INSTANCE,
    "xsi:schemaLocation": f"{OAI_DC} {OAI_PMH}oai_dc.xsd",
}


@dataclass(frozen=True, slots=True)
class _Row:
    element: str
    path: tuple[NamedNode, ...]
    told: str
    """`text`, `label` (what an IRI is called), `iri`, or `code` (the end of an IRI)."""


@cache
def _table() -> tuple[_Row, ...]:
    lines = files("api").joinpath("harvest", "oai", "dublin-core.csv").read_text("utf-8").splitlines()
    return tuple(
        _Row(line["element"], tuple(map(_property, line["path"].split())), line["told"])
        for line in csv.DictReader(lines)
    )


def _property(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def dublin_core(iri: str, kind: str, triples: Sequence[Triple], labels: Labels) -> str:
    """The element oai_dc:dc, from the statements of the resource and of its parts."""
    values: dict[tuple[object, NamedNode], list[object]] = {}
    for triple in triples:
        values.setdefault((triple.subject, triple.predicate), []).append(triple.object)
    told = {xml.text("dc:type", _TYPES[kind]): None} if kind in _TYPES else {}
    told[xml.text("dc:identifier", iri)] = None
    for row in _table():
        for value in sorted(_along(values, NamedNode(iri), row.path), key=str):
            told |= dict.fromkeys(_elements(row, value, labels))
    return xml.element("oai_dc:dc", "\n".join(["", *told, ""]), _ROOT)


def _along(
    values: Mapping[tuple[object, NamedNode], list[object]], start: object, path: tuple[NamedNode, ...]
) -> list[object]:
    found = [start]
    for step in path:
        found = [value for subject in found for value in values.get((subject, step), ())]
    return found


def _elements(row: _Row, value: object, labels: Labels) -> Iterator[str]:
    name = f"dc:{row.element}"
    if isinstance(value, Literal):
        yield xml.text(name, value.value, {"xml:lang": value.language} if value.language else None)
    elif isinstance(value, NamedNode) and row.told == "code":
        yield xml.text(name, value.value.rpartition("/")[2])
    elif isinstance(value, NamedNode):
        known = labels(value.value) if row.told == "label" else {}
        for language, label in sorted(known.items()):
            yield xml.text(name, label, {"xml:lang": language} if language else None)
        if not known:
            yield xml.text(name, value.value)
