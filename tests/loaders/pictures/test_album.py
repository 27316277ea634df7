"""What is kept of pictures, and for how long."""

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from graph.errors import NotFound, StoreError
from loaders.fetch import Validators
from loaders.pictures.album import Album, Note, Run

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
ADDRESS = "https://example.org/picture.png"


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album(tmp_path)


def taken(album: Album, body: bytes = b"a picture", address: str = ADDRESS, now: datetime = NOW) -> Note:
    rendition = album.keep(body, 3, 2)
    note = Note(address, now).found("received", Validators('"1"', "yesterday"), (rendition,), now)
    album.write(note)
    return note


def files(album: Album) -> list[Path]:
    return sorted(path for path in (album.folder / "files").rglob("*") if path.is_file())


def test_what_is_kept_is_read_again_by_its_digest(album: Album) -> None:
    note = taken(album)
    assert album.note(ADDRESS) == note
    (rendition,) = album.renditions(ADDRESS)
    assert (rendition.width, rendition.height, rendition.size) == (3, 2, 9)
    assert rendition.name == f"{sha256(b'a picture').hexdigest()}.webp"
    assert album.body(rendition.name) == b"a picture"
    assert album.renditions("https://example.org/other.png") == ()


@pytest.mark.parametrize(
    "name", ["", "x.webp", "../notes/x.json", f"{'a' * 64}.webp", f"{'a' * 64}.png", f"{'A' * 64}.webp", "\0"]
)
def test_no_other_name_leads_anywhere(album: Album, name: str) -> None:
    taken(album)
    with pytest.raises(NotFound):
        album.body(name)


def test_a_damaged_file_is_not_served_and_is_fetched_again(album: Album) -> None:
    note = taken(album)
    assert album.is_whole(note)
    files(album)[0].write_bytes(b"a")
    assert not album.is_whole(note)
    with pytest.raises(NotFound):
        album.body(note.renditions[0].name)


def test_a_damaged_note_is_as_good_as_none(album: Album) -> None:
    taken(album)
    (path,) = (album.folder / "notes").rglob("*.json")
    for told in (b"", b"{}", b"[1]", path.read_bytes().replace(b"asked", b"added")):
        path.write_bytes(told)
        assert album.renditions(ADDRESS) == ()


def test_readers_are_told_that_pictures_changed_at_once_or_not_too_often(album: Album) -> None:
    states = [album.state()]
    album.touch(60)
    states.append(album.state())
    album.touch()
    states.append(album.state())
    assert len(set(states)) == 3
    album.touch(60)
    assert album.state() == states[-1]


def test_an_address_that_fails_is_asked_less_and_less_often_and_keeps_its_picture_for_two_weeks(album: Album) -> None:
    note, now, pauses = taken(album), NOW, []
    while note.renditions:
        now = note.due
        note = note.failed("answered 503", now)
        pauses.append(note.due - now)
    assert now - NOW > 14 * DAY
    assert pauses == sorted(pauses)
    assert (note.reason, note.validators) == ("answered 503", Validators())
    for _ in range(100):
        note = note.failed("answered 503", note.due)
    assert note.due - note.asked == 30 * DAY
    assert note.unchanged(NOW).failures == 0


def test_what_a_server_made_us_remember_is_bounded(album: Album) -> None:
    endless = Note(ADDRESS, NOW).found("", Validators("e" * 10_000, "l" * 10_000), (), NOW)
    assert endless.validators == Validators()
    assert len(endless.failed("redirects to " + "x" * 10_000, NOW).reason) == 300


def test_what_nobody_needs_goes_after_its_time(album: Album) -> None:
    taken(album)
    taken(album, b"another", "https://example.org/other.png")
    for path in album.folder.rglob("*.*"):
        os.utime(path, ((NOW - 40 * DAY).timestamp(),) * 2)
    assert album.retain([ADDRESS], NOW, 30 * DAY, 2 * DAY) == 1
    assert album.renditions(ADDRESS)
    assert [path.read_bytes() for path in files(album)] == [b"a picture"]
    assert album.note("https://example.org/other.png") is None


def test_a_picture_that_was_replaced_stays_for_pages_that_were_sent(album: Album) -> None:
    taken(album)
    taken(album, b"another")
    assert album.retain([ADDRESS], NOW, 30 * DAY, 2 * DAY) == 0
    assert len(files(album)) == 2
    assert album.retain([ADDRESS], NOW + 3 * DAY, 30 * DAY, 2 * DAY) == 1
    assert [path.read_bytes() for path in files(album)] == [b"another"]


def test_two_addresses_of_one_picture_share_its_file(album: Album) -> None:
    taken(album)
    taken(album, address="https://example.org/same.png")
    assert len(files(album)) == 1


def test_what_a_killed_run_left_half_written_is_removed(album: Album) -> None:
    note = taken(album)
    with album.alone():
        pass
    left = [
        path.parent / f".{path.name}.17" for path in (files(album)[0], next((album.folder / "notes").rglob("*.json")))
    ]
    album.incoming.mkdir()
    left.append(album.incoming / "fetched-x")
    for path in left:
        path.write_bytes(b"half")
    with album.alone():
        assert [path for path in left if path.exists()] == []
    assert album.note(ADDRESS) == note


def test_the_last_run_is_remembered(album: Album) -> None:
    assert album.last_run() is None
    album.end_run(Run(7, NOW, NOW + DAY))
    assert album.last_run() == Run(7, NOW, NOW + DAY)
    (album.folder / "run.json").write_text("{")
    assert album.last_run() is None


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("in the way")
    album = Album(tmp_path)
    with pytest.raises(StoreError, match="cannot be written"), album.alone():
        pass
    with pytest.raises(StoreError, match="could not be written"):
        album.keep(b"a picture", 1, 1)
