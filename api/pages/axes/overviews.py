"""All values of an axis, those that most datasets have first; and of a short vocabulary also those that none has."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from flask import Response

from api import answers
from api.answers import Resource
from api.contexts.browsed import Overview
from api.contexts.pages import Beside, Counted, Text, Value
from api.pages.axes import regions, schemes
from api.pages.axes.declared import CATEGORIES, LISTED, OTHERS, PLACES, Axis, axis_at
from api.pages.items import page_number, pager
from api.portal import gettext, portal, presenter, urls, view
from api.presenting import beside
from graph.record import DATASETS

_PAGE: Final = 60
_FEW: Final = 60
"""Concepts that a vocabulary may have for those that no dataset has to be told too."""

_COUNTING: Final = {
    "/themes": "catalogue/themes",
    "/formats": "catalogue/formats",
    "/licences": "catalogue/licences",
    "/places": "catalogue/places",
    "/languages": "catalogue/languages",
}
"""The question that counts the values of an axis."""


def overview(path: str) -> Response:
    """One page of the values."""
    page = page_number()
    parameters = (("page", str(page)),) if page > 1 else ()
    sealed = view().generation.manifest.sealed_at
    resource = Resource(path, sealed, rdf=False, parameters=parameters)
    made = partial(overview_page, axis_at(path), page)
    return answers.respond(answers.chosen(None, rdf=False), resource, made, tuple)


def themes() -> Response:
    return overview("/themes")


def formats() -> Response:
    return overview("/formats")


def licences() -> Response:
    return overview("/licences")


def places() -> Response:
    return overview("/places")


def languages() -> Response:
    return overview("/languages")


def overview_page(axis: Axis, page: int) -> Overview:
    counts = schemes.totals(axis)
    ordered = sorted(counts, key=lambda one: (-counts[one], one))
    pages = pager(axis.path, (), page, len(ordered), _PAGE)
    about = gettext(axis.about)
    rows = [(each, _row(axis, each, counts[each])) for each in ordered[(page - 1) * _PAGE : page * _PAGE]]
    alike = Counter(row.title.value for _, row in rows)
    return Overview(
        title=gettext(axis.name),
        about=about,
        rows=tuple(_told_apart(each, row) if alike[row.title.value] > 1 else row for each, row in rows),
        pager=pages,
        beside=Beside(summary=about, query=beside.question(_COUNTING[axis.path])),
        unused=tuple(_unused(axis)) if pages.pages == page else (),
        others=elsewhere(axis.path),
        map=regions.overview_map() if axis == PLACES and page == 1 else None,
    )


def _row(axis: Axis, each: str, count: int) -> Counted:
    """A text that is no IRI leads to the list of datasets that have it."""
    if ":" in each:
        return Counted(presenter().label(each), count, schemes.address_of(each))
    href = urls().listed(DATASETS, [(axis.filter, each)]) if axis.filter else None
    return Counted(Text(each), count, href)


def _told_apart(each: str, row: Counted) -> Counted:
    """With its vocabulary: a country, a commune and a region may have one name."""
    concept = portal().declared.concepts.get(each)
    table = portal().declared.concepts.table(concept.table) if concept else None
    kind = presenter().best(table.titles) if table else None
    return replace(row, title=replace(row.title, value=f"{row.title.value} ({kind.value})")) if kind else row


def _unused(axis: Axis) -> Iterator[Value]:
    known, counts = portal().declared.concepts, schemes.totals(axis)
    for table in axis.tables:
        concepts = [one for one in known.of(table) if not one.deprecated]
        if len(concepts) <= _FEW:
            for one in concepts:
                if one.iri not in counts:
                    yield Value(schemes.name_of(one), urls().page(schemes.path_of(one)))


def elsewhere(path: str) -> tuple[Value, ...]:
    """The other axes."""
    listed = {axis.path: axis.name for axis in LISTED} | OTHERS
    return tuple(Value(Text(gettext(name)), urls().page(each)) for each, name in listed.items() if each != path)


def paths() -> Iterator[str]:
    """Where the axes are listed, and each value from a vocabulary that some dataset has."""
    known = portal().declared.concepts
    yield from (axis.path for axis in LISTED)
    yield from OTHERS
    for axis in (*LISTED, CATEGORIES):
        concepts = (known.get(iri) for iri in schemes.totals(axis))
        yield from (schemes.path_of(one) for one in concepts if one is not None and one.notation)
