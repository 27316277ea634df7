"""The ledger of a generation: which record came from which source, its hash, who owns it, what changed when, and what
each was part of before.

An SQLite file, copied with each generation, because these are look-ups by key and sorted walks, not questions about
the graph. A row is one source's version of one IRI; exactly one row of each IRI is its owner's.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple, Self

from graph.errors import StoreError

NAME: Final = "ledger.sqlite"

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS records (
    iri TEXT NOT NULL, graph TEXT NOT NULL, owned INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT, title TEXT,
    hash BLOB NOT NULL, triples INTEGER NOT NULL, first_seen INTEGER NOT NULL, changed INTEGER NOT NULL,
    PRIMARY KEY (iri, graph)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_key ON records (key) WHERE key IS NOT NULL;
CREATE TABLE IF NOT EXISTS changes (
    generation INTEGER NOT NULL, at INTEGER NOT NULL, iri TEXT NOT NULL, kind TEXT NOT NULL, graph TEXT NOT NULL,
    change TEXT NOT NULL CHECK (change IN ('added', 'changed', 'removed'))
);
CREATE INDEX IF NOT EXISTS changes_iri ON changes (iri);
CREATE INDEX IF NOT EXISTS changes_generation ON changes (generation);
CREATE TABLE IF NOT EXISTS departures (
    generation INTEGER NOT NULL, iri TEXT NOT NULL, aspect TEXT NOT NULL, value TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS departures_generation ON departures (generation);
"""
_COLUMNS: Final = "iri, graph, owned, kind, key, title, hash, triples, first_seen, changed"


class Entry(NamedTuple):
    """One source's version of one record; a row as it is, because a load walks all of them."""

    iri: str
    graph: str
    """What said it: `source/<name>` or `vocabulary/<name>`; its named graph is that path under `<base>/graph/`."""
    owned: int
    """1 where this version is the published one; otherwise it is a claim."""
    kind: str
    key: str | None
    """What its page is looked up by; None for kinds that have no page of their own."""
    title: str | None
    hash: bytes
    triples: int
    first_second: int
    """When it was first seen, in seconds since 1970."""
    changed_second: int

    @property
    def source(self) -> str:
        return self.graph.partition("/")[2]

    @property
    def first_seen(self) -> datetime:
        return _moment(self.first_second)

    @property
    def changed(self) -> datetime:
        return _moment(self.changed_second)


@dataclass(frozen=True, slots=True)
class Change:
    generation: int
    at: datetime
    iri: str
    kind: str
    graph: str
    change: str


class Logged(NamedTuple):
    """A line of the change log; `place` grows from line to line, and says nothing else."""

    place: int
    generation: int
    iri: str
    kind: str
    graph: str
    change: str


class Departure(NamedTuple):
    """What a record was of before a generation, and is not of in it: a kind, a source, or the value of a property.

    `aspect` is KIND, SOURCE or the IRI of the property.
    """

    generation: int
    iri: str
    aspect: str
    value: str


KIND: Final = "kind"
SOURCE: Final = "source"


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _immutable(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


class Ledger:
    """Reading one ledger; a writer opens it with `Ledger.writing`. One connection, one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def reading(cls, path: Path) -> Self:
        """Open a sealed ledger; SQLite is told that nobody changes the file."""
        try:
            return cls(sqlite3.connect(_immutable(path), uri=True, check_same_thread=False))
        except sqlite3.Error as error:
            raise StoreError(f"the ledger {path} cannot be read: {error}") from error

    @classmethod
    def writing(cls, path: Path) -> Self:
        """Open an unsealed ledger; no journal, since an unsealed generation that breaks off is thrown away."""
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
        connection.execute("BEGIN")
        return cls(connection)

    def close(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")
        self._connection.close()

    def _rows(self, condition: str, *values: object) -> Iterator[Entry]:
        with closing(self._connection.execute(f"SELECT {_COLUMNS} FROM records {condition}", values)) as cursor:  # noqa: S608  conditions are the literals of this module
            yield from map(Entry._make, cursor)

    def get(self, iri: str) -> Entry | None:
        """The owner's version of a record."""
        return next(self._rows("WHERE iri = ? AND owned", iri), None)

    def versions(self, iri: str) -> list[Entry]:
        """All versions of one IRI: the owner's first, then the claims, oldest first."""
        return list(self._rows("WHERE iri = ? ORDER BY owned DESC, first_seen, graph", iri))

    def by_key(self, key: str, kind: str | None = None) -> list[Entry]:
        """The published records with this key, of older generations more than one: whose it was first comes first."""
        found = self._rows("WHERE key = ? AND owned ORDER BY first_seen, iri", key)
        return [entry for entry in found if kind in (None, entry.kind)]

    def keys(self) -> dict[str, str]:
        """Key to the IRI whose page is looked up by it."""
        rows = self._connection.execute("SELECT key, iri FROM records WHERE key IS NOT NULL ORDER BY first_seen DESC")
        return dict(rows.fetchall())

    def of_kind(self, kind: str) -> Iterator[Entry]:
        """The published records of a kind, by IRI."""
        return self._rows("WHERE kind = ? AND owned ORDER BY iri", kind)

    def part_of_kind(self, kind: str, first: int, count: int) -> Iterator[Entry]:
        """As many of `of_kind`, after the first ones."""
        return self._rows("WHERE kind = ? AND owned ORDER BY iri LIMIT ? OFFSET ?", kind, count, first)

    def walk(self) -> Iterator[tuple[str, list[Entry]]]:
        """All versions grouped by IRI, in the byte order of the N-Triples tokens `<iri>`."""
        for iri, group in groupby(self._rows("ORDER BY iri || '>'"), key=itemgetter(0)):
            yield iri, list(group)

    def of_graph(self, graph: str) -> Iterator[Entry]:
        return self._rows("WHERE graph = ? ORDER BY iri", graph)

    def triples_by_graph(self) -> dict[tuple[str, bool], int]:
        """(graph, owned) to its number of triples."""
        rows = self._connection.execute("SELECT graph, owned, SUM(triples) FROM records GROUP BY graph, owned")
        return {(graph, bool(owned)): total for graph, owned, total in rows}

    def counts(self) -> dict[str, int]:
        """Kind to its number of published records."""
        rows = self._connection.execute("SELECT kind, COUNT(*) FROM records WHERE owned GROUP BY kind ORDER BY kind")
        return dict(rows.fetchall())

    def counts_of(self, graph: str) -> dict[str, int]:
        """Kind to its number of published records from one source or vocabulary."""
        rows = self._connection.execute(
            "SELECT kind, COUNT(*) FROM records WHERE graph = ? AND owned GROUP BY kind ORDER BY kind", (graph,)
        )
        return dict(rows.fetchall())

    def changes(self, since: int = 0) -> Iterator[Change]:
        """What changed after generation `since`, oldest first."""
        rows = self._connection.execute(
            "SELECT generation, at, iri, kind, graph, change FROM changes WHERE generation > ? ORDER BY rowid", (since,)
        )
        for generation, at, iri, kind, graph, change in rows:
            yield Change(generation, _moment(at), iri, kind, graph, change)

    def last_of_each(self, kinds: Iterable[str], since: int = 0, first: int = 0) -> Iterator[tuple[Logged, bool]]:
        """The last line of each IRI with lines after place `since`; and whether one of these was of one of the kinds.

        In no order. Of those that were not, only what changed after generation `first`.
        """
        known = tuple(kinds)
        listed = ", ".join("?" * len(known))
        later = "NOT INDEXED WHERE rowid > ?" if since else ""  # else SQLite walks through all of them by IRI
        asked = f"""
            SELECT MAX(rowid), generation, iri, kind, graph, change, SUM(kind IN ({listed})) > 0 AS was_listed
            FROM changes {later} GROUP BY iri HAVING was_listed OR generation > ?
        """  # noqa: S608  question marks; all is told of the row with the greatest rowid
        values = (*known, *((since,) if since else ()), first)
        with closing(self._connection.execute(asked, values)) as cursor:
            for *line, was_listed in cursor:
                yield Logged._make(line), bool(was_listed)

    def line(self, place: int) -> Logged | None:
        return next(self._logged("WHERE rowid = ?", place), None)

    def last_line(self) -> Logged | None:
        return next(self._logged("ORDER BY rowid DESC LIMIT 1"), None)

    def last_change(self, iri: str) -> Logged | None:
        return next(self._logged("WHERE iri = ? ORDER BY rowid DESC LIMIT 1", iri), None)

    def changes_of(self, iri: str) -> list[Logged]:
        """All that happened to one IRI, oldest first."""
        return list(self._logged("WHERE iri = ? ORDER BY rowid", iri))

    def changes_in(self, generation: int, offset: int, limit: int) -> list[Logged]:
        """Some lines of a generation's own, counted from its first: never others, whatever is logged later."""
        return list(self._logged("WHERE generation = ? ORDER BY rowid LIMIT ? OFFSET ?", generation, limit, offset))

    def _logged(self, condition: str, *values: object, place: str = "rowid") -> Iterator[Logged]:
        told = f"SELECT {place}, generation, iri, kind, graph, change FROM changes {condition}"  # noqa: S608  literals of this module
        with closing(self._connection.execute(told, values)) as cursor:
            yield from map(Logged._make, cursor)

    def sizes(self) -> dict[int, int]:
        """Generation to the number of lines that the change log has of it."""
        rows = self._connection.execute("SELECT generation, COUNT(*) FROM changes GROUP BY generation")
        return dict(rows.fetchall())

    def standing(self) -> set[int]:
        """The generations that something changed in last: what any other one did was undone or done again later."""
        rows = self._connection.execute(
            "SELECT DISTINCT generation FROM (SELECT generation, MAX(rowid) FROM changes GROUP BY iri)"
        )
        return {generation for (generation,) in rows}

    def moments(self, publications: Mapping[int, int]) -> dict[int, int]:
        """When readers first saw what each generation of the change log changed, in seconds since 1970.

        That is when it was published, or the next one that was; before publications were noted, when it was made. Each
        is later than the one before it: who asks for what is new since the last answer misses nothing, and events have
        an order.
        """
        noted = sorted(publications)
        found, latest = dict[int, int](), 0
        for generation, begun in self.begun():
            after = bisect_left(noted, generation)
            is_noted = after < len(noted) and generation >= noted[0]
            found[generation] = latest = max(latest + 1, publications[noted[after]] if is_noted else begun)
        return found

    def begun(self) -> list[tuple[int, int]]:
        """The generations with changes, oldest first, and the second at which the load of each began."""
        return self._connection.execute(
            """
            WITH RECURSIVE generations(number) AS (
                SELECT MIN(generation) FROM changes
                UNION ALL
                SELECT (SELECT MIN(generation) FROM changes WHERE generation > number) FROM generations
                WHERE number IS NOT NULL
            )
            SELECT number, (
                SELECT at FROM changes WHERE rowid = (SELECT MIN(rowid) FROM changes WHERE generation = number)
            ) FROM generations WHERE number IS NOT NULL ORDER BY number
            """  # from one to the next by the index, past all their lines
        ).fetchall()

    def last_changes(self, first: int) -> dict[str, Logged]:
        """The last line of each IRI that changed in generation `first` or later."""
        return {
            line.iri: line for line in self._logged("WHERE generation >= ? GROUP BY iri", first, place="MAX(rowid)")
        }

    def departures(self, first: int = 0, aspects: Iterable[str] = ()) -> list[Departure]:
        """What left in generation `first` or later, oldest first; nothing where a ledger is older than their noting.

        Of these aspects, or of all.
        """
        known = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'departures'").fetchone()
        if known is None:
            return []
        wanted = tuple(aspects)
        condition = f"AND aspect IN ({', '.join('?' * len(wanted))})" if wanted else ""
        asked = (
            f"SELECT generation, iri, aspect, value FROM departures WHERE generation >= ? {condition} ORDER BY rowid"  # noqa: S608  question marks
        )
        return [Departure(*row) for row in self._connection.execute(asked, (first, *wanted))]

    def depart(self, departures: Iterable[Departure]) -> None:
        self._connection.executemany("INSERT INTO departures VALUES (?, ?, ?, ?)", departures)

    def put(self, entries: Iterable[Entry]) -> None:
        """Write versions, replacing those of the same IRI and graph."""
        self._connection.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", entries)

    def drop(self, versions: Iterable[tuple[str, str]]) -> None:
        """Forget versions, given as (iri, graph)."""
        self._connection.executemany("DELETE FROM records WHERE iri = ? AND graph = ?", versions)

    def log(self, changes: Iterable[Change]) -> None:
        self._connection.executemany(
            "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
            ((c.generation, seconds(c.at), c.iri, c.kind, c.graph, c.change) for c in changes),
        )

    def difference(self, target: Path) -> list[tuple[str, str, str, str]]:
        """What would change by going from this ledger to the one at `target`: (iri, kind, graph, change), by IRI."""
        self._connection.execute("ATTACH ? AS target", (_immutable(target),))
        rows: Sequence[tuple[str, str, str, str]] = self._connection.execute(
            """
            SELECT old.iri, COALESCE(new.kind, old.kind), COALESCE(new.graph, old.graph),
                   CASE WHEN new.iri IS NULL THEN 'removed' ELSE 'changed' END
            FROM records old LEFT JOIN target.records new ON new.iri = old.iri AND new.owned
            WHERE old.owned AND (new.iri IS NULL OR new.hash <> old.hash OR new.graph <> old.graph)
            UNION ALL
            SELECT new.iri, new.kind, new.graph, 'added'
            FROM target.records new LEFT JOIN records old ON old.iri = new.iri AND old.owned
            WHERE new.owned AND old.iri IS NULL
            """
        ).fetchall()
        self._connection.execute("DETACH target")
        return sorted(rows, key=itemgetter(0, 3))
