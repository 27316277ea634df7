"""Lists of records: searched, filtered, sorted and paged in the index; and the list of organisations."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from flask import Response

from api import answers
from api.answers import Resource
from api.contexts.browsed import OrganisationsPage
from api.contexts.pages import Beside, Counted, ListPage, Text
from api.pages import courses
from api.pages.finding import asked, facets, forms, querying, suggesting
from api.pages.finding.asked import SORTS, Asking
from api.pages.finding.helping import helping
from api.pages.home import organisations as organisations_with_counts
from api.pages.items import items, page_number, pager, unopened
from api.portal import gettext, language, ngettext, portal, urls, view
from api.presenting.filters import number
from api.presenting.marking import stems
from api.presenting.properties import KIND_NAMES, LEADS
from graph.formats import CSV, HTML, Format, RdfForm
from graph.index import Hits
from graph.record import DATASETS


def listing(kind: str, extension: str | None = None) -> Response:
    """The list of one kind."""
    return _answer(kind, extension)


def search(extension: str | None = None) -> Response:
    """Everything that has a page, searched at once."""
    return _answer(None, extension)


def _answer(kind: str | None, extension: str | None) -> Response:
    form = answers.chosen(extension, others=forms.OTHERS)
    asking = asked.read(kind, strictly=form is not HTML)
    hits = facets.found(asking)
    if asking.page > forms.pages(asking, hits.total):
        raise asked.missing(asking, str(asking.page), f"there are {forms.pages(asking, hits.total)} pages")
    resource = Resource(
        asking.path,
        view().generation.manifest.sealed_at,
        others=forms.OTHERS,
        parameters=asking.parameters(),
        crumbs=((gettext(KIND_NAMES[kind]), urls().listed(kind)),)
        if kind
        else ((gettext("Search"), urls().page("/search")),),
        signposts=partial(_signposts, asking, hits),
    )
    response = answers.respond(
        form,
        resource,
        partial(list_page, asking, hits),
        partial(forms.statements, asking, hits),
        partial(forms.content, asking, hits, form),
        state="" if form is HTML else language(),
    )
    return response if form is HTML else _for_programs(response, asking, form)


def _signposts(asking: Asking, hits: Hits, form: Format) -> Iterator[str]:
    extension = "" if form is HTML else form.extension
    return (f'<{at}>; rel="{name}"' for name, at in forms.related(asking, hits.total, extension))


def _for_programs(response: Response, asking: Asking, form: Format) -> Response:
    """Scripts of other sites may read it; a table is no page, and a spreadsheet must not open it unasked."""
    if not isinstance(form, RdfForm):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Catalograph-Generation, ETag, Link"
    if form is CSV and response.status_code != 304:
        name = asking.path.strip("/")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def list_page(asking: Asking, hits: Hits) -> ListPage:
    kind, filters = asking.kind, asking.filters()
    words = stems(view().generation.search.needed(asking.text)) if asking.text else ()
    return ListPage(
        kind=kind,
        heading=forms.heading(asking),
        name=gettext(KIND_NAMES[kind]) if kind else gettext("Search"),
        box=suggesting.box(asking),
        sorts=tuple(_sorts(asking)),
        items=items((hit.iri for hit in hits.hits), words),
        words=words,
        facets=facets.facets(asking, hits.facets),
        chosen=tuple(facets.chosen(asking)),
        nothing_chosen=Asking(kind, asking.text, ordered=asking.ordered).href(),
        pager=pager(asking.path, asking.at(1).parameters(), asking.page, hits.total, asking.size),
        lead=gettext(LEADS[kind]) if kind in LEADS else "",
        help=helping(asking, hits),
        table=urls().resource(f"{asking.path}.{CSV.extension}", replace(asking, page=1, limit=asked.MOST).parameters()),
        rows=min(hits.total, asked.MOST),
        beside=Beside(summary=_summary(hits), query=querying.query(asking)),
        unopened=unopened(asking.text, filters, asking.at(1).parameters()) if kind == DATASETS else None,
    )


def _summary(hits: Hits) -> str:
    counted = number(hits.total, portal().languages.locales[language()])
    return ngettext("%(num)s result", "%(num)s results", hits.total) % {"num": counted}


def _sorts(asking: Asking) -> Iterator[tuple[str, str, bool]]:
    """Orders for the form: what goes without saying is not in the address."""
    usual = replace(asking, ordered=None).sort
    for name, label in SORTS.items():
        if asking.text or name != "relevance":
            yield "" if name == usual else name, gettext(label), name == asking.sort


def values(parameter: str, kind: str | None = None) -> Response:
    """All values of a filter of a list."""
    asking = asked.read(kind)
    form = answers.chosen(None, rdf=False)
    page = facets.page(asking, parameter)
    crumbs = ((page.name, urls().page(asking.path)),)
    sealed = view().generation.manifest.sealed_at
    path = f"{asking.path}/values/{parameter}"
    resource = Resource(path, sealed, rdf=False, parameters=asking.parameters(), crumbs=crumbs)
    return answers.respond(form, resource, lambda: page, tuple)


def organisations() -> Response:
    """All who publish, those with most datasets first."""
    page = page_number()
    crumbs = ((gettext("Organisations"), urls().listed("organisations")),)
    parameters = (("page", str(page)),) if page > 1 else ()
    sealed = view().generation.manifest.sealed_at
    resource = Resource("/organisations", sealed, rdf=False, parameters=parameters, crumbs=crumbs)
    form, made = answers.chosen(None, rdf=False), partial(organisations_page, page)
    return answers.respond(form, resource, made, tuple, settled=courses.told())


def organisations_page(page: int) -> OrganisationsPage:
    size = portal().settings.page_size * 3
    iris = [row["iri"] for row in view().prepared("organisations") if row["iri"]]
    total, first = len(iris), (page - 1) * size
    rows = zip(organisations_with_counts(size, first), courses.sparklines(iris[first : first + size]), strict=True)
    return OrganisationsPage(
        heading=gettext("Organisations"),
        box=suggesting.box_of("organisations"),
        organisations=tuple(rows),
        pager=pager("/organisations", (), page, total, size),
        known=_known(total),
    )


def _known(publishing: int) -> Counted | None:
    """All organisations there are, where some of them publish nothing."""
    known = view().counts().get("organisations", 0)
    href = urls().page("/search", [("kind", "organisations")])
    return Counted(Text(gettext("All organisations")), known, href) if known > publishing else None
