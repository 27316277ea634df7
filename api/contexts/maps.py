"""What a map is made of: paths on a drawing of known size, and all that it tells in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """A country that is meant, or that has something."""

    path: str
    name: str
    href: str = ""
    level: int = 0
    """From 1 to 5 where much or little is told by colour; else 0."""


_Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Slippy:
    """What a map that can be moved needs besides."""

    tiles: str
    attribution: str
    script: str
    frame: tuple[float, float, float, float]
    """What the drawing shows: west, south, and how many degrees it is wide and high."""
    shapes: tuple[_Points, tuple[_Points, ...], tuple[_Points, ...]]
    """Points, lines and rings in degrees, longitude first."""


@dataclass(frozen=True, slots=True)
class Map:
    """Of a map that nothing is drawn on, only the notes are told."""

    width: int = 0
    height: int = 0
    title: str = ""
    """What the map tells, for who does not see it."""
    land: str = ""
    """All countries as one path, in the background."""
    areas: tuple[Area, ...] = ()
    shapes: str = ""
    """What is meant by coordinates, as a path; filled."""
    lines: str = ""
    points: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of the map must know: what is drawn for what, and what is not drawn."""
    slippy: Slippy | None = None
    """None where the operator names no server of tiles."""

    @property
    def two_ways(self) -> bool:
        """Whether places are drawn both by their names and by coordinates, and must be told apart."""
        return bool(self.areas and not self.leads and (self.shapes or self.lines or self.points))

    @property
    def leads(self) -> bool:
        """Whether its areas lead somewhere."""
        return any(area.href for area in self.areas)
