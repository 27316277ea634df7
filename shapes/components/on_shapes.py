"""Constraints that send value nodes through other shapes: node, not, and, or, xone, qualified counts."""

from dataclasses import dataclass
from typing import ClassVar

from shapes.components.constraints import Constraint, Facts, OnValues, Result, Shape, Term, Values


@dataclass(frozen=True, slots=True, eq=False)
class Node(OnValues):
    shape: Shape

    def accepts(self, value: Term, facts: Facts) -> bool:
        return facts.conforms(value, self.shape)


@dataclass(frozen=True, slots=True, eq=False)
class Not(OnValues):
    shape: Shape

    def accepts(self, value: Term, facts: Facts) -> bool:
        return not facts.conforms(value, self.shape)


@dataclass(frozen=True, slots=True, eq=False)
class And(OnValues):
    shapes: tuple[Shape, ...]

    def accepts(self, value: Term, facts: Facts) -> bool:
        return all(facts.conforms(value, shape) for shape in self.shapes)


@dataclass(frozen=True, slots=True, eq=False)
class Or(OnValues):
    shapes: tuple[Shape, ...]

    def accepts(self, value: Term, facts: Facts) -> bool:
        return any(facts.conforms(value, shape) for shape in self.shapes)


@dataclass(frozen=True, slots=True, eq=False)
class Xone(OnValues):
    shapes: tuple[Shape, ...]

    def accepts(self, value: Term, facts: Facts) -> bool:
        return sum(facts.conforms(value, shape) for shape in self.shapes) == 1


@dataclass(frozen=True, slots=True, eq=False)
class Qualified(Constraint):
    """How many values conform to a shape and to none of its siblings; `least` or `most` is None in either component."""

    shape: Shape
    siblings: tuple[Shape, ...]
    least: int | None
    most: int | None

    sees_absence: ClassVar[bool] = True

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:
        count = sum(self._counts(value, facts) for value in values)
        if (self.least is not None and count < self.least) or (self.most is not None and count > self.most):
            out.append(Result(focus, None, self.source))

    def _counts(self, value: Term, facts: Facts) -> bool:
        if not facts.conforms(value, self.shape):
            return False
        return not any(facts.conforms(value, sibling) for sibling in self.siblings)
