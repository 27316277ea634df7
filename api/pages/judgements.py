"""What the published generation's validation says: reports on records and sources, and short counts for their pages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from pyoxigraph import NamedNode

from api.contexts.pages import Validity
from api.pages.items import distributions_of
from api.portal import portal, urls, view
from api.presenting.presentation import by_subject
from graph.errors import NotFound
from graph.ledger import Entry
from shapes.reporting.report import Report, summed
from shapes.results import Results
from vocabularies.namespaces import SH

_SEVERITIES: Final = (("violation", SH.Violation), ("warning", SH.Warning), ("info", SH.Info))


def parts_of(entry: Entry) -> list[str]:
    """A record, and the distributions that are told on its page."""
    told = by_subject(view().closure(NamedNode(entry.iri)))
    return [entry.iri, *(part.value for part in distributions_of(told, entry.iri))]


def validity(records: Sequence[str], href: str) -> Validity | None:
    """How many results these records have; None where the first was not validated."""
    with view().results() as results:
        if results is None or not results.judged(records[0]):
            return None
        counts = results.severities(records)
    return Validity(tuple((name, counts.get(severity.value, 0)) for name, severity in _SEVERITIES), href)


def validity_of_source(name: str) -> Validity | None:
    with view().results() as results:
        if results is None:
            return None
        counts = on_source(results, name).counts
    return Validity(tuple(counts.items()), urls().page(f"/sources/{name}/report"))


def on_source(results: Results, name: str) -> Report:
    """The report on all records of a source; its counts are found out once for all pages of a generation."""
    known = view().reports
    if name not in known:
        declared = portal().declared
        known[name] = results.report(declared.plan, declared.profiles, _titles, source=name)
    return known[name]


def on_records(results: Results, records: Sequence[str]) -> Report:
    """The report on some records together. Raises NotFound where the first was not validated."""
    if not results.judged(records[0]):
        raise NotFound("validation report", records[0])
    declared = portal().declared
    reports = [results.report(declared.plan, declared.profiles, _titles, record=record) for record in records]
    entries = tuple(entry for report in reports for entry in report)
    checked = sum(report.records for report in reports)
    return replace(reports[0], records=checked, entries=entries, summary=summed(entries), compared=True)


def on_page(results: Results, name: str, offset: int, limit: int) -> Report:
    """The report on a source with the counts of all of it, and the entries of some of its records."""
    records = results.page(name, offset, limit)
    entries = on_records(results, records).entries if records else ()
    return replace(on_source(results, name), entries=entries, compared=True)


def _titles(iri: str) -> Mapping[str, str]:
    return view().labels(iri)
