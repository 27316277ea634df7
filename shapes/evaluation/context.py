"""What has to be known of other nodes to judge one record: their classes, and what the plan reads on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from shapes.components.circles import Components
from shapes.components.constraints import TYPED, Circle, Shape, Term, Values
from shapes.evaluation.background import Background
from shapes.evaluation.reading import Properties, Reader, Statement
from shapes.plan import Plan
from vocabularies.namespaces import RDFS

Hierarchy = Mapping[Term, int]

_MOST: Final = 1 << 17
"""Verdicts remembered from record to record."""


class Verdicts:
    """What was found of nodes outside the records, for shapes that such a node decides alone, and of what circles."""

    def __init__(self) -> None:
        self._found: dict[tuple[Shape, Term], bool] = {}
        self._circles: dict[Circle, Components] = {}

    def circle(self, circle: Circle) -> Components:
        found = self._circles.get(circle)
        if found is None:
            found = self._circles[circle] = Components(circle.step)
        return found

    def get(self, shape: Shape, node: Term) -> bool | None:
        return self._found.get((shape, node))

    def put(self, shape: Shape, node: Term, verdict: bool) -> None:  # noqa: FBT001  what is kept
        if len(self._found) >= _MOST:
            self._found.clear()
        self._found[shape, node] = verdict


class Context(Protocol):
    """Answers for nodes outside the record, the background included; the same as long as the data is the same."""

    @property
    def background(self) -> Background: ...
    @property
    def hierarchy(self) -> Hierarchy: ...
    @property
    def type_key(self) -> int: ...
    @property
    def verdicts(self) -> Verdicts: ...

    def mask(self, node: Term) -> int:
        """The classes of a node, superclasses included."""

    def properties(self, node: Term) -> Mapping[int, Values]:
        """The values of a node, of those keys at least that the plan reads remotely."""

    def subjects(self, node: Term, key: int) -> Values:
        """The nodes that have this one as a value, for the keys that the plan follows backwards."""

    def triples(self, node: Term) -> Iterable[Triple]:
        """All that is said of a node."""


@dataclass(frozen=True, slots=True)
class Around:
    """What paths ask, of a context alone."""

    context: Context

    def values(self, node: Term, key: int) -> Values:
        return self.context.properties(node).get(key, ())

    def subjects(self, node: Term, key: int) -> Values:
        return self.context.subjects(node, key)


def hierarchy_of(plan: Plan, parents: Mapping[Term, Iterable[Term]]) -> Hierarchy:
    """Class to the mask of itself and of all it is a subclass of in the data."""
    masks: dict[Term, int] = {one: bit for one, bit in plan.bits.items()}  # noqa: C416  widens the key's type
    for one in parents:
        mask, open_, seen = 0, [one], {one}
        while open_:
            current = open_.pop()
            mask |= plan.bits.get(current, 0) if isinstance(current, NamedNode) else 0
            new = [parent for parent in parents.get(current, ()) if parent not in seen]
            seen.update(new)
            open_ += new
        masks[one] = mask
    return masks


def mask_of(hierarchy: Hierarchy, types: Iterable[Term]) -> int:
    mask = 0
    for one in types:
        mask |= hierarchy.get(one, 0) | TYPED
    return mask


def joined(properties: Mapping[int, Values], more: Mapping[int, Values]) -> Mapping[int, Values]:
    """The values of both, each once."""
    if not more:
        return properties
    both = dict(properties)
    for key, values in more.items():
        both[key] = tuple(dict.fromkeys((*both.get(key, ()), *values)))
    return both


class Answers:
    """A context over what is described somewhere; where that is, a subclass says: `_read`, `_sayers`, `triples`."""

    def __init__(self, plan: Plan, background: Background | None, hierarchy: Hierarchy) -> None:
        self.background = background or Background()
        self.hierarchy = hierarchy
        self.reader = Reader(plan, only=plan.remote)
        self.plan = plan
        self.verdicts = Verdicts()

    @property
    def type_key(self) -> int:
        return self.reader.type_key

    def _described(self, node: Term) -> Properties:
        raise NotImplementedError

    def _sayers(self, node: Term, key: int) -> Iterable[Term]:
        raise NotImplementedError

    def known_mask(self, node: Term) -> int:
        """The classes that the background gives a node."""
        types = self.background.types.get(node)
        return mask_of(self.hierarchy, types) if types else 0

    def mask(self, node: Term) -> int:
        types = self._described(node).get(self.reader.type_key, ())
        return mask_of(self.hierarchy, types) | self.known_mask(node)

    def properties(self, node: Term) -> Mapping[int, Values]:
        return joined(self._described(node), self.background.values.get(node, {}))

    def subjects(self, node: Term, key: int) -> Values:
        return tuple(dict.fromkeys((*self._sayers(node, key), *self.background.subjects.get((key, node), ()))))


class Collected(Answers):
    """A context gathered from statements in memory."""

    def __init__(self, plan: Plan, statements: Iterable[Statement] = (), background: Background | None = None) -> None:
        super().__init__(plan, background, {})
        self._said: dict[Term, list[Statement]] = {}
        self._parents: dict[Term, list[Term]] = {}
        self._subjects: dict[tuple[int, Term], dict[Term, None]] = {}
        self.add(statements)

    def add(self, statements: Iterable[Statement]) -> None:
        """Learn from more statements."""
        inverse = {predicate: key for predicate, key in self.plan.keys.items() if key in self.plan.inverse}
        for statement in statements:
            self._said.setdefault(statement.subject, []).append(statement)
            key = inverse.get(statement.predicate)
            if key is not None:
                self._subjects.setdefault((key, statement.object), {})[statement.subject] = None
            if statement.predicate == RDFS.subClassOf:
                self._parents.setdefault(statement.subject, []).append(statement.object)
        self.hierarchy = hierarchy_of(self.plan, self._parents)
        self.verdicts = Verdicts()

    def _described(self, node: Term) -> Properties:
        return self.reader.group(self._said.get(node, ()))

    def _sayers(self, node: Term, key: int) -> Iterable[Term]:
        return self._subjects.get((key, node), ())

    def triples(self, node: Term) -> Iterable[Triple]:
        return (Triple(one.subject, one.predicate, one.object) for one in self._said.get(node, ()))


class Stored(Answers):
    """A context that looks into the default graph of a store, remembering what it found."""

    def __init__(self, plan: Plan, store: Store, background: Background | None = None) -> None:
        parents: dict[Term, list[Term]] = {}
        for quad in store.quads_for_pattern(None, RDFS.subClassOf, None, DefaultGraph()):
            parents.setdefault(quad.subject, []).append(quad.object)
        super().__init__(plan, background, hierarchy_of(plan, parents))
        self._store = store
        self._found: dict[Term, Properties] = {}
        self._names = {key: predicate for predicate, key in plan.keys.items()}

    def _described(self, node: Term) -> Properties:
        found = self._found.get(node)
        if found is None:
            found = self._found[node] = self.reader.group(self._quads(node))
        return found

    def _sayers(self, node: Term, key: int) -> Iterable[Term]:
        quads: Iterable[Quad] = self._store.quads_for_pattern(None, self._names[key], node, DefaultGraph())
        return (quad.subject for quad in quads)

    def triples(self, node: Term) -> Iterable[Triple]:
        return (quad.triple for quad in self._quads(node))

    def _quads(self, node: Term) -> Iterable[Quad]:
        if isinstance(node, Literal | Triple):
            return ()
        return self._store.quads_for_pattern(node, None, None, DefaultGraph())
