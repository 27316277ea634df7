"""The lines that pass between the caged children and the writer: N-Quads, one statement each, and nothing else.

What is not data is a statement too: where a document begins, how long the record behind it is, a fault. Its subject
carries a mark that is drawn anew for each run, so that no source can forge one.

Behind the line that announces a record come its statements as published; where repair changed it, then its statements
as received, then its repairs, a line of JSON each. Behind all records come the faults, then the trailer.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import IO, Any, Final, NamedTuple, Self

from pyoxigraph import Literal, RdfFormat, parse

from graph.errors import CageError
from loaders.parse import Fault

_DOCUMENT: Final = b"<urn:x-catalograph:document> "
_RECORD: Final = b"<urn:x-catalograph:record> "
_FAULT: Final = b"<urn:x-catalograph:fault> "
_TRAILER: Final = b"<urn:x-catalograph:trailer> "


class Repair(NamedTuple):
    """One value that is published otherwise than it was received, and by which rule.

    `predicate` is the IRI as received; the values are spelled as N-Triples terms, a blank node that was replaced as
    what was said of it, in square brackets.
    """

    predicate: str
    received: str
    published: str
    rule: str
    published_predicate: str | None = None
    """Where the rule is about the predicate."""

    def line(self) -> bytes:
        return json.dumps(self, ensure_ascii=False).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Frame:
    """One record as the assembler wrote it: its lines in one piece, and their number, as published."""

    block: bytes
    lines: int
    received: bytes | None = None
    """Its lines as received, where repair changed them; the same blank node has the same label in both."""
    told: bytes = b""
    """The repairs, as `Repair.line` writes them."""

    @property
    def as_received(self) -> bytes:
        return self.block if self.received is None else self.received

    @property
    def mended(self) -> bytes | None:
        """A digest of what was received and how it was repaired; None where repair changed nothing."""
        return None if self.received is None else hashlib.sha256(self.received + self.told).digest()

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """What repair changed: first the blank nodes that were replaced, then by line."""
        return tuple(Repair(*json.loads(line)) for line in self.told.splitlines())


@dataclass(frozen=True, slots=True)
class Trailer:
    """What all the records come to: values repaired by each rule, blank nodes to which publication gives an IRI of
    ours, and literals of each datatype that nobody knows, which stay as they are.
    """

    repairs: Mapping[str, int] = field(default_factory=dict)
    minted: int = 0
    unknown_datatypes: Mapping[str, int] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """What a person is told of it."""
        if self.repairs:
            often = sorted(self.repairs.items(), key=lambda item: (-item[1], item[0]))
            told = ", ".join(f"{count:,} {rule}" for rule, count in often)
            yield f"repaired {sum(self.repairs.values()):,} values: {told}"
        for datatype, count in sorted(self.unknown_datatypes.items()):
            yield f"left {count:,} values of the unknown datatype {datatype} as they are"


@dataclass(frozen=True, slots=True)
class Handover:
    mark: str

    @classmethod
    def fresh(cls) -> Self:
        return cls(secrets.token_hex(16))

    @property
    def prefix(self) -> bytes:
        """How every line begins that is not data."""
        return b"<urn:x-catalograph:%b> " % self.mark.encode()

    def document(self, number: int) -> bytes:
        return b'%b%b"%d" .\n' % (self.prefix, _DOCUMENT, number)

    def record(self, block: bytes, lines: int) -> bytes:
        return b'%b%b"%d %d" .\n' % (self.prefix, _RECORD, len(block), lines)

    def mended(self, frame: Frame) -> bytes:
        """A record that repair changed: the line that announces it, and all that comes behind."""
        received = frame.as_received
        sizes = (len(frame.block), frame.lines, len(received), len(frame.told))
        return b'%b%b"%d %d %d %d" .\n%b%b%b' % (self.prefix, _RECORD, *sizes, frame.block, received, frame.told)

    def fault(self, fault: Fault) -> bytes:
        return self.prefix + _FAULT + _literal(asdict(fault))

    def trailer(self, trailer: Trailer) -> bytes:
        return self.prefix + _TRAILER + _literal(asdict(trailer))

    def document_of(self, line: bytes) -> int | None:
        """The number of the document that begins, if the line says so."""
        start = self.prefix + _DOCUMENT
        return int(line[len(start) + 1 : -4]) if line.startswith(start) else None

    def fault_of(self, line: bytes) -> Fault | None:
        """The fault that the line tells, if it does."""
        if not line.startswith(self.prefix + _FAULT):
            return None
        return Fault(**_told(line))

    def trailer_of(self, line: bytes) -> Trailer | None:
        """The trailer that the line is, if it is one."""
        return Trailer(**_told(line)) if line.startswith(self.prefix + _TRAILER) else None

    def frames(
        self,
        stream: IO[bytes],
        faults: list[Fault],
        spool: IO[bytes] | None = None,
        trailers: list[Trailer] | None = None,
    ) -> Iterator[Frame]:
        """The records in a stream; faults and trailer behind them go to the lists, a copy of the records to `spool`.

        Raises CageError when the stream is not what the assembler writes.
        """
        start = self.prefix + _RECORD
        while line := stream.readline():
            if not line.startswith(start):
                self._take_note(line, faults, trailers)
                continue
            sizes = [int(size) for size in line[len(start) + 1 : -4].split()]
            length = sizes[0] + sum(sizes[2:])
            text = stream.read(length)
            if len(text) != length:
                return  # the child died; its end says why
            if spool is not None:
                spool.write(line)
                spool.write(text)
            yield _frame(text, *sizes)

    def _take_note(self, line: bytes, faults: list[Fault], trailers: list[Trailer] | None) -> None:
        fault, trailer = self.fault_of(line), self.trailer_of(line)
        if fault is not None:
            faults.append(fault)
        elif trailer is not None:
            if trailers is not None:
                trailers.append(trailer)
        else:
            raise CageError("the parser wrote something that is no record", "crash")


def _frame(text: bytes, length: int, lines: int, received: int | None = None, _told: int = 0) -> Frame:
    if received is None:
        return Frame(text, lines)
    end = length + received
    return Frame(text[:length], lines, text[length:end], text[end:])


def _literal(told: dict[str, object]) -> bytes:
    return str(Literal(json.dumps(told))).encode() + b" .\n"


def _told(line: bytes) -> dict[str, Any]:
    told = next(iter(parse(line, RdfFormat.N_QUADS))).object
    assert isinstance(told, Literal)  # noqa: S101  `_literal` writes it so
    found: dict[str, Any] = json.loads(told.value)
    return found


@dataclass(frozen=True, slots=True)
class Spool:
    """A copy of the records on disk, to go through them again."""

    file: IO[bytes]
    handover: Handover

    def frames(self) -> Iterator[Frame]:
        self.file.seek(0)
        return self.handover.frames(self.file, [])
