"""What has to be known of other nodes to judge one record: their classes, and what the plan reads on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Protocol

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from shapes.constraints import TYPED, Term, Values
from shapes.plan import Plan
from vocabularies.namespaces import RDF, RDFS

Statement = Quad | Triple
Hierarchy = Mapping[Term, int]


@dataclass(frozen=True, slots=True)
class Known:
    """What a context knows of one node, as far as the plan can ask."""

    mask: int = 0
    values: tuple[tuple[int, Values], ...] = ()
    subjects: tuple[tuple[int, Values], ...] = ()


NOTHING: Final = Known()


class Context(Protocol):
    """Answers for nodes outside the record; the same answers as long as the data is the same."""

    @property
    def hierarchy(self) -> Hierarchy: ...
    def known(self, node: Term) -> Known: ...


class Fingerprints:
    """Hashes of what was consulted: equal in any two runs when nothing differs that the plan could ask."""

    def __init__(self, plan: Plan) -> None:
        self._bits = sorted((predicate.value, bit) for predicate, bit in plan.bits.items())
        self._names = {key: predicate.value for predicate, key in plan.keys.items()}
        self._digests: dict[Known, bytes] = {}

    def of(self, consulted: Mapping[Term, Known]) -> bytes:
        whole = blake2b(digest_size=16)
        for node, known in sorted((str(node), known) for node, known in consulted.items()):
            whole.update(node.encode())
            whole.update(self._digest(known))
        return whole.digest()

    def _digest(self, known: Known) -> bytes:
        done = self._digests.get(known)
        if done is None:
            facts = [
                "typed" if known.mask else "",
                *(name for name, bit in self._bits if bit & known.mask),
                *sorted(f"> {self._names[key]} {term}" for key, terms in known.values for term in terms),
                *sorted(f"< {self._names[key]} {term}" for key, terms in known.subjects for term in terms),
            ]
            done = self._digests[known] = blake2b("\n".join(facts).encode(), digest_size=16).digest()
        return done


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


class Collected:
    """A context gathered by reading statements once: the first of two passes over a stream of records.

    It holds the classes of every node, and values and subjects for the few predicates the plan asks them for.
    """

    def __init__(self, plan: Plan, statements: Iterable[Statement] = ()) -> None:
        self._plan = plan
        self._types: dict[Term, tuple[Term, ...]] = {}
        self._interned: dict[tuple[Term, ...], tuple[Term, ...]] = {}
        self._parents: dict[Term, list[Term]] = {}
        self._values: dict[Term, dict[int, dict[Term, None]]] = {}
        self._subjects: dict[Term, dict[int, dict[Term, None]]] = {}
        self._hierarchy: Hierarchy | None = None
        self._by_types: dict[tuple[Term, ...], Known] = {}
        self.add(statements)

    def add(self, statements: Iterable[Statement]) -> None:
        """Learn from more statements."""
        type_, sub_class = RDF.type, RDFS.subClassOf
        wanted = {name: key for name, key in self._plan.keys.items() if key in self._plan.remote | self._plan.inverse}
        for statement in statements:
            predicate = statement.predicate
            if predicate == type_:
                types = (*self._types.get(statement.subject, ()), statement.object)
                self._types[statement.subject] = self._interned.setdefault(types, types)
            elif predicate == sub_class:
                self._parents.setdefault(statement.subject, []).append(statement.object)
            if predicate in wanted:
                self._add_value(wanted[predicate], statement)
        self._hierarchy = None
        self._by_types.clear()

    def _add_value(self, key: int, statement: Statement) -> None:
        if key in self._plan.remote:
            self._values.setdefault(statement.subject, {}).setdefault(key, {})[statement.object] = None
        if key in self._plan.inverse:
            self._subjects.setdefault(statement.object, {}).setdefault(key, {})[statement.subject] = None

    @property
    def hierarchy(self) -> Hierarchy:
        if self._hierarchy is None:
            self._hierarchy = hierarchy_of(self._plan, self._parents)
        return self._hierarchy

    def known(self, node: Term) -> Known:
        values, subjects, types = self._values.get(node), self._subjects.get(node), self._types.get(node, ())
        if values or subjects:
            return Known(mask_of(self.hierarchy, types), _frozen(values), _frozen(subjects))
        known = self._by_types.get(types)
        if known is None:
            known = self._by_types[types] = Known(mask_of(self.hierarchy, types))
        return known


def _frozen(terms: Mapping[int, Mapping[Term, None]] | None) -> tuple[tuple[int, Values], ...]:
    return tuple((key, tuple(ones)) for key, ones in (terms or {}).items())


class Stored:
    """A context that looks into the default graph of a store, remembering what it found."""

    def __init__(self, plan: Plan, store: Store) -> None:
        self._plan = plan
        self._store = store
        self._found: dict[Term, Known] = {}
        parents: dict[Term, list[Term]] = {}
        for quad in store.quads_for_pattern(None, RDFS.subClassOf, None, DefaultGraph()):
            parents.setdefault(quad.subject, []).append(quad.object)
        self.hierarchy: Hierarchy = hierarchy_of(plan, parents)
        self._names = {key: predicate for predicate, key in plan.keys.items()}

    def known(self, node: Term) -> Known:
        found = self._found.get(node)
        if found is None:
            found = self._found[node] = self._look_up(node)
        return found

    def _look_up(self, node: Term) -> Known:
        types = (quad.object for quad in self._quads(node, RDF.type, None))
        values = (
            (key, tuple(q.object for q in self._quads(node, self._names[key], None))) for key in self._plan.remote
        )
        subjects = (
            (key, tuple(q.subject for q in self._quads(None, self._names[key], node))) for key in self._plan.inverse
        )
        return Known(
            mask_of(self.hierarchy, types),
            tuple((key, terms) for key, terms in values if terms),
            tuple((key, terms) for key, terms in subjects if terms),
        )

    def _quads(self, subject: Term | None, predicate: NamedNode, value: Term | None) -> Iterable[Quad]:
        if isinstance(subject, Literal):
            return ()
        return self._store.quads_for_pattern(subject, predicate, value, DefaultGraph())
