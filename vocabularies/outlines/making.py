"""Makes `rings.csv` from Natural Earth's countries as npm's world-atlas has them: `make outlines`.

Borders are thinned arc by arc, so that neighbours keep the same line: least where this portal's readers live.
"""

import hashlib
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, Final

from babel.core import get_global

from vocabularies.outlines.reading import HERE, THOUSANDTHS

_DIGEST: Final = "3bc6f1d367a9bcec479841bae0e76092f512838411d0cef124e92eec4db45f79"
_HEAD: Final = """\
# Outlines of countries, simplified, by the codes of the Union's table of countries. Borders are as the source has them,
# which says nothing of whose a territory is. A row is a ring: in thousandths of a degree, east and north of 0° 0°, the
# first point, then each next one as its distance from the one before. Made by `make outlines`; not written by hand.
# Source: Natural Earth <https://www.naturalearthdata.com>, Admin 0 countries, 1:10 m, version 4.1.0,
# read from countries-10m.json of npm's world-atlas, version 2.0.2. Licence: public domain.
"""
_FINEST, _FINE, _USUAL, _COARSE = 0.0, 0.01, 0.06, 0.3
"""Degrees that a line may be off."""
_NEAR: Final = {"LUX": _FINEST, "BEL": _FINE, "DEU": _FINE, "FRA": _FINE, "NLD": _FINE, "CHE": _FINE}
_DETAIL: Final = 32
"""A line is off by no more than so many times less than a country is long."""
_SEEN: Final = 6
"""A ring is left out that is no longer than so many times what a line may be off."""
_EUROPE: Final = (-25.0, 34.0, 45.0, 72.0)
_UNCODED: Final = {"Kosovo": "1A0", "N. Cyprus": "CYP", "Cyprus U.N. Buffer Zone": "CYP", "Somaliland": "SOM"}
"""What the source tells apart without a code, and the Union's table of countries does not, or by a code of its own."""
_WITHDRAWN: Final = {"BUR", "DDR", "FXX", "SCG", "SUN", "TMP", "YMD", "YUG", "ZAR"}
_PARTS: Final = {
    "GUF": ("FRA", -55.0, 2.0, -51.0, 6.0),
    "GLP": ("FRA", -62.0, 15.7, -60.9, 16.6),
    "MTQ": ("FRA", -61.3, 14.3, -60.7, 15.0),
    "REU": ("FRA", 55.0, -21.5, 56.0, -20.8),
    "MYT": ("FRA", 45.0, -13.1, 45.4, -12.5),
    "SJM": ("NOR", -10.0, 70.5, 40.0, 82.0),
    "BES": ("NLD", -69.0, 12.0, -62.5, 18.0),
}
"""Parts of a country that have a code of their own, and between which degrees they lie: west, south, east, north."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Country:
    code: str
    rings: Sequence[Sequence[int]]


def table(topology: Mapping[str, Any]) -> str:
    """The table, with its head."""
    arcs = list(_arcs(topology))
    countries = _told_apart(_rings_by_code(topology["objects"]["countries"]["geometries"]), arcs)
    slacks = {one.code: min(_slack(one, arcs), _extent(one, arcs) / _DETAIL) for one in countries}
    slack = [_COARSE] * len(arcs)
    for one in countries:
        for place in map(_place, chain.from_iterable(one.rings)):
            slack[place] = min(slack[place], slacks[one.code])
    thin = [thinned(arc, degrees) for arc, degrees in zip(arcs, slack, strict=True)]
    rows = {(one.code, _written(ring)) for one in countries for ring in _rings(one, thin, slacks[one.code])}
    return _HEAD + "code,ring\n" + "".join(f"{code},{ring}\n" for code, ring in sorted(rows))


def _arcs(topology: Mapping[str, Any]) -> Iterator[list[Point]]:
    """https://github.com/topojson/topojson-specification: positions are distances from the one before, to be scaled."""
    (across, along), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x, y, points = 0, 0, []
        for right, up in arc:
            x, y = x + right, y + up
            points.append((x * across + west, y * along + south))
        yield points


def _rings_by_code(geometries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Sequence[int]]]:
    aliases = get_global("territory_aliases")
    found = ((short, name) for name, (short, *_) in aliases.items() if len(name) == 3 and name not in _WITHDRAWN)
    codes = {short: name for short, name in found if name.isalpha()}
    for each in geometries:
        code = _UNCODED.get(each["properties"]["name"]) or codes.get(aliases.get(each.get("id", ""), ("",))[0])
        polygons = each["arcs"] if each["type"] == "MultiPolygon" else [each["arcs"]]
        yield from ((code, ring) for polygon in polygons for ring in polygon if code)


def _told_apart(rings: Iterable[tuple[str, Sequence[int]]], arcs: Sequence[Sequence[Point]]) -> list[_Country]:
    found: dict[str, list[Sequence[int]]] = {}
    for code, ring in rings:
        x, y = arcs[_place(ring[0])][0]
        parts = (part for part, (of, w, s, e, n) in _PARTS.items() if of == code and w <= x <= e and s <= y <= n)
        found.setdefault(next(parts, code), []).append(ring)
    return [_Country(code, listed) for code, listed in found.items()]


def _place(arc: int) -> int:
    """An arc that is gone along backwards is named by the complement of its place."""
    return arc if arc >= 0 else ~arc


def _slack(country: _Country, arcs: Sequence[Sequence[Point]]) -> float:
    west, south, east, north = _EUROPE
    x, y = arcs[_place(country.rings[0][0])][0]
    usual = _USUAL if west <= x <= east and south <= y <= north else _COARSE
    return _NEAR.get(country.code, usual)


def _extent(country: _Country, arcs: Sequence[Sequence[Point]]) -> float:
    return max(_size(list(_joined(ring, arcs))) for ring in country.rings)


def _rings(country: _Country, arcs: Sequence[Sequence[Point]], slack: float) -> Iterator[list[Point]]:
    """Those large enough to be seen, and the largest in any case."""
    rings = [list(_joined(ring, arcs)) for ring in country.rings]
    least = min(max(map(_size, rings)), _SEEN * slack or _FINE)
    return (ring for ring in rings if _size(ring) >= least and len(ring) > 2)


def _joined(ring: Sequence[int], arcs: Sequence[Sequence[Point]]) -> Iterator[Point]:
    for arc in ring:
        points = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
        yield from points[:-1]


def _size(ring: Sequence[Point]) -> float:
    across, along = zip(*ring, strict=True)
    return math.hypot(max(across) - min(across), max(along) - min(along))


def thinned(line: Sequence[Point], slack: float) -> list[Point]:
    """The line without the points that lie no further than that from it (Douglas and Peucker), ends kept."""
    kept, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, distance = max(
            ((at, _off(line[at], line[first], line[last])) for at in range(first + 1, last)),
            key=lambda one: one[1],
            default=(0, -1.0),
        )
        if distance > slack:
            kept.add(far)
            waiting += [(first, far), (far, last)]
    return [line[at] for at in sorted(kept)]


def _off(point: Point, start: Point, end: Point) -> float:
    """How far a point is from a stretch of line, in degrees of latitude."""
    shrink = math.cos(math.radians(start[1]))
    x, y = (point[0] - start[0]) * shrink, point[1] - start[1]
    right, up = (end[0] - start[0]) * shrink, end[1] - start[1]
    length = right * right + up * up
    part = min(1.0, max(0.0, (x * right + y * up) / length)) if length else 0.0
    return math.hypot(x - part * right, y - part * up)


def _written(ring: Sequence[Point]) -> str:
    points = [(round(x * THOUSANDTHS), round(y * THOUSANDTHS)) for x, y in ring]
    steps = ((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points))
    return " ".join(f"{x} {y}" for x, y in (points[0], *steps))


def main() -> None:
    """Of the file that is named; refuses any other than the one that the table's head names."""
    content = Path(sys.argv[1]).read_bytes()
    if hashlib.sha256(content).hexdigest() != _DIGEST:
        sys.exit(f"{sys.argv[1]} is not the file that is described; look at the source and change what is said of it")
    Path(str(HERE.joinpath("rings.csv"))).write_text(table(json.loads(content)), "utf-8")


if __name__ == "__main__":
    main()
