"""Outlines laid out after the flip, in blocks as descriptions are: a list of twenty needs no look into the store.

A block begins with the lengths of its outlines, so that one of them is read without the others.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

from pyoxigraph import Store

from graph.shelf import Shelf
from queries.blocks import places
from queries.outlines import Outline, outline

_MADE: Final = "2"
"""Raised when outlines tell something else."""

_OPEN: Final = 64
"""Blocks that stay in memory, of a tenth of a megabyte each."""


def _name(kind: str, number: int) -> str:
    return f"outlines/{kind}/{number:06}"


def keep(shelf: Shelf, kind: str, number: int, outlines: Iterable[Outline]) -> None:
    written = [json.dumps(each.written(), ensure_ascii=False).encode() for each in outlines]
    shelf.put(_name(kind, number), _MADE, json.dumps([*map(len, written)]).encode() + b"\n" + b"".join(written))


class Outlines:
    """Reads what is laid out of one generation, and what is not from its store."""

    def __init__(self, shelf: Shelf, store: Callable[[], Store], iris_of_kind: Callable[[str], Sequence[str]]) -> None:
        self._shelf = shelf
        self._store = store
        self._iris_of_kind = iris_of_kind
        self._block = lru_cache(maxsize=_OPEN)(self._read)

    def of(self, iri: str) -> Outline:
        return self.kept(iri) or outline(self._store(), iri)

    def kept(self, iri: str) -> Outline | None:
        """What is laid out."""
        for kind, number, place in places([iri], self._iris_of_kind):
            block = self._block(kind, number)
            if block is not None:
                ends, body = block
                return Outline.read(json.loads(body[ends[place] : ends[place + 1]]))
        return None

    def _read(self, kind: str, number: int) -> tuple[list[int], bytes] | None:
        """Where each outline begins, with the end of the last, and all of them; None where they are not laid out."""
        kept = self._shelf.get(_name(kind, number), _MADE)
        if kept is None:
            return None
        lengths, _, body = kept.body.partition(b"\n")
        return [0, *accumulate(json.loads(lengths))], body
