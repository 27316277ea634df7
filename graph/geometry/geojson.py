"""GeoJSON: https://www.rfc-editor.org/rfc/rfc7946, with the reference system that an earlier edition allowed."""

import json
import re
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, Final

from graph.geometry.shapes import Line, Point, Shapes, Unread, box
from graph.geometry.wkt import is_degrees

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"')
_DEEPEST: Final = 24
"""Brackets within brackets: a feature collection of collections of polygons needs half of them."""

_LONGEST: Final = 200
"""Characters of the name of a reference system."""


def read(text: str) -> Shapes | Unread:
    """The shapes of a geometry, a feature or a collection of them."""
    if _depth(text) > _DEEPEST:
        return Unread.FORM
    try:
        told = json.loads(text, parse_int=float, parse_constant=_refused)
        if not is_degrees(_system(told)[:_LONGEST] or "CRS84"):
            return Unread.SYSTEM
        found = _shapes(told)
    except (ValueError, TypeError, KeyError, IndexError):
        return Unread.FORM
    return found if found.are_degrees else Unread.DEGREES


def _refused(name: str) -> float:
    raise ValueError(name)


def _depth(text: str) -> int:
    """How deep brackets are nested, so that no parser has to find out."""
    depth = deepest = 0
    for each in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if each in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _system(told: Mapping[str, Any]) -> str:
    return str(told["crs"]["properties"]["name"]) if told.get("crs") else ""


def _shapes(told: Any) -> Shapes:
    if not isinstance(told, Mapping):
        raise TypeError(told)
    kind = told.get("type")
    if kind == "Feature":
        return _shapes(told["geometry"])
    if kind in {"FeatureCollection", "GeometryCollection"}:
        parts = told["features" if kind == "FeatureCollection" else "geometries"]
        return Shapes.joined(map(_shapes, parts))
    if isinstance(kind, str) and kind in _KINDS:
        return _KINDS[kind](told["coordinates"])
    if kind is None and len(told.get("bbox", ())) == 4:
        return box(*map(float, told["bbox"]))
    raise ValueError(kind)


def _point(numbers: Any) -> Point:
    return float(numbers[0]), float(numbers[1])


def _line(points: Any) -> Line:
    return tuple(map(_point, points))


def _lines(lines: Any) -> tuple[Line, ...]:
    return tuple(map(_line, lines))


_KINDS: Final[Mapping[str, Callable[[Any], Shapes]]] = {
    "Point": lambda at: Shapes(points=(_point(at),)),
    "MultiPoint": lambda at: Shapes(points=_line(at)),
    "LineString": lambda at: Shapes(lines=(_line(at),)),
    "MultiLineString": lambda at: Shapes(lines=_lines(at)),
    "Polygon": lambda at: Shapes(areas=_lines(at)),
    "MultiPolygon": lambda at: Shapes(areas=tuple(chain.from_iterable(map(_lines, at)))),
}
