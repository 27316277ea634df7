"""A text to the shapes it tells, whichever way it is written."""

from typing import Final

from graph.geometry import geojson, wkt
from graph.geometry.shapes import Shapes, Unread

LONGEST: Final = 100_000
"""Characters that are read: some thousands of corners."""


def read(text: str) -> Shapes | Unread:
    if len(text) > LONGEST:
        return Unread.LENGTH
    return geojson.read(text) if text.lstrip().startswith("{") else wkt.read(text)
