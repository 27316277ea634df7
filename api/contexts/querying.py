"""What the query page is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.contexts.pages import Form, Problem, Value


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row binds a variable to. `cut` says that the text goes on in the download."""

    value: Value
    kind: str = "text"
    """iri, blank, text, number, shape (of a map) or other."""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Some rows of a SELECT: a cell is None where the row leaves the variable unbound."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]

    @property
    def heads(self) -> tuple[tuple[str, str], ...]:
        """Each column with the kind of its values, where they are all of one kind."""
        return tuple((name, self._kind(place)) for place, name in enumerate(self.columns))

    def _kind(self, place: int) -> str:
        kinds = {cell.kind for cell in (row[place] for row in self.rows) if cell}
        return kinds.pop() if len(kinds) == 1 else ""

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(cell.kind for row in self.rows for cell in row if cell)


@dataclass(frozen=True, slots=True)
class Part:
    """Which rows or lines of the answer are shown: from `first`, of `total`; hrefs are None where there are no more."""

    first: int
    last: int
    total: int
    page: int
    pages: int
    previous: str | None = None
    following: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer: one of truth, table and statements."""

    seconds: float
    length: int
    downloads: tuple[Form, ...]
    truth: bool | None = None
    """Of an ASK."""
    table: Table | None = None
    statements: str | None = None
    """Of a CONSTRUCT or DESCRIBE, in Turtle."""
    part: Part | None = None

    @property
    def views(self) -> tuple[str, ...]:
        """In what ways a program of the reader's browser can show it besides the table."""
        if self.table is None:
            return ()
        drawn = {"shape": "map", "number": "chart"}
        return ("text", *(view for kind, view in drawn.items() if kind in self.table.kinds))


@dataclass(frozen=True, slots=True)
class Mistake:
    """Where a query stopped making sense: the lines around with their numbers, and what is before and behind it."""

    line: int
    column: int
    before: tuple[tuple[int, str], ...]
    sound: str
    """The line up to the mistake."""
    wrong: str
    behind: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer: in the reader's language, and as the service says it to programs."""

    reason: str
    problem: Problem
    mistake: Mistake | None = None
    advice: str = ""
    ways: tuple[tuple[str, str], ...] = ()
    """What helps: texts and where they lead."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question of the library that runs as it stands."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take."""

    seconds: float
    bytes: int
    memory: int
    running: int
    work: float
    """Seconds of work that one client may ask for in a minute."""


@dataclass(frozen=True, slots=True)
class Script:
    """What the page's script is told: where to find what, and its texts."""

    module: str
    style: str
    editor: str
    """Address of the editor; empty where this installation has none."""
    editor_style: str
    terms: str
    longest: int
    """Characters that an address may have."""
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SparqlPage:
    template = "sparql.html"
    title: str
    action: str
    query: str
    kept: tuple[tuple[str, str], ...]
    """Other parameters that belong to the query: which graphs it is about."""
    examples: tuple[tuple[str, tuple[Example, ...]], ...]
    """By topic, titles in the reader's language."""
    library: str
    endpoint: str
    service: str
    numbers: str
    """Where programs ask, what describes the service, and where classes and properties are counted."""
    limits: Limits
    script: Script
    example: Example | None = None
    """The one that is in the form, and what it answers, as title."""
    shown: Shown | None = None
    refusal: Refusal | None = None
