"""What a shapes graph says, compiled: shapes, their constraints, and how each constraint looks at value nodes.

Each class is one constraint component of SHACL Core (https://www.w3.org/TR/shacl/#core-components); `check` appends a
result per failure. Terms are pyoxigraph's. Predicates and classes are numbers here: a predicate is its key in the
plan, a set of classes is a bit mask, so that the inner loops hash a term once at most.
"""

# ruff: noqa: ARG002, PERF401  all components have one signature; results are few, so a loop beats a generator

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from shapes.datatypes import Check

Term = NamedNode | BlankNode | Literal | Triple
Values = Sequence[Term]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Where a result comes from: what all results of one constraint have in common.

    `path` is the value of sh:path, `path_text` the same for readers (an IRI, or SPARQL's notation), `path_triples` what
    the shapes graph says of a path that is no IRI; nothing of it for a constraint on the focus node itself. `messages`
    and `names` are (language, text), `clause` is the IRI of the specification's sentence behind the constraint.
    """

    shape: NamedNode | BlankNode
    component: NamedNode
    severity: NamedNode
    path: NamedNode | BlankNode | None = None
    path_text: str | None = None
    path_triples: tuple[Triple, ...] = ()
    messages: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    clause: str | None = None


class Result(NamedTuple):
    """One failure. `value` is None where SHACL gives no sh:value (counts, hasValue, uniqueLang)."""

    focus: Term
    value: Term | None
    source: Source


TYPED: Final = 1
"""The bit that every node with a class has, whichever it is; the classes that shapes name have the others."""


class Masks(Protocol):
    """The classes of a node, superclasses included, as a bit mask; the default for a node of no class."""

    def get(self, node: Term, default: int, /) -> int: ...


class Facts(Protocol):
    """What constraints ask about the data."""

    @property
    def masks(self) -> Masks: ...
    def values(self, node: Term, key: int) -> Values: ...
    def subjects(self, node: Term, key: int) -> Values: ...


class Path(Protocol):
    """A property path: from a node to its value nodes, each once."""

    def values(self, node: Term, facts: Facts) -> Values: ...


@dataclass(frozen=True, slots=True)
class Predicate:
    key: int

    def values(self, node: Term, facts: Facts) -> Values:
        return facts.values(node, self.key)


@dataclass(frozen=True, slots=True)
class Inverse:
    key: int

    def values(self, node: Term, facts: Facts) -> Values:
        return facts.subjects(node, self.key)


@dataclass(frozen=True, slots=True)
class Steps:
    """One path after the other."""

    parts: tuple[Path, ...]

    def values(self, node: Term, facts: Facts) -> Values:
        reached: Values = (node,)
        for part in self.parts:
            reached = tuple(dict.fromkeys(term for one in reached for term in part.values(one, facts)))
        return reached


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of several paths."""

    parts: tuple[Path, ...]

    def values(self, node: Term, facts: Facts) -> Values:
        return tuple(dict.fromkeys(term for part in self.parts for term in part.values(node, facts)))


@dataclass(frozen=True, slots=True, eq=False)
class Constraint(ABC):
    source: Source

    @abstractmethod
    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        """Append what is wrong with the value nodes of a focus node."""

    def holds(self, focus: Term, values: Values, facts: Facts) -> bool:
        found: list[Result] = []
        self.check(focus, values, facts, found)
        return not found


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A node shape (`path` None) or a property shape."""

    node: NamedNode | BlankNode
    path: Path | None
    constraints: tuple[Constraint, ...]

    def check(self, focus: Term, facts: Facts, out: list[Result]) -> None:
        values = (focus,) if self.path is None else self.path.values(focus, facts)
        for constraint in self.constraints:
            constraint.check(focus, values, facts, out)

    def conforms(self, node: Term, facts: Facts) -> bool:
        values = (node,) if self.path is None else self.path.values(node, facts)
        return all(constraint.holds(node, values, facts) for constraint in self.constraints)


@dataclass(frozen=True, slots=True, eq=False)
class OnValues(Constraint):
    """A constraint that judges each value node by itself."""

    @abstractmethod
    def accepts(self, value: Term, facts: Facts) -> bool: ...

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        for value in values:
            if not self.accepts(value, facts):
                out.append(Result(focus, value, self.source))

    def holds(self, focus: Term, values: Values, facts: Facts) -> bool:
        return all(self.accepts(value, facts) for value in values)


@dataclass(frozen=True, slots=True, eq=False)
class MinCount(Constraint):
    count: int

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        if len(values) < self.count:
            out.append(Result(focus, None, self.source))


@dataclass(frozen=True, slots=True, eq=False)
class MaxCount(Constraint):
    count: int

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        if len(values) > self.count:
            out.append(Result(focus, None, self.source))


@dataclass(frozen=True, slots=True, eq=False)
class HasValue(Constraint):
    wanted: Term

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        if self.wanted not in values:
            out.append(Result(focus, None, self.source))


@dataclass(frozen=True, slots=True, eq=False)
class UniqueLang(Constraint):
    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        seen: dict[str, int] = {}
        for value in values:
            if isinstance(value, Literal) and value.language:
                tag = value.language.lower()
                seen[tag] = seen.get(tag, 0) + 1
        out.extend(Result(focus, None, self.source) for count in seen.values() if count > 1)


@dataclass(frozen=True, slots=True, eq=False)
class Class(OnValues):
    """Any of the classes of `mask`; with `untyped`, a node of no class will do as well."""

    mask: int
    untyped: bool = False

    def accepts(self, value: Term, facts: Facts) -> bool:
        mask = facts.masks.get(value, 0)
        return bool(mask & self.mask) or (self.untyped and not mask)

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        masks, wanted, untyped = facts.masks.get, self.mask, self.untyped
        for value in values:
            mask = masks(value, 0)
            if not mask & wanted and (mask or not untyped):
                out.append(Result(focus, value, self.source))


@dataclass(frozen=True, slots=True, eq=False)
class NodeKind(OnValues):
    kinds: tuple[type, ...]

    def accepts(self, value: Term, facts: Facts) -> bool:
        return type(value) in self.kinds

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        kinds = self.kinds
        for value in values:
            if type(value) not in kinds:
                out.append(Result(focus, value, self.source))


@dataclass(frozen=True, slots=True, eq=False)
class Datatype(OnValues):
    """Any of some datatypes, each with the check of a literal's text."""

    checks: Mapping[NamedNode, Check]

    def accepts(self, value: Term, facts: Facts) -> bool:
        if not isinstance(value, Literal):
            return False
        check = self.checks.get(value.datatype)
        return check is not None and check(value.value)


@dataclass(frozen=True, slots=True, eq=False)
class AnyLiteral(OnValues):
    """sh:datatype rdfs:Literal, which pySHACL takes to mean every literal."""

    def accepts(self, value: Term, facts: Facts) -> bool:
        return isinstance(value, Literal)


@dataclass(frozen=True, slots=True, eq=False)
class In(OnValues):
    allowed: frozenset[Term]

    def accepts(self, value: Term, facts: Facts) -> bool:
        return value in self.allowed


@dataclass(frozen=True, slots=True, eq=False)
class Pattern(OnValues):
    regex: re.Pattern[str]

    def accepts(self, value: Term, facts: Facts) -> bool:
        return isinstance(value, (NamedNode, Literal)) and self.regex.search(value.value) is not None


@dataclass(frozen=True, slots=True, eq=False)
class Length(OnValues):
    low: int
    high: int | None

    def accepts(self, value: Term, facts: Facts) -> bool:
        if not isinstance(value, (NamedNode, Literal)):
            return False
        return self.low <= len(value.value) and (self.high is None or len(value.value) <= self.high)


@dataclass(frozen=True, slots=True, eq=False)
class LanguageIn(OnValues):
    tags: frozenset[str]

    def accepts(self, value: Term, facts: Facts) -> bool:
        if not isinstance(value, Literal) or not value.language:
            return False
        tag = value.language.lower()
        return "*" in self.tags or tag in self.tags or tag.partition("-")[0] in self.tags


@dataclass(frozen=True, slots=True, eq=False)
class Node(OnValues):
    shape: Shape

    def accepts(self, value: Term, facts: Facts) -> bool:
        return self.shape.conforms(value, facts)


@dataclass(frozen=True, slots=True, eq=False)
class Not(OnValues):
    shape: Shape

    def accepts(self, value: Term, facts: Facts) -> bool:
        return not self.shape.conforms(value, facts)


@dataclass(frozen=True, slots=True, eq=False)
class And(OnValues):
    shapes: tuple[Shape, ...]

    def accepts(self, value: Term, facts: Facts) -> bool:
        return all(shape.conforms(value, facts) for shape in self.shapes)


@dataclass(frozen=True, slots=True, eq=False)
class Or(OnValues):
    shapes: tuple[Shape, ...]

    def accepts(self, value: Term, facts: Facts) -> bool:
        return any(shape.conforms(value, facts) for shape in self.shapes)


@dataclass(frozen=True, slots=True, eq=False)
class Xone(OnValues):
    shapes: tuple[Shape, ...]

    def accepts(self, value: Term, facts: Facts) -> bool:
        return sum(shape.conforms(value, facts) for shape in self.shapes) == 1


@dataclass(frozen=True, slots=True, eq=False)
class Property(Constraint):
    """sh:property: the results are those of the property shape on each value node."""

    shape: Shape

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        for value in values:
            self.shape.check(value, facts, out)

    def holds(self, focus: Term, values: Values, facts: Facts) -> bool:
        return all(self.shape.conforms(value, facts) for value in values)
