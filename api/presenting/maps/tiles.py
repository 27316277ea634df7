"""Maps that can be moved, over tiles of a server that the operator names; where none is named there are none."""

from typing import Final
from urllib.parse import urlsplit

from api.contexts.maps import Slippy
from api.presenting.maps.frames import Frame
from api.presenting.maps.paths import thin
from graph.geometry.shapes import Shapes

_CORNERS: Final = 500
"""Of what is drawn over the tiles by its own coordinates."""


def origin_of(tiles: str) -> str:
    """The server, as a content policy names it."""
    parts = urlsplit(tiles)
    return f"{parts.scheme}://{parts.netloc}"


def slippy(tiles: str, attribution: str, script: str, frame: Frame, shapes: Shapes) -> Slippy:
    return Slippy(
        tiles=tiles,
        attribution=attribution,
        script=script,
        frame=(frame.west, frame.south, frame.width, frame.height),
        shapes=(shapes.points[:_CORNERS], thin(shapes.lines, _CORNERS), thin(shapes.areas, _CORNERS)),
    )
