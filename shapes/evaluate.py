"""A plan evaluated over statements: over a whole graph as received, or one record at a time.

A whole graph is held in memory, by subject. A record needs its own statements and a Context (shapes/context.py).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from shapes.constraints import TYPED, Masks, Result, Shape, Term, Values
from shapes.context import Context, Hierarchy, Known, Statement, hierarchy_of
from shapes.plan import Plan
from shapes.tables import Table, Tables
from vocabularies.namespaces import RDF, RDFS

Properties = dict[int, list[Term]]
Groups = Mapping[Term, Sequence[Statement]]
"""Statements by subject."""


class _Facts(ABC):
    """The facts while one focus node is judged; its own properties are at hand."""

    def __init__(self, plan: Plan, groups: Groups, masks: Masks) -> None:
        self._plan = plan
        self._groups = groups
        self._masks = masks
        self._focus: Term | None = None
        self._properties: Properties = {}

    @property
    def masks(self) -> Masks:
        return self._masks

    def values(self, node: Term, key: int) -> Values:
        return (self._properties if node is self._focus else self.properties(node)).get(key, ())

    def others(self, node: Term, key: int) -> Values:
        allowed = self._plan.closed[key]
        said = (one for one in self._groups.get(node, ()) if one.predicate not in allowed)
        return tuple(dict.fromkeys(Triple(one.subject, one.predicate, one.object) for one in said))

    def conforms(self, node: Term, shape: Shape) -> bool:
        return shape.conforms(node, self)

    @abstractmethod
    def properties(self, node: Term) -> Mapping[int, Values]:
        """What is known of a node that is not the focus."""

    @abstractmethod
    def subjects(self, node: Term, key: int) -> Values: ...

    def judge(self, focus: Term, properties: Properties, table: Table, out: list[Result]) -> None:
        self._focus, self._properties = focus, properties
        present = table.present
        for key, values in properties.items():
            for constraint in present.get(key, ()):
                constraint.check(focus, values, self, out)
        for key, constraints in table.absent:
            if key not in properties:
                for constraint in constraints:
                    constraint.check(focus, (), self, out)
        for constraint in table.rest:
            constraint.check(focus, (focus,), self, out)


def properties_of(plan: Plan, statements: Iterable[Statement]) -> Properties:
    """The values of one subject by the plan's key of their predicate, each value once."""
    keys = plan.keys
    found: Properties = {}
    for statement in statements:
        key = keys.get(statement.predicate)
        if key is not None:
            values = found.get(key)
            if values is None:
                found[key] = [statement.object]
            else:
                values.append(statement.object)
    for key, values in found.items():
        if len(values) > 1:
            found[key] = list(dict.fromkeys(values))
    return found


def by_subject(statements: Iterable[Statement]) -> dict[Term, list[Statement]]:
    """The statements of each subject; quick where one subject's come in a row."""
    groups: dict[Term, list[Statement]] = {}
    last: Term | None = None
    group: list[Statement] = []
    for statement in statements:
        subject = statement.subject
        if subject != last:
            last = subject
            found = groups.get(subject)
            if found is None:
                found = groups[subject] = []
            group = found
        group.append(statement)
    return groups


class _GraphFacts(_Facts):
    """A whole graph."""

    def __init__(self, plan: Plan, groups: Groups, masks: Masks) -> None:
        super().__init__(plan, groups, masks)
        self._seen: dict[Term, Properties] = {}
        self._inverse = _inverse(plan, groups)

    def properties(self, node: Term) -> Mapping[int, Values]:
        properties = self._seen.get(node)
        if properties is None:
            properties = self._seen[node] = properties_of(self._plan, self._groups.get(node, ()))
        return properties

    def subjects(self, node: Term, key: int) -> Values:
        return tuple(self._inverse.get((key, node), ()))


def _inverse(plan: Plan, groups: Groups) -> dict[tuple[int, Term], dict[Term, None]]:
    """The subjects by predicate and object, of the predicates that are followed backwards."""
    wanted = {predicate: key for predicate, key in plan.keys.items() if key in plan.inverse}
    found: dict[tuple[int, Term], dict[Term, None]] = {}
    for group in groups.values() if wanted else ():
        for statement in group:
            key = wanted.get(statement.predicate)
            if key is not None:
                found.setdefault((key, statement.object), {})[statement.subject] = None
    return found


def _masks(plan: Plan, groups: Groups, hierarchy: Hierarchy | None = None) -> dict[Term, int]:
    """The classes of every subject; superclasses as the data itself declares them, unless the hierarchy is given."""
    type_, sub_class = RDF.type, RDFS.subClassOf
    parents: dict[Term, list[Term]] = {}
    types: list[tuple[Term, Term]] = []
    for subject, group in groups.items():
        for statement in group:
            predicate = statement.predicate
            if predicate == type_:
                types.append((subject, statement.object))
            elif predicate == sub_class:
                parents.setdefault(subject, []).append(statement.object)
    known = hierarchy_of(plan, parents) if hierarchy is None else hierarchy
    masks: dict[Term, int] = {}
    for subject, one in types:
        masks[subject] = masks.get(subject, TYPED) | known.get(one, 0)
    return masks


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All results over a graph, and the nodes that any shape had something to ask of."""

    results: list[Result]
    focuses: list[Term]


def evaluate(plan: Plan, groups: Groups) -> Evaluation:
    """The plan over a whole graph, given by_subject. `plan.leftovers` are not evaluated."""
    masks = _masks(plan, groups)
    tables = Tables(plan)
    facts = _GraphFacts(plan, groups, masks)
    evaluation = Evaluation([], [])
    _judge_all(plan, groups, masks, tables, facts, evaluation)
    return evaluation


def _judge_all(
    plan: Plan, groups: Groups, masks: Mapping[Term, int], tables: Tables, facts: _Facts, evaluation: Evaluation
) -> None:
    out = evaluation.results
    for focus in groups if tables.has_triggers else masks:
        properties = properties_of(plan, groups[focus])
        table = tables.get(focus, masks.get(focus, 0), properties, facts)
        if not table.empty:
            evaluation.focuses.append(focus)
            facts.judge(focus, properties, table, out)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came out for one record, and what it rests on besides the record itself."""

    results: tuple[Result, ...]
    consulted: Mapping[Term, Known]


class RecordJudge:
    """Judges records one at a time; between them it keeps nothing but its tables and the context."""

    def __init__(self, plan: Plan, context: Context) -> None:
        self._plan = plan
        self._tables = Tables(plan)
        self._context = context

    def judge(self, statements: Iterable[Statement]) -> Judgement:
        """The results for the statements of one record: its IRI and its blank nodes, each of which can be a focus."""
        groups = by_subject(statements)
        masks = _masks(self._plan, groups, self._context.hierarchy)
        facts = _RecordFacts(self._plan, groups, masks, self._context)
        evaluation = Evaluation([], [])
        _judge_all(self._plan, groups, masks, self._tables, facts, evaluation)
        return Judgement(tuple(evaluation.results), facts.asked)


class _Asking:
    """Masks that come from the record where it describes the node, and else from the context, noting who was asked."""

    def __init__(self, local: Mapping[Term, int], groups: Groups, context: Context, asked: dict[Term, Known]) -> None:
        self._local = local
        self._groups = groups
        self._context = context
        self._asked = asked

    def get(self, node: Term, default: int, /) -> int:
        if node in self._groups:
            return self._local.get(node, default)
        return self.known(node).mask if isinstance(node, NamedNode) else default

    def known(self, node: Term) -> Known:
        known = self._asked.get(node)
        if known is None:
            known = self._asked[node] = self._context.known(node)
        return known


class _RecordFacts(_Facts):
    """One record; of nodes outside it, what the context knows."""

    def __init__(self, plan: Plan, groups: Groups, local: Mapping[Term, int], context: Context) -> None:
        self.asked: dict[Term, Known] = {}
        self._asking = _Asking(local, groups, context, self.asked)
        super().__init__(plan, groups, self._asking)
        self._local_inverse = _inverse(plan, groups)

    def properties(self, node: Term) -> Mapping[int, Values]:
        if node in self._groups:
            return properties_of(self._plan, self._groups[node])
        return dict(self._asking.known(node).values) if isinstance(node, NamedNode) else {}

    def subjects(self, node: Term, key: int) -> Values:
        found = dict(self._local_inverse.get((key, node), {}))
        if isinstance(node, NamedNode):
            found.update(dict.fromkeys(dict(self._asking.known(node).subjects).get(key, ())))
        return tuple(found)
