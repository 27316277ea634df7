"""Are the dumps as they were made: what `catalograph dump --check` looks at."""

import csv
import gzip
import hashlib
import io
import json
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from pyoxigraph import parse

from graph import cage
from graph.errors import CageError, FormatError
from graph.formats import CSV, RDF_FORMATS, by_media_type
from loaders.dumps.making import CHECKSUMS
from loaders.dumps.sets import Dumps, DumpSet, File
from loaders.soundness import Finding

_PIECE: Final = 1 << 20
_READING: Final = cage.Work("reading the file", "make it again: move the set away and run `catalograph dump`")
_LIMITS: Final = cage.Limits(cpu_seconds=3600)


def findings(data: Path, *, deep: bool, isolation_required: bool = True) -> Iterator[Finding]:
    """One for each file of each set, newest first; `deep` reads each by its syntax and counts what it says."""
    dumps = Dumps(data)
    sets = [each for each in dumps.all() if each.removed is None]
    if not sets:
        yield Finding(sound=False, text=f"there are no dumps in {data}: run `catalograph dump`")
    for each in sets:
        yield _sums(dumps.path(each.number), each)
        for file in each.files:
            yield _file(dumps.path(each.number), file, deep=deep, isolation_required=isolation_required)


def _sums(folder: Path, dumped: DumpSet) -> Finding:
    """What others check by is what we know."""
    known = "".join(f"{each.sha256}  {each.name}\n" for each in dumped.files)
    try:
        told = (folder / CHECKSUMS).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return Finding(sound=False, text=f"{folder / CHECKSUMS} cannot be read: {error}")
    if told != known:
        return Finding(sound=False, text=f"{folder / CHECKSUMS} has not the checksums of the set")
    size = sum(each.size for each in dumped.files)
    return Finding(sound=True, text=f"dumps of generation {dumped.number}: {len(dumped.files)} files, {size:,} bytes")


def _file(folder: Path, file: File, *, deep: bool, isolation_required: bool) -> Finding:
    path = folder / file.name
    try:
        fault = _differs(path, file) or (_says_other(path, file, isolation_required=isolation_required) if deep else "")
    except OSError as error:
        fault = f"cannot be read: {error.strerror or error}"
    if fault:
        return Finding(sound=False, text=f"{path} {fault}")
    return Finding(sound=True, text=f"{file.name}: {file.count:,} {'rows' if _is_table(file) else 'statements'}")


def _differs(path: Path, file: File) -> str:
    """What is wrong with its bytes, packed and unpacked; empty where nothing is."""
    size, digest = path.stat().st_size, hashlib.sha256()
    if size != file.size:
        return f"has {size:,} bytes, not {file.size:,}"
    with path.open("rb") as packed:
        while piece := packed.read(_PIECE):
            digest.update(piece)
    if digest.hexdigest() != file.sha256:
        return "is not what was made: its checksum is another"
    try:
        with gzip.open(path) as unpacked:
            length = sum(map(len, iter(lambda: unpacked.read(_PIECE), b"")))
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return "cannot be unpacked"
    return "" if length == file.unpacked else f"unpacks to {length:,} bytes, not {file.unpacked:,}"


def _says_other(path: Path, file: File, *, isolation_required: bool) -> str:
    """How what it says differs from what it should; empty where it does not. Others wrote it: read in a cage."""
    argument = [str(path), file.media_type]
    try:
        (told,) = cage.lines(
            "loaders.dumps.checking:count", argument, _LIMITS, isolation_required=isolation_required, work=_READING
        )
    except (FormatError, CageError) as error:
        return f"cannot be read: {error}"
    count = int(json.loads(told))
    return (
        ""
        if count == file.count
        else f"has {count:,} {'rows' if _is_table(file) else 'statements'}, not {file.count:,}"
    )


def count(argument: list[str], out: BinaryIO) -> None:
    """The child's side: how many statements or rows a file has. Raises FormatError."""
    path, media_type = argument
    with gzip.open(path) as unpacked:
        found = (_rows if media_type == CSV.media_type else _statements)(path, media_type, unpacked)
    out.write(json.dumps(found).encode() + b"\n")


def _rows(path: str, _media_type: str, unpacked: gzip.GzipFile) -> int:
    """Less the one with the names of the columns."""
    csv.field_size_limit(sys.maxsize)
    try:
        return sum(1 for _ in csv.reader(io.TextIOWrapper(unpacked, "utf-8", newline=""))) - 1
    except (csv.Error, UnicodeDecodeError) as error:
        raise FormatError(path, str(error)) from error


def _statements(path: str, media_type: str, unpacked: gzip.GzipFile) -> int:
    form = by_media_type(media_type, RDF_FORMATS)
    if form is None:
        raise FormatError(path, f"no syntax is called {media_type}")
    try:
        return sum(1 for _ in parse(cast("IO[bytes]", unpacked), form.engine))
    except SyntaxError as error:
        raise FormatError(path, error.msg, error.lineno, error.offset) from error


def _is_table(file: File) -> bool:
    return file.media_type == CSV.media_type
