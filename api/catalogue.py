"""The catalogue as a whole: a dcat:Catalog for programs, page by page (Hydra), and a page that says so to people.

https://www.w3.org/ns/hydra/core#PartialCollectionView
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Final

from flask import Response, request
from pyoxigraph import Literal, NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts import CataloguePage
from api.pages.home import counts
from api.pages.items import counted, page_number
from api.portal import gettext, portal, view
from graph.errors import NotFound
from graph.formats import HTML
from queries.closures import full_closure
from vocabularies.namespaces import DCAT, DCT, FOAF, HYDRA, RDF, XSD

PAGE: Final = 100
"""Resources, each with its full closure, on one page of the catalogue."""

MEMBERS: Final = {"datasets": DCAT.dataset, "inventory": DCAT.dataset, "series": DCAT.dataset, "services": DCAT.service}
"""What the catalogue lists, in this order, and by which property; programs see by the status what is not open yet."""


def catalogue(extension: str | None = None) -> Response:
    """The catalogue in the form asked for."""
    form = answers.chosen(extension)
    sealed = view().generation.manifest.sealed_at
    page = page_number()
    if page > pages():
        raise NotFound("page", str(page))
    parameters = () if form is HTML or "page" not in request.args else (("page", str(page)),)
    resource = Resource("/catalogue", sealed, parameters=parameters)
    return answers.respond(form, resource, partial(catalogue_page, resource), partial(statements, page))


def total() -> int:
    known = view().counts()
    return sum(known.get(kind, 0) for kind in MEMBERS)


def pages() -> int:
    return max(1, -(-total() // PAGE))


def members(page: int) -> list[tuple[NamedNode, NamedNode]]:
    """The resources on a page with the property that lists them, in an order that holds for the generation."""
    first = (page - 1) * PAGE
    found: list[tuple[NamedNode, NamedNode]] = []
    for kind, property_ in MEMBERS.items():
        count = view().counts().get(kind, 0)
        if first < count and len(found) < PAGE:
            iris = view().iris_of_kind(kind)[first : first + PAGE - len(found)]
            found += [(NamedNode(iri), property_) for iri in iris]
        first = max(0, first - count)
    return found


def statements(page: int) -> Iterable[Triple]:
    listed = members(page)
    store = view().store
    closures = (full_closure(store, iri) for iri, _ in listed)
    itself = portal().iris.catalogue
    links = [Triple(itself, property_, iri) for iri, property_ in listed]
    return dict.fromkeys(chain(about(), links, paging(page), chain.from_iterable(closures)))


def about() -> Iterator[Triple]:
    """The catalogue itself, as DCAT-AP asks: title, description, publisher, dates."""
    itself = portal().iris.catalogue
    yield Triple(itself, RDF.type, DCAT.Catalog)
    yield Triple(itself, FOAF.homepage, NamedNode(f"{portal().iris.base}/"))
    for code, texts in portal().languages.catalogues.items():
        yield Triple(itself, DCT.title, Literal(portal().settings.title, language=code))
        yield Triple(itself, DCT.description, Literal(texts.gettext(DESCRIPTION), language=code))
    yield Triple(itself, DCT.publisher, _publisher())
    yield from publisher()
    sealed = view().generation.manifest.sealed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    yield Triple(itself, DCT.modified, Literal(sealed, datatype=XSD.dateTime))


def _publisher() -> NamedNode:
    return NamedNode(f"{portal().iris.catalogue.value}#publisher")


def publisher() -> Iterator[Triple]:
    """Who publishes the portal's own catalogues."""
    yield Triple(_publisher(), RDF.type, FOAF.Agent)
    yield Triple(_publisher(), FOAF.name, Literal(portal().settings.publisher))


DESCRIPTION: Final = "All datasets, series and data services that this portal describes."


def paging(page: int) -> Iterator[Triple]:
    itself = portal().iris.catalogue
    here = _page(page)
    yield Triple(itself, RDF.type, HYDRA.Collection)
    yield Triple(itself, HYDRA.totalItems, Literal(total()))
    yield Triple(itself, HYDRA.view, here)
    yield Triple(here, RDF.type, HYDRA.PartialCollectionView)
    yield Triple(here, HYDRA.first, _page(1))
    yield Triple(here, HYDRA.last, _page(pages()))
    if page > 1:
        yield Triple(here, HYDRA.previous, _page(page - 1))
    if page < pages():
        yield Triple(here, HYDRA.next, _page(page + 1))


def _page(number: int) -> NamedNode:
    return NamedNode(f"{portal().iris.catalogue.value}?page={number}")


def catalogue_page(resource: Resource) -> CataloguePage:
    return CataloguePage(
        title=gettext("The whole catalogue"),
        description=gettext(DESCRIPTION),
        counts=counts(),
        forms=answers.forms(resource),
        formats=counted("formats", "format", "format", 15),
        licences=counted("licences", "license", "licence", 15),
    )
