"""The catalogue as a dcat:Catalog for programs, page by page, whole or in part, and a page that says so to people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import urlencode

from flask import Response, redirect, request
from pyoxigraph import Literal, NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts.pages import CataloguePage
from api.harvest import asked, crawl, extracts, following, invitation, licensing, paging, profiles
from api.harvest.paging import Paging
from api.pages.home import counts
from api.pages.items import counted
from api.portal import gettext, portal, presenter, urls, view
from graph import moments
from graph.errors import HarvestParameterError, NotFound
from graph.formats import HTML
from graph.iris import LONG_KEY, key
from graph.serialise import Row
from queries.selections import ANY_CATEGORY, Removed, Selected, Selection
from shapes.profiles import Profile
from vocabularies.namespaces import AS, AUTHORITY, DCAT, DCT, FOAF, PROV, RDF

DESCRIPTION: Final = "All datasets, series and data services that this portal describes."
HIGH_VALUE: Final = "High-value datasets"
OF_HIGH_VALUE: Final = "What this portal describes and Regulation (EU) 2023/138 makes high-value data."
OF_ORGANISATION: Final = "What this portal describes of one publisher."

_LANGUAGES: Final = {"fr": "FRA", "de": "DEU", "en": "ENG", "lb": "LTZ"}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One of the portal's catalogues: where it is, and what it has, whatever else is asked for."""

    path: str
    description: str
    """A text of the interface."""
    name: str = ""
    """What follows the name of the portal; a text of the interface."""
    profile: Profile = profiles.OFFERED[0]
    hvd: str = ""
    organisation: str = ""
    whose: str = ""
    """The name of that, which follows instead, the same in all languages."""

    @property
    def iri(self) -> NamedNode:
        return NamedNode(f"{portal().iris.base}{self.path}")


WHOLE: Final = Catalogue("/catalogue", DESCRIPTION)


def catalogue(extension: str | None = None) -> Response:
    """Everything, or what the parameters select of it."""
    return _answer(WHOLE, extension)


def high_value(extension: str | None = None) -> Response:
    """What is designated as of high value."""
    listed = Catalogue("/catalogue/hvd", OF_HIGH_VALUE, HIGH_VALUE, profiles.HVD, hvd=ANY_CATEGORY)
    return _answer(listed, extension)


def of_organisation(slug: str, extension: str | None = None) -> Response:
    """What one organisation publishes; other words before the key of its slug lead to the right ones."""
    answers.chosen(extension)  # before it goes into an address
    crawl.bound(_first(f"/organisations/{slug}/catalogue", extension))
    entry = view().entry(asked.organisation_of(slug))
    if entry is None:
        raise NotFound("organisation", slug[:100])
    path = f"{urls().record_path(entry)}/catalogue"
    if slug != urls().slug(entry):
        moved = redirect(urls().page(path + _suffix(extension), list(request.args.items(multi=True))), 301)
        return Response(moved.get_data(), 301, moved.headers)
    return _answer(Catalogue(path, OF_ORGANISATION, whose=entry.title or entry.iri, organisation=entry.iri), extension)


def _suffix(extension: str | None) -> str:
    return f".{extension}" if extension is not None else ""


def _answer(listed: Catalogue, extension: str | None) -> Response:
    crawl.bound(_first(listed.path, extension))
    profile = profiles.chosen(listed.profile)
    form = answers.chosen(extension)
    if form is not HTML:
        asked.check_names("page", "limit", crawl.PARAMETER, *profiles.PARAMETERS)
    selected = view().selected(_selection(listed, profile))
    address = f"{portal().iris.base}{listed.path}{_suffix(extension)}"
    here = Paging(address, _kept(), view().number, paging.limit_asked(), selected.total)
    here = here.turned_to(paging.page_asked())
    if form is HTML:
        resource = Resource(listed.path, _sealed(), parameters=_kept(), crumbs=_crumbs(listed))
        page = answers.respond(form, resource, partial(catalogue_page, listed, resource, selected.total), tuple)
        page.vary.add("Accept-Profile")
        return page
    told = partial(statements, listed, profile, here, selected)
    depends_on = _depends_on(listed, profile, here)
    resource = Resource(listed.path, _sealed(), parameters=_parameters(), as_given=profiles.as_given(profile))
    response = answers.respond(form, resource, _no_page, told, depends_on=depends_on)
    response.headers["Link"] = ", ".join([response.headers["Link"], *here.links()])
    profiles.tell(response, profile, list(_profiles(listed, profile, here)), form.media_type)
    return response


def _crumbs(listed: Catalogue) -> tuple[tuple[str, str], ...]:
    """Where the page of an organisation's catalogue is: below the organisation's own."""
    entry = view().entry(listed.organisation) if listed.organisation else None
    if entry is None:
        return ()
    above = (gettext("Organisations"), urls().listed("organisations"))
    return above, (presenter().label(entry.iri).value, urls().record(entry))


def _no_page() -> CataloguePage:
    raise NotFound("page", request.path)


def _sealed() -> datetime:
    return view().generation.manifest.sealed_at


def _selection(listed: Catalogue, profile: Profile) -> Selection:
    given = asked.selection()
    if listed.organisation:
        if given.organisation not in ("", listed.organisation):
            raise HarvestParameterError("organisation is another one than that whose catalogue this is; leave it out")
        given = replace(given, organisation=listed.organisation)
    if not given.hvd and (listed.hvd or profile == profiles.HVD):
        given = replace(given, hvd=ANY_CATEGORY)
    return given


def _kept() -> tuple[tuple[str, str], ...]:
    """The parameters that the links to other pages keep."""
    return (*asked.parameters(), *asked.others("limit", *profiles.PARAMETERS))


def _parameters() -> tuple[tuple[str, str], ...]:
    """All the parameters that the page is made by."""
    return (*_kept(), *asked.others(crawl.PARAMETER, "page"))


def _first(path: str, extension: str | None) -> str:
    """The first page of the present state."""
    kept = urlencode(_kept())
    return f"{path}{_suffix(extension)}{'?' if kept else ''}{kept}"


def _profiles(listed: Catalogue, profile: Profile, here: Paging) -> Iterator[tuple[Profile, str]]:
    """Where the same page is found by each profile; by one that selects more or less, where its first page is."""
    others = (*asked.parameters(), *asked.others("limit"))
    narrowed = bool(listed.hvd) or "hvd" in dict(others)
    for one in profiles.OFFERED:
        there = replace(here, parameters=(*others, ("profile", one.name)))
        same = narrowed or (one == profiles.HVD) == (profile == profiles.HVD)
        yield one, there.at(here.page) if same else there.first


def _depends_on(listed: Catalogue, profile: Profile, here: Paging) -> str:
    """What a page is made of: the same page of the same generation says the same."""
    settings = portal().settings
    manifest = view().generation.manifest
    told = (
        manifest.number, manifest.sealed_at.isoformat(), listed.iri.value, profile.name, here.address, here.parameters,
        here.page, here.limit, settings.title, settings.publisher, settings.languages, settings.licence,
        settings.attribution,
    )  # fmt: skip
    return repr(told)


def statements(listed: Catalogue, profile: Profile, here: Paging, selected: Selected) -> Iterable[Row]:
    """A page of the catalogue: itself, where it is in the pages, and the resources on it with all they need."""
    itself = listed.iri
    members = list(selected.part(here.offset, here.limit))
    extract = extracts.collecting(profile, [one[0] for one in members if not isinstance(one, Removed)])()
    extract.extend(about(listed))
    extract.extend(sources())
    extract.extend(here.statements(_collection(listed)))
    extract.extend([Triple(NamedNode(here.at(here.page)), DCT.conformsTo, NamedNode(profile.specification))])
    for one in members:
        if isinstance(one, Removed):
            extract.extend(gone(_collection(listed), one))
            continue
        iri, listed_by = NamedNode(one[0]), one[1]
        extract.extend([Triple(itself, listed_by, iri)])
        extract.extend([Triple(itself, DCAT.record, record) for record in extract.add(iri)])
    return profiles.becoming(profile, extract.statements())


def _collection(listed: Catalogue) -> NamedNode:
    """What the pages are of: the catalogue, or a part of it that the parameters select."""
    selecting = asked.parameters()
    return NamedNode(f"{listed.iri.value}?{urlencode(selecting)}") if selecting else listed.iri


def gone(collection: NamedNode, one: Removed) -> Iterator[Triple]:
    """That a resource is to be dropped by who took home what is selected; and whether it is gone altogether.

    The former as DCAT-AP Feeds has it, where to delete is said of what a harvester has, not of the resource.
    """
    when = moments.literal(datetime.fromtimestamp(following.moments()[one.generation], UTC))
    event = NamedNode(f"{collection.value}#{key(one.iri, LONG_KEY)}")
    yield Triple(event, RDF.type, AS.Delete)
    yield Triple(event, AS.object, NamedNode(one.iri))
    yield Triple(event, AS.published, when)
    if one.gone:
        yield Triple(NamedNode(one.iri), RDF.type, PROV.Entity)
        yield Triple(NamedNode(one.iri), PROV.invalidatedAtTime, when)


def about(listed: Catalogue) -> Iterator[Triple]:
    """The catalogue itself, as DCAT-AP asks: title, description, publisher, dates, languages."""
    itself = listed.iri
    yield Triple(itself, RDF.type, DCAT.Catalog)
    yield Triple(itself, FOAF.homepage, NamedNode(f"{portal().iris.base}/"))
    for code, texts in portal().languages.catalogues.items():
        name = listed.whose or (texts.gettext(listed.name) if listed.name else "")
        title = ": ".join(filter(None, (portal().settings.title, name)))
        yield Triple(itself, DCT.title, Literal(title, language=code))
        yield Triple(itself, DCT.description, Literal(texts.gettext(listed.description), language=code))
        yield Triple(itself, DCT.language, AUTHORITY[f"language/{_LANGUAGES[code]}"])
    yield Triple(itself, DCT.publisher, _publisher())
    yield from publisher()
    yield Triple(itself, DCAT.themeTaxonomy, AUTHORITY["data-theme"])
    yield from licensing.terms().statements(itself)
    yield Triple(itself, DCT.modified, moments.literal(_sealed()))


def sources() -> Iterator[Triple]:
    """Where the descriptions come from, and on which terms each source's may be used."""
    for node, its in licensing.terms_of_sources():
        yield Triple(node, RDF.type, PROV.Entity)
        yield Triple(node, DCT.title, Literal(node.value.rpartition("/")[2]))
        yield from its.statements(node)


def _publisher() -> NamedNode:
    return NamedNode(f"{portal().iris.catalogue.value}#publisher")


def publisher() -> Iterator[Triple]:
    """Who publishes the portal's own catalogues."""
    yield Triple(_publisher(), RDF.type, FOAF.Agent)
    yield Triple(_publisher(), FOAF.name, Literal(portal().settings.publisher))


def catalogue_page(listed: Catalogue, resource: Resource, total: int) -> CataloguePage:
    """For people; what is counted is of the whole, so a part goes without."""
    title = gettext(listed.name or "The whole catalogue")
    if listed.organisation:
        title = presenter().label(listed.organisation).value
    description = gettext(listed.description)
    if asked.parameters():
        title = ": ".join((title, gettext("a part")))
    page = invitation.page(title, description, total, resource, licensing.terms())
    if listed != WHOLE or asked.parameters():
        return page
    formats, licences = counted("formats", "format", "format", 15), counted("licences", "license", "licence", 15)
    return replace(page, counts=counts(), licences=licences, formats=formats)
