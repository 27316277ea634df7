"""What is read of a text: points, lines and areas in degrees, longitude first; or why nothing is."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import chain

Point = tuple[float, float]
Line = tuple[Point, ...]


class Unread(Enum):
    """Why a text is not read as a shape."""

    FORM = "form"
    """Neither well-known text nor GeoJSON."""
    SYSTEM = "system"
    """Its coordinates are of a reference system that is not of degrees: a wrong place is worse than none."""
    DEGREES = "degrees"
    """Its numbers are no longitudes and latitudes, in that order."""
    LENGTH = "length"
    """There is too much of it."""


@dataclass(frozen=True, slots=True)
class Extent:
    """From where to where something reaches; east is beyond 180° where it crosses the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    def meets(self, other: "Extent") -> bool:
        """Whether the two have a point in common, on a flat map."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


@dataclass(frozen=True, slots=True)
class Shapes:
    points: Line = ()
    lines: tuple[Line, ...] = ()
    areas: tuple[Line, ...] = ()
    """Rings: where one is inside another, what is between them is meant."""

    def __iter__(self) -> Iterator[Point]:
        return chain(self.points, *self.lines, *self.areas)

    @classmethod
    def joined(cls, parts: Iterable["Shapes"]) -> "Shapes":
        """All of them as one."""
        known = list(parts)
        return cls(
            tuple(chain.from_iterable(part.points for part in known)),
            tuple(chain.from_iterable(part.lines for part in known)),
            tuple(chain.from_iterable(part.areas for part in known)),
        )

    def moved(self, how: Callable[[Point], Point]) -> "Shapes":
        """The same with each of its points somewhere else."""

        def line(points: Line) -> Line:
            return tuple(map(how, points))

        return Shapes(line(self.points), tuple(map(line, self.lines)), tuple(map(line, self.areas)))

    @property
    def are_degrees(self) -> bool:
        """Once around Earth more is allowed: that is how some write what crosses the 180th meridian."""
        return all(math.isfinite(x) and abs(x) <= 360 and abs(y) <= 90 for x, y in self)

    @property
    def extent(self) -> Extent | None:
        """None where there is nothing."""
        points = list(self)
        if not points:
            return None
        across, along = zip(*points, strict=True)
        return Extent(min(across), min(along), max(across), max(along))


def box(west: float, south: float, east: float, north: float) -> Shapes:
    """The area between four degrees; what goes from east to west crosses the 180th meridian."""
    east = east + 360 if east < west else east
    return Shapes(areas=(((west, south), (east, south), (east, north), (west, north), (west, south)),))
