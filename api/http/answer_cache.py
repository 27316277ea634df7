"""Answers kept ready to send, in memory: the least recently used go when there are too many bytes of them."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

_SHARE: Final = 64
"""What part of the whole one answer may take."""

_OVERHEAD: Final = 2000
"""Bytes that an entry takes beside its key and its body."""

Key = tuple[str | bytes, ...]
"""All of a request that the answer depends on, as it came: nothing is read for it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of one generation, ready to send; `etag` is its entity tag as in the header."""

    generation: int
    etag: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class AnswerCache:
    """Any number of threads may use it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._used = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, generation: int) -> Kept | None:
        """The answer, if it is one of this generation."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if kept.generation != generation:
                self._drop(key)
                return None
            self._kept.move_to_end(key)
            return kept

    def put(self, key: Key, kept: Kept) -> None:
        """Keep it, if it is not too long."""
        size = _weight(key, kept)
        if size > self._size // _SHARE:
            return
        with self._lock:
            if key in self._kept:
                self._drop(key)
            self._kept[key] = kept
            self._used += size
            while self._used > self._size:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        self._used -= _weight(key, self._kept.pop(key))


def _weight(key: Key, kept: Kept) -> int:
    return len(kept.body) + sum(map(len, key)) + _OVERHEAD
