"""The numbers of a generation as VoID, in the form that query editors read too.

A class's properties are partitions of its partition; what their values are is told by partitions of datatypes and by
links between two classes (https://www.w3.org/TR/void/, http://ldf.fi/void-ext#, as the SIB's VoID generator has it).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from graph.formats import RDF_FORMATS, RESULT_FORMATS
from graph.iris import Iris, key
from graph.record import KINDS
from queries.void.statistics import Link, Partition, Statistics, targets
from vocabularies.namespaces import DCT, FOAF, FORMATS, RDF, SD, VOID, VOID_EXT

FORMS: Final[Mapping[str, NamedNode]] = {
    "json": FORMATS.SPARQL_Results_JSON,
    "xml": FORMATS.SPARQL_Results_XML,
    "csv": FORMATS.SPARQL_Results_CSV,
    "tsv": FORMATS.SPARQL_Results_TSV,
    "turtle": FORMATS.Turtle,
    "ntriples": FORMATS["N-Triples"],
    "rdfxml": FORMATS.RDF_XML,
    "jsonld": FORMATS["JSON-LD"],
    "trig": FORMATS.TriG,
    "nquads": FORMATS["N-Quads"],
}
"""Each form we write by the name that the W3C has for it: https://www.w3.org/ns/formats/."""

ROWS: Final = tuple(FORMS[form.name] for form in RESULT_FORMATS)
STATEMENTS: Final = tuple(FORMS[form.name] for form in RDF_FORMATS)

_MAIN: Final = frozenset(
    term.value for kind, terms in KINDS.items() for term in terms if kind not in ("concepts", "contacts")
)


@dataclass(frozen=True, slots=True)
class Nodes:
    """What a description calls things: all are parts of the document at /void."""

    iris: Iris

    @property
    def document(self) -> NamedNode:
        return NamedNode(f"{self.iris.base}/void")

    @property
    def dataset(self) -> NamedNode:
        """The default graph."""
        return self.part("dataset")

    @property
    def endpoint(self) -> NamedNode:
        return NamedNode(f"{self.iris.base}/sparql")

    def graph(self, graph: str) -> NamedNode:
        """What a named graph holds."""
        return self.part("graph", graph.removeprefix(f"{self.iris.base}/graph/").replace("/", "-"))

    def about(self, kind: str, *iris: str) -> NamedNode:
        """A part named by what it is about."""
        return self.part(kind, *map(key, iris))

    def part(self, *names: str) -> NamedNode:
        return NamedNode(f"{self.document.value}#{'-'.join(names)}")


def statements(statistics: Statistics, iris: Iris, graphs: Mapping[str, int]) -> Iterator[Triple]:
    """The description of the default graph, less what the operator says of it; `graphs` are all named ones."""
    nodes = Nodes(iris)
    told = (
        _document(nodes),
        _dataset(statistics, nodes),
        _classes(statistics, nodes),
        _properties(statistics, nodes),
        _graphs(graphs, nodes),
        _targets(statistics.links, nodes),
    )
    return chain.from_iterable(told)


def _document(nodes: Nodes) -> Iterator[Triple]:
    yield Triple(nodes.document, RDF.type, VOID.DatasetDescription)
    yield Triple(nodes.document, FOAF.primaryTopic, nodes.dataset)


def _dataset(statistics: Statistics, nodes: Nodes) -> Iterator[Triple]:
    dataset = nodes.dataset
    yield Triple(dataset, RDF.type, VOID.Dataset)
    yield Triple(dataset, VOID.sparqlEndpoint, nodes.endpoint)
    yield Triple(dataset, VOID.rootResource, nodes.iris.catalogue)
    numbers = {
        VOID.triples: statistics.triples,
        VOID.entities: statistics.entities,
        VOID.distinctSubjects: statistics.subjects,
        VOID.distinctObjects: statistics.objects,
        VOID.properties: len(statistics.properties),
        VOID.classes: len(statistics.classes),
    }
    yield from (Triple(dataset, by, Literal(number)) for by, number in numbers.items())
    yield from (Triple(dataset, VOID.feature, form) for form in STATEMENTS)
    yield from (Triple(dataset, VOID.vocabulary, one) for one in vocabularies(statistics))
    for one, example in statistics.examples.items():
        if one in _MAIN:
            yield Triple(dataset, VOID.exampleResource, NamedNode(example))
    minted = nodes.part("minted")  # others keep their IRIs, so the dataset as a whole has no one space
    yield Triple(dataset, VOID.subset, minted)
    yield Triple(minted, RDF.type, VOID.Dataset)
    yield Triple(minted, VOID.uriSpace, Literal(f"{nodes.iris.base}/"))


def vocabularies(statistics: Statistics) -> list[NamedNode]:
    """The namespaces of all classes and properties that are used."""
    terms = [*statistics.classes, *statistics.properties]
    spaces = {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms}
    return [NamedNode(space) for space in sorted(spaces) if space]


def _classes(statistics: Statistics, nodes: Nodes) -> Iterator[Triple]:
    for one, entities in statistics.classes.items():
        node = nodes.about("class", one)
        yield Triple(nodes.dataset, VOID.classPartition, node)
        yield Triple(node, RDF.type, VOID.Dataset)
        yield Triple(node, VOID["class"], NamedNode(one))
        yield Triple(node, VOID.entities, Literal(entities))
        for name, partition in statistics.partitions.get(one, {}).items():
            yield from _property_of_class(one, name, partition, nodes)


def _property_of_class(one: str, name: str, partition: Partition, nodes: Nodes) -> Iterator[Triple]:
    of_class, node = nodes.about("class", one), nodes.about("class", one, name)
    yield Triple(of_class, VOID.propertyPartition, node)
    yield from _property(node, name, partition.triples)
    for datatype, number in partition.datatypes.items():
        part = nodes.about("datatype", one, name, datatype)
        yield Triple(node, VOID_EXT.datatypePartition, part)
        yield Triple(part, RDF.type, VOID.Dataset)
        yield Triple(part, VOID_EXT.datatype, NamedNode(datatype))
        yield from _counted(part, number)
    for other, number in partition.classes.items():
        link = nodes.about("link", one, name, other)
        yield Triple(of_class, VOID.subset, link)
        yield from _link(link, of_class, name, nodes.about("class", other))
        yield from _counted(link, number)


def _properties(statistics: Statistics, nodes: Nodes) -> Iterator[Triple]:
    for name, triples in statistics.properties.items():
        node = nodes.about("property", name)
        yield Triple(nodes.dataset, VOID.propertyPartition, node)
        yield from _property(node, name, triples)


def _property(node: NamedNode, name: str, triples: int) -> Iterator[Triple]:
    yield Triple(node, RDF.type, VOID.Dataset)
    yield Triple(node, VOID.property, NamedNode(name))
    yield Triple(node, VOID.triples, Literal(triples))


def _graphs(graphs: Mapping[str, int], nodes: Nodes) -> Iterator[Triple]:
    """The named graphs; those of the default graph are parts of it."""
    for graph, triples in sorted(graphs.items()):
        node = nodes.graph(graph)
        if nodes.iris.in_default_graph(NamedNode(graph)):
            yield Triple(nodes.dataset, VOID.subset, node)
        yield Triple(node, RDF.type, VOID.Dataset)
        yield Triple(node, RDF.type, SD.Graph)
        yield Triple(node, VOID.triples, Literal(triples))


def _targets(links: Iterable[Link], nodes: Nodes) -> Iterator[Triple]:
    """What leads to data sets of others."""
    found = list(links)
    for target in targets():
        leading = [link for link in found if link.target == target.name]
        node = nodes.part("target", target.name)
        if leading:
            yield Triple(node, RDF.type, VOID.Dataset)
            yield Triple(node, DCT.title, Literal(target.title, language="en"))
            yield Triple(node, FOAF.homepage, NamedNode(target.page))
            yield Triple(node, VOID.uriSpace, Literal(target.space))
        for link in leading:
            linkset = nodes.part("linkset", target.name, key(link.property))
            yield Triple(nodes.dataset, VOID.subset, linkset)
            yield from _link(linkset, nodes.dataset, link.property, node)
            yield from _counted(linkset, link.triples)
            yield Triple(linkset, VOID.distinctObjects, Literal(link.objects))


def _link(node: NamedNode, subjects: NamedNode, by: str, objects: NamedNode) -> Iterator[Triple]:
    yield Triple(node, RDF.type, VOID.Linkset)
    yield Triple(node, VOID.subjectsTarget, subjects)
    yield Triple(node, VOID.linkPredicate, NamedNode(by))
    yield Triple(node, VOID.objectsTarget, objects)


def _counted(node: NamedNode, number: int) -> Iterator[Triple]:
    """How many statements; nothing where they were not counted."""
    if number:
        yield Triple(node, VOID.triples, Literal(number))
