"""The portal's own list of high-value datasets: a dcat:Catalog computed from a draft, with a version per membership.

The list and its versions are in the graph of records. Nothing is written while the membership stays as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from graph import moments
from graph.generations import Draft, Generations
from graph.iris import Iris
from queries.library import select
from queries.questions import HighValueMembers
from vocabularies.namespaces import ADMS, DCAT, DCT, PROV

Members = Mapping[NamedNode, NamedNode]
"""What is on a list, and the property that lists it: dcat:dataset or dcat:service."""

_LISTED_BY: Final = {DCAT.Dataset: DCAT.dataset, DCAT.DatasetSeries: DCAT.dataset, DCAT.DataService: DCAT.service}
_ANY_VERSION: Final = 0
"""What stands for the number of a version in the file of texts."""


def list_iri(iris: Iris) -> NamedNode:
    return NamedNode(f"{iris.base}/hvd")


def refresh(draft: Draft, now: datetime) -> int | None:
    """Make a new version where the membership is another than the last version's; its number. Changes are finished."""
    now_designated = designated(draft.store)
    node = list_iri(draft.iris)
    before = members(draft.store, draft.iris, node)
    last = _last(draft.store, draft.iris)
    if now_designated == before or (last is None and not now_designated):
        return None
    number = 1 if last is None else last + 1
    _write(draft, number, before, now_designated, now)
    return number


def designated(store: Store) -> Members:
    """What the default graph says is designated under Regulation (EU) 2023/138."""
    found: dict[NamedNode, NamedNode] = {}
    for row in select(store, HighValueMembers()):
        member, kind = row["member"], row["class"]
        if isinstance(member, NamedNode) and isinstance(kind, NamedNode):
            found.setdefault(member, _LISTED_BY[kind])
    return found


def members(store: Store, iris: Iris, node: NamedNode) -> Members:
    """What the list, or a version of it, has."""
    listed = (
        quad
        for property_ in (DCAT.service, DCAT.dataset)
        for quad in store.quads_for_pattern(node, property_, None, iris.records)
    )
    return {quad.object: quad.predicate for quad in listed if isinstance(quad.object, NamedNode)}


@dataclass(frozen=True, slots=True)
class Ever:
    """What was on the list at some time, by the versions that were read for it."""

    members: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()


def ever(store: Store, iris: Iris, known: Ever = Ever()) -> Ever:
    """What was on the list in any of its versions. Those only grow: of versions that are `known` none is read again."""
    linked = store.quads_for_pattern(None, DCAT.isVersionOf, list_iri(iris), iris.records)
    versions = {quad.subject.value for quad in linked if isinstance(quad.subject, NamedNode)}
    if not known.versions <= versions:
        known = Ever()
    read = (members(store, iris, NamedNode(version)) for version in versions - known.versions)
    return Ever(known.members.union(member.value for its in read for member in its), frozenset(versions))


def go_on(draft: Draft, generations: Generations, now: datetime) -> None:
    """After a rollback: the versions there were stay, and what is on the list again is a new one."""
    newest = generations.head_number()
    if newest is not None:
        with generations.open(newest) as generation:
            carry_on(generation.store, draft)
    refresh(draft, now)


def carry_on(before: Store, draft: Draft) -> None:
    """Take the list and all its versions from another generation's store, in place of the draft's own."""
    records = draft.iris.records
    for quad in list(_all(draft.store, draft.iris)):
        draft.store.remove(quad)
        draft.store.remove(Quad(quad.subject, quad.predicate, quad.object))
    for quad in _all(before, draft.iris):
        draft.store.add(Quad(quad.subject, quad.predicate, quad.object, records))
        draft.store.add(Quad(quad.subject, quad.predicate, quad.object))


def _all(store: Store, iris: Iris) -> Iterator[Quad]:
    node = list_iri(iris)
    yield from store.quads_for_pattern(node, None, None, iris.records)
    for version in list(store.quads_for_pattern(None, DCAT.isVersionOf, node, iris.records)):
        yield from store.quads_for_pattern(version.subject, None, None, iris.records)


def _last(store: Store, iris: Iris) -> int | None:
    found = store.quads_for_pattern(list_iri(iris), DCAT.version, None, iris.records)
    return next((int(quad.object.value) for quad in found if isinstance(quad.object, Literal)), None)


def _write(draft: Draft, number: int, before: Members, after: Members, now: datetime) -> None:
    node, version = list_iri(draft.iris), _version(draft.iris, number)
    issued = draft.store.quads_for_pattern(node, DCT.issued, None, draft.iris.records)
    moment = moments.literal(now)
    first = next((quad.object for quad in issued), moment)
    told = dict.fromkeys(_texts(draft.iris, number, before, after))
    told |= dict.fromkeys(Triple(listing, by, one) for listing in (node, version) for one, by in after.items())
    told |= dict.fromkeys(
        Triple(listing, predicate, value)
        for listing, predicate, value in (
            (node, DCT.issued, first),
            (node, DCT.modified, moment),
            (node, DCAT.version, Literal(str(number))),
            (node, DCAT.hasCurrentVersion, version),
            (node, ADMS.last, version),
            (version, DCT.issued, moment),
            (version, DCAT.version, Literal(str(number))),
            (version, DCAT.isVersionOf, node),
        )
    )
    if number > 1:
        previous = _version(draft.iris, number - 1)
        told |= dict.fromkeys(Triple(version, way, previous) for way in _BACKWARDS)
        told[Triple(previous, ADMS.next, version)] = None
    block = serialize(told, format=RdfFormat.N_TRIPLES) or b""
    draft.changes.remove(draft.iris.records, node.value)
    draft.changes.add(draft.iris.records, block, block.count(b"\n"))
    draft.changes.finish()


_BACKWARDS: Final = (ADMS.prev, DCAT.previousVersion, PROV.wasRevisionOf)


def _version(iris: Iris, number: int) -> NamedNode:
    return NamedNode(f"{list_iri(iris).value}/versions/{number}")


def _texts(iris: Iris, number: int, before: Members, after: Members) -> Iterator[Triple]:
    """The statements of the file of texts, its placeholders filled in."""
    counts = {
        "version": number,
        "members": len(after),
        "came": len(after.keys() - before.keys()),
        "went": len(before.keys() - after.keys()),
    }
    text = files("loaders").joinpath("lists.ttl").read_bytes()
    for quad in parse(text, RdfFormat.TURTLE, base_iri=f"{iris.base}/"):
        subject = _version(iris, number) if quad.subject == _version(iris, _ANY_VERSION) else quad.subject
        value = quad.object
        if isinstance(value, Literal):
            value = Literal(value.value.format_map(counts), language=value.language)
        yield Triple(subject, quad.predicate, value)
