"""Pictures as people and enemies make them, through the real cage."""

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from graph.cage import Limits
from graph.errors import CageError, FormatError
from loaders.pictures.remaking import SIDES, Remaking, _read, refuse_others

REMAKING = Remaking(isolation_required=False)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[bytes], Path]:
    def keep(body: bytes) -> Path:
        path = tmp_path / "picture"
        path.write_bytes(body)
        return path

    return keep


def encoded(image: Image.Image, form: str, **others: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **others)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def refused(path: Path, remaking: Remaking = REMAKING, media_type: str = "") -> str:
    with pytest.raises((FormatError, CageError)) as caught:
        remaking.remake(path, media_type)
    return str(caught.value)


def test_a_photograph_becomes_two_renditions_upright_and_without_what_it_carried(
    kept: Callable[[bytes], Path],
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "taken at home"
    photograph = Image.new("RGB", (1600, 1200), (180, 40, 40))
    path = kept(encoded(photograph, "JPEG", exif=exif, icc_profile=b"a profile", comment=b"a remark"))
    small, large = REMAKING.remake(path, "image/jpeg")
    assert (small.width, small.height) == (270, 360)
    assert (large.width, large.height) == (540, 720)
    for each in (small, large):
        with Image.open(io.BytesIO(each.body)) as opened:
            assert (opened.format, opened.size) == ("WEBP", (each.width, each.height))
            assert not {"exif", "icc_profile", "comment", "xmp"} & set(opened.info)
        assert b"home" not in each.body


def test_a_small_logo_keeps_its_size_and_its_transparency(kept: Callable[[bytes], Path]) -> None:
    (only,) = REMAKING.remake(kept(encoded(Image.new("RGBA", (64, 32), (0, 0, 0, 0)), "PNG")))
    assert (only.width, only.height) == (64, 32)
    with Image.open(io.BytesIO(only.body)) as opened:
        assert opened.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]  # four numbers


def test_of_an_animation_the_first_frame_is_taken(kept: Callable[[bytes], Path]) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "lime", "blue")]
    path = kept(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    (only,) = REMAKING.remake(path)
    with Image.open(io.BytesIO(only.body)) as opened:
        assert not getattr(opened, "is_animated", False)
        assert opened.convert("RGB").getpixel((20, 20)) == pytest.approx((255, 0, 0), abs=4)


def test_sixteen_bits_of_grey_stay_as_dark_as_they_were(kept: Callable[[bytes], Path]) -> None:
    (only,) = REMAKING.remake(kept(encoded(Image.new("I;16", (40, 40), 30_000), "PNG")))
    with Image.open(io.BytesIO(only.body)) as opened:
        assert opened.convert("L").getpixel((20, 20)) == pytest.approx(30_000 / 256, abs=3)


def test_noise_is_packed_until_it_is_small_enough(kept: Callable[[bytes], Path]) -> None:
    noise = Image.frombytes("RGBA", (900, 900), os.urandom(4 * 900 * 900))
    made = REMAKING.remake(kept(encoded(noise, "PNG", compress_level=0)))
    assert [max(each.width, each.height) for each in made] == list(SIDES)


@pytest.mark.parametrize(
    ("body", "media_type", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/png", "SVG"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><!-- --><svg/>", "", "SVG"),
        (b"\x1f\x8b packed", "image/svg+xml", "SVG"),
        (b"<!DOCTYPE html><title>Sign in</title>", "image/png", "web page"),
        (b"", "text/html", "web page"),
        (b"", "image/png", "no PNG"),
        (b"BM" + bytes(100), "image/bmp", "no PNG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "image/png", "no PNG"),
        (b"RIFF\0\0\0\0AVI LIST", "image/webp", "no PNG"),
    ],
)
def test_what_is_no_picture_of_four_kinds_reaches_no_decoder(
    kept: Callable[[bytes], Path], body: bytes, media_type: str, reason: str
) -> None:
    with pytest.raises(FormatError, match=reason):
        refuse_others(kept(body), media_type)


def test_a_bomb_is_told_by_its_size_before_it_is_unpacked(kept: Callable[[bytes], Path]) -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 9_000, 9_000, 8, 2, 0, 0, 0))
    assert "9000 by 9000 pixels" in refused(kept(PNG + header + chunk(b"IDAT", zlib.compress(bytes(10_000)))))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0))
    assert "exceeds limit" in refused(kept(PNG + header + chunk(b"IDAT", b"")))


def test_a_picture_that_takes_too_much_memory_costs_only_itself(kept: Callable[[bytes], Path]) -> None:
    path = kept(encoded(Image.new("RGBA", (6000, 6000)), "PNG", compress_level=1))
    tight = Remaking(cage=Limits(cpu_seconds=20, memory=200 << 20), isolation_required=False)
    assert "memory" in refused(path, tight)


@pytest.mark.parametrize("size", [(1, 1), (600, 2)])
def test_a_counter_of_readers_is_no_picture(kept: Callable[[bytes], Path], size: tuple[int, int]) -> None:
    assert "too few" in refused(kept(encoded(Image.new("RGB", size), "GIF")))


def test_what_breaks_off_or_only_begins_like_a_picture_is_refused(kept: Callable[[bytes], Path]) -> None:
    whole = encoded(Image.frombytes("RGB", (200, 200), os.urandom(120_000)), "PNG")
    assert "cannot be decoded" in refused(kept(whole[: len(whole) // 2]))
    assert "cannot be decoded" in refused(kept(b"GIF89a" + bytes(3)))
    assert "cannot be decoded" in refused(kept(b"RIFF\x20\0\0\0WEBPVP8 " + bytes(20)))


@pytest.mark.parametrize(
    "header",
    [
        b"[]x",
        b"7",
        b'[{"width": 1, "height": 1}]',
        b'[{"width": 10, "height": 10, "size": 12}]',
        b'[{"width": 10, "height": 10, "size": 1000000000}]',
        b'[{"width": 100000, "height": 10, "size": 16}]',
    ],
)
def test_a_child_that_was_taken_over_is_not_believed(header: bytes) -> None:
    with pytest.raises(FormatError, match="could not be made anew"):
        _read(header, io.BytesIO(b"<script>alert(1)</script>"))
