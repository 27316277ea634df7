"""What charts are made of: numbers that are written already, and shapes with their places."""

from dataclasses import dataclass

from api.contexts.pages import Text


@dataclass(frozen=True, slots=True)
class Bar:
    """One of several things with a count, and how long its bar is."""

    title: Text
    count: str
    """As it is written."""
    href: str | None
    length: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Things by their number, the first have most: a table whose rows have a bar each."""

    caption: str
    """What is to be seen, in one sentence."""
    heading: str
    """What the things are."""
    counted: str
    """What is counted."""
    bars: tuple[Bar, ...]
    query: str = ""
    """Where the same numbers are asked anew."""
    more: str = ""
    """Where all of them are."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A word at a place of a plot, and whether it begins, ends or is in the middle there."""

    label: str
    x: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One kind of number over time, drawn to a scale of its own."""

    name: str
    kind: str
    """Class of its marks."""
    sentence: str
    """The same in words."""
    path: str
    gaps: str
    greatest: Tick | None
    """The number of the highest column, above it."""


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of one moment."""

    moment: str
    label: str
    counts: tuple[str, ...]
    """As they are written."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Numbers over time: panels one below the other, with one axis."""

    name: str
    """What ids begin with."""
    caption: str
    heading: str
    """What the moments are."""
    panels: tuple[Panel, ...]
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    """The newest first; none where a table beside the chart has the numbers."""
    note: str = ""
    query: str = ""
    more: str = ""
    """Where the numbers are that no query finds."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: its share in words, and its place in the strip."""

    name: str
    kind: str
    count: str
    """As it is written."""
    share: str
    x: str
    width: str
    pattern: str = ""
    """What its colour is overlaid with; empty for none."""
    drawn: bool = True
    """Whether there is anything of it."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A whole and its parts, in the order of the table below it."""

    name: str
    caption: str
    heading: str
    counted: str
    parts: tuple[Part, ...]
    note: str = ""
    query: str = ""
    more: str = ""
    """Where the reports are, or the numbers that no query finds."""


@dataclass(frozen=True, slots=True)
class Sparkline:
    """How something went, in the room of a word."""

    sentence: str
    points: str
