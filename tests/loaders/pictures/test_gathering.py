"""Runs against a server on loopback that behaves as servers do."""

import io
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from PIL import Image

from graph.errors import NotFound, StoreError
from loaders.fetch import Fetcher, FetchLimits
from loaders.pictures.album import Album
from loaders.pictures.gathering import FETCHING, Bounds, Gathered, Gathering
from loaders.pictures.remaking import Remaking
from tests.support.web import Web, body, raw, redirect, serving

TLS = ssl.create_default_context()
LIMITS = FetchLimits(deadline=1, connect_seconds=0.5, read_seconds=0.4, raw_bytes=1 << 20, redirects=3, wait_seconds=0)


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


class Gallery:
    """A catalogue that wants pictures of a server of the test's own."""

    def __init__(self, data: Path, web: Web) -> None:
        self.web, self.clock, self.album = web, Clock(), Album(data)
        self.told: dict[str, str] = {}
        self.wanted: list[str] = []

    def wants(self, *paths: str) -> None:
        self.wanted = [self.web.url + path for path in paths]

    def run(self, bounds: Bounds = Bounds(pause=0), limits: FetchLimits = LIMITS, *, private: bool = True) -> Gathered:  # noqa: B008
        fetcher = Fetcher(self.album.incoming, limits, tls=TLS, allow_private_addresses=private, compressed=False)
        self.told = {}
        gathering = Gathering(self.album, fetcher, Remaking(isolation_required=False), bounds, self.clock)
        done = gathering.take(
            1, self.wanted, lambda address, reason: self.told.update({address.removeprefix(self.web.url): reason})
        )
        assert list(self.album.incoming.glob("*")) == []
        return done

    def hear(self, address: str, reason: str) -> None:
        self.told[address.removeprefix(self.web.url)] = reason

    def is_shown(self, path: str) -> bool:
        return bool(self.album.renditions(self.web.url + path))


@pytest.fixture
def gallery(tmp_path: Path) -> Iterator[Gallery]:
    with serving() as web:
        yield Gallery(tmp_path, web)


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


RED, BLUE = picture(), picture("blue")
SIZE = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
BOMB = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", SIZE) + chunk(b"IDAT", b"")


def test_a_picture_is_fetched_once_and_then_asked_for_on_condition_that_it_changed(gallery: Gallery) -> None:
    web = gallery.web
    web.answers["/a.png"] = body(RED, "image/png", ETag='"1"')
    gallery.wants("/a.png")
    assert gallery.run() == Gathered(1, wanted=1, shown=1, made=1, unchanged=0, unusable=0, failed=0, left=0)
    (rendition,) = gallery.album.renditions(f"{web.url}/a.png")
    assert gallery.album.body(rendition.name).startswith(b"RIFF")
    assert gallery.run().made == 0
    assert len(web.asked) == 1
    gallery.clock.now += timedelta(days=8)
    web.answers["/a.png"] = raw(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
    assert gallery.run().unchanged == 1
    assert web.headers[-1]["If-None-Match"] == '"1"'
    gallery.clock.now += timedelta(days=8)
    web.answers["/a.png"] = body(RED, "image/png", ETag='"2"')
    assert gallery.run().unchanged == 1
    gallery.clock.now += timedelta(days=8)
    web.answers["/a.png"] = body(BLUE, "image/png")
    assert gallery.run().made == 1
    assert gallery.album.renditions(f"{web.url}/a.png") != (rendition,)


def test_one_that_is_damaged_here_is_fetched_again_without_condition(gallery: Gallery) -> None:
    gallery.web.answers["/a.png"] = body(RED, "image/png", ETag='"1"')
    gallery.wants("/a.png")
    gallery.run()
    for file in (gallery.album.folder / "files").rglob("*.webp"):
        file.unlink()
    assert gallery.run().made == 1
    assert "If-None-Match" not in gallery.web.headers[-1]


def test_whatever_is_no_picture_is_left_out_and_said(gallery: Gallery) -> None:
    web = gallery.web
    web.answers |= {
        "/bomb": body(BOMB, "image/png"),
        "/svg": body(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        "/page": body(b"<!doctype html><title>Gone</title>", "image/png"),
        "/packed": body(RED, "image/png", Content_Encoding="gzip"),
        "/large": body(bytes(2 << 20), "image/png"),
        "/round": redirect("/round"),
        "/file": redirect("file:///etc/passwd"),
        "/nothing": raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        "/silent": raw(b"HTTP/1.1 200 OK\r\n", stop=web.stop, pause=5),
        "/later": body(b"", status=503, Retry_After="5"),
        "/a.png": body(RED, "image/png"),
    }
    gallery.wants(*web.answers, "/missing")
    done = gallery.run(Bounds(pause=0, failures=20))
    assert (done.shown, done.unusable, done.failed) == (1, 3, 8)
    assert gallery.is_shown("/a.png")
    for path, reason in {
        "/bomb": "could be decompression bomb", "/svg": "SVG", "/page": "web page", "/packed": "compressed",
        "/large": "too big", "/round": "redirects more than 3", "/file": "no http", "/missing": "404",
        "/silent": "silent", "/later": "come back",
    }.items():  # fmt: skip
        assert reason in gallery.told[path], path
    web.asked.clear()
    assert gallery.run().wanted == 12
    assert web.asked == []


def test_no_picture_is_fetched_from_a_private_address_however_it_is_named(gallery: Gallery) -> None:
    gallery.web.answers["/a.png"] = body(RED, "image/png")
    gallery.wants("/a.png")
    assert gallery.run(private=False).failed == 1
    assert gallery.web.asked == []


def test_a_picture_stays_while_its_server_is_away_and_goes_when_a_page_takes_its_place(gallery: Gallery) -> None:
    gallery.web.answers |= {"/a.png": body(RED, "image/png"), "/b.png": body(BLUE, "image/png")}
    gallery.wants("/a.png", "/b.png")
    gallery.run()
    gallery.web.answers |= {"/a.png": body(b"", status=500), "/b.png": body(b"<html>", "text/html")}
    gallery.clock.now += timedelta(days=8)
    assert gallery.run().shown == 1
    assert (gallery.is_shown("/a.png"), gallery.is_shown("/b.png")) == (True, False)
    gallery.clock.now += timedelta(days=15)
    gallery.run()
    assert not gallery.is_shown("/a.png")


def test_ten_thousand_pictures_are_bounded_per_run_and_a_later_run_goes_on(gallery: Gallery) -> None:
    gallery.web.answers |= {f"/{number}": body(b"<svg/>", "image/svg+xml") for number in range(12)}
    gallery.wants(*(f"/{number}" for number in range(12)))
    small = Bounds(asked=5, pause=0)
    assert [(done.unusable, done.left) for done in (gallery.run(small) for _ in range(4))] == [
        (5, 7), (5, 2), (2, 0), (0, 0),
    ]  # fmt: skip
    assert sorted(gallery.web.asked) == sorted(gallery.web.answers)
    last = gallery.album.last_run()
    assert last is not None
    assert last.due - last.ended == timedelta(hours=6)


def test_what_a_run_may_not_do_is_due_soon_and_a_time_that_is_over_is_over(gallery: Gallery) -> None:
    gallery.wants("/a", "/b")
    assert gallery.run(Bounds(asked=1, pause=0)).left == 1
    last = gallery.album.last_run()
    assert last is not None
    assert last.due - last.ended == timedelta(minutes=10)
    assert gallery.run(Bounds(seconds=0)).left == 1


def test_a_server_that_fails_again_and_again_is_left_alone(gallery: Gallery) -> None:
    gallery.wants(*(f"/{number}" for number in range(9)))
    done = gallery.run(Bounds(failures=3, pause=0))
    assert (done.failed, done.left, len(gallery.web.asked)) == (3, 6, 3)


def test_slow_servers_are_asked_side_by_side_and_one_server_for_one_picture_at_a_time(tmp_path: Path) -> None:
    running, most, together = set[str](), dict[str, int](), threading.Lock()
    all_there = threading.Barrier(2, timeout=10)

    def answering(name: str) -> Callable[[BaseHTTPRequestHandler], None]:
        def answer(request: BaseHTTPRequestHandler) -> None:
            with together:
                assert name not in running
                running.add(name)
            if name not in most:
                most[name] = all_there.wait()  # neither goes on before the other was asked too
            with together:
                running.discard(name)
            body(b"<svg/>", "image/svg+xml")(request)

        return answer

    with serving() as one, serving() as other:
        for web in (one, other):
            web.answers |= {path: answering(web.url) for path in ("/1", "/2")}
        gallery = Gallery(tmp_path, one)
        gallery.wanted = [f"{url}/{place}" for url in (one.url, other.url) for place in (1, 2)]
        assert gallery.run(limits=FETCHING).unusable == 4


def test_a_disk_without_room_ends_the_run_with_its_reason(gallery: Gallery) -> None:
    gallery.web.answers["/a.png"] = body(RED, "image/png")
    gallery.wants("/a.png")
    gallery.album.folder.mkdir(parents=True)
    (gallery.album.folder / "files").write_text("in the way")
    with pytest.raises(StoreError, match="could not be written"):
        gallery.run()
    (gallery.album.folder / "files").unlink()
    assert gallery.run().made == 1


def test_without_anything_published_there_is_nothing_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Gathering(Album(tmp_path), Fetcher(tmp_path, tls=TLS)).run()
