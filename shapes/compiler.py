"""From the statements of a shapes graph to shapes and constraints; used by plan.py only."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.constraints import (
    And,
    AnyLiteral,
    Choice,
    Class,
    Constraint,
    Datatype,
    HasValue,
    In,
    Inverse,
    LanguageIn,
    Length,
    MaxCount,
    MinCount,
    Node,
    NodeKind,
    Not,
    OnValues,
    Or,
    Path,
    Pattern,
    Predicate,
    Property,
    Shape,
    Source,
    Steps,
    Term,
    UniqueLang,
    Xone,
)
from shapes.datatypes import Check, check_of
from shapes.index import Index, MalformedShape, Subject
from vocabularies.namespaces import DCT, RDF, RDFS, SH


class Unsupported(Exception):
    """The plan cannot express this; pySHACL can."""


@dataclass(frozen=True, slots=True, eq=False)
class Targeted:
    """A shape and where it applies: nodes of a class of `mask`, and subjects of the predicates `subjects_of`."""

    parts: tuple[Constraint, ...]
    mask: int
    subjects_of: tuple[int, ...]


Maker = Callable[["Compiler", Source, Subject, Term], Constraint | None]

_ELSEWHERE: Final = {
    term: f"sh:{SH.local(term)} is evaluated by pySHACL"
    for term in (
        SH.closed, SH.disjoint, SH.equals, SH.expression, SH.js, SH.lessThan, SH.lessThanOrEquals, SH.maxExclusive,
        SH.maxInclusive, SH.minExclusive, SH.minInclusive, SH.qualifiedValueShape, SH.sparql,
    )
}  # fmt: skip

_KINDS: Final[dict[NamedNode, tuple[type, ...]]] = {
    SH.IRI: (NamedNode,),
    SH.BlankNode: (BlankNode,),
    SH.Literal: (Literal,),
    SH.BlankNodeOrIRI: (NamedNode, BlankNode),
    SH.BlankNodeOrLiteral: (Literal, BlankNode),
    SH.IRIOrLiteral: (NamedNode, Literal),
}


def component_of(parameter: NamedNode) -> NamedNode:
    """The constraint component of a parameter: their names differ in one case only, in SHACL's own words."""
    name = SH.local(parameter)
    return SH[f"{name[0].upper()}{name[1:]}ConstraintComponent"]


class Compiler:
    """Compiles shapes of one graph, each once; collects the numbers of predicates and classes and all sources.

    `deep` tells that a shape is reached over a value, so that what it reads is read on another node than the focus.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self.keys: dict[NamedNode, int] = {}
        self.bits: dict[NamedNode, int] = {}
        self.remote: set[int] = set()
        self.inverse: set[int] = set()
        self.sources: list[Source] = []
        self._open: list[Subject] = []
        self._done: dict[tuple[Subject, bool], Shape] = {}
        if any(index.objects(subject, RDF.type).count(SH.ConstraintComponent) for subject in index.subjects()):
            raise MalformedShape("constraint components of one's own are not supported; use sh:sparql in the shape")

    def shape(self, node: Subject, *, deep: bool) -> Shape:
        done = self._done.get((node, deep))
        if done is not None:
            return done
        if node in self._open:
            raise Unsupported(f"{node} refers to itself")
        self._open.append(node)
        try:
            shape = self._shape(node, deep=deep)
        finally:
            self._open.pop()
        self._done[node, deep] = shape
        return shape

    def _shape(self, node: Subject, *, deep: bool) -> Shape:
        path = self.index.one(node, SH.path)
        compiled = None if path is None else self.path(path, deep=deep)
        constraints = [
            constraint
            for predicate, value in self.parameters(node)
            for constraint in self.constraint(node, predicate, value, deep=deep or path is not None)
        ]
        return Shape(node, compiled, tuple(constraints))

    def targets(self, node: Subject, shape: Shape) -> Targeted:
        classes = list(self.index.nodes(node, SH.targetClass))
        types = self.index.objects(node, RDF.type)
        if RDFS.Class in types and isinstance(node, NamedNode):
            classes.append(node)
        mask = 0
        for one in classes:
            mask |= self.bit(one)
        parts = shape.constraints
        if shape.path is not None:
            parts = (Property(self._source(node, SH.PropertyConstraintComponent), shape),)
        return Targeted(parts, mask, tuple(self.key(one) for one in self.index.nodes(node, SH.targetSubjectsOf)))

    def parameters(self, node: Subject) -> Iterator[tuple[NamedNode, Term]]:
        """The statements of a shape that constrain; none when it is deactivated."""
        off = self.index.one(node, SH.deactivated)
        if isinstance(off, Literal) and off.value in {"true", "1"}:
            return
        for predicate in self.index.predicates(node):
            if predicate in _MAKERS or predicate in _ELSEWHERE:
                for value in self.index.objects(node, predicate):
                    yield predicate, value

    def constraint(self, node: Subject, predicate: NamedNode, value: Term, *, deep: bool) -> Iterator[Constraint]:
        """The constraint of one parameter value; nothing for one that asks for nothing. Raises Unsupported."""
        if predicate in _ELSEWHERE:
            raise Unsupported(_ELSEWHERE[predicate])
        if predicate == SH.property:
            yield self._property(node, value, deep=deep)
            return
        source = self._source(node, component_of(predicate))
        made = _MAKERS[predicate](self, source, node, value)
        if made is not None:
            self.sources.append(source)
            yield made

    def _property(self, node: Subject, value: Term, *, deep: bool) -> Constraint:
        if not self.index.is_property_shape(value):
            raise MalformedShape(f"{value}, a property shape of {node}, has no sh:path")
        inner = self.shape(self.index.shape_of(value), deep=deep)
        return Property(self._source(node, SH.PropertyConstraintComponent), inner)

    def _source(self, node: Subject, component: NamedNode) -> Source:
        path = self.index.one(node, SH.path)
        severities = self.index.nodes(node, SH.severity)
        clause = next(iter(self.index.objects(node, DCT.source)), None)
        return Source(
            shape=node,
            component=component,
            severity=severities[0] if severities else SH.Violation,
            path=path if isinstance(path, (NamedNode, BlankNode)) else None,
            path_text=None if path is None else self._path_text(path),
            path_triples=() if path is None else tuple(self.index.closure(path)),
            messages=self._texts(node, SH.message),
            names=self._texts(node, SH.name),
            clause=clause.value if isinstance(clause, NamedNode) else None,
        )

    def _texts(self, node: Subject, predicate: NamedNode) -> tuple[tuple[str, str], ...]:
        found = (value for value in self.index.objects(node, predicate) if isinstance(value, Literal))
        return tuple(sorted((value.language or "", value.value) for value in found))

    def key(self, predicate: NamedNode) -> int:
        return self.keys.setdefault(predicate, len(self.keys))

    def bit(self, one: Term) -> int:
        if not isinstance(one, NamedNode):
            raise MalformedShape(f"{one} is no class: an IRI belongs here")
        return self.bits.setdefault(one, 2 << len(self.bits))  # the lowest bit is TYPED

    def path(self, path: Term, *, deep: bool) -> Path:
        """The compiled path. `deep`: it starts at another node than the focus."""
        if isinstance(path, NamedNode):
            key = self.key(path)
            if deep:
                self.remote.add(key)
            return Predicate(key)
        inverse = self.index.one(path, SH.inversePath)
        if isinstance(inverse, NamedNode):
            key = self.key(inverse)
            self.inverse.add(key)
            return Inverse(key)
        choice = self.index.one(path, SH.alternativePath)
        if choice is not None:
            return Choice(tuple(self.path(part, deep=deep) for part in self.index.members(choice)))
        if self.index.objects(path, RDF.first):
            parts = self._steps(path)
            return Steps(tuple(self.path(part, deep=deep or step > 0) for step, part in enumerate(parts)))
        raise Unsupported("a path other than a predicate, its inverse, a sequence or a choice")

    def _steps(self, path: Term) -> list[Term]:
        parts: list[Term] = []
        while path != RDF.nil:
            first, rest = self.index.one(path, RDF.first), self.index.one(path, RDF.rest)
            if first is None or rest is None or len(parts) > len(self.index.statements):
                raise MalformedShape(f"the path {path} is no list")
            parts.append(first)
            path = rest
        return parts

    def _path_text(self, path: Term) -> str:
        """An IRI for a predicate; SPARQL's notation for any other path."""
        if isinstance(path, NamedNode):
            return path.value
        inverse = self.index.one(path, SH.inversePath)
        if inverse is not None:
            return f"^{self._step_text(inverse)}"
        choice = self.index.one(path, SH.alternativePath)
        if choice is not None:
            return "|".join(self._step_text(part) for part in self.index.members(choice))
        if self.index.objects(path, RDF.first):
            return "/".join(self._step_text(part) for part in self._steps(path))
        return str(path)

    def _step_text(self, path: Term) -> str:
        return str(path) if isinstance(path, NamedNode) else f"({self._path_text(path)})"


def _count(value: Term) -> int:
    if isinstance(value, Literal) and value.value.isdecimal():
        return int(value.value)
    raise MalformedShape(f"{value} is no count: a non-negative integer belongs here")


def _min_count(_: Compiler, source: Source, __: Subject, value: Term) -> Constraint | None:
    return MinCount(source, _count(value)) if _count(value) > 0 else None


def _max_count(_: Compiler, source: Source, __: Subject, value: Term) -> Constraint:
    return MaxCount(source, _count(value))


def _class(compiler: Compiler, source: Source, _: Subject, value: Term) -> Constraint:
    return Class(source, compiler.bit(value))


def _datatype(_: Compiler, source: Source, node: Subject, value: Term) -> Constraint:
    if not isinstance(value, NamedNode):
        raise MalformedShape(f"{node}: {value} is no datatype; an IRI belongs here")
    return AnyLiteral(source) if value == RDFS.Literal else Datatype(source, {value: check_of(value)})


def _node_kind(_: Compiler, source: Source, node: Subject, value: Term) -> Constraint:
    if not isinstance(value, NamedNode) or value not in _KINDS:
        raise MalformedShape(f"{node}: {value} is no node kind; one of {', '.join(str(kind) for kind in _KINDS)} is")
    return NodeKind(source, _KINDS[value])


def _has_value(_: Compiler, source: Source, __: Subject, value: Term) -> Constraint:
    return HasValue(source, value)


def _in(compiler: Compiler, source: Source, _: Subject, value: Term) -> Constraint:
    return In(source, frozenset(compiler.index.members(value)))


def _pattern(compiler: Compiler, source: Source, node: Subject, value: Term) -> Constraint:
    flags = compiler.index.one(node, SH.flags)
    letters = flags.value if isinstance(flags, Literal) else ""
    if set(letters) - {"i", "m"} or not isinstance(value, Literal):
        raise Unsupported(f"the flags {letters!r} of a pattern")
    options = (re.IGNORECASE if "i" in letters else 0) | (re.MULTILINE if "m" in letters else 0)
    return Pattern(source, re.compile(value.value, options))


def _min_length(_: Compiler, source: Source, __: Subject, value: Term) -> Constraint:
    return Length(source, _count(value), None)


def _max_length(_: Compiler, source: Source, __: Subject, value: Term) -> Constraint:
    return Length(source, 0, _count(value))


def _language_in(compiler: Compiler, source: Source, _: Subject, value: Term) -> Constraint:
    tags = (member.value.lower() for member in compiler.index.members(value) if isinstance(member, Literal))
    return LanguageIn(source, frozenset(tags))


def _unique_lang(_: Compiler, source: Source, __: Subject, value: Term) -> Constraint | None:
    return UniqueLang(source) if isinstance(value, Literal) and value.value in {"true", "1"} else None


def _node(compiler: Compiler, source: Source, _: Subject, value: Term) -> Constraint:
    shape = compiler.shape(compiler.index.shape_of(value), deep=True)
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


def _not(compiler: Compiler, source: Source, _: Subject, value: Term) -> Constraint:
    return Not(source, compiler.shape(compiler.index.shape_of(value), deep=True))


def _alternatives(compiler: Compiler, value: Term) -> tuple[Shape, ...]:
    members = compiler.index.members(value)
    return tuple(compiler.shape(compiler.index.shape_of(member), deep=True) for member in members)


def _and(compiler: Compiler, source: Source, _: Subject, value: Term) -> Constraint:
    return And(source, _alternatives(compiler, value))


def _or(compiler: Compiler, source: Source, _: Subject, value: Term) -> Constraint:
    members = compiler.index.members(value)
    described = tuple(member for member in members if not _is_untyped(compiler.index, member))
    shapes = tuple(compiler.shape(compiler.index.shape_of(member), deep=True) for member in described)
    only = [_only(shape) for shape in shapes]
    masks = [one.mask for one in only if isinstance(one, Class)]
    if len(masks) == len(shapes) and masks:
        return Class(source, reduce(or_, masks), untyped=len(described) < len(members))
    datatypes = [one.checks for one in only if type(one) is Datatype]
    if len(datatypes) == len(members):
        return Datatype(source, {datatype: check for checks in datatypes for datatype, check in checks.items()})
    return Or(source, _alternatives(compiler, value))


def _is_untyped(index: Index, member: Term) -> bool:
    """Whether the shape says only that the node has no rdf:type."""
    inner = index.objects(member, SH.property)
    if len(inner) != 1 or set(index.predicates(member)) != {SH.property}:
        return False
    said = {predicate: index.objects(inner[0], predicate) for predicate in index.predicates(inner[0])}
    return said == {SH.path: (RDF.type,), SH.maxCount: (Literal(0),)}


def _xone(compiler: Compiler, source: Source, _: Subject, value: Term) -> Constraint:
    return Xone(source, _alternatives(compiler, value))


def _inner(_: Compiler, __: Source, ___: Subject, ____: Term) -> Constraint:
    raise AssertionError  # sh:property is compiled by Compiler._property


_MAKERS: Final[dict[NamedNode, Maker]] = {
    SH["and"]: _and,
    SH["class"]: _class,
    SH.datatype: _datatype,
    SH.hasValue: _has_value,
    SH["in"]: _in,
    SH.languageIn: _language_in,
    SH.maxCount: _max_count,
    SH.maxLength: _max_length,
    SH.minCount: _min_count,
    SH.minLength: _min_length,
    SH.node: _node,
    SH.nodeKind: _node_kind,
    SH["not"]: _not,
    SH["or"]: _or,
    SH.pattern: _pattern,
    SH.property: _inner,
    SH.uniqueLang: _unique_lang,
    SH.xone: _xone,
}
