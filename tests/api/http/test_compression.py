import gzip
import zlib
from pathlib import Path

import brotli
import pytest

from api.http.compression import BROTLI, GZIP, Encoding, Pieces, negotiate


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("gzip", GZIP),
        ("x-gzip", GZIP),
        ("GZIP", GZIP),
        ("br", BROTLI),
        ("gzip, deflate, br, zstd", BROTLI),
        ("gzip;q=1.0, br;q=0.9", GZIP),
        ("br;q=0, gzip", GZIP),
        ("br;q=0, gzip;q=0", None),
        ("deflate, zstd", None),
        ("*", BROTLI),
        ("*, br;q=0", GZIP),
        ("*;q=0", None),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=0.5, identity;q=0.5", GZIP),
        ("gzip;q=0.5, identity;q=0.1, *;q=0", GZIP),
        ("gzip;q=much", None),
        (";;,,=", None),
        ("identity;q=0, *;q=0", None),
    ],
)
def test_an_answer_is_packed_as_the_client_accepts(accepted: str | None, encoding: Encoding | None) -> None:
    assert negotiate(accepted) is encoding


@pytest.mark.parametrize(("encoding", "unpack"), [(GZIP, gzip.decompress), (BROTLI, brotli.decompress)])
def test_what_is_packed_whole_or_in_pieces_is_the_answer(tmp_path: Path, encoding: Encoding, unpack: object) -> None:
    assert callable(unpack)
    body = b"".join(b"<http://example.org/%d> " % number for number in range(100_000))
    path = tmp_path / "answer"
    path.write_bytes(body)
    left: list[bool] = []
    pieces = Pieces(path.open("rb"), encoding, lambda: left.append(True))
    packed = list(pieces)
    assert all(packed)
    assert max(map(len, packed)) < 300_000
    assert unpack(b"".join(packed)) == unpack(encoding.whole(body)) == body
    pieces.close()
    assert left == [True]


def test_the_same_answer_is_packed_to_the_same_bytes() -> None:
    assert GZIP.whole(b"x" * 2000) == GZIP.whole(b"x" * 2000)
    assert zlib.decompress(GZIP.whole(b"x"), wbits=31) == b"x"


def test_pieces_that_nobody_reads_to_the_end_are_closed_once(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_bytes(b"x" * 1_000_000)
    file = path.open("rb")
    left: list[bool] = []
    pieces = Pieces(file, None, lambda: left.append(True))
    assert len(next(pieces)) == 256 << 10
    pieces.close()
    pieces.close()
    assert file.closed
    assert left == [True]
    assert list(pieces) == []
