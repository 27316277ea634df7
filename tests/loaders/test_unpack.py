import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.errors import SourceError, StoreError
from loaders.detection import is_rdf_name
from loaders.unpack import UnpackLimits, inflate, unpack
from tests.support.processes import ends

LIMITS = UnpackLimits(unpacked_bytes=64 << 20)


def unpacked(tmp_path: Path, content: bytes, limits: UnpackLimits = LIMITS) -> dict[str, bytes]:
    path = tmp_path / "received"
    path.write_bytes(content)
    return {each.name: each.path.read_bytes() for each in unpack(path, tmp_path / "work", "here", limits, is_rdf_name)}


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def refused(tmp_path: Path, content: bytes, limits: UnpackLimits = LIMITS) -> str:
    with pytest.raises(SourceError) as caught:
        unpacked(tmp_path, content, limits)
    assert caught.value.location == "here"
    return caught.value.reason


def test_a_plain_file_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(b"<a> <b> <c> .")
    assert [each.path for each in unpack(path, tmp_path / "work", "here", LIMITS, is_rdf_name)] == [path]
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"one"),
        gzip.compress(gzip.compress(b"one")),
        gzip.compress(b"o") + gzip.compress(b"ne"),
        gzip.compress(b"one") + b"\0" * 70_000,
        zipped({"a.ttl": b"one"}),
    ],
    ids=["gzip", "gzip of gzip", "two members", "padded with zeros", "zip"],
)
def test_one_file_is_unpacked_whatever_it_is_wrapped_in(content: bytes, tmp_path: Path) -> None:
    assert list(unpacked(tmp_path, content).values()) == [b"one"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b"one" * 1000)[:-9], "broken off"),
        (gzip.compress(b"one")[:5], "broken off"),
        (gzip.compress(b"one")[:-4] + b"\0\0\0\1", "broken gzip"),
        (gzip.compress(b"one") + b"garbage", "something else after"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"one")))), "more than 3 times"),
        (zipped({"a.ttl": b"one"})[:-5], "broken zip"),
        (zipped({"a.ttl": b"one"}, zipfile.ZIP_STORED).replace(b"one", b"two"), "broken zip"),
        (zipped({"a.ttl": b"one"}, zipfile.ZIP_LZMA), "in a way that is not read"),
        (zipped({"a.txt": b"one", "b.pdf": b"two"}), "without an RDF file"),
        (zipped({}), "without an RDF file"),
    ],
    ids=range(10),  # the contents hold the time of day, which differs from one worker of the tests to the next
)
def test_what_is_not_whole_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    assert said in refused(tmp_path, content)


def test_of_a_zip_the_rdf_members_are_taken_in_order(tmp_path: Path) -> None:
    members = {"b/x.nt": b"2", "a.ttl": b"1", "readme.txt": b"", "c.nq.gz": gzip.compress(b"3"), "__MACOSX/a.ttl": b"0"}
    assert unpacked(tmp_path, zipped(members)) == {"a.ttl": b"1", "b/x.nt": b"2", "c.nq.gz": b"3"}


def test_the_only_member_is_taken_whatever_its_name(tmp_path: Path) -> None:
    assert unpacked(tmp_path, zipped({"export": b"1", "folder/": b""})) == {"export": b"1"}


def test_a_members_name_leads_nowhere(tmp_path: Path) -> None:
    assert unpacked(tmp_path, zipped({"../../outside.ttl": b"1", "/etc/x.ttl": b"2"})) != {}
    assert {path.name[:9] for path in tmp_path.rglob("*") if path.is_file()} == {"received", "unpacked-"}


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.ttl": b"one"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in refused(tmp_path, bytes(content))


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(megabytes)) + packer.flush()


def test_a_gzip_bomb_is_stopped_long_before_it_is_unpacked(tmp_path: Path) -> None:
    content = bomb(200)
    with ends():
        assert "unpacks to more than" in refused(tmp_path, content)
    assert max(path.stat().st_size for path in (tmp_path / "work").iterdir()) <= LIMITS.unpacked_bytes


def test_small_bombs_are_stopped_by_their_ratio(tmp_path: Path) -> None:
    limits = UnpackLimits(free_bytes=1000)
    content = bomb(1)
    assert f"{200 * len(content):,} bytes" in refused(tmp_path, content, limits)


@pytest.mark.parametrize("wrap", [gzip.compress, lambda content: zipped({"a.ttl": content, "b.ttl.gz": content})])
def test_layers_and_members_share_one_allowance(wrap: object, tmp_path: Path) -> None:
    assert callable(wrap)
    assert "unpacks to more than" in refused(tmp_path, wrap(bomb(64)))


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    content = zipped({f"{n}.ttl": b"" for n in range(11)})
    assert "11 files, where 10 are allowed" in refused(tmp_path, content, UnpackLimits(members=10))


def test_a_directory_that_would_fill_the_memory_is_not_read(tmp_path: Path) -> None:
    content = zipped({"a.ttl": b"one"})
    start = content.index(b"PK\x01\x02")
    filler = content[start : content.index(b"PK\x05\x06")] * 100_000
    size = len(filler)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, size, start, 0)
    assert "directory is too big" in refused(tmp_path, content[:start] + filler + end)


def test_a_folder_that_cannot_be_written_is_ours(tmp_path: Path) -> None:
    (tmp_path / "work").write_text("no folder")
    with pytest.raises(StoreError, match="cannot write"):
        unpacked(tmp_path, gzip.compress(b"one"))


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=4), st.integers(0, 9))
def test_inflating_gives_what_was_compressed(parts: list[bytes], level: int) -> None:
    packed = b"".join(gzip.compress(part, level) for part in parts)
    assert b"".join(inflate(io.BytesIO(packed), "here")) == b"".join(parts)


@given(st.binary(max_size=200), st.integers(0, 300))
@example(b"", 10)
def test_a_cut_stream_is_never_taken_for_a_whole_one(content: bytes, cut: int) -> None:
    packed = gzip.compress(content)
    if cut < len(packed):
        with pytest.raises(SourceError):
            list(inflate(io.BytesIO(packed[:cut]), "here"))


@given(content=st.binary(max_size=400).map(lambda tail: b"PK\x03\x04" + tail))
def test_no_bytes_make_the_unpacking_fail_otherwise(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(SourceError):
        unpacked(tmp_path_factory.mktemp("zip"), content)
