"""Datasets wait for their distributions, so that the index has formats, licences and titles of files with the dataset.

Records come one by one in the order of their IRIs; a distribution may come before its dataset, after it, or not at all
because it has not changed. Most follow at once; a catalogue in which they are far apart is put off to the end.
"""

import pickle
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Final, Self

from graph.indexing.document import Document, Part, Reading

WAITING: Final = 5_000
"""Datasets that wait in memory; when there are more, all of them go to a file until the end."""

Write = Callable[[Document, bool], None]
"""Told a document, and whether none is indexed under its IRI."""


@dataclass(slots=True)
class _Waiting:
    reading: Reading
    new: bool
    missing: set[str]
    parts: dict[str, Part] = field(default_factory=dict)


class Parts:
    """Puts datasets and their distributions together; a context manager, for the file of those that wait."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._known: dict[str, Part] = {}
        self._unasked: set[str] = set()
        self._waiting: dict[str, _Waiting] = {}
        self._wanted: dict[str, list[str]] = {}
        self._later: IO[bytes] | None = None

    def put(self, reading: Reading, *, new: bool) -> None:
        """Write the document now, or when all its distributions are there."""
        self._unasked.difference_update(reading.wanted)
        missing = {part for part in reading.wanted if part not in self._known}
        if not missing:
            self._write(reading.document(self._known), new)
            return
        known = {part: self._known[part] for part in reading.wanted if part in self._known}
        self._waiting[reading.iri] = _Waiting(reading, new, missing, known)
        for part in missing:
            self._wanted.setdefault(part, []).append(reading.iri)
        if len(self._waiting) > WAITING:
            self._put_off()

    def add(self, iri: str, part: Part) -> None:
        """A distribution has come."""
        askers = self._wanted.pop(iri, None)
        if askers is None:
            self._known[iri] = part
            self._unasked.add(iri)
            return
        for dataset in askers:
            one = self._waiting[dataset]
            one.parts[iri] = part
            one.missing.discard(iri)
            if not one.missing:
                del self._waiting[dataset]
                self._write(one.reading.document(one.parts), one.new)

    def settle(self) -> tuple[list[tuple[str, str]], list[str]]:
        """Write all that waits, with the distributions that are known.

        What is left over: datasets with distributions that did not come, and distributions that no dataset asked for.
        """
        lacking = []
        for one in self._late():
            self._unasked.difference_update(one.reading.wanted)
            parts = {**self._known, **one.parts} if one.parts else self._known
            lacking += [(one.reading.iri, part) for part in one.reading.wanted if part not in parts]
            self._write(one.reading.document(parts), one.new)
        unasked = sorted(self._unasked)
        self._waiting, self._wanted, self._known, self._unasked = {}, {}, {}, set()
        return lacking, unasked

    def _put_off(self) -> None:
        if self._later is None:
            self._later = tempfile.TemporaryFile()  # noqa: SIM115  closed by __exit__
        for one in self._waiting.values():
            self._known.update(one.parts)
            one.parts = {}
            pickle.dump(one, self._later, pickle.HIGHEST_PROTOCOL)
        self._waiting, self._wanted = {}, {}

    def _late(self) -> Iterator[_Waiting]:
        if self._later is not None:
            end = self._later.tell()
            self._later.seek(0)
            while self._later.tell() < end:
                one = pickle.load(self._later)  # noqa: S301  our own file without a name
                assert isinstance(one, _Waiting)  # noqa: S101  for the type checker
                yield one
            self._later.seek(0)
            self._later.truncate()
        yield from self._waiting.values()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._later is not None:
            self._later.close()
