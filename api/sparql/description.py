"""What the endpoint says of itself and the portal of its data: the service description, with VoID in it.

https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/. Editors that find no description of
classes by a query read it from here, so the whole of it is in both.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from api.harvest.catalogue import DESCRIPTION, publisher
from api.harvest.dump_statements import data_dumps
from api.portal import portal, view
from api.settings import Settings, as_text
from graph import moments
from queries.void.count import is_small
from queries.void.statements import ROWS, STATEMENTS, Nodes
from queries.void.statements import statements as void_statements
from queries.void.statistics import Statistics
from vocabularies.namespaces import DCT, FOAF, PORTAL, PREFIXES, RDF, RDFS, SD, SH, VOID, XSD

_SERVICE: Final = "service"


PATIENCE: Final = 2.0
"""Seconds that what programs and editors begin with waits for numbers that are not there yet."""


def statistics(patience: float | None = None) -> Statistics | None:
    """The numbers of the published generation; None where they take longer than a query may, or than `patience`."""
    return view().statistics(portal().settings.query_seconds if patience is None else patience)


def graphs(known: Statistics | None) -> dict[str, int]:
    """Each named graph with its statements; without the numbers, not the large ones of ours."""
    counted = {**view().generation.manifest.graphs, **(known.graphs if known else {})}
    for graph in view().store.named_graphs():
        if isinstance(graph, NamedNode) and graph.value not in counted and (known or is_small(graph, portal().iris)):
            counted[graph.value] = _counted(graph)
    return dict(sorted(counted.items()))


def size(graph: NamedNode) -> int | None:
    """The statements of one named graph; None for a large one that nobody counted yet."""
    found = view().generation.manifest.graphs.get(graph.value)
    return found if found is not None else (_counted(graph) if is_small(graph, portal().iris) else None)


def _counted(graph: NamedNode) -> int:
    return sum(1 for _ in view().store.quads_for_pattern(None, None, None, graph))


def void(known: Statistics | None) -> Iterator[Triple]:
    """The VoID description of what is published, as far as its numbers are known."""
    numbers = void_statements(known, portal().iris, graphs(known)) if known else iter(())
    return chain(_about(), numbers)


def service(known: Statistics | None) -> Iterator[Triple]:
    """The service description, with all it refers to."""
    return chain(_endpoint(), _datasets(graphs(known)), _limits(portal().settings), _search(), _prefixes(), void(known))


def _about() -> Iterator[Triple]:
    """What the operator says of the data: whose it is and what it is called."""
    dataset = Nodes(portal().iris).dataset
    for code, texts in portal().languages.catalogues.items():
        yield Triple(dataset, DCT.title, Literal(portal().settings.title, language=code))
        yield Triple(dataset, DCT.description, Literal(texts.gettext(DESCRIPTION), language=code))
    yield Triple(dataset, FOAF.homepage, NamedNode(f"{portal().iris.base}/"))
    yield Triple(dataset, DCT.modified, Literal(_sealed(), datatype=XSD.dateTime))
    for triple in publisher():
        yield triple
        if triple.predicate == RDF.type:
            yield Triple(dataset, DCT.publisher, triple.subject)
    yield from (Triple(dataset, VOID.dataDump, file) for file in data_dumps())


def _sealed() -> str:
    return moments.written(view().generation.manifest.sealed_at)


def _part(*names: str) -> NamedNode:
    return NamedNode(f"{Nodes(portal().iris).endpoint.value}#{'-'.join(names)}")


def _endpoint() -> Iterator[Triple]:
    """Graphs without statements are not kept, nothing is fetched, the default graph is not all: no features of ours.

    SERVICE is one where the operator allows endpoints, and these are told.
    """
    itself = _part(_SERVICE)
    yield Triple(itself, RDF.type, SD.Service)
    yield Triple(itself, SD.endpoint, Nodes(portal().iris).endpoint)
    yield Triple(itself, SD.supportedLanguage, SD.SPARQL11Query)
    yield from (Triple(itself, SD.resultFormat, form) for form in (*ROWS, *STATEMENTS))
    if portal().settings.query_services:
        yield Triple(itself, SD.feature, SD.BasicFederatedQuery)
    for endpoint in portal().settings.query_services:
        yield Triple(itself, RDFS.seeAlso, NamedNode(endpoint))


def _datasets(graphs: Iterable[str]) -> Iterator[Triple]:
    nodes, itself = Nodes(portal().iris), _part("dataset")
    yield Triple(_part(_SERVICE), SD.defaultDataset, itself)
    yield Triple(itself, RDF.type, SD.Dataset)
    yield Triple(itself, SD.defaultGraph, nodes.dataset)
    yield Triple(nodes.dataset, RDF.type, SD.Graph)
    for graph in graphs:
        named = _part(nodes.graph(graph).value.rpartition("#")[2])
        yield Triple(itself, SD.namedGraph, named)
        yield Triple(named, RDF.type, SD.NamedGraph)
        yield Triple(named, SD.name, NamedNode(graph))
        yield Triple(named, SD.graph, nodes.graph(graph))


def limits(settings: Settings) -> Mapping[NamedNode, Literal]:
    """Each limit by its property, as api/sparql/limits.ttl declares it."""
    seconds = {"querySeconds": settings.query_seconds, "clientSeconds": settings.query_client_seconds}
    numbers = {
        "queryMemory": settings.query_memory,
        "answerBytes": settings.query_bytes,
        "requestBytes": settings.query_request_bytes,
        "clientQueries": settings.query_client_running + settings.query_client_waiting,
    }
    told = {name: Literal(as_text(value), datatype=XSD.decimal) for name, value in seconds.items()}
    told |= {name: Literal(value) for name, value in numbers.items()}
    return {PORTAL[f"limit/{name}"]: value for name, value in sorted(told.items())}


def _limits(settings: Settings) -> Iterator[Triple]:
    yield from (Triple(_part(_SERVICE), by, value) for by, value in limits(settings).items())
    yield from _declared("limits")


def _search() -> Iterator[Triple]:
    """How the search index is asked inside a query."""
    yield Triple(_part(_SERVICE), RDFS.seeAlso, PORTAL.search)
    yield from _declared("search")


@cache
def _declared(name: str) -> tuple[Triple, ...]:
    text = files("api").joinpath("sparql", f"{name}.ttl").read_bytes()
    return tuple(quad.triple for quad in parse(text, RdfFormat.TURTLE))


def _prefixes() -> Iterator[Triple]:
    """The prefixes of our answers, in the form that editors ask for: https://www.w3.org/TR/shacl/#sparql-prefixes."""
    for name, namespace in {**PREFIXES, "search": PORTAL["search/"].value}.items():
        node = _part("prefix", name)
        yield Triple(_part(_SERVICE), SH.declare, node)
        yield Triple(node, SH["prefix"], Literal(name))
        yield Triple(node, SH.namespace, Literal(namespace, datatype=XSD.anyURI))
