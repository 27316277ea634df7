"""N-Triples and N-Quads: a line is a statement, so a fault costs a line.

The native parser never goes on after an error (it would read `"x"@français .` as `"x"@fran`): blocks are parsed whole,
a block that fails is halved down to its lines, and a line that fails is repaired and parsed again, or left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from graph.errors import FormatError
from loaders.syntax.faults import Reporter, reason_of
from loaders.syntax.octets import Block, blocks, decoded, opened
from loaders.syntax.terms import mended
from loaders.syntax.tokens import Kind, tokens

HOPELESS: Final = 1000
"""Faulty lines before the first good one that show a file to be in no such syntax."""

_CONTINUED: Final = 100
"""Lines that a literal with raw line ends may span."""


@dataclass(slots=True)
class _Document:
    form: RdfFormat
    reporter: Reporter
    good: int = 0
    bad: int = 0
    first: FormatError | None = None

    def failed(self, error: SyntaxError, line: int) -> None:
        """Count a fault; raise it when it is clear that no line will ever be good."""
        self.bad += 1
        if self.first is None:
            name = "N-Quads" if self.form == RdfFormat.N_QUADS else "N-Triples"
            self.first = FormatError(
                self.reporter.location, f"expected {name}: {reason_of(error)}", line, error.offset or None
            )
        if not self.good and self.bad >= HOPELESS:
            raise self.first


def statements(path: Path, form: RdfFormat, reporter: Reporter) -> Iterator[Quad]:
    """Raises FormatError where not one line can be read."""
    document = _Document(form, reporter)
    with opened(path) as stream:
        for block in blocks(stream):
            yield from _block(block, document)
    if document.first and not document.good:
        raise document.first


def _block(block: Block, document: _Document) -> Iterator[Quad]:
    try:
        quads = list(parse(block.data, document.form))
    except SyntaxError:
        lines = block.data.splitlines(keepends=True)
        bad = list[int]()
        for quads in _halved(lines, 0, len(lines), document.form, bad):
            document.good += len(quads)
            yield from quads
        yield from _mended(block.line, lines, bad, document)
    else:
        document.good += len(quads)
        yield from quads


def _halved(lines: Sequence[bytes], start: int, end: int, form: RdfFormat, bad: list[int]) -> Iterator[list[Quad]]:
    """The statements of the lines that are good; the numbers of the others go into `bad`, in order."""
    try:
        yield list(parse(b"".join(lines[start:end]), form))
    except SyntaxError:
        if end - start == 1:
            bad.append(start)
            return
        middle = (start + end) // 2
        yield from _halved(lines, start, middle, form, bad)
        yield from _halved(lines, middle, end, form, bad)


def _mended(first: int, lines: Sequence[bytes], bad: list[int], document: _Document) -> Iterator[Quad]:
    done = -1
    for position, number in enumerate(bad):
        if number <= done:
            continue
        done = number
        text = decoded(Block(first + number, lines[number]), document.reporter)
        joined = _joined(text, lines, bad[position + 1 : position + 1 + _CONTINUED], number, document.form)
        if joined:
            text, done = joined
            document.reporter.repaired(
                "a literal with raw line ends, escaped", text, first + number, None, _subject(text)
            )
        yield from _line(text, first + number, document)


def _joined(
    text: str, lines: Sequence[bytes], following: Sequence[int], number: int, form: RdfFormat
) -> tuple[str, int] | None:
    """A literal left open at the end of its line, with the lines up to its end: those are no statements themselves."""
    if not any(token.kind is Kind.OPEN_STRING for token in tokens(text)):
        return None
    for last in following:
        if any(
            line.strip() for index, line in enumerate(lines[number + 1 : last], number + 1) if index not in following
        ):
            return None
        more = b"".join(lines[number + 1 : last + 1]).decode("utf-8", "replace")
        whole = (text + more).rstrip().replace("\r", "\\r").replace("\n", "\\n") + "\n"
        if _parsed(mended(whole, names=False)[0], form):
            return whole, last
    return None


def _parsed(text: str, form: RdfFormat) -> list[Quad]:
    try:
        return list(parse(text, form))
    except SyntaxError:
        return []


def _line(text: str, line: int, document: _Document) -> Iterator[Quad]:
    repaired, mends = mended(text, names=False)
    subject = _subject(repaired)
    try:
        quads = list(parse(repaired, document.form))
    except SyntaxError as error:
        document.failed(error, line)
        document.reporter.quarantined(reason_of(error), text.strip(), line, error.offset or None, subject)
        return
    for mend in mends:
        document.reporter.repaired(mend.reason, mend.original, line, mend.start + 1, subject)
    document.good += len(quads)
    yield from quads


def _subject(text: str) -> str | None:
    """The subject of a line, as the statements spell it."""
    token = next(tokens(text), None)
    if token is None or token.kind not in {Kind.IRI, Kind.BLANK}:
        return None
    if token.kind is Kind.BLANK:
        return token.text
    try:
        return NamedNode(token.text[1:-1]).value
    except ValueError:
        return token.text[1:-1]
