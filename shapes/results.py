"""A generation's validation results, kept compactly beside the store, and what each of them rests on.

As triples they would be ten times the data. A result is a number for its source, a focus only where it is not the
record itself, and a value; messages stay in the shapes. Kept are the results on records as published; of those that
repair changed, also the results on what was received, and the repairs. Beside a record stands what others can ask of
it, and which nodes it asked, as numbers made from their names: two nodes with one number cost a judgement too many.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Final, Self

from pyoxigraph import NamedNode

from graph.errors import StoreError
from shapes.constraints import Result, Source, Term
from shapes.plan import Plan
from shapes.report import RecordReport, Repair, Report, Summary, Tally, order_of
from shapes.terms import term_of

_FORMAT: Final = 2

_SCHEMA: Final = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (
    id INTEGER PRIMARY KEY, shape TEXT NOT NULL, component TEXT NOT NULL, path TEXT NOT NULL, severity TEXT NOT NULL,
    UNIQUE (shape, component, path)
);
CREATE TABLE record (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, origin TEXT NOT NULL, hash BLOB NOT NULL, facts BLOB NOT NULL,
    pointed TEXT NOT NULL, ways TEXT NOT NULL, repaired INTEGER NOT NULL
);
CREATE INDEX record_origin ON record (origin);
CREATE TABLE result (
    record INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE, stage INTEGER NOT NULL,
    source INTEGER NOT NULL REFERENCES source (id), focus TEXT, value TEXT
);
CREATE INDEX result_record ON result (record);
CREATE INDEX result_source ON result (source);
CREATE TABLE repair (
    record INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    predicate TEXT NOT NULL, received TEXT NOT NULL, published TEXT NOT NULL, rule TEXT NOT NULL, instead TEXT
);
CREATE INDEX repair_record ON repair (record);
CREATE TABLE rest (record INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE, node INTEGER NOT NULL);
CREATE INDEX rest_record ON rest (record);
CREATE INDEX rest_node ON rest (node);
"""

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


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a record. `received` is None where repair changed nothing.

    `facts` changes when something does that others can ask of the record. `pointed` are the nodes it is found from when
    shapes follow predicates backwards, each with a number for subject and predicate; `rests` those that its results
    rest on.
    """

    iri: str
    origin: str
    hash: bytes
    published: Sequence[Result]
    received: Sequence[Result] | None = None
    repairs: Sequence[Repair] = ()
    ways: Mapping[Term, Sequence[NamedNode]] = field(default_factory=dict)
    facts: bytes = b""
    pointed: AbstractSet[tuple[int, int]] = frozenset()
    rests: AbstractSet[int] = frozenset()


class Results:
    """The results of one generation: `create` for the first, `copy` from the last one, `open` to read.

    Changes are the caller's to `commit`; a generation is atomic by being unsealed until it is whole.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._sources: dict[tuple[str, str, str], int] = {}

    @classmethod
    def create(cls, path: Path, basis: str) -> Self:
        """An empty one. `basis` is the digest of all that results rest on besides the records: the shapes above all."""
        db = sqlite3.connect(path, isolation_level="IMMEDIATE")
        with db:
            db.executescript(f"{_UNSAFE}{_SCHEMA}")
            db.executemany("INSERT INTO about VALUES (?, ?)", [("format", str(_FORMAT)), ("basis", basis)])
        return cls._ready(db)

    @classmethod
    def copy(cls, earlier: Path, path: Path, basis: str) -> Self:
        """The results of an earlier generation to go on from; empty when on another basis or in another format."""
        if not earlier.exists():
            return cls.create(path, basis)
        with closing(sqlite3.connect(f"file:{earlier}?mode=ro", uri=True)) as source:
            if _about(source) != {"format": str(_FORMAT), "basis": basis}:
                return cls.create(path, basis)
        return cls.carry(earlier, path)

    @classmethod
    def carry(cls, earlier: Path, path: Path) -> Self:
        """The results of an earlier generation, whatever they rest on."""
        target = sqlite3.connect(path, isolation_level="IMMEDIATE")
        with closing(sqlite3.connect(f"file:{earlier}?mode=ro", uri=True)) as source:
            source.backup(target)
        target.executescript(_UNSAFE)
        return cls._ready(target)

    @classmethod
    def open(cls, path: Path) -> Self:
        """To read only, from any thread. Raises StoreError where there are none."""
        if not path.exists():
            raise StoreError(f"{path} has no validation results")
        db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        if _about(db).get("format") != str(_FORMAT):
            db.close()
            raise StoreError(f"{path} has validation results of another version; load a source again to have them anew")
        return cls(db)

    @classmethod
    def _ready(cls, db: sqlite3.Connection) -> Self:
        db.execute("PRAGMA foreign_keys = ON")
        return cls(db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def commit(self) -> None:
        self._db.commit()

    @property
    def empty(self) -> bool:
        return self._db.execute("SELECT 1 FROM record LIMIT 1").fetchone() is None

    def put(self, kept: Kept, number_of: Callable[[str], int]) -> set[int]:
        """Keep a record in place of what was kept; the numbers of the nodes about which others learn otherwise."""
        facts, pointed = self._forget(kept.iri)
        touched = {node for node, _ in pointed ^ kept.pointed}
        if facts != kept.facts:
            touched.add(number_of(kept.iri))
        row = (
            kept.iri, kept.origin, kept.hash, kept.facts, json.dumps(sorted(kept.pointed)),
            json.dumps({str(node): [one.value for one in way] for node, way in kept.ways.items()}),
            kept.received is not None,
        )  # fmt: skip
        record = self._db.execute(_RECORD, row).lastrowid
        self._put_results(record, kept)
        self._db.executemany("INSERT INTO rest VALUES (?, ?)", [(record, node) for node in sorted(kept.rests)])
        self._db.executemany("INSERT INTO repair VALUES (?, ?, ?, ?, ?, ?)", [(record, *one) for one in kept.repairs])
        return touched

    def _put_results(self, record: int | None, kept: Kept) -> None:
        stages = [(BOTH if kept.received is None else PUBLISHED, kept.published), (RECEIVED, kept.received or ())]
        self._db.executemany(
            "INSERT INTO result VALUES (?, ?, ?, ?, ?)",
            [(record, stage, *self._row(kept.iri, result)) for stage, results in stages for result in results],
        )

    def remove(self, record: str, number_of: Callable[[str], int]) -> set[int]:
        """Forget a record; the numbers of the nodes about which others learn otherwise."""
        facts, pointed = self._forget(record)
        touched = {node for node, _ in pointed}
        return touched | {number_of(record)} if facts else touched

    def outdate(self, changed: AbstractSet[str]) -> None:
        """Forget records that changed unseen; if there are any, no later generation goes on from these results."""
        for record in changed:
            self._db.execute("DELETE FROM record WHERE iri = ?", (record,))
        if changed:
            self._db.execute("UPDATE about SET value = '' WHERE key = 'basis'")

    def _forget(self, record: str) -> tuple[bytes, set[tuple[int, int]]]:
        """Its facts and the nodes that it pointed to."""
        row = self._db.execute("SELECT facts, pointed FROM record WHERE iri = ?", (record,)).fetchone()
        if row is None:
            return b"", set()
        self._db.execute("DELETE FROM record WHERE iri = ?", (record,))
        return row[0], {(node, how) for node, how in json.loads(row[1])}

    def resting_on(self, nodes: Iterable[int]) -> set[str]:
        """The records whose results rest on any of these nodes."""
        query = "SELECT iri FROM rest JOIN record ON record.id = rest.record WHERE node = ?"
        return {iri for node in nodes for (iri,) in self._db.execute(query, (node,))}

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
        sources, summary = _Sources(plan), Summary()
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
        sources = _Sources(plan)
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

    def _row(self, record: str, result: Result) -> tuple[int, str | None, str | None]:
        focus = None if result.focus == NamedNode(record) else str(result.focus)
        return self._source(result.source), focus, None if result.value is None else str(result.value)

    def _source(self, source: Source) -> int:
        name = _name(source)
        if name not in self._sources:
            row = (*name, source.severity.value)
            self._db.execute("INSERT OR IGNORE INTO source (shape, component, path, severity) VALUES (?, ?, ?, ?)", row)
            found = self._db.execute("SELECT id FROM source WHERE shape = ? AND component = ? AND path = ?", name)
            self._sources[name] = found.fetchone()[0]
        return self._sources[name]


_UNSAFE: Final = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
_RECORD: Final = "INSERT INTO record (iri, origin, hash, facts, pointed, ways, repaired) VALUES (?, ?, ?, ?, ?, ?, ?)"
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


def _about(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT key, value FROM about"))


def _name(source: Source) -> tuple[str, str, str]:
    return source.shape.value, source.component.value, source.path.value if isinstance(source.path, NamedNode) else ""


class _Sources:
    """The plan's sources by name; a closed shape has one for each predicate that is too many."""

    def __init__(self, plan: Plan) -> None:
        self._known = {_name(source): source for source in plan.sources}
        self._closed = {_name(source)[:2]: source for source in plan.sources}

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
