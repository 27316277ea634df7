"""Compressed bytes to plain files, under limits: gzip (in layers too) and zip. Nothing here reads RDF.

Only the container formats are read, with zlib and zipfile, which hostile bytes cannot harm; what they unpack to is
bounded before it is written.
"""

import contextlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, Protocol

from graph.errors import SourceError, StoreError

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK: Final = 1 << 16
_PIECE: Final = 1 << 20
_LAYERS: Final = 3
"""A server that compresses a .gz file once more makes two."""

_DIRECTORY_BYTES: Final = 4 << 20
"""Of a zip file's directory, which zipfile reads whole: some 40,000 names."""

_ENCRYPTED: Final = 0x1


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """What one received file may unpack to."""

    unpacked_bytes: int = 8 << 30
    """In all."""
    ratio: int = 200
    """Times the bytes received; RDF compresses 10 to 60 times, gzip of zeros 1,000 times."""
    free_bytes: int = 16 << 20
    """From which on the ratio counts: small files may compress better."""
    members: int = 10_000
    """Files in one zip."""

    def allowance(self, received: int) -> int:
        """Bytes that a file of that size may unpack to."""
        return min(self.unpacked_bytes, max(self.free_bytes, self.ratio * received))


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A plain file; `name` is its name inside the archive, "" where it was alone."""

    path: Path
    name: str


def unpack(
    path: Path, work: Path, location: str, limits: UnpackLimits, wanted: Callable[[str], bool]
) -> Iterator[Unpacked]:
    """The plain files in a received one, the file itself where it is not compressed.

    New files are made in `work`. Of a zip, the members whose name is `wanted`; its only member in any case.
    """
    budget = _Budget(limits.allowance(path.stat().st_size), location)
    for _ in range(_LAYERS):
        head = _head(path)
        if head.startswith(_ZIP):
            yield from _members(path, work, budget, limits, wanted)
            return
        if not head.startswith(_GZIP):
            yield Unpacked(path, "")
            return
        with path.open("rb") as file:
            path = _write(inflate(file, location), work, budget)
    if _head(path).startswith(_GZIP):
        raise SourceError(location, f"is compressed more than {_LAYERS} times over")
    yield Unpacked(path, "")


def inflate(file: Readable, location: str) -> Iterator[bytes]:
    """The content of a gzip file in pieces of bounded size, all its members; raises SourceError unless it is whole."""
    inflater, rest = zlib.decompressobj(31), file.read(_CHUNK)
    while True:
        try:
            piece = inflater.decompress(rest, _PIECE)
        except zlib.error as error:
            raise SourceError(location, f"is broken gzip: {error}") from error
        if piece:
            yield piece
        rest = inflater.unconsumed_tail
        if inflater.eof:
            rest = _next_member(file, inflater.unused_data, location)
            if not rest:
                return
            inflater = zlib.decompressobj(31)
        elif not rest:
            rest = file.read(_CHUNK)
            if not rest and not piece:
                raise SourceError(location, "is broken off in the middle of its gzip stream")


def _next_member(file: Readable, rest: bytes, location: str) -> bytes:
    """The beginning of the next gzip member; b"" at the end, which zeros may pad."""
    while not (rest := rest.lstrip(b"\0")):
        if not (rest := file.read(_CHUNK)):
            return b""
    rest += file.read(_CHUNK)
    if not rest.startswith(_GZIP):
        raise SourceError(location, "has something else after its gzip stream")
    return rest


class _Budget:
    """Counts what is unpacked from one received file."""

    def __init__(self, allowed: int, location: str) -> None:
        self._allowed = allowed
        self._left = allowed
        self.location = location

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise SourceError(self.location, f"unpacks to more than the {self._allowed:,} bytes allowed for its size")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _write(pieces: Iterable[bytes], work: Path, budget: _Budget) -> Path:
    try:
        work.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=work, prefix="unpacked-")
        with os.fdopen(handle, "wb") as out:
            for piece in pieces:
                budget.spend(len(piece))
                out.write(piece)
    except OSError as error:
        raise StoreError(f"cannot write to {work}: {error.strerror}") from error
    return Path(name)


class _Sparing:
    """A file that refuses to be read in one huge piece: zipfile takes a directory's size from the file itself."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(_DIRECTORY_BYTES + 1 if size < 0 else min(size, _DIRECTORY_BYTES + 1))
        if len(data) > _DIRECTORY_BYTES:
            raise zipfile.BadZipFile("its directory is too big")
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


def _members(
    path: Path, work: Path, budget: _Budget, limits: UnpackLimits, wanted: Callable[[str], bool]
) -> Iterator[Unpacked]:
    told = _as_source_error(budget.location)
    with path.open("rb") as file, told, zipfile.ZipFile(_Sparing(file)) as archive:
        for info in _chosen(archive.infolist(), budget.location, limits, wanted):
            with archive.open(info) as member:
                unpacked = _write(_layers(member, budget), work, budget)
            yield Unpacked(unpacked, info.filename)


def _layers(member: Readable, budget: _Budget) -> Iterator[bytes]:
    """A member's bytes, unpacked once more where it is gzip itself."""
    first = member.read(_CHUNK)
    pieces = _pieces(first, member)
    if first.startswith(_GZIP):
        return inflate(_Joined(pieces), budget.location)
    return pieces


def _pieces(first: bytes, member: Readable) -> Iterator[bytes]:
    while first:
        yield first
        first = member.read(_CHUNK)


class _Joined:
    """Pieces as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int, /) -> bytes:
        return next(self._pieces, b"")


def _chosen(
    entries: list[zipfile.ZipInfo], location: str, limits: UnpackLimits, wanted: Callable[[str], bool]
) -> list[zipfile.ZipInfo]:
    files = [entry for entry in entries if not entry.is_dir() and not _hidden(entry.filename)]
    if len(files) > limits.members:
        raise SourceError(location, f"holds {len(files):,} files, where {limits.members:,} are allowed")
    chosen = files if len(files) == 1 else [entry for entry in files if wanted(entry.filename)]
    if not chosen:
        raise SourceError(location, "is a zip file without an RDF file in it")
    for entry in chosen:
        if entry.flag_bits & _ENCRYPTED:
            raise SourceError(location, f"its member {entry.filename!r} is encrypted")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:  # LZMA asks for memory as told
            raise SourceError(location, f"its member {entry.filename!r} is compressed in a way that is not read")
    return sorted(chosen, key=lambda entry: entry.filename)


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


@contextlib.contextmanager
def _as_source_error(location: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, UnicodeError) as error:
        raise SourceError(location, f"is a broken zip file: {error}") from error
