"""Records that have to do with one: those that name it, those that it names, and those that are like it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from pyoxigraph import NamedNode

from api.contexts.pages import Item
from api.contexts.records import Members, Section
from api.pages.items import items, unopened
from api.pages.kinds.telling import Told
from api.portal import gettext, language, urls, view
from api.presenting.properties import INBOUND
from graph.record import DATASETS
from vocabularies.namespaces import DCAT, DCT, PROV

FEW: Final = 10
"""Records told in a section of a page."""
_ALIKE: Final = 3
_RELATED: Final = (
    DCT.relation, DCT.isVersionOf, DCT.hasVersion, DCAT.isVersionOf, DCAT.hasVersion, DCAT.previousVersion, DCT.source,
    PROV.wasDerivedFrom, DCT.isPartOf, DCT.hasPart, DCT.requires, DCT.isReferencedBy,
)  # fmt: skip
"""By which a dataset names others that a reader of it may want."""

RELATED: Final = "Related datasets"
ALIKE: Final = "From the same publisher on the same theme"


def naming(iri: str) -> Iterator[Section]:
    """What names this record by one of the properties told on its page, the first few; all have a page of their own."""
    for section in INBOUND:
        found = subjects(iri, section.predicates)
        listed = tuple(one for one in items(found) if section.kind in (None, one.kind))
        if listed:
            more = urls().page("/resource", [("iri", iri), ("by", section.predicates[0].value)])
            yield Section(gettext(section.name), listed[:FEW], href=more if len(found) > FEW else "")


def subjects(iri: str, predicates: Sequence[NamedNode]) -> list[str]:
    """The first few that name it by one of these, and one more where there are more."""
    found: set[str] = set()
    for predicate in predicates:
        found |= {*view().naming(NamedNode(iri), predicate, FEW + 1)}
    return sorted(found)


def named(told: Told, predicates: Sequence[NamedNode], name: str) -> Iterator[Section]:
    """The records that this one names, the first few."""
    found = items(each.value for each in told.things(*predicates)[:FEW])
    if found:
        yield Section(gettext(name), found)


def related(told: Told) -> Iterator[Section]:
    """What the dataset is related to by its own word, or by another's; then what is like it."""
    by_others = subjects(told.entry.iri, _RELATED)
    own = [each.value for each in told.things(*_RELATED)[:FEW]]
    known = dict.fromkeys(each for each in (*own, *by_others) if each != told.entry.iri)
    listed = _datasets(items(islice(known, FEW)))
    if listed:
        yield Section(gettext(RELATED), listed)
    yield from _alike(told, {told.entry.iri, *known})


def _datasets(found: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(one for one in found if one.kind in {"datasets", "inventory", "series"})


def _alike(told: Told, known: set[str]) -> Iterator[Section]:
    publisher, themes = told.things(DCT.publisher)[:1], told.things(DCAT.theme)[:1]
    if not publisher or not themes:
        return
    latest, total = view().latest(publisher[0].value, themes[0].value)
    found = items(islice((iri for iri in latest if iri not in known), _ALIKE))
    if found:
        parameters = [("organisation", publisher[0].value), ("theme", themes[0].value)]
        yield Section(gettext(ALIKE), found, total, urls().listed(DATASETS, parameters))


def members(told: Told) -> Members:
    """The datasets of an organisation or a series: how many, the newest of them, and those not open yet."""
    iri = told.entry.iri
    facet = {"organisations": "publisher", "series": "series"}[told.entry.kind]
    hits = view().generation.search.search(
        "", kind=DATASETS, filters={facet: [iri]}, sort="modified", language=language(), limit=FEW
    )
    by_publisher = facet == "publisher"
    more = unopened("", {facet: [iri]}, [("organisation", iri)]) if by_publisher else None
    href = (
        urls().listed(DATASETS, [("organisation", iri)])
        if by_publisher
        else urls().page("/resource", [("iri", iri), ("by", DCAT.inSeries.value)])
    )
    return Members(items(hit.iri for hit in hits.hits), hits.total, href, more)
