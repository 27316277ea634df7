import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import SourceError, StoreError
from loaders.archive import Archive, Receipt

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RECEIPT = Receipt("https://example.org/c.ttl", "https://example.org/d.ttl", NOW.isoformat(), (("ETag", '"1"'),))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def received(tmp_path: Path, content: bytes) -> tuple[Path, str]:
    path = tmp_path / "received"
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def test_bytes_are_stored_as_received_with_their_headers_beside(archive: Archive, tmp_path: Path) -> None:
    path, digest = received(tmp_path, b"abc")
    stored = archive.take(path, digest, RECEIPT)
    assert stored == archive.folder / digest[:2] / digest[2:4] / digest
    assert stored.read_bytes() == b"abc"
    assert archive.holds(digest)
    assert json.loads(stored.with_name(digest + ".json").read_text())[0]["headers"] == [["ETag", '"1"']]
    assert archive.receipts(digest) == (RECEIPT,)
    assert not path.exists()


def test_the_same_bytes_are_stored_once_with_one_receipt_per_location(archive: Archive, tmp_path: Path) -> None:
    other = Receipt("https://example.org/other", "https://example.org/other", NOW.isoformat())
    later = Receipt(RECEIPT.location, RECEIPT.url, (NOW + timedelta(days=1)).isoformat())
    for receipt in (RECEIPT, other, later):
        path, digest = received(tmp_path, b"abc")
        archive.take(path, digest, receipt)
    assert archive.receipts(digest) == (other, later)
    assert len(list(archive.folder.rglob("*.json"))) == 1
    assert not path.exists()


def test_a_cut_file_in_the_archive_is_replaced_when_the_bytes_come_again(archive: Archive, tmp_path: Path) -> None:
    path, digest = received(tmp_path, b"abc")
    stored = archive.take(path, digest, RECEIPT)
    stored.write_bytes(b"a")
    path, _ = received(tmp_path, b"abc")
    assert archive.take(path, digest, RECEIPT).read_bytes() == b"abc"


def test_a_local_file_is_copied_and_left_alone(archive: Archive, tmp_path: Path) -> None:
    path, digest = received(tmp_path, b"abc" * 1_000_000)
    assert archive.copy(path, RECEIPT) == (digest, archive.path(digest))
    assert archive.copy(path, RECEIPT) == (digest, archive.path(digest))
    assert path.read_bytes() == archive.path(digest).read_bytes()
    assert [entry.name for entry in archive.folder.iterdir()] == [digest[:2]]


def test_a_damaged_note_costs_no_bytes(archive: Archive, tmp_path: Path) -> None:
    path, digest = received(tmp_path, b"abc")
    stored = archive.take(path, digest, RECEIPT)
    stored.with_name(digest + ".json").write_text("{")
    assert archive.receipts(digest) == ()
    os.utime(stored, (NOW.timestamp(), NOW.timestamp()))
    assert archive.expire(NOW + timedelta(days=29), set()) == []
    assert archive.expire(NOW + timedelta(days=31), set()) == [digest]


def test_what_is_old_and_not_referenced_expires(archive: Archive, tmp_path: Path) -> None:
    digests = {}
    for name, days in (("old", 40), ("kept", 40), ("again", 40), ("new", 29)):
        path, digests[name] = received(tmp_path, name.encode())
        when = NOW - timedelta(days=days)
        archive.take(path, digests[name], Receipt(name, "", when.isoformat()))
    path, _ = received(tmp_path, b"again")
    archive.take(path, digests["again"], Receipt("elsewhere", "", NOW.isoformat()))
    assert archive.expire(NOW, {digests["kept"]}) == [digests["old"]]
    assert not archive.holds(digests["old"])
    assert all(archive.holds(digests[name]) for name in ("kept", "again", "new"))
    assert archive.receipts(digests["old"]) == ()


def test_what_a_killed_run_left_half_received_is_removed_a_day_later(archive: Archive) -> None:
    archive.folder.mkdir()
    old, new = archive.folder / "incoming-1", archive.folder / "fetched-2"
    for path, age in ((old, 2), (new, 0)):
        path.write_text("half")
        os.utime(path, ((NOW - timedelta(days=age)).timestamp(),) * 2)
    archive.expire(NOW, set())
    assert (old.exists(), new.exists()) == (False, True)


def test_a_missing_file_is_the_sources_fault(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"c\.ttl: cannot be read: No such file"):
        archive.copy(tmp_path / "none", RECEIPT)
    with pytest.raises(SourceError, match="cannot be read: Is a directory"):
        archive.copy(tmp_path, RECEIPT)


def test_a_folder_that_cannot_be_written_is_ours(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("no folder")
    path, digest = received(tmp_path, b"abc")
    with pytest.raises(StoreError, match="cannot write to the archive"):
        Archive(tmp_path / "archive").take(path, digest, RECEIPT)
    with pytest.raises(StoreError, match="cannot write to the archive"):
        Archive(tmp_path / "archive").copy(path, RECEIPT)


@given(content=st.binary(max_size=2000))
def test_any_bytes_come_back_as_they_were(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("archive")
    path, digest = received(folder, content)
    archive = Archive(folder / "archive")
    assert archive.copy(path, RECEIPT) == (digest, archive.path(digest))
    assert archive.path(digest).read_bytes() == content
