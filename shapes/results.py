"""A generation's validation results, kept compactly beside the store, and what each of them rests on.

As triples they would be ten times the data. A result is a number for its source, a focus only where it is not the
record itself, and a value; messages stay in the shapes. Kept are the results on records as published; of those that
repair changed, also the results on what was received, and the repairs. Beside a record stands what others can ask of
it, and which nodes it asked, as numbers made from their names: two nodes with one number cost a judgement too many.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from pyoxigraph import NamedNode

from graph.errors import StoreError
from shapes.components.constraints import Result, Source, Term
from shapes.reporting.report import Repair
from shapes.reporting.retrieval import BOTH, PUBLISHED, RECEIVED, Count, Retrieval, name_of

__all__ = ["Count", "Kept", "Results"]

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


class Results(Retrieval):
    """The results of one generation: `create` for the first, `copy` from the last one, `open` to read.

    Changes are the caller's to `commit`; a generation is atomic by being unsealed until it is whole.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
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

    @property
    def basis(self) -> str:
        """The digest of what they rest on besides the records; empty where they are outdated."""
        return _about(self._db)["basis"]

    @property
    def outdated(self) -> bool:
        """Whether records changed unseen."""
        return not _about(self._db)["basis"]

    def repaired(self, source: str) -> dict[str, bytes]:
        """The records of a source that repair changed, each with the hash it was kept with."""
        return dict(self._db.execute("SELECT iri, hash FROM record WHERE origin = ? AND repaired", (source,)))

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

    def _row(self, record: str, result: Result) -> tuple[int, str | None, str | None]:
        focus = None if result.focus == NamedNode(record) else str(result.focus)
        return self._source(result.source), focus, None if result.value is None else str(result.value)

    def _source(self, source: Source) -> int:
        name = name_of(source)
        if name not in self._sources:
            row = (*name, source.severity.value)
            self._db.execute("INSERT OR IGNORE INTO source (shape, component, path, severity) VALUES (?, ?, ?, ?)", row)
            found = self._db.execute("SELECT id FROM source WHERE shape = ? AND component = ? AND path = ?", name)
            self._sources[name] = found.fetchone()[0]
        return self._sources[name]


_UNSAFE: Final = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
_RECORD: Final = "INSERT INTO record (iri, origin, hash, facts, pointed, ways, repaired) VALUES (?, ?, ?, ?, ?, ?, ?)"


def _about(db: sqlite3.Connection) -> dict[str, str]:
    return dict(db.execute("SELECT key, value FROM about"))
