"""What a harvest is of: the resources that a catalogue lists, or some of them, in an order that holds for a generation.

Found by look-ups in store and ledger, whose cost goes with what is selected, not in the search index, which lists the
first ten thousand only.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from graph.ledger import Ledger
from queries.closures import told_with
from vocabularies.namespaces import DCAT, DCATAP, DCT, HVD_REGULATION, SKOS

LISTED: Final[Mapping[str, NamedNode]] = {
    "datasets": DCAT.dataset,
    "inventory": DCAT.dataset,
    "series": DCAT.dataset,
    "services": DCAT.service,
}
"""The kinds that a catalogue lists, in this order, and by which property; programs see by the status what is not open
yet."""

ANY_CATEGORY: Final = "true"


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
    """A resource that is gone, and the second at which it went."""

    iri: str
    second: int


@dataclass(frozen=True, slots=True)
class Selected:
    """The resources by kind in the order of LISTED, by IRI in each; then what is gone of those kinds."""

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


IrisOfKind = Callable[[str], Sequence[str]]
"""The published records of a kind, in order."""


def select(selection: Selection, store: Store, ledger: Ledger, iris_of_kind: IrisOfKind, first: int) -> Selected:
    """What meets the conditions; `first` is the generation that changes are looked for from, where it is asked."""
    found: Mapping[str, Sequence[str]] = {kind: iris_of_kind(kind) for kind in LISTED}
    removed: Sequence[Removed] = ()
    for allowed in _conditions(selection, store, ledger):
        found = {kind: [iri for iri in iris if iri in allowed] for kind, iris in found.items()}
    if selection.modified_since is not None:
        changes = ledger.last_changes(first)
        removed = _removed(changes, ledger, selection.source)
        affected = told_with(store, ((iri, kind) for iri, (kind, _, _) in changes.items()))
        found = {kind: [iri for iri in iris if iri in changes or iri in affected] for kind, iris in found.items()}
    return Selected(found, removed)


def _conditions(selection: Selection, store: Store, ledger: Ledger) -> Iterator[set[str]]:
    """For each condition but the last the resources that meet it."""
    if selection.organisation:
        yield _subjects(store, DCT.publisher, selection.organisation)
    if selection.theme:
        yield _subjects(store, DCAT.theme, selection.theme)
    if selection.hvd == ANY_CATEGORY:
        yield high_value(store)
    elif selection.hvd:
        yield set().union(
            *(_subjects(store, DCATAP.hvdCategory, each) for each in _with_narrower(store, selection.hvd))
        )
    if selection.source:
        yield {entry.iri for entry in ledger.of_graph(f"source/{selection.source}") if entry.owned}


def high_value(store: Store) -> set[str]:
    """What is designated under Regulation (EU) 2023/138, by its category or by naming the act."""
    categorised = store.quads_for_pattern(None, DCATAP.hvdCategory, None, DefaultGraph())
    named = {quad.subject.value for quad in categorised if isinstance(quad.subject, NamedNode)}
    return named | _subjects(store, DCATAP.applicableLegislation, HVD_REGULATION.value)


def _subjects(store: Store, predicate: NamedNode, value: str) -> set[str]:
    quads = store.quads_for_pattern(None, predicate, NamedNode(value), DefaultGraph())
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def _with_narrower(store: Store, concept: str) -> Iterable[str]:
    found, waiting = {concept}, [concept]
    while waiting:
        fresh = _subjects(store, SKOS.broader, waiting.pop()) - found
        found |= fresh
        waiting += fresh
    return found


def _removed(changes: Mapping[str, tuple[str, str, int]], ledger: Ledger, source: str) -> list[Removed]:
    """By IRI. Of what is gone nobody can say any more who published it: only the source is known, from the log."""
    gone = sorted(iri for iri, (kind, change, _) in changes.items() if kind in LISTED and change == "removed")
    if source:
        gone = [iri for iri in gone if ledger.source_of_change(iri) == f"source/{source}"]
    return [Removed(iri, changes[iri][2]) for iri in gone]
