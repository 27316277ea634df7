"""A record with all that belongs to it: what a reader of one dataset wants in one answer."""

from collections.abc import Container, Iterable
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Store, Triple

from graph.record import OTHER, kind_of
from graph.store import closure
from vocabularies.namespaces import ADMS, DCAT, DCT, FOAF, ORG, RDF

PARTS: Final = frozenset({"distributions", "organisations", "contacts", OTHER})
"""Kinds of records that are told along with the one that names them; other datasets, series or concepts are not."""

RECORDS: Final = "records"
"""The kind of catalogue records."""

MOST_RECORDS: Final = 10
"""Catalogue records that are told along with what they are about: ours, and those that its source has."""

_GRAPHS: Final = "/graph/"
_CLAIMS: Final = f"{_GRAPHS}claims/"
_OURS: Final = "records"

Subject = NamedNode | BlankNode | Triple

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
    return with_parts(store, iri)[0] + catalogue_records(store, iri)


def with_parts(
    store: Store, iri: NamedNode, kinds: Container[str] = PARTS, known: dict[NamedNode, str] | None = None
) -> tuple[list[Triple], set[NamedNode]]:
    """The record with its parts of these kinds, and theirs in turn; and all that was looked at as a part.

    What is named and not described any more, or not yet, is among the latter. `known` are kinds that were found out,
    for who asks for many records: the same codes and organisations are named again and again.
    """
    known = {} if known is None else known
    found = closure(store, iri)
    seen = {iri}
    waiting = _named(found)
    while waiting and len(found) < LONGEST:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            if part not in known:
                known[part] = _kind(store, part)
            if known[part] in kinds:
                told = closure(store, part)
                found += told
                waiting += _named(told)
    return found, seen - {iri}


def naming(
    store: Store, parts: Iterable[NamedNode], kinds: Container[str] = PARTS, seen: set[Subject] | None = None
) -> set[NamedNode]:
    """The records of other kinds that are told with one of these parts: it is theirs, or that of a part of theirs.

    The way up for the way down that `with_parts` goes; a part may be gone that is named all the same. `seen` is what
    was found on the way up already, by this call or those before: nobody goes that way again.
    """
    found: set[NamedNode] = set()
    seen = set() if seen is None else seen
    waiting: list[NamedNode | BlankNode] = [part for part in parts if part not in seen]
    seen.update(waiting)
    while waiting:
        for quad in store.quads_for_pattern(None, None, waiting.pop(), DefaultGraph()):
            subject = quad.subject
            if subject in seen or quad.predicate in NOT_FOLLOWED:
                continue
            seen.add(subject)
            if isinstance(subject, BlankNode) or (isinstance(subject, NamedNode) and _kind(store, subject) in kinds):
                waiting.append(subject)
            elif isinstance(subject, NamedNode):
                found.add(subject)
    return found


def told_with(store: Store, changed: Iterable[tuple[str, str]], seen: set[Subject] | None = None) -> set[str]:
    """The resources that are told along with records that changed, given by IRI and kind; `seen` as for `naming`.

    What the catalogue of a resource's source says of it goes along with that.
    """
    by_kind: dict[bool, list[NamedNode]] = {True: [], False: []}
    for iri, kind in changed:
        if kind == RECORDS or kind in PARTS:
            by_kind[kind == RECORDS].append(NamedNode(iri))
    found = {resource.value for resource in naming(store, by_kind[False], PARTS, seen)}
    for record in by_kind[True]:
        topics = store.quads_for_pattern(record, FOAF.primaryTopic, None, DefaultGraph())
        about = [quad.object for quad in topics if isinstance(quad.object, NamedNode)]
        found.update(topic.value for topic in about if record in records_about(store, topic))
    return found


def catalogue_records(store: Store, iri: NamedNode) -> list[Triple]:
    """What the dcat:CatalogRecords say whose topic the record is, and what they name by code."""
    records = records_about(store, iri)[:MOST_RECORDS]
    found = [triple for record in records for triple in closure(store, record)]
    named = {triple.object for triple in found if triple.predicate in _DESCRIBED_WITH_RECORDS}
    for term in sorted((term for term in named if isinstance(term, NamedNode)), key=str):
        found += closure(store, term)
    return found


def records_about(store: Store, topic: NamedNode) -> list[NamedNode]:
    """Our record of it, then the dcat:CatalogRecords of its own source, for anybody may write of anything."""
    sayers = {quad.graph_name for quad in store.quads_for_pattern(topic, RDF.type, None)}
    named = sorted((one for one in sayers if isinstance(one, NamedNode) and _CLAIMS not in one.value), key=str)
    base = named[0].value.rpartition(_GRAPHS)[0] if named else ""
    ours = _about(store, topic, NamedNode(f"{base}{_GRAPHS}{_OURS}")) if named else []
    graphs: list[NamedNode | DefaultGraph] = [*named] or [DefaultGraph()]
    theirs = (one for graph in graphs for one in _about(store, topic, graph))
    return list(dict.fromkeys([*ours, *(one for one in theirs if _kind(store, one) == RECORDS)]))


def _about(store: Store, topic: NamedNode, graph: NamedNode | DefaultGraph) -> list[NamedNode]:
    subjects = (quad.subject for quad in store.quads_for_pattern(None, FOAF.primaryTopic, topic, graph))
    return sorted((one for one in subjects if isinstance(one, NamedNode)), key=str)


def _named(triples: list[Triple]) -> list[NamedNode]:
    return [t.object for t in triples if isinstance(t.object, NamedNode) and t.predicate not in NOT_FOLLOWED]


def _kind(store: Store, iri: NamedNode) -> str:
    classes = [
        quad.object.value
        for quad in store.quads_for_pattern(iri, RDF.type, None, DefaultGraph())
        if isinstance(quad.object, NamedNode)
    ]
    return kind_of(classes)
