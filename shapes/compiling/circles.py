"""Which shapes ask whether something leads back to itself: those are evaluated for all nodes at once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shapes.compiling.numbers import Numbers
from shapes.components.circles import Circular
from shapes.components.constraints import Constraint, Path, Shape
from shapes.components.on_sets import Disjoint
from shapes.components.paths import Choice, Inverse, Predicate, Repeated


def closing(shape: Shape, numbers: Numbers) -> Shape:
    """The same shape: sh:disjoint on a path that repeats the way back over that very predicate as a Circular."""
    if not isinstance(shape.path, Repeated):
        return shape
    parts = tuple(_parts(shape.path.part))
    constraints = tuple(_closing(one, shape.path.part, parts, numbers) for one in shape.constraints)
    whole = bool(constraints) and all(isinstance(one, Circular) for one in constraints)
    return replace(shape, path=None if whole else shape.path, constraints=constraints)


def _closing(constraint: Constraint, step: Path, parts: Sequence[Path], numbers: Numbers) -> Constraint:
    if not isinstance(constraint, Disjoint) or Inverse(constraint.key) not in parts:
        return constraint
    keys = frozenset(part.key for part in parts if isinstance(part, (Predicate, Inverse)))
    if not all(isinstance(part, (Predicate, Inverse)) for part in parts):
        return constraint
    numbers.close(keys)
    predicates = tuple(predicate for predicate, key in numbers.keys.items() if key in keys)
    return Circular(constraint.source, constraint.key, step, predicates, keys)


def _parts(path: Path) -> Iterator[Path]:
    """The members of a choice, or the path itself."""
    if isinstance(path, Choice):
        for part in path.parts:
            yield from _parts(part)
    else:
        yield path
