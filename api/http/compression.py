"""Answers made smaller on their way, by gzip or Brotli, as Accept-Encoding has it.

Brotli at its lowest level packs answers to queries as well as gzip does at 6, and six times as fast; it is offered
first. Level for level, what is small and may be sent again is worth more time than what is long and sent once.
"""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import BinaryIO, Final, Protocol, Self

import brotli

SMALLEST: Final = 1000
"""Bytes below which an answer, in one packet with its headers anyway, is sent as it is."""

PIECE: Final = 256 << 10
"""Bytes that are read of a long answer at a time."""


class Packer(Protocol):
    """Packs an answer piece by piece."""

    def pack(self, piece: bytes) -> bytes: ...
    def finish(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._packing = zlib.compressobj(4, wbits=16 + zlib.MAX_WBITS)

    def pack(self, piece: bytes) -> bytes:
        return self._packing.compress(piece)

    def finish(self) -> bytes:
        return self._packing.flush()


class _Brotli:
    def __init__(self) -> None:
        self._packing = brotli.Compressor(quality=1)

    def pack(self, piece: bytes) -> bytes:
        packed: bytes = self._packing.process(piece)
        return packed

    def finish(self) -> bytes:
        packed: bytes = self._packing.finish()
        return packed


@dataclass(frozen=True, slots=True)
class Encoding:
    """A content coding: `whole` packs an answer that is at hand, `packer` one that comes in pieces."""

    name: str
    names: tuple[str, ...]
    whole: Callable[[bytes], bytes]
    packer: Callable[[], Packer]


BROTLI: Final = Encoding("br", ("br",), partial(brotli.compress, quality=5), _Brotli)
GZIP: Final = Encoding("gzip", ("gzip", "x-gzip"), partial(gzip.compress, compresslevel=6, mtime=0), _Gzip)
ENCODINGS: Final = (BROTLI, GZIP)


@lru_cache(maxsize=512)
def negotiate(accept_encoding: str | None) -> Encoding | None:
    """The coding to send in; None for none, which is what a client gets that prefers it or takes nothing we offer."""
    wishes = dict(_wish(part) for part in (accept_encoding or "").split(","))
    rest = wishes.get("*", 0.0)
    qualities = [(max(wishes.get(name, -1.0) for name in each.names), each) for each in ENCODINGS]
    quality, best = max(((rest if q < 0 else q, each) for q, each in qualities), key=lambda found: found[0])
    return best if quality > 0 and quality >= wishes.get("identity", 0.0) else None


def _wish(part: str) -> tuple[str, float]:
    """A coding and its quality; one that cannot be read as a number is no wish."""
    name, *parameters = (field.strip().lower() for field in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, float(value)
            except ValueError:
                return name, 0.0
    return name, 1.0


def _nothing() -> None:
    """Nobody needs to know that the last piece is sent."""


class Pieces:
    """A long answer, piece by piece, packed or as it is; the server closes it, also when the client went away."""

    def __init__(self, file: BinaryIO, encoding: Encoding | None = None, leave: Callable[[], None] = _nothing) -> None:
        self._file = file
        self._packer = encoding.packer() if encoding else None
        self._leave = leave

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        while not self._file.closed:
            piece = self._file.read(PIECE)
            if not piece:
                return self._last()
            packed = self._packer.pack(piece) if self._packer else piece
            if packed:
                return packed
        raise StopIteration

    def _last(self) -> bytes:
        self.close()
        if self._packer is None:
            raise StopIteration
        return self._packer.finish()

    def close(self) -> None:
        if not self._file.closed:
            self._file.close()
            self._leave()
