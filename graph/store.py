"""Changing the store of an unsealed generation: each change is applied once, to its graph and to the default graph.

The default graph is the stored set union of sources, vocabularies, links and records (`Iris.in_default_graph`), because
Oxigraph's own union repeats a triple once per graph that holds it and so counts wrong.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from graph.errors import StoreError
from graph.iris import Iris

BULK_LINES: Final = 200_000
"""Lines of one bulk load; each becomes two quads. Fewer make more files to merge, more take memory and gain nothing."""

_FEW: Final = 5_000  # below this one transaction is cheaper than the files a bulk load makes


class Changes:
    """Additions and removals, in order, on a thread of their own, so that preparing the next overlaps with writing.

    Only that thread touches the store (concurrent updates would lose changes without a word). `finish()` waits for
    all of them and raises what went wrong as StoreError; more may follow it.
    """

    def __init__(self, store: Store, iris: Iris) -> None:
        self._store = store
        self._iris = iris
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._pending: list[Future[None]] = []
        self._blocks: dict[NamedNode, list[bytes]] = {}
        self._lines = 0

    def add(self, graph: NamedNode, block: bytes, lines: int) -> None:
        """Add one record: canonical N-Triples, one line each, blank nodes labelled uniquely within the load."""
        self._blocks.setdefault(graph, []).append(block)
        self._lines += lines
        if self._lines >= BULK_LINES:
            self._submit_blocks()

    def remove(self, graph: NamedNode, iri: str) -> None:
        """Remove one record with its blank nodes; what another graph of the union says too stays published."""
        self._submit(lambda: self._remove(graph, NamedNode(iri)))

    def move(self, iri: str, origin: NamedNode, target: NamedNode) -> None:
        """Hand one record from a graph to another, as when a claim becomes the owner's word."""

        def work() -> None:
            triples = [quad.triple for quad in self._closure(NamedNode(iri), origin)]
            self._remove(origin, NamedNode(iri))
            self._insert(target, triples)

        self._submit(work)

    def finish(self) -> None:
        self._submit_blocks()
        try:
            for future in self._pending:
                future.result()
        except OSError as error:
            raise StoreError(f"the store could not be written: {error}") from error
        self._pending = []

    def close(self) -> None:
        """Let go of the store; what was not finished is dropped."""
        self._pool.shutdown(cancel_futures=True)

    def _submit_blocks(self) -> None:
        blocks, lines = self._blocks, self._lines
        if lines:
            self._submit(lambda: self._load(blocks, lines))
        self._blocks, self._lines = {}, 0

    def _submit(self, work: Callable[[], None]) -> None:
        while len(self._pending) > 1:  # bounded: a second is prepared while one is written
            try:
                self._pending.pop(0).result()
            except OSError as error:
                raise StoreError(f"the store could not be written: {error}") from error
        self._pending.append(self._pool.submit(work))

    def _load(self, blocks: dict[NamedNode, list[bytes]], lines: int) -> None:
        quads = b"".join(self._quads(graph, b"".join(said)) for graph, said in blocks.items())
        if lines < _FEW:
            self._store.load(quads, RdfFormat.N_QUADS)
        else:
            self._store.bulk_load(quads, RdfFormat.N_QUADS)

    def _quads(self, graph: NamedNode, triples: bytes) -> bytes:
        # A line break inside a literal is escaped, so this pattern is the end of a statement and nothing else.
        named = triples.replace(b" .\n", b" " + str(graph).encode() + b" .\n")
        return triples + named if self._iris.in_default_graph(graph) else named

    def _insert(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        quads = [Quad(t.subject, t.predicate, t.object, graph) for t in triples]
        if self._iris.in_default_graph(graph):
            quads += [Quad(t.subject, t.predicate, t.object) for t in triples]
        self._store.extend(quads)

    def _closure(self, subject: NamedNode | BlankNode, graph: NamedNode) -> list[Quad]:
        found: list[Quad] = []
        waiting: list[NamedNode | BlankNode] = [subject]
        seen: set[NamedNode | BlankNode] = {subject}
        while waiting:
            for quad in self._store.quads_for_pattern(waiting.pop(), None, None, graph):
                found.append(quad)
                if isinstance(quad.object, BlankNode) and quad.object not in seen:
                    seen.add(quad.object)
                    waiting.append(quad.object)
        return found

    def _remove(self, graph: NamedNode, iri: NamedNode) -> None:
        quads = self._closure(iri, graph)
        for quad in quads:
            self._store.remove(quad)
        if self._iris.in_default_graph(graph):
            kept = self._said_elsewhere(iri)
            for quad in quads:
                if quad.triple not in kept:
                    self._store.remove(Quad(quad.subject, quad.predicate, quad.object))

    def _said_elsewhere(self, iri: NamedNode) -> set[Triple]:
        """Triples about the IRI in graphs of the union (blank nodes are never shared, so they need no look)."""
        return {
            quad.triple
            for quad in self._store.quads_for_pattern(iri, None, None)
            if isinstance(quad.graph_name, NamedNode) and self._iris.in_default_graph(quad.graph_name)
        }


def default_graph_is_union(store: Store, iris: Iris) -> bool:
    """Whether the default graph holds exactly the set union of the graphs it should, by reading all."""
    union: set[Triple] = set()
    for graph in store.named_graphs():
        if isinstance(graph, NamedNode) and iris.in_default_graph(graph):
            union.update(quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
    return union == {quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph())}


def closure(store: Store, iri: NamedNode | BlankNode, most: int = 100_000) -> list[Triple]:
    """The published triples of one record: its own and those of its blank nodes, from the default graph.

    Stops at so many triples: a record is never that large, a cycle of blank nodes never loops.
    """
    found: list[Triple] = []
    waiting: list[NamedNode | BlankNode] = [iri]
    seen: set[NamedNode | BlankNode | Literal | Triple] = {iri}
    while waiting and len(found) < most:
        said = store.quads_for_pattern(waiting.pop(), None, None, DefaultGraph())
        for quad in islice(said, most - len(found)):
            found.append(quad.triple)
            if isinstance(quad.object, BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                waiting.append(quad.object)
    return found


def open_sealed(path: Path) -> Store:
    """A read-only handle on a sealed store. Raises StoreError when it is damaged or missing."""
    try:
        return Store.read_only(str(path))
    except (OSError, ValueError) as error:
        raise StoreError(f"the store {path} cannot be opened: {error}") from error
