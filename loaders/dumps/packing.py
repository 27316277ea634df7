"""Files of a set as they are written: packed by a thread of its own each, since packing takes as long as making."""

import hashlib
import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from loaders.dumps.sets import File

LEVEL: Final = 6

_PIECE: Final = 1 << 20
"""Bytes that are handed over at a time."""

_WAITING: Final = 4
"""Pieces that may wait for their packing."""

_GZIP: Final = 16 + zlib.MAX_WBITS
"""The same bytes each time: without a name and without a time."""


class Packed:
    """A gzip file that grows; `end` tells what it has become. Raises OSError, maybe later than what caused it."""

    def __init__(self, path: Path, media_type: str) -> None:
        self._path = path
        self._media_type = media_type
        self._file = path.open("xb")
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
        self._digest = hashlib.sha256()
        self._size = self._unpacked = 0
        self._pieces: list[bytes] = []
        self._gathered = 0
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._pending: deque[Future[None]] = deque()
        self.count = 0

    def write(self, text: bytes) -> None:
        self._pieces.append(text)
        self._gathered += len(text)
        if self._gathered >= _PIECE:
            self._hand_over()

    def end(self) -> File:
        self._hand_over()
        self._settle(0)
        self._keep(self._packer.flush())
        self.close()
        name, digest = self._path.name, self._digest.hexdigest()
        return File(name, self._media_type, self._size, digest, self._unpacked, self.count)

    def close(self) -> None:
        """Let go of file and thread; what was not packed is lost."""
        self._thread.shutdown(cancel_futures=True)
        self._file.close()

    def _hand_over(self) -> None:
        piece = b"".join(self._pieces)
        self._pieces.clear()
        self._unpacked += self._gathered
        self._gathered = 0
        self._settle(_WAITING - 1)
        self._pending.append(self._thread.submit(self._pack, piece))

    def _settle(self, most: int) -> None:
        while len(self._pending) > most:
            self._pending.popleft().result()

    def _pack(self, piece: bytes) -> None:
        self._keep(self._packer.compress(piece))

    def _keep(self, packed: bytes) -> None:
        self._file.write(packed)
        self._digest.update(packed)
        self._size += len(packed)
