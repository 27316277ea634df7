"""What caged children run in tests: each tries something that a hostile file or query might."""

import os
import signal
import socket
from typing import BinaryIO

import pyoxigraph

from graph import cage
from graph.errors import FormatError


def echo(words: list[str], out: BinaryIO) -> None:
    out.writelines(word.encode() + b"\n" for word in words)


def try_sockets(_argument: object, out: BinaryIO) -> None:
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
        try:
            socket.socket(family).close()
            out.write(b"opened\n")
        except OSError as error:
            out.write(type(error).__name__.encode() + b"\n")


def connect_anyhow(port: int, _out: BinaryIO) -> None:
    store = pyoxigraph.Store()
    try:
        for _ in store.query(f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"):  # type: ignore[union-attr]
            pass
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        pass


def fill_memory(_argument: object, _out: BinaryIO) -> None:
    kept = []
    while True:
        kept.append(bytearray(64 << 20))


def spin(_argument: object, _out: BinaryIO) -> None:
    while True:
        pass


def spin_below(_argument: object, _out: BinaryIO) -> None:
    list(cage.lines("tests.support.probes:spin", None, cage.Limits(cpu_seconds=1)))


def crash(_argument: object, _out: BinaryIO) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def nest(depth: int, _out: BinaryIO) -> None:
    list(pyoxigraph.parse(b"[" + b'{"http://example.org/a":[' * depth, pyoxigraph.RdfFormat.JSON_LD))


def refuse(_argument: object, _out: BinaryIO) -> None:
    raise FormatError("a.ttl", "expected Turtle", 3, 7)


def endless(_argument: object, out: BinaryIO) -> None:
    while True:
        out.write(b"again\n")
