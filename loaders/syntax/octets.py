"""Bytes of a document as UTF-8 without a byte order mark, whatever they came in."""

import codecs
import io
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Final

from pyoxigraph import Quad

from loaders.syntax.faults import Reporter

BLOCK: Final = 1 << 18
KEPT: Final = 100_000
"""Statements held in memory before a first pass over a document turns into a mere check."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins the same
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(rb"""\A\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def opened(path: Path) -> IO[bytes]:
    """The document as a stream of UTF-8: marks stripped, UTF-16 and UTF-32 transcoded."""
    stream = path.open("rb")
    head = stream.read(4)
    stream.seek(0)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            if encoding == "utf-8":
                stream.seek(len(mark))
                return stream
            return _transcoded(stream, encoding)
    if head[:2].count(0) == 1 and len(head) == 4:  # no mark, but ASCII in two bytes
        return _transcoded(stream, "utf-16-le" if head[1] == 0 else "utf-16-be")
    return stream


def _transcoded(stream: IO[bytes], encoding: str) -> IO[bytes]:
    with stream:
        return io.BytesIO(stream.read().decode(encoding, "replace").encode("utf-8", "replace"))


def declared_encoding(head: bytes) -> str | None:
    """The encoding that an XML declaration names, if we know it; None for UTF-8 and for none."""
    match = _DECLARED.match(head)
    if match is None:
        return None
    try:
        name = codecs.lookup(match.group(1).decode()).name
    except LookupError:
        return None
    return None if name in {"utf-8", "ascii"} or name.startswith(("utf-16", "utf-32")) else name


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a document; `line` is the number of the first."""

    line: int
    data: bytes

    @property
    def lines(self) -> int:
        """Line ends in it: LF, CR LF, or CR alone where there is no LF at all."""
        return self.data.count(b"\n") or self.data.count(b"\r")


def blocks(stream: IO[bytes], size: int = BLOCK) -> Iterator[Block]:
    """The document in blocks of whole lines; one line longer than a block makes a longer block."""
    line, parts = 1, list[bytes]()
    while data := stream.read(size):
        end = max(data.rfind(b"\n"), -1 if b"\n" in data else data.rfind(b"\r", 0, len(data) - 1)) + 1
        if not end:
            parts.append(data)
            continue
        block = Block(line, b"".join([*parts, data[:end]]))
        yield block
        line += block.lines
        parts = [data[end:]]
    if rest := b"".join(parts):
        yield Block(line, rest)


def decoded(block: Block, reporter: Reporter) -> str:
    """The text of a block; a line that is no UTF-8 is read as Windows-1252, and reported."""
    try:
        return block.data.decode()
    except UnicodeDecodeError:
        lines = block.data.splitlines(keepends=True)
    return "".join(_guessed(line, block.line + number, reporter) for number, line in enumerate(lines))


def _guessed(line: bytes, number: int, reporter: Reporter) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        text = line.decode("cp1252", "replace")
        reporter.repaired("not UTF-8, read as Windows-1252", text.strip(), number, error.start + 1)
        return text


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column of an offset."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


class Places:
    """Lines and columns of many offsets of one text."""

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def of(self, position: int) -> tuple[int, int]:
        line = bisect_left(self._ends, position)
        return line + 1, position - (self._ends[line - 1] if line else -1)


def proven(parse: Callable[[], Iterable[Quad]]) -> Iterator[Quad]:
    """The statements, once the whole document is known to be readable; else SyntaxError before the first one.

    A short document is parsed once; a long one twice, for its statements would not fit in memory.
    """
    first = iter(parse())
    head = list(islice(first, KEPT))
    if len(head) < KEPT:
        return iter(head)
    for _ in first:
        pass
    return iter(parse())
