"""What leads back to itself: for all nodes at once, by the strongly connected components of a step.

A shape with the path oneOrMore(S), disjoint with q, asks which values of q can be reached from the focus. Where S goes
over q backwards, the focus can be reached from each of them; so it is those in the same component as the focus.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from shapes.components.constraints import Constraint, Facts, Neighbours, Path, Result, Term, Values


@dataclass(frozen=True, slots=True, eq=False)
class Circular(Constraint):
    """The values of `key` that any number of `step` leads to, where `step` leads back from each of them to the focus.

    `predicates` are all that `step` goes over, `keys` their keys.
    """

    key: int
    step: Path
    predicates: tuple[NamedNode, ...]
    keys: frozenset[int]

    def check(self, focus: Term, values: Values, facts: Facts, out: list[Result]) -> None:  # noqa: ARG002
        found = (value for value in facts.values(focus, self.key) if facts.together(focus, value, self))
        out.extend(Result(focus, value, self.source) for value in found)


class Components:
    """The strongly connected components of what a step leads to, each found when first asked for (Gabow's way)."""

    def __init__(self, step: Path) -> None:
        self._step = step
        self._numbers: dict[Term, int] = {}

    def together(self, one: Term, other: Term, facts: Neighbours) -> bool:
        """Whether each can be reached from the other; of a node and itself, always."""
        return self._number(one, facts) == self._number(other, facts)

    def _number(self, node: Term, facts: Neighbours) -> int:
        number = self._numbers.get(node)
        if number is None:
            self._explore(node, facts)
            number = self._numbers[node]
        return number

    def _explore(self, start: Term, facts: Neighbours) -> None:
        """`trail` are the nodes of no component yet, `borders` the places in it where one may begin."""
        trail, places, borders = [start], {start: 0}, [0]
        ways: list[tuple[Term, Iterator[Term]]] = [(start, iter(self._step.values(start, facts)))]
        while ways:
            node, ahead = ways[-1]
            new = self._followed(ahead, places, borders)
            if new is not None:
                places[new] = len(trail)
                borders.append(len(trail))
                trail.append(new)
                ways.append((new, iter(self._step.values(new, facts))))
                continue
            ways.pop()
            if borders[-1] == places[node]:
                place = borders.pop()
                self._numbers.update(dict.fromkeys(trail[place:], len(self._numbers)))
                del trail[place:]

    def _followed(self, ahead: Iterator[Term], places: dict[Term, int], borders: list[int]) -> Term | None:
        """The next node that is new; what is on the trail already belongs together with all behind it."""
        for term in ahead:
            if term in self._numbers:
                continue
            if term not in places:
                return term
            while borders[-1] > places[term]:
                borders.pop()
        return None
