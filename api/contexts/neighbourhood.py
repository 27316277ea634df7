"""What is drawn of a record's neighbours: boxes with lines of text, and arrows between them."""

from dataclasses import dataclass

from api.contexts.pages import Text


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A thing beside a record, and by which relation it is."""

    relation: str
    title: Text
    href: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and where it begins."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    x: int
    y: int
    title: tuple[Line, ...]
    """As much of it as fits."""
    relation: Line | None = None
    """None in the box of the record itself."""
    neighbour: Neighbour | None = None
    arrow: str = ""
    """The path from it to the record, or from the record to it."""


@dataclass(frozen=True, slots=True)
class Side:
    """What a record comes from, or what uses it: the first few."""

    name: str
    neighbours: tuple[Neighbour, ...]
    more: int = 0
    """How many there are besides those."""
    least: bool = False
    """Whether there may be more than that."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    sides: tuple[Side, ...]
    width: int
    height: int
    box: tuple[int, int]
    """Width and height of all boxes."""
    names: tuple[Line, ...]
    """Those of the sides that have boxes."""
    boxes: tuple[Box, ...]
    itself: Box
    everything: str
    """Where all that has to do with it is listed."""
    query: str
    """The question behind."""
