"""Dumps taken home at ten kilobytes a second: pages are answered, no process grows, nobody holds all places."""

import contextlib
import os
import select
import socket
import time
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

import pytest

from loaders.dumps.making import dump
from loaders.dumps.sets import Dumps
from tests.support.leaving import connected
from tests.support.portal import EXAMPLE, publish
from tests.support.processes import resident
from tests.support.served import server
from tests.support.service import Service

pytestmark = pytest.mark.prove

CLIENTS: Final = 6
OF_EACH: Final = 30
"""More than a process sends to one client, and in all more than it sends at once."""

SECONDS: Final = 20
RATE: Final = 10_000
SIZE: Final = 64 << 20
NAME: Final = "catalogue.nq.gz"
GROWTH: Final = 150 << 20


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A portal whose dump is a long file, whatever is in it."""
    publish(tmp_path / "data", EXAMPLE / "series.ttl")
    made = dump(tmp_path / "data", 3).dumped
    folder = Dumps(tmp_path / "data").path(1)
    (folder / NAME).write_bytes(os.urandom(SIZE))
    files = tuple(replace(each, size=SIZE) if each.name == NAME else each for each in made.files)
    replace(made, files=files).write(folder)
    return tmp_path / "data"


def test_slow_downloads_hold_up_no_page_and_fill_no_process(data: Path) -> None:
    with server(data) as (process, address), contextlib.ExitStack() as open_:
        port = int(address.rpartition(":")[2])
        service = Service(process.pid)
        quiet = sorted(_page(port) for _ in range(50))[47]
        before = {pid: resident(pid) for pid in service.web}
        readers = [
            open_.enter_context(connected(port, f"127.0.0.{2 + client}", 4096))
            for client in range(CLIENTS)
            for _ in range(OF_EACH)
        ]
        for reader in readers:
            reader.sendall(f"GET /dumps/1/{NAME} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        first, pages, grown = _read_slowly(readers, service, before, port)
        statuses = [said.split(b" ", 2)[1] for said in first.values()]
        busy = sorted(pages)[int(len(pages) * 0.95)]
        print(f"\n{statuses.count(b'200')} files going out, {len(readers) - statuses.count(b'200')} refused,", end=" ")
        print(
            f"pages {busy * 1000:.0f} ms at most (95 %; {quiet * 1000:.0f} ms before), {grown >> 20} MiB more at most"
        )
        assert len(first) == len(readers)
        assert statuses.count(b"200") >= 32
        assert set(statuses) == {b"200", b"429", b"503"}
        assert busy < 3  # hundredths of a second where nothing else runs
        assert grown < GROWTH
        assert sorted(before) == sorted(service.web)


def _read_slowly(
    readers: list[socket.socket], service: Service, before: dict[int, int], port: int
) -> tuple[dict[socket.socket, bytes], list[float], int]:
    """How each answer begins, how long pages take meanwhile, and the most that a web process grew."""
    first: dict[socket.socket, bytes] = {}
    pages: list[float] = []
    grown = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        began = time.monotonic()
        for reader in select.select(readers, [], [], 0)[0]:
            first.setdefault(reader, reader.recv(RATE))
        pages += [_page(port) for _ in range(3)]
        grown = max([grown, *(resident(pid) - before[pid] for pid in service.web)])
        time.sleep(max(0.0, began + 1 - time.monotonic()))
    return first, pages, grown


def _page(port: int) -> float:
    """Seconds that a page takes."""
    began = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/en/datasets")
    assert connection.getresponse().read()
    connection.close()
    return time.monotonic() - began
