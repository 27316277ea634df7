"""A generation's validation results, kept compactly beside the store, and the cache of re-validation.

As triples they would be ten times the data. A result is a number for its source, a focus only where it is not the
record itself, and a value; messages stay in the shapes. What a result rests on is kept per record: the hash of the
record and of the nodes it consulted, so that a record is judged again only when one of these, or the shapes, changed.
"""

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final, Self

from pyoxigraph import NamedNode, RdfFormat, parse

from graph.errors import StoreError
from shapes.constraints import Result, Source, Term
from shapes.context import Context, Fingerprints, Known
from shapes.evaluate import Judgement
from shapes.plan import Plan
from shapes.report import Finding, RecordReport, Report, order_of, summed, text_of

_FORMAT: Final = 1

_SCHEMA: Final = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (
    id INTEGER PRIMARY KEY, shape TEXT NOT NULL, component TEXT NOT NULL, severity TEXT NOT NULL,
    UNIQUE (shape, component)
);
CREATE TABLE node (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE);
CREATE TABLE record (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, hash BLOB NOT NULL, context BLOB NOT NULL, consulted BLOB NOT NULL
);
CREATE TABLE result (
    record INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE, source INTEGER NOT NULL REFERENCES source (id),
    focus TEXT, value TEXT
);
CREATE INDEX result_record ON result (record);
CREATE INDEX result_source ON result (source);
"""


@dataclass(frozen=True, slots=True)
class Count:
    """How many results and records a constraint has."""

    shape: str
    component: str
    severity: str
    results: int
    records: int


class Results:
    """The results of one generation: `create` for the first, `copy` from the last one, `open` to read.

    Changes are the caller's to `commit`; a generation is atomic by being unsealed until it is whole.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._sources: dict[tuple[str, str], int] = {}
        self._nodes: dict[str, int] = {}
        self._terms: dict[int, Term] = {}

    @classmethod
    def create(cls, path: Path, shapes: str) -> Self:
        """An empty one. `shapes` is the digest of the shapes that results will be of (profiles.digest_of)."""
        db = sqlite3.connect(path, isolation_level="IMMEDIATE")
        with db:
            db.executescript(f"PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;{_SCHEMA}")
            db.executemany("INSERT INTO about VALUES (?, ?)", [("format", str(_FORMAT)), ("shapes", shapes)])
        return cls._ready(db)

    @classmethod
    def copy(cls, earlier: Path, path: Path, shapes: str) -> Self:
        """The results of an earlier generation to go on from; empty when they are of other shapes or another format."""
        if not earlier.exists():
            return cls.create(path, shapes)
        with closing(sqlite3.connect(f"file:{earlier}?mode=ro", uri=True)) as source:
            if _about(source) != {"format": str(_FORMAT), "shapes": shapes}:
                return cls.create(path, shapes)
            target = sqlite3.connect(path, isolation_level="IMMEDIATE")
            source.backup(target)
        target.executescript("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")
        return cls._ready(target)

    @classmethod
    def open(cls, path: Path) -> Self:
        """To read only, from any thread. Raises StoreError where there are none."""
        if not path.exists():
            raise StoreError(f"{path} has no validation results")
        return cls(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False))

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

    def put(self, record: str, record_hash: bytes, judgement: Judgement, fingerprints: Fingerprints) -> None:
        """Keep what came out for a record, in place of what was kept before."""
        self.remove(record)
        consulted = array("I", sorted(self._node(str(node)) for node in judgement.consulted))
        row = (record, record_hash, fingerprints.of(judgement.consulted), consulted.tobytes())
        number = self._db.execute(
            "INSERT INTO record (iri, hash, context, consulted) VALUES (?, ?, ?, ?)", row
        ).lastrowid
        self._db.executemany(
            "INSERT INTO result VALUES (?, ?, ?, ?)",
            [(number, *self._row(record, result)) for result in judgement.results],
        )

    def remove(self, record: str) -> None:
        """Forget a record; nothing happens when it is not known."""
        self._db.execute("DELETE FROM record WHERE iri = ?", (record,))

    def fresh(self, record: str, record_hash: bytes, context: Context, fingerprints: Fingerprints) -> bool:
        """Whether judging the record again would give what is kept: it and all it consulted are as they were."""
        row = self._db.execute("SELECT hash, context, consulted FROM record WHERE iri = ?", (record,)).fetchone()
        if row is None or row[0] != record_hash:
            return False
        nodes = (self._term(number) for number in array("I", row[2]))
        consulted: dict[Term, Known] = {node: context.known(node) for node in nodes}
        return bool(fingerprints.of(consulted) == row[1])

    def of(self, record: str, plan: Plan) -> list[Result]:
        """The results of one record; none when it has none or is not known."""
        sources = _by_name(plan)
        rows = self._db.execute(f"{_RESULTS} WHERE record.iri = ?", (record,))
        return [finding.result for finding in _findings(rows, sources)]

    def findings(self, plan: Plan) -> Iterator[Finding]:
        """All results, record by record."""
        return _findings(self._db.execute(f"{_RESULTS} ORDER BY record.iri"), _by_name(plan))

    def report(self, plan: Plan, profiles: Iterable[str], titles: Callable[[str], Mapping[str, str]]) -> Report:
        """The report on the whole generation; `titles` gives a record's titles by language."""
        grouped = groupby(self.findings(plan), lambda finding: finding.record)
        entries = [
            RecordReport(record, titles(text_of(record)), sorted((one.result for one in found), key=order_of))
            for record, found in grouped
        ]
        return Report(tuple(profiles), self.records(), entries, summed(entries))

    def iris(self) -> set[str]:
        """The records that were judged."""
        return {iri for (iri,) in self._db.execute("SELECT iri FROM record")}

    def records(self) -> int:
        """How many records were judged."""
        number: int = self._db.execute("SELECT COUNT(*) FROM record").fetchone()[0]
        return number

    def counts(self) -> list[Count]:
        """Results and records per constraint, the most frequent first."""
        rows = self._db.execute(
            "SELECT shape, component, severity, COUNT(*), COUNT(DISTINCT record) FROM result "
            "JOIN source ON source.id = result.source GROUP BY source.id ORDER BY 4 DESC, shape, component"
        )
        return [Count(*row) for row in rows]

    def _row(self, record: str, result: Result) -> tuple[int, str | None, str | None]:
        focus = None if result.focus == NamedNode(record) else str(result.focus)
        return self._source(result.source), focus, None if result.value is None else str(result.value)

    def _source(self, source: Source) -> int:
        name = (source.shape.value, source.component.value)
        if name not in self._sources:
            row = (*name, source.severity.value)
            self._db.execute("INSERT OR IGNORE INTO source (shape, component, severity) VALUES (?, ?, ?)", row)
            found = self._db.execute("SELECT id FROM source WHERE shape = ? AND component = ?", name)
            self._sources[name] = found.fetchone()[0]
        return self._sources[name]

    def _node(self, term: str) -> int:
        if term not in self._nodes:
            self._db.execute("INSERT OR IGNORE INTO node (term) VALUES (?)", (term,))
            self._nodes[term] = self._db.execute("SELECT id FROM node WHERE term = ?", (term,)).fetchone()[0]
        return self._nodes[term]

    def _term(self, number: int) -> Term:
        term = self._terms.get(number)
        if term is None:
            found: str = self._db.execute("SELECT term FROM node WHERE id = ?", (number,)).fetchone()[0]
            term = self._terms[number] = _parsed(found)
        return term


_INSERT: Final = "INSERT INTO record (iri, hash, context, consulted) VALUES (?, ?, ?, ?)"
_RESULTS: Final = (
    "SELECT record.iri, source.shape, source.component, focus, value FROM result "
    "JOIN record ON record.id = result.record JOIN source ON source.id = result.source"
)


def _about(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT key, value FROM about"))


def _by_name(plan: Plan) -> dict[tuple[str, str], Source]:
    return {(source.shape.value, source.component.value): source for source in plan.sources}


def _findings(rows: Iterable[tuple[str, ...]], sources: Mapping[tuple[str, str], Source]) -> Iterator[Finding]:
    for iri, shape, component, focus, value in rows:
        source = sources.get((shape, component))
        if source is not None:
            record = NamedNode(iri)
            result = Result(
                record if focus is None else _parsed(focus), None if value is None else _parsed(value), source
            )
            yield Finding(record, result)


def _parsed(term: str) -> Term:
    """A term from N-Triples as pyoxigraph wrote it."""
    if term.startswith("<") and term.endswith(">"):
        return NamedNode(term[1:-1])
    return next(parse(f"<about:> <about:> {term} .", RdfFormat.N_TRIPLES)).object  # type: ignore[no-any-return]
