"""What a plan leaves over, evaluated by pySHACL on a stream: on the whole graph when small, else part by part.

A part is some records with those they refer to, so a path of more than one step into others may end too early; where
that can be, the report's `elsewhere` names the shape.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import chain, groupby
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from graph.cage import Limits
from shapes.components.constraints import Result
from shapes.evaluation.background import Own, own
from shapes.evaluation.terms import term_of
from shapes.leftovers import evaluate_rest
from shapes.plan import Plan
from shapes.reporting.outline import titles_in, ways_in
from shapes.reporting.report import RecordReport, Report, Summary, order_of, summed
from shapes.streaming.spool import Spool, entries
from shapes.streaming.survey import Survey

_PART: Final = 4 << 20
"""Bytes of records that pySHACL is given at once, and of those around them: 50,000 statements or so."""

_LEAST_SECONDS: Final = 60
_BYTES_A_SECOND: Final = 1 << 13
"""How long pySHACL may take: it needs seconds to begin, and a query can have no end."""


def with_leftovers(
    report: Report, plan: Plan, spool: Spool, survey: Survey, known: Iterable[Quad], *, own_only: bool
) -> Report:
    """The report with pySHACL's results for `plan.leftovers`, on what was received and is `known`."""
    if not plan.leftovers:
        return report
    mine = own() if own_only else None
    background = list(known)
    more: list[RecordReport] = []
    for part in _parts(spool):
        around = b"".join(_around(part, spool, survey))
        lines = b"".join(part) + around
        data = chain(parse(lines, RdfFormat.N_TRIPLES), background)
        limits = Limits(cpu_seconds=_LEAST_SECONDS + len(lines) // _BYTES_A_SECOND)
        more += _entries(part, evaluate_rest(plan.rest, plan.sources, data, limits), mine)
    return _joined(report, more)


def _parts(spool: Spool) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    size = 0
    for entry in entries(spool.path, 0, spool.size):
        part.append(entry.received)
        size += len(entry.received)
        if size >= _PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def _around(part: Sequence[bytes], spool: Spool, survey: Survey) -> Iterator[bytes]:
    """The records that a part refers to, each once; not without end, for a catalogue refers to everything."""
    here = {_token(block) for block in part}
    places: dict[int, int] = {}
    for block in part:
        for line in block.split(b"\n"):
            number = survey.numbers.get(line[line.rfind(b" ", 0, -2) + 1 : -2])
            if number is not None:
                places[survey.places[number]] = survey.lengths[number]
    size = 0
    for place, length in places.items():
        if size < _PART:
            block = os.pread(spool.file.fileno(), length, place)
            if _token(block) not in here:
                size += length
                yield block


def _token(block: bytes) -> bytes:
    return block[: block.index(b" ")]


def _entries(part: Sequence[bytes], results: Iterable[Result], mine: Own | None) -> Iterator[RecordReport]:
    by_focus: dict[bytes, list[Result]] = {}
    for result in results:
        by_focus.setdefault(str(result.focus).encode(), []).append(result)
    for block in part:
        token = _token(block)
        record = term_of(token.decode())
        if mine is not None and isinstance(record, NamedNode) and not mine(record):
            continue
        subjects = dict.fromkeys(line[: line.index(b" ")] for line in block.split(b"\n") if line)
        found = sorted((one for subject in subjects for one in by_focus.get(subject, ())), key=order_of)
        if found:
            yield RecordReport(record, titles_in(block, token), found, ways=ways_in(block, found))


def _joined(report: Report, more: Sequence[RecordReport]) -> Report:
    both = _Both(report.entries, sorted(more, key=_name))
    fresh = summed(more)
    known = sum(len(ones) > 1 for ones in map(list, both.groups()))
    summary = Summary(
        {**report.summary.received, **fresh.received},
        {**report.summary.published, **fresh.published},
        report.summary.flawed + fresh.flawed - known,
        report.summary.repaired,
    )
    return replace(report, entries=both, summary=summary)


def _name(entry: RecordReport) -> str:
    return str(entry.record)


@dataclass(frozen=True, slots=True)
class _Both:
    """Two series of records, each in order, as one, as often as one likes."""

    first: Iterable[RecordReport]
    second: Sequence[RecordReport]

    def groups(self) -> Iterator[Iterator[RecordReport]]:
        for _, ones in groupby(merge(self.first, self.second, key=_name), key=_name):
            yield ones

    def __iter__(self) -> Iterator[RecordReport]:
        for ones in self.groups():
            entry, *others = ones
            for other in others:
                entry = RecordReport(
                    entry.record,
                    entry.titles,
                    sorted((*entry.results, *other.results), key=order_of),
                    None if entry.published is None else (*entry.published, *other.results),
                    entry.repairs,
                    {**entry.ways, **other.ways},
                    entry.parent,
                )
            yield entry
