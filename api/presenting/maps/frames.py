"""Which part of Earth a map shows. There are few of them, so that what lies in each is drawn once for many pages."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from graph.geometry.shapes import Extent, Point

WIDTH: Final = 960
_HEIGHTS: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0)
"""Degrees from south to north of which a map is chosen: a single point gets a country of our size around it."""
_STEPS: Final = 8
"""A map begins at a multiple of such a part of its height."""
_EDGE: Final = 1.12
"""How much larger it is than what it is of, at least."""
_FLATTEST: Final = 0.12
"""The least that a degree of longitude counts; at the poles it would be nothing."""
_OBLONG: Final = 1.5
_ROUND: Final = 2.0
"""Width to height of a map of a part of Earth, and of the whole."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is between four degrees, with parallels and meridians at right angles and true lengths in the middle."""

    west: float
    south: float
    width: float
    height: float

    @property
    def extent(self) -> Extent:
        return Extent(self.west, self.south, self.west + self.width, self.south + self.height)

    @property
    def pixels(self) -> int:
        """How high the drawing is; all are equally wide."""
        return round(WIDTH / (_ROUND if self == WORLD else _OBLONG))

    @property
    def placing(self) -> Callable[[Point], Point]:
        """Where a place on Earth is on the drawing."""
        high = self.pixels
        across, along, west, south = WIDTH / self.width, high / self.height, self.west, self.south
        return lambda point: ((point[0] - west) * across, high - (point[1] - south) * along)


WORLD: Final = Frame(-180.0, -90.0, 360.0, 180.0)


@lru_cache(maxsize=1_024)
def around(extent: Extent) -> Frame:
    """The smallest of them that has all of it, else the whole Earth."""
    return next(_fitting(extent), WORLD)


def _fitting(extent: Extent) -> Iterator[Frame]:
    for height in _HEIGHTS:
        step = height / _STEPS
        south = _begin(extent.south, extent.north, height, step)
        south = min(max(south, -90.0), 90.0 - height)
        shrink = max(_FLATTEST, math.cos(math.radians(south + height / 2)))
        width = height * _OBLONG / shrink
        west = _begin(extent.west, extent.east, width, step)
        if width < 300 and _has(extent, Frame(west, south, width, height)):
            yield Frame(west, south, width, height)


def _begin(low: float, high: float, length: float, step: float) -> float:
    """Where it begins, with what it is of in its middle."""
    return round(((low + high - length) / 2) / step) * step


def _has(extent: Extent, frame: Frame) -> bool:
    """Whether it is inside, with some room around it; only the poles have none."""
    across, along = (extent.east - extent.west) * _EDGE, (extent.north - extent.south) * _EDGE
    own = frame.extent
    inside = own.west <= extent.west and extent.east <= own.east
    within = own.south <= extent.south and extent.north <= own.north
    return inside and within and across <= frame.width and along <= frame.height


def together(extents: Iterable[Extent]) -> Extent | None:
    """From where to where all of them reach, the short way around Earth."""
    known = list(extents)
    if not known:
        return None
    shifted = [_eastwards(each) for each in known]
    return min(map(_joined, (known, shifted)), key=lambda each: (each.east - each.west, each.west))


def _eastwards(extent: Extent) -> Extent:
    """What lies west of 0°, as if it were reached by going east."""
    if extent.east >= 0:
        return extent
    return Extent(extent.west + 360, extent.south, extent.east + 360, extent.north)


def _joined(extents: Sequence[Extent]) -> Extent:
    return Extent(
        min(each.west for each in extents),
        min(each.south for each in extents),
        max(each.east for each in extents),
        max(each.north for each in extents),
    )
