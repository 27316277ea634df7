"""A plan evaluated over statements: over a whole graph as received, or one record at a time.

A whole graph is held in memory, by subject. A record needs its own statements and a Context (context.py).
"""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from pyoxigraph import BlankNode, NamedNode, Triple

from shapes.components.constraints import Result, Term, Values
from shapes.evaluation.background import Background, Own, is_own
from shapes.evaluation.context import Context, hierarchy_of, mask_of
from shapes.evaluation.facts import GraphFacts, NodeFacts, RecordFacts, Said, with_background
from shapes.evaluation.reading import Described, Groups, Properties, Reader, Statement, by_subject, triples_of
from shapes.evaluation.tables import Tables
from shapes.plan import Plan

__all__ = ["Evaluation", "Groups", "Judgement", "RecordJudge", "by_subject", "evaluate", "undisturbed"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All results over a graph, and the nodes that any shape had something to ask of."""

    results: list[Result]
    focuses: list[Term]


def evaluate(plan: Plan, groups: Groups, background: Background | None = None, own: Own | None = None) -> Evaluation:
    """The plan over a whole graph, given by_subject; with `own`, on the nodes of which it holds and what is below them.

    `plan.leftovers` are not evaluated.
    """
    with undisturbed():
        return _evaluate(plan, groups, background or Background(), own)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without the search for cycles: it takes as long as the evaluation, in which nothing refers to itself."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _evaluate(plan: Plan, groups: Groups, known: Background, own: Own | None) -> Evaluation:
    reader, tables = Reader(plan), Tables(plan)
    read = reader.groups(groups)
    masks = _masks(plan, reader, read, known)
    described = with_background(read, known)
    facts = GraphFacts(plan, described, masks, known, partial(_said, groups))
    skipped = _foreign(groups, own)
    evaluation = Evaluation([], [])
    for focus, properties in _candidates(described, masks, tables, facts):
        if focus not in skipped:
            _judge(focus, masks.get(focus, 0), properties, tables, facts, evaluation)
    return Evaluation(list(_owned(evaluation.results, own)), evaluation.focuses)


def _owned(results: Iterable[Result], own: Own | None) -> Iterable[Result]:
    """Without those on somebody else's nodes, which a shape may judge as values of ours."""
    return results if own is None else (one for one in results if is_own(one.focus, own))


def _masks(plan: Plan, reader: Reader, described: Described, background: Background) -> dict[Term, int]:
    """The classes of every node; superclasses as the data itself declares them."""
    hierarchy, type_key = hierarchy_of(plan, reader.parents(described)), reader.type_key
    masks = {node: mask_of(hierarchy, types) for node, types in background.types.items()}
    for node, properties in described.items():
        types = properties.get(type_key)
        if types is not None:
            masks[node] = masks.get(node, 0) | mask_of(hierarchy, types)
    return masks


def _said(groups: Groups, node: Term) -> Iterator[Triple]:
    for one in groups.get(node, ()):
        yield one if isinstance(one, Triple) else one.triple


def _foreign(groups: Groups, own: Own | None) -> set[Term]:
    """The subjects that are not the publisher's, and the blank nodes that only these lead to."""
    if own is None:
        return set()
    found: set[Term] = {node for node in groups if isinstance(node, NamedNode) and not own(node)}
    below = _blank_below(groups, found)
    if below:
        shared = _blank_below(groups, [node for node in groups if node not in found and node not in below])
        found |= below - shared
    return found


def _blank_below(groups: Groups, nodes: Iterable[Term]) -> set[Term]:
    """The blank nodes that these nodes lead to."""
    found: set[Term] = set()
    open_ = list(nodes)
    while open_:
        for statement in groups.get(open_.pop(), ()):
            node = statement.object
            if isinstance(node, BlankNode) and node not in found:
                found.add(node)
                open_.append(node)
    return found


def _candidates(
    described: Mapping[Term, Mapping[int, Values]], masks: Mapping[Term, int], tables: Tables, facts: GraphFacts
) -> Iterator[tuple[Term, Mapping[int, Values]]]:
    """The nodes that may be targets, with what is said of them."""
    everyone = tables.has_triggers
    for node, properties in described.items():
        if everyone or node in masks:
            yield node, properties
    unsaid = dict.fromkeys(tables.nodes)
    unsaid.update(dict.fromkeys(node for key, node in facts.inverse if key in tables.objects_of))
    yield from ((node, facts.properties(node)) for node in unsaid if node not in described)


def _judge(
    focus: Term,
    mask: int,
    properties: Mapping[int, Values],
    tables: Tables,
    facts: NodeFacts,
    evaluation: Evaluation,
) -> None:
    table = tables.get(focus, mask, properties, facts)
    if not table.empty:
        evaluation.focuses.append(focus)
        facts.judge(focus, properties, table, evaluation.results)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came out for one record: its focus nodes, the results on them, and what they rest on besides the record."""

    results: tuple[Result, ...]
    focuses: tuple[Term, ...]
    consulted: frozenset[Term]


_NONE = Judgement((), (), frozenset())


class RecordJudge:
    """Judges records one at a time; between them it keeps nothing but its tables, verdicts and the context.

    With `own`, a record whose IRI is somebody else's has no results.
    """

    def __init__(self, plan: Plan, context: Context, own: Own | None = None) -> None:
        self.reader = Reader(plan)
        self._plan = plan
        self._tables = Tables(plan)
        self._context = context
        self._own = own

    def judge(self, statements: Iterable[Statement]) -> Judgement:
        """The results for the statements of one record: its IRI and its blank nodes, each of which can be a focus."""
        groups = by_subject(statements)
        return self._judge(self.reader.groups(groups), partial(_said, groups))

    def judge_block(self, block: bytes) -> Judgement:
        """The same for the lines of a record."""
        return self.judge_read(self.reader.block(block), block)

    def judge_read(self, read: Mapping[Term, Properties], block: bytes) -> Judgement:
        """The same for the lines of a record that `reader` has read."""
        return self._judge(read, partial(triples_of, block))

    def judge_unsaid(self, node: Term) -> Judgement:
        """The results for a node of which no record says anything, but that is a target all the same."""
        return self._judge({node: {}}, lambda _: ())

    def is_target(self, block: bytes) -> bool:
        """Whether there is anything to ask of a record; it is not judged."""
        read = self.reader.block(block)
        if self._is_foreign(read):
            return False
        facts, tables = RecordFacts(self._plan, read, self._context, partial(triples_of, block)), self._tables
        nodes = facts.described.items()
        return any(not tables.get(node, facts.masks.get(node, 0), said, facts).empty for node, said in nodes)

    def _judge(self, described: Mapping[Term, Properties], said: Said) -> Judgement:
        if self._is_foreign(described):
            return _NONE
        facts = RecordFacts(self._plan, described, self._context, said)
        evaluation, everyone = Evaluation([], []), self._tables.has_triggers
        for focus, properties in facts.described.items():
            mask = facts.masks.get(focus, 0)
            if mask or everyone:
                _judge(focus, mask, properties, self._tables, facts, evaluation)
        return Judgement(
            tuple(_owned(evaluation.results, self._own)), tuple(evaluation.focuses), frozenset(facts.asked)
        )

    def _is_foreign(self, described: Described) -> bool:
        if self._own is None:
            return False
        record = next((node for node in described if isinstance(node, NamedNode)), None)
        return record is not None and not self._own(record)
