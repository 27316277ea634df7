"""What to try where nothing was found: another spelling, a filter less, another kind."""

from collections.abc import Iterator
from typing import Final

from api.contexts import Counted, Help, Text
from api.pages.finding.asked import FACETS, Asking
from api.portal import gettext, language, urls, view
from api.properties import KIND_NAMES
from api.views import Asked, Place
from graph.index import Hits
from graph.record import PAGED

_FEW: Final = 6
"""Ways out of one sort that are told."""


def helping(asking: Asking, hits: Hits) -> Help:
    """Nothing where what was asked for was found, but for a word that nobody wrote so."""
    meant = _meant(asking)
    if hits.total and not hits.relaxed:
        return Help(meant=meant)
    return Help(
        relaxed=hits.relaxed,
        meant=meant,
        without=tuple(_best(_without(asking))),
        elsewhere=tuple(_best(_elsewhere(asking))) if asking.text else (),
    )


def _meant(asking: Asking) -> Counted | None:
    better = view().meant(asking.text) if asking.text else None
    if better is None:
        return None
    other = asking.of(better)
    total = view().total(other.asked())
    return Counted(Text(better), total, other.href()) if total else None


def _without(asking: Asking) -> Iterator[Counted]:
    """The list without one of its filters, without all of them, without its words."""
    for name in dict.fromkeys(name for name, _ in asking.chosen):
        less = asking.lacking(name)
        yield Counted(Text(gettext(FACETS[name].label)), view().total(less.asked()), less.href())


def _elsewhere(asking: Asking) -> Iterator[Counted]:
    """Other kinds of which some have the words."""
    if asking.kind is None:
        return
    everything = view().listed(Asked(asking.text, None), Place("relevance", language()), ("kind",), len(PAGED))
    for kind, count in everything.facets["kind"] if not everything.relaxed else ():
        if kind in PAGED and kind != asking.kind:
            yield Counted(Text(gettext(KIND_NAMES[kind])), count, searched(kind, asking.text))


def searched(kind: str, text: str) -> str:
    """The list of one kind with these words; the list of organisations is no search."""
    if kind == "organisations":
        return urls().page("/search", [("q", text), ("kind", kind)])
    return urls().listed(kind, [("q", text)])


def _best(ways: Iterator[Counted]) -> list[Counted]:
    return sorted((way for way in ways if way.count), key=lambda way: -way.count)[:_FEW]
