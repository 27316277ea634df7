"""A Turtle, TriG or N3 document cut into top-level statements, by its tokens alone.

A full stop ends a statement whatever square brackets are open before it, so that a forgotten one costs one statement.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import RdfFormat, parse

from loaders.repair import namespace
from loaders.syntax.faults import Reporter, reason_of
from loaders.syntax.terms import mended
from loaders.syntax.tokens import Kind, Token, tokens

_LOOK_AHEAD: Final = 1 << 16
"""Characters behind an open quote within which its end is looked for."""

_BEGINNING: Final = frozenset({Kind.IRI, Kind.NAME, Kind.SLASHED, Kind.BARE_IRI, Kind.BLANK, Kind.OPEN, Kind.DIRECTIVE})


@dataclass(frozen=True, slots=True)
class Scope:
    """What a statement is read in: base, prefix declarations (one line), and the graph whose braces are round it
    ("" is the default graph, None no braces).
    """

    form: RdfFormat
    base: str
    declarations: str = ""
    graph: str | None = None

    def wrapped(self, text: str) -> str:
        """The text as a document of its own; its first line is the second of that."""
        return (
            f"{self.declarations}{self.graph} {{\n{text}\n}}"
            if self.graph is not None
            else f"{self.declarations}\n{text}\n"
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """A statement, with its full stop where it has one; `starts` are the offsets at which another one may begin."""

    scope: Scope
    line: int
    column: int
    text: str
    starts: tuple[int, ...] = ()
    stopped: bool = True

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the document of an offset in the text."""
        before = self.text[:offset]
        lines = before.count("\n")
        return self.line + lines, offset - before.rfind("\n") if lines else self.column + offset


@dataclass(slots=True)
class _Open:
    """The statement being read."""

    start: int = -1
    column: int = 0
    braces: int = 0
    last: Token | None = None
    starts: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Splitter:
    """Cuts text that comes in pieces of whole lines; `rest` is what the last piece leaves, to be given again."""

    scope: Scope
    reporter: Reporter
    line: int = 1
    rest: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    _in_braces: bool = False
    _text: str = ""
    _more: list[str] = field(default_factory=list)
    _counted: int = 0
    _line_start: int = 0
    _seen: int = 0
    _wanted: int = 0
    _open: _Open = field(default_factory=_Open)

    def units(self, more: str, *, final: bool) -> Iterator[Unit]:
        """The statements that end in the rest with `more` behind it; the last call says that it is final."""
        self._more.append(more)
        if not final and len(self.rest) + sum(map(len, self._more)) < self._wanted:
            return
        self._text, self._counted, self._open = self.rest + "".join(self._more), 0, _Open()
        self._more, self._line_start, self._seen = [], 0, 0
        for token in tokens(self._text):
            if token.kind is Kind.OPEN_STRING and not final and self._undecided(token):
                break
            unit = self._take(token)
            if unit:
                yield unit
        else:
            if final and self._open.start >= 0:
                yield self._unit(len(self._text), stopped=False)
        end = self._open.start if self._open.start >= 0 else len(self._text)
        self._advance(end)
        self.rest = self._text[end:]
        self._wanted = 2 * len(self.rest)  # a long rest is not looked through again for each piece

    def _undecided(self, token: Token) -> bool:
        return token.text[:3] in {'"""', "'''"} or len(self._text) - token.start < _LOOK_AHEAD

    def _advance(self, offset: int) -> None:
        self.line += self._text.count("\n", self._counted, offset)
        self._counted = offset

    def _take(self, token: Token) -> Unit | None:
        self._finish_directive(token)
        now = self._open
        if now.start < 0:
            if token.text == "}" and self._in_braces:
                self._leave()
                return None
            now.start, now.column = token.start, self._column(token)
        elif token.kind in _BEGINNING and self._begins(token):
            now.starts.append(token.start - now.start)
        unit = self._ended(token)
        if unit is None and self._open is now:
            now.last = token
        return unit

    def _finish_directive(self, token: Token) -> None:
        """End a declaration behind its IRI where the full stop was forgotten."""
        last = self._open.last
        if self._open.start < 0 or last is None or last.kind is not Kind.IRI or token.kind is Kind.STOP:
            return
        if self._text.startswith(("@prefix", "@base"), self._open.start):
            self._advance(self._open.start)
            reason = "no full stop behind a declaration, added"
            self.reporter.repaired(reason, self._text[self._open.start : last.end], self.line, self._open.column)
            self._directive(last, " .")

    def _column(self, token: Token) -> int:
        line_end = self._text.rfind("\n", self._seen, token.start)
        if line_end >= 0:
            self._line_start = line_end + 1
        self._seen = token.start
        return token.start - self._line_start + 1

    def _begins(self, token: Token) -> bool:
        """Whether the token could be the subject of a statement before which a full stop was forgotten."""
        column, last = self._column(token), self._open.last
        if column != self._open.column or (last and last.text in {";", ",", "^^"}) or self._open.braces:
            return False
        return last is not None and self._text.find("\n", last.end, token.start) >= 0

    def _ended(self, token: Token) -> Unit | None:
        first = self._text[self._open.start : self._open.start + 6].lower()
        if token.kind in {Kind.NAME, Kind.SLASHED} and not (self._open.last and self._open.last.kind is Kind.DIRECTIVE):
            self._known(token)
        if token.kind is Kind.IRI and first.startswith(("prefix", "base")) and self._is_directive(token):
            self._directive(token)
            return None
        if token.text == "{" and self.scope.form == RdfFormat.TRIG and not self._in_braces:
            self._enter(token)
            return None
        if token.text == "}" and self._in_braces and not self._open.braces:
            unit = self._unit(token.start, stopped=False)
            self._leave()
            return unit
        self._open.braces += (token.text in {"{", "{|"}) - (token.text in {"}", "|}"})
        if token.kind is not Kind.STOP or self._open.braces > 0:
            return None
        if not first.startswith(("@prefi", "@base")):
            return self._unit(token.end)
        self._directive(token)
        return None

    def _is_directive(self, token: Token) -> bool:
        """Whether a statement that begins like `PREFIX x: <…>` is one, and not about a resource `prefix:x`."""
        head = self._text[self._open.start : token.start].split()
        return head[0].lower() in {"prefix", "base"} and len(head) <= 3

    def _unit(self, end: int, *, stopped: bool = True) -> Unit:
        now = self._open
        self._advance(now.start)
        unit = Unit(self.scope, self.line, now.column, self._text[now.start : end], tuple(now.starts), stopped)
        self._open = _Open()
        return unit

    def _enter(self, token: Token) -> None:
        label = self._unit(token.start, stopped=False)
        name, mends = mended(label.text.strip())
        if name.replace(" ", "").lower().removeprefix("graph") == "[]":
            name = f"_:unnamed.graph.{label.line}.{label.column}"
        for mend in mends:
            self.reporter.repaired(mend.reason, mend.original, *label.place(mend.start))
        self.scope = replace(self.scope, graph=name)
        self._in_braces = True

    def _leave(self) -> None:
        self.scope = replace(self.scope, graph=None)
        self._in_braces = False
        self._open = _Open()

    def _directive(self, token: Token, stop: str = "") -> None:
        """Take base and prefix as the native parser reads them."""
        unit = self._unit(token.end)
        repaired, mends = mended(unit.text)
        outside = replace(self.scope, graph=None)
        try:
            reader = parse(outside.wrapped(repaired + stop), outside.form, base_iri=outside.base)
            next(reader, None)
        except SyntaxError as error:
            self.reporter.quarantined(reason_of(error), unit.text, unit.line, unit.column)
            return
        for mend in mends:
            self.reporter.repaired(mend.reason, mend.original, *unit.place(mend.start))
        self.prefixes |= reader.prefixes
        self._declare(reader.base_iri or self.scope.base)

    def _declare(self, base: str) -> None:
        names = "".join(f"@prefix {name}: <{iri}> . " for name, iri in self.prefixes.items())
        self.scope = replace(self.scope, base=base, declarations=names)

    def _known(self, token: Token) -> None:
        """Declare a prefix that was not, where everybody means the same by it."""
        name = token.text.partition(":")[0]
        if name in self.prefixes:
            return
        iri = namespace(name)
        if iri is not None:
            line = self.line + self._text.count("\n", self._counted, token.start)
            self.reporter.repaired(f"prefix not declared, taken as <{iri}>", f"{name}:", line, self._column(token))
            self.prefixes[name] = iri
            self._declare(self.scope.base)
