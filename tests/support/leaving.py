"""Clients that go away: in five ways, at any moment."""

import contextlib
import random
import socket
import struct
import time
from collections.abc import Callable
from typing import Final

ENDLESS: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LARGE: Final = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 40000"
SMALL: Final = "SELECT * { ?a ?b ?c } LIMIT 300"


def request(text: str, close: str = "close") -> bytes:
    """A query as it goes over the wire."""
    head = (
        "POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/sparql-results+json\r\n"
        f"Content-Type: application/sparql-query\r\nConnection: {close}\r\nContent-Length: {len(text.encode())}\r\n\r\n"
    )
    return head.encode() + text.encode()


def connected(port: int, address: str, buffer: int | None = None) -> socket.socket:
    """A connection from this address; `buffer` bytes are taken unread, so a small one makes a slow reader."""
    made = socket.socket()
    if buffer is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    made.bind((address, 0))
    made.settimeout(60)
    made.connect(("127.0.0.1", port))
    return made


def _reset(gone: socket.socket) -> None:
    gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _at_once(gone: socket.socket, text: str) -> None:
    """While it waits in the queue, as a rule."""
    gone.sendall(request(text))


def _in_the_middle_of_the_question(gone: socket.socket, text: str) -> None:
    whole = request(text)
    gone.sendall(whole[: random.randrange(1, len(whole))])


def _while_it_runs(gone: socket.socket, text: str) -> None:
    gone.sendall(request(text))
    time.sleep(random.uniform(0.05, 0.4))


def _while_receiving(gone: socket.socket, text: str) -> None:
    gone.sendall(request(text))
    gone.settimeout(1)
    for _ in range(random.randrange(1, 4)):
        gone.recv(1000)


def _half_closed(gone: socket.socket, text: str) -> None:
    gone.sendall(request(text))
    gone.shutdown(socket.SHUT_WR)
    gone.settimeout(0.3)
    gone.recv(10)


WAYS: Final[tuple[Callable[[socket.socket, str], None], ...]] = (
    _at_once,
    _in_the_middle_of_the_question,
    _while_it_runs,
    _while_receiving,
    _half_closed,
)


def leave(port: int, number: int) -> None:
    """The client of this number asks something and goes away, each in its way, some with a reset."""
    text = (ENDLESS, LARGE, SMALL)[number // len(WAYS) % 3]
    with connected(port, f"127.0.0.{2 + number % 198}", 4096) as gone:
        if number % 2:
            _reset(gone)
        with contextlib.suppress(OSError):
            WAYS[number % len(WAYS)](gone, text)
