"""A record with all that belongs to it: what a reader of one dataset wants in one answer."""

from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store, Triple

from graph.record import OTHER, kind_of
from graph.store import closure
from vocabularies.namespaces import ADMS, DCAT, DCT, FOAF, ORG, RDF

PARTS: Final = frozenset({"distributions", "organisations", "contacts", OTHER})
"""Kinds of records that are told along with the one that names them; other datasets, series or concepts are not."""

LONGEST: Final = 100_000
"""Triples after which no further part is told."""

NOT_FOLLOWED: Final = frozenset(
    {RDF.type, ORG.hasUnit, ORG.hasSubOrganization, DCAT.servesDataset, DCAT.dataset, DCAT.service, DCAT.catalog}
)
"""Properties whose values are no parts: they lead down to everything an organisation, service or catalogue has."""


_DESCRIBED_WITH_RECORDS: Final = (ADMS.status, DCT.conformsTo)
"""What a record names that is of this portal: its list of changes, and the profile as a standard."""


def full_closure(store: Store, iri: NamedNode) -> list[Triple]:
    """The record, its distributions, agents, contacts and other parts, theirs in turn, and its catalogue record.

    Only what a record names is followed, never what names it: an organisation does not pull in its datasets.
    """
    found = closure(store, iri)
    seen = {iri}
    waiting = _named(found)
    while waiting and len(found) < LONGEST:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            if _is_part(store, part):
                told = closure(store, part)
                found += told
                waiting += _named(told)
    return found + catalogue_records(store, iri)


def catalogue_records(store: Store, iri: NamedNode) -> list[Triple]:
    """What the dcat:CatalogRecords say whose topic the record is, and what they name by code."""
    topics = store.quads_for_pattern(None, FOAF.primaryTopic, iri, DefaultGraph())
    records = [quad.subject for quad in topics if isinstance(quad.subject, NamedNode)]
    found = [triple for record in sorted(records, key=str) for triple in closure(store, record)]
    named = {triple.object for triple in found if triple.predicate in _DESCRIBED_WITH_RECORDS}
    for term in sorted((term for term in named if isinstance(term, NamedNode)), key=str):
        found += closure(store, term)
    return found


def _named(triples: list[Triple]) -> list[NamedNode]:
    return [t.object for t in triples if isinstance(t.object, NamedNode) and t.predicate not in NOT_FOLLOWED]


def _is_part(store: Store, iri: NamedNode) -> bool:
    classes = [
        quad.object.value
        for quad in store.quads_for_pattern(iri, RDF.type, None, DefaultGraph())
        if isinstance(quad.object, NamedNode)
    ]
    return kind_of(classes) in PARTS
