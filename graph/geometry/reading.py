"""A text to the shapes it tells, whichever way it is written."""

from functools import lru_cache
from typing import Final

from graph.geometry import geojson, wkt
from graph.geometry.shapes import Shapes, Unread

LONGEST: Final = 100_000
"""Characters that are read: some thousands of corners."""


_KEPT: Final = 256
"""Texts of which it is remembered what they tell: a page asks twice, and many datasets are of the same place."""


def read(text: str) -> Shapes | Unread:
    return Unread.LENGTH if len(text) > LONGEST else _read(text)


@lru_cache(maxsize=_KEPT)
def _read(text: str) -> Shapes | Unread:
    return geojson.read(text) if text.lstrip().startswith("{") else wkt.read(text)
