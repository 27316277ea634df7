"""What a shapes graph says, compiled: shapes, and how their constraints look at value nodes.

The constraint components of SHACL Core (https://www.w3.org/TR/shacl/#core-components) are the classes of on_values.py
(each value by itself), on_sets.py (the values together) and on_shapes.py (through other shapes); `check` appends a
result per failure. Terms are pyoxigraph's. Predicates and classes are numbers here: a predicate is its key in the plan,
a set of classes is a bit mask, so that the inner loops hash a term once at most.
"""

# ruff: noqa: ARG002, PERF401  all components have one signature; results are few, so a loop beats a generator

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

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


class Neighbours(Protocol):
    """What paths ask about the data."""

    def values(self, node: Term, key: int) -> Values:
        """The values of a predicate, each once."""

    def subjects(self, node: Term, key: int) -> Values:
        """The nodes that have this one as a value of a predicate, each once."""


class Facts(Neighbours, Protocol):
    """What constraints ask about the data."""

    @property
    def masks(self) -> Masks: ...

    def others(self, node: Term, key: int) -> Values:
        """The statements about a node, as triples, whose predicate is not among `plan.closed[key]`, each once."""

    def conforms(self, node: Term, shape: "Shape") -> bool:
        """The same as `shape.conforms`, which may be remembered: it depends on the node and the data alone."""

    def together(self, one: Term, other: Term, circle: "Circle") -> bool:
        """Whether each of two nodes can be reached from the other over the step of a circle; that may be remembered."""


class Path(Protocol):
    """A property path: from a node to its value nodes, each once."""

    def values(self, node: Term, facts: Neighbours) -> Values: ...


class Circle(Protocol):
    """A step that can lead back to where it began; see circles.py."""

    @property
    def step(self) -> Path: ...
    @property
    def predicates(self) -> tuple[NamedNode, ...]: ...
    @property
    def keys(self) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Constraint(ABC):
    source: Source

    sees_absence: ClassVar[bool] = False
    """Whether an empty set of values can break it."""

    @abstractmethod
    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        """Append what is wrong with the value nodes of a focus node."""

    def holds(self, focus: Term, values: Values, facts: Facts) -> bool:
        found: list[Result] = []
        self.check(focus, values, facts, found)
        return not found


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
class Shape:
    """A node shape (`path` None) or a property shape.

    `own` says that it reads nothing but its node's kind, classes and values, so that what is known of that node alone
    decides whether it conforms.
    """

    node: NamedNode | BlankNode
    path: Path | None
    constraints: tuple[Constraint, ...]
    own: bool = False

    def check(self, focus: Term, facts: Facts, out: list[Result]) -> None:
        values = (focus,) if self.path is None else self.path.values(focus, facts)
        for constraint in self.constraints:
            constraint.check(focus, values, facts, out)

    def conforms(self, node: Term, facts: Facts) -> bool:
        values = (node,) if self.path is None else self.path.values(node, facts)
        return all(constraint.holds(node, values, facts) for constraint in self.constraints)


@dataclass(frozen=True, slots=True, eq=False)
class Property(Constraint):
    """sh:property: the results are those of the property shape on each value node."""

    shape: Shape

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        for value in values:
            self.shape.check(value, facts, out)

    def holds(self, focus: Term, values: Values, facts: Facts) -> bool:
        return all(self.shape.conforms(value, facts) for value in values)
