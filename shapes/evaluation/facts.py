"""What constraints ask while they are checked: of a whole graph, or of one record with a context around it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from shapes.components.circles import Components
from shapes.components.constraints import Circle, Masks, Result, Shape, Term, Values
from shapes.components.paths import Repeated
from shapes.evaluation.background import Background
from shapes.evaluation.context import Around, Context, joined, mask_of
from shapes.evaluation.reading import Properties
from shapes.evaluation.tables import Table
from shapes.plan import Plan

Said = Callable[[Term], Iterable[Triple]]
"""All statements about a node."""

_NOTHING: Final[Mapping[int, Values]] = {}


class NodeFacts(ABC):
    """The facts while one focus node is judged; its own properties are at hand."""

    def __init__(self, plan: Plan, masks: Masks, background: Background, said: Said) -> None:
        self.masks = masks
        self._closed = plan.closed
        self._said = said
        self._background = background
        self._focus: Term | None = None
        self._properties: Mapping[int, Values] = {}

    def values(self, node: Term, key: int) -> Values:
        return (self._properties if node is self._focus else self.properties(node)).get(key, ())

    def others(self, node: Term, key: int) -> Values:
        allowed, said = self._closed[key], (*self._all(node), *self._background.said.get(node, ()))
        return tuple(dict.fromkeys(one for one in said if one.predicate not in allowed))

    def _all(self, node: Term) -> Iterable[Triple]:
        """All that the data says about a node."""
        return self._said(node)

    @abstractmethod
    def properties(self, node: Term) -> Mapping[int, Values]:
        """What is known of a node that is not the focus."""

    @abstractmethod
    def subjects(self, node: Term, key: int) -> Values: ...
    @abstractmethod
    def conforms(self, node: Term, shape: Shape) -> bool: ...
    @abstractmethod
    def together(self, one: Term, other: Term, circle: Circle) -> bool: ...

    def judge(self, focus: Term, properties: Mapping[int, Values], table: Table, out: list[Result]) -> None:
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


Inverse = dict[tuple[int, Term], dict[Term, None]]


def inverse_of(plan: Plan, described: Mapping[Term, Mapping[int, Values]]) -> Inverse:
    """The subjects by predicate and object, of the predicates that are followed backwards."""
    found: Inverse = {}
    wanted = plan.inverse
    for subject, properties in described.items() if wanted else ():
        for key in wanted.intersection(properties):
            for value in properties[key]:
                found.setdefault((key, value), {})[subject] = None
    return found


def with_background(described: Mapping[Term, Properties], background: Background) -> dict[Term, Mapping[int, Values]]:
    """What the data and the background say together of the nodes that the data describes."""
    known = background.values
    if not known:
        return dict(described)
    return {node: joined(said, known[node]) if node in known else said for node, said in described.items()}


class GraphFacts(NodeFacts):
    """A whole graph, in `described` with the background in it; `masks` are of all nodes."""

    def __init__(
        self,
        plan: Plan,
        described: Mapping[Term, Mapping[int, Values]],
        masks: Mapping[Term, int],
        background: Background,
        said: Said,
    ) -> None:
        super().__init__(plan, masks, background, said)
        self._described = described
        self.inverse = inverse_of(plan, described)
        self._verdicts: dict[Shape, dict[Term, bool]] = {}
        self._circles: dict[Circle, Components] = {}

    def properties(self, node: Term) -> Mapping[int, Values]:
        found = self._described.get(node)
        return self._background.values.get(node, _NOTHING) if found is None else found

    def subjects(self, node: Term, key: int) -> Values:
        known = self._background.subjects.get((key, node), ())
        found = self.inverse.get((key, node), {})
        return tuple(dict.fromkeys((*found, *known))) if known else tuple(found)

    def conforms(self, node: Term, shape: Shape) -> bool:
        if not isinstance(node, NamedNode):
            return shape.conforms(node, self)
        verdicts = self._verdicts.setdefault(shape, {})
        verdict = verdicts.get(node)
        if verdict is None:
            verdict = verdicts[node] = shape.conforms(node, self)
        return verdict

    def together(self, one: Term, other: Term, circle: Circle) -> bool:
        components = self._circles.get(circle)
        if components is None:
            components = self._circles[circle] = Components(circle.step)
        return components.together(one, other, self)


class Asking:
    """Masks that come from the record where it describes the node, and else from the context; notes who was asked."""

    def __init__(self, local: Mapping[Term, int], context: Context) -> None:
        self._local = local
        self._context = context
        self.asked: set[Term] = set()

    def get(self, node: Term, default: int, /) -> int:
        mask = self._local.get(node)
        if mask is not None:
            return mask
        if isinstance(node, (NamedNode, BlankNode)):
            self.asked.add(node)
            return self._context.mask(node)
        return default


class RecordFacts(NodeFacts):
    """One record; of nodes outside it, what the context knows."""

    def __init__(self, plan: Plan, described: Mapping[Term, Properties], context: Context, said: Said) -> None:
        self._context = context
        self._local = with_background(described, context.background)
        type_key, known = context.type_key, context.background.types
        self._asking = Asking(
            {
                node: mask_of(context.hierarchy, (*properties.get(type_key, ()), *known.get(node, ())))
                for node, properties in described.items()
            },
            context,
        )
        super().__init__(plan, self._asking, context.background, said)
        self._inverse = inverse_of(plan, self._local)
        self._verdicts = context.verdicts
        self._known: dict[Circle, bool] = {}

    @property
    def asked(self) -> set[Term]:
        """The nodes outside the record, or pointed to from outside, that a verdict rests on."""
        return self._asking.asked

    @property
    def described(self) -> Mapping[Term, Mapping[int, Values]]:
        """The record's nodes with all that is known of them."""
        return self._local

    def _all(self, node: Term) -> Iterable[Triple]:
        if node in self._local:
            return super()._all(node)
        self.asked.add(node)
        return self._context.triples(node)

    def properties(self, node: Term) -> Mapping[int, Values]:
        found = self._local.get(node)
        if found is not None:
            return found
        if isinstance(node, (NamedNode, BlankNode)):
            self.asked.add(node)
            return self._context.properties(node)
        return _NOTHING

    def subjects(self, node: Term, key: int) -> Values:
        self.asked.add(node)
        found = dict(self._inverse.get((key, node), {}))
        found.update(dict.fromkeys(self._context.subjects(node, key)))
        return tuple(found)

    def conforms(self, node: Term, shape: Shape) -> bool:
        if not shape.own or not isinstance(node, NamedNode) or node in self._local:
            return shape.conforms(node, self)
        self.asked.add(node)
        verdict = self._verdicts.get(shape, node)
        if verdict is None:
            verdict = shape.conforms(node, self)
            self._verdicts.put(shape, node, verdict)
        return verdict

    def together(self, one: Term, other: Term, circle: Circle) -> bool:
        """A verdict rests on all that is said with the circle's predicates: they stand for it among `asked`."""
        self.asked.update(circle.predicates)
        if not self._is_known(circle):
            return other in Repeated(circle.step, 1).values(one, self)
        return self._verdicts.circle(circle).together(one, other, Around(self._context))

    def _is_known(self, circle: Circle) -> bool:
        """Whether the context says of the record, over the circle, what the record itself says."""
        known = self._known.get(circle)
        if known is None:
            known = self._known[circle] = all(
                set(properties.get(key, ())) == set(self._context.properties(node).get(key, ()))
                for node, properties in self._local.items()
                if isinstance(node, NamedNode) or not circle.keys.isdisjoint(properties)
                for key in circle.keys
            )
        return known
