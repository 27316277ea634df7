"""The page of one record of any kind, and its RDF."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final

from flask import Response, redirect, request
from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from api import answers
from api.answers import Resource
from api.contexts import Counted, Distribution, Fact, Item, NotOpen, RecordPage, Text
from api.filters import link
from api.harvest import croissant as croissants
from api.harvest import extracts, profiles, schema_org
from api.harvest.signposting import of_part, signposts
from api.pages import gone, pictures
from api.pages.items import distributions_of, items, status_of, unopened
from api.pages.judgements import validity
from api.portal import gettext, language, portal, presenter, urls, view
from api.presentation import Presenter, Statements, by_subject
from api.properties import ANY, DESCRIPTIONS, INBOUND, KIND_NAMES, ONE_OF
from graph.errors import NotFound
from graph.formats import HTML
from graph.iris import key_of_slug
from graph.ledger import Entry
from graph.record import DATASETS, INVENTORY
from graph.store import closure
from loaders.records import LAST_SEEN, record_iri
from queries.closures import full_closure
from vocabularies.namespaces import ADMS, DCAT, DCT, PROV, SKOS

_DISTRIBUTIONS: Final = 50
_MEMBERS: Final = 10
_ALSO: Final = {DATASETS: INVENTORY, INVENTORY: DATASETS}
"""Where else a record may be, for data that is opened one day is a dataset from then on."""
_TOLD_OF_CLOSED: Final = frozenset(term.value for term in (ADMS.status, DCT.available, DCT.rights))
_SHOWN_ABOVE: Final = frozenset(term.value for term in (DCAT.accessURL, DCAT.downloadURL, DCT["format"], DCAT.byteSize))


def record(kind: str, name: str) -> Response:
    """A record by the key in its slug. Other words before the key lead to the right ones."""
    slug, extension = answers.split_extension(name)
    entry = look_up(kind, slug)
    if entry is None:
        return gone.record(kind, slug, extension)
    path = urls().record_path(entry)
    if slug != urls().slug(entry) or kind != entry.kind:
        suffix = f".{extension}" if extension is not None else ""
        return _moved(urls().page(path + suffix, list(request.args.items(multi=True))))
    crumbs = ((gettext(KIND_NAMES[kind]), urls().listed(kind)),)
    return _answer(entry, Resource(path, entry.changed, crumbs=crumbs, signposts=partial(signposts, entry)), extension)


def _answer(entry: Entry, resource: Resource, extension: str | None) -> Response:
    """The page of a record, its RDF as it is known here, or that in the profile that is asked for."""
    form, profile = answers.chosen(extension), profiles.wished()
    if form is HTML:
        return answers.respond(form, resource, partial(record_page, entry), tuple)
    told = partial(statements, entry.iri) if profile is None else partial(extracts.of_record, entry.iri, profile)
    typed = replace(resource, as_given=profiles.as_given(profile))
    state = profile.name if profile else ""
    response = answers.respond(form, typed, partial(record_page, entry), told, state=state)
    profiles.tell_others(response, profile, profiles.addresses(resource.path, form), form.media_type)
    return response


def croissant(slug: str) -> Response:
    """A dataset for machine learning; other words before the key lead to the right ones, as for its page."""
    entry = look_up(DATASETS, slug)
    if entry is None:
        return gone.record(DATASETS, slug, None)
    if not croissants.is_offered(entry):
        raise NotFound("form", croissants.FORM.label)
    if slug != urls().slug(entry):
        return _moved(urls().page(croissants.path(entry)))
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


def _moved(location: str) -> Response:
    response = redirect(location, 301)
    return Response(response.get_data(), 301, response.headers)


def statements(iri: str) -> list[Triple]:
    return full_closure(view().store, NamedNode(iri))


def record_page(entry: Entry) -> RecordPage:
    shown = presenter()
    told = by_subject(closure(view().store, NamedNode(entry.iri)))
    title, others = shown.titles(entry.iri)
    facts = shown.facts(told, NamedNode(entry.iri))
    parts = distributions_of(told, entry.iri)
    total, members, more = _members(entry)
    closed = _not_open(shown, told, entry.iri)
    return RecordPage(
        kind=entry.kind,
        kind_name=gettext(ONE_OF.get(entry.kind, ANY)),
        title=title,
        other_titles=others,
        descriptions=tuple(shown.texts(shown.first(entry.iri, DESCRIPTIONS))),
        iri=entry.iri,
        facts=tuple(fact for fact in facts if not fact.plain and (closed is None or fact.hint not in _TOLD_OF_CLOSED)),
        others=tuple(fact for fact in facts if fact.plain),
        distributions=tuple(_distribution(shown, part, place) for place, part in enumerate(parts[:_DISTRIBUTIONS], 1)),
        more_distributions=max(0, len(parts) - _DISTRIBUTIONS),
        source=entry.source,
        source_href=urls().page(f"/sources/{entry.source}"),
        first_seen=entry.first_seen,
        changed=entry.changed,
        last_seen=last_seen(entry),
        not_open=closed,
        validity=validity([entry.iri, *(part.value for part in parts)], f"{urls().record(entry)}/report"),
        expected=_expected(shown, entry),
        inbound=_inbound(entry.iri),
        members=members,
        members_total=total,
        members_href=urls().listed("datasets", [("organisation", entry.iri)]),
        unopened=more,
        structured=schema_org.embedded(entry, told),
        croissant=urls().resource(croissants.path(entry)) if croissants.is_offered(entry) else "",
        picture=pictures.of_record(entry.kind, entry.iri),
    )


def _members(entry: Entry) -> tuple[int, tuple[Item, ...], Counted | None]:
    """The datasets of an organisation or a series: how many, the first of them, and those not open yet."""
    facet = {"organisations": "publisher", "series": "series"}.get(entry.kind)
    if facet is None:
        return 0, (), None
    hits = view().generation.search.search(
        "", kind="datasets", filters={facet: [entry.iri]}, sort="modified", language=language(), limit=_MEMBERS
    )
    more = unopened("", {facet: [entry.iri]}, [("organisation", entry.iri)]) if facet == "publisher" else None
    return hits.total, items(hit.iri for hit in hits.hits), more


def _inbound(iri: str) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """What names this record by one of the properties told on its page, the first few."""
    sections = []
    for section in INBOUND:
        subjects: set[str] = set()
        for predicate in section.predicates:
            quads = view().store.quads_for_pattern(None, predicate, NamedNode(iri), DefaultGraph())
            subjects |= {q.subject.value for q in islice(quads, _MEMBERS) if isinstance(q.subject, NamedNode)}
        found = tuple(one for one in items(sorted(subjects)) if section.kind in (None, one.kind))
        if found:
            sections.append((section.name, found[:_MEMBERS]))
    return tuple(sections)


def _expected(shown: Presenter, entry: Entry) -> tuple[tuple[str, Text, Text | None], ...]:
    """The datasets that a common core expects, in the order of their codes."""
    if entry.kind != "cores":
        return ()
    store = view().store
    listed = [
        quad.subject for quad in store.quads_for_pattern(None, SKOS.inScheme, NamedNode(entry.iri), DefaultGraph())
    ]
    found = []
    for one in listed:
        if isinstance(one, NamedNode):
            notation = next((literal.value for literal in shown.first(one.value, (SKOS.notation,))), "")
            definitions = shown.texts(shown.first(one.value, (SKOS.definition,)))
            found.append((notation, shown.label(one.value), next(iter(definitions), None)))
    return tuple(sorted(found, key=lambda one: (one[0], one[1].value)))


def last_seen(entry: Entry) -> datetime | None:
    """When the source last had this: at its last whole harvest, or at a later one of a part of it."""
    iris, store = portal().iris, view().store
    whole = NamedNode(f"{iris.described_source(entry.source).value}#harvest")
    said = (
        *store.quads_for_pattern(NamedNode(record_iri(iris, entry)), LAST_SEEN, None, iris.records),
        *store.quads_for_pattern(whole, PROV.endedAtTime, None, iris.provenance),
    )
    moments = (datetime.fromisoformat(quad.object.value) for quad in said if isinstance(quad.object, Literal))
    return max(moments, default=None)


def _not_open(shown: Presenter, told: Statements, iri: str) -> NotOpen | None:
    """Why known data is not open yet, and when it may be."""
    own = told.get(NamedNode(iri), ())
    status = status_of(t.object for t in own if t.predicate == ADMS.status)
    if status is None:
        return None
    reasons = (t.object.value for t in own if t.predicate == DCT.rights and isinstance(t.object, NamedNode))
    dates = sorted(t.object.value for t in own if t.predicate == DCT.available and isinstance(t.object, Literal))
    return NotOpen(shown.label(status.value), tuple(map(shown.label, sorted(reasons))), dates[0] if dates else None)


def _distribution(shown: Presenter, part: NamedNode, place: int) -> Distribution:
    told = by_subject(closure(view().store, part))
    own = told.get(part, [])
    facts = shown.facts(told, part)
    access, download = _address(own, DCAT.accessURL), _address(own, DCAT.downloadURL)
    form = next((shown.label(iri.value) for iri in _formats(own)), None)
    title = _first_text(shown, own, DCT.title)
    return Distribution(
        title=title or Text(_file_name(download or access) or form_name(form)),
        anchor=f"distribution-{place}",
        description=_first_text(shown, own, DCT.description),
        access=access if access != download else None,
        download=download,
        format=form,
        size=_size(own),
        facts=tuple(fact for fact in facts if _shown_below(fact)),
    )


def form_name(form: Text | None) -> str:
    return form.value if form else gettext("Distribution")


def _formats(triples: Sequence[Triple]) -> list[NamedNode]:
    found = (t.object for t in triples if t.predicate == DCT["format"])
    return sorted((form for form in found if isinstance(form, NamedNode)), key=str)


def _shown_below(fact: Fact) -> bool:
    return fact.hint not in _SHOWN_ABOVE


def _first_text(shown: Presenter, triples: Sequence[Triple], predicate: NamedNode) -> Text | None:
    found = [t.object for t in triples if t.predicate == predicate and isinstance(t.object, Literal)]
    return next(iter(shown.texts(found)), None)


def _address(triples: Sequence[Triple], predicate: NamedNode) -> str | None:
    found = sorted(t.object.value for t in triples if t.predicate == predicate and isinstance(t.object, NamedNode))
    return next(filter(None, map(link, found)), None)


def _size(triples: Sequence[Triple]) -> int | None:
    found = [t.object.value for t in triples if t.predicate == DCAT.byteSize and isinstance(t.object, Literal)]
    return next(
        (int(value) for value in sorted(found) if value.isascii() and value.isdigit() and len(value) < 20), None
    )


def _file_name(address: str | None) -> str:
    """The last part of an address, for want of a title."""
    return "" if address is None else address.rstrip("/").rpartition("/")[2].partition("?")[0]
