"""What a set of dumps has: each thing that is described, once, with what says so.

First what sources and vocabularies describe, in the order of their IRIs, each resource followed by our record of it;
then the rest that is ours: lists of high-value datasets, the sources, what is gone. Claims of a source about what
others own are in no export, the questions of the library are no part of the catalogue.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store

from graph.generations import Generation
from graph.iris import Iris
from graph.ledger import Entry
from graph.serialisation.properties import Properties, Row, rows_of
from graph.serialisation.statements import rows_of_graph
from loaders import records
from queries.descriptions import Descriptions
from queries.selections import LISTED
from vocabularies.namespaces import RDF

_DEFAULT: Final = DefaultGraph()

_REMEMBERED: Final = 20_000
"""Subjects; those of the files of a dataset come soon after it."""

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
    reading = _Reading(generation)
    ours, linked = _typed(store, iris.records), _subjects(store, iris.links)
    for iri, versions in generation.ledger.walk():
        owner = next((entry for entry in versions if entry.owned), None)
        if owner is None:
            continue
        others = [graph for graph, known in ((iris.records, ours), (iris.links, linked)) if iri in known]
        ours.discard(iri)
        linked.discard(iri)
        yield _owned(reading, iris, owner, others)
        record = records.record_iri(iris, owner) if records.has_record(owner) else ""
        if record in ours:
            ours.remove(record)
            yield Described(record, {str(iris.records): closure(store, NamedNode(record), iris.records)})
    yield from _graph(store, iris.records, ours)
    yield from _graph(store, iris.links, linked)
    yield from _graph(store, iris.provenance, _subjects(store, iris.provenance))
    yield from _graph(store, iris.changes, _subjects(store, iris.changes), shown=False)


def _owned(reading: "_Reading", iris: Iris, owner: Entry, others: Sequence[NamedNode]) -> Described:
    """What the owner says of its record, and the other graphs that do.

    Where none does, the default graph has the same, and is the quickest to read: no name of a graph is looked up.
    """
    graph = NamedNode(f"{iris.base}/graph/{owner.graph}")
    shown = bool(others) or not owner.graph.startswith(_VOCABULARY)
    if not others:
        return Described(owner.iri, {str(graph): reading.published(owner)}, owner, shown)
    said = {str(one): closure(reading.store, NamedNode(owner.iri), one) for one in (graph, *others)}
    return Described(owner.iri, said, owner, shown)


class _Reading:
    """The default graph, as far as it is on the shelf from there: that is text already."""

    def __init__(self, generation: Generation) -> None:
        self.store = generation.store
        iris_of_kind = cache(lambda kind: [entry.iri for entry in generation.ledger.of_kind(kind)])
        self._descriptions = Descriptions(generation.shelf, lambda: self.store, iris_of_kind)
        self._told: OrderedDict[str, Properties] = OrderedDict()

    def published(self, entry: Entry) -> list[Row]:
        """All that is said of a record, with its blank nodes."""
        node = f"<{entry.iri}>"
        if entry.kind in LISTED and node not in self._told:
            self._told.update(self._descriptions.kept([entry.iri]))
            while len(self._told) > _REMEMBERED:
                self._told.popitem(last=False)
        own = self._told.get(node)
        if own is None:
            return closure(self.store, NamedNode(entry.iri), _DEFAULT)
        return _with_blank_nodes(rows_of({node: own}), self._said_of)

    def _said_of(self, node: str) -> Iterable[Row]:
        own = self._told.get(node)
        return rows_of({node: own}) if own is not None else _said(self.store, BlankNode(node[2:]), _DEFAULT)


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
    return _with_blank_nodes(_said(store, iri, graph), lambda node: _said(store, BlankNode(node[2:]), graph))


def _said(store: Store, node: NamedNode | BlankNode, graph: NamedNode | DefaultGraph) -> Iterator[Row]:
    return rows_of_graph(store.quads_for_pattern(node, None, None, graph), graph)


def _with_blank_nodes(own: Iterable[Row], said_of: Callable[[str], Iterable[Row]]) -> list[Row]:
    found = list(own)
    waiting = [value for _, _, value in found if value[0] == "_"]
    seen = set(waiting)
    while waiting:
        for row in said_of(waiting.pop()):
            found.append(row)
            value = row[2]
            if value[0] == "_" and value not in seen:
                seen.add(value)
                waiting.append(value)
    return found
