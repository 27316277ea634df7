"""Which nodes a shape applies to, besides the instances of its classes (https://www.w3.org/TR/shacl/#targets)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from shapes.components.constraints import Constraint, Facts, Term, Values

Properties = Mapping[int, Values]


class Trigger(Protocol):
    """A reason why a node of whatever class is a target.

    `wants` are keys of which the node has to have one, or None where it may have nothing at all.
    """

    @property
    def wants(self) -> frozenset[int] | None: ...
    def fires(self, node: Term, properties: Properties, facts: Facts) -> bool: ...


@dataclass(frozen=True, slots=True)
class SubjectsOf:
    """sh:targetSubjectsOf"""

    key: int

    @property
    def wants(self) -> frozenset[int] | None:
        return frozenset((self.key,))

    def fires(self, node: Term, properties: Properties, facts: Facts) -> bool:  # noqa: ARG002  one signature for all
        return self.key in properties


@dataclass(frozen=True, slots=True)
class ObjectsOf:
    """sh:targetObjectsOf"""

    key: int

    @property
    def wants(self) -> frozenset[int] | None:
        return None

    def fires(self, node: Term, properties: Properties, facts: Facts) -> bool:  # noqa: ARG002
        return bool(facts.subjects(node, self.key))


@dataclass(frozen=True, slots=True)
class These:
    """sh:targetNode: nodes by name, whether the data speaks of them or not."""

    nodes: frozenset[Term]

    @property
    def wants(self) -> frozenset[int] | None:
        return None

    def fires(self, node: Term, properties: Properties, facts: Facts) -> bool:  # noqa: ARG002
        return node in self.nodes


@dataclass(frozen=True, slots=True)
class Condition:
    """A pattern `?this <predicate> <value>`, or one of any value."""

    key: int
    value: Term | None


@dataclass(frozen=True, slots=True)
class Matching:
    """A SPARQL target that is a choice of conjunctions of conditions."""

    alternatives: tuple[tuple[Condition, ...], ...]

    @property
    def wants(self) -> frozenset[int] | None:
        """The last condition of each: queries begin with the class, which many nodes have."""
        if not all(self.alternatives):
            return None
        return frozenset(conditions[-1].key for conditions in self.alternatives)

    def fires(self, node: Term, properties: Properties, facts: Facts) -> bool:  # noqa: ARG002
        return any(all(_met(one, properties) for one in conditions) for conditions in self.alternatives)


def _met(condition: Condition, properties: Properties) -> bool:
    values = properties.get(condition.key)
    return values is not None and (condition.value is None or condition.value in values)


@dataclass(frozen=True, slots=True, eq=False)
class Targeted:
    """A shape and where it applies: nodes of a class of `mask`, and nodes for which a trigger fires.

    `more` tells that parts of it are evaluated elsewhere: its targets are checked, even if nothing is left here.
    """

    parts: tuple[Constraint, ...]
    mask: int
    triggers: tuple[Trigger, ...] = ()
    more: bool = False
