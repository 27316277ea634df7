"""What the portal says of the descriptions themselves: one record per harvested resource, one node per source.

A record says when a description came, when it last changed, from which source, and its hash. That it was still there
at the last harvest is said once, of the source (in the graph `provenance`), for else every load would change every
record; a record says it itself only where a part of a source was loaded. Data keeps dates of its own.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple, serialize
from pyoxigraph import RdfFormat as Syntax

from graph import moments
from graph.generations import Draft, Generation
from graph.iris import Iris, record_path
from graph.ledger import Entry, seconds
from graph.record import HARVESTED, PAGED
from loaders.terms import Terms
from vocabularies.namespaces import ADMS, DCAT, DCT, FOAF, PAV, PORTAL, PROV, RDF, SPDX, XSD

CREATED: Final = PORTAL["change-type/Created"]
UPDATED: Final = PORTAL["change-type/Updated"]
DELETED: Final = PORTAL["change-type/Deleted"]

LAST_SEEN: Final = PAV.sourceLastAccessedOn
"""Of a record: when a part of its source was loaded that had it, later than the last whole harvest."""

_CATALOGUED: Final = tuple(
    f" {RDF.type} {main} .\n".encode() for main in (DCAT.Dataset, DCAT.DatasetSeries, DCAT.DataService, DCAT.Catalog)
)
"""What a dcat:CatalogRecord may be of. DCAT-AP has none of a reuse, whose record is a foaf:Document about it."""

_CATALOGUED_KINDS: Final = frozenset({"datasets", "inventory", "series", "services", "catalogues"})
"""The kinds of those."""

_RECORD: Final = "".join(
    f"<%(record)b> {predicate} {value} .\n"
    for predicate, value in (
        (RDF.type, "%(type)b"),
        (FOAF.primaryTopic, "<%(topic)b>"),
        (DCT.issued, f'"%(issued)b"^^{XSD.dateTime}'),
        (DCT.modified, f'"%(modified)b"^^{XSD.dateTime}'),
        (ADMS.status, "%(status)b"),
        (PROV.hadPrimarySource, "<%(source)b>"),
    )
).encode()

_CHECKSUM: Final = (
    f"<%(record)b> {SPDX.checksum} _:%(label)b .\n"
    f"_:%(label)b {RDF.type} {SPDX.Checksum} .\n"
    f"_:%(label)b {SPDX.algorithm} {SPDX.checksumAlgorithm_sha256} .\n"
    f'_:%(label)b {SPDX.checksumValue} "%(hash)b"^^{XSD.hexBinary} .\n'
).encode()

_SEEN: Final = f'<%(record)b> {LAST_SEEN} "%(seen)b"^^{XSD.dateTime} .\n'.encode()
_CATALOG_RECORD, _DOCUMENT = str(DCAT.CatalogRecord).encode(), str(FOAF.Document).encode()
_CREATED, _UPDATED, _DELETED = (str(status).encode() for status in (CREATED, UPDATED, DELETED))


def record_iri(iris: Iris, entry: Entry) -> str:
    return iris.base + record_path(entry.kind, entry.key or "")


def key_of(record: str) -> str:
    """The key in the IRI of a record of ours."""
    return record.rpartition("/")[2].partition("#")[0]


def has_record(entry: Entry) -> bool:
    """Whether a record of ours stands for this version: harvested, published, of a kind that we list."""
    return entry.kind in HARVESTED and bool(entry.owned) and entry.graph.startswith("source/")


def record(iris: Iris, entry: Entry, block: bytes, seen: int | None = None) -> bytes:
    """Our record of the resource that `block` describes, as N-Triples; `seen` where the source's own date is older."""
    values = {
        **_common(iris, entry),
        b"type": _CATALOG_RECORD if _is_catalogued(entry, block) else _DOCUMENT,
        b"modified": _moment(entry.changed_second),
        b"status": _UPDATED if entry.changed_second > entry.first_second else _CREATED,
        b"label": b"checksum" + (entry.key or "").encode(),
        b"hash": entry.hash.hex().encode(),
    }
    told = _RECORD % values + _CHECKSUM % values
    return told if seen is None else told + _SEEN % {**values, b"seen": _moment(seen)}


def has_page(entry: Entry) -> bool:
    """Whether this version has a page, which must say so when it is gone."""
    return entry.kind in PAGED and bool(entry.owned) and entry.graph.startswith("source/")


def tombstone(iris: Iris, entry: Entry, second: int) -> bytes:
    """What is left of a resource that its source no longer has: what it was about, and when it went."""
    kind = _CATALOG_RECORD if entry.kind in _CATALOGUED_KINDS else _DOCUMENT
    values = {**_common(iris, entry), b"type": kind, b"modified": _moment(second), b"status": _DELETED}
    title = f"<{record_iri(iris, entry)}> {DCT.title} {Literal(entry.title)} .\n" if entry.title else ""
    return _RECORD % values + title.encode()


def buried(draft: Draft) -> dict[str, str]:
    """Topic to tombstone, of all that is gone."""
    found = draft.store.quads_for_pattern(None, FOAF.primaryTopic, None, draft.iris.changes)
    pairs = ((quad.object, quad.subject) for quad in found)
    return {one.value: its.value for one, its in pairs if isinstance(one, NamedNode) and isinstance(its, NamedNode)}


def keep_tombstones(before: Generation, draft: Draft, now: datetime) -> None:
    """Take over from another generation what is left of resources that the draft does not have.

    And bury those that the change log says it lost, by a rollback or a rebuild.
    """
    graph = draft.iris.changes
    for topic in list(before.store.quads_for_pattern(None, FOAF.primaryTopic, None, graph)):
        if isinstance(topic.object, NamedNode) and draft.ledger.get(topic.object.value) is None:
            draft.store.extend(before.store.quads_for_pattern(topic.subject, None, None, graph))
    lost = [change.iri for change in draft.ledger.changes(draft.number - 1) if change.change == "removed"]
    for entry in filter(None, map(before.ledger.get, lost)):
        if has_page(entry):
            told = tombstone(draft.iris, entry, seconds(now))
            draft.changes.add(graph, told, told.count(b"\n"))
    draft.changes.finish()


def topics_of(draft: Draft, record: str) -> set[str]:
    """What a harvested catalogue record is about, as the parent generation has it."""
    found = draft.store.quads_for_pattern(NamedNode(record), FOAF.primaryTopic, None, DefaultGraph())
    return {quad.object.value for quad in found if isinstance(quad.object, NamedNode)}


def types_of(draft: Draft, iri: str, graph: NamedNode) -> bytes:
    """The classes of a resource in a graph, as N-Triples."""
    found = draft.store.quads_for_pattern(NamedNode(iri), RDF.type, None, graph)
    return "".join(f"{quad.triple} .\n" for quad in found).encode()


def _common(iris: Iris, entry: Entry) -> dict[bytes, bytes]:
    return {
        b"record": record_iri(iris, entry).encode(),
        b"topic": entry.iri.encode(),
        b"issued": _moment(entry.first_second),
        b"source": iris.described_source(entry.source).value.encode(),
    }


def _is_catalogued(entry: Entry, block: bytes) -> bool:
    lines, token = b"\n" + block, f"\n<{entry.iri}>".encode()
    return any(token + mark in lines for mark in _CATALOGUED)


def _moment(second: int) -> bytes:
    return moments.of_second(second).encode()


def link(draft: Draft, topics: Iterable[str]) -> None:
    """Let our records of these resources point to the records that the harvested data has of them (dct:source).

    The draft's changes are finished. Where its source has several of a resource, the first in order of IRI counts.
    """
    for topic in topics:
        entry = draft.ledger.get(topic)
        if entry is None or not has_record(entry):
            continue
        ours = NamedNode(record_iri(draft.iris, entry))
        whose = draft.iris.source(entry.source)
        about = draft.store.quads_for_pattern(None, FOAF.primaryTopic, NamedNode(topic), whose)
        theirs = sorted({quad.subject for quad in about if isinstance(quad.subject, NamedNode)}, key=str)
        _set(draft, ours, DCT.source, theirs[:1])


def forget_seen(draft: Draft, source: str) -> None:
    """Take away from records what the source says of all of them now: that they were there at the last harvest."""
    whence = draft.iris.described_source(source)
    for quad in list(draft.store.quads_for_pattern(None, LAST_SEEN, None, draft.iris.records)):
        if any(draft.store.quads_for_pattern(quad.subject, PROV.hadPrimarySource, whence, draft.iris.records)):
            _remove(draft, quad.triple)


def conform(draft: Draft, standard: NamedNode, title: str, conforming: AbstractSet[str]) -> bool:
    """Let the records of exactly these resources say that the description conforms to a profile (dct:conformsTo).

    One profile: DCAT-AP lets a record name several, its official shapes only one. Tells whether that was news.
    """
    records = draft.iris.records
    before = {
        quad.subject.value
        for quad in draft.store.quads_for_pattern(None, DCT.conformsTo, standard, records)
        if isinstance(quad.subject, NamedNode)
    }
    listed = (entry for kind in HARVESTED for entry in draft.ledger.of_kind(kind) if has_record(entry))
    after = {record_iri(draft.iris, entry) for entry in listed if entry.iri in conforming}
    for ours in before - after:
        _remove(draft, Triple(NamedNode(ours), DCT.conformsTo, standard))
    claims = [f"<{ours}> {DCT.conformsTo} {standard} .\n" for ours in sorted(after - before)]
    if not before:
        claims += [f"{standard} {RDF.type} {DCT.Standard} .\n", f"{standard} {DCT.title} {Literal(title)} .\n"]
    draft.changes.add(records, "".join(claims).encode(), len(claims))
    draft.changes.finish()
    return bool(claims) or before != after


def named_by_all(store: Store, iris: Iris) -> list[NamedNode]:
    """What our records name by code, and describe nowhere: kinds of changes, and the profile."""
    profile = next(store.quads_for_pattern(None, DCT.conformsTo, None, iris.records), None)
    return [CREATED, UPDATED, *([profile.object] if profile and isinstance(profile.object, NamedNode) else [])]


def _set(draft: Draft, subject: NamedNode, predicate: NamedNode, values: Iterable[NamedNode]) -> None:
    """Make these the only values."""
    records = draft.iris.records
    before = {quad.triple for quad in draft.store.quads_for_pattern(subject, predicate, None, records)}
    after = {Triple(subject, predicate, value) for value in values}
    for triple in before - after:
        _remove(draft, triple)
    for triple in after - before:
        draft.store.extend(_quads(draft, triple))


def _remove(draft: Draft, triple: Triple) -> None:
    """Out of the records, and out of the default graph, where nobody else speaks of our records."""
    for quad in _quads(draft, triple):
        draft.store.remove(quad)


def _quads(draft: Draft, triple: Triple) -> list[Quad]:
    subject, predicate, value = triple.subject, triple.predicate, triple.object
    return [Quad(subject, predicate, value, draft.iris.records), Quad(subject, predicate, value)]


@dataclass(frozen=True, slots=True)
class Harvest:
    """One load of a source, or of a part of it."""

    source: str
    started: datetime
    ended: datetime
    locations: tuple[str, ...] = ()
    partial: bool = False
    terms: Terms = field(default_factory=Terms)


def tell_harvest(draft: Draft, harvest: Harvest) -> None:
    """Write the node of a source: what it is called, and its last harvest as prov:Activity."""
    node = draft.iris.described_source(harvest.source)
    whole, part = NamedNode(f"{node.value}#harvest"), NamedNode(f"{node.value}#partial-harvest")
    graph = draft.iris.provenance
    draft.changes.remove(graph, node.value)
    draft.changes.remove(graph, part.value)
    if not harvest.partial:
        draft.changes.remove(graph, whole.value)
    statements = list(_source(draft, harvest, node))
    if harvest.partial:
        statements += _activity(draft, harvest, node, part, PROV.wasInfluencedBy)
        if any(draft.store.quads_for_pattern(whole, RDF.type, None, graph)):
            statements.append(Triple(node, PROV.wasGeneratedBy, whole))
    else:
        statements += _activity(draft, harvest, node, whole, PROV.wasGeneratedBy)
    told = serialize(statements, format=Syntax.N_TRIPLES) or b""
    draft.changes.add(graph, told, told.count(b"\n"))
    draft.changes.finish()


def _source(draft: Draft, harvest: Harvest, node: NamedNode) -> Iterator[Triple]:
    yield Triple(node, RDF.type, PROV.Entity)
    yield Triple(node, DCT.title, Literal(harvest.source))
    yield Triple(node, DCAT.version, Literal(str(draft.number)))
    yield from harvest.terms.statements(node)


def _activity(
    draft: Draft, harvest: Harvest, node: NamedNode, activity: NamedNode, relation: NamedNode
) -> Iterator[Triple]:
    yield Triple(node, relation, activity)
    yield Triple(activity, RDF.type, PROV.Activity)
    for predicate, moment in ((PROV.startedAtTime, harvest.started), (PROV.endedAtTime, harvest.ended)):
        text = moments.of_second(int(moment.timestamp()))
        yield Triple(activity, predicate, Literal(text, datatype=XSD.dateTime))
    yield Triple(activity, PROV.generated, draft.iris.source(harvest.source))
    for address in sorted(filter(None, map(public_address, harvest.locations))):
        yield Triple(activity, PROV.used, NamedNode(address))


def public_address(location: str) -> str | None:
    """The address without what may be secret in it; None for a file of this machine."""
    parts = urlsplit(location)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    try:
        return NamedNode(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()).value
    except ValueError:
        return None
