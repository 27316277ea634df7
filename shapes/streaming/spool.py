"""The records of a stream, written down while they pass, so that they can be gone through again from any of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple, Protocol

_HEAD: Final = Struct("<QQQ")
_BUFFER: Final = 1 << 20


class Framed(Protocol):
    """A record as frames have it, in lines of N-Triples: as published, and as received where that differs."""

    @property
    def block(self) -> bytes: ...
    @property
    def received(self) -> bytes | None: ...
    @property
    def told(self) -> bytes: ...


class Entry(NamedTuple):
    """A record in the spool. `published` is None where repair changed nothing; `told` are repairs, in JSON lines."""

    received: bytes
    published: bytes | None
    told: bytes


class Spool:
    """Records in one file; `starts` is where each begins, for those who share the work."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("w+b", buffering=_BUFFER)
        self.size = 0

    def add(self, frame: Framed) -> tuple[int, int]:
        """Write a record down; where its lines are as received, and as published."""
        received = frame.block if frame.received is None else frame.received
        published = b"" if frame.received is None else frame.block
        place = self.size + _HEAD.size
        self.file.write(_HEAD.pack(len(received), len(published), len(frame.told)))
        self.file.write(received)
        self.file.write(published)
        self.file.write(frame.told)
        self.size = place + len(received) + len(published) + len(frame.told)
        return place, place + len(received)

    def close(self) -> None:
        self.file.close()

    def parts(self, starts: Iterable[int], count: int) -> list[tuple[int, int]]:
        """About equal parts of the file, each from the beginning of a record to that of another, or the end."""
        borders, wanted = [0], 1
        for start in starts:
            if wanted < count and start >= self.size * wanted // count:
                borders.append(start)
                wanted += 1
        return list(zip(borders, [*borders[1:], self.size], strict=True))


def entries(path: Path, begin: int, end: int) -> Iterator[Entry]:
    """The records from one place of a spool to another."""
    with path.open("rb", buffering=_BUFFER) as file:
        file.seek(begin)
        place = begin
        while place < end:
            received, published, told = _HEAD.unpack(file.read(_HEAD.size))
            place += _HEAD.size + received + published + told
            yield Entry(file.read(received), file.read(published) if published else None, file.read(told))


def start_of(place: int) -> int:
    """Where the record begins whose lines as received are at this place."""
    return place - _HEAD.size
