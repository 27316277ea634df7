"""pySHACL, the reference of validation: the oracle of the tests, and what evaluates what the plan cannot express.

rdflib and pySHACL are met in this module only. pySHACL has no timeout and changes global state of rdflib while it runs,
so outside of tests it runs in a caged child; it is given graphs, never strings (which it would fetch), no imports.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final, cast

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize
from pyshacl import validate as pyshacl_validate
from pyshacl.errors import ValidationFailure

from graph import cage
from shapes.constraints import Result, Source, Term
from shapes.index import Index
from shapes.sources import source_of
from vocabularies.namespaces import SH, XSD

Messages = list[tuple[str, str]]
"""Language and text of each."""

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
_ADVANCED: Final = (SH.target, SH.expression)


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
    """The child's side: for each pair of N-Quads files of data and shapes, a line per result, then an empty line."""
    logging.disable(logging.CRITICAL)  # rdflib logs a stack trace for each literal it cannot read
    known = {shapes: to_rdflib(_parse(shapes)) for shapes in {shapes for _, shapes in argument["pairs"]}}
    for data, shapes in argument["pairs"]:
        report = _report(to_rdflib(_parse(data)), known[shapes])
        told = ([_key_of(report, result), _messages_of(report, result)] for result in _results(report))
        out.writelines(json.dumps(one).encode() + b"\n" for one in told)
        out.write(b"\n")


def _parse(path: str) -> Iterable[Quad]:
    return parse(path=path, format=RdfFormat.N_QUADS)


def validate_caged(pairs: Sequence[tuple[Path, Path]], limits: cage.Limits | None = None) -> Iterator[list[Key]]:
    """The reference's results for each pair of N-Quads files (data, shapes), computed in one caged child.

    Raises CageError when the child breaks a limit.
    """
    for found in _caged(pairs, limits):
        yield [one for one, _ in found]


def _caged(
    pairs: Sequence[tuple[Path, Path]], limits: cage.Limits | None = None
) -> Iterator[list[tuple[Key, Messages]]]:
    argument = {"pairs": [[str(data), str(shapes)] for data, shapes in pairs]}
    found: list[tuple[Key, Messages]] = []
    for line in cage.lines("shapes.reference:work", argument, limits or cage.Limits()):
        if line == b"\n":
            yield found
            found = []
        else:
            one, messages = json.loads(line)
            found.append((cast("Key", tuple(one)), [(language, text) for language, text in messages]))


def evaluate_rest(
    rest: Iterable[Quad], sources: Iterable[Source], data: Iterable[Quad], limits: cage.Limits | None = None
) -> list[Result]:
    """The results of what a plan leaves over (`plan.rest`), for a whole graph or a record's closure."""
    origins = _Origins(Index(rest), sources)
    with TemporaryDirectory() as folder:
        paths = (Path(folder, "data.nq"), Path(folder, "shapes.nq"))
        for path, quads in zip(paths, (data, origins.index.statements), strict=True):
            serialize(quads, str(path), RdfFormat.N_QUADS)
        return [origins.result(one, messages) for found in _caged([paths], limits) for one, messages in found]


class _Origins:
    """The sources of the reference's results: those of the plan, or made from the shapes that were left over."""

    def __init__(self, index: Index, sources: Iterable[Source]) -> None:
        self.index = index
        self._known = {(source.shape, source.component, source.severity, source.path): source for source in sources}
        self._made: dict[tuple[object, ...], Source] = {}

    def result(self, one: Key, messages: Messages) -> Result:
        focus, path, value, severity, component, shape = one
        node, at = _subject(shape), None if path is None else _subject(path)
        source = self._known.get((node, _iri(component), _iri(severity), at))
        if source is None:
            made = (node, component, severity, at, *messages)
            source = self._made.get(made)
            if source is None:
                source = self._made[made] = self._make(node, _iri(component), at, messages)
        return Result(_term(focus), None if value is None else _term(value), source)

    def _make(
        self, node: NamedNode | BlankNode, component: NamedNode, path: NamedNode | BlankNode | None, messages: Messages
    ) -> Source:
        """What the shape says; the path and, for SPARQL, the messages may be of one result."""
        source = source_of(self.index, node, component)
        if source.path != path:
            text = path.value if isinstance(path, NamedNode) else None
            source = replace(source, path=path, path_text=text, path_triples=())
        return replace(source, messages=tuple(messages)) if component == SH.SPARQLConstraintComponent else source


def _term(text: str) -> Term:
    quad: Quad = next(parse(f"<about:> <about:> {text} .", RdfFormat.N_TRIPLES))
    return quad.object


def _subject(text: str) -> NamedNode | BlankNode:
    return BlankNode(text[2:]) if text.startswith("_:") else _iri(text)


def _iri(text: str) -> NamedNode:
    return NamedNode(text[1:-1])
