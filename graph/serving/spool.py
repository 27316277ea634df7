"""Where a worker puts an answer while it is made: memory while it is small, then a file that has no name."""

import os
import tempfile
from typing import BinaryIO, Final, Protocol

from graph.errors import QueryTooLarge

INLINE: Final = 64 << 10
"""Answers up to this many bytes travel in one message; longer ones are handed over as an open file."""


class Sink(Protocol):
    """What a serialiser writes to."""

    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


class Spool:
    """Takes the bytes of one answer; raises QueryTooLarge at the byte that is over the limit.

    The file is unlinked from the start, so it is gone when the last process that holds it closes it, however it ends.
    """

    def __init__(self, limit: int, folder: str) -> None:
        self._limit = limit
        self._folder = folder
        self._memory = bytearray()
        self._file: BinaryIO | None = None
        self.length = 0

    def write(self, data: bytes, /) -> int:
        self.length += len(data)
        if self.length > self._limit:
            raise QueryTooLarge(self._limit, "bytes of answer")
        if self._file is None and self.length > INLINE:
            self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115  outlives this function
            _write_all(self._file.fileno(), self._memory)
            self._memory.clear()
        if self._file is None:
            self._memory += data
        else:
            _write_all(self._file.fileno(), data)
        return len(data)

    def flush(self) -> None:
        """Nothing is buffered."""

    @property
    def inline(self) -> bytes:
        """The answer, where it is small."""
        return bytes(self._memory)

    @property
    def handle(self) -> int | None:
        """The open file with the answer, where it is large."""
        return None if self._file is None else self._file.fileno()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _write_all(handle: int, data: bytes | bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
