"""Which page a record of a kind has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode

from api.contexts.pages import Page, Text, Value
from api.contexts.records import CorePage, GatheringPage, Members, RecordPage, ReusePage, ServicePage
from api.pages.items import items
from api.pages.kinds.dataset import dataset_page
from api.pages.kinds.neighbourhood import neighbourhood
from api.pages.kinds.neighbours import FEW, members, named, naming
from api.pages.kinds.organisation import organisation_page
from api.pages.kinds.telling import Told, beside_of, described, structured
from api.portal import urls, view
from api.presenting import beside
from api.presenting.properties import KIND_NAMES
from graph.ledger import Entry
from graph.record import INVENTORY
from vocabularies.namespaces import DCAT, DCT, FOAF, OA, SCHEMA, SKOS

_ADDRESSES: Final = 20
"""Addresses of one sort that are told; the RDF has them all."""
_OF_SERVICE: Final = (DCAT.endpointURL, DCAT.endpointDescription, DCAT.landingPage, FOAF.page, DCAT.servesDataset)
_OF_REUSE: Final = (SCHEMA.url, SCHEMA.image, DCT.references, SCHEMA.isBasedOn)
_OF_CATALOGUE: Final = (DCAT.dataset, DCAT.service, DCAT.catalog, DCAT.record, DCT.hasPart)
_GLANCE: Final[Mapping[str, Sequence[NamedNode]]] = {
    "requests": (SCHEMA.actionStatus, SCHEMA.recipient, SCHEMA.startTime, SCHEMA.endTime, SCHEMA.result),
    "certificates": (OA.hasTarget, OA.hasBody, DCT.issued, DCT.valid, DCT.publisher),
}
"""What readers look for first, in this order."""


def record_page(entry: Entry) -> Page:
    return _PAGES.get(entry.kind, any_page)(entry)


def any_page(entry: Entry) -> RecordPage:
    """A record of a kind that has nothing of its own to tell, or of none that is listed."""
    told = Told.of(entry)
    known = {fact.hint: fact for fact in told.facts}
    glance = tuple(known[term.value] for term in _GLANCE.get(entry.kind, ()) if term.value in known)
    without = {*(fact.hint for fact in glance), OA.motivatedBy.value}
    return RecordPage(
        described(told, without=without), tuple(naming(entry.iri)), beside_of(told), structured(told), glance
    )


def gathering_page(entry: Entry) -> GatheringPage:
    """A series, with its datasets."""
    told = Told.of(entry)
    return GatheringPage(
        record=described(told),
        members=members(told),
        sections=tuple(naming(entry.iri)),
        beside=beside_of(told),
        structured=structured(told),
        neighbourhood=neighbourhood(told),
    )


def catalogue_page(entry: Entry) -> GatheringPage:
    """A catalogue, with its datasets, services and parts."""
    told = Told.of(entry)
    return GatheringPage(
        record=described(told, without={term.value for term in _OF_CATALOGUE}),
        members=_data(told, DCAT.dataset),
        sections=(
            *named(told, (DCAT.service,), KIND_NAMES["services"]),
            *named(told, (DCAT.catalog, DCT.hasPart), KIND_NAMES["catalogues"]),
            *naming(entry.iri),
        ),
        beside=beside_of(told),
        structured=structured(told),
    )


def service_page(entry: Entry) -> ServicePage:
    told = Told.of(entry)
    return ServicePage(
        record=described(told, without={term.value for term in _OF_SERVICE}),
        addresses=_values(told, DCAT.endpointURL),
        descriptions=_values(told, DCAT.endpointDescription, DCAT.landingPage, FOAF.page),
        members=_data(told, DCAT.servesDataset),
        sections=tuple(naming(entry.iri)),
        beside=beside_of(told),
        structured=structured(told),
        neighbourhood=neighbourhood(told),
    )


def reuse_page(entry: Entry) -> ReusePage:
    told = Told.of(entry)
    return ReusePage(
        record=described(told, without={term.value for term in _OF_REUSE}),
        address=next(iter(_values(told, SCHEMA.url)), None),
        data=_data(told, DCT.references, SCHEMA.isBasedOn),
        sections=tuple(naming(entry.iri)),
        beside=beside_of(told),
        structured=structured(told),
        neighbourhood=neighbourhood(told),
    )


def core_page(entry: Entry) -> CorePage:
    told = Told.of(entry)
    return CorePage(described(told), _expected(told), tuple(naming(entry.iri)), beside_of(told), structured(told))


def _values(told: Told, *predicates: NamedNode) -> tuple[Value, ...]:
    return tuple(told.shown.value(each, told.statements) for each in told.things(*predicates)[:_ADDRESSES])


def _data(told: Told, *predicates: NamedNode) -> Members:
    """The datasets that a service gives or a reuse is made of, the first few; all are in the question behind."""
    named = told.things(*predicates)
    return Members(
        items(each.value for each in named[:FEW]), len(named), urls().page("/resource", [("iri", told.entry.iri)])
    )


def _expected(told: Told) -> tuple[tuple[str, Text, Text | None], ...]:
    """The datasets that a common core expects, in the order of their codes."""
    shown = told.shown
    listed = view().store.quads_for_pattern(None, SKOS.inScheme, told.node, DefaultGraph())
    found = []
    for one in (quad.subject for quad in listed):
        if isinstance(one, NamedNode):
            notation = next((literal.value for literal in shown.first(one.value, (SKOS.notation,))), "")
            definitions = shown.texts(shown.first(one.value, (SKOS.definition,)), whole=True)
            found.append((notation, shown.label(one.value), next(map(_shortly, definitions), None)))
    return tuple(sorted(found, key=lambda one: (one[0], one[1].value)))


def _shortly(text: Text) -> Text:
    return replace(text, value=beside.summary(text.value))


_PAGES: Final[Mapping[str, Callable[[Entry], Page]]] = {
    "datasets": dataset_page,
    INVENTORY: dataset_page,
    "series": gathering_page,
    "catalogues": catalogue_page,
    "organisations": organisation_page,
    "services": service_page,
    "reuses": reuse_page,
    "cores": core_page,
}
