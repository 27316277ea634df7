"""The pictures of the bundled example, drawn for it: the addresses that it has for them lead nowhere (RFC 2606)."""

from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from loaders.fetch import Validators
from loaders.pictures.album import EXTENSION, Album, Note

_NOWHERE: Final = ".example"
_SIZE: Final = (720, 450)
"""Of each of them; they are ready to be served."""


def take(album: Album, addresses: Iterable[str], now: datetime) -> int:
    """Keep the bundled picture of each address that has one, as if it had been fetched; how many there are."""
    taken = 0
    for address in addresses:
        body = _bundled(address)
        if body:
            rendition = album.keep(body, *_SIZE)
            album.write(Note(address, now).found(rendition.digest, Validators(), (rendition,), now))
            taken += 1
    if taken:
        album.touch()
    return taken


def _bundled(address: str) -> bytes:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return b""
    stem = parts.path.rpartition("/")[2].rpartition(".")[0]
    file = files("loaders.pictures") / "example" / f"{stem}.{EXTENSION}"
    return file.read_bytes() if host.endswith(_NOWHERE) and file.is_file() else b""
