"""Results that were not found by evaluating shapes, put into a report where they belong."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from shapes.components.constraints import Result, Source
from shapes.reporting.report import RecordReport, Report, Summary, Tally, order_of, summed


def with_entries(report: Report, entries: Sequence[RecordReport]) -> Report:
    """The report with these records, in order, beside its own or joined to them; `records` is left to the caller."""
    named = {entry.record for entry in entries}
    known = {one.record for one in report if one.record in named and one.results}
    summary = _joined(report.summary, summed(entries))
    summary.flawed -= len(known)
    return replace(report, entries=_Merged(report.entries, entries), summary=summary)


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
                ways = {**one.ways, **other.ways}
                one = replace(one, results=both, published=_both(one, other), ways=ways)
            yield one


def _both(one: RecordReport, other: RecordReport) -> Sequence[Result] | None:
    return None if one.published is None else (*one.published, *other.results)


def _joined(one: Summary, other: Summary) -> Summary:
    return Summary(
        _added(one.received, other.received),
        _added(one.published, other.published),
        one.flawed + other.flawed,
        one.repaired + other.repaired,
    )


def _added(one: dict[Source, Tally], other: dict[Source, Tally]) -> dict[Source, Tally]:
    both = {source: replace(tally) for source, tally in one.items()}
    for source, tally in other.items():
        sum_ = both.setdefault(source, Tally())
        sum_.results += tally.results
        sum_.records += tally.records
    return both
