"""What a plan leaves over, evaluated by pySHACL on a stream: on the whole graph when small, else part by part.

A part is some records with those they refer to, so a path of more than one step into others may end too early; where
that can be, the report's `elsewhere` names the shape.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse

from graph.cage import Limits
from graph.record import OTHER
from shapes.components.constraints import Result
from shapes.evaluation.background import Own, background_of, is_own, own
from shapes.evaluation.evaluate import RecordJudge
from shapes.evaluation.terms import term_of
from shapes.leftovers import Rest, judge_rest
from shapes.plan import Plan
from shapes.reporting.merging import with_entries
from shapes.reporting.outline import kind_in, titles_in, ways_in
from shapes.reporting.report import RecordReport, Report, order_of
from shapes.streaming.spool import Spool, entries
from shapes.streaming.survey import Survey, Surveyed

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
    background, mine = list(known), own() if own_only else None
    context = Surveyed(plan, survey, spool.file.fileno(), background_of(plan, background))
    found = _Found(plan, survey, RecordJudge(plan, context, mine), mine)
    for part in _parts(spool):
        around = b"".join(_around(part, spool, survey))
        lines = b"".join(part) + around
        data = chain(parse(lines, RdfFormat.N_TRIPLES), background)
        limits = Limits(cpu_seconds=_LEAST_SECONDS + len(lines) // _BYTES_A_SECOND)
        found.add(part, judge_rest(plan.rest, plan.sources, data, limits))
    return found.report(report)


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


@dataclass(slots=True)
class _Found:
    """What pySHACL found, gathered part by part: entries, and the records that only it has targets among, by kind.

    A node of which no record says anything can be a target as well; the part that comes to it first says what of it.
    """

    plan: Plan
    survey: Survey
    judge: RecordJudge
    mine: Own | None
    entries: list[RecordReport] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    unsaid: dict[bytes, list[Result]] = field(default_factory=dict)

    def add(self, part: Sequence[bytes], rest: Rest) -> None:
        by_focus: dict[bytes, list[Result]] = {}
        for result in rest.results:
            by_focus.setdefault(str(result.focus).encode(), []).append(result)
        focuses = {str(focus).encode() for focus in rest.focuses}
        for block in part:
            self._add(block, by_focus, focuses)
        for focus in focuses:
            if focus not in self.survey.numbers:
                self.unsaid.setdefault(focus, by_focus.get(focus, []))

    def _add(self, block: bytes, by_focus: Mapping[bytes, list[Result]], focuses: AbstractSet[bytes]) -> None:
        token = _token(block)
        record = term_of(token.decode())
        if not is_own(record, self.mine):
            return
        subjects = dict.fromkeys(line[: line.index(b" ")] for line in block.split(b"\n") if line)
        if not focuses.isdisjoint(subjects) and not self._is_counted(block):
            self.kinds[kind_in(block)] += 1
        found = sorted((one for subject in subjects for one in by_focus.get(subject, ())), key=order_of)
        if found:
            self.entries.append(RecordReport(record, titles_in(block, token), found, ways=ways_in(block, found)))

    def _is_counted(self, block: bytes) -> bool:
        return all(one.counted for one in self.plan.leftovers) or self.judge.is_target(block)

    def report(self, report: Report) -> Report:
        """The report with all of it."""
        counted = all(one.counted for one in self.plan.leftovers)
        for token, results in self.unsaid.items():
            node = term_of(token.decode())
            if is_own(node, self.mine):
                self.kinds[OTHER] += not counted
                self.entries += [RecordReport(node, {}, sorted(results, key=order_of))] if results else []
        kinds = Counter(report.kinds) + self.kinds
        told = replace(report, records=report.records + self.kinds.total(), kinds=dict(kinds))
        return with_entries(told, sorted(self.entries, key=lambda one: str(one.record)))
