"""Reading the validation results of a generation: reports on all, one source or one record, and counts."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from pyoxigraph import NamedNode

from shapes.components.constraints import Result, Source
from shapes.evaluation.terms import term_of
from shapes.plan import Plan
from shapes.reporting.report import RecordReport, Repair, Report, Summary, Tally, order_of

BOTH, PUBLISHED, RECEIVED = range(3)
"""Stages: a result on what was published and received alike, only on the one, only on the other."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many results and records a constraint has, in what is published."""

    shape: str
    component: str
    severity: str
    results: int
    records: int


class Retrieval:
    """Asks the file of results; what is in it, results.py says."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._named: tuple[Plan, _Sources] | None = None

    def of(self, record: str, plan: Plan) -> list[Result]:
        """The results of one record as published; none when it has none or is not known."""
        entries = self._entries(plan, lambda _: {}, {"source": None, "record": record})
        return [result for entry in entries for result in _published(entry)]

    def entries(self, plan: Plan, titles: Callable[[str], Mapping[str, str]] = lambda _: {}) -> Iterator[RecordReport]:
        """All records that have results or were repaired, in order."""
        return self._entries(plan, titles, {"source": None, "record": None})

    def report(
        self,
        plan: Plan,
        profiles: Iterable[str],
        titles: Callable[[str], Mapping[str, str]],
        *,
        source: str | None = None,
        record: str | None = None,
    ) -> Report:
        """The report on the generation, one source of it or one record; `titles` gives a record's titles by language.

        It reads from this file as it is gone through, which must stay open for so long.
        """
        asked = {"source": source, "record": record}
        number = self._db.execute(_RECORDS, asked).fetchone()[0]
        return Report(
            profiles=tuple(profiles),
            records=number,
            entries=_Entries(lambda: self._entries(plan, titles, asked)),
            summary=self._summary(plan, asked),
            elsewhere=plan.leftovers,
        )

    def _summary(self, plan: Plan, asked: Mapping[str, str | None]) -> Summary:
        sources, summary = self._sources_of(plan), Summary()
        for left_out, tallies in ((PUBLISHED, summary.received), (RECEIVED, summary.published)):
            for *name, results, records in self._db.execute(_TALLIES, {**asked, "left_out": left_out}):
                found = sources.get(*name)
                if found is not None:
                    tallies[found] = Tally(results, records)
        row = self._db.execute(_TOTALS, asked).fetchone()
        summary.repaired, summary.flawed = (value or 0 for value in row)
        return summary

    def _entries(
        self, plan: Plan, titles: Callable[[str], Mapping[str, str]], asked: Mapping[str, str | None]
    ) -> Iterator[RecordReport]:
        sources = self._sources_of(plan)
        rows = self._db.execute(_ENTRIES, asked)
        for (number, iri, ways, repaired), group in groupby(rows, lambda row: row[:4]):
            found = [row[4:] for row in group if row[4] is not None]
            if not found and not repaired:
                continue
            by_stage: dict[int, list[Result]] = {BOTH: [], PUBLISHED: [], RECEIVED: []}
            for stage, *told in found:
                result = _result(NamedNode(iri), sources, *told)
                if result is not None:
                    by_stage[stage].append(result)
            yield RecordReport(
                NamedNode(iri),
                titles(iri),
                sorted(by_stage[RECEIVED if repaired else BOTH], key=order_of),
                sorted(by_stage[PUBLISHED], key=order_of) if repaired else None,
                self._repairs(number) if repaired else (),
                {term_of(node): tuple(map(NamedNode, way)) for node, way in json.loads(ways).items()},
            )

    def _sources_of(self, plan: Plan) -> "_Sources":
        """Remembered, since to name all sources of a plan takes longer than to read a record's results."""
        if self._named is None or self._named[0] is not plan:
            self._named = plan, _Sources(plan)
        return self._named[1]

    def _repairs(self, record: int) -> tuple[Repair, ...]:
        query = "SELECT predicate, received, published, rule, instead FROM repair WHERE record = ? ORDER BY rowid"
        return tuple(Repair(*row) for row in self._db.execute(query, (record,)))

    def iris(self) -> set[str]:
        """The records that were judged."""
        return {iri for (iri,) in self._db.execute("SELECT iri FROM record")}

    def records(self) -> int:
        """How many records were judged."""
        number: int = self._db.execute("SELECT COUNT(*) FROM record").fetchone()[0]
        return number

    def flawed_by(self, shapes: str, severity: NamedNode) -> set[str]:
        """The records that have results of a severity in what is published, by shapes whose IRIs begin so."""
        rows = self._db.execute(
            "SELECT iri FROM record WHERE id IN (SELECT record FROM result WHERE stage <> ? AND source IN "
            "(SELECT id FROM source WHERE severity = ? AND substr(shape, 1, ?) = ?))",
            (RECEIVED, severity.value, len(shapes), shapes),
        )
        return {iri for (iri,) in rows}

    def page(self, source: str, offset: int, limit: int) -> list[str]:
        """Some of the records of a source that have results on what was received, in order."""
        rows = self._db.execute(
            "SELECT iri FROM record WHERE origin = ? "
            "AND EXISTS (SELECT 1 FROM result WHERE result.record = record.id AND stage <> ?) "
            "ORDER BY iri LIMIT ? OFFSET ?",
            (source, PUBLISHED, limit, offset),
        )
        return [iri for (iri,) in rows]

    def severities(self, records: Collection[str]) -> dict[str, int]:
        """How many results these records have on what was received, by the IRI of their severity."""
        counts: dict[str, int] = {}
        query = (
            "SELECT severity, COUNT(*) FROM record JOIN result ON result.record = record.id "
            "JOIN source ON source.id = result.source WHERE iri = ? AND stage <> ? GROUP BY severity"
        )
        for record in records:
            for severity, count in self._db.execute(query, (record, PUBLISHED)):
                counts[severity] = counts.get(severity, 0) + count
        return counts

    def severities_of_each(self) -> Iterator[tuple[str, str, int]]:
        """Each record with results on what was received: the IRI of a severity, and how many there are of it."""
        yield from self._db.execute(
            "SELECT iri, severity, SUM(counted) FROM "
            "(SELECT record, source, COUNT(*) AS counted FROM result WHERE stage <> ? GROUP BY record, source) found "
            "JOIN record ON record.id = found.record JOIN source ON source.id = found.source GROUP BY iri, severity",
            (PUBLISHED,),
        )

    def judged(self, record: str) -> bool:
        return self._db.execute("SELECT 1 FROM record WHERE iri = ?", (record,)).fetchone() is not None

    def violations(self, severity: NamedNode, source: str | None = None) -> int:
        """How many results of a severity there are in what is published, of all sources or of one."""
        number: int = self._db.execute(
            "SELECT COUNT(*) FROM result JOIN source ON source.id = result.source "
            "JOIN record ON record.id = result.record "
            "WHERE stage <> ? AND severity = ? AND (? IS NULL OR origin = ?)",
            (RECEIVED, severity.value, source, source),
        ).fetchone()[0]
        return number

    def counts(self) -> list[Count]:
        """Results and records per constraint in what is published, the most frequent first."""
        rows = self._db.execute(
            "SELECT shape, component, severity, COUNT(*), COUNT(DISTINCT record) FROM result "
            "JOIN source ON source.id = result.source WHERE stage <> ? "
            "GROUP BY source.id ORDER BY 4 DESC, shape, component",
            (RECEIVED,),
        )
        return [Count(*row) for row in rows]


# ruff: noqa: S608  one literal put before others
_ASKED: Final = (
    "WITH asked AS (SELECT id FROM record WHERE iri = :record "
    "UNION ALL SELECT id FROM record WHERE :record IS NULL AND origin = :source "
    "UNION ALL SELECT id FROM record WHERE :record IS NULL AND :source IS NULL) "
)
_RECORDS: Final = f"{_ASKED} SELECT COUNT(*) FROM asked"
_TOTALS: Final = f"""{_ASKED}
    SELECT SUM(repaired), SUM(EXISTS (SELECT 1 FROM result WHERE result.record = record.id AND stage <> 1))
    FROM asked JOIN record ON record.id = asked.id
"""
_TALLIES: Final = f"""{_ASKED}
    SELECT shape, component, path, COUNT(*), COUNT(DISTINCT record)
    FROM asked JOIN result ON result.record = asked.id JOIN source ON source.id = result.source
    WHERE stage <> :left_out GROUP BY source.id
"""
_ENTRIES: Final = f"""{_ASKED}
    SELECT record.id, iri, ways, repaired, stage, shape, component, path, focus, value
    FROM asked JOIN record ON record.id = asked.id
    LEFT JOIN result ON result.record = record.id LEFT JOIN source ON source.id = result.source
    ORDER BY iri
"""


@dataclass(frozen=True, slots=True)
class _Entries:
    """Can be gone through again."""

    make: Callable[[], Iterator[RecordReport]]

    def __iter__(self) -> Iterator[RecordReport]:
        return self.make()


def _published(entry: RecordReport) -> Sequence[Result]:
    return entry.results if entry.published is None else entry.published


def name_of(source: Source) -> tuple[str, str, str]:
    return source.shape.value, source.component.value, source.path.value if isinstance(source.path, NamedNode) else ""


class _Sources:
    """The plan's sources by name; a closed shape has one for each predicate that is too many."""

    def __init__(self, plan: Plan) -> None:
        self._known = {name_of(source): source for source in plan.sources}
        self._closed = {name_of(source)[:2]: source for source in plan.sources}

    def get(self, shape: str, component: str, path: str) -> Source | None:
        """None for a source of shapes that are gone."""
        known = self._known.get((shape, component, path))
        if known is None and path and (shape, component) in self._closed:
            predicate = NamedNode(path)
            known = replace(self._closed[shape, component], path=predicate, path_text=predicate.value, path_triples=())
            self._known[shape, component, path] = known
        return known


def _result(
    record: NamedNode, sources: _Sources, shape: str, component: str, path: str, focus: str | None, value: str | None
) -> Result | None:
    source = sources.get(shape, component, path)
    if source is None:
        return None
    return Result(record if focus is None else term_of(focus), None if value is None else term_of(value), source)
