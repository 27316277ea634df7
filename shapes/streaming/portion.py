"""A portion of a spool judged, record by record: in this process, or in a child of its own (`judge`)."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

from pyoxigraph import RdfFormat, parse

from graph.record import OTHER
from shapes.components.constraints import Result
from shapes.evaluation.background import Background, background_of, own, statements
from shapes.evaluation.evaluate import Judgement, RecordJudge
from shapes.evaluation.reading import triples_of
from shapes.evaluation.tables import Tables
from shapes.evaluation.terms import term_of
from shapes.plan import Plan, compile_plan
from shapes.reporting.outline import kind_in, titles_in, ways_in
from shapes.reporting.particulars import texts_in, values_in
from shapes.reporting.report import order_of
from shapes.streaming.spool import Entry, entries
from shapes.streaming.survey import Mended, Survey, Surveyed
from shapes.streaming.verdicts import Writer

RECORDS: Final = "records"
SHAPES: Final = "shapes"
RECEIVED: Final = "received"
PUBLISHED: Final = "published"
"""The files that a portion is judged from, in one folder."""


_SELDOM: Final = 100_000
"""New objects between two searches for cycles."""


@dataclass(frozen=True, slots=True)
class Portion:
    """From where to where in the spool, and where the verdicts go; the `last` one also judges what no record says."""

    folder: str
    begin: int
    end: int
    target: str
    last: bool
    own_only: bool
    background: bool
    tables: str | None = None


def judge(argument: dict[str, Any], out: BinaryIO) -> None:
    """The cage's target: verdicts go to a file, what they come to is the only line of output."""
    portion = Portion(**argument)
    folder = Path(portion.folder)
    plan = compile_plan(parse(path=str(folder / SHAPES), format=RdfFormat.N_QUADS))
    surveys = Survey.read(folder / RECEIVED), Survey.read(folder / PUBLISHED)
    with (folder / portion.target).open("wb", buffering=1 << 20) as target, (folder / RECORDS).open("rb") as spool:
        tables = None if portion.tables is None else Path(portion.tables)
        known = background_of(plan, statements(tables) if portion.background else ())
        bench = Bench(plan, surveys, spool.fileno(), known, own_only=portion.own_only)
        gc.freeze()  # the surveys stay to the end: nothing to look through again and again
        gc.set_threshold(_SELDOM)
        bench.judge(entries(folder / RECORDS, portion.begin, portion.end), target)
        if portion.last:
            bench.judge_unsaid(target)
    out.write(bench.writer.tallies.line())


class Bench:
    """Judges records with the surveys of all of them, as received and, where repair changed anything, as published."""

    def __init__(
        self, plan: Plan, surveys: tuple[Survey, Survey], spool: int, known: Background, *, own_only: bool
    ) -> None:
        mine = own() if own_only else None
        self.writer = Writer(plan)
        self._plan = plan
        self._context = Surveyed(plan, surveys[0], spool, known)
        self._received = RecordJudge(plan, self._context, mine)
        self._changed = frozenset((*surveys[1].numbers, *_followed(plan))) if surveys[1].numbers else frozenset()
        self._published = RecordJudge(plan, Mended(self._context, surveys[1], spool), mine)
        self._parent: tuple[bytes, Mapping[str, str]] = (b"", {})

    def judge(self, records: Iterable[Entry], out: IO[bytes]) -> None:
        """A line for every record that has results, or that repair changes."""
        for entry in records:
            found = self._received.judge_block(entry.received)
            if found.focuses:
                self.writer.tallies.checked(kind_in(entry.received))
            after = self._after(entry, found)
            if found.results or entry.told or (after is not None and after.results):
                out.write(self._line(entry, found, after))

    def _after(self, entry: Entry, found: Judgement) -> Judgement | None:
        """The judgement of what is published, where it can be another one."""
        if entry.published is not None:
            return self._published.judge_block(entry.published)
        if self._changed and any(str(node).encode() in self._changed for node in found.consulted):
            after = self._published.judge_block(entry.received)
            return None if _same(after, found) else after
        return None

    def _line(self, entry: Entry, found: Judgement, after: Judgement | None) -> bytes:
        token, said = entry.received[: entry.received.index(b" ")], partial(triples_of, entry.received)
        return self.writer.line(
            term_of(token.decode()),
            sorted(found.results, key=order_of),
            None if after is None else sorted(after.results, key=order_of),
            told=entry.told,
            titles=titles_in(entry.received, token),
            ways=ways_in(entry.received, found.results),
            parent=self._parent_of(token),
            values=values_in(said, found.results),
            texts=texts_in(said, found.results),
        )

    def _parent_of(self, token: bytes) -> tuple[bytes, Mapping[str, str]] | None:
        """The dataset of a distribution; often that of the last one."""
        parent = self._context.parent(token)
        if parent is None:
            return None
        if parent != self._parent[0]:
            self._parent = parent, titles_in(self._context.block(parent), parent)
        return self._parent

    def judge_unsaid(self, out: IO[bytes]) -> None:
        """Targets of which no record says anything: nodes that shapes name, and objects of predicates."""
        tables, numbers = Tables(self._plan), self._context.survey.numbers
        nodes = {str(node) for node in tables.nodes}
        for predicate, key in self._plan.keys.items():
            if key in tables.objects_of:
                nodes.update(value.decode() for value in self._context.survey.sayers[str(predicate).encode()])
        for node in sorted(one for one in nodes if one.encode() not in numbers):
            found = self._received.judge_unsaid(term_of(node))
            if found.focuses:
                self.writer.tallies.checked(OTHER)
            if found.results:
                out.write(self.writer.line(term_of(node), sorted(found.results, key=order_of), None))


def _followed(plan: Plan) -> Iterator[bytes]:
    """The predicates of circles, on which a verdict rests wherever they stand."""
    return (str(predicate).encode() for predicate, key in plan.keys.items() if key in plan.circular)


def _same(one: Judgement, other: Judgement) -> bool:
    return sorted(map(_told, one.results)) == sorted(map(_told, other.results))


def _told(result: Result) -> tuple[str, str, int]:
    return str(result.focus), str(result.value), id(result.source)
