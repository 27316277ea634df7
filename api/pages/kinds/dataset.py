"""The page of a dataset, open or known and not open yet."""

from collections.abc import Iterator, Sequence
from typing import Final

from pyoxigraph import NamedNode

from api.contexts.pages import Fact, Value
from api.contexts.records import DatasetPage, Distributions, NotOpen
from api.harvest import croissant as croissants
from api.pages.items import distributions_of, planned, status_of
from api.pages.kinds import files
from api.pages.kinds.neighbourhood import neighbourhood
from api.pages.kinds.neighbours import named, naming, related
from api.pages.kinds.telling import Told, beside_of, described, structured
from api.portal import gettext, urls, view
from graph.ledger import Entry
from graph.record import INVENTORY
from vocabularies.namespaces import ADMS, DCAT, DCT

_TOLD_OF_CLOSED: Final = frozenset(term.value for term in (ADMS.status, DCT.available, DCT.rights))
SERIES: Final = "Part of these series"
_GLANCE: Final = (DCT.publisher, DCT.modified, DCT.issued, DCT.accrualPeriodicity, DCT.license)
"""What readers look for first, in this order; the day of publication only where no later one is told."""


def dataset_page(entry: Entry) -> DatasetPage:
    told = Told.of(entry)
    parts = distributions_of(told.statements, entry.iri)
    shown = files.distributions(told, parts)
    closed = _not_open(told)
    glance = tuple(_glance(told.facts, shown))
    elsewhere = {fact.hint for fact in glance} | {DCAT.inSeries.value, DCT.isReferencedBy.value}
    elsewhere |= _TOLD_OF_CLOSED if closed else set()
    return DatasetPage(
        record=described(told, parts, elsewhere, tuple(_missing(told, parts))),
        glance=glance,
        distributions=shown,
        sections=(*named(told, (DCAT.inSeries,), SERIES), *naming(entry.iri), *related(told)),
        beside=beside_of(told),
        not_open=closed,
        structured=structured(told),
        croissant=urls().resource(croissants.path(entry)) if croissants.is_offered(entry) else "",
        neighbourhood=neighbourhood(told),
    )


def _missing(told: Told, parts: Sequence[NamedNode]) -> Iterator[str]:
    publishers = told.things(DCT.publisher)
    if not publishers and DCT.publisher not in told.said:
        yield gettext("Nobody is named who publishes this.")
    elif publishers and not any(view().labels(one.value) for one in publishers):
        yield gettext("Who publishes this is named by an address only: nothing is said of that organisation.")
    if not parts and told.entry.kind != INVENTORY:
        yield gettext("There is no file and no address to get the data from.")


def _glance(facts: Sequence[Fact], shown: Distributions) -> Iterator[Fact]:
    known = {fact.hint: fact for fact in facts}
    for term in _GLANCE:
        if term.value in known and not (term == DCT.issued and DCT.modified.value in known):
            yield known[term.value]
    licences, formats = files.terms(shown), files.formats(shown)
    if licences and DCT.license.value not in known:
        yield Fact(gettext("Licence"), _some(licences), hint=DCT.license.value)
    if formats:
        yield Fact(gettext("Formats"), _some(formats), hint=DCT["format"].value)


def _some(values: Sequence[Value]) -> tuple[Value, ...]:
    return tuple(values[:6])


def _not_open(told: Told) -> NotOpen | None:
    """Why known data is not open yet, and when it may be."""
    status = status_of(told.said.get(ADMS.status, ()))
    if status is None:
        return None
    reasons = (each.value for each in told.said.get(DCT.rights, ()) if isinstance(each, NamedNode))
    label = told.shown.label
    return NotOpen(label(status.value), tuple(map(label, sorted(reasons))), planned(told.texts(DCT.available)))
