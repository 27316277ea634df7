"""Turtle, TriG and N3: strict first; where that fails, statement by statement, so that a fault costs a statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, parse

from graph.errors import FormatError
from loaders.syntax.faults import Reporter, reason_of
from loaders.syntax.octets import blocks, decoded, opened, proven
from loaders.syntax.terms import mended
from loaders.syntax.tokens import Kind, tokens
from loaders.syntax.units import Scope, Splitter, Unit

HOPELESS: Final = 1000
"""Faulty statements before the first good one that show a file to be in no such syntax."""

_FIRST: Final = 9000
"""Characters within which a subject ends."""

_TOGETHER: Final = 1 << 15
"""Characters of statements that are parsed in one go."""


class _Formula(SyntaxError):
    """Text that an N3 parser reads, but that says nothing in RDF."""


def statements(path: Path, form: RdfFormat, base_iri: str, reporter: Reporter) -> Iterator[Quad]:
    """Raises FormatError where not one statement can be read."""
    try:
        with opened(path) as first, opened(path) as second:
            streams = iter((first, second))
            yield from proven(lambda: _checked(parse(next(streams), form, base_iri=base_iri), form))
    except SyntaxError as error:
        yield from _Salvage(form, reporter, _refusal(error, form, reporter)).statements(path, base_iri)


def _refusal(error: SyntaxError, form: RdfFormat, reporter: Reporter) -> FormatError:
    return FormatError(reporter.location, f"expected {form.name}: {reason_of(error)}", error.lineno, error.offset)


def _checked(quads: Iterator[Quad], form: RdfFormat) -> Iterator[Quad]:
    return _plain(quads) if form == RdfFormat.N3 else quads


def _plain(quads: Iterator[Quad]) -> Iterator[Quad]:
    for quad in quads:
        if not isinstance(quad.graph_name, DefaultGraph):
            raise _Formula("an N3 formula is no RDF statement")
        yield quad


@dataclass(slots=True)
class _Salvage:
    form: RdfFormat
    reporter: Reporter
    refusal: FormatError
    good: int = 0
    bad: int = 0

    def statements(self, path: Path, base_iri: str) -> Iterator[Quad]:
        together, size = list[Unit](), 0
        for unit in self._units(path, base_iri):
            if together and (size > _TOGETHER or unit.scope is not together[-1].scope or not together[-1].stopped):
                yield from self._group(together)
                together, size = [], 0
            together.append(unit)
            size += len(unit.text)
        yield from self._group(together)
        if self.bad and not self.good:
            raise self.refusal

    def _units(self, path: Path, base_iri: str) -> Iterator[Unit]:
        splitter = Splitter(Scope(self.form, base_iri), self.reporter)
        with opened(path) as stream:
            for block in blocks(stream):
                yield from splitter.units(decoded(block, self.reporter), final=False)
        yield from splitter.units("", final=True)

    def _group(self, units: Sequence[Unit]) -> Iterator[Quad]:
        if not units:
            return
        try:
            quads = self._parsed("\n".join(unit.text for unit in units), units[0].scope)
        except SyntaxError as error:
            if len(units) == 1:
                yield from self._faulty(units[0], error)
                return
            middle = len(units) // 2
            yield from self._group(units[:middle])
            yield from self._group(units[middle:])
        else:
            self.good += len(quads)
            yield from quads

    def _parsed(self, text: str, scope: Scope) -> list[Quad]:
        return list(_checked(parse(scope.wrapped(text), self.form, base_iri=scope.base), self.form))

    def _faulty(self, unit: Unit, error: SyntaxError) -> Iterator[Quad]:
        """Repair the terms; else take it for several statements without full stops; else leave it out."""
        quads = self._mended(unit)
        if quads is None and unit.starts:
            yield from self._pieces(unit)
            return
        if quads is None:
            self._quarantine(unit, error)
            return
        self.good += len(quads)
        yield from quads

    def _mended(self, unit: Unit) -> list[Quad] | None:
        text, mends = mended(unit.text)
        try:
            quads = self._parsed(text, unit.scope)
        except SyntaxError:
            return self._completed(unit, text)
        for mend in mends:
            self.reporter.repaired(mend.reason, mend.original, *unit.place(mend.start), self._subject(unit.scope, text))
        return quads

    def _completed(self, unit: Unit, text: str) -> list[Quad] | None:
        """The statement with the full stop that it lacks, unless it breaks off where more was to come."""
        *_, last = tokens(text)
        if unit.stopped or last.kind is Kind.SEPARATOR:
            return None
        try:
            quads = self._parsed(f"{text}\n.", unit.scope)
        except SyntaxError:
            return None
        line, column = unit.place(last.end)
        reason = "no full stop at the end of the statement, added"
        self.reporter.repaired(reason, unit.text, line, column, self._subject(unit.scope, text))
        return quads

    def _pieces(self, unit: Unit) -> Iterator[Quad]:
        """Where a piece fails, the one before it is doubtful too: the faulty text may have been its own."""
        before: str | None = None
        for start, end in zip((0, *unit.starts), (*unit.starts, len(unit.text)), strict=True):
            text = unit.text[start:end].rstrip()
            piece = Unit(unit.scope, *unit.place(start), text, (), end == len(unit.text) and unit.stopped)
            try:
                quads: list[Quad] | None = self._parsed(text, unit.scope)
            except SyntaxError as error:
                quads = self._mended(piece)
                if quads is None:
                    self._quarantine(piece, error, before)
            if quads:
                self.good += len(quads)
                yield from quads
            before = self._subject(unit.scope, text)

    def _quarantine(self, unit: Unit, error: SyntaxError, before: str | None = None) -> None:
        line, column = unit.line, unit.column
        if error.lineno is not None and 0 <= error.lineno - 2 <= unit.text.count("\n"):
            line = unit.line + error.lineno - 2  # the first line of what was parsed holds the declarations
            column = (error.offset or 1) + (unit.column - 1 if error.lineno == 2 and unit.column > 1 else 0)
        subject = self._subject(unit.scope, unit.text)
        for hit in dict.fromkeys((subject, before) if before else (subject,)):
            self.reporter.quarantined(reason_of(error), unit.text, line, column, hit)
        self.bad += 1
        if self.bad >= HOPELESS and not self.good:
            raise self.refusal

    def _subject(self, scope: Scope, text: str) -> str | None:
        """The subject of a statement, as the statements spell it; None for a blank node in brackets."""
        token = next(tokens(mended(text[:_FIRST])[0]), None)
        if token is None or token.kind not in {Kind.IRI, Kind.NAME, Kind.SLASHED, Kind.BLANK}:
            return None
        try:
            subject = self._parsed(f"{token.text} <p:p> <p:p> .", scope)[0].subject
        except SyntaxError:
            return token.text.strip("<>")
        return (
            subject.value
            if isinstance(subject, NamedNode)
            else str(subject)
            if isinstance(subject, BlankNode)
            else None
        )
