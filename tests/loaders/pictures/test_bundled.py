"""The pictures of the example catalogue."""

import re
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from PIL import Image

from loaders.pictures.album import Album
from loaders.pictures.bundled import take
from tests.support.portal import EXAMPLE

NOW = datetime.now(UTC)


def addresses() -> list[str]:
    return re.findall(r"schema:image <([^>]+)>", (EXAMPLE / "reuses.ttl").read_text())


def test_every_picture_of_the_example_is_bundled_and_no_other(tmp_path: Path) -> None:
    album = Album(tmp_path)
    assert take(album, addresses(), NOW) == len(addresses()) == 9
    bundled = [file.name for file in (files("loaders.pictures") / "example").iterdir()]
    assert sorted(bundled) == sorted(f"{address.rpartition('/')[2][:-4]}.webp" for address in addresses())
    for address in addresses():
        (rendition,) = album.renditions(address)
        with Image.open(BytesIO(album.body(rendition.name))) as opened:
            assert (opened.format, opened.size) == ("WEBP", (rendition.width, rendition.height))


def test_an_address_that_may_be_somebodys_is_never_answered_from_the_bundle(tmp_path: Path) -> None:
    others = [
        "https://images.portal.test/air-today.png",
        "https://images.portal.example/../bundled.py",
        "https://a.example",
    ]
    assert take(Album(tmp_path), others, NOW) == 0
