"""The portal's own list of high-value datasets and its versions: what is on it, what came, what went."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from flask import Response
from pyoxigraph import Literal, NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts.accounts import HighValuePage, VersionRow
from api.contexts.charts import Bars
from api.contexts.pages import Beside, Counted, Text, Value
from api.harvest import catalogue, invitation, licensing
from api.pages import courses, figures
from api.pages.axes import schemes
from api.pages.axes.declared import CATEGORIES
from api.pages.finding import querying
from api.pages.finding.asked import ANY, FACETS, Asking
from api.pages.items import items, page_number, pager
from api.portal import gettext, portal, presenter, urls, view
from api.presenting import beside
from graph.errors import NotFound
from graph.formats import HTML
from graph.record import DATASETS
from loaders.lists import Members, list_iri, members
from queries.library import select
from queries.questions import HighValueChanges
from vocabularies.namespaces import ADMS, DCAT, DCT

_REPORT: Final = "hvd/report-by-category"
_OFFERED: Final = {"downloads": "Bulk downloads", "services": "Data services"}
"""Columns of the report that are drawn, and their names, texts of the interface."""
_NOTHING: Final = {"value": "0"}
_TOLD_BY: Final = ("format", "licence")
"""Filters whose values are told of all data of high value."""


def texts() -> Iterable[str]:
    yield from _OFFERED.values()


def current(extension: str | None = None) -> Response:
    """The list as it is now."""
    page = page_number()
    parameters = (("page", str(page)),) if page > 1 else ()
    resource = Resource("/hvd", view().generation.manifest.sealed_at, parameters=parameters, whole=True)
    node = list_iri(portal().iris)
    form = answers.chosen(extension)
    settled = form is not HTML or courses.answered(_REPORT) is not None
    made, said = partial(list_page, node, page), partial(statements, node)
    return answers.respond(form, resource, made, said, settled=settled)


def version(name: str) -> Response:
    """The list as it was."""
    number, extension = answers.split_extension(name)
    node = NamedNode(f"{list_iri(portal().iris).value}/versions/{number}") if number.isalnum() else None
    if node is None or not _objects(node, DCAT.isVersionOf):
        raise NotFound("version of the list", number)
    page = page_number()
    parameters = (("page", str(page)),) if page > 1 else ()
    crumbs = ((gettext("High-value datasets"), urls().page("/hvd")),)
    sealed = view().generation.manifest.sealed_at
    resource = Resource(f"/hvd/versions/{number}", sealed, parameters=parameters, whole=True, crumbs=crumbs)
    form = answers.chosen(extension)
    return answers.respond(form, resource, partial(list_page, node, page), partial(statements, node))


def statements(node: NamedNode) -> Iterator[Triple]:
    """What is said of a list, and who publishes it."""
    for quad in view().store.quads_for_pattern(node, None, None, portal().iris.records):
        yield quad.triple
    yield from catalogue.publisher()
    yield from licensing.terms().statements(node)


def list_page(node: NamedNode, page: int) -> HighValuePage:
    shown, whole = presenter(), node == list_iri(portal().iris)
    listed = _members(node)
    size = portal().settings.page_size
    here = urls()
    path = node.value.removeprefix(portal().iris.base)
    changes = [] if whole else list(select(view().store, HighValueChanges(node)))
    return HighValuePage(
        title=shown.titles(node.value)[0] if listed or not whole else Text(gettext("High-value datasets")),
        description=next(iter(shown.texts(shown.first(node.value, (DCT.description,)))), None),
        total=len(listed),
        coverage=figures.coverage(_coverage(), beside.question("hvd/coverage")) if whole else None,
        charts=(*_offers(), *_charts()) if whole and page == 1 else (),
        versions=tuple(_versions()) if whole else (),
        items=items(one.value for one in sorted(listed, key=str)[(page - 1) * size : page * size]),
        came=_changed(changes, "came"),
        went=_changed(changes, "went"),
        pager=pager(path, (), page, len(listed), size) if here else None,
        terms=invitation.shown(licensing.terms()),
        beside=Beside(query=beside.question("hvd/members") if whole else beside.of_resource(node.value)),
    )


def _coverage() -> list[Counted]:
    """The categories at the top, each with what has it or one below it."""
    return _by_category(schemes.totals(CATEGORIES))


def _by_category(counts: Mapping[str, int]) -> list[Counted]:
    """The categories at the top, each leading to its page, with how many there are by its IRI."""
    tree = schemes.scheme(*CATEGORIES.tables)
    return [
        Counted(schemes.name_of(one), counts.get(one.iri, 0), urls().page(schemes.path_of(one)))
        for one in map(tree.concepts.__getitem__, tree.top)
    ]


def _offers() -> Iterator[tuple[str, Bars]]:
    """How many bulk downloads and services each of the categories has, as the report for the Commission counts them."""
    report = courses.answered(_REPORT) or ()
    for column, name in _OFFERED.items():
        counts = {row["category"]["value"]: int(row.get(column, _NOTHING)["value"]) for row in report}
        chart = figures.offered(_by_category(counts), gettext(name), beside.question(_REPORT))
        if chart is not None:
            yield gettext(name), chart


def _charts() -> Iterator[tuple[str, Bars]]:
    """In which formats data of high value is, and under which licences."""
    every = Asking(DATASETS, chosen=(("hvd", ANY),))
    total = view().total(every.asked())
    found = view().facets(every.asked(), tuple(FACETS[name].facet for name in _TOLD_BY), figures.MOST_BARS)
    for one in map(FACETS.__getitem__, _TOLD_BY):
        rows = [
            Counted(presenter().label(each), count, every.having(one.parameter, each).href())
            for each, count in found.get(one.facet, ())
        ]
        heading = gettext(figures.FACETS[one.facet])
        chart = figures.bars(rows, heading, total, querying.counting(every, one.parameter))
        if chart is not None:
            yield heading, chart


def _members(node: NamedNode) -> Members:
    return members(view().store, portal().iris, node)


def _changed(rows: Iterable[object], change: str) -> tuple[Value, ...]:
    found = ((row["member"], row["change"]) for row in rows)  # type: ignore[index]  # rows of a SELECT
    named = (one for one, how in found if how.value == change and isinstance(one, NamedNode))
    return tuple(presenter().value(one, {}) for one in named)


def _versions() -> Iterator[VersionRow]:
    """The newest first."""
    node, store, records = list_iri(portal().iris), view().store, portal().iris.records
    found = [quad.subject for quad in store.quads_for_pattern(None, DCAT.isVersionOf, node, records)]
    numbered = {int(one.value.rpartition("/")[2]): one for one in found if isinstance(one, NamedNode)}
    for number in sorted(numbered, reverse=True):
        each = numbered[number]
        notes = presenter().texts(one for one in _objects(each, ADMS.versionNotes) if isinstance(one, Literal))
        issued = next((one.value for one in _objects(each, DCT.issued) if isinstance(one, Literal)), "")
        href = urls().page(each.value.removeprefix(portal().iris.base))
        yield VersionRow(number, href, issued, next(iter(notes), None))


def _objects(subject: NamedNode, predicate: NamedNode) -> list[object]:
    quads = view().store.quads_for_pattern(subject, predicate, None, portal().iris.records)
    return [quad.object for quad in quads]
