"""From the statements of a shapes graph to shapes and their targets; used by plan.py only."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.compiling.circles import closing
from shapes.compiling.index import Index, MalformedShape, Subject, short
from shapes.compiling.numbers import Numbers
from shapes.compiling.parameters import MAKERS, ON_PATHS, SINGLE, Parameter, Unsupported, is_true
from shapes.compiling.routes import Routes
from shapes.compiling.selection import TooRich, alternatives
from shapes.compiling.sources import component_of, source_of
from shapes.components.constraints import Constraint, Path, Property, Shape, Source, Term
from shapes.components.on_sets import Closed
from shapes.components.on_shapes import And, Node, Not, Or, Qualified, Xone
from shapes.components.on_values import Class
from shapes.components.paths import Predicate
from shapes.evaluation.targets import Condition, Matching, ObjectsOf, SubjectsOf, Targeted, These, Trigger
from vocabularies.namespaces import OWL, RDF, RDFS, SH

_ELSEWHERE: Final = {
    SH.expression: "sh:expression is evaluated by pySHACL",
    SH.js: "sh:js is evaluated by nobody: it wants a JavaScript engine",
    SH.sparql: "sh:sparql is evaluated by pySHACL",
}


class Compiler:
    """Compiles shapes of one graph, each once; collects the numbers of predicates and classes and all sources.

    `deep` tells that a shape is reached over a value, so that what it reads is read on another node than the focus.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self.numbers = Numbers()
        self.sources: list[Source] = []
        self._routes = Routes(index, self.numbers)
        self._elsewhere = {**_ELSEWHERE, **_own_components(index)}
        self._open: list[Subject] = []
        self._done: dict[tuple[Subject, bool], Shape] = {}

    def shape(self, node: Subject, *, deep: bool) -> Shape:
        """Raises Unsupported where a part of the shape, or of one that it refers to, cannot be expressed."""
        done = self._done.get((node, deep))
        if done is not None:
            return done
        if node in self._open:
            raise Unsupported(f"{self.index.where(node)} refers to itself, which SHACL leaves undefined")
        self._open.append(node)
        try:
            shape = self._shape(node, deep=deep)
        finally:
            self._open.pop()
        self._done[node, deep] = shape
        return shape

    def _shape(self, node: Subject, *, deep: bool) -> Shape:
        compiled = self.path(node, deep=deep)
        constraints = tuple(
            constraint
            for predicate, value in self.parameters(node)
            for constraint in self.constraint(node, predicate, value, deep=deep)
        )
        return closing(Shape(node, compiled, constraints, _is_own(compiled, constraints)), self.numbers)

    def path(self, node: Subject, *, deep: bool) -> Path | None:
        """The path of a property shape, None for a node shape."""
        path = self.index.one(node, SH.path)
        return None if path is None else self._routes.path(path, deep=deep)

    def parameters(self, node: Subject) -> Iterator[tuple[NamedNode, Term]]:
        """The statements of a shape that constrain; none when it is deactivated."""
        index = self.index
        if is_true(self, node, SH.deactivated):
            return
        self._look_over(node)
        for predicate in index.predicates(node):
            if predicate in MAKERS or predicate in self._elsewhere:
                for value in index.objects(node, predicate):
                    yield predicate, value

    def _look_over(self, node: Subject) -> None:
        """Raises MalformedShape where the shape's parameters do not go together."""
        index, path = self.index, self.index.one(node, SH.path)
        for predicate in index.predicates(node):
            if predicate in SINGLE:
                index.one(node, predicate)
            if predicate in ON_PATHS and path is None:
                raise MalformedShape(f"{index.where(node)} has {short(predicate)}, but no sh:path to apply it to")
        if index.objects(node, SH.ignoredProperties) and not index.objects(node, SH.closed):
            raise MalformedShape(f"{index.where(node)} has sh:ignoredProperties, but no sh:closed")
        counts = (SH.qualifiedMinCount, SH.qualifiedMaxCount)
        if path is not None and index.objects(node, SH.qualifiedValueShape):
            if not any(index.objects(node, count) for count in counts):
                names = " nor ".join(map(short, counts))
                raise MalformedShape(f"{index.where(node)} has sh:qualifiedValueShape, but neither {names}")
            if len(index.objects(node, SH.qualifiedValueShape)) > 1:
                raise Unsupported("several sh:qualifiedValueShape in one shape are evaluated by pySHACL")

    def constraint(self, node: Subject, predicate: NamedNode, value: Term, *, deep: bool) -> Iterator[Constraint]:
        """The constraint of one parameter value; nothing for one that asks for nothing. Raises Unsupported."""
        if predicate in self._elsewhere:
            raise Unsupported(self._elsewhere[predicate])
        on_path = self.index.is_property_shape(node)
        if predicate in {SH.qualifiedMinCount, SH.qualifiedMaxCount} and not on_path:
            return  # SHACL ignores these on node shapes
        source = source_of(self.index, node, component_of(predicate))
        made = MAKERS[predicate](self, source, Parameter(node, predicate, value, on_path, deep))
        if made is not None:
            if not isinstance(made, Property):
                self.sources.append(source)
            yield made

    def targets(self, node: Subject, shape: Shape) -> Targeted:
        """Raises Unsupported where a target is not understood."""
        index = self.index
        classes = list(index.nodes(node, SH.targetClass))
        if isinstance(node, NamedNode) and is_class(index, node):
            classes.append(node)
        mask = 0
        for one in classes:
            mask |= self.numbers.bit(one)
        parts = shape.constraints
        if shape.path is not None:
            parts = (Property(source_of(index, node, SH.PropertyConstraintComponent), shape),)
        return Targeted(parts, mask, tuple(self._triggers(node)))

    def _triggers(self, node: Subject) -> Iterator[Trigger]:
        index, numbers = self.index, self.numbers
        for predicate in index.nodes(node, SH.targetSubjectsOf):
            yield SubjectsOf(numbers.key(predicate, deep=False))
        for predicate in index.nodes(node, SH.targetObjectsOf):
            yield ObjectsOf(numbers.inverse_key(predicate))
        named = index.objects(node, SH.targetNode)
        if named:
            yield These(frozenset(named))
        for target in index.objects(node, SH.target):
            yield self._selected(node, target)

    def _selected(self, node: Subject, target: Term) -> Trigger:
        query = self.index.one(target, SH.select)
        if not isinstance(query, Literal):
            if SH.SPARQLTarget in self.index.objects(target, RDF.type):
                raise MalformedShape(f"{self.index.where(target)}, a SPARQL target, has no sh:select")
            raise Unsupported(f"the target {self.index.where(target)} of {self.index.where(node)} has no sh:select")
        try:
            found = alternatives(query.value, self._prefixes(target))
        except TooRich as reason:
            raise Unsupported(f"a SPARQL target with {reason} is evaluated by pySHACL") from reason
        key = self.numbers.key
        return Matching(
            tuple(
                tuple(Condition(key(pattern.predicate, deep=False), pattern.value) for pattern in patterns)
                for patterns in found
            )
        )

    def _prefixes(self, target: Term) -> dict[str, str]:
        declarations = (
            declaration
            for ontology in self.index.objects(target, SH.prefixes)
            for declaration in self.index.objects(ontology, SH.declare)
        )
        found: dict[str, str] = {}
        for declaration in declarations:
            prefix, namespace = self.index.one(declaration, SH["prefix"]), self.index.one(declaration, SH.namespace)
            if isinstance(prefix, Literal) and isinstance(namespace, Literal):
                found[prefix.value] = namespace.value
        return found


def is_class(index: Index, node: Term) -> bool:
    """Whether a shape is a class as well, which then is its target (https://www.w3.org/TR/shacl/#implicit-targetClass).

    owl:Class counts as a subclass of rdfs:Class without being declared, as for pySHACL.
    """
    kinds = class_kinds(index)
    return any(one in kinds for one in index.objects(node, RDF.type))


def class_kinds(index: Index) -> frozenset[Term]:
    return frozenset((RDFS.Class, OWL.Class, *index.subjects_of(RDFS.subClassOf, RDFS.Class)))


def constraining(index: Index) -> frozenset[NamedNode]:
    """The predicates of a shape that ask something of nodes: parameters, whoever evaluates them."""
    return frozenset((*MAKERS, *_ELSEWHERE, *_own_components(index)))


def _own_components(index: Index) -> dict[NamedNode, str]:
    """The parameters of constraint components that the shapes graph declares itself."""
    kinds = (SH.ConstraintComponent, *index.subjects_of(RDFS.subClassOf, SH.ConstraintComponent))
    components = dict.fromkeys(one for kind in kinds for one in index.subjects_of(RDF.type, kind))
    return {
        path: f"{component}, a constraint component of the shapes' own, is evaluated by pySHACL"
        for component in components
        if isinstance(component, BlankNode) or component not in SH
        for parameter in index.objects(component, SH.parameter)
        for path in index.nodes(parameter, SH.path)
    }


def _is_own(path: Path | None, constraints: tuple[Constraint, ...]) -> bool:
    if path is not None:
        return isinstance(path, Predicate) and not any(isinstance(one, (*_AFIELD, Class)) for one in constraints)
    return all(_stays(one) for one in constraints)


def _stays(constraint: Constraint) -> bool:
    """Whether a constraint of a node shape reads nothing but that node."""
    match constraint:
        case Property(shape=shape) | Node(shape=shape) | Not(shape=shape):
            return shape.own
        case And(shapes=shapes) | Or(shapes=shapes) | Xone(shapes=shapes):
            return all(shape.own for shape in shapes)
        case _:
            return not isinstance(constraint, _AFIELD)


_AFIELD: Final = (And, Closed, Node, Not, Or, Property, Qualified, Xone)
"""Constraints that, on a property shape, read on the nodes that its path leads to."""
