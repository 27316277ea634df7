"""The change log as events for those who keep a copy: each says what one entity is now, or that it is gone.

An entity is what DCAT-AP Feeds lets stand alone, with the parts that it lets belong to others (a place, a licence). Of
each entity only the last event stands, so an event can be told from the generation that is read, whenever it was. The
events of a generation are cut into pages by the lines of its log, which never change: events may go from a page, when
later ones take their place, and none ever comes. Where many entities name a part that changed, a page has too many
events to be told in one answer: its parts have them then, each those of entities whose digests begin alike.

https://semiceu.github.io/LDES-DCAT-AP-feeds/#types
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Final

from pyoxigraph import NamedNode, Store, Triple

from graph.ledger import Ledger, Logged
from graph.record import DATASETS, INVENTORY, OTHER
from queries.closures import naming, with_parts

STANDALONE: Final = frozenset(
    {DATASETS, INVENTORY, "series", "services", "distributions", "organisations", "contacts", "catalogues"}
)
"""The kinds of entities."""

EMBEDDED: Final = frozenset({OTHER})
"""The kinds that are told with the entities that name them."""

SIZE: Final = 250
"""Lines of the change log on a page. To change it is to cut all pages anew, which harvesters think they know."""


MOST: Final = 1_000
"""Events that a page or a part of it may have."""

DEEPEST: Final = 4
"""Digits of a part."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an entity (added, changed, removed), and what it is now."""

    iri: str
    change: str
    triples: tuple[Triple, ...] = ()


def pages(lines: int) -> int:
    """How many pages a generation has with so many lines in its log."""
    return -(-lines // SIZE)


def events(ledger: Ledger, store: Store, generation: int, page: int, part: str = "") -> list[Event] | None:
    """Those on a page of a generation that stand in the generation read; pages count from 1.

    A `part` has those of entities whose digests begin with its digits. None where there are too many: then the parts
    with one digit more have them.
    """
    telling = _Telling(ledger, store)
    found = _about(telling, ledger.changes_in(generation, (page - 1) * SIZE, SIZE), store)
    here = list(islice((one for one in found if _digest(one[1]).startswith(part)), MOST + 1))
    if len(here) > MOST and len(part) < DEEPEST:
        return None
    return [event for line, iri in here for event in telling.event(line, iri)]


def _about(telling: "_Telling", lines: Sequence[Logged], store: Store) -> Iterator[tuple[Logged, str]]:
    """The lines that stand, each with its own IRI and with the entities that it may be to tell."""
    for line in lines:
        its = telling.history(line.iri)
        if its[-1].place != line.place:
            continue
        if any(one.kind in STANDALONE for one in its):
            yield line, line.iri
        if _ever_embedded(its):
            for entity in sorted(naming(store, [NamedNode(line.iri)], EMBEDDED), key=str):
                if telling.may_tell(line, entity.value):
                    yield line, entity.value


def _digest(iri: str) -> str:
    return sha256(iri.encode()).hexdigest()


def _ever_embedded(its: Sequence[Logged]) -> bool:
    """Whether others are told anew when it changes: it is told with them, or was until it became an entity itself."""
    return any(one.kind in EMBEDDED for one in its)


class _Telling:
    """What is found out for one page, where the same codes and organisations are named again and again."""

    def __init__(self, ledger: Ledger, store: Store) -> None:
        self._ledger = ledger
        self._store = store
        self._kinds: dict[NamedNode, str] = {}
        self._histories: dict[str, Sequence[Logged]] = {}
        self._places: dict[str, int] = {}
        """Of entities that were read: the place of the line that tells each."""

    def history(self, iri: str) -> Sequence[Logged]:
        if iri not in self._histories:
            self._histories[iri] = self._ledger.changes_of(iri)
        return self._histories[iri]

    def event(self, line: Logged, iri: str) -> Iterator[Event]:
        """The event of an entity that a line is about, where no other line is to tell it."""
        if iri == line.iri and (line.kind not in STANDALONE or line.change == "removed"):
            yield Event(iri, "removed")
        elif self.may_tell(line, iri) and self._places.get(iri, line.place) == line.place:
            yield from self._told(line, iri, self.history(iri)[-1])

    def may_tell(self, line: Logged, iri: str) -> bool:
        """Whether it is an entity that has no line of its own that tells it, as this one has or a later one.

        To read what belongs to it would be for nothing then.
        """
        own = next(iter(self.history(iri)[-1:]), None)
        if own is None or own.kind not in STANDALONE or own.change == "removed":
            return False
        return own.generation < line.generation or own.place == line.place

    def _told(self, line: Logged, iri: str, own: Logged) -> Iterator[Event]:
        triples, named = with_parts(self._store, NamedNode(iri), EMBEDDED, self._kinds)
        histories = (self.history(part.value) for part in named)
        parts = [its[-1] for its in histories if _ever_embedded(its)]
        newest = max(change.generation for change in (own, *parts))
        telling = own if own.generation == newest else min(change for change in parts if change.generation == newest)
        self._places[iri] = telling.place
        if telling.place == line.place:
            yield Event(iri, line.change if telling is own else "changed", tuple(triples))
