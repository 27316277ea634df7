"""Statements of DCAT-AP 3.0.1 become those of another profile, as its table says."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from graph.serialise import Row
from queries.becoming.tables import SAME, TYPE, Rule, Table, Value

Tell = Callable[[str], Iterable[Row]]
"""What there is to tell of a resource that the table names and the statements do not tell."""


def becomes(
    told: Sequence[Row], table: Table, described: Tell = lambda _node: (), about: Iterable[str] = ()
) -> list[Row]:
    """What the statements become, those `about` some nodes above all.

    What they name only by a statement that is left out is left out with it.
    """
    return _Becoming(told, table).statements(described, about)


class _Becoming:
    def __init__(self, told: Sequence[Row], table: Table) -> None:
        self._told = told
        self._table = table
        self._by_subject: dict[str, list[Row]] = {}
        for one in told:
            self._by_subject.setdefault(one[0], []).append(one)
        self._had = {(subject, by, value) for subject, by, value in told}
        self._had |= {(subject, by, "") for subject, by, _ in told}
        self._out: dict[Row, None] = {}
        self._single: dict[tuple[str, str], list[str]] = {}
        """By subject and property, the values of which one is to stay."""

    def statements(self, described: Tell, about: Iterable[str]) -> list[Row]:
        for one in self._told:
            self._apply(one)
        for (subject, by), values in self._single.items():
            self._out[subject, by, min(values, key=_order)] = None
        for node in self._named_by_the_table():
            self._out |= dict.fromkeys(described(node))
        for _, by, value in list(self._out):
            if by in self._table.ranges and value[0] in "<_" and not value.startswith(_TRIPLE_TERM):
                self._out[value, TYPE, self._table.ranges[by]] = None
        return self._reached(about)

    def _apply(self, one: Row) -> None:
        rules = () if one[2].startswith(_TRIPLE_TERM) else self._table.of(one[1])
        fitting = [rule for rule in rules if self._fits(rule, one)]
        for rule in fitting or self._table.others:
            if rule.becomes:
                self._say(rule, one)

    def _fits(self, rule: Rule, one: Row) -> bool:
        subject, _, value = one
        if rule.value and not (value.startswith(rule.value) if rule.is_stem else value == rule.value):
            return False
        if rule.of and not any((subject, TYPE, each) in self._had for each in rule.of):
            return False
        return not any((subject, by, wanted) in self._had for by, wanted in rule.unless)

    def _say(self, rule: Rule, one: Row) -> None:
        subject, predicate, value = one
        found = self._valued(rule.value_as, value)
        if found is None:
            return
        first = predicate if rule.becomes[0] == SAME else rule.becomes[0]
        between = ""
        if len(rule.becomes) > 1:
            between = f"_:{_label(subject, first, *predicate_and_node(one, rule))}"
            self._out[subject, first, between] = None
            self._out[between, rule.becomes[1], found] = None
        elif rule.at_most_one:
            self._single.setdefault((subject, first), []).append(found)
        else:
            self._out[subject, first, found] = None
        for by, wanted in rule.node:
            said = self._valued(wanted, value)
            if said is not None:
                self._out[between or found, by, said] = None

    def _valued(self, wanted: Value, value: str) -> str | None:
        if wanted.convert is not None:
            return wanted.convert(value, self._by_subject, wanted.argument)
        return wanted.term or value

    def _named_by_the_table(self) -> list[str]:
        """What is named now, was not before, and is not told."""
        named = {value for _, _, value in self._told}
        found = dict.fromkeys(value for _, _, value in self._out if value[0] == "<" and value not in named)
        return [node for node in found if node not in self._by_subject]

    def _reached(self, about: Iterable[str]) -> list[Row]:
        """All but what was named and is no more."""
        by_subject: dict[str, list[Row]] = {}
        for one in self._out:
            by_subject.setdefault(one[0], []).append(one)
        named = {value for _, _, value in self._told if value[0] in "<_"}
        named.difference_update(about)
        waiting = [subject for subject in by_subject if subject not in named]
        reached = set(waiting)
        while waiting:
            for _, _, value in by_subject[waiting.pop()]:
                if value in by_subject and value not in reached:
                    reached.add(value)
                    waiting.append(value)
        return [one for one in self._out if one[0] in reached]


def predicate_and_node(one: Row, rule: Rule) -> Iterator[str]:
    """What tells nodes between apart: rows of the table that make the same node of a value share it."""
    yield from one[1:]
    yield from (f"{by} {wanted.term}" for by, wanted in rule.node)


_TRIPLE_TERM: Final = "<<"
"""How a statement begins that is the value of another: it is no node."""

_LABEL: Final = 20


def _label(*parts: str) -> str:
    return f"n{sha256(' '.join(parts).encode()).hexdigest()[:_LABEL]}"


def _order(value: str) -> tuple[float, str]:
    try:
        return float(value[1 : value.index('"', 1)]) if value[0] == '"' else 0.0, value
    except ValueError:
        return 0.0, value
