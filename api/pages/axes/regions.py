"""Where the places are that datasets cover: country by country, with all the codes that lie in one."""

from collections.abc import Mapping, Sequence
from typing import Final

from api.contexts.maps import Map
from api.pages import mapping
from api.pages.axes import schemes
from api.pages.axes.declared import PLACES
from api.pages.finding.asked import MOST_VALUES
from api.pages.mapping import Tallied
from api.portal import ngettext, presenter, urls, view
from api.presenting.maps import places
from graph.record import DATASETS
from vocabularies.namespaces import AUTHORITY

_COUNTRIES: Final = AUTHORITY["country/"].value


def overview_map() -> Map | None:
    """None where no dataset is of a place that can be drawn."""
    found: Mapping[str, tuple[int, Sequence[str]]] = view().once("datasets by country", _counted)
    return mapping.of_counted(_told(code, count, iris) for code, (count, iris) in found.items())


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
    number = ngettext("%(num)s dataset", "%(num)s datasets", count) % {"num": count}
    return Tallied(code, count, f"{name}: {number}", _address(code, iris))


def _address(code: str, iris: Sequence[str]) -> str:
    """The list of them; where lists cannot be filtered by so many values, the page of the country."""
    if PLACES.filter and len(iris) <= MOST_VALUES:
        return urls().listed(DATASETS, [(PLACES.filter, each) for each in iris])
    return urls().page(f"{PLACES.path}/{code}")
