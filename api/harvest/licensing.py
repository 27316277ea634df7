"""On which terms the portal's metadata, and what each source says, may be used."""

from collections.abc import Iterator

from pyoxigraph import NamedNode

from api.portal import portal, view
from loaders.terms import Terms


def terms() -> Terms:
    """On which terms the portal's metadata may be used, where its source states none."""
    return Terms(portal().settings.licence, portal().settings.attribution)


def terms_of_sources() -> Iterator[tuple[NamedNode, Terms]]:
    for name, state in sorted(view().generation.manifest.sources.items()):
        yield portal().iris.described_source(name), Terms.of(state, terms())
