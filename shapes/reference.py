"""pySHACL, the reference of validation: the oracle of the tests, and what evaluates what the plan cannot express.

rdflib and pySHACL are met in this module only. pySHACL has no timeout and changes global state of rdflib while it runs,
so outside of tests it runs in a caged child; it is given graphs, never strings (which it would fetch), no imports.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final, cast

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize
from pyshacl import validate as pyshacl_validate

from graph import cage
from shapes.constraints import Result, Source, Term
from vocabularies.namespaces import SH, XSD

Key = tuple[str, str | None, str | None, str, str, str]
"""Focus, path, value, severity, component and source shape of a result, each as N-Triples: what makes two equal."""

_PARTS: Final = (
    SH.focusNode,
    SH.resultPath,
    SH.value,
    SH.resultSeverity,
    SH.sourceConstraintComponent,
    SH.sourceShape,
)


def key(result: Result) -> Key:
    """Our result, comparable with the reference's."""
    source = result.source
    return (
        str(result.focus),
        None if source.path is None else str(source.path),
        None if result.value is None else str(result.value),
        str(source.severity),
        str(source.component),
        str(source.shape),
    )


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
    _, report, _ = pyshacl_validate(data, shacl_graph=shapes, inference="none", do_owl_imports=False)
    return keys_of(cast("rdflib.Graph", report))


def keys_of(report: rdflib.Graph) -> list[Key]:
    """The results of a report, without those that are details of others."""
    found = report.objects(None, rdflib.URIRef(SH.result.value))
    return [cast("Key", tuple(_from_node(report.value(result, _uri(part))) for part in _PARTS)) for result in found]


def _uri(term: NamedNode) -> rdflib.URIRef:
    return rdflib.URIRef(term.value)


def work(argument: Mapping[str, Sequence[Sequence[str]]], out: BinaryIO) -> None:
    """The child's side: for each pair of N-Quads files of data and shapes, a line per result, then an empty line."""
    logging.disable(logging.CRITICAL)  # rdflib logs a stack trace for each literal it cannot read
    for data, shapes in argument["pairs"]:
        out.writelines(
            json.dumps(found).encode() + b"\n"
            for found in validate(*(to_rdflib(parse(path=path, format=RdfFormat.N_QUADS)) for path in (data, shapes)))
        )
        out.write(b"\n")


def _parse(path: str) -> Iterable[Quad]:
    return parse(path=path, format=RdfFormat.N_QUADS)


def validate_caged(pairs: Sequence[tuple[Path, Path]], limits: cage.Limits | None = None) -> Iterator[list[Key]]:
    """The reference's results for each pair of N-Quads files (data, shapes), computed in one caged child.

    Raises CageError when the child breaks a limit.
    """
    argument = {"pairs": [[str(data), str(shapes)] for data, shapes in pairs]}
    found: list[Key] = []
    for line in cage.lines("shapes.reference:work", argument, limits or cage.Limits()):
        if line == b"\n":
            yield found
            found = []
        else:
            found.append(cast("Key", tuple(json.loads(line))))


def evaluate_rest(rest: Iterable[Quad], sources: Iterable[Source], data: Iterable[Quad]) -> list[Result]:
    """The results of what a plan leaves over (`plan.rest`), for a whole graph or a record's closure."""
    known = {(str(source.shape), str(source.component), str(source.severity)): source for source in sources}
    with TemporaryDirectory() as folder:
        paths = (Path(folder, "data.nq"), Path(folder, "shapes.nq"))
        for path, quads in zip(paths, (data, rest), strict=True):
            serialize(quads, str(path), RdfFormat.N_QUADS)
        return [_result(one, known) for found in validate_caged([paths]) for one in found]


def _result(one: Key, known: dict[tuple[str, str, str], Source]) -> Result:
    focus, path, value, severity, component, shape = one
    source = known.get((shape, component, severity))
    if source is None or (source.path is None) != (path is None):
        source = Source(
            shape=_subject(shape),
            component=_iri(component),
            severity=_iri(severity),
            path=None if path is None else _subject(path),
            path_text=None if path is None else path.strip("<>"),
        )
        known[shape, component, severity] = source
    return Result(_term(focus), None if value is None else _term(value), source)


def _term(text: str) -> Term:
    quad: Quad = next(parse(f"<about:> <about:> {text} .", RdfFormat.N_TRIPLES))
    return quad.object


def _subject(text: str) -> NamedNode | BlankNode:
    return BlankNode(text[2:]) if text.startswith("_:") else _iri(text)


def _iri(text: str) -> NamedNode:
    return NamedNode(text[1:-1])
