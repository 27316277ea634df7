"""Constraints that look at the value nodes together: how many, which of them, and beside those of another property."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pyoxigraph import Literal, NamedNode, Triple

from shapes.components.comparison import at_most, less
from shapes.components.constraints import Constraint, Facts, Result, Source, Term, Values


@dataclass(frozen=True, slots=True, eq=False)
class MinCount(Constraint):
    count: int

    sees_absence: ClassVar[bool] = True

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:  # noqa: ARG002
        if len(values) < self.count:
            out.append(Result(focus, None, self.source))


@dataclass(frozen=True, slots=True, eq=False)
class MaxCount(Constraint):
    count: int

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:  # noqa: ARG002
        if len(values) > self.count:
            out.append(Result(focus, None, self.source))


@dataclass(frozen=True, slots=True, eq=False)
class HasValue(Constraint):
    wanted: Term

    sees_absence: ClassVar[bool] = True

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:  # noqa: ARG002
        if self.wanted not in values:
            out.append(Result(focus, None, self.source))


@dataclass(frozen=True, slots=True, eq=False)
class UniqueLang(Constraint):
    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:  # noqa: ARG002
        tags = (value.language for value in values if isinstance(value, Literal) and value.language)
        repeated = (count for count in Counter(map(str.lower, tags)).values() if count > 1)
        out.extend(Result(focus, None, self.source) for _ in repeated)


@dataclass(frozen=True, slots=True, eq=False)
class Equals(Constraint):
    """The values are those of another property of the focus node, `key`: a result for each that only one side has."""

    key: int

    sees_absence: ClassVar[bool] = True

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        ours, others = dict.fromkeys(values), dict.fromkeys(facts.values(focus, self.key))
        out.extend(Result(focus, value, self.source) for value in ours if value not in others)
        out.extend(Result(focus, other, self.source) for other in others if other not in ours)


@dataclass(frozen=True, slots=True, eq=False)
class Disjoint(Constraint):
    key: int

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        others = frozenset(facts.values(focus, self.key))
        out.extend(Result(focus, value, self.source) for value in values if value in others)


@dataclass(frozen=True, slots=True, eq=False)
class LessThan(Constraint):
    """Each value comes before each of another property's: a result for every pair where it does not."""

    key: int
    or_equals: bool

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        before = at_most if self.or_equals else less
        others = facts.values(focus, self.key)
        out.extend(
            Result(focus, value, self.source) for value in values for other in others if not before(value, other)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Closed(Constraint):
    """No statements about a value node but those with the allowed predicates, of which `key` is the rest.

    The path of a result is the predicate that is too many, so each has a source of its own.
    """

    key: int
    _sources: dict[NamedNode, Source] = field(default_factory=dict, repr=False)

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        for value in values:
            others = (other for other in facts.others(value, self.key) if isinstance(other, Triple))
            out.extend(Result(focus, other.object, self._source(other.predicate)) for other in others)

    def _source(self, predicate: NamedNode) -> Source:
        source = self._sources.get(predicate)
        if source is None:
            source = self._sources[predicate] = replace(
                self.source, path=predicate, path_text=predicate.value, path_triples=()
            )
        return source
