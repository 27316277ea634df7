"""Many resources read at once, which the engine does without holding up other threads: half of what a page takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, cast

from pyoxigraph import NamedNode, QueryTriples, RdfFormat, Store

from graph.serialise import Row
from vocabularies.namespaces import FOAF

_MEMBERS: Final = "<urn:members>"
_TOPIC: Final = str(FOAF.primaryTopic)
_END: Final = " .\n"


@dataclass(frozen=True, slots=True)
class Fetched:
    """All that is said of some resources, and of others that belong to them."""

    rows: Mapping[str, Sequence[Row]]
    """By subject; those of a subject that is here are complete."""
    records: Mapping[str, Sequence[str]]
    """The catalogue records of each that was asked for."""


def fetch(store: Store, members: Sequence[str]) -> Fetched:
    """Read resources, given by IRI, with what most of them need."""
    if not members:
        return Fetched({}, {})
    wanted = [str(NamedNode(iri)) for iri in members]
    found = cast("QueryTriples", store.query(_question().replace(_MEMBERS, " ".join(wanted))))
    text = (found.serialize(format=RdfFormat.N_TRIPLES) or b"").decode()
    rows: dict[str, list[Row]] = {}
    records: dict[str, list[str]] = {iri: [] for iri in wanted}
    for line in text.split(_END)[:-1]:
        subject, predicate, value = line.split(" ", 2)
        rows.setdefault(subject, []).append((subject, predicate, value))
        if predicate == _TOPIC and value in records:
            records[value].append(subject)
    return Fetched(rows, records)


@cache
def _question() -> str:
    return files("queries").joinpath("extracting", "members.rq").read_text("utf-8")
