"""Validation of documents that are not loaded: `catalograph validate`."""

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from pyoxigraph import Quad

from graph.errors import CageError, FormatError, SourceError
from loaders.handover import Frame
from loaders.parse import Fault
from loaders.pipeline import Pipeline
from loaders.reading import Reader
from shapes.coherence import coherence
from shapes.compiling.idle import checks_anything, idle
from shapes.compiling.index import Index, MalformedShape, NotEvaluated, Undefined
from shapes.plan import compile_plan
from shapes.profiles import PROFILES, shapes_of
from shapes.reporting.rendering import Style, pieces
from shapes.reporting.report import Report
from shapes.reporting.suggestion import Suggestions
from shapes.reporting.unread import Unread, with_unread
from shapes.streaming.stream import Setting, report_on_records
from vocabularies.namespaces import SH

STDIN: Final = "-"
DEFAULT: Final = "dcat-ap"
_INPUT: Final = "standard-input"

_INCIDENTAL: Final = frozenset({"concepts", "contacts", "organisations"})
"""Kinds of records that a file can be full of without being a catalogue."""

_NOT_DONE: Final = {
    SH.js: "JavaScript (sh:js)",
    SH.jsFunctionName: "JavaScript (sh:jsFunctionName)",
    SH.entailment: "inference (sh:entailment)",
}
"""What shapes can ask and nobody here does: without it data would conform that does not."""

_WHY: Final = {
    "seconds": "they take too long; a pattern may try too many ways (such as (a+)+), or a query combine too much",
    "memory": "they need too much memory",
}
_TOLD: Final = 3
"""Shapes that check nothing, of those that an error names."""

_LOOKED_THROUGH: Final = 50
"""Files beside one of shapes, in search of a shape that is not in it."""

_TOO_DEEP: Final = "they are nested too deeply"

_OF_ORGANISATIONS: Final = frozenset({"portal", "adms"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What to validate against what; `shapes` are files of one's own, `all_nodes` judges other people's nodes too."""

    locations: Sequence[str]
    profiles: Sequence[str] = ()
    shapes: Sequence[str] = ()
    syntax: str | None = None
    all_nodes: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The profiles: the default one where neither profiles nor shapes are named."""
        return tuple(dict.fromkeys(self.profiles)) or (() if self.shapes else (DEFAULT,))

    @property
    def titles(self) -> tuple[str, ...]:
        """What the report is called: the profiles, and the files of shapes."""
        return (*self.names, *(f"{Path(file).name}{'/' * Path(file).is_dir()}" for file in self.files))

    @property
    def files(self) -> tuple[str, ...]:
        """The files of shapes, each once: twice would be twice the results."""
        return tuple({Path(shapes).resolve(): shapes for shapes in reversed(self.shapes)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class Checked:
    """`shapes` is the shapes graph, `faults` are what was wrong in the documents but could be read.

    `tables` is where the operator's newer authority tables are, if there are any; `idle` tells of shapes of one's own
    that check nothing.
    """

    report: Report
    shapes: Sequence[Quad]
    faults: Sequence[Fault]
    tables: Path
    idle: Sequence[str] = ()


@contextmanager
def checked(pipeline: Pipeline, asked: Asked) -> Iterator[Checked]:
    """The report on documents as received; it lasts as long as the context.

    Raises UnknownProfile, FormatError for what is in no syntax, in documents or shapes, and SourceError where nothing
    in the documents is what the profiles speak of: silence would pass for praise.
    """
    shapes = shapes_of(asked.names)
    if asked.names:
        shapes += coherence()
    with tempfile.TemporaryDirectory(prefix="catalograph-") as folder:
        reader = Reader(Path(folder), pipeline.iris, pipeline.tables, pipeline.limits)
        own = _own_shapes(reader, asked)
        shapes += own
        faults: list[Fault] = []
        with _named_as_given(folder):
            frames = reader.frames(_at_hand(asked.locations, Path(folder)), asked.syntax, faults)
            report = _report(frames, shapes, asked, Path(folder), pipeline)
        faults = [replace(fault, location=_without(fault.location, folder)) for fault in faults]
        report = with_unread(report, map(_unread, _unreadable(faults)))
        _refuse_nothing(report, asked)
        readable = [fault for fault in faults if fault.action != "quarantined"]
        told = [_as_written(one) for one in idle(Index(own))]
        yield Checked(report, shapes, readable, pipeline.tables, told)


def _report(frames: Iterable[Frame], shapes: Sequence[Quad], asked: Asked, folder: Path, pipeline: Pipeline) -> Report:
    work = folder / "validation"
    work.mkdir()
    setting = Setting(
        own_only=not asked.all_nodes,
        tables=pipeline.tables,
        isolation_required=pipeline.limits.isolation_required,
        trusted=not asked.shapes,
        terms=bool(asked.names),
    )
    try:
        return replace(report_on_records(frames, shapes, asked.titles, work, setting), compared=True)
    except CageError as error:
        if not asked.shapes:
            raise
        why = _TOO_DEEP if "RecursionError" in str(error) else _WHY.get(error.limit, str(error))
        raise FormatError(", ".join(asked.shapes), f"these shapes could not be evaluated: {why}") from error


def write(told: Checked, form: str, style: Style, out: BinaryIO) -> None:
    """The report in one of rendering.FORMS, piece by piece."""
    out.writelines(piece.encode() for piece in pieces(told.report, form, style))


def suggestions(told: Checked) -> Suggestions:
    """What would be right, read from the shapes."""
    return Suggestions.load(told.shapes, told.tables)


@contextmanager
def _named_as_given(folder: str) -> Iterator[None]:
    """What goes wrong with standard input is told of it, not of the file where it was kept."""
    try:
        yield
    except SourceError as error:
        raise SourceError(_without(error.location, folder), error.reason) from error
    except FormatError as error:
        raise FormatError(_without(error.location, folder), error.reason, error.line, error.column) from error


def _without(location: str, folder: str) -> str:
    return location.removeprefix(f"{folder}/")


def _unreadable(faults: Iterable[Fault]) -> Iterator[Fault]:
    return (fault for fault in faults if fault.action == "quarantined")


def _unread(fault: Fault) -> Unread:
    return Unread(fault.subject, fault.location, fault.line, fault.reason, fault.original)


def _at_hand(locations: Sequence[str], folder: Path) -> list[str]:
    """The locations, standard input as a file."""
    if STDIN not in locations:
        return list(locations)
    path = folder / _INPUT
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return [str(path) if location == STDIN else location for location in locations]


def _own_shapes(reader: Reader, asked: Asked) -> list[Quad]:
    """The shapes of one's own, parsed in the cage; shapes that are read in part would judge in part."""
    if not asked.shapes:
        return []
    shapes, names = _read(reader, asked.files), ", ".join(asked.files)
    try:
        compile_plan(shapes)
    except NotEvaluated as error:
        raise FormatError(names, f"these shapes could not be evaluated: {error}") from error
    except Undefined as error:
        remedy = _remedy(reader, asked.files, error.node)
        raise FormatError(names, f"these shapes are not well-formed: {_as_written(str(error))}: {remedy}") from error
    except MalformedShape as error:
        raise FormatError(names, f"these shapes are not well-formed: {_as_written(str(error))}") from error
    except RecursionError as error:
        raise FormatError(names, f"these shapes could not be evaluated: {_TOO_DEEP}") from error
    _refuse_what_is_not_done(shapes, names)
    index = Index(shapes)
    if not checks_anything(index):
        reasons = [*islice(idle(index), _TOLD)] or ["there is no shape with a target (sh:targetClass, …) in it"]
        raise FormatError(names, _as_written("; ".join(reasons)))
    return shapes


def _read(reader: Reader, files: Sequence[str]) -> list[Quad]:
    statements, faults = reader.received(files, None)
    for fault in faults:
        raise FormatError(fault.location, f"these shapes are not well-formed: {fault.reason}", fault.line, fault.column)
    return list(statements)


def _as_written(text: str) -> str:
    """With relative IRIs as their author wrote them: they are resolved against the name of a file alone."""
    return text.replace("<file:///", "<")


def _remedy(reader: Reader, files: Sequence[str], missing: object) -> str:
    """Which file to add for a shape that is not there."""
    folders = dict.fromkeys(Path(file).parent for file in files if Path(file).is_file())
    beside = (path for folder in folders for path in sorted(folder.glob("*.ttl"))[:_LOOKED_THROUGH])
    for path in beside:
        with suppress(FormatError, SourceError):
            if any(quad.subject == missing for quad in _read(reader, [str(path)])):
                return f"it is in {path}; add --shapes {path}, or name the folder: --shapes {path.parent}"
    return "add the file that it is in with one more --shapes, or name the folder with all of them"


def _refuse_what_is_not_done(shapes: Sequence[Quad], names: str) -> None:
    index = Index(shapes)
    for quad in shapes:
        if quad.predicate in _NOT_DONE:
            asks = f"{index.where(quad.subject)} asks for {_NOT_DONE[quad.predicate]}, which is not done here"
            raise FormatError(names, f"these shapes could not be evaluated: {asks}")


def _refuse_nothing(report: Report, asked: Asked) -> None:
    """Raise SourceError for a report without violations on data in which there was nothing to judge."""
    incidental = _INCIDENTAL - ({"organisations"} if _OF_ORGANISATIONS & set(asked.names) else set())
    judged = [kind for kind in report.kinds if not (asked.names and kind in incidental)]
    if not report.counts["violation"] and not judged:
        raise SourceError(", ".join(asked.locations), f"nothing to validate: {_missing(report.statements, asked)}")


def _missing(statements: int, asked: Asked) -> str:
    if not statements:
        return "there is no statement in it"
    counted = f"{statements:,} statement{'s' if statements > 1 else ''}"
    if not asked.names:
        return f"{counted}, but no node that the shapes have for a target"
    spoken = " and ".join(PROFILES[name].title for name in asked.names)
    return f"{counted}, but no dataset, catalogue, distribution or data service, nor anything else {spoken} speaks of"
