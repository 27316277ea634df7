"""A part of an answer that may be long: found by counting lines, so that the rest is neither parsed nor held.

Rows are read from SPARQL's TSV, where a row is a line: https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import BinaryIO, Final

from graph.serving.client import Answer

_PIECE: Final = 1 << 20
_LOOKED_AT: Final = 16 << 20
"""Bytes of all lines together that are looked at; what comes behind is counted only."""
_LINE: Final = 64 << 10
"""Of each, at least."""

_ESCAPED: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_PLAIN: Final = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_TEXT: Final = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)(?:"(?:@(?P<lang>[A-Za-z0-9-]+)|\^\^<(?P<type>[^>]*)>)?)?', re.DOTALL
)
_BARE: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NUMBERS: Final = re.compile(
    r"http://www\.w3\.org/2001/XMLSchema#(?:decimal|double|float|integer|int|long|short|byte"
    r"|(?:non)?(?:Positive|Negative|positive|negative)Integer|unsigned(?:Int|Long|Short|Byte))"
)


@dataclass(frozen=True, slots=True)
class Term:
    """One cell. `kind` is iri, blank, text, number or other; `cut` says that the text goes on."""

    kind: str
    text: str
    lang: str = ""
    datatype: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a text, without their ends, and how many there are in all."""

    lines: tuple[bytes, ...]
    total: int


def opened(answer: Answer) -> BinaryIO:
    """What the answer is in, to be closed by the caller."""
    return BytesIO(answer.body) if answer.file is None else answer.file


def lines(file: BinaryIO, first: int, count: int) -> Lines:
    """`count` lines from line `first` (0 is the first) and the number of all."""
    total, place = _counted(file, first)
    if place is None:
        return Lines((), total)
    file.seek(place)
    return Lines(tuple(_read(file, min(count, total - first))), total)


def _read(file: BinaryIO, count: int) -> Iterator[bytes]:
    left = _LOOKED_AT
    for _ in range(count):
        line = _line(file, max(left, _LINE))
        left -= len(line)
        yield line


def _counted(file: BinaryIO, first: int) -> tuple[int, int | None]:
    """How many lines there are, and where one of them begins; the last needs no end."""
    total, place, length, ended = 0, 0 if first == 0 else None, 0, True
    file.seek(0)
    for piece in iter(partial(file.read, _PIECE), b""):
        found = piece.count(b"\n")
        if place is None and total + found >= first:
            place = length + _behind(piece, first - total)
        total, length, ended = total + found, length + len(piece), piece.endswith(b"\n")
    total += not ended
    return total, place if first < total else None


def _behind(piece: bytes, count: int) -> int:
    """The place behind so many line ends."""
    place = 0
    for _ in range(count):
        place = piece.index(b"\n", place) + 1
    return place


def _line(file: BinaryIO, longest: int) -> bytes:
    """The next line, or its beginning; the file stands behind its end."""
    line = file.readline(longest)
    rest = line
    while rest and not rest.endswith(b"\n"):
        rest = file.readline(_PIECE)
    return line.removesuffix(b"\n")


def truth(file: BinaryIO) -> bool | None:
    """The answer of an ASK; None where the answer is rows."""
    file.seek(0)
    return {b"true": True, b"false": False}.get(file.read(6))


def columns(header: bytes) -> tuple[str, ...]:
    """The variables that the first line names."""
    return tuple(name.removeprefix("?") for name in header.decode().split("\t") if name)


def cells(line: bytes, width: int, longest: int) -> Iterator[Term | None]:
    """The cells of a row, each with at most `longest` characters of its text; None where nothing is bound.

    Of a line that was not read to its end, the cells behind are cut to nothing, which is not the same.
    """
    found = line.decode("utf-8", "ignore").split("\t")
    yield from (_term(cell, longest) if cell else None for cell in found[:width])
    yield from (Term("other", "", cut=True) for _ in range(width - len(found)))


def _term(cell: str, longest: int) -> Term:
    if cell.startswith("<<"):
        return _shorter(Term("other", cell), longest)
    if cell.startswith("<"):
        return Term("iri", _unescaped(cell.removeprefix("<").removesuffix(">")))
    if cell.startswith("_:"):
        return Term("blank", cell)
    if not cell.startswith('"'):
        return Term("number" if _BARE.fullmatch(cell) else "text", cell)
    found = _TEXT.match(cell)
    if found is None:
        return _shorter(Term("other", cell), longest)
    datatype = found["type"] or ""
    kind = "number" if _NUMBERS.fullmatch(datatype) else "text"
    return _shorter(Term(kind, _unescaped(found["text"]), found["lang"] or "", datatype), longest)


def _shorter(term: Term, longest: int) -> Term:
    if len(term.text) <= longest:
        return term
    return Term(term.kind, term.text[:longest], term.lang, term.datatype, cut=True)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(_meant, text) if "\\" in text else text


def _meant(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    if code is None:
        return _PLAIN.get(escape[3], escape[3])
    number = int(code, 16)
    return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else escape[0]
