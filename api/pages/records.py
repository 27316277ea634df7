"""The page of one record of any kind, its RDF, its citation, and the list of its files."""

from dataclasses import replace
from functools import partial
from typing import Final

from flask import Response, redirect, request
from pyoxigraph import NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts.pages import Beside, Value
from api.contexts.records import DistributionsPage
from api.harvest import croissant as croissants
from api.harvest import extracts, profiles
from api.harvest.signposting import of_part, signposts
from api.pages import courses, gone
from api.pages.items import distributions_of, page_number, pager
from api.pages.kinds import files
from api.pages.kinds.making import record_page
from api.pages.kinds.telling import Told, reference
from api.portal import gettext, language, presenter, urls, view
from api.presenting.beside import of_resource
from api.presenting.citations import FORMS
from api.presenting.properties import KIND_NAMES
from graph.errors import NotFound
from graph.formats import HTML, by_extension
from graph.iris import key_of_slug
from graph.ledger import Entry
from graph.record import DATASETS, INVENTORY
from queries.closures import full_closure

_ALSO: Final = {DATASETS: INVENTORY, INVENTORY: DATASETS}
"""Where else a record may be, for data that is opened one day is a dataset from then on."""


def record(kind: str, name: str) -> Response:
    """A record by the key in its slug. Other words before the key lead to the right ones."""
    slug, extension = answers.split_extension(name)
    entry = look_up(kind, slug)
    if entry is None:
        return gone.record(kind, slug, extension)
    answers.chosen(extension)  # before it goes into an address
    path = urls().record_path(entry)
    if slug != urls().slug(entry) or kind != entry.kind:
        suffix = f".{extension}" if extension is not None else ""
        return moved(urls().page(path + suffix, list(request.args.items(multi=True))))
    crumbs = ((gettext(KIND_NAMES[kind]), urls().listed(kind)),)
    return _answer(entry, Resource(path, entry.changed, crumbs=crumbs, signposts=partial(signposts, entry)), extension)


def _answer(entry: Entry, resource: Resource, extension: str | None) -> Response:
    """The page of a record, its RDF as it is known here, or that in the profile that is asked for."""
    form, profile = answers.chosen(extension), profiles.wished()
    if form is HTML:
        settled = entry.kind != "organisations" or courses.told()
        page = answers.respond(form, resource, partial(record_page, entry), tuple, settled=settled)
        page.vary.add("Accept-Profile")
        return page
    told = partial(statements, entry.iri) if profile is None else partial(extracts.of_record, entry.iri, profile)
    typed = replace(resource, as_given=profiles.as_given(profile))
    state = profile.name if profile else ""
    response = answers.respond(form, typed, partial(record_page, entry), told, state=state)
    profiles.tell_others(response, profile, profiles.addresses(resource.path, form), form.media_type)
    return response


def citation(kind: str, slug: str, extension: str) -> Response:
    """How to cite a record, as reference managers read it."""
    form = by_extension(extension, tuple(FORMS))
    if form is None:
        raise NotFound("form", extension)
    entry = find(kind, slug)
    path = urls().record_path(entry)
    if slug != urls().slug(entry):
        return moved(urls().resource(f"{path}/citation.{extension}"))
    resource = Resource(path, entry.changed)
    answered = answers.respond(
        form,
        resource,
        partial(record_page, entry),
        tuple,
        lambda: FORMS[form](reference(Told.of(entry))).encode(),
        state=language(),
    )
    answered.headers["Access-Control-Allow-Origin"] = "*"
    answered.headers["Content-Disposition"] = f'attachment; filename="{entry.key}.{form.extension}"'
    return answered


def distributions(kind: str, slug: str) -> Response:
    """All files of a dataset, page by page."""
    entry = find(kind, slug)
    path = f"{urls().record_path(entry)}/distributions"
    page = page_number()
    parameters = (("page", str(page)),) if page > 1 else ()
    crumbs = (
        (gettext(KIND_NAMES[kind]), urls().listed(kind)),
        (presenter().label(entry.iri).value, urls().record(entry)),
    )
    if slug != urls().slug(entry):
        return moved(urls().page(path, parameters))
    resource = Resource(path, entry.changed, rdf=False, parameters=parameters, crumbs=crumbs)
    return answers.respond(answers.chosen(None, rdf=False), resource, partial(_distributions, entry, page), tuple)


def _distributions(entry: Entry, page: int) -> DistributionsPage:
    told = Told.of(entry)
    parts = distributions_of(told.statements, entry.iri)
    pages = pager(f"{urls().record_path(entry)}/distributions", (), page, len(parts), files.PAGE)
    title = gettext("Files of “%(title)s”") % {"title": told.heading.value}
    return DistributionsPage(
        title=title,
        dataset=Value(told.heading, urls().record(entry)),
        distributions=files.distributions(told, parts, (page - 1) * files.PAGE),
        pager=pages,
        beside=Beside(query=of_resource(entry.iri)),
    )


def croissant(slug: str) -> Response:
    """A dataset for machine learning; other words before the key lead to the right ones, as for its page."""
    entry = look_up(DATASETS, slug)
    if entry is None:
        return gone.record(DATASETS, slug, None)
    if not croissants.is_offered(entry):
        raise NotFound("form", croissants.FORM.label)
    if slug != urls().slug(entry):
        return moved(urls().page(croissants.path(entry)))
    resource = Resource(urls().record_path(entry), entry.changed)
    answered = answers.respond(
        croissants.FORM,
        resource,
        partial(record_page, entry),
        tuple,
        partial(croissants.written, entry),
        state=language(),
    )
    answered.headers["Access-Control-Allow-Origin"] = "*"
    return answered


def find(kind: str, slug: str) -> Entry:
    """The record. Raises NotFound, or ResourceGone."""
    entry = look_up(kind, slug)
    if entry is None:
        raise gone.belonging(kind, slug)
    return entry


def look_up(kind: str, slug: str) -> Entry | None:
    """The record; what was opened is found where it was in the inventory, and the other way round."""
    key = key_of_slug(slug)
    found = [one for each in (kind, _ALSO.get(kind)) if key and each for one in view().by_key(key, each)]
    return next((entry for entry in found if urls().slug(entry) == slug), found[0] if found else None)


def part(kind: str, name: str) -> Response:
    """An IRI that we minted for a part of a record (a distribution, a contact), which has no page in any list."""
    identity, extension = answers.split_extension(name)
    iri = f"{urls().base}/id/{kind}/{identity}"
    entry = view().entry(iri)
    if entry is None:
        raise gone.part(iri)
    resource = Resource(f"/id/{kind}/{identity}", entry.changed, signposts=partial(of_part, entry))
    return _answer(entry, resource, extension)


def moved(location: str, status: int = 301) -> Response:
    response = redirect(location, status)
    return Response(response.get_data(), status, response.headers)


def statements(iri: str) -> list[Triple]:
    return full_closure(view().store, NamedNode(iri))
