"""What only a real server shows: bodies that never end, readers that never read, requests that are no HTTP."""

import contextlib
import gzip
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import brotli
import httpx
import pytest

from tests.support.portal import EXAMPLE
from tests.support.portal import publish as publish_example
from tests.support.processes import children, resident, wait_until
from tests.support.published import publish, quads
from tests.support.served import server

TITLE = "SELECT ?t { <http://example.org/dataset/7> <http://purl.org/dc/terms/title> ?t }"
ALL = "SELECT * { ?s ?p ?o }"
QUERY = "application/sparql-query"
_POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"


@dataclass(frozen=True, slots=True)
class Served:
    process: subprocess.Popen[str]
    address: str

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    @property
    def web(self) -> list[int]:
        """The web processes."""
        return [pid for pid in children(self.process.pid) if b"multiprocessing.spawn" in _command(pid)]

    @property
    def unnamed_files(self) -> int:
        """How many files without a name the web processes hold: answers that are being sent."""
        return sum(_is_spooled(handle) for pid in self.web for handle in Path(f"/proc/{pid}/fd").iterdir())

    def connect(self, source: str = "127.0.0.1", buffer: int | None = None) -> socket.socket:
        made = socket.socket()
        if buffer:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        made.bind((source, 0))
        made.settimeout(20)
        made.connect(("127.0.0.1", self.port))
        return made

    def raw(self, request: bytes) -> bytes:
        """What is answered until the server closes, or has nothing more to say."""
        with self.connect() as client:
            with contextlib.suppress(ConnectionError):  # it may have heard enough
                client.sendall(request)
            told = client.recv(65536)
            client.settimeout(0.1)
            with contextlib.suppress(TimeoutError, ConnectionError):
                while piece := client.recv(65536):
                    told += piece
            return told

    def get(self, **headers: str) -> httpx.Response:
        return httpx.get(f"{self.address}/sparql", params={"query": TITLE}, headers=headers, trust_env=False)


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _is_spooled(handle: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return "(deleted)" in str(handle.readlink()) and "memfd" not in str(handle.readlink())
    return False


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("data") / "portal"
    publish_example(data, EXAMPLE / "series.ttl")
    with server(data, query_client_seconds=1000.0) as (process, address):
        publish(data, 2, quads(40_000, 2))
        one = Served(process, address)
        wait_until(lambda: one.get().headers.get("Catalograph-Generation") == "2", 20)
        yield one


def test_a_head_has_a_length_and_no_body_on_a_connection_that_lives_on(served: Served) -> None:
    target = f"/sparql?{urlencode({'query': ALL})}"
    with httpx.Client(base_url=served.address, trust_env=False, timeout=20) as client:
        for _ in range(2):
            reply = client.head(target, headers={"Accept-Encoding": "identity"})
            assert (reply.status_code, reply.content) == (200, b"")
            assert int(reply.headers["Content-Length"]) > 5_000_000
            assert client.get("/-/health").status_code == 200


@pytest.mark.parametrize(("coding", "unpack"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_a_long_answer_arrives_packed_and_whole(served: Served, coding: str, unpack: object) -> None:
    assert callable(unpack)
    target = f"{served.address}/sparql?{urlencode({'query': ALL})}"
    plain = httpx.get(target, headers={"Accept-Encoding": "identity"}, trust_env=False, timeout=30)
    with httpx.stream("GET", target, headers={"Accept-Encoding": coding}, trust_env=False, timeout=30) as reply:
        packed = b"".join(reply.iter_raw())
    assert reply.headers["Content-Encoding"] == coding
    assert reply.headers["Transfer-Encoding"] == "chunked"
    assert len(packed) < len(plain.content) / 5
    assert unpack(packed) == plain.content


def test_an_answer_that_nobody_reads_to_the_end_is_let_go(served: Served) -> None:
    request = f"GET /sparql?{urlencode({'query': ALL})} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    for coding in (b"", b"Accept-Encoding: gzip\r\n"):
        with ExitStack() as clients:
            for _ in range(4):
                client = clients.enter_context(served.connect(buffer=4096))
                client.sendall(request.replace(b"\r\n\r\n", b"\r\n" + coding + b"\r\n"))
                assert client.recv(100).startswith(b"HTTP/1.1 200")
            assert coding or served.unnamed_files > 0
        wait_until(lambda: served.unnamed_files == 0)


def test_readers_that_do_not_read_are_limited_and_the_others_do_not_notice(served: Served) -> None:
    request = f"GET /sparql?{urlencode({'query': ALL})} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with ExitStack() as clients:
        refused = 0
        for _ in range(20):
            client = clients.enter_context(served.connect("127.0.0.20", 4096))
            client.sendall(request)
            refused += client.recv(100).startswith(b"HTTP/1.1 429")
        assert refused >= 20 - 2 * 8  # eight for each of two processes
        assert served.get().status_code == 200
        assert httpx.get(f"{served.address}/-/health", trust_env=False).status_code == 200
    wait_until(lambda: served.unnamed_files == 0)


def test_bodies_that_never_come_are_limited_and_the_others_do_not_notice(served: Served) -> None:
    head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: {QUERY}\r\nContent-Length: 500\r\n\r\nSELECT"
    with ExitStack() as clients:
        waiting = [clients.enter_context(served.connect("127.0.0.30")) for _ in range(120)]
        for client in waiting:
            client.sendall(head.encode())
        assert served.get().status_code == 200
        assert httpx.get(f"{served.address}/-/health", trust_env=False).status_code == 200
        posted = httpx.post(
            f"{served.address}/sparql", content=TITLE, headers={"Content-Type": QUERY}, trust_env=False, timeout=5
        )
        assert posted.status_code == 200


def test_fifty_megabytes_are_refused_in_a_way_that_every_client_hears(served: Served) -> None:
    before = sum(map(resident, served.web))
    for media_type in (QUERY, "application/x-www-form-urlencoded"):
        request = urllib.request.Request(
            f"{served.address}/sparql", b"#" * 50_000_000, {"Content-Type": media_type}, method="POST"
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with pytest.raises(urllib.error.HTTPError) as refused:
            opener.open(request, timeout=30)
        with refused.value as reply:
            assert reply.code == 413
            assert b"request-too-large" in reply.read()
    assert sum(map(resident, served.web)) < before + (20 << 20)
    chunks = (b"#" * 65536 for _ in range(800))
    chunked = httpx.post(
        f"{served.address}/sparql", content=chunks, headers={"Content-Type": QUERY}, trust_env=False, timeout=30
    )
    assert chunked.status_code == 413
    assert served.get().status_code == 200


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /sparql?query=\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /sparql?query=ASK {} HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /sparql?query=\x00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /sparql?query=%00%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /sparql?query=" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /sparql HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 3_000_000 + b"\r\n\r\n", 431),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nASK{}", 400),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nASK{}", 400),
        (_POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nASK{}\r\n0\r\n\r\n", 400),
        (_POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n", 200),
        (_POST + b"Content-Length: 5\r\n\r\nASK{} and more than it says", 200),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 415),
        (b"BREW /sparql HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"no HTTP at all\r\n\r\n", 400),
    ],
)
def test_what_is_hardly_http_is_answered_and_nothing_breaks(served: Served, request_: bytes, status: int) -> None:
    told = served.raw(request_)
    assert told.startswith(f"HTTP/1.1 {status} ".encode()), told[:100]
    assert b"Traceback" not in told
    assert b"<html" not in told.lower()
    assert served.get().status_code == 200


def test_a_flip_is_seen_within_a_moment_by_every_process(served: Served, tmp_path: Path) -> None:
    assert {served.get().headers["Server-Timing"] for _ in range(20)} >= {"cache;desc=hit"}
    data = Path(_environment(served.process.pid)["CATALOGRAPH_DATA"])
    publish(data, 3, quads(20, 3))
    flipped = time.monotonic()
    while time.monotonic() < flipped + 3:
        asked = time.monotonic()
        reply = served.get()
        if reply.headers["Catalograph-Generation"] == "2" and asked > flipped + 2:
            assert reply.headers["Server-Timing"] != "cache;desc=hit"


def _environment(pid: int) -> dict[str, str]:
    entries = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(entry.partition("=")[::2] for entry in entries if entry)
