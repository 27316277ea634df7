"""The lines that pass between the caged children and the writer: N-Quads, one statement each, and nothing else.

What is not data is a statement too: where a document begins, how long the record behind it is, a fault. Its subject
carries a mark that is drawn anew for each run, so that no source can forge one.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import IO, Final, Self

from pyoxigraph import Literal, RdfFormat, parse

from graph.errors import CageError
from loaders.parse import Fault

_DOCUMENT: Final = b"<urn:x-catalograph:document> "
_RECORD: Final = b"<urn:x-catalograph:record> "
_FAULT: Final = b"<urn:x-catalograph:fault> "


@dataclass(frozen=True, slots=True)
class Frame:
    """One record as the assembler wrote it: its lines in one piece, and their number."""

    block: bytes
    lines: int


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

    def fault(self, fault: Fault) -> bytes:
        return self.prefix + _FAULT + str(Literal(json.dumps(asdict(fault)))).encode() + b" .\n"

    def document_of(self, line: bytes) -> int | None:
        """The number of the document that begins, if the line says so."""
        start = self.prefix + _DOCUMENT
        return int(line[len(start) + 1 : -4]) if line.startswith(start) else None

    def fault_of(self, line: bytes) -> Fault | None:
        """The fault that the line tells, if it does."""
        if not line.startswith(self.prefix + _FAULT):
            return None
        told = next(iter(parse(line, RdfFormat.N_QUADS))).object
        assert isinstance(told, Literal)  # noqa: S101  `fault` writes it so
        return Fault(**json.loads(told.value))

    def frames(self, stream: IO[bytes], faults: list[Fault], spool: IO[bytes] | None = None) -> Iterator[Frame]:
        """The records in a stream; the faults behind them go to `faults`, a copy of the records to `spool`.

        Raises CageError when the stream is not what the assembler writes.
        """
        start = self.prefix + _RECORD
        while line := stream.readline():
            fault = self.fault_of(line)
            if fault is not None:
                faults.append(fault)
                continue
            if not line.startswith(start):
                raise CageError("the parser wrote something that is no record", "crash")
            length, lines = map(int, line[len(start) + 1 : -4].split())
            block = stream.read(length)
            if len(block) != length:
                return  # the child died; its end says why
            if spool is not None:
                spool.write(line)
                spool.write(block)
            yield Frame(block, lines)


@dataclass(frozen=True, slots=True)
class Spool:
    """A copy of the records on disk, to go through them again."""

    file: IO[bytes]
    handover: Handover

    def frames(self) -> Iterator[Frame]:
        self.file.seek(0)
        return self.handover.frames(self.file, [])
