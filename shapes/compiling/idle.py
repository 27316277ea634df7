"""Shapes that check nothing: their author takes silence for praise, so each is told, with the reason."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from pyoxigraph import Literal, NamedNode

from shapes.compiling.compiler import constraining
from shapes.compiling.division import is_targeted, referrers
from shapes.compiling.index import Index, Subject
from shapes.components.constraints import Term
from vocabularies.namespaces import SH


def idle(index: Index) -> Iterator[str]:
    """What to tell of each shape that checks nothing."""
    parameters = constraining(index)
    for node in map(index.shape_of, index.subjects()):
        constrains = _constrains(index, node, parameters, frozenset())
        if is_targeted(index, node):
            if _is_off(index, node):
                yield f"{index.where(node)} is deactivated (sh:deactivated), so it checks nothing"
            elif not constrains:
                yield f"{index.where(node)} has a target, but no constraint, so it checks nothing"
        elif constrains and not referrers(index, node):
            yield f"{index.where(node)} has constraints, but no target (sh:targetClass, …), so it checks nothing"


def checks_anything(index: Index) -> bool:
    parameters = constraining(index)
    return any(
        is_targeted(index, node) and not _is_off(index, node) and _constrains(index, node, parameters, frozenset())
        for node in map(index.shape_of, index.subjects())
    )


def _is_off(index: Index, node: Subject) -> bool:
    return any(isinstance(one, Literal) and one.value in {"true", "1"} for one in index.objects(node, SH.deactivated))


def _constrains(index: Index, node: Term, parameters: AbstractSet[NamedNode], above: frozenset[Term]) -> bool:
    """Whether a shape asks anything: its property shapes may be empty."""
    if not (parameters - {SH.property}).isdisjoint(index.predicates(node)):
        return True
    inner = (one for one in index.objects(node, SH.property) if one not in above)
    return any(_constrains(index, one, parameters, above | {node}) for one in inner)
