"""What could not be read, as results of the report: data that nobody checked must not pass as conforming."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.components.constraints import Result, Source, Term
from shapes.profiles import SHAPES_BASE
from shapes.reporting.forms.notation import shown_text
from shapes.reporting.report import RecordReport, Report, Summary, Tally, order_of, summed
from shapes.reporting.wording import in_all
from vocabularies.namespaces import SH

_READING: Final = f"{SHAPES_BASE}reading#"


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of a document: of which record, if that is known (an IRI or `_:label`), where, why, and what it said."""

    record: str | None
    location: str
    line: int | None
    reason: str
    original: str


def with_unread(report: Report, unread: Iterable[Unread]) -> Report:
    """The report with a violation for each piece that could not be read; the rest of it stays where it is."""
    entries = _entries(unread)
    if not entries:
        return report
    named = {entry.record for entry in entries}
    known = {one.record for one in report if one.record in named and one.results}
    summary = _joined(report.summary, summed(entries))
    summary.flawed -= len(known)
    whole = _Merged(report.entries, entries)
    return replace(report, entries=whole, summary=summary, records=report.records + len(named - known))


@dataclass(frozen=True, slots=True)
class _Merged:
    """Two series of records, each in order, as one, as often as one likes."""

    first: Iterable[RecordReport]
    second: Sequence[RecordReport]

    def __iter__(self) -> Iterator[RecordReport]:
        merged = heapq.merge(self.first, self.second, key=lambda one: str(one.record))
        for _, ones in groupby(merged, key=lambda one: str(one.record)):
            one, *others = ones
            for other in others:
                both = sorted((*one.results, *other.results), key=order_of)
                one = replace(one, results=both, published=_both(one, other))
            yield one


def _both(one: RecordReport, other: RecordReport) -> Sequence[Result] | None:
    return None if one.published is None else (*one.published, *other.results)


def _joined(one: Summary, other: Summary) -> Summary:
    return Summary(
        {**_copied(one.received), **_copied(other.received)},
        {**_copied(one.published), **_copied(other.published)},
        one.flawed + other.flawed,
        one.repaired + other.repaired,
    )


def _copied(tallies: dict[Source, Tally]) -> dict[Source, Tally]:
    return {source: replace(tally) for source, tally in tallies.items()}


def _entries(unread: Iterable[Unread]) -> list[RecordReport]:
    sources: dict[str, Source] = {}
    by_record: dict[Term, list[Result]] = {}
    for one in unread:
        record = _record(one)
        source = sources.setdefault(one.reason, _source(one.reason))
        where = one.location + (f", line {one.line}" if one.line else "")
        value = Literal(f"{where}: {one.original}" if one.original else where)
        by_record.setdefault(record, []).append(Result(record, value, source))
    return [
        RecordReport(record, {}, sorted(results, key=order_of))
        for record, results in sorted(by_record.items(), key=lambda item: str(item[0]))
    ]


def _record(one: Unread) -> Term:
    """The record; the document where it is not known which."""
    if one.record is None:
        return Literal(one.location)
    try:
        return BlankNode(one.record[2:]) if one.record.startswith("_:") else NamedNode(one.record.strip("<>"))
    except ValueError:
        return Literal(one.record)


def _source(reason: str) -> Source:
    return Source(
        shape=NamedNode(f"{_READING}unreadable"),
        component=NamedNode(f"{_READING}ReadableConstraintComponent"),
        severity=SH.Violation,
        messages=in_all("unreadable", shown_text(reason)),
    )
