"""Lists of records: searched, filtered, sorted and paged in the index; and the list of organisations."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, cast

from flask import Response, request

from api import answers
from api.answers import Resource
from api.contexts import Counted, ListPage, OrganisationsPage
from api.pages.home import organisations as organisations_with_counts
from api.pages.items import items, page_number, pager, unopened
from api.portal import gettext, language, portal, presenter, urls, view
from api.properties import KIND_NAMES, LEADS
from api.views import Asked, Counts
from graph.errors import QueryParameterError
from graph.index import Sort
from graph.record import DATASETS

FILTERS: Final[Mapping[str, tuple[str, str]]] = {
    "organisation": ("publisher", "Organisation"),
    "theme": ("theme", "Theme"),
    "hvd": ("hvd_category", "High-value dataset category"),
    "format": ("format", "Format"),
    "licence": ("license", "Licence"),
}
"""Parameter of the address to the facet of the index and its name on the page."""

SORTS: Final[Mapping[Sort, str]] = {"relevance": "Best match", "modified": "Last change", "title": "Title"}
LONGEST_QUERY: Final = 500
_SHOWN: Final = 8
"""Values shown of each facet."""
_FACETS: Final = tuple(facet for facet, _ in FILTERS.values())


def listing(kind: str) -> Response:
    """The list of one kind."""
    parameters = asked()
    sealed = view().generation.manifest.sealed_at
    crumbs = ((gettext(KIND_NAMES[kind]), urls().listed(kind)),)
    resource = Resource(f"/{kind}", sealed, rdf=False, parameters=tuple(parameters), crumbs=crumbs)
    return answers.respond(answers.chosen(None, rdf=False), resource, partial(list_page, kind, parameters), tuple)


def search() -> Response:
    """Everything that has a page, searched at once."""
    parameters = asked()
    sealed = view().generation.manifest.sealed_at
    resource = Resource("/search", sealed, rdf=False, parameters=tuple(parameters))
    return answers.respond(answers.chosen(None, rdf=False), resource, partial(list_page, None, parameters), tuple)


def asked() -> list[tuple[str, str]]:
    """The parameters of the address that we know, in one order. Raises QueryParameterError for a bad one."""
    query = request.args.get("q", "").strip()
    if len(query) > LONGEST_QUERY:
        raise QueryParameterError(f"the search is longer than {LONGEST_QUERY} characters")
    sort = request.args.get("sort", "")
    if sort and sort not in SORTS:
        raise QueryParameterError(f"sort must be one of {', '.join(SORTS)}, not {sort[:40]!r}")
    filters = [(name, value) for name in FILTERS for value in sorted(set(request.args.getlist(name))) if value]
    page = page_number()
    given = [("q", query), *filters, ("sort", sort), ("page", str(page) if page > 1 else "")]
    return [(name, value) for name, value in given if value]


def list_page(kind: str | None, parameters: Sequence[tuple[str, str]]) -> ListPage:
    given = dict(parameters)
    query = given.get("q", "")
    page = int(given.get("page", "1"))
    kept = [pair for pair in parameters if pair[0] != "page"]
    path = f"/{kind}" if kind else "/search"
    sort = cast("Sort", given.get("sort") or ("relevance" if query else "modified"))
    size = portal().settings.page_size
    filters: dict[str, list[str]] = {}
    for name, value in kept:
        if name in FILTERS:
            filters.setdefault(FILTERS[name][0], []).append(value)
    hits = view().generation.search.search(
        query, kind=kind, filters=filters, sort=sort, language=language(), offset=(page - 1) * size, limit=size
    )
    all_like_these = Asked(query, kind, tuple((name, tuple(values)) for name, values in filters.items()))
    return ListPage(
        kind=kind,
        heading=gettext(KIND_NAMES[kind]) if kind else gettext("Search"),
        query=query,
        action=urls().page(path),
        sort=sort,
        sorts=tuple((name, gettext(label)) for name, label in SORTS.items()),
        items=items(hit.iri for hit in hits.hits),
        facets=tuple(_facets(path, kept, view().facets(all_like_these, _FACETS, _SHOWN))),
        chosen=tuple(_chosen(path, kept)),
        kept=tuple((name, value) for name, value in kept if name in FILTERS),
        pager=pager(path, kept, page, hits.total, size),
        lead=gettext(LEADS[kind]) if kind in LEADS else "",
        unopened=unopened(query, filters, kept) if kind == DATASETS else None,
    )


def _facets(path: str, kept: Sequence[tuple[str, str]], counts: Counts) -> list[tuple[str, tuple[Counted, ...]]]:
    shown = []
    for name, (facet, label) in FILTERS.items():
        values = [
            Counted(presenter().label(value), count, urls().page(path, [*kept, (name, value)]))
            for value, count in counts.get(facet, ())
            if (name, value) not in kept
        ]
        if values:
            shown.append((gettext(label), tuple(values)))
    return shown


def _chosen(path: str, kept: Sequence[tuple[str, str]]) -> list[Counted]:
    return [
        Counted(presenter().label(value), 0, urls().page(path, [pair for pair in kept if pair != (name, value)]))
        for name, value in kept
        if name in FILTERS
    ]


def organisations() -> Response:
    """All who publish, those with most datasets first."""
    page = page_number()
    crumbs = ((gettext("Organisations"), urls().listed("organisations")),)
    parameters = (("page", str(page)),) if page > 1 else ()
    sealed = view().generation.manifest.sealed_at
    resource = Resource("/organisations", sealed, rdf=False, parameters=parameters, crumbs=crumbs)
    return answers.respond(answers.chosen(None, rdf=False), resource, partial(organisations_page, page), tuple)


def organisations_page(page: int) -> OrganisationsPage:
    size = portal().settings.page_size * 3
    total = sum(1 for row in view().prepared("organisations") if row["iri"])
    return OrganisationsPage(
        heading=gettext("Organisations"),
        organisations=organisations_with_counts(size, (page - 1) * size),
        pager=pager("/organisations", (), page, total, size),
    )
