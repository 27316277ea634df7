"""pySHACL, the reference of validation: the oracle of the tests, and what evaluates what the plan cannot express.

rdflib and pySHACL are met in this module only. pySHACL has no timeout and changes global state of rdflib while it runs,
so outside of tests it runs in a caged child; it is given graphs, never strings (which it would fetch), no imports.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from pyshacl import validate as pyshacl_validate
from pyshacl.errors import ValidationFailure
from pyshacl.shape import Shape

from shapes.components.constraints import Term
from shapes.leftovers import Key, Messages
from vocabularies.namespaces import SH, XSD

_PARTS: Final = (
    SH.focusNode,
    SH.resultPath,
    SH.value,
    SH.resultSeverity,
    SH.sourceConstraintComponent,
    SH.sourceShape,
)
_ADVANCED: Final = (SH.target, SH.expression)


def to_rdflib(statements: Iterable[Quad | Triple]) -> rdflib.Graph:
    """The statements as one rdflib graph: labels of blank nodes and texts of literals as they are."""
    target = rdflib.Graph(bind_namespaces="none")
    for statement in statements:
        subject, value = _to_node(statement.subject), _to_node(statement.object)
        if subject is not None and value is not None:
            target.add((subject, rdflib.URIRef(statement.predicate.value), value))
    return target


def _to_node(term: Term) -> rdflib.IdentifiedNode | rdflib.Literal | None:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, Triple):
        return None  # rdflib has no quoted triples
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype == XSD.string else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def _from_node(node: object) -> str | None:
    """N-Triples as pyoxigraph writes them."""
    if node is None:
        return None
    if isinstance(node, rdflib.Literal):
        datatype = None if node.datatype is None else NamedNode(str(node.datatype))
        if node.language:
            return str(Literal(str(node), language=node.language))
        return str(Literal(str(node), datatype=datatype) if datatype else Literal(str(node)))
    return f"_:{node}" if isinstance(node, rdflib.BNode) else f"<{node}>"


def validate(data: rdflib.Graph, shapes: rdflib.Graph) -> list[Key]:
    """PySHACL's results on two graphs."""
    return keys_of(_report(data, shapes))


def _report(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """SHACL-AF is on only where the shapes use what is read of it here; its rules, which change data, are not run."""
    shapes.remove((None, _uri(SH.rule), None))
    advanced = any((None, _uri(predicate), None) in shapes for predicate in _ADVANCED)
    advanced = advanced or (None, rdflib.RDF.type, _uri(SH.SPARQLFunction)) in shapes
    _, report, _ = pyshacl_validate(data, shacl_graph=shapes, inference="none", do_owl_imports=False, advanced=advanced)
    if isinstance(report, ValidationFailure):
        raise report  # pySHACL gives some of its failures back
    return cast("rdflib.Graph", report)


def keys_of(report: rdflib.Graph) -> list[Key]:
    """The results of a report, without those that are details of others."""
    return [_key_of(report, result) for result in _results(report)]


def _results(report: rdflib.Graph) -> Iterator[rdflib.term.Node]:
    return report.objects(None, _uri(SH.result))


def _key_of(report: rdflib.Graph, result: rdflib.term.Node) -> Key:
    return cast("Key", tuple(_from_node(report.value(result, _uri(part))) for part in _PARTS))


def _messages_of(report: rdflib.Graph, result: rdflib.term.Node) -> Messages:
    found = report.objects(result, _uri(SH.resultMessage))
    return sorted((one.language or "", str(one)) for one in found if isinstance(one, rdflib.Literal))


def _uri(term: NamedNode) -> rdflib.URIRef:
    return rdflib.URIRef(term.value)


def work(argument: Mapping[str, Sequence[Sequence[str]]], out: BinaryIO) -> None:
    """The child's side: for each pair of N-Quads files of data and shapes, a line per target and one per result.

    Targets are texts, results lists; an empty line ends a pair.
    """
    logging.disable(logging.CRITICAL)  # rdflib logs a stack trace for each literal it cannot read
    known = {shapes: to_rdflib(_parse(shapes)) for shapes in {shapes for _, shapes in argument["pairs"]}}
    for data, shapes in argument["pairs"]:
        with _noted() as focuses:
            report = _report(to_rdflib(_parse(data)), known[shapes])
        out.writelines(json.dumps(_from_node(one)).encode() + b"\n" for one in focuses)
        told = ([_key_of(report, result), _messages_of(report, result)] for result in _results(report))
        out.writelines(json.dumps(one).encode() + b"\n" for one in told)
        out.write(b"\n")


@contextmanager
def _noted() -> Iterator[set[object]]:
    """The nodes that shapes have for targets meanwhile: pySHACL tells only those with results."""
    found: set[object] = set()
    original = Shape.focus_nodes

    def focus_nodes(self: Shape, *arguments: object, **named: object) -> set[object]:
        nodes: set[object] = original(self, *arguments, **named)  # type: ignore[no-untyped-call]
        found.update(nodes)
        return nodes

    Shape.focus_nodes = focus_nodes  # type: ignore[method-assign]  # it has no hook for this; we are its only user here
    try:
        yield found
    finally:
        Shape.focus_nodes = original  # type: ignore[method-assign]


def _parse(path: str) -> Iterable[Quad]:
    return parse(path=path, format=RdfFormat.N_QUADS)
