"""Shapes compiled once into a plan that is evaluated directly on records.

What the plan cannot express (SHACL-SPARQL, shapes that refer to themselves) is named in `leftovers` and kept, as a
shapes graph of its own, for pySHACL (shapes/reference.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from shapes.compiling.compiler import Compiler
from shapes.compiling.division import Division, Leftover, is_targeted
from shapes.compiling.index import Index, Subject
from shapes.components.constraints import Source
from shapes.evaluation.targets import Targeted

__all__ = ["Leftover", "Plan", "compile_plan"]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """`keys` numbers the predicates that are looked at, `bits` the classes.

    `closed` numbers, as further keys, the closed shapes: the predicates that each of them allows. `remote` are the keys
    read on nodes that a focus node refers to, `inverse` those followed backwards: to judge one record, a context has to
    know these of all the others. `circular` are those that are followed until they lead back to where they began.
    """

    targeted: tuple[Targeted, ...]
    sources: tuple[Source, ...]
    keys: Mapping[NamedNode, int]
    closed: Mapping[int, frozenset[NamedNode]]
    bits: Mapping[NamedNode, int]
    remote: frozenset[int]
    inverse: frozenset[int]
    circular: frozenset[int]
    leftovers: tuple[Leftover, ...]
    rest: tuple[Quad, ...]


def compile_plan(statements: Iterable[Quad]) -> Plan:
    """The plan of a shapes graph. Raises MalformedShape where SHACL does not allow what it says."""
    index = Index(statements)
    compiler = Compiler(index)
    division = Division(compiler)
    targeted = tuple(division.targeted(_targeted_nodes(index)))
    numbers = compiler.numbers
    return Plan(
        targeted=targeted,
        sources=tuple(compiler.sources),
        keys=numbers.keys,
        closed=numbers.closed,
        bits=numbers.bits,
        remote=frozenset(numbers.remote),
        inverse=frozenset(numbers.inverse),
        circular=frozenset(numbers.circular),
        leftovers=tuple(division.leftovers),
        rest=division.rest(),
    )


def _targeted_nodes(index: Index) -> list[Subject]:
    return [index.shape_of(subject) for subject in index.subjects() if is_targeted(index, subject)]
