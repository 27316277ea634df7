"""Property paths (https://www.w3.org/TR/shacl/#property-paths), compiled: from a node to its value nodes."""

from collections.abc import Iterable
from dataclasses import dataclass

from shapes.components.constraints import Neighbours, Path, Term, Values


@dataclass(frozen=True, slots=True)
class Predicate:
    key: int

    def values(self, node: Term, facts: Neighbours) -> Values:
        return facts.values(node, self.key)


@dataclass(frozen=True, slots=True)
class Inverse:
    """A predicate backwards; the inverse of a longer path is the path of its parts' inverses."""

    key: int

    def values(self, node: Term, facts: Neighbours) -> Values:
        return facts.subjects(node, self.key)


@dataclass(frozen=True, slots=True)
class Steps:
    """One path after the other."""

    parts: tuple[Path, ...]

    def values(self, node: Term, facts: Neighbours) -> Values:
        reached: Values = (node,)
        for part in self.parts:
            reached = _each_once(term for one in reached for term in part.values(one, facts))
        return reached


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of several paths."""

    parts: tuple[Path, ...]

    def values(self, node: Term, facts: Neighbours) -> Values:
        return _each_once(term for part in self.parts for term in part.values(node, facts))


@dataclass(frozen=True, slots=True)
class Optional:
    """A path, or none."""

    part: Path

    def values(self, node: Term, facts: Neighbours) -> Values:
        return _each_once((node, *self.part.values(node, facts)))


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path any number of times: with `least` 0 the node itself is reached, with 1 only if a path leads back."""

    part: Path
    least: int

    def values(self, node: Term, facts: Neighbours) -> Values:
        reached: dict[Term, None] = {} if self.least else {node: None}
        ends = [node]
        while ends:
            for term in self.part.values(ends.pop(), facts):
                if term not in reached:
                    reached[term] = None
                    ends.append(term)
        return tuple(reached)


def _each_once(terms: Iterable[Term]) -> Values:
    return tuple(dict.fromkeys(terms))
