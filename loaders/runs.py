"""What was run when, with what outcome and which messages: `runs.sqlite` in the data directory.

It lies outside the generations, since a run that failed made none. Each message belongs to its run, so an old fault is
never shown as today's.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from graph.errors import StoreError
from loaders.parse import Fault

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, doing TEXT NOT NULL, started TEXT NOT NULL,
    ended TEXT, outcome TEXT, error TEXT
);
CREATE TABLE IF NOT EXISTS messages (
    run INTEGER NOT NULL REFERENCES runs (id), location TEXT NOT NULL, line INTEGER, position INTEGER,
    subject TEXT, reason TEXT NOT NULL, original TEXT NOT NULL, action TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_run ON messages (run);
"""


@dataclass(frozen=True, slots=True)
class Run:
    """`outcome` is what the run reported, `error` why it failed; both None while it runs (or after it was killed)."""

    id: int
    source: str
    doing: str
    started: datetime
    ended: datetime | None
    outcome: dict[str, Any] | None
    error: str | None


class Runs:
    """Opened for each call: runs are few, and a process that dies holds nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._path, timeout=30)
            try:
                connection.executescript(_SCHEMA)
                with connection:
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StoreError(f"the list of runs {self._path} cannot be used: {error}") from error

    def start(self, source: str, doing: str, now: datetime) -> int:
        with self._open() as connection:
            cursor = connection.execute(
                "INSERT INTO runs (source, doing, started) VALUES (?, ?, ?)", (source, doing, now.isoformat())
            )
            return cursor.lastrowid or 0

    def finish(self, run: int, outcome: dict[str, Any] | None, error: str | None) -> None:
        with self._open() as connection:
            connection.execute(
                "UPDATE runs SET ended = ?, outcome = ?, error = ? WHERE id = ?",
                (datetime.now(UTC).isoformat(), json.dumps(outcome) if outcome else None, error, run),
            )

    def tell(self, run: int, faults: Iterable[Fault]) -> None:
        """Keep the faults of a run."""
        with self._open() as connection:
            connection.executemany(
                "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (run, f.location, f.line, f.column, f.subject, f.reason, f.original, f.action)
                    for f in faults
                ),
            )  # fmt: skip

    def latest(self, limit: int = 20) -> list[Run]:
        """The newest runs first."""
        with self._open() as connection:
            return [*map(_run, connection.execute(f"{_RUNS} ORDER BY id DESC LIMIT ?", (limit,)))]

    def of(self, source: str, limit: int = 20) -> list[Run]:
        """The newest runs of one source first; none where there is no list yet: nothing is written to find that out."""
        if not self._path.exists():
            return []
        try:
            with closing(
                sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", timeout=5, uri=True)
            ) as connection:
                asked = f"{_RUNS} WHERE source = ? ORDER BY id DESC LIMIT ?"
                return [*map(_run, connection.execute(asked, (source, limit)))]
        except sqlite3.Error as error:
            raise StoreError(f"the list of runs {self._path} cannot be read: {error}") from error

    def faults(self, run: int) -> list[Fault]:
        with self._open() as connection:
            rows = connection.execute(
                "SELECT location, line, position, subject, reason, original, action FROM messages WHERE run = ?", (run,)
            ).fetchall()
        return [Fault(*row) for row in rows]


_RUNS: Final = "SELECT id, source, doing, started, ended, outcome, error FROM runs"


def _run(row: tuple[Any, ...]) -> Run:
    number, source, doing, started, ended, outcome, error = row
    return Run(
        number, source, doing, datetime.fromisoformat(started), datetime.fromisoformat(ended) if ended else None,
        json.loads(outcome) if outcome else None, error,
    )  # fmt: skip
