"""A picture decoded and made anew, in the cage: nothing of what was received is served but what it looks like.

Only the first frame is taken; EXIF, colour profiles and whatever else travels in the file stay behind.
"""

import json
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

# Importing the four makes them known, before the limits of the cage bind; Pillow knows forty others, which stay out.
from PIL import GifImagePlugin, Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from graph.errors import FormatError

_FORMATS: Final = tuple(
    plugin.format
    for plugin in (
        PngImagePlugin.PngImageFile,
        JpegImagePlugin.JpegImageFile,
        GifImagePlugin.GifImageFile,
        WebPImagePlugin.WebPImageFile,
    )
)
_SMALLEST: Final = 16
"""Pixels: what is less wide or high is no picture but a counter of readers."""

_QUALITIES: Final = (80, 50, 20)
"""Of WebP, one after the other until the size is right."""

_ALIKE: Final = 1.25
"""A larger rendition that is not so many times as wide as the smaller one is not worth keeping."""


def encode(order: dict[str, Any], out: BinaryIO) -> None:
    """Write a line of JSON with width, height and size of each rendition, then the renditions, smallest first.

    `order` has the `path`, the `sides` of the squares that renditions fit in (ascending), and the most `pixels` of the
    original and `bytes` of a rendition. Raises FormatError for what cannot be decoded.
    """
    try:
        made = _renditions(order)
    except (FormatError, MemoryError):
        raise
    except Exception as error:  # a decoder may raise anything
        raise FormatError("the picture", f"cannot be decoded: {error or type(error).__name__}"[:200]) from error
    header = [{"width": width, "height": height, "size": len(body)} for width, height, body in made]
    out.write(json.dumps(header).encode() + b"\n")
    out.writelines(body for _, _, body in made)


def _renditions(order: dict[str, Any]) -> list[tuple[int, int, bytes]]:
    Image.MAX_IMAGE_PIXELS = order["pixels"]
    with Image.open(Path(order["path"]), formats=[name for name in _FORMATS if name]) as opened:
        _refuse_size(opened.size, order["pixels"])
        largest = order["sides"][-1]
        opened.draft("RGB", (2 * largest, 2 * largest))  # a JPEG can be decoded at a half, a quarter, an eighth
        ImageOps.exif_transpose(opened, in_place=True)
        original = _plain(opened)
    original.thumbnail((largest, largest), Image.Resampling.LANCZOS)  # in place: there is memory for one large one
    made = list[tuple[int, int, bytes]]()
    for side in order["sides"]:
        fitted = original.copy()
        fitted.thumbnail((side, side), Image.Resampling.LANCZOS)
        if not made or fitted.width > _ALIKE * made[-1][0]:
            made.append((*fitted.size, _packed(fitted, order["bytes"])))
    return made


def _refuse_size(size: tuple[int, int], most: int) -> None:
    width, height = size
    if width * height > most:
        raise FormatError("the picture", f"has {width} by {height} pixels; {most:,} in all are allowed")
    if min(size) < _SMALLEST:
        raise FormatError("the picture", f"has {width} by {height} pixels, too few to be shown")


def _plain(image: Image.Image) -> Image.Image:
    """The first frame in colours of eight bits, with transparency where it has any."""
    if image.mode.startswith("I"):  # sixteen bits of grey, which a conversion would cut off at 255
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _packed(image: Image.Image, most: int) -> bytes:
    image.info.clear()  # whatever an encoder might take over from the original
    for quality in _QUALITIES:
        out = BytesIO()
        image.save(out, "WEBP", quality=quality, alpha_quality=quality, method=4)
        if out.tell() <= most:
            return out.getvalue()
    raise FormatError("the picture", f"needs more than {most:,} bytes when it is made anew")
