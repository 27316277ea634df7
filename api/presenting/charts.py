"""Numbers as shapes: where the marks of a chart are in its plot. Words and addresses are put to them elsewhere.

Nothing is drawn that has no number, whatever is there is seen however little it is, and nothing reaches over the plot.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

MOST: Final = 60
"""Columns of a plot, the last; more would be thinner than a line on a telephone."""

FEWEST: Final = 12
"""Places for columns in a plot: a few columns are no wider than those of a year."""

LEAST: Final = 1.5
"""Height of a column, width of a bar or part, of whatever is more than nothing."""

WIDTH, HEIGHT = 240.0, 48.0
"""Of a plot, in units of its own: a page stretches it to the room there is."""

_MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_FILLED: Final = 0.72
"""What a column takes of its place."""
_WHOLE: Final = 100.0


class Mark(NamedTuple):
    """A rectangle, from its upper left corner; a tuple, because a page has a hundred."""

    x: float
    y: float
    width: float
    height: float


def columns(values: Sequence[int | None], width: float = WIDTH, height: float = HEIGHT) -> tuple[Mark, ...]:
    """A column for each of the last values, from the left, the greatest as high as the plot.

    What is nothing, or not known, has one without height.
    """
    shown = values[-MOST:]
    greatest = max((value or 0 for value in shown), default=0)
    place = width / max(len(shown), FEWEST)
    left, wide = (1 - _FILLED) / 2 * place, place * _FILLED
    heights = [_scaled(value, greatest, height) if value else 0.0 for value in shown]
    return tuple([Mark(number * place + left, height - high, wide, high) for number, high in enumerate(heights)])


def gaps(values: Sequence[int | None], width: float = WIDTH, height: float = HEIGHT) -> tuple[Mark, ...]:
    """The places of the values that are not known, as high as the plot."""
    shown = values[-MOST:]
    place = width / max(len(shown), FEWEST)
    return tuple(Mark(number * place, 0, place, height) for number, value in enumerate(shown) if value is None)


def _scaled(value: int, greatest: int, length: float) -> float:
    """In proportion to the greatest, and seen where it is more than nothing."""
    return min(max(value / greatest * length, LEAST), length) if value > 0 else 0.0


def lengths(counts: Sequence[int]) -> tuple[float, ...]:
    """How long the bars are, in hundredths of the greatest."""
    greatest = max(counts, default=0)
    return tuple(_scaled(count, greatest, _WHOLE) for count in counts)


def parts(counts: Sequence[int]) -> tuple[Mark, ...]:
    """The parts of a whole, side by side, in hundredths of it. Small ones are seen at the cost of the others."""
    total = sum(counts)
    seen = [max(count / total * _WHOLE, LEAST) if count else 0.0 for count in counts] if total else []
    whole = sum(seen)
    widths = [each / whole * _WHOLE for each in seen]
    return tuple(Mark(start, 0, width, 1) for start, width in zip((0.0, *accumulate(widths)), widths, strict=False))


def line(values: Sequence[int], width: float = WIDTH, height: float = HEIGHT) -> tuple[tuple[float, float], ...]:
    """Points from the left edge to the right one; a value alone is a level line."""
    shown = [*values[-MOST:]]
    level = [*shown, *shown] if len(shown) == 1 else shown
    greatest = max(level, default=0)
    steps = max(len(level) - 1, 1)
    return tuple(
        (number * width / steps, height - (value / greatest * height if greatest else 0.0))
        for number, value in enumerate(level)
    )


def outline(marks: Iterable[Mark]) -> str:
    """Rectangles as one path of SVG: a page writes it at once."""
    return "".join(
        f"M{mark.x:.1f} {mark.y:.1f}h{mark.width:.1f}v{mark.height:.1f}h-{mark.width:.1f}z"
        for mark in marks
        if mark.height
    )


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """As the points of a polyline of SVG."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def percent(hundredths: float) -> str:
    """A length as SVG has it where it is a part of the whole width."""
    return f"{hundredths:.1f}%"


def in_sequence(
    known: Mapping[str, tuple[int, ...]], most: int, beside: Iterable[str] = ()
) -> list[tuple[str, tuple[int, ...]]]:
    """The newest months, such as `2026-11`, from the first that is known; those in between have nothing.

    They begin and end with those `beside` which they are to be seen, where these are earlier and later.
    """
    months = list(filter(_MONTH.fullmatch, known))
    if not months:
        return []
    nothing = (0,) * len(known[months[0]])
    months += filter(_MONTH.fullmatch, beside)
    last = _number(max(months))
    first = max(_number(min(months)), last - most + 1)
    return [(name, known.get(name, nothing)) for name in map(_name, range(first, last + 1))]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _name(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def ticks(months: Sequence[str], apart: float = 0.3) -> tuple[tuple[int, str], ...]:
    """Which months are named below a plot: the first, the last, and one between that begins a year, not too near."""
    last = len(months) - 1
    between = [
        place
        for place, name in enumerate(months)
        if name.endswith("-01") and apart * last <= place <= (1 - apart) * last
    ]
    named = sorted({0, *between[:1], last}) if months else []
    return tuple((place, months[place]) for place in named)
