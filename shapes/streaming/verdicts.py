"""The results of records as lines of JSON: what the judging processes write, and what a report reads again."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from shapes.components.constraints import Result, Source, Term
from shapes.evaluation.terms import term_of
from shapes.plan import Plan
from shapes.reporting.particulars import Where
from shapes.reporting.report import Parent, RecordReport, Repair, Summary, Tally

_CHUNK: Final = 1 << 20
Number = tuple[int, str]
"""A source: its place in the plan, and the predicate where a closed shape has a source for each."""


class Numbers:
    """Sources as numbers, alike in all processes that compiled the same shapes."""

    def __init__(self, plan: Plan) -> None:
        self._sources = plan.sources
        self._places = {source: place for place, source in enumerate(plan.sources)}
        self._names = {(source.shape, source.component): place for place, source in enumerate(plan.sources)}
        self._made: dict[Number, Source] = {}

    def of(self, source: Source) -> Number:
        place = self._places.get(source)
        if place is not None:
            return place, ""
        return self._names[source.shape, source.component], source.path_text or ""

    def source(self, place: int, path: str) -> Source:
        if not path:
            return self._sources[place]
        made = self._made.get((place, path))
        if made is None:
            made = replace(self._sources[place], path=NamedNode(path), path_text=path, path_triples=())
            self._made[place, path] = made
        return made


@dataclass(slots=True)
class Tallies:
    """The summary of a report, in numbers."""

    received: dict[Number, list[int]] = field(default_factory=dict)
    published: dict[Number, list[int]] = field(default_factory=dict)
    flawed: int = 0
    repaired: int = 0
    records: int = 0
    kinds: dict[str, int] = field(default_factory=dict)

    def checked(self, kind: str) -> None:
        """Count a record that shapes had something to ask of."""
        self.records += 1
        self.kinds[kind] = self.kinds.get(kind, 0) + 1

    def line(self) -> bytes:
        told = [
            [*sorted(self.received.items())], [*sorted(self.published.items())],
            self.flawed, self.repaired, self.records, self.kinds,
        ]  # fmt: skip
        return json.dumps(told).encode() + b"\n"

    def add_line(self, line: bytes) -> None:
        """Add what another process counted."""
        received, published, flawed, repaired, records, kinds = json.loads(line)
        for mine, theirs in ((self.received, received), (self.published, published)):
            for (place, path), counts in theirs:
                tally = mine.setdefault((place, path), [0, 0])
                tally[:] = [one + other for one, other in zip(tally, counts, strict=True)]
        self.flawed += flawed
        self.repaired += repaired
        self.records += records
        for kind, count in kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + count

    def summary(self, numbers: Numbers) -> Summary:
        received, published = (
            {numbers.source(*number): Tally(*counts) for number, counts in one.items()}
            for one in (self.received, self.published)
        )
        return Summary(received, published, self.flawed, self.repaired)


class Writer:
    """Spells verdicts, and counts them."""

    def __init__(self, plan: Plan) -> None:
        self.tallies = Tallies()
        self._numbers = Numbers(plan)

    def line(
        self,
        record: Term,
        received: Sequence[Result],
        published: Sequence[Result] | None,
        *,
        told: bytes = b"",
        titles: Mapping[str, str] | None = None,
        ways: Mapping[Term, Sequence[NamedNode]] | None = None,
        parent: tuple[bytes, Mapping[str, str]] | None = None,
        values: Mapping[Where, Sequence[Term]] | None = None,
        texts: Mapping[Term, Sequence[Literal]] | None = None,
    ) -> bytes:
        """The line of a record; results in order."""
        found = [self._told(record, one) for one in received]
        after = None if published is None else [self._told(record, one) for one in published]
        self._count(found, found if after is None else after, repaired=after is not None)
        line = [
            str(record), found, after, told.decode(), titles or {},
            {str(node): [one.value for one in way] for node, way in (ways or {}).items()},
            None if parent is None else [parent[0].decode(), parent[1]],
            [(str(focus), path.value, [*map(str, ones)]) for (focus, path), ones in (values or {}).items()],
            {str(node): [*map(str, ones)] for node, ones in (texts or {}).items()},
        ]  # fmt: skip
        return json.dumps(line, ensure_ascii=False).encode() + b"\n"

    def _told(self, record: Term, result: Result) -> tuple[int, str, str | None, str | None]:
        focus = None if result.focus == record else str(result.focus)
        return (*self._numbers.of(result.source), focus, None if result.value is None else str(result.value))

    def _count(self, found: Sequence[Sequence[Any]], after: Sequence[Sequence[Any]], *, repaired: bool) -> None:
        self.tallies.flawed += bool(found)
        self.tallies.repaired += repaired
        for tallies, ones in ((self.tallies.received, found), (self.tallies.published, after)):
            seen: dict[Number, int] = {}
            for place, path, *_ in ones:
                seen[place, path] = seen.get((place, path), 0) + 1
            for number, count in seen.items():
                tally = tallies.setdefault(number, [0, 0])
                tally[0] += count
                tally[1] += 1


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Kept:
    """Lines in an open file, to be gone through again and again."""

    descriptor: int

    def __iter__(self) -> Iterator[bytes]:
        place, rest = 0, b""
        while data := os.pread(self.descriptor, _CHUNK, place):
            place += len(data)
            *lines, rest = (rest + data).split(b"\n")
            yield from lines


class Verdicts:
    """The records of a report, read from their lines."""

    def __init__(self, plan: Plan, parts: Sequence[Kept]) -> None:
        self.numbers = Numbers(plan)
        self._parts = parts

    def __iter__(self) -> Iterator[RecordReport]:
        for part in self._parts:
            for line in part:
                yield _entry(self.numbers, line)


def _entry(numbers: Numbers, line: bytes) -> RecordReport:
    record, found, after, told, titles, ways, parent, values, texts = json.loads(line)
    term = term_of(record)
    return RecordReport(
        term,
        titles,
        _results(numbers, term, found),
        None if after is None else _results(numbers, term, after),
        tuple(Repair(*json.loads(one)) for one in told.splitlines()),
        {term_of(node): tuple(map(NamedNode, way)) for node, way in ways.items()},
        None if parent is None else Parent(term_of(parent[0]), parent[1]),
        {(term_of(focus), NamedNode(path)): [*map(term_of, ones)] for focus, path, ones in values},
        {
            term_of(node): [one for one in map(term_of, ones) if isinstance(one, Literal)]
            for node, ones in texts.items()
        },
    )


def _results(numbers: Numbers, record: Term, told: Iterable[Sequence[Any]]) -> list[Result]:
    return [
        Result(
            record if focus is None else term_of(focus),
            None if value is None else term_of(value),
            numbers.source(place, path),
        )
        for place, path, focus, value in told
    ]
