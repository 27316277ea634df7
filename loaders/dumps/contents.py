"""What a set of dumps has: each thing that is described, once, with what says so.

First what sources and vocabularies describe, in the order of their IRIs, each resource followed by our record of it;
then the rest that is ours: lists of high-value datasets, the sources, what is gone. Claims of a source about what
others own are in no export, the questions of the library are no part of the catalogue.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store, Triple

from graph.generations import Generation
from graph.iris import Iris
from graph.ledger import Entry
from loaders import records

Node = NamedNode | BlankNode

_VOCABULARY: Final = "vocabulary/"


@dataclass(frozen=True, slots=True)
class Described:
    """A thing, what each graph says of it, and its row of the ledger where it is somebody's record."""

    iri: str
    said: Mapping[NamedNode | None, list[Triple]]
    """By graph; None where it is in none."""
    entry: Entry | None = None
    shown: bool = True
    """Whether it is a part of the catalogue; otherwise only what has named graphs tells it."""


def everything(generation: Generation) -> Iterator[Described]:
    """All that is published, with blank nodes that no two things share."""
    store, iris = generation.store, Iris(generation.manifest.base)
    ours = _subjects(store, iris.records)
    for iri, versions in generation.ledger.walk():
        owner = next((entry for entry in versions if entry.owned), None)
        if owner is None:
            continue
        ours_too = iri in ours
        ours.discard(iri)
        yield _owned(store, iris, owner, ours_too=ours_too)
        record = records.record_iri(iris, owner) if records.has_record(owner) else ""
        if record in ours:
            ours.remove(record)
            yield Described(record, {iris.records: closure(store, NamedNode(record), iris.records)})
    yield from _graph(store, iris.records, ours)
    yield from _graph(store, iris.links, _subjects(store, iris.links))
    yield from _graph(store, iris.provenance, _subjects(store, iris.provenance))
    yield from _graph(store, iris.changes, _subjects(store, iris.changes), shown=False)


def _owned(store: Store, iris: Iris, owner: Entry, *, ours_too: bool) -> Described:
    node, graph = NamedNode(owner.iri), NamedNode(f"{iris.base}/graph/{owner.graph}")
    said: dict[NamedNode | None, list[Triple]] = {graph: closure(store, node, graph)}
    if ours_too:
        said[iris.records] = closure(store, node, iris.records)
    return Described(owner.iri, said, owner, shown=ours_too or not owner.graph.startswith(_VOCABULARY))


def _subjects(store: Store, graph: NamedNode) -> set[str]:
    return {
        quad.subject.value
        for quad in store.quads_for_pattern(None, None, None, graph)
        if isinstance(quad.subject, NamedNode)
    }


def _graph(store: Store, graph: NamedNode, subjects: set[str], *, shown: bool = True) -> Iterator[Described]:
    for iri in sorted(subjects):
        yield Described(iri, {graph: closure(store, NamedNode(iri), graph)}, shown=shown)


def closure(store: Store, iri: NamedNode, graph: NamedNode) -> list[Triple]:
    """All that a graph says of the thing, with its blank nodes: a catalogue has as many triples as datasets."""
    found: list[Triple] = []
    waiting: list[Node] = [iri]
    seen: set[object] = {iri}
    while waiting:
        for quad in store.quads_for_pattern(waiting.pop(), None, None, graph):
            found.append(quad.triple)
            if isinstance(quad.object, BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                waiting.append(quad.object)
    return found


def quads(described: Described) -> Iterator[Quad]:
    return (
        Quad(t.subject, t.predicate, t.object, graph or DefaultGraph())
        for graph, said in described.said.items()
        for t in said
    )
