"""What a record comes from and what uses it, from what its page has read; how that is drawn is another matter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode

from api.contexts.neighbourhood import Neighbour, Neighbourhood, Side
from api.contexts.pages import Text
from api.pages.kinds.telling import Told
from api.portal import gettext, portal, presenter, urls, view
from api.presenting import beside
from api.presenting.boxes import drawn
from api.presenting.properties import ONE_OF
from graph.record import PAGED
from loaders.lists import list_iri
from vocabularies.namespaces import ADMS, DCAT, DCT, OA, PROV, SCHEMA

MOST: Final = 6
"""Boxes on a side."""
_COUNTED: Final = 20
"""Things that are looked for by one property."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What two things are to each other, said of the record by itself (`own`) or by the other (`others`)."""

    name: str
    own: tuple[NamedNode, ...] = ()
    others: tuple[NamedNode, ...] = ()


FROM: Final = (
    Relation("made from", (DCT.source, PROV.wasDerivedFrom, SCHEMA.isBasedOn, DCT.references)),
    Relation("in the series", (DCAT.inSeries,)),
    Relation("part of", (DCT.isPartOf,), (DCT.hasPart,)),
    Relation("version of", (DCT.isVersionOf, DCAT.isVersionOf), (DCT.hasVersion, DCAT.hasVersion)),
    Relation("follows", (DCAT.prev, DCAT.previousVersion, ADMS.prev), (DCAT.next,)),
    Relation("replaces", (DCT.replaces,), (DCT.isReplacedBy,)),
    Relation("published by", (DCT.publisher,)),
)
TO: Final = (
    Relation("reused in", (DCT.isReferencedBy,), (DCT.references, SCHEMA.isBasedOn)),
    Relation("served by", (), (DCAT.servesDataset,)),
    Relation("gives", (DCAT.servesDataset,)),
    Relation("made into", (), (DCT.source, PROV.wasDerivedFrom)),
    Relation("answer to", (), (SCHEMA.result,)),
    Relation("labelled by", (), (OA.hasTarget,)),
    Relation("has the part", (DCT.hasPart,), (DCAT.inSeries, DCT.isPartOf)),
    Relation("has the version", (DCT.hasVersion, DCAT.hasVersion), (DCT.isVersionOf, DCAT.isVersionOf)),
    Relation("followed by", (DCAT.next,), (DCAT.prev, DCAT.previousVersion, ADMS.prev)),
    Relation("replaced by", (DCT.isReplacedBy,), (DCT.replaces,)),
)
SIDES: Final = ("Comes from", "Used by")
LISTED: Final = "on the list"
_HIGH_VALUE: Final = "High-value datasets"
_PUBLISHED: Final = "published by"


def neighbourhood(told: Told) -> Neighbourhood | None:
    """None where there is nothing but a publisher: that is told beside."""
    own = _own(told)
    came, went = list(_found(told, own, FROM)), [*_found(told, own, TO), *_listed(told)]
    if all(name == _PUBLISHED for name, _ in came) and not went:
        return None
    known = {iri for _, iri in came}
    sides = (_side(told, SIDES[0], came), _side(told, SIDES[1], [each for each in went if each[1] not in known]))
    iri = told.entry.iri
    return drawn(
        told.heading.value,
        sides,
        urls().page("/resource", [("iri", iri)]),
        beside.question("links/neighbourhood", resource=iri),
    )


def _found(
    told: Told, own: Mapping[NamedNode, list[str]], relations: tuple[Relation, ...]
) -> Iterator[tuple[str, str]]:
    """Names of relations and IRIs, each thing once; by others only what has a page here."""
    seen, node, naming = {told.entry.iri}, told.node, view().naming
    for relation in relations:
        said = [iri for by in relation.own for iri in own.get(by, ())]
        named = [iri for by in relation.others for iri in naming(node, by, _COUNTED)]
        for iri in dict.fromkeys((*said, *filter(_is_paged, sorted(named)))):
            if iri not in seen:
                seen.add(iri)
                yield relation.name, iri


def _own(told: Told) -> Mapping[NamedNode, list[str]]:
    """What the record names, by property, in order."""
    return {by: sorted(each.value for each in said if isinstance(each, NamedNode)) for by, said in told.said.items()}


def _is_paged(iri: str) -> bool:
    entry = view().entry(iri)
    return entry is not None and entry.kind in PAGED


def _listed(told: Told) -> Iterator[tuple[str, str]]:
    """The portal's list of high-value datasets, where it has the record."""
    listed = list_iri(portal().iris)
    for each in (DCAT.dataset, DCAT.service):
        if next(view().store.quads_for_pattern(listed, each, told.node, DefaultGraph()), None) is not None:
            yield LISTED, listed.value


def _side(told: Told, name: str, found: list[tuple[str, str]]) -> Side:
    shown = tuple(_neighbour(told, *each) for each in islice(found, MOST))
    return Side(gettext(name), shown, max(0, len(found) - MOST), least=len(found) >= _COUNTED)


def _neighbour(told: Told, relation: str, iri: str) -> Neighbour:
    if relation == LISTED:
        return Neighbour(gettext(LISTED), Text(gettext(_HIGH_VALUE)), urls().page("/hvd"))
    entry = view().entry(iri)
    if entry is not None and entry.kind in PAGED:
        title, kind = presenter().heading(iri), gettext(ONE_OF[entry.kind])
        return Neighbour(gettext(relation), title, urls().record(entry), kind)
    value = told.shown.value(NamedNode(iri), told.statements)
    return Neighbour(gettext(relation), value.text, urls().page("/resource", [("iri", iri)]))
