"""Records for the index from the store, where what a load brings does not tell them whole."""

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, serialize

from graph.generations import Draft
from graph.record import PAGED
from graph.store import closure
from loaders.indexing import Indexer
from vocabularies.namespaces import DCAT


def whole(store: Store, iri: str) -> bytes:
    """A record with its distributions, as N-Triples, from the default graph."""
    record = NamedNode(iri)
    named = store.quads_for_pattern(record, DCAT.distribution, None, DefaultGraph())
    parts = [quad.object for quad in named if isinstance(quad.object, NamedNode)]
    triples = [triple for one in (record, *parts) for triple in closure(store, one)]
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def index_again(draft: Draft, indexer: Indexer) -> None:
    """Index all records that a draft took over, where an older program had made the index."""
    for kind in PAGED:
        for entry in draft.ledger.of_kind(kind):
            if entry.graph.startswith("source/"):
                indexer.put(entry.iri, entry.kind, whole(draft.store, entry.iri), entry.source, new=True)
    indexer.finish()
