"""What is said of the members of the catalogue, read once for a generation and kept on its shelf in blocks.

A store looks up each term of each statement; a block has them as text, ten times as quick to read. Blocks follow the
order of the catalogue's pages, so that a page of the whole catalogue is one of them.
"""

import contextlib
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from pyoxigraph import Store

from graph.errors import NotFound
from graph.serialise import Properties, by_subject, rows_of
from graph.shelf import Shelf
from queries import outlined
from queries.blocks import places
from queries.fetching import Fetched, fetch, records_of
from queries.outlines import Outline, outline_of

PART: Final = 10
"""Members that are unpacked together: who asks for a few, of a theme or a publisher, needs little else."""

_MADE: Final = "3"
"""Raised when the same statements are written otherwise."""

_END: Final = "\n\n"
_LEVEL: Final = 6
_OPEN: Final = 16
"""Files that stay in memory."""


def _name(kind: str, number: int) -> str:
    return f"descriptions/{kind}/{number:06}"


def is_kept(shelf: Shelf, kind: str, number: int) -> bool:
    return shelf.get(_name(kind, number), _MADE) is not None


def keep(shelf: Shelf, kind: str, number: int, store: Store, members: Sequence[str]) -> None:
    """Write block `number` of a kind, and the outlines of its members, which all are given."""
    packed, outlines = [], list[Outline]()
    for part in (members[first : first + PART] for first in range(0, len(members), PART)):
        fetched = fetch(store, part)
        packed.append(_packed(fetched))
        outlines += (outline_of(fetched.told, iri) for iri in part)
    outlined.keep(shelf, kind, number, outlines)
    lengths = json.dumps([len(part) for part in packed]).encode()
    shelf.put(_name(kind, number), _MADE, lengths + b"\n" + b"".join(packed))


def _packed(fetched: Fetched) -> bytes:
    """A line for each statement; after an empty one the subjects of which nothing is said."""
    lines = "\n".join(map(" ".join, rows_of(fetched.told)))
    nothing = "\n".join(subject for subject, own in fetched.told.items() if not own)
    return gzip.compress(f"{lines}{_END}{nothing}".encode(), _LEVEL, mtime=0)


class Descriptions:
    """Reads what is kept of one generation, and what is not kept from its store."""

    def __init__(self, shelf: Shelf, store: Callable[[], Store], iris_of_kind: Callable[[str], Sequence[str]]) -> None:
        self._shelf = shelf
        self._store = store
        self._iris_of_kind = iris_of_kind
        self._block = lru_cache(maxsize=_OPEN)(self._read)

    def fetched(self, members: Sequence[str]) -> Fetched:
        """What is said of resources, given by IRI, with what most of them need."""
        told = self.kept(members)
        missing = [iri for iri in members if f"<{iri}>" not in told]
        if missing:
            told.update(fetch(self._store(), missing).told)
        return Fetched(told, records_of(told, [f"<{iri}>" for iri in members]))

    def kept(self, members: Sequence[str]) -> dict[str, Properties]:
        """What is kept, by subject: of these resources, and of others that are unpacked along with them."""
        told: dict[str, Properties] = {}
        for (kind, number), within in self._places(members).items():
            with contextlib.suppress(NotFound):
                parts = self._block(kind, number)
                for part in {place // PART for place in within}:
                    told.update(_unpacked(parts[part]))
        return told

    def _places(self, members: Iterable[str]) -> Mapping[tuple[str, int], list[int]]:
        """By kind and number of the block: the places in it."""
        found: dict[tuple[str, int], list[int]] = {}
        for kind, number, place in places(members, self._iris_of_kind):
            found.setdefault((kind, number), []).append(place)
        return found

    def _read(self, kind: str, number: int) -> list[bytes]:
        """The parts of a block. Raises NotFound where it is not kept."""
        kept = self._shelf.get(_name(kind, number), _MADE)
        if kept is None:
            raise NotFound("descriptions", f"{kind} {number}")
        lengths, _, packed = kept.body.partition(b"\n")
        return list(_cut(packed, json.loads(lengths)))


def _cut(packed: bytes, lengths: Iterable[int]) -> Iterator[bytes]:
    first = 0
    for length in lengths:
        yield packed[first : first + length]
        first += length


def _unpacked(part: bytes) -> dict[str, Properties]:
    lines, _, nothing = gzip.decompress(part).decode().partition(_END)
    told = by_subject(line.split(" ", 2) for line in lines.split("\n"))
    told.update((subject, []) for subject in nothing.split("\n"))
    return told
