"""The library of questions as part of a generation: what can be asked can be asked about."""

from pyoxigraph import Quad

from graph.generations import Draft
from queries.executables import library


def tell(draft: Draft) -> None:
    """Bring the graph of the library up to date with the program's; the draft's changes are finished.

    It is no part of the default graph: a query for what the catalogue describes does not find questions.
    """
    graph = draft.iris.queries
    wanted = {Quad(one.subject, one.predicate, one.object, graph) for one in library(draft.iris)}
    there = set(draft.store.quads_for_pattern(None, None, None, graph))
    for quad in there - wanted:
        draft.store.remove(quad)
    draft.store.extend(wanted - there)
