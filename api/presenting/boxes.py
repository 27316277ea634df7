"""Where the boxes and arrows of a picture of neighbours are."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from textwrap import wrap
from typing import Final

from api.contexts.neighbourhood import Box, Line, Neighbour, Neighbourhood, Side

_WIDE: Final = 212
_HIGH: Final = 64
_GAP: Final = 12
_BETWEEN: Final = 42
"""From side to side, for the arrows."""
_TOP: Final = 26
"""Above the boxes, for the names of the sides."""
_LETTERS: Final = 26
"""That fit in a line of a box."""
_LINES: Final = 2
_LINE: Final = 18
"""From line to line."""
_BASE: Final = 14
"""From the top of a line to what its letters stand on."""
_INDENT: Final = 10
_TIP: Final = 8
"""How long the tip of an arrow is, and how wide."""


def drawn(title: str, sides: tuple[Side, Side], everything: str, query: str) -> Neighbourhood:
    """Two columns of boxes, and the record's own between them at half their height."""
    rows = max(1, *(len(side.neighbours) for side in sides))
    height = _TOP + rows * (_HIGH + _GAP)
    down = _TOP + (rows - 1) * (_HIGH + _GAP) // 2
    return Neighbourhood(
        sides=sides,
        width=_left(2) + _WIDE,
        height=height,
        box=(_WIDE, _HIGH),
        names=tuple(
            Line(_left(column), _TOP - _GAP, side.name)
            for column, side in zip((0, 2), sides, strict=True)
            if side.neighbours
        ),
        boxes=tuple(
            box
            for column, side in zip((0, 2), sides, strict=True)
            for box in _boxes(side.neighbours, column, rows, down)
        ),
        itself=Box(_left(1), down, tuple(_own(title, _left(1), down))),
        everything=everything,
        query=query,
    )


def _left(column: int) -> int:
    return column * (_WIDE + _BETWEEN)


@lru_cache(maxsize=4_096)
def _lines(text: str, most: int) -> tuple[str, ...]:
    """A text in lines that fit into a box."""
    return tuple(wrap(text, _LETTERS, max_lines=most, placeholder=" …"))


def _own(title: str, x: int, y: int) -> Iterator[Line]:
    """In the middle of its box."""
    found = _lines(title, _LINES + 1)
    first = y + (_HIGH - len(found) * _LINE) // 2 + _BASE
    return (Line(x + _INDENT, first + place * _LINE, text) for place, text in enumerate(found))


def _boxes(known: Sequence[Neighbour], column: int, rows: int, middle: int) -> Iterator[Box]:
    """From the top down, those of a shorter side in its middle."""
    x, first = _left(column), _TOP + (rows - len(known)) * (_HIGH + _GAP) // 2
    for place, each in enumerate(known):
        y = first + place * (_HIGH + _GAP)
        texts = enumerate(_lines(each.title.value, _LINES), 2)
        yield Box(
            x=x,
            y=y,
            title=tuple(Line(x + _INDENT, y + number * _LINE, text) for number, text in texts),
            relation=Line(x + _INDENT, y + _LINE, each.relation),
            neighbour=each,
            arrow=_arrow(column, y + _HIGH // 2, middle + _HIGH // 2),
        )


def _arrow(column: int, other: int, middle: int) -> str:
    """From left to right, curved where it goes up or down."""
    start, begin, end = (_WIDE, other, middle) if column == 0 else (_left(1) + _WIDE, middle, other)
    right, bend = start + _BETWEEN, start + _BETWEEN // 2
    tip = f"M{right - _TIP} {end - _TIP // 2}l{_TIP} {_TIP // 2}l-{_TIP} {_TIP // 2}"
    return f"M{start} {begin}C{bend} {begin} {bend} {end} {right} {end}{tip}"
