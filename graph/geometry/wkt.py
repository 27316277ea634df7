"""Well-known text, with what GeoSPARQL and PostGIS put before it: https://docs.ogc.org/is/22-047r1/22-047r1.html#10-8-1."""

import re
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Final, TypeVar

from graph.geometry.shapes import Line, Point, Shapes, Unread, box

_HEAD: Final = re.compile(r"\s*(?:<([^>]{0,200})>|SRID=(\d{1,9});)?\s*", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[(),]|[A-Za-z]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\S")
_DEGREES: Final = re.compile(r"(?:.*CRS84|.*EPSG(?:/[\d.]*/|:[\d.]*:?)(?:4326|4258))", re.IGNORECASE)
"""Reference systems of longitudes and latitudes that differ by less than can be seen."""
_SRID: Final = frozenset({"", "0", "4326", "4258"})
_DEEPEST: Final = 8
"""Collections within collections."""
_DIMENSIONS: Final = frozenset({"Z", "M", "ZM"})

Made = TypeVar("Made")


class _Malformed(Exception):
    pass


def is_degrees(system: str) -> bool:
    """Whether an address or name of a reference system is one of those that are read."""
    return _DEGREES.fullmatch(system) is not None


def read(text: str) -> Shapes | Unread:
    """The shape, longitude first whatever its reference system says."""
    head = _HEAD.match(text)
    system, number = (head[1] or "", head[2] or "") if head else ("", "")
    if number not in _SRID or (system and not is_degrees(system)):
        return Unread.SYSTEM
    try:
        found = _Reader(_TOKEN.findall(text, head.end() if head else 0)).whole()
    except _Malformed:
        return Unread.FORM
    if system and "EPSG" in system.upper():
        found = found.moved(lambda point: (point[1], point[0]))
    return found if found.are_degrees else Unread.DEGREES


class _Reader:
    """Nested brackets become nested lists; each kind knows how deep its points are."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._kinds: Mapping[str, Callable[[], Shapes]] = {
            "POINT": lambda: Shapes(points=self._points()),
            "LINESTRING": lambda: Shapes(lines=(self._points(),)),
            "POLYGON": lambda: Shapes(areas=self._list(self._points)),
            "MULTIPOINT": lambda: Shapes(points=self._list(self._bracketed)),
            "MULTILINESTRING": lambda: Shapes(lines=self._list(self._points)),
            "MULTIPOLYGON": lambda: Shapes(areas=tuple(chain(*self._list(lambda: self._list(self._points))))),
            "ENVELOPE": lambda: self._box((0, 3, 1, 2)),
            "BBOX": lambda: self._box((0, 1, 2, 3)),
            "BOX": lambda: self._box((0, 1, 2, 3)),
        }

    def whole(self) -> Shapes:
        found = self._geometry(0)
        if self._at < len(self._tokens):
            raise _Malformed
        return found

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise _Malformed
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> str:
        return self._tokens[self._at].upper() if self._at < len(self._tokens) else ""

    def _geometry(self, depth: int) -> Shapes:
        kind = self._next().upper()
        if self._peek() in _DIMENSIONS:
            self._at += 1
        if self._peek() == "EMPTY":
            self._at += 1
            return Shapes()
        if kind == "GEOMETRYCOLLECTION" and depth < _DEEPEST:
            return Shapes.joined(self._list(lambda: self._geometry(depth + 1)))
        if kind not in self._kinds:
            raise _Malformed
        return self._kinds[kind]()

    def _list(self, one: Callable[[], Made]) -> tuple[Made, ...]:
        if self._next() != "(":
            raise _Malformed
        found = [one()]
        while self._peek() == ",":
            self._at += 1
            found.append(one())
        if self._next() != ")":
            raise _Malformed
        return tuple(found)

    def _points(self) -> Line:
        return self._list(self._point)

    def _bracketed(self) -> Point:
        return self._points()[0] if self._peek() == "(" else self._point()

    def _numbers(self) -> list[float]:
        start = self._at
        while self._at < len(self._tokens) and self._tokens[self._at] not in "(),":
            self._at += 1
        try:
            return list(map(float, self._tokens[start : self._at]))
        except ValueError:
            raise _Malformed from None

    def _point(self) -> Point:
        numbers = self._numbers()
        if not 2 <= len(numbers) <= 4:
            raise _Malformed
        return numbers[0], numbers[1]

    def _box(self, places: tuple[int, int, int, int]) -> Shapes:
        """Four numbers, and at which places west, south, east and north are."""
        numbers = [number for part in self._list(self._numbers) for number in part]
        if len(numbers) != 4:
            raise _Malformed
        return box(*(numbers[place] for place in places))
