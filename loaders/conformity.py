"""Which descriptions conform to the profile that the portal's own records name: no violation was found in them."""

from typing import Final

from pyoxigraph import DefaultGraph, NamedNode

from graph.generations import Draft
from loaders import judging, records
from shapes.profiles import PROFILES, SHAPES_BASE
from shapes.results import Results
from vocabularies.namespaces import DCAT, SH

PROFILE: Final = "dcat-ap"


def tell(draft: Draft) -> None:
    """Bring dct:conformsTo of our records up to date with the results of the draft; nothing where there are none.

    Where that is news, the draft is told: it may be, though no source changed, when data is judged for the first time.
    """
    path = draft.folder / judging.NAME
    if not path.exists():
        return
    with Results.open(path) as results:
        flawed = results.flawed_by(f"{SHAPES_BASE}{PROFILE}#", SH.Violation)
        conforming = results.iris() - flawed - _wholes(draft, flawed)
    profile = PROFILES[PROFILE]
    draft.retold |= records.conform(draft, NamedNode(profile.specification), profile.title, conforming)


def _wholes(draft: Draft, parts: set[str]) -> set[str]:
    """The datasets that have these distributions: what is wrong with a file is wrong with its dataset's description."""
    return {
        quad.subject.value
        for part in parts
        for quad in draft.store.quads_for_pattern(None, DCAT.distribution, NamedNode(part), DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    }
