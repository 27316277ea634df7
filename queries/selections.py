"""What a harvest is of: the resources that a catalogue lists, or some of them, in an order that holds for a generation.

Found by look-ups in store and ledger, whose cost goes with what is selected, not in the search index, which lists the
first ten thousand only.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph.ledger import KIND, SOURCE, Departure, Entry, Ledger, Logged
from queries.closures import PARTS, RECORDS, told_with
from vocabularies.namespaces import DCAT, DCATAP, DCT, FOAF, HVD_REGULATION, SKOS

LISTED: Final[Mapping[str, NamedNode]] = {
    "datasets": DCAT.dataset,
    "inventory": DCAT.dataset,
    "series": DCAT.dataset,
    "services": DCAT.service,
}
"""The kinds that a catalogue lists, in this order, and by which property; programs see by the status what is not open
yet."""

SELECTING: Final = (DCT.publisher, DCAT.theme, DCATAP.hvdCategory, DCATAP.applicableLegislation)
"""The properties whose values a selection can be by."""

ANY_CATEGORY: Final = "true"

_MANY: Final = 2_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions that hold together; what is empty is none. Values are IRIs, but for the name of a source."""

    organisation: str = ""
    theme: str = ""
    hvd: str = ""
    """A category of high-value datasets, with those below it; or ANY_CATEGORY."""
    source: str = ""
    modified_since: float | None = None
    """What readers had not seen by that second."""

    @property
    def everything(self) -> bool:
        return self == Selection()


@dataclass(frozen=True, slots=True)
class Removed:
    """A resource that is not in a selection any more, and the generation in which it last changed."""

    iri: str
    generation: int
    gone: bool = True
    """Whether it is in no catalogue of the portal any more; else it only left this part."""


@dataclass(frozen=True, slots=True)
class Selected:
    """The resources by kind in the order of LISTED, by IRI in each; then what was selected and is not any more."""

    listed: Mapping[str, Sequence[str]]
    removed: Sequence[Removed] = ()

    @property
    def total(self) -> int:
        return sum(map(len, self.listed.values())) + len(self.removed)

    def part(self, first: int, count: int) -> Iterator[tuple[str, NamedNode] | Removed]:
        """Some of them, from number `first` (0 is the first) on."""
        for kind, iris in self.listed.items():
            here = iris[first : first + count]
            yield from ((iri, LISTED[kind]) for iri in here)
            first, count = max(0, first - len(iris)), count - len(here)
        yield from self.removed[first : first + count]


_DEFAULT: Final = DefaultGraph()

IrisOfKind = Callable[[str], Sequence[str]]
"""The published records of a kind, in order."""

Membership = tuple[str, str]
"""An aspect and its value, as a Departure has them."""


@dataclass(frozen=True, slots=True)
class _Condition:
    """What meets it now, and how one sees from what a resource was part of that it met it once."""

    now: AbstractSet[str]
    was: Callable[[Departure], bool]

    def ever(self, iri: str, departed: Iterable[Departure]) -> bool:
        return iri in self.now or any(map(self.was, departed))


def select(selection: Selection, store: Store, ledger: Ledger, iris_of_kind: IrisOfKind, first: int) -> Selected:
    """What meets the conditions; `first` is the generation that changes are looked for from, where it is asked."""
    listed: Mapping[str, Sequence[str]] = {kind: iris_of_kind(kind) for kind in LISTED}
    conditions = list(_conditions(selection, store, ledger))
    found = listed
    for one in conditions:
        found = {kind: [iri for iri in iris if iri in one.now] for kind, iris in found.items()}
    if selection.modified_since is None:
        return Selected(found)
    changes = ledger.last_changes(first)
    members = _all(found)
    affected = told_with(store, ((line.iri, line.kind) for line in changes.values()))
    here = _Condition(_all(listed), lambda one: one.aspect == KIND and one.value in LISTED)
    left = _left([here, *conditions], ledger.departures(first), changes, selection.source)
    removed = [Removed(iri, changes[iri].generation, iri not in here.now) for iri in sorted(left - members)]
    found = {kind: [iri for iri in iris if iri in changes or iri in affected] for kind, iris in found.items()}
    return Selected(found, removed)


def _all(listed: Mapping[str, Sequence[str]]) -> set[str]:
    return {iri for iris in listed.values() for iri in iris}


def memberships(store: Store, entries: Iterable[Entry | None]) -> dict[str, set[Membership]]:
    """All that a selection can find listed resources by; and what other records are told along with others by."""
    found: dict[str, set[Membership]] = {}
    listed: dict[str, None] = {}
    for entry in entries:
        if entry is not None and entry.kind in LISTED:
            found[entry.iri] = {(KIND, entry.kind), (SOURCE, entry.source)}
            listed[entry.iri] = None
        elif entry is not None and entry.kind == RECORDS:
            found[entry.iri] = set(
                _named(store.quads_for_pattern(NamedNode(entry.iri), FOAF.primaryTopic, None, _DEFAULT))
            )
        elif entry is not None and entry.kind in PARTS:
            found[entry.iri] = {(KIND, entry.kind)}
    for property_ in SELECTING:
        for quad in _saying(store, property_, listed):
            if isinstance(quad.subject, NamedNode) and quad.subject.value in listed:
                found[quad.subject.value].update(_named([quad]))
    return found


def _named(quads: Iterable[Quad]) -> Iterator[Membership]:
    return ((quad.predicate.value, quad.object.value) for quad in quads if isinstance(quad.object, NamedNode))


def _saying(store: Store, property_: NamedNode, subjects: Collection[str]) -> Iterator[Quad]:
    """What is said by a property of these subjects; of others too where they are many, which is quicker."""
    if len(subjects) > _MANY:
        yield from store.quads_for_pattern(None, property_, None, DefaultGraph())
        return
    for iri in subjects:
        yield from store.quads_for_pattern(NamedNode(iri), property_, None, DefaultGraph())


def _conditions(selection: Selection, store: Store, ledger: Ledger) -> Iterator[_Condition]:
    if selection.organisation:
        yield _having(store, DCT.publisher, {selection.organisation})
    if selection.theme:
        yield _having(store, DCAT.theme, {selection.theme})
    if selection.hvd == ANY_CATEGORY:
        yield _Condition(high_value(store), _was_of_high_value)
    elif selection.hvd:
        yield _having(store, DCATAP.hvdCategory, with_narrower(store, selection.hvd))
    if selection.source:
        told = {entry.iri for entry in ledger.of_graph(f"source/{selection.source}") if entry.owned}
        yield _Condition(told, lambda one: one.aspect == SOURCE and one.value == selection.source)


def _having(store: Store, property_: NamedNode, values: AbstractSet[str]) -> _Condition:
    now = set[str]().union(*(_subjects(store, property_, value) for value in values))
    return _Condition(now, lambda one: one.aspect == property_.value and one.value in values)


def _was_of_high_value(one: Departure) -> bool:
    if one.aspect == DCATAP.applicableLegislation.value:
        return one.value == HVD_REGULATION.value
    return one.aspect == DCATAP.hvdCategory.value


def high_value(store: Store) -> set[str]:
    """What is designated under Regulation (EU) 2023/138, by its category or by naming the act."""
    categorised = store.quads_for_pattern(None, DCATAP.hvdCategory, None, DefaultGraph())
    named = {quad.subject.value for quad in categorised if isinstance(quad.subject, NamedNode)}
    return named | _subjects(store, DCATAP.applicableLegislation, HVD_REGULATION.value)


def _subjects(store: Store, predicate: NamedNode, value: str) -> set[str]:
    quads = store.quads_for_pattern(None, predicate, NamedNode(value), DefaultGraph())
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def with_narrower(store: Store, concept: str) -> AbstractSet[str]:
    """A concept and all below it."""
    return _reached(concept, lambda one: _subjects(store, SKOS.broader, one))


def with_broader(store: Store, concept: str) -> AbstractSet[str]:
    """A concept and all above it."""
    return _reached(concept, lambda one: _objects(store, one, SKOS.broader))


def _reached(first: str, further: Callable[[str], set[str]]) -> AbstractSet[str]:
    found, waiting = {first}, [first]
    while waiting:
        fresh = further(waiting.pop()) - found
        found |= fresh
        waiting += fresh
    return found


def _objects(store: Store, subject: str, predicate: NamedNode) -> set[str]:
    quads = store.quads_for_pattern(NamedNode(subject), predicate, None, DefaultGraph())
    return {quad.object.value for quad in quads if isinstance(quad.object, NamedNode)}


def _left(
    conditions: Sequence[_Condition], departures: Iterable[Departure], changes: Mapping[str, Logged], source: str
) -> set[str]:
    """What met all conditions at some time since, though perhaps not at once."""
    departed: dict[str, list[Departure]] = {}
    for one in departures:
        departed.setdefault(one.iri, []).append(one)
    found = {iri for iri, its in departed.items() if all(each.ever(iri, its) for each in conditions)}
    return found | {iri for iri, line in changes.items() if iri not in departed and _went_unnoted(line, source)}


def _went_unnoted(line: Logged, source: str) -> bool:
    """Whether it went before departures were noted: only its source is known, so every other part tells of it."""
    return line.kind in LISTED and line.change == "removed" and (not source or line.graph == f"source/{source}")
