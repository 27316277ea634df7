"""Where the places are that datasets cover: country by country, with all the codes that lie in one."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.contexts.maps import Area, Map
from api.pages import figures
from api.pages.axes import schemes
from api.pages.axes.declared import PLACES
from api.pages.finding.asked import MOST_VALUES
from api.portal import gettext, ngettext, presenter, urls, view
from api.presenting.maps import paths, places
from api.presenting.maps.frames import WIDTH, around, together
from graph.record import DATASETS
from vocabularies.namespaces import AUTHORITY
from vocabularies.outlines.reading import outlines

WHERE: Final = "Map: in which countries the places are that datasets cover"
INCLUDED: Final = (
    "A country counts the datasets of its regions and communes too; the European Union and continents are not drawn."
)

_COUNTRIES: Final = AUTHORITY["country/"].value
_LEVELS: Final = 5
"""Shades of a map."""
_TIMES: Final = 3
"""How much more a shade is than the one before."""


@dataclass(frozen=True, slots=True)
class Tallied:
    """A country, how much it has, what is said of that, and where it leads."""

    code: str
    count: int
    told: str
    href: str


def overview_map() -> Map | None:
    """None where no dataset is of a place that can be drawn."""
    found: Mapping[str, tuple[int, Sequence[str]]] = view().once("datasets by country", _counted)
    return _drawn(_told(code, count, iris) for code, (count, iris) in found.items())


def _counted() -> dict[str, tuple[int, Sequence[str]]]:
    """Of each country the number of datasets, and the codes that they have; those that most have come first."""
    had: dict[str, list[str]] = {}
    for iri in schemes.totals(PLACES):
        known = places.covered(iri)
        if known is not None and len(known.countries) == 1:
            had.setdefault(known.countries[0], []).append(iri)
    search = view().generation.search.search
    counts = {
        code: search("", kind=DATASETS, filters={PLACES.facet: iris}, limit=0).total for code, iris in had.items()
    }
    ordered = sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], code))
    return {code: (counts[code], sorted(had[code])) for code in ordered}


def _told(code: str, count: int, iris: Sequence[str]) -> Tallied:
    name = presenter().label(f"{_COUNTRIES}{code}").value
    number = ngettext("%(num)s dataset", "%(num)s datasets", count) % {"num": figures.number(count)}
    return Tallied(code, count, f"{name}: {number}", _address(code, iris))


def _address(code: str, iris: Sequence[str]) -> str:
    """The list of them; where lists cannot be filtered by so many values, the page of the country."""
    if PLACES.filter and len(iris) <= MOST_VALUES:
        return urls().listed(DATASETS, [(PLACES.filter, each) for each in iris])
    return urls().page(f"{PLACES.path}/{code}")


def _drawn(rows: Iterable[Tallied]) -> Map | None:
    """A map of how much there is where; the words are in the list beside it."""
    known = [each for each in rows if each.code in outlines()]
    reach = together(places.extents(each.code for each in known))
    if reach is None:
        return None
    frame, most = around(reach), max(each.count for each in known)
    return Map(
        width=WIDTH,
        height=frame.pixels,
        title=gettext(WHERE),
        land=paths.land(frame),
        areas=tuple(
            Area(paths.country(each.code, frame), each.told, each.href, _level(each.count, most)) for each in known
        ),
        notes=(gettext(INCLUDED),),
    )


def _level(count: int, most: int) -> int:
    """How much it is of the most, from 1 to 5: each is three times the one before, since few places have nearly all."""
    return max(1, _LEVELS - int(math.log(most / count, _TIMES)))
