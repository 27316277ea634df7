"""When each resource that the catalogue lists last changed, as whoever takes it home sees it: with all its parts.

The change log is of records, and a harvester takes a dataset with its distributions and agents: what one of these did
happened to all datasets that name it. What counts is when readers first saw it, not when its load began.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from sys import intern
from typing import NamedTuple

from pyoxigraph import Store

from graph.ledger import Ledger, Logged
from queries.closures import Subject, told_with
from queries.selections import LISTED


class Item(NamedTuple):
    """A resource that is listed or was: the last thing that happened to it."""

    moment: int
    """When readers first saw that, in seconds since 1970."""
    iri: str
    kind: str
    graph: str
    gone: bool

    @property
    def source(self) -> str:
        return self.graph.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Chronicle:
    """All of them in one generation, those that changed last at the end; of one moment in the order of IRIs."""

    items: Sequence[Item]
    by_iri: Mapping[str, Item]

    def between(self, since: int | None = None, until: int | None = None) -> Sequence[Item]:
        """What last changed in a time; both ends belong to it."""
        first = 0 if since is None else bisect_left(self.items, since, key=_moment)
        end = len(self.items) if until is None else bisect_right(self.items, until, key=_moment)
        return self.items[first:end]


def chronicle(ledger: Ledger, store: Store, publications: Mapping[int, int]) -> Chronicle:
    """Read it from the ledger and the store of one generation; `publications` as graph.generations tells them."""
    moments = ledger.moments(publications)
    ever = ledger.ever(LISTED)
    first = min(moments, default=0)
    last, others = dict[str, Logged](), list[Logged]()
    for change in ledger.last_of_each():
        if change.iri in ever:
            last[change.iri] = change
        elif change.generation > first:  # most are of the first load, and nothing can be older
            others.append(change)
    touched = _touched(store, last, others)
    items = sorted(_item(change, moments[max(change.generation, touched.get(iri, 0))]) for iri, change in last.items())
    return Chronicle(items, {item.iri: item for item in items})


def _item(change: Logged, moment: int) -> Item:
    kind, graph = intern(change.kind), intern(change.graph)  # a few texts, in each of a hundred thousand items
    return Item(moment, change.iri, kind, graph, change.change == "removed" or change.kind not in LISTED)


def _touched(store: Store, last: Mapping[str, Logged], others: Iterable[Logged]) -> dict[str, int]:
    """The generation in which a part of a resource last changed, where that is later than the oldest last change."""
    oldest = min((change.generation for change in last.values()), default=0)
    later = sorted((change for change in others if change.generation > oldest), key=_generation, reverse=True)
    found, seen = dict[str, int](), set[Subject]()
    for generation, parts in groupby(later, _generation):  # the newest first: what it reached, an older one cannot mend
        for iri in told_with(store, ((part.iri, part.kind) for part in parts), seen):
            found.setdefault(iri, generation)
    return found


def _moment(item: Item) -> int:
    return item.moment


def _generation(change: Logged) -> int:
    return change.generation
