"""The filters of a list: values with what each would find, those in force first, and pages with all values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import NamedNode

from api.contexts import pages
from api.contexts.pages import Counted, FacetPage, FacetValue, Text
from api.pages.finding.asked import ANY, FACETS, Asking, Facet, missing
from api.pages.items import pager
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting.properties import KIND_NAMES
from api.views import Asked, Counts, Place
from graph.index import Hits

SHOWN: Final = 8
"""Values shown of each facet."""

COUNTED: Final = 40
"""Values counted of each facet: among them are those in force, mostly."""

_OPEN: Final = 5
"""Facets that are unfolded, the first."""

_ON_A_PAGE: Final = 100
_MOST: Final = 1_000
"""Values of one facet that can be listed: who needs more has the query library."""

ALL_OF_HIGH_VALUE: Final = "All high-value datasets"


def names(kind: str | None) -> tuple[str, ...]:
    """What is counted for a list."""
    shown = tuple(one.facet for one in FACETS.values() if one.shown and (one.parameter != "kind" or kind is None))
    return (*shown, "hvd")


def found(asking: Asking) -> Hits:
    """The page of the list that is asked for, with its facets."""
    place = Place(asking.sort, language(), asking.offset, asking.size)
    return view().listed(asking.asked(), place, names(asking.kind), COUNTED)


def facets(asking: Asking, counts: Counts) -> tuple[pages.Facet, ...]:
    offered = [(one, values) for one, values in counted(asking, counts) if one.parameter != "kind" or not asking.kind]
    return tuple(_facet(asking, one, values, unfolded=place < _OPEN) for place, (one, values) in enumerate(offered))


def _facet(asking: Asking, one: Facet, values: Sequence[tuple[str, int]], *, unfolded: bool) -> pages.Facet:
    rows = _rows(asking, one, values, complete=len(values) < COUNTED)
    chosen = len(asking.values(one.parameter))
    shown = max(SHOWN, chosen)
    return pages.Facet(
        name=gettext(one.label),
        parameter=one.parameter,
        values=tuple(_value(asking, one, *row) for row in rows[:shown]),
        more=_more(asking, one) if len(rows) > shown else "",
        open=unfolded or chosen > 0,
    )


def counted(asking: Asking, counts: Counts) -> Iterator[tuple[Facet, list[tuple[str, int]]]]:
    """The values of each filter that most have."""
    for one in FACETS.values():
        values = _counted(asking, one, counts) if one.shown else []
        if values or (one.shown and asking.values(one.parameter)):
            yield one, values


def _counted(asking: Asking, one: Facet, counts: Counts) -> list[tuple[str, int]]:
    counted = [*counts.get(one.facet, ())]
    if one.parameter == "hvd" and (every := _of_high_value(asking, counts)):
        return [(ANY, every), *counted]
    return counted


def _of_high_value(asking: Asking, counts: Counts) -> int:
    """How many of the list without this filter are of high value; with a category, the index counts only those."""
    if "hvd_category" not in asking.filters():
        return dict(counts.get("hvd", ())).get(ANY, 0)
    return view().total(asking.lacking("hvd").having("hvd", ANY).asked())


def _rows(
    asking: Asking, one: Facet, counted: Sequence[tuple[str, int]], *, complete: bool
) -> list[tuple[str, int | None]]:
    """Values and counts, those in force first; one that was not counted has nothing, or nobody knows how many."""
    known, chosen = dict(counted), asking.values(one.parameter)
    return [
        *((value, known.get(value, 0 if complete else None)) for value in chosen),
        *(each for each in counted if each[0] not in chosen),
    ]


def _value(asking: Asking, one: Facet, value: str, count: int | None) -> FacetValue:
    chosen = value in asking.values(one.parameter)
    href = _without(asking, one, value) if chosen else asking.having(one.parameter, value).href()
    return FacetValue(_title(one, value), count, href, chosen, value)


def _without(asking: Asking, one: Facet, value: str) -> str:
    return asking.lacking(one.parameter, value).href()


def _more(asking: Asking, one: Facet) -> str:
    return urls().page(f"{asking.path}/values/{one.parameter}", asking.at(1).parameters())


def _title(one: Facet, value: str) -> Text:
    if one.parameter == "kind":
        return Text(gettext(KIND_NAMES[value]) if value in KIND_NAMES else value)
    if one.parameter == "hvd" and value == ANY:
        return Text(gettext(ALL_OF_HIGH_VALUE))
    if one.parameter == "missing" and (told := _property(value)):
        return Text(told)
    return presenter().label(value)


def _property(iri: str) -> str | None:
    """What a property of datasets, or of their distributions, is called; None for what is no IRI."""
    try:
        return portal().declared.label(NamedNode(iri), (), language())
    except ValueError:
        return None


def chosen(asking: Asking) -> Iterator[tuple[str, Counted]]:
    """The filters in force; each leads to the list without it."""
    for name, value in asking.chosen:
        one = FACETS[name]
        yield gettext(one.label), Counted(_title(one, value), 0, _without(asking, one, value))


def page(asking: Asking, parameter: str) -> FacetPage:
    """All values of a facet. The page of the address is that of the values. Raises PageNotFound."""
    one, listed = FACETS[parameter], asking.at(1)
    if asking.kind is not None and parameter == "kind":
        raise missing(listed, parameter, "the list is of one kind")
    counted = _counted(listed, one, _all(listed, one))
    rows = _rows(listed, one, counted, complete=len(counted) < _MOST)
    first = (asking.page - 1) * _ON_A_PAGE
    values = tuple(_value(listed, one, *row) for row in rows[first : first + _ON_A_PAGE])
    here = f"{asking.path}/values/{parameter}"
    return FacetPage(
        heading=gettext(one.label),
        action=urls().page(asking.path),
        name=gettext(KIND_NAMES[asking.kind]) if asking.kind else gettext("Search"),
        parameter=parameter,
        values=values,
        kept=_kept(listed, parameter, values),
        back=listed.href(),
        pager=pager(here, listed.parameters(), asking.page, len(rows), _ON_A_PAGE),
        complete=len(counted) < _MOST,
    )


def _all(asking: Asking, one: Facet) -> Counts:
    asked: Asked = asking.asked()
    wanted = (one.facet, "hvd") if one.parameter == "hvd" else (one.facet,)
    return view().listed(asked, Place(asking.sort, language()), wanted, _MOST).facets


def _kept(asking: Asking, parameter: str, shown: Iterable[FacetValue]) -> tuple[tuple[str, str], ...]:
    """What the form carries on: all but the values that it shows boxes for."""
    boxes = {(parameter, value.value) for value in shown}
    return tuple(pair for pair in replace(asking, page=1).parameters() if pair not in boxes)
