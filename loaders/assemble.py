"""From the statements of a source's documents to its records, as sorted canonical N-Triples. Runs in the cage.

Every IRI that is described is a record: its statements, then those of its blank nodes, labelled by their content. The
records come out in the byte order of their subjects, so that the writer compares them with the ledger in one walk and
neither side holds the catalogue in memory. Behind them come the faults, each a JSON literal in a statement of its own.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, cast

from pyoxigraph import Literal, RdfFormat, serialize

from graph.iris import Iris
from loaders.blank import BlankNodes, blank_object
from loaders.parse import Fault, statements
from loaders.sorting import SortedLines
from vocabularies.namespaces import HYDRA

FAULT: Final = b"<urn:x-catalograph:fault> <urn:x-catalograph:json> "
"""How the line of a fault begins; a statement of a source that begins so is dropped and reported."""

_WITH_GRAPHS: Final = frozenset({"trig", "nquads", "jsonld"})
_PAGING: Final = f" <{HYDRA.prefix}".encode()
MOST_FAULTS: Final = 10_000
"""Faults handed on in full; behind them only their number."""


@dataclass(frozen=True, slots=True)
class Given:
    """One document to read: `form` is a syntax of graph.formats or n3, `location` what messages call it."""

    path: str
    form: str
    base_iri: str
    location: str


def assemble(argument: dict[str, Any], out: BinaryIO) -> None:
    """The cage's target. `argument`: documents (as Given), source, base. Raises FormatError for an unreadable file."""
    assembler = Assembler(Iris(argument["base"]), argument["source"])
    for number, document in enumerate(argument["documents"]):
        assembler.read(Given(**document), number)
    assembler.write(out)


def received(argument: dict[str, Any], out: BinaryIO) -> None:
    """The cage's other target: the statements as they were received, for validation; faults behind them.

    Blank nodes keep to their document. `argument`: documents (as Given).
    """
    assembler = Assembler(Iris("urn:x-catalograph:nowhere"), "")
    for number, document in enumerate(argument["documents"]):
        assembler.read(Given(**document), number)
    assembler.write_as_received(out)


class Assembler:
    """Collects the statements of all documents of a source, then writes its records."""

    def __init__(self, iris: Iris, source: str) -> None:
        self._lines = SortedLines()
        self._blank = BlankNodes(iris, source)
        self._faults: list[Fault] = []
        self._unnamed_faults = 0
        self._bad: dict[bytes, Fault] = {}

    def read(self, given: Given, number: int) -> None:
        """Take in one document; `number` keeps its blank nodes apart from those of the others."""
        prefix = b"_:d%d" % number
        quads = statements(Path(given.path), given.form, given.base_iri, given.location, _Report(self, prefix))
        triples = (quad.triple for quad in quads) if given.form in _WITH_GRAPHS else quads
        sink = _Sink(self, prefix)
        # The native serialiser spells a statement twice as fast as str() and encode() do.
        serialize(triples, cast("IO[bytes]", sink), RdfFormat.N_TRIPLES)
        sink.finish()

    def take(self, lines: list[bytes], prefix: bytes, *, odd: bool) -> None:
        """Statements as N-Triples lines; `odd` says that some may be about paging, or forged faults, and not data."""
        if odd:
            lines = [line for line in lines if _PAGING not in line and not line.startswith(FAULT)]
        plain = [line for line in lines if b"_:" not in line]
        if len(plain) < len(lines):
            for line in lines:
                if b"_:" in line:
                    self._take_blank(line, prefix)
        self._lines.pending += plain
        if self._lines.full:
            self._lines.spill()

    def _take_blank(self, line: bytes, prefix: bytes) -> None:
        label = blank_object(line)
        if label is not None:
            line = line[: -len(label) - 3] + prefix + label[2:] + b" .\n"
        if line.startswith(b"_:"):
            line = prefix + line[2:]
        if label is not None:
            self._blank.point(prefix + label[2:], line)
        if line.startswith(b"_:"):
            self._blank.take(line.partition(b" ")[0], line)
        else:
            self._lines.pending.append(line)

    def _report(self, fault: Fault) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(fault)
        else:
            self._unnamed_faults += 1

    def condemn(self, fault: Fault, prefix: bytes) -> None:
        """Note a fault; the record of its subject is not handed on if it could not be repaired."""
        self._report(fault)
        if fault.action == "quarantined" and fault.subject is not None:
            subject = fault.subject.strip("<>")
            token = prefix + subject[2:].encode() if subject.startswith("_:") else f"<{subject}>".encode()
            self._bad[token] = fault

    def write(self, out: BinaryIO) -> None:
        """All records, then the faults."""
        self._blank.settle()
        for line in self._blank.records():
            self._lines.pending.append(line)
            if self._lines.full:
                self._lines.spill()
        bad = set(self._bad)
        bad |= {self._blank.minted[label] for label in bad if label in self._blank.minted}
        for subject, lines in records(self._lines.blocks()):
            text = b"".join(lines)
            with_blank = b" _:" in text and any(map(blank_object, lines))
            if bad and (subject in bad or (with_blank and not bad.isdisjoint(self._blank.labels_below(lines)))):
                self._quarantine(subject)
                continue
            out.write(b"".join(self._blank.resolve(lines)) if with_blank else text)
        self._write_faults(out)

    def write_as_received(self, out: BinaryIO) -> None:
        """All statements, blank nodes as they are, then the faults."""
        for _, lines in records(self._lines.blocks()):
            out.writelines(lines)
        out.writelines(self._blank.statements())
        self._write_faults(out)

    def _quarantine(self, subject: bytes) -> None:
        if subject not in self._bad:  # the fault named a blank node below this record
            iri = subject[1:-1].decode()
            self._report(Fault("", None, None, iri, "a blank node of this record is not readable", "", "quarantined"))

    def _write_faults(self, out: BinaryIO) -> None:
        out.writelines(FAULT + str(Literal(json.dumps(asdict(fault)))).encode() + b" .\n" for fault in self._faults)
        if self._unnamed_faults:
            reason = f"{self._unnamed_faults} more faults"
            more = Fault("", None, None, None, reason, "", "repaired")
            out.write(FAULT + str(Literal(json.dumps(asdict(more)))).encode() + b" .\n")


@dataclass(frozen=True, slots=True)
class _Report:
    """What `statements` calls for each fault of one document."""

    assembler: Assembler
    prefix: bytes

    def __call__(self, fault: Fault) -> None:
        self.assembler.condemn(fault, self.prefix)


class _Sink:
    """Cuts what the serialiser writes into lines."""

    def __init__(self, assembler: Assembler, prefix: bytes) -> None:
        self._assembler = assembler
        self._prefix = prefix
        self._rest = b""

    def write(self, data: bytes) -> int:
        text = self._rest + data
        lines = text.splitlines(keepends=True)  # no statement has a bare line break inside
        self._rest = b"" if text.endswith(b"\n") else lines.pop()
        self._assembler.take(lines, self._prefix, odd=_PAGING in text or FAULT in text)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back but half a line."""

    def finish(self) -> None:
        """Take the last line, should it lack its line break."""
        if self._rest:
            self.write(b"\n")


def records(blocks: Iterator[list[bytes]]) -> Iterator[tuple[bytes, list[bytes]]]:
    """Sorted lines grouped by subject, each line once."""
    start = subject = b"\0"
    lines: list[bytes] = []
    last = b""
    for block in blocks:
        for line in block:
            if line == last:
                continue
            last = line
            if not line.startswith(start):
                if lines:
                    yield subject, lines
                subject = line[: line.index(b" ")]
                start = subject + b" "
                lines = []
            lines.append(line)
    if lines:
        yield subject, lines
