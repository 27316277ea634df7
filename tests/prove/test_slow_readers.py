"""Fifty clients that ask for twenty megabytes each and hardly read: no process fills up, and pages are answered."""

import contextlib
import select
import socket
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

import pytest

from tests.support.leaving import connected, request
from tests.support.portal import EXAMPLE, publish
from tests.support.processes import resident
from tests.support.served import server
from tests.support.service import Service

pytestmark = pytest.mark.prove

READERS: Final = 50
SECONDS: Final = 60
GROWTH: Final = 200 << 20
TWENTY_MEGABYTES: Final = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 30000"
"""A gigabyte for all: five times what a process may grow."""


def test_slow_readers_of_long_answers_fill_no_process(tmp_path: Path) -> None:
    publish(tmp_path / "data", EXAMPLE / "series.ttl")
    with server(tmp_path / "data", query_seconds=float(SECONDS)) as (process, address), contextlib.ExitStack() as open_:
        port = int(address.rpartition(":")[2])
        service = Service(process.pid)
        _page(port)
        before = {pid: resident(pid) for pid in service.web}
        readers = [open_.enter_context(connected(port, f"127.0.0.{2 + n}", 4096)) for n in range(READERS)]
        for reader in readers:
            reader.sendall(request(TWENTY_MEGABYTES))
        grown, slowest, first = _read_slowly(readers, service, before, port)
        statuses = [first[reader].split(b" ", 2)[1] for reader in readers if reader in first]
        print(f"\n{len(statuses)} answering, {grown >> 20} MiB more in a web process, slowest page {slowest:.2f} s")
        assert statuses.count(b"200") > READERS / 2
        assert set(statuses) <= {b"200", b"429", b"503", b"504"}
        assert grown < GROWTH
        assert slowest < 10  # a quarter of a second where nothing else runs
        assert sorted(before) == sorted(service.web)


def _read_slowly(
    readers: list[socket.socket], service: Service, before: dict[int, int], port: int
) -> tuple[int, float, dict[socket.socket, bytes]]:
    """Some bytes now and then; the most that a web process grew, the slowest page, and how each answer begins."""
    grown, slowest = 0, 0.0
    first: dict[socket.socket, bytes] = {}
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and len(first) < len(readers):
        for reader in select.select(readers, [], [], 0.2)[0]:
            first.setdefault(reader, reader.recv(1000))
        time.sleep(0.2)
        grown = max([grown, *(resident(pid) - before[pid] for pid in service.web)])
        slowest = max(slowest, _page(port))
    return grown, slowest, first


def _page(port: int) -> float:
    """Seconds that a page takes."""
    began = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/en/datasets")
    assert connection.getresponse().read()
    connection.close()
    return time.monotonic() - began
