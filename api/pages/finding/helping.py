"""What to try where nothing was found: another spelling, a filter less, another kind."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from api.contexts.pages import Counted, Help, Text
from api.pages.finding.asked import FACETS, Asking
from api.portal import gettext, language, urls, view
from api.presenting.properties import KIND_NAMES
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
    elsewhere = _everywhere(asking)
    return Help(
        relaxed=hits.relaxed,
        meant=meant,
        without=tuple(_best(_without(asking))),
        elsewhere=tuple(_best(_kinds(asking, elsewhere))) if elsewhere else (),
        fewer=elsewhere is not None and elsewhere.relaxed,
        everything=None if hits.total else _everything(asking),
    )


def _meant(asking: Asking) -> Counted | None:
    """Other words, without the filters where these leave nothing of what has them."""
    better = view().meant(asking.text) if asking.text else None
    for other in (asking.of(better), replace(asking.of(better), chosen=())) if better else ():
        if total := view().total(other.asked()):
            return Counted(Text(other.text), total, other.href())
    return None


def _everything(asking: Asking) -> Counted | None:
    whole = Asking(asking.kind)
    total = view().total(whole.asked())
    name = KIND_NAMES[asking.kind] if asking.kind else "The whole catalogue"
    return Counted(Text(gettext(name)), total, whole.href()) if total else None


def _without(asking: Asking) -> Iterator[Counted]:
    """The list without one of its filters, without all of them, without its words."""
    for name in dict.fromkeys(name for name, _ in asking.chosen):
        less = asking.lacking(name)
        yield Counted(Text(gettext(FACETS[name].label)), view().total(less.asked()), less.href())


def _everywhere(asking: Asking) -> Hits | None:
    """What of all kinds has the words; None where there are none, or all kinds were searched."""
    if asking.kind is None or not asking.text:
        return None
    return view().listed(Asked(asking.text, None), Place("relevance", language()), ("kind",), len(PAGED))


def _kinds(asking: Asking, found: Hits) -> Iterator[Counted]:
    for kind, count in found.facets["kind"]:
        if kind in PAGED and kind != asking.kind:
            yield Counted(Text(gettext(KIND_NAMES[kind])), count, searched(kind, asking.text))


def searched(kind: str, text: str) -> str:
    """The list of one kind with these words; the list of organisations is no search."""
    if kind == "organisations":
        return urls().page("/search", [("q", text), ("kind", kind)])
    return urls().listed(kind, [("q", text)])


def _best(ways: Iterator[Counted]) -> list[Counted]:
    return sorted((way for way in ways if way.count), key=lambda way: -way.count)[:_FEW]
