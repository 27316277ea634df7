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

from graph.ledger import KIND, Ledger, Logged
from queries.closures import PARTS, Subject, told_with
from queries.selections import LISTED
from vocabularies.namespaces import FOAF


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
    end: Logged | None = None
    """The last line of the change log that it knows."""


def between(items: Sequence[Item], since: int | None = None, until: int | None = None) -> Sequence[Item]:
    """Those of a chronicle that last changed in a time; both ends belong to it."""
    first = 0 if since is None else bisect_left(items, since, key=_moment)
    end = len(items) if until is None else bisect_right(items, until, key=_moment)
    return items[first:end]


def chronicle(
    ledger: Ledger, store: Store, publications: Mapping[int, int], before: Chronicle | None = None
) -> Chronicle:
    """Read it from the ledger and the store of one generation; `publications` as graph.generations tells them.

    `before` is that of an older generation: where the change log goes on from it, only what is new is read.
    """
    moments = ledger.moments(publications)
    known = before if before is not None and _goes_on(ledger, before) else Chronicle((), {})
    since, place = (known.end.generation, known.end.place) if known.end is not None else (0, 0)
    last, parts = dict[str, Logged](), list[_Part]()
    for change, was_listed in ledger.last_of_each(LISTED, place, max(since, min(moments, default=0))):
        if was_listed or change.iri in known.by_iri:
            last[change.iri] = change
        if not was_listed or change.kind in PARTS:  # of the first load there are none: nothing can be older
            parts.append(_Part(change.generation, change.iri, change.kind))
    left = ledger.departures(since + 1, (KIND, FOAF.primaryTopic.value))
    parts += (_Part(one.generation, one.iri, one.value) for one in left if one.aspect == KIND)
    oldest = since or min((change.generation for change in last.values()), default=0)
    touched = _touched(store, (part for part in parts if part.generation > oldest))
    for one in left:
        if one.aspect != KIND:  # what a catalogue record was about that says nothing of it any more
            touched[one.value] = max(one.generation, touched.get(one.value, 0))
    new = {
        iri: known.by_iri[iri]._replace(moment=moments[touched[iri]]) for iri in touched.keys() & known.by_iri.keys()
    }
    new.update((iri, _item(one, moments[max(one.generation, touched.get(iri, 0))])) for iri, one in last.items())
    stay = [item for item in known.items if item.iri not in new] if new else known.items
    return Chronicle([*stay, *sorted(new.values())], {**known.by_iri, **new}, ledger.last_line())


def _goes_on(ledger: Ledger, before: Chronicle) -> bool:
    return before.end is not None and ledger.line(before.end.place) == before.end


def _item(change: Logged, moment: int) -> Item:
    kind, graph = intern(change.kind), intern(change.graph)  # a few texts, in each of a hundred thousand items
    return Item(moment, change.iri, kind, graph, change.change == "removed" or change.kind not in LISTED)


class _Part(NamedTuple):
    """A record that something happened to, and what it was that others are told with it."""

    generation: int
    iri: str
    kind: str


def _touched(store: Store, parts: Iterable[_Part]) -> dict[str, int]:
    """The resources that are told with one of these, and the generation in which one of them last changed."""
    found, seen = dict[str, int](), set[Subject]()
    newest_first = sorted(parts, key=_generation, reverse=True)
    for generation, its in groupby(newest_first, _generation):  # what a newer one reached, an older one cannot mend
        for iri in told_with(store, ((part.iri, part.kind) for part in its), seen):
            found.setdefault(iri, generation)
    return found


def _moment(item: Item) -> int:
    return item.moment


def _generation(part: _Part) -> int:
    return part.generation
