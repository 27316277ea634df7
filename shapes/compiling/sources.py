"""What readers are told of a constraint: its Source, from the shapes graph."""

from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.compiling.index import Index, Subject
from shapes.components.constraints import Source, Term
from vocabularies.namespaces import DCT, RDF, SH

_REPEATED: Final = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def component_of(parameter: NamedNode) -> NamedNode:
    """The constraint component of a parameter: their names differ in one case only, in SHACL's own words."""
    name = SH.local(parameter)
    return SH[f"{name[0].upper()}{name[1:]}ConstraintComponent"]


def source_of(index: Index, node: Subject, component: NamedNode) -> Source:
    path = index.one(node, SH.path)
    severities = index.nodes(node, SH.severity)
    clause = next(iter(index.objects(node, DCT.source)), None)
    return Source(
        shape=node,
        component=component,
        severity=severities[0] if severities else SH.Violation,
        path=path if isinstance(path, (NamedNode, BlankNode)) else None,
        path_text=None if path is None else path_text(index, path),
        path_triples=() if path is None else tuple(index.closure(path)),
        messages=_texts(index, node, SH.message),
        names=_texts(index, node, SH.name),
        clause=clause.value if isinstance(clause, NamedNode) else None,
    )


def _texts(index: Index, node: Subject, predicate: NamedNode) -> tuple[tuple[str, str], ...]:
    found = (value for value in index.objects(node, predicate) if isinstance(value, Literal))
    return tuple(sorted((value.language or "", value.value) for value in found))


def path_text(index: Index, path: Term) -> str:
    """An IRI for a predicate; SPARQL's notation for any other path."""
    if isinstance(path, NamedNode):
        return path.value
    if index.objects(path, RDF.first):
        return "/".join(_step_text(index, part) for part in index.sequence(path))
    for inverse in index.objects(path, SH.inversePath):
        return f"^{_step_text(index, inverse)}"
    for choice in index.objects(path, SH.alternativePath):
        return "|".join(_step_text(index, part) for part in index.sequence(choice))
    for kind, sign in _REPEATED.items():
        for part in index.objects(path, kind):
            return f"{_step_text(index, part)}{sign}"
    return str(path)


def _step_text(index: Index, path: Term) -> str:
    return str(path) if isinstance(path, NamedNode) else f"({path_text(index, path)})"
