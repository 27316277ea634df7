"""Constraints that judge each value node by itself, on what it is: class, kind, datatype, text, language, size."""

# ruff: noqa: ARG002, PERF401  all components have one signature; results are few, so a loop beats a generator

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from shapes.components.constraints import Facts, OnValues, Result, Term, Values
from shapes.components.datatypes import Check


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
class Bound(OnValues):
    """A lower or an upper bound, as comparison.py compares."""

    within: Callable[[Term], bool]

    def accepts(self, value: Term, facts: Facts) -> bool:
        return self.within(value)
