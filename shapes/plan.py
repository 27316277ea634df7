"""Shapes compiled once into a plan that is evaluated directly on records.

What the plan cannot express (SHACL-SPARQL, shapes that refer to themselves) is named in `leftovers` and kept, as a
shapes graph of its own, for pySHACL (shapes/reference.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Quad

from shapes.compiler import Compiler, is_class
from shapes.constraints import Constraint, Shape, Source, Term
from shapes.index import Index, Subject
from shapes.parameters import Unsupported
from shapes.targets import Targeted
from vocabularies.namespaces import RDF, SH


@dataclass(frozen=True, slots=True)
class Leftover:
    """A part of a shape that goes to pySHACL, and why."""

    shape: Subject
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """`keys` numbers the predicates that are looked at, `bits` the classes.

    `closed` numbers, as further keys, the closed shapes: the predicates that each of them allows. `remote` are the keys
    read on nodes that a focus node refers to, `inverse` those followed backwards: to judge one record, a context has to
    know these of all the others.
    """

    targeted: tuple[Targeted, ...]
    sources: tuple[Source, ...]
    keys: Mapping[NamedNode, int]
    closed: Mapping[int, frozenset[NamedNode]]
    bits: Mapping[NamedNode, int]
    remote: frozenset[int]
    inverse: frozenset[int]
    leftovers: tuple[Leftover, ...]
    rest: tuple[Quad, ...]


_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
_SHAPES: Final = (SH.NodeShape, SH.PropertyShape)
_TIED: Final = {SH.closed: (SH.ignoredProperties,)}
"""Parameters that go with another one, and mean nothing without it."""

Statement = tuple[object, ...]


def compile_plan(statements: Iterable[Quad]) -> Plan:
    """The plan of a shapes graph. Raises MalformedShape where SHACL does not allow what it says."""
    index = Index(statements)
    compiler = Compiler(index)
    targeted: list[Targeted] = []
    leftovers: list[Leftover] = []
    expressed: set[Statement] = set()
    for node in _targeted_nodes(index):
        try:
            one = _compile_shape(compiler, node, leftovers, expressed)
        except Unsupported as reason:
            leftovers.append(Leftover(node, str(reason)))
            continue
        targeted.append(one)
    numbers = compiler.numbers
    return Plan(
        targeted=tuple(targeted),
        sources=tuple(compiler.sources),
        keys=numbers.keys,
        closed=numbers.closed,
        bits=numbers.bits,
        remote=frozenset(numbers.remote),
        inverse=frozenset(numbers.inverse),
        leftovers=tuple(leftovers),
        rest=_rest(index, expressed) if leftovers else (),
    )


def _targeted_nodes(index: Index) -> list[Subject]:
    return [index.shape_of(subject) for subject in index.subjects() if _is_targeted(index, subject)]


def _is_targeted(index: Index, subject: Term) -> bool:
    """Whether the shape names targets, or is a class."""
    if any(index.objects(subject, target) for target in _TARGETS):
        return True
    types = index.objects(subject, RDF.type)
    is_shape = any(kind in types for kind in _SHAPES) or bool(index.objects(subject, SH.property))
    return is_shape and is_class(index, subject)


def _compile_shape(compiler: Compiler, node: Subject, leftovers: list[Leftover], expressed: set[Statement]) -> Targeted:
    """Compile what can be, part by part; what cannot is added to `leftovers`, what can to `expressed`."""
    index = compiler.index
    nothing = Shape(node, None, ())
    compiler.targets(node, nothing)
    left: list[Leftover] = []
    said: set[Statement] = set()
    if index.is_property_shape(node) or _is_entangled(index, node):
        shape = compiler.shape(node, deep=False)
    else:
        shape = _divide(compiler, node, left, said)
    if not left:
        said.update((node, predicate, value) for predicate in _TARGETS for value in index.objects(node, predicate))
    leftovers += left
    expressed |= said
    return compiler.targets(node, shape)


def _is_entangled(index: Index, node: Subject) -> bool:
    """Whether the meaning of a part depends on the others, so that the shape cannot be divided."""
    return any(index.objects(part, SH.qualifiedValueShapesDisjoint) for part in index.objects(node, SH.property))


def _divide(compiler: Compiler, node: Subject, left: list[Leftover], said: set[Statement]) -> Shape:
    constraints: list[Constraint] = []
    for predicate, value in compiler.parameters(node):
        try:
            constraints.extend(compiler.constraint(node, predicate, value, deep=False))
        except Unsupported as reason:
            left.append(Leftover(node, str(reason)))
            continue
        said.add((node, predicate, value))
        said.update(
            (node, tied, one) for tied in _TIED.get(predicate, ()) for one in compiler.index.objects(node, tied)
        )
    return Shape(node, None, tuple(constraints))


def _rest(index: Index, expressed: set[Statement]) -> tuple[Quad, ...]:
    return tuple(quad for quad in index.statements if (quad.subject, quad.predicate, quad.object) not in expressed)
