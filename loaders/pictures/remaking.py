"""A received file to the renditions that are served, by a caged child for each."""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from graph.cage import Child, Limits, Work
from graph.errors import FormatError

SIDES: Final = (360, 720)
"""Pixels of the squares that renditions fit in: a card of the gallery, and the same on a screen twice as fine."""

_BYTES: Final = 512 << 10
"""Of one rendition: photographs need 60 KiB, noise with noisy transparency 400."""

_LONGEST_HEADER: Final = 4096
_WORK: Final = Work("making the picture anew", "nothing is lost but the picture")

_BEGINNINGS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
_RIFF: Final = b"RIFF"
_WEBP: Final = b"WEBP"


@dataclass(frozen=True, slots=True)
class Remade:
    width: int
    height: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Remaking:
    """How pictures are made anew, and within which limits."""

    pixels: int = 50_000_000
    """Of the original: the largest telephones make as many."""
    cage: Limits = field(default_factory=lambda: Limits(cpu_seconds=20, memory=1 << 30))
    isolation_required: bool = True
    turn: threading.Lock = field(default_factory=threading.Lock)
    """One child at a time: each may take much memory, and readers need the other cores."""

    def remake(self, path: Path, media_type: str = "") -> list[Remade]:
        """The renditions, smallest first. Raises FormatError, or CageError where the child broke a limit."""
        refuse_others(path, media_type)
        order = {"path": str(path.absolute()), "sides": SIDES, "pixels": self.pixels, "bytes": _BYTES}
        target = "loaders.pictures.encoding:encode"
        with (
            self.turn,
            Child(target, order, self.cage, isolation_required=self.isolation_required, work=_WORK) as child,
        ):
            header = child.out.readline(_LONGEST_HEADER)
            made = _read(header, child.out) if header else []
            child.finish()
        if not made:
            raise FormatError("the picture", "gave nothing when it was made anew")
        return made


def refuse_others(path: Path, media_type: str) -> None:
    """Raises FormatError for what is no PNG, JPEG, GIF or WebP by its first bytes, and says what it seems to be."""
    with path.open("rb") as file:
        beginning = file.read(512)
    if beginning.startswith(_BEGINNINGS) or (beginning.startswith(_RIFF) and beginning[8:12] == _WEBP):
        return
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if "svg" in media_type or text.startswith(b"<svg") or (text.startswith(b"<?xml") and b"<svg" in text):
        raise FormatError("the picture", "is SVG, which may hold scripts and is left out")
    if "html" in media_type or text.startswith((b"<!doctype html", b"<html")):
        raise FormatError("the picture", "is a web page and no picture")
    raise FormatError("the picture", "is no PNG, JPEG, GIF or WebP")


def _read(header: bytes, out: BinaryIO) -> list[Remade]:
    """What the child wrote. It worked on what a stranger sent, so it is not believed. Raises FormatError."""
    try:
        return [_rendition(told, out) for told in json.loads(header)[: len(SIDES)]]
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError("the picture", f"could not be made anew: {error}") from error


def _rendition(told: dict[str, Any], out: BinaryIO) -> Remade:
    """Raises ValueError for what is no WebP by its frame, which says how long it is."""
    width, height, size = (int(told[name]) for name in ("width", "height", "size"))
    body = out.read(size) if 0 < size <= _BYTES else b""
    framed = body[:4] == _RIFF and body[8:12] == _WEBP and int.from_bytes(body[4:8], "little") + 8 == len(body)
    if not framed or not 0 < min(width, height) <= max(width, height) <= SIDES[-1]:
        raise ValueError("sizes that cannot be")
    return Remade(width, height, body)
