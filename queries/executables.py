"""The library as RDF: each question a sh:SPARQLExecutable, as https://www.w3.org/TR/shacl-af/ has it.

Told as collections of SPARQL examples are (rdfs:comment, schema:target), so that editors offer the questions.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from graph.iris import Iris
from queries.headers import Parameter, Query, topics
from queries.library import load, names
from vocabularies.namespaces import DCT, PREFIXES, RDF, RDFS, SCHEMA, SH, XSD

_CLASSES: Final = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
}


def library(iris: Iris) -> Iterator[Triple]:
    """All questions, the list of them, and the prefixes they share."""
    listed = NamedNode(f"{iris.base}/queries")
    yield Triple(listed, RDF.type, SCHEMA.ItemList)
    for name in names():
        yield Triple(listed, SCHEMA.itemListElement, address(iris, name))
        yield from executable(iris, load(name))
    yield from _variables(iris)
    yield from _prefixes(listed)


def address(iris: Iris, name: str) -> NamedNode:
    return NamedNode(f"{iris.base}/queries/{name}")


def executable(iris: Iris, query: Query) -> Iterator[Triple]:
    """One question."""
    node = address(iris, query.name)
    kind, told_by = _CLASSES[query.form]
    yield Triple(node, RDF.type, SH.SPARQLExecutable)
    yield Triple(node, RDF.type, kind)
    yield from _texts(node, RDFS.label, query.titles)
    yield from _texts(node, RDFS.comment, query.abouts)
    yield from _texts(node, SCHEMA.keywords, topics().get(query.topic, {}))
    yield Triple(node, told_by, Literal(query.body))
    yield Triple(node, SH.prefixes, NamedNode(f"{iris.base}/queries"))
    yield Triple(node, SCHEMA.target, NamedNode(f"{iris.base}/sparql"))
    yield Triple(node, DCT.isPartOf, NamedNode(f"{iris.base}/queries"))
    for parameter in query.parameters.values():
        yield from _parameter(iris, node, parameter)


def _parameter(iris: Iris, node: NamedNode, parameter: Parameter) -> Iterator[Triple]:
    """A variable whose value comes from outside: the local name of its path, as SHACL reads it."""
    told = NamedNode(f"{node.value}#{parameter.name}")
    yield Triple(node, SH.parameter, told)
    yield Triple(told, RDF.type, SH.Parameter)
    yield Triple(told, SH.path, NamedNode(f"{iris.base}/queries#{parameter.name}"))
    yield Triple(told, SH.nodeKind, SH.IRI if parameter.term is NamedNode else SH.Literal)
    yield Triple(told, SH.optional, Literal(not parameter.required))
    yield from _texts(told, SH.name, parameter.labels)


def _variables(iris: Iris) -> Iterator[Triple]:
    """What a parameter of the same name stands for in all questions: the property that SHACL has as its path."""
    found = {name: parameter for each in names() for name, parameter in load(each).parameters.items()}
    for name, parameter in sorted(found.items()):
        node = NamedNode(f"{iris.base}/queries#{name}")
        yield Triple(node, RDF.type, RDF.Property)
        yield from _texts(node, RDFS.label, parameter.labels)


def _texts(node: NamedNode, predicate: NamedNode, texts: Mapping[str, str]) -> Iterable[Triple]:
    return (Triple(node, predicate, Literal(text, language=language)) for language, text in texts.items())


def _prefixes(node: NamedNode) -> Iterator[Triple]:
    for prefix, namespace in PREFIXES.items():
        declared = NamedNode(f"{node.value}#prefix-{prefix}")
        yield Triple(node, SH.declare, declared)
        yield Triple(declared, RDF.type, SH.PrefixDeclaration)
        yield Triple(declared, SH["prefix"], Literal(prefix))
        yield Triple(declared, SH.namespace, Literal(namespace, datatype=XSD.anyURI))
