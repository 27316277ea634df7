"""Whether the client of a request is still there, which WSGI does not say: read from the kernel's view of our sockets.

A request does not know its connection, only its client's address. But it came over one that received something at
about the time it arrived, and nothing since: once all of those are closed by the other side, nobody waits any more.
Where the kernel tells nothing of the kind (not on Linux), or where this process is not the one that listens, everybody
counts as present, and the deadline decides.
"""

import contextlib
import ipaddress
import os
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SLACK: Final = 1.0
"""Seconds that a request may have waited between its arrival and its first line here."""

_BLUR: Final = 0.05
"""Seconds by which the kernel's clock and ours may differ."""

_FILES: Final = "/proc/self/fd"
_STATE, _LAST_DATA_RECEIVED, _LONG_ENOUGH = 0, 52, 104  # in struct tcp_info, linux/tcp.h
_ESTABLISHED: Final = 1


@dataclass(frozen=True, slots=True)
class _Connection:
    """One that is open: our handle, the other side, and seconds since something came."""

    handle: int
    address: str
    port: int
    idle: float


class Presence:
    """Made when a request has been read, asked when its query turns out slow; until then it costs nothing."""

    __slots__ = ("_address", "_began", "_connections")

    def __init__(self, address: str) -> None:
        self._address = address
        self._began = time.monotonic()
        self._connections: list[_Connection] | None = None

    def __call__(self) -> bool:
        if self._connections is None:
            address = _normal(self._address)
            if address is None or not _listening():
                return True
            self._connections = _candidates(address, time.monotonic() - self._began)
        return any(_lives(connection) for connection in self._connections)


def _candidates(address: str, elapsed: float) -> list[_Connection]:
    """The connections that a request may have come over: the surest kind there is one of."""
    ours = [one for one in _open_connections() if one.address == address]
    silent = [one for one in ours if one.idle >= elapsed - _BLUR]
    fitting = [one for one in silent if one.idle <= elapsed + _SLACK]
    return fitting or silent or ours


def _open_connections() -> Iterator[_Connection]:
    for handle in _handles():
        found = _look(handle)
        if found is not None:
            yield found


def _handles() -> Iterator[int]:
    with contextlib.suppress(OSError):
        yield from map(int, os.listdir(_FILES))  # noqa: PTH208  a Path for each would cost more than the rest


def _listening() -> bool:
    """Whether one of our handles is a door; then the connections that came through it are ours too."""
    return any(map(_is_door, _handles()))


def _is_door(handle: int) -> bool:
    try:
        one = socket.socket(fileno=handle)
    except OSError:
        return False
    try:
        internet = one.family in {socket.AF_INET, socket.AF_INET6}
        return internet and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:
        return False
    finally:
        one.detach()


def _lives(connection: _Connection) -> bool:
    found = _look(connection.handle)
    return found is not None and (found.address, found.port) == (connection.address, connection.port)


def _normal(address: str) -> str | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


def _look(handle: int) -> _Connection | None:
    """The connection behind a handle of this process, whoever opened it; None where there is none, or not any more."""
    try:
        one = socket.socket(fileno=handle)
    except OSError:
        return None
    try:
        if one.type != socket.SOCK_STREAM or one.family not in {socket.AF_INET, socket.AF_INET6}:
            return None
        address, port = one.getpeername()[:2]
        told = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LONG_ENOUGH)
    except OSError:
        return None
    finally:
        one.detach()
    if told[_STATE] != _ESTABLISHED:
        return None
    (idle,) = struct.unpack_from("I", told, _LAST_DATA_RECEIVED)
    return _Connection(handle, _normal(address) or address, port, idle / 1000)
