"""What a set of dumps has: each thing that is described, once, with what says so.

First what sources and vocabularies describe, in the order of their IRIs, each resource followed by our record of it;
then the rest that is ours: lists of high-value datasets, the sources, what is gone. Claims of a source about what
others own are in no export, the questions of the library are no part of the catalogue.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store

from graph.generations import Generation
from graph.iris import Iris
from graph.ledger import Entry
from graph.serialisation.properties import Row
from graph.serialisation.statements import rows_of_graph
from loaders import records
from vocabularies.namespaces import RDF

Node = NamedNode | BlankNode

_VOCABULARY: Final = "vocabulary/"


@dataclass(frozen=True, slots=True)
class Described:
    """A thing, what each graph says of it, and its row of the ledger where it is somebody's record."""

    iri: str
    said: Mapping[str, list[Row]]
    """By graph, in N-Triples notation; empty where it is in none."""
    entry: Entry | None = None
    shown: bool = True
    """Whether it is a part of the catalogue; otherwise only what has named graphs tells it."""


def everything(generation: Generation) -> Iterator[Described]:
    """All that is published, with blank nodes that no two things share."""
    store, iris = generation.store, Iris(generation.manifest.base)
    ours, linked = _typed(store, iris.records), _subjects(store, iris.links)
    for iri, versions in generation.ledger.walk():
        owner = next((entry for entry in versions if entry.owned), None)
        if owner is None:
            continue
        others = [graph for graph, known in ((iris.records, ours), (iris.links, linked)) if iri in known]
        ours.discard(iri)
        linked.discard(iri)
        yield _owned(store, iris, owner, others)
        record = records.record_iri(iris, owner) if records.has_record(owner) else ""
        if record in ours:
            ours.remove(record)
            yield Described(record, {str(iris.records): closure(store, NamedNode(record), iris.records)})
    yield from _graph(store, iris.records, ours)
    yield from _graph(store, iris.links, linked)
    yield from _graph(store, iris.provenance, _subjects(store, iris.provenance))
    yield from _graph(store, iris.changes, _subjects(store, iris.changes), shown=False)


def _owned(store: Store, iris: Iris, owner: Entry, others: Sequence[NamedNode]) -> Described:
    """What the owner says of its record, and the other graphs that do.

    Where none does, the default graph has the same, and is the quickest to read: no name of a graph is looked up.
    """
    node, graph = NamedNode(owner.iri), NamedNode(f"{iris.base}/graph/{owner.graph}")
    shown = bool(others) or not owner.graph.startswith(_VOCABULARY)
    if not others:
        return Described(owner.iri, {str(graph): closure(store, node, DefaultGraph())}, owner, shown)
    return Described(owner.iri, {str(one): closure(store, node, one) for one in (graph, *others)}, owner, shown)


def _typed(store: Store, graph: NamedNode) -> set[str]:
    """The subjects of a graph in which each has a class."""
    quads = store.quads_for_pattern(None, RDF.type, None, graph)
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def _subjects(store: Store, graph: NamedNode) -> set[str]:
    return {
        quad.subject.value
        for quad in store.quads_for_pattern(None, None, None, graph)
        if isinstance(quad.subject, NamedNode)
    }


def _graph(store: Store, graph: NamedNode, subjects: set[str], *, shown: bool = True) -> Iterator[Described]:
    for iri in sorted(subjects):
        yield Described(iri, {str(graph): closure(store, NamedNode(iri), graph)}, shown=shown)


def closure(store: Store, iri: NamedNode, graph: NamedNode | DefaultGraph) -> list[Row]:
    """All that a graph says of the thing, with its blank nodes: a catalogue has as many statements as datasets."""
    found: list[Row] = []
    waiting: list[Node] = [iri]
    seen: set[str] = set()
    while waiting:
        for row in rows_of_graph(store.quads_for_pattern(waiting.pop(), None, None, graph), graph):
            found.append(row)
            value = row[2]
            if value[0] == "_" and value not in seen:
                seen.add(value)
                waiting.append(BlankNode(value[2:]))
    return found
