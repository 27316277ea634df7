"""Shapes compiled once into a plan that is evaluated directly on records.

What the plan cannot express (SHACL-SPARQL, unusual paths, value ranges) is named in `leftovers` and kept, as a shapes
graph of its own, for pySHACL (shapes/reference.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Quad

from shapes.compiler import Compiler, Targeted, Unsupported
from shapes.constraints import Constraint, Shape, Source, Term
from shapes.index import Index, Subject
from vocabularies.namespaces import RDF, RDFS, SH


@dataclass(frozen=True, slots=True)
class Leftover:
    """A part of a shape that goes to pySHACL, and why."""

    shape: Subject
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """`keys` numbers the predicates that are looked at, `bits` the classes.

    `remote` are the keys read on nodes that a focus node refers to, `inverse` those followed backwards: to judge one
    record, a context has to know these of all the others.
    """

    targeted: tuple[Targeted, ...]
    sources: tuple[Source, ...]
    keys: Mapping[NamedNode, int]
    bits: Mapping[NamedNode, int]
    remote: frozenset[int]
    inverse: frozenset[int]
    leftovers: tuple[Leftover, ...]
    rest: tuple[Quad, ...]


_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
_ENTANGLED: Final = (SH.closed, SH.qualifiedValueShapesDisjoint)
"""Parameters whose meaning depends on the shape's other parts, so that the shape cannot be divided."""


def compile_plan(statements: Iterable[Quad]) -> Plan:
    """The plan of a shapes graph. Raises MalformedShape where SHACL does not allow what it says."""
    index = Index(statements)
    compiler = Compiler(index)
    targeted: list[Targeted] = []
    leftovers: list[Leftover] = []
    expressed: set[tuple[object, ...]] = set()
    for node in _targeted_nodes(index):
        try:
            one = _compile_shape(compiler, index, node, leftovers, expressed)
        except Unsupported as reason:
            leftovers.append(Leftover(node, str(reason)))
            continue
        targeted.append(one)
    return Plan(
        targeted=tuple(targeted),
        sources=tuple(compiler.sources),
        keys=compiler.keys,
        bits=compiler.bits,
        remote=frozenset(compiler.remote),
        inverse=frozenset(compiler.inverse),
        leftovers=tuple(leftovers),
        rest=_rest(index, expressed) if leftovers else (),
    )


def _targeted_nodes(index: Index) -> list[Subject]:
    return [index.shape_of(subject) for subject in index.subjects() if _is_targeted(index, subject)]


def _is_targeted(index: Index, subject: Term) -> bool:
    """Whether the shape names targets, or is a class, which then is its target (SHACL 2.1.3.3)."""
    types = index.objects(subject, RDF.type)
    if RDFS.Class in types and (SH.NodeShape in types or SH.PropertyShape in types):
        return True
    return any(index.objects(subject, target) for target in _TARGETS)


def _compile_shape(
    compiler: Compiler, index: Index, node: Subject, leftovers: list[Leftover], expressed: set[tuple[object, ...]]
) -> Targeted:
    """Compile what can be, part by part; what cannot is added to `leftovers`, what can to `expressed`."""
    for predicate in (SH.targetNode, SH.targetObjectsOf, SH.target):
        if index.objects(node, predicate):
            raise Unsupported(f"targets by {predicate.value}")
    if index.is_property_shape(node):
        shape = compiler.shape(node, deep=False)
    else:
        shape = _divide(compiler, index, node, leftovers, expressed)
    targeted = compiler.targets(node, shape)
    if shape.path is not None or not any(left.shape == node for left in leftovers):
        expressed.update((node, predicate, value) for predicate in _TARGETS for value in index.objects(node, predicate))
    return targeted


def _divide(
    compiler: Compiler, index: Index, node: Subject, leftovers: list[Leftover], expressed: set[tuple[object, ...]]
) -> Shape:
    for predicate in _ENTANGLED:
        if index.objects(node, predicate) or any(
            index.objects(part, predicate) for part in index.objects(node, SH.property)
        ):
            raise Unsupported(f"{predicate.value} looks at the shape as a whole")
    constraints: list[Constraint] = []
    for predicate, value in compiler.parameters(node):
        try:
            constraints.extend(compiler.constraint(node, predicate, value, deep=False))
        except Unsupported as reason:
            leftovers.append(Leftover(node, str(reason)))
            continue
        expressed.add((node, predicate, value))
    return Shape(node, None, tuple(constraints))


def _rest(index: Index, expressed: set[tuple[object, ...]]) -> tuple[Quad, ...]:
    return tuple(quad for quad in index.statements if (quad.subject, quad.predicate, quad.object) not in expressed)
