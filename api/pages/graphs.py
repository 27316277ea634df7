"""Named graphs: what the IRI of each leads to. What it holds is asked for at /sparql, or taken home in the N-Quads."""

from collections.abc import Iterator
from functools import cache, partial
from importlib.resources import files
from typing import Final

from flask import Response
from pyoxigraph import Literal, NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts.accounts import GraphPage
from api.harvest import licensing
from api.harvest.dump_statements import data_dumps, kept
from api.portal import gettext, portal, urls, view
from api.sparql import description
from graph.errors import NotFound
from graph.iris import Iris
from loaders.terms import Terms
from queries.void.statements import Nodes
from vocabularies.namespaces import DCT, FOAF, PROV, RDF, SD, VOID

TITLES: Final = {
    "source": "What the source %(name)s says of its own resources",
    "claims": "What the source %(name)s says of resources of others",
    "vocabulary": "The vocabulary %(name)s",
    "records": "What the portal says of its records, and its lists of high-value datasets",
    "links": "Links that the portal found",
    "provenance": "When each source was harvested",
    "changes": "What is left of resources that are gone",
    "queries": "The questions of the query library",
}
"""By the first part of the graph's path."""

_ITSELF: Final = "<urn:graph>"
"""What stands for the graph in the query that its page offers."""


def graph(name: str) -> Response:
    """A named graph by its path below /graph/; the names of sources may have dots in them."""
    extension = None
    if not _exists(name):
        name, extension = answers.split_extension(name)
    if not _exists(name):
        raise NotFound("named graph", name)
    changed = view().generation.manifest.sealed_at
    resource = Resource(f"/graph/{name}", changed, crumbs=((gettext("The data in numbers"), urls().page("/void")),))
    form = answers.chosen(extension)
    page, rdf = partial(graph_page, name), partial(statements, name)
    return answers.respond(form, resource, page, rdf, state=str(kept().latest_number()))  # made while one is read


def names() -> Iterator[str]:
    """The graphs that hold something, by their paths below /graph/."""
    prefix = _node("").value
    for one in sorted(view().store.named_graphs(), key=str):
        if isinstance(one, NamedNode) and one.value.startswith(prefix):
            yield one.value.removeprefix(prefix)


def _node(name: str) -> NamedNode:
    return NamedNode(f"{portal().iris.base}/graph/{name}")


def _exists(name: str) -> bool:
    """One without statements is named all the same where a source might have some in it."""
    kind, _, rest = name.partition("/")
    if kind not in TITLES or bool(rest) != ("%(name)s" in TITLES[kind]):
        return False
    if kind in ("source", "claims"):
        return rest in view().generation.manifest.sources
    if kind == "vocabulary":
        return rest in {table.name for table in portal().declared.concepts.tables}
    return True


def _number(name: str) -> int | None:
    """How many statements it has; None for a large one that nobody counted yet."""
    return description.size(_node(name)) if view().store.contains_named_graph(_node(name)) else 0


def _about(name: str) -> str | None:
    """The page of what says it, or of what it is the graph of."""
    kind, _, rest = name.partition("/")
    return {"source": f"/sources/{rest}", "claims": f"/sources/{rest}", "vocabulary": f"/vocabularies/{rest}"}.get(kind)


def statements(name: str) -> Iterator[Triple]:
    """What is said of the graph itself."""
    itself, nodes, number, about = _node(name), Nodes(portal().iris), _number(name), _about(name)
    kind, _, rest = name.partition("/")
    yield Triple(itself, RDF.type, SD.Graph)
    yield Triple(itself, RDF.type, VOID.Dataset)
    for code, texts in portal().languages.catalogues.items():
        yield Triple(itself, DCT.title, Literal(texts.gettext(TITLES[kind]) % {"name": rest}, language=code))
    if number is not None:
        yield Triple(itself, VOID.triples, Literal(number))
    if Iris(portal().iris.base).in_default_graph(itself):
        yield Triple(nodes.dataset, VOID.subset, itself)
    yield Triple(itself, VOID.sparqlEndpoint, nodes.endpoint)
    for file in data_dumps():
        if file.value.endswith(".nq.gz"):
            yield Triple(itself, VOID.dataDump, file)
    if about is not None:
        yield Triple(itself, FOAF.page, NamedNode(portal().iris.base + about))
    if kind in ("source", "claims"):
        yield Triple(itself, PROV.wasAttributedTo, portal().iris.described_source(rest))
        state = view().generation.manifest.sources[rest]
        yield from Terms.of(state, licensing.terms()).statements(itself)


def graph_page(name: str) -> GraphPage:
    kind, _, rest = name.partition("/")
    itself, about = _node(name).value, _about(name)
    return GraphPage(
        title=gettext(TITLES[kind]) % {"name": rest},
        iri=itself,
        number=_number(name),
        about=urls().page(about) if about else None,
        about_name=rest,
        ask=urls().page("/sparql", [("query", _query().replace(_ITSELF, f"<{itself}>"))]),
        dumps=urls().page("/dumps"),
    )


@cache
def _query() -> str:
    return files("queries").joinpath("extracting", "graph.rq").read_text("utf-8")
