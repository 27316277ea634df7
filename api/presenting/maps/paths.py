"""Shapes as the paths of a drawing: cut where it ends, and with no more corners than can be seen."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from api.presenting.maps.frames import WIDTH, Frame
from graph.geometry.shapes import Extent, Point
from vocabularies.outlines.reading import Ring, outlines

_TURNS: Final = (-360.0, 0.0, 360.0)
"""What is around Earth once more is there too."""
_MARGIN: Final = 12
"""By how much more than the drawing a line goes on, so that its end is not seen."""
_NEAR: Final = 2
_SEEN: Final = 3
"""Corners that are nearer to each other are one, of what the map is of and of what is around it."""
_LEAST: Final = 5
"""A ring that is no longer is not drawn, unless it is what the map is of."""
MOST: Final = 2_000
"""Corners of what one map is of; of more, every second, third … is left."""

_Sides = tuple[float, float, float, float]


@lru_cache(maxsize=1_024)
def land(frame: Frame) -> str:
    """All countries that are in it."""
    found = (ring for rings in outlines().values() for ring in rings)
    return "".join(_drawn(frame, ring, _LEAST, _SEEN) for ring in found)


@lru_cache(maxsize=1_024)
def country(code: str, frame: Frame) -> str:
    """One of them, however small."""
    return rings(outlines().get(code, ()), frame)


def rings(known: Sequence[Sequence[Point]], frame: Frame) -> str:
    return "".join(_drawn(frame, ring) for ring in thin(known, MOST))


def lines(known: Sequence[Sequence[Point]], frame: Frame) -> str:
    return "".join(_open(frame, line) for line in thin(known, MOST))


def thin(known: Sequence[Sequence[Point]], most: int) -> tuple[tuple[Point, ...], ...]:
    """About so many corners of them at most, and the last of each in any case."""
    every = 1 + sum(map(len, known)) // most
    return tuple(tuple(line) if every == 1 else (*line[::every], line[-1]) for line in known[:most])


def points(known: Iterable[Point], frame: Frame) -> tuple[tuple[int, int], ...]:
    """Those that are on the drawing, each place once."""
    placing = frame.placing
    placed = (placing((x + turn, y)) for x, y in known for turn in _TURNS)
    kept = ((round(x), round(y)) for x, y in placed if 0 <= x <= WIDTH and 0 <= y <= frame.pixels)
    return tuple(dict.fromkeys(kept))[:MOST]


@lru_cache(maxsize=4_096)
def extent(ring: Ring) -> Extent:
    across, along = zip(*ring, strict=True)
    return Extent(min(across), min(along), max(across), max(along))


def _drawn(frame: Frame, ring: Sequence[Point], least: int = 0, near: int = _NEAR) -> str:
    shown, placing = frame.extent, frame.placing
    around = extent(tuple(ring))
    found = []
    for turn in _TURNS:
        moved = Extent(around.west + turn, around.south, around.east + turn, around.north)
        if moved.meets(shown):
            placed = [placing((x + turn, y)) for x, y in ring]
            found.append(_closed(_cut(placed, _sides(frame)), least, near))
    return "".join(found)


def _sides(frame: Frame) -> _Sides:
    return -_MARGIN, -_MARGIN, WIDTH + _MARGIN, frame.pixels + _MARGIN


def _cut(ring: Sequence[Point], sides: _Sides) -> Sequence[Point]:
    """What of it is between four sides (Sutherland and Hodgman): side by side, each crossing is a corner."""
    for axis, sign, side in ((0, 1, sides[0]), (1, 1, sides[1]), (0, -1, sides[2]), (1, -1, sides[3])):
        if not all(sign * (point[axis] - side) >= 0 for point in ring):
            ring = list(_inside(ring, axis, sign, side))
    return ring


def _inside(ring: Sequence[Point], axis: int, sign: int, side: float) -> Iterator[Point]:
    for start, end in pairwise((ring[-1], *ring)) if ring else ():
        before, behind = sign * (start[axis] - side), sign * (end[axis] - side)
        if before * behind < 0:
            part = before / (before - behind)
            crossing = [start[each] + part * (end[each] - start[each]) for each in (0, 1)]
            crossing[axis] = side
            yield crossing[0], crossing[1]
        if behind >= 0:
            yield end


def _closed(ring: Sequence[Point], least: int, near: int) -> str:
    corners = _corners(ring, near)
    if not corners:
        return ""
    across, along = zip(*corners, strict=True)
    if max(max(across) - min(across), max(along) - min(along)) < least:
        return ""
    return f"{_path(corners)}z"


def _open(frame: Frame, line: Sequence[Point]) -> str:
    """A line as far as it is not far off the drawing; a piece that leaves it is drawn to its end."""
    (left, top, right, bottom), placing = _sides(frame), frame.placing
    found = []
    for turn in _TURNS:
        placed = [placing((x + turn, y)) for x, y in line]
        if any(left <= x <= right and top <= y <= bottom for x, y in placed):
            cut = [(min(max(x, left), right), min(max(y, top), bottom)) for x, y in placed]
            found.append(_path(_corners(cut, _NEAR)))
    return "".join(found)


def _corners(placed: Sequence[Point], near: int) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for x, y in placed:
        corner = round(x), round(y)
        if not kept or abs(corner[0] - kept[-1][0]) + abs(corner[1] - kept[-1][1]) >= near:
            kept.append(corner)
    return kept


def _path(corners: Sequence[tuple[int, int]]) -> str:
    """https://www.w3.org/TR/SVG2/paths.html: the first corner, then each as its distance from the one before."""
    steps = ((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners))
    (x, y), told = corners[0], " ".join(f"{right} {down}" for right, down in steps)
    return f"M{x} {y}l{told}" if told else f"M{x} {y}"
