"""The search index kept up to date by a child of its own, so that the writer's time goes to the store.

The child sits in the cage: it reads records that came from outside. It is started by the first change.
"""

import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

from graph import index
from graph.cage import Child, Limits, Work
from graph.indexing.document import Document, Part, Reading
from graph.record import DISTRIBUTIONS
from loaders.parts import Parts

_PUT: Final = b"put"
_ADD: Final = b"add"
_DELETE: Final = b"delete"
_SETTLE: Final = b"settle"
_END: Final = b"\n"


@dataclass(frozen=True, slots=True)
class Leftover:
    """What the records that were handed over do not tell: distributions of datasets, and datasets of distributions."""

    lacking: tuple[tuple[str, str], ...] = ()
    """Datasets, each with a distribution that it names and that was not handed over."""
    unasked: tuple[str, ...] = ()
    """Distributions that no dataset named that was handed over."""


class Indexer:
    """Hands records to the indexing child; a context manager, so that no child outlives a load that fails."""

    def __init__(self, folder: Path, *, isolation_required: bool = True) -> None:
        self._folder = folder
        self._isolation_required = isolation_required
        self._child: Child | None = None

    def put(self, iri: str, kind: str, block: bytes, source: str = "", *, new: bool) -> None:
        """Index a record, given as N-Triples; `new` says that none is indexed under its IRI.

        A distribution is indexed with the dataset that names it.
        """
        doing = _ADD if new else _PUT
        self._hand_over(
            b"%b %d %b %b %b\n%b" % (doing, len(block), kind.encode(), source.encode(), iri.encode(), block)
        )

    def delete(self, iri: str) -> None:
        self._hand_over(b"%b 0 - - %b\n" % (_DELETE, iri.encode()))

    def settle(self) -> Leftover:
        """Put datasets and distributions together; more may follow, such as what this leaves over, as whole records."""
        if self._child is None:
            return Leftover()
        self._hand_over(b"%b 0 - - -\n" % _SETTLE)
        self._child.feed.flush()
        lacking, unasked = [], []
        for line in self._told(self._child):
            dataset, _, part = line.decode().partition(" ")
            if dataset:
                lacking.append((dataset, part))
            else:
                unasked.append(part)
        return Leftover(tuple(lacking), tuple(unasked))

    def finish(self) -> None:
        """Wait until the index is written. Raises StoreError when it could not be."""
        if self._child is not None:
            self._child.finish()

    def _told(self, child: Child) -> Iterator[bytes]:
        while (line := child.out.readline()) != _END:
            if not line:
                child.finish()  # raises what the child died of
                raise BrokenPipeError
            yield line.rstrip(b"\n")

    def _hand_over(self, told: bytes) -> None:
        child = self._running()
        try:
            child.feed.write(told)
        except BrokenPipeError:
            child.finish()  # raises what the child died of
            raise

    def _running(self) -> Child:
        if self._child is None:
            limits = Limits(cpu_seconds=24 * 3600, memory=4 << 30)  # bounds its memory maps too
            argument = str(self._folder)
            required = self._isolation_required
            work = Work("building the search index", "load less at once")
            self._child = Child("loaders.indexing:work", argument, limits, isolation_required=required, work=work)
        return self._child

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.__exit__(None, None, None)


def work(folder: str, out: BinaryIO) -> None:
    """The child: apply what comes in on standard input, then commit."""
    gc.disable()  # no record refers to itself; looking for such took a twentieth of the time
    writer = index.IndexWriter(Path(folder))

    def write(document: Document, new: bool) -> None:  # noqa: FBT001  called by position
        if new:
            writer.add(document)
        else:
            writer.put(document)

    with Parts(write) as parts:
        _apply(sys.stdin.buffer, writer, parts, out)
        parts.settle()
    writer.commit()


def _apply(feed: BinaryIO, writer: index.IndexWriter, parts: Parts, out: BinaryIO) -> None:
    while line := feed.readline():
        doing, length, kind, source, iri = line[:-1].split(b" ", 4)
        if doing == _DELETE:
            writer.delete(iri.decode())
        elif doing == _SETTLE:
            _tell(parts, out)
        elif kind.decode() == DISTRIBUTIONS:
            parts.add(iri.decode(), Part.read(iri.decode(), feed.read(int(length))))
        else:
            reading = Reading.of(iri.decode(), kind.decode(), source.decode(), feed.read(int(length)))
            parts.put(reading, new=doing == _ADD)


def _tell(parts: Parts, out: BinaryIO) -> None:
    lacking, unasked = parts.settle()
    out.writelines(f"{dataset} {part}\n".encode() for dataset, part in (*lacking, *(("", part) for part in unasked)))
    out.write(_END)
    out.flush()
