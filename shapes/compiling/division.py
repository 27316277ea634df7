"""What of a shape is evaluated directly, and what is left to pySHACL.

A shape is divided part by part, and its property shapes in turn; what is expressed is taken out of the shapes graph
that pySHACL gets. A shape that others refer to stays whole, as its parts mean something to them as well.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad

from shapes.compiling.circles import closing
from shapes.compiling.compiler import Compiler, class_kinds, is_class
from shapes.compiling.index import Index, Subject
from shapes.compiling.parameters import Unsupported
from shapes.compiling.sources import source_of
from shapes.components.constraints import Constraint, Property, Shape, Term
from shapes.evaluation.targets import Targeted
from vocabularies.namespaces import RDF, SH

TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)
_COUNTED: Final = (SH.qualifiedValueShape, SH.qualifiedValueShapesDisjoint)
_TIED: Final = {
    SH.closed: (SH.ignoredProperties,),
    SH.qualifiedMaxCount: _COUNTED,
    SH.qualifiedMinCount: _COUNTED,
}
"""Parameters that go with another one, and mean nothing without it."""
_REFERENCES: Final = frozenset((SH.node, SH.property, SH["not"], SH.qualifiedValueShape, RDF.first))

Said = set[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Leftover:
    """A part of a shape that goes to pySHACL, and why; `counted`, whether its targets are among the records checked."""

    shape: Subject
    reason: str
    counted: bool = True


@dataclass(slots=True)
class Division:
    """Goes through the targeted shapes of one graph. `expressed` are the statements that pySHACL is not to see."""

    compiler: Compiler
    leftovers: list[Leftover] = field(default_factory=list)
    expressed: Said = field(default_factory=set)

    def targeted(self, nodes: Iterable[Subject]) -> Iterator[Targeted]:
        for node in nodes:
            left: list[Leftover] = []
            said: Said = set()
            try:
                one = self._targeted(node, left, said)
            except Unsupported as reason:
                targets = list(self._elsewhere(node))
                self._leave(node, reason, self.leftovers, counted=bool(targets))
                yield from targets
                continue
            self.leftovers += left
            self.expressed |= said
            yield one

    def rest(self) -> tuple[Quad, ...]:
        """The shapes graph without what is expressed; empty where nothing is left over."""
        if not self.leftovers:
            return ()
        said = self.expressed
        statements = self.compiler.index.statements
        return tuple(quad for quad in statements if (quad.subject, quad.predicate, quad.object) not in said)

    def _targeted(self, node: Subject, left: list[Leftover], said: Said) -> Targeted:
        index, compiler = self.compiler.index, self.compiler
        compiler.targets(node, Shape(node, None, ()))  # unsupported targets leave all to pySHACL
        if referrers(index, node) or _is_entangled(index, node):
            shape = compiler.shape(node, deep=False)
        else:
            shape = self._divided(node, left, said, deep=False)
        if not left:
            said.update(_target_statements(index, node))
        return replace(compiler.targets(node, shape), more=bool(left))

    def _elsewhere(self, node: Subject) -> Iterator[Targeted]:
        """The targets of a shape of which nothing is evaluated here, where they are understood."""
        with suppress(Unsupported):
            yield replace(self.compiler.targets(node, Shape(node, None, ())), more=True)

    def _divided(self, node: Subject, left: list[Leftover], said: Said, *, deep: bool) -> Shape:
        """The part of a shape that can be expressed. Raises Unsupported where that would change what the rest means."""
        compiler, index = self.compiler, self.compiler.index
        path = compiler.path(node, deep=deep)
        constraints: list[Constraint] = []
        for predicate, value in compiler.parameters(node):
            try:
                constraints += compiler.constraint(node, predicate, value, deep=deep)
            except Unsupported as reason:
                constraints += self._part(node, predicate, value, reason, left, said, deep=deep or path is not None)
                continue
            said.add((node, predicate, value))
            said.update((node, tied, one) for tied in _TIED.get(predicate, ()) for one in index.objects(node, tied))
        return closing(Shape(node, path, tuple(constraints)), compiler.numbers)

    def _part(
        self,
        node: Subject,
        predicate: NamedNode,
        value: Term,
        reason: Unsupported,
        left: list[Leftover],
        said: Said,
        *,
        deep: bool,
    ) -> Iterator[Constraint]:
        """What can be expressed of a property shape that cannot be as a whole."""
        index = self.compiler.index
        if predicate != SH.property or len(referrers(index, value)) > 1 or _is_entangled(index, value):
            self._leave(node, reason, left)
            return
        more: list[Leftover] = []
        also: Said = set()
        try:
            shape = self._divided(index.shape_of(value), more, also, deep=deep)
        except Unsupported as whole:
            self._leave(node, whole, left)
            return
        left += more
        said |= also
        if shape.constraints:
            yield Property(source_of(index, node, SH.PropertyConstraintComponent), shape)

    def _leave(self, node: Subject, reason: Unsupported, left: list[Leftover], *, counted: bool = True) -> None:
        left.append(Leftover(_named(self.compiler.index, node), str(reason), counted))


def is_targeted(index: Index, subject: Term) -> bool:
    """Whether the shape names targets, or is a class."""
    if any(index.objects(subject, target) for target in TARGETS):
        return True
    types = index.objects(subject, RDF.type)
    is_shape = any(kind in types for kind in (SH.NodeShape, SH.PropertyShape)) or bool(
        index.objects(subject, SH.property)
    )
    return is_shape and is_class(index, subject)


def referrers(index: Index, node: Term) -> tuple[Subject, ...]:
    """The shapes, or lists of shapes, that refer to a shape."""
    return tuple(one for predicate in _REFERENCES for one in index.subjects_of(predicate, node))


def _is_entangled(index: Index, node: Term) -> bool:
    """Whether the meaning of a part depends on the others, so that the shape cannot be divided."""
    return any(index.objects(part, SH.qualifiedValueShapesDisjoint) for part in index.objects(node, SH.property))


def _target_statements(index: Index, node: Subject) -> Iterator[tuple[object, ...]]:
    for predicate in TARGETS:
        for value in index.objects(node, predicate):
            yield node, predicate, value
    for kind in class_kinds(index):
        yield node, RDF.type, kind


def _named(index: Index, node: Subject) -> Subject:
    """The shape itself, or the nearest one with a name that it is a part of."""
    seen = {node}
    while isinstance(node, BlankNode):
        owner = next(iter(referrers(index, node)), node)
        if owner in seen:
            break
        seen.add(owner)
        node = owner
    return node
