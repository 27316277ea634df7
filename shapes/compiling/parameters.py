"""What each parameter of SHACL Core asks for, as a constraint: one maker per parameter."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Final, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.compiling.index import Index, MalformedShape, NotEvaluated, Subject, short
from shapes.compiling.numbers import Numbers
from shapes.compiling.patterns import NotRead, compiled
from shapes.components.comparison import bound
from shapes.components.constraints import Constraint, OnValues, Property, Shape, Source, Term
from shapes.components.datatypes import Check, check_of
from shapes.components.on_sets import Closed, Disjoint, Equals, HasValue, LessThan, MaxCount, MinCount, UniqueLang
from shapes.components.on_shapes import And, Node, Not, Or, Qualified, Xone
from shapes.components.on_values import AnyLiteral, Bound, Class, Datatype, In, LanguageIn, Length, NodeKind, Pattern
from vocabularies.namespaces import RDF, RDFS, SH, XSD


class Unsupported(Exception):
    """The plan cannot express this; pySHACL can."""


class Shapes(Protocol):
    """What makers need of the compiler."""

    index: Index
    numbers: Numbers

    def shape(self, node: Subject, *, deep: bool) -> Shape: ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of one parameter of a shape.

    `deep` says that the shape's own node is not the focus, `deep_values` that its value nodes are not.
    """

    shape: Subject
    predicate: NamedNode
    value: Term
    on_path: bool
    deep: bool

    @property
    def deep_values(self) -> bool:
        return self.deep or self.on_path


Maker = Callable[[Shapes, Source, Parameter], Constraint | None]

_KINDS: Final[dict[NamedNode, tuple[type, ...]]] = {
    SH.IRI: (NamedNode,),
    SH.BlankNode: (BlankNode,),
    SH.Literal: (Literal,),
    SH.BlankNodeOrIRI: (NamedNode, BlankNode),
    SH.BlankNodeOrLiteral: (Literal, BlankNode),
    SH.IRIOrLiteral: (NamedNode, Literal),
}

SINGLE: Final = frozenset(
    (SH.closed, SH.datatype, SH.deactivated, SH["in"], SH.languageIn, SH.maxCount, SH.maxLength, SH.minCount,
     SH.minLength, SH.nodeKind, SH.qualifiedMaxCount, SH.qualifiedMinCount, SH.uniqueLang)
)  # fmt: skip
"""Parameters that a shape has once at most."""

ON_PATHS: Final = frozenset((SH.lessThan, SH.lessThanOrEquals, SH.maxCount, SH.minCount, SH.uniqueLang))
"""Parameters that only a property shape has."""


def is_true(shapes: Shapes, node: Term, predicate: NamedNode) -> bool:
    """The value of a boolean parameter, false where it is absent."""
    value = shapes.index.one(node, predicate)
    if value is None:
        return False
    if isinstance(value, Literal) and value.datatype == XSD.boolean and value.value in {"true", "1", "false", "0"}:
        return value.value in {"true", "1"}
    where = shapes.index.where(node)
    raise MalformedShape(f"{where} has {value} as {short(predicate)}; true or false, unquoted, belongs here")


def _iri(shapes: Shapes, parameter: Parameter, what: str) -> NamedNode:
    if isinstance(parameter.value, NamedNode):
        return parameter.value
    where = shapes.index.where(parameter.shape)
    raise MalformedShape(f"{where}: {parameter.value} is no {what}, as {short(parameter.predicate)} wants; an IRI is")


def _count(shapes: Shapes, node: Term, predicate: NamedNode, value: Term) -> int:
    if isinstance(value, Literal) and value.value.isascii() and value.value.isdecimal():
        return int(value.value)
    where = shapes.index.where(node)
    raise MalformedShape(f"{where}: {value} is no count, as {short(predicate)} wants; a non-negative integer is")


def _counted(shapes: Shapes, parameter: Parameter) -> int:
    return _count(shapes, parameter.shape, parameter.predicate, parameter.value)


def _min_count(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint | None:
    count = _counted(shapes, parameter)
    return MinCount(source, count) if count > 0 else None


def _max_count(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return MaxCount(source, _counted(shapes, parameter))


def _class(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return Class(source, shapes.numbers.bit(_iri(shapes, parameter, "class")))


def _datatype(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    datatype = _iri(shapes, parameter, "datatype")
    return AnyLiteral(source) if datatype == RDFS.Literal else Datatype(source, {datatype: check_of(datatype)})


def _node_kind(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    kind = parameter.value
    if not isinstance(kind, NamedNode) or kind not in _KINDS:
        kinds = ", ".join(short(one) for one in _KINDS)
        raise MalformedShape(f"{shapes.index.where(parameter.shape)}: {kind} is no node kind; one of {kinds} is")
    return NodeKind(source, _KINDS[kind])


def _has_value(_: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return HasValue(source, parameter.value)


def _in(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return In(source, frozenset(shapes.index.members(parameter.value)))


def _pattern(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    value = parameter.value
    flags = shapes.index.one(parameter.shape, SH.flags)
    letters = flags.value if isinstance(flags, Literal) else ""
    if not isinstance(value, Literal):
        raise MalformedShape(f"{shapes.index.where(parameter.shape)}: {value} is no pattern; a string belongs here")
    try:
        return Pattern(source, compiled(value.value, letters))
    except NotRead as reason:
        raise NotEvaluated(f"{shapes.index.where(parameter.shape)}: the pattern {value}: {reason}") from reason
    except (re.error, RecursionError, OverflowError) as error:
        where = shapes.index.where(parameter.shape)
        raise MalformedShape(f"{where}: {value} is no regular expression that can be read: {error}") from error


def _min_length(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint | None:
    length = _counted(shapes, parameter)
    return Length(source, length, None) if length > 0 else None


def _max_length(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return Length(source, 0, _counted(shapes, parameter))


def _language_in(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    tags = (member.value.lower() for member in shapes.index.members(parameter.value) if isinstance(member, Literal))
    return LanguageIn(source, frozenset(tags))


def _unique_lang(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint | None:
    written_out = parameter.value == Literal("true", datatype=XSD.boolean)  # the test suite wants no "1" here
    return UniqueLang(source) if is_true(shapes, parameter.shape, SH.uniqueLang) and written_out else None


def _bound(accepted: Callable[[int], bool]) -> Maker:
    def make(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
        if not isinstance(parameter.value, Literal):
            where = shapes.index.where(parameter.shape)
            raise MalformedShape(f"{where}: {parameter.value} is no bound; a literal belongs here")
        return Bound(source, bound(parameter.value, accepted))

    return make


def _pair_key(shapes: Shapes, parameter: Parameter) -> int:
    return shapes.numbers.key(_iri(shapes, parameter, "property"), deep=parameter.deep)


def _equals(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return Equals(source, _pair_key(shapes, parameter))


def _disjoint(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return Disjoint(source, _pair_key(shapes, parameter))


def _less_than(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return LessThan(source, _pair_key(shapes, parameter), parameter.predicate == SH.lessThanOrEquals)


def _closed(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint | None:
    index, node = shapes.index, parameter.shape
    if not is_true(shapes, node, SH.closed):
        return None
    ignored = index.one(node, SH.ignoredProperties)
    allowed = {*(index.members(ignored) if ignored is not None else ())}
    for inner in index.objects(node, SH.property):
        allowed.update(index.objects(inner, SH.path))
    predicates = frozenset(one for one in allowed if isinstance(one, NamedNode))
    return Closed(source, shapes.numbers.closed_key(predicates, deep=parameter.deep_values))


def _inner(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    index, value = shapes.index, parameter.value
    inner = index.shape_of(value)
    if not index.is_property_shape(inner):
        raise MalformedShape(
            f"{index.where(value)}, a property shape of {index.where(parameter.shape)}, has no sh:path"
        )
    return Property(source, shapes.shape(inner, deep=parameter.deep_values))


def _referred(shapes: Shapes, value: Term, parameter: Parameter) -> Shape:
    return shapes.shape(shapes.index.shape_of(value), deep=parameter.deep_values)


def _node(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    if shapes.index.is_property_shape(parameter.value):
        where = shapes.index.where(parameter.shape)
        raise MalformedShape(f"{where}: {parameter.value} has a sh:path; sh:node wants a node shape")
    shape = _referred(shapes, parameter.value, parameter)
    only = _only(shape)
    return replace(only, source=source) if only is not None else Node(source, shape)


def _only(shape: Shape) -> OnValues | None:
    """One constraint on values that stands for a node shape: its only one, or its datatype and patterns together."""
    if shape.path is not None:
        return None
    judges = [one for one in shape.constraints if isinstance(one, OnValues)]
    if len(judges) == len(shape.constraints) == 1:
        return judges[0]
    datatypes = [one for one in shape.constraints if isinstance(one, Datatype)]
    patterns = [one for one in shape.constraints if isinstance(one, Pattern)]
    if len(datatypes) == 1 and len(patterns) == len(shape.constraints) - 1:
        searches = [one.regex.search for one in patterns]
        checks = {datatype: _both(check, searches) for datatype, check in datatypes[0].checks.items()}
        return replace(datatypes[0], checks=checks)
    return None


def _both(check: Check, searches: Sequence[Callable[[str], object]]) -> Check:
    def both(text: str) -> bool:
        return all(search(text) is not None for search in searches) and check(text)

    return both


def _not(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return Not(source, _referred(shapes, parameter.value, parameter))


def _members(shapes: Shapes, parameter: Parameter) -> Sequence[Term]:
    members = shapes.index.sequence(parameter.value)
    if not members:
        where = shapes.index.where(parameter.shape)
        raise MalformedShape(f"{where}: the list of {short(parameter.predicate)} is empty; it wants a shape or more")
    return members


def _all_of(shapes: Shapes, parameter: Parameter) -> tuple[Shape, ...]:
    """The shapes of a list; one that is named twice counts twice, which matters to sh:xone."""
    return tuple(_referred(shapes, member, parameter) for member in _members(shapes, parameter))


def _and(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return And(source, _all_of(shapes, parameter))


def _or(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    members = _members(shapes, parameter)
    described = tuple(member for member in members if not _is_untyped(shapes.index, member))
    only = [_only(_referred(shapes, member, parameter)) for member in described]
    masks = [one.mask for one in only if isinstance(one, Class)]
    if len(masks) == len(described) and masks:
        return Class(source, reduce(or_, masks), untyped=len(described) < len(members))
    datatypes = [one.checks for one in only if type(one) is Datatype]
    if len(datatypes) == len(members) and len({datatype for checks in datatypes for datatype in checks}) == len(only):
        return Datatype(source, {datatype: check for checks in datatypes for datatype, check in checks.items()})
    return Or(source, _all_of(shapes, parameter))


def _is_untyped(index: Index, member: Term) -> bool:
    """Whether the shape says only that the node has no rdf:type."""
    inner = index.objects(member, SH.property)
    if len(inner) != 1 or set(index.predicates(member)) != {SH.property}:
        return False
    said = {predicate: index.objects(inner[0], predicate) for predicate in index.predicates(inner[0])}
    return said == {SH.path: (RDF.type,), SH.maxCount: (Literal(0),)}


def _xone(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    return Xone(source, _all_of(shapes, parameter))


def _qualified(shapes: Shapes, source: Source, parameter: Parameter) -> Constraint:
    """For sh:qualifiedMinCount or sh:qualifiedMaxCount, with the shape's sh:qualifiedValueShape."""
    index, node = shapes.index, parameter.shape
    value = index.one(node, SH.qualifiedValueShape)
    if value is None:
        where = index.where(node)
        raise MalformedShape(f"{where} has {short(parameter.predicate)} but not the sh:qualifiedValueShape it counts")
    count = _counted(shapes, parameter)
    least = parameter.predicate == SH.qualifiedMinCount
    siblings = tuple(_referred(shapes, sibling, parameter) for sibling in _siblings(shapes, node, value))
    shape = _referred(shapes, value, parameter)
    return Qualified(source, shape, siblings, count if least else None, None if least else count)


def _siblings(shapes: Shapes, node: Subject, value: Term) -> Iterator[Term]:
    if not is_true(shapes, node, SH.qualifiedValueShapesDisjoint):
        return
    index = shapes.index
    parts = [part for owner in index.subjects_of(SH.property, node) for part in index.objects(owner, SH.property)]
    siblings = dict.fromkeys(one for part in parts for one in index.objects(part, SH.qualifiedValueShape))
    yield from (sibling for sibling in siblings if sibling != value)


MAKERS: Final[dict[NamedNode, Maker]] = {
    SH["and"]: _and,
    SH["class"]: _class,
    SH.closed: _closed,
    SH.datatype: _datatype,
    SH.disjoint: _disjoint,
    SH.equals: _equals,
    SH.hasValue: _has_value,
    SH["in"]: _in,
    SH.languageIn: _language_in,
    SH.lessThan: _less_than,
    SH.lessThanOrEquals: _less_than,
    SH.maxCount: _max_count,
    SH.maxExclusive: _bound(lambda order: order < 0),
    SH.maxInclusive: _bound(lambda order: order <= 0),
    SH.maxLength: _max_length,
    SH.minCount: _min_count,
    SH.minExclusive: _bound(lambda order: order > 0),
    SH.minInclusive: _bound(lambda order: order >= 0),
    SH.minLength: _min_length,
    SH.node: _node,
    SH.nodeKind: _node_kind,
    SH["not"]: _not,
    SH["or"]: _or,
    SH.pattern: _pattern,
    SH.property: _inner,
    SH.qualifiedMaxCount: _qualified,
    SH.qualifiedMinCount: _qualified,
    SH.uniqueLang: _unique_lang,
    SH.xone: _xone,
}
