"""One portal harvests another: our own DCAT source follows the pages, and ends with the same graph."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, NamedNode, Quad, Store, Triple

from api.settings import Settings
from api.wiring import pipeline
from graph.generations import Generations
from graph.iris import Iris
from loaders.pipeline import Order
from queries.closures import with_parts
from queries.selections import LISTED
from tests.support.portal import EXAMPLE
from tests.support.ports import free_port
from tests.support.served import server
from vocabularies.namespaces import DCAT, RDF

OURS = "http://ours.example"


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The data of a portal, and of the one that harvested it: twice, the second time without a change."""
    folder = tmp_path_factory.mktemp("portals")
    theirs, ours, port = folder / "theirs", folder / "ours", free_port()
    base = f"http://127.0.0.1:{port}"
    pipeline(Settings(data=theirs, base=base, isolation_required=False)).load(Order([str(EXAMPLE)], "example"))
    with server(theirs, workers=1, base=base, port=port):
        loading = pipeline(Settings(data=ours, base=OURS, isolation_required=False, allow_private_addresses=True))
        loaded = loading.load(Order([f"{base}/catalogue?limit=15"], "theirs"))
        again = loading.load(Order([f"{base}/catalogue?limit=15"], "theirs")).outcome
    assert loaded.faults == []
    assert again is not None
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    return theirs, ours


def test_everything_that_the_catalogue_lists_comes_over_as_it_is(harvested: tuple[Path, Path]) -> None:
    theirs, ours = harvested
    with Generations(theirs).current() as there, Generations(ours).current() as here:
        for kind in LISTED:
            listed = [entry.iri for entry in there.ledger.of_kind(kind)]
            assert [entry.iri for entry in here.ledger.of_kind(kind)] == listed
            for iri in listed:
                for part in (iri, *distributions(there.store, iri)):
                    before, after = plain(there.store, part), plain(here.store, part)
                    assert before <= after
                    assert {one.predicate for one in after - before} <= {RDF.type}


def distributions(store: Store, iri: str) -> list[str]:
    quads = store.quads_for_pattern(NamedNode(iri), DCAT.distribution, None, DefaultGraph())
    return [quad.object.value for quad in quads if isinstance(quad.object, NamedNode)]


def plain(store: Store, iri: str) -> set[Triple]:
    """What is said of a resource, blank nodes apart."""
    quads = store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph())
    return {quad.triple for quad in quads if not str(quad.object).startswith("_:")}


def test_nothing_is_added_but_the_other_portals_own_words_and_the_classes_of_what_is_named(
    harvested: tuple[Path, Path],
) -> None:
    theirs, ours = harvested
    with Generations(theirs).current() as there, Generations(ours).current() as here:
        own = there.manifest.base
        more = [
            quad
            for quad in here.store.quads_for_pattern(None, None, None, Iris(OURS).source("theirs"))
            if isinstance(quad.subject, NamedNode)
            and not quad.subject.value.startswith(own)
            and not str(quad.object).startswith("_:")
            and Quad(quad.subject, quad.predicate, quad.object) not in there.store
        ]
    assert {one.predicate for one in more} <= {RDF.type}


def test_the_content_of_both_is_the_same_graph(harvested: tuple[Path, Path]) -> None:
    """With all parts and blank nodes, by canonical form; classes of what is named may be said more often."""
    theirs, ours = harvested
    with Generations(theirs).current() as there, Generations(ours).current() as here:
        listed = [entry.iri for kind in LISTED for entry in there.ledger.of_kind(kind)]
        before, after = content(there.store, listed), content(here.store, listed)
        assert len(before) > 2_000
        assert canonical(before) == canonical(after)
        assert {one for one in before if one.predicate == RDF.type and named(one)} <= after


def content(store: Store, listed: Sequence[str]) -> set[Triple]:
    """All that the listed resources say, with their parts."""
    return {triple for iri in listed for triple in with_parts(store, NamedNode(iri))[0]}


def named(triple: Triple) -> bool:
    return isinstance(triple.subject, NamedNode)


def canonical(triples: Iterable[Triple]) -> Dataset:
    found = Dataset(Quad(*triple) for triple in triples if triple.predicate != RDF.type)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found
