"""The tables as they are used: rings by country, and the countries of a group."""

import csv
import math
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Final

HERE: Final = files("vocabularies.outlines")
THOUSANDTHS: Final = 1000
"""Of a degree, in which the table has its rings."""

_HALF: Final = 180 * THOUSANDTHS

Ring = tuple[tuple[float, float], ...]
"""Degrees, east and north of 0° 0°, beyond 180° what crosses that meridian; the last point is not the first again."""


@cache
def outlines() -> Mapping[str, tuple[Ring, ...]]:
    """The rings of each country, the longest first."""
    found: dict[str, list[Ring]] = {}
    for row in _rows("rings.csv"):
        found.setdefault(row["code"], []).append(_ring(row["ring"]))
    return {code: tuple(sorted(rings, key=len, reverse=True)) for code, rings in found.items()}


@cache
def groups() -> Mapping[str, tuple[str, ...]]:
    """The countries of a continent, or of the European Union."""
    return {row["code"]: tuple(row["countries"].split()) for row in _rows("groups.csv")}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with HERE.joinpath(name).open(encoding="utf-8") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def _ring(text: str) -> Ring:
    steps = [int(each) for each in text.split()]
    across = [x / THOUSANDTHS for x in accumulate(map(_short, steps[::2]))]
    along = [y / THOUSANDTHS for y in accumulate(steps[1::2])]
    points = tuple(zip(across, along, strict=True))
    if abs(across[-1] - across[0]) > _HALF / THOUSANDTHS:  # around a pole
        pole = math.copysign(90.0, along[0])
        points = (*points, (across[-1], pole), (across[0], pole))
    return points


def _short(step: int) -> int:
    """The short way: a ring that crosses the 180th meridian goes on beyond it."""
    return step - 2 * int(math.copysign(_HALF, step)) if abs(step) > _HALF else step
