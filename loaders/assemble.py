"""From the statements of a source's documents to its records, as sorted canonical N-Triples. Runs in the cage.

Every IRI that is described is a record: its statements, then those of its blank nodes, labelled by their content. The
records come out in the byte order of their subjects, so that the writer compares them with the ledger in one walk and
neither side holds the catalogue in memory. Two processes share the work: one parses and spells, the other sorts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

from pyoxigraph import RdfFormat, serialize

from graph.cage import Child, Limits
from graph.iris import Iris
from loaders.blank import BlankNodes
from loaders.handover import Frame, Handover, Repair, Trailer
from loaders.mending.mender import Mended, Mender
from loaders.mending.terms import blank_object
from loaders.mending.treatments import Treatments
from loaders.parse import Fault, statements
from loaders.sorting import SortedLines
from vocabularies.namespaces import HYDRA

_WITH_GRAPHS: Final = frozenset({"trig", "nquads", "jsonld"})
_PAGING: Final = f" <{HYDRA.prefix}".encode()
_CHUNK: Final = 1 << 18
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
    """The cage's target: records, then faults and the trailer. Raises FormatError for an unreadable document.

    `argument`: documents (as Given), source, base, mark, the limits of the child that parses, and `tables`, the folder
    of the operator's authority tables.
    """
    _assembler(argument).write(out)


def received(argument: dict[str, Any], out: BinaryIO) -> None:
    """The cage's other target: the records as they were received, for validation; faults and trailer behind them."""
    _assembler(argument).write_as_received(out)


def spell(argument: dict[str, Any], out: IO[bytes]) -> None:
    """The target of the child that parses: each document's statements as N-Triples lines, then its faults."""
    handover = Handover(argument["mark"])
    for number, document in enumerate(argument["documents"]):
        given = Given(**document)
        faults: list[Fault] = []
        quads = statements(Path(given.path), given.form, given.base_iri, given.location, faults.append)
        triples = (quad.triple for quad in quads) if given.form in _WITH_GRAPHS else quads
        out.write(handover.document(number))
        serialize(triples, out, RdfFormat.N_TRIPLES)  # twice as fast as str() and encode() for each
        out.writelines(map(handover.fault, faults))


def _assembler(argument: dict[str, Any]) -> "Assembler":
    """What the parsing child spells, read in while it goes on parsing."""
    handover = Handover(argument["mark"])
    tables = Path(argument["tables"]) if argument.get("tables") else None
    assembler = Assembler(Iris(argument["base"]), argument["source"], handover, tables)
    limits = Limits(argument["cpu_seconds"], argument["memory"])
    required = bool(argument["isolation_required"])
    with Child("loaders.assemble:spell", argument, limits, isolation_required=required) as child:
        assembler.read(child.out)
        child.finish()
    return assembler


class Assembler:
    """Collects the statements of all documents of a source, then writes its records."""

    def __init__(self, iris: Iris, source: str, handover: Handover, tables: Path | None = None) -> None:
        self._handover = handover
        self._lines = SortedLines()
        self._mender = Mender(Treatments(authority=tables))
        self._blank = BlankNodes(iris, source, self._mender.stand)
        self._faults: list[Fault] = []
        self._unnamed_faults = 0
        self._bad: dict[bytes, Fault] = {}
        self._prefix = b"_:d0"

    def read(self, stream: IO[bytes]) -> None:
        """Take in what `spell` wrote."""
        mark, rest = self._handover.prefix, b""
        while data := stream.read(_CHUNK):
            text = rest + data
            lines = text.splitlines(keepends=True)  # no statement has a bare line break inside
            rest = b"" if text.endswith(b"\n") else lines.pop()
            if mark in text or _PAGING in text:
                self._take_odd(lines)
            else:
                self.take(lines)

    def _take_odd(self, lines: list[bytes]) -> None:
        """Lines of which some are not data: the beginning of a document, a fault, paging."""
        data: list[bytes] = []
        for line in lines:
            if line.startswith(self._handover.prefix):
                self.take(data)
                data = []
                self._take_note(line)
            elif _PAGING not in line or not _is_paging(line):
                data.append(line)
        self.take(data)

    def _take_note(self, line: bytes) -> None:
        number, fault = self._handover.document_of(line), self._handover.fault_of(line)
        if number is not None:
            self._prefix = b"_:d%d" % number  # keeps the blank nodes of one document apart from those of others
        elif fault is not None:
            self.condemn(fault)

    def take(self, lines: list[bytes]) -> None:
        """Statements of the present document as N-Triples lines."""
        plain = [line for line in lines if b"_:" not in line]
        if len(plain) < len(lines):
            for line in lines:
                if b"_:" in line:
                    self._take_blank(line, self._prefix)
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

    def condemn(self, fault: Fault) -> None:
        """Note a fault; the record of its subject is not handed on if it could not be repaired."""
        self._report(fault)
        if fault.action == "quarantined" and fault.subject is not None:
            subject = fault.subject.strip("<>")
            token = self._prefix + subject[2:].encode() if subject.startswith("_:") else f"<{subject}>".encode()
            self._bad[token] = fault

    def write(self, out: IO[bytes]) -> None:
        """All records as published, then the faults and the trailer."""
        self._blank.settle()
        for line in self._blank.records():
            self._lines.pending.append(line)
            if self._lines.full:
                self._lines.spill()
        bad = set(self._bad)
        bad |= {self._blank.minted[label] for label in bad if label in self._blank.minted}
        for subject, lines in records(self._lines.blocks()):
            text = b"".join(lines)
            with_blank = b" _:" in text  # or a literal that looks so, which does no harm
            if bad and (subject in bad or (with_blank and not bad.isdisjoint(self._blank.labels_below(lines)))):
                self._quarantine(subject)
                continue
            if with_blank:
                lines = self._blank.resolve(lines)  # noqa: PLW2901  the same record, spelled out
                text = b"".join(lines)
            self._write_record(out, text, len(lines), self._mender.mend(lines))
        self._write_end(out)

    def write_as_received(self, out: IO[bytes]) -> None:
        """All records with their blank nodes as received, in the byte order of subjects, then faults and trailer.

        A blank node that several records point to belongs to the first. What publication would make of a record is told
        as ever, but that no blank node gets an IRI: the trailer says how many would.
        """
        self._blank.settle()
        taken: set[bytes] = set()
        for _, lines in records(self._lines.blocks()):
            self._write_received(out, [*lines, *self._blank.closure(lines, taken)])
        for lines in self._blank.left(taken):
            self._write_received(out, lines)
        self._write_end(out)

    def _write_received(self, out: IO[bytes], lines: list[bytes]) -> None:
        text = b"".join(lines)
        self._write_record(out, text, len(lines), self._mender.mend(lines, self._blank.replaceable))

    def _write_record(self, out: IO[bytes], text: bytes, lines: int, mended: Mended | None) -> None:
        if mended is None:
            out.write(self._handover.record(text, lines))
            out.write(text)
        else:
            told = b"".join(map(Repair.line, mended.repairs))
            out.write(self._handover.mended(Frame(b"".join(mended.lines), len(mended.lines), text, told)))

    def _quarantine(self, subject: bytes) -> None:
        if subject not in self._bad:  # the fault named a blank node below this record
            iri = subject[1:-1].decode()
            self._report(Fault("", None, None, iri, "a blank node of this record is not readable", "", "quarantined"))

    def _write_end(self, out: IO[bytes]) -> None:
        out.writelines(map(self._handover.fault, self._faults))
        if self._unnamed_faults:
            reason = f"{self._unnamed_faults} more faults"
            out.write(self._handover.fault(Fault("", None, None, None, reason, "", "repaired")))
        repairs, unknown = dict(self._mender.counts), dict(self._mender.unknown_datatypes)
        out.write(self._handover.trailer(Trailer(repairs, len(self._blank.minted), unknown)))


def _is_paging(line: bytes) -> bool:
    """Whether the predicate or the object is of paging: a text may speak of it too."""
    _, predicate, value = line.split(b" ", 2)
    return (b" " + predicate).startswith(_PAGING) or (b" " + value).startswith(_PAGING)


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
