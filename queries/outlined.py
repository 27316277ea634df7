"""Outlines laid out after the flip, in parts of the blocks of descriptions: a list of twenty asks no store.

A part is small, since a list has its records from anywhere. It begins with the lengths of its outlines, so that one of
them is read without the others.
"""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

from pyoxigraph import Store

from graph.shelf import Shelf
from queries.blocks import places
from queries.outlines import Outline, outline

_MADE: Final = "3"
"""Raised when outlines tell something else."""

_PART: Final = 10
"""Outlines of a file."""

_OPEN: Final = 640
"""Files that stay in memory, of ten kilobytes each."""


def _name(kind: str, number: int, part: int) -> str:
    return f"outlines/{kind}/{number:06}/{part:02}"


def keep(shelf: Shelf, kind: str, number: int, outlines: Sequence[Outline]) -> None:
    """Write those of block `number`, which all are given."""
    for first in range(0, len(outlines), _PART):
        written = [json.dumps(each.written(), ensure_ascii=False).encode() for each in outlines[first : first + _PART]]
        lengths = json.dumps([*map(len, written)]).encode()
        shelf.put(_name(kind, number, first // _PART), _MADE, lengths + b"\n" + b"".join(written))


class Outlines:
    """Reads what is laid out of one generation, and what is not from its store."""

    def __init__(self, shelf: Shelf, store: Callable[[], Store], iris_of_kind: Callable[[str], Sequence[str]]) -> None:
        self._shelf = shelf
        self._store = store
        self._iris_of_kind = iris_of_kind
        self._part = lru_cache(maxsize=_OPEN)(self._read)

    def of(self, iri: str) -> Outline:
        return self.kept(iri) or outline(self._store(), iri)

    def kept(self, iri: str) -> Outline | None:
        """What is laid out."""
        for kind, number, place in places([iri], self._iris_of_kind):
            part = self._part(kind, number, place // _PART)
            if part is not None:
                ends, body = part
                return Outline.read(json.loads(body[ends[place % _PART] : ends[place % _PART + 1]]))
        return None

    def _read(self, kind: str, number: int, part: int) -> tuple[list[int], bytes] | None:
        """Where each outline begins, with the end of the last, and all of them; None where they are not laid out."""
        kept = self._shelf.get(_name(kind, number, part), _MADE)
        if kept is None:
            return None
        lengths, _, body = kept.body.partition(b"\n")
        return [0, *accumulate(json.loads(lengths))], body
