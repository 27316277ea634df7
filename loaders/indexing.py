"""The search index kept up to date by a child of its own, so that the writer's time goes to the store.

The child sits in the cage: it reads records that came from outside. It is started by the first change.
"""

import sys
from pathlib import Path
from typing import Final, Self

from pyoxigraph import RdfFormat, parse

from graph import index
from graph.cage import Child, Limits, Work

_PUT: Final = b"put"
_ADD: Final = b"add"
_DELETE: Final = b"delete"


class Indexer:
    """Hands records to the indexing child; a context manager, so that no child outlives a load that fails."""

    def __init__(self, folder: Path, *, isolation_required: bool = True) -> None:
        self._folder = folder
        self._isolation_required = isolation_required
        self._child: Child | None = None

    def put(self, iri: str, kind: str, block: bytes, *, new: bool) -> None:
        """Index a record, given as N-Triples; `new` says that none is indexed under its IRI."""
        doing = _ADD if new else _PUT
        self._hand_over(b"%b %d %b %b\n%b" % (doing, len(block), kind.encode(), iri.encode(), block))

    def delete(self, iri: str) -> None:
        self._hand_over(b"%b 0 - %b\n" % (_DELETE, iri.encode()))

    def finish(self) -> None:
        """Wait until the index is written. Raises StoreError when it could not be."""
        if self._child is not None:
            self._child.finish()

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


def work(folder: str, _out: object) -> None:
    """The child: apply what comes in on standard input, then commit."""
    writer = index.IndexWriter(Path(folder))
    feed = sys.stdin.buffer
    while line := feed.readline():
        doing, length, kind, iri = line[:-1].split(b" ", 3)
        if doing == _DELETE:
            writer.delete(iri.decode())
            continue
        triples = [quad.triple for quad in parse(feed.read(int(length)), RdfFormat.N_TRIPLES)]
        document = index.document(iri.decode(), kind.decode(), triples)
        if doing == _ADD:
            writer.add(document)
        else:
            writer.put(document)
    writer.commit()
