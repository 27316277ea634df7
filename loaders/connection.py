"""Connections to checked addresses, with a deadline; `loaders.fetch` alone uses them.

A name is looked up once, all its addresses are checked, and the connection goes to one of them: a second look-up
could answer differently (DNS rebinding). TLS is still checked against the name.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, Self

import httpcore

Resolver = Callable[[str, int], list[str]]
"""Host and port to addresses; raises OSError for a name that is unknown."""

_REFUSED_4: Final = tuple(
    IPv4Network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
_GLOBAL_6: Final = IPv6Network("2000::/3")
_REFUSED_6: Final = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # Teredo, ORCHID, benchmarking: protocol assignments, some of which wrap an IPv4 address
        "2001:db8::/32",
        "2002::/16",  # 6to4 wraps an IPv4 address
        "3fff::/20",
    )
)


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet.

    Written out from the IANA special-purpose registries rather than taken from `ipaddress.is_global`, which lets
    through 64:ff9b::/96, 2002::/16, fec0::/10, 192.0.0.8 and multicast, and changes between Python versions.
    """
    parsed = _unmapped(address)
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _REFUSED_4)
    return parsed in _GLOBAL_6 and not any(parsed in network for network in _REFUSED_6)


def is_unicast(address: str) -> bool:
    """Whether one host can be meant: what is left to check where private addresses are allowed."""
    parsed = _unmapped(address)
    return not parsed.is_multicast and str(parsed) != "255.255.255.255"


def _unmapped(address: str) -> IPv4Address | IPv6Address:
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


def system_resolver(host: str, port: int) -> list[str]:
    """What the operating system says, in its order of preference, without repetition."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolve(resolver: Resolver, host: str, port: int, seconds: float) -> list[str]:
    """Look a name up once, within a time: getaddrinfo() itself has no deadline.

    Raises TimeoutError, or the OSError of the resolver.
    """
    found: list[str] = []
    failed: list[OSError | UnicodeError] = []

    def look_up() -> None:
        try:
            found.extend(resolver(host, port))
        except (OSError, UnicodeError) as error:  # a name with an empty or overlong label is a UnicodeError
            failed.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"the look-up of {host} took more than {seconds:.0f} seconds")
    if failed:
        raise OSError(f"the name {host} is unknown ({failed[0]})") from failed[0]
    return found


class Refused(Exception):
    """What is not fetched, and why; the fetcher turns it into a SourceError that names the location."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How names are looked up, which addresses are taken, and how long one step may be silent."""

    resolver: Resolver
    allow_private_addresses: bool
    connect_seconds: float
    read_seconds: float


@dataclass(frozen=True, slots=True)
class Clock:
    end: float

    @property
    def remaining(self) -> float:
        return self.end - time.monotonic()

    @property
    def over(self) -> bool:
        return self.remaining <= 0

    def at_most(self, seconds: float) -> float:
        """A timeout that does not reach past the deadline; raises when that has passed."""
        if self.over:
            raise httpcore.ReadTimeout("the deadline has passed")
        return min(seconds, self.remaining)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only. One per exchange, so that a stream can be asked about afterwards."""

    def __init__(self, clock: Clock, policy: Policy) -> None:
        self._clock = clock
        self._policy = policy
        self._stream: _TimedStream | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  the clock decides
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address to connect to")
        for address in self._addresses(host, port):
            patience = self._clock.at_most(self._policy.connect_seconds)
            try:
                inner = httpcore.SyncBackend().connect_tcp(address, port, patience, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            self._stream = _TimedStream(inner, self._clock, self._policy.read_seconds, self._replace)
            return self._stream
        raise failure

    def _replace(self, stream: "_TimedStream") -> None:
        self._stream = stream

    def _addresses(self, host: str, port: int) -> list[str]:
        policy = self._policy
        try:
            addresses = resolve(policy.resolver, host, port, self._clock.at_most(policy.connect_seconds))
        except OSError as error:
            raise Refused(str(error)) from error
        allowed = is_unicast if policy.allow_private_addresses else is_public
        refused = [address for address in addresses if not allowed(address)]
        if refused:
            raise Refused(f"{host} has the address {refused[0]}, which is not on the public internet")
        if not addresses:
            raise Refused(f"the name {host} has no address")
        return addresses

    def surplus(self, body: int) -> bool:
        """Whether more came than the headers and a body of that many bytes."""
        return self._stream is not None and self._stream.surplus(body)


class _TimedStream(httpcore.NetworkStream):
    """A connection each of whose reads ends at the deadline, and that counts what it received."""

    def __init__(
        self,
        inner: httpcore.NetworkStream,
        clock: Clock,
        read_seconds: float,
        replaced: Callable[["_TimedStream"], None],
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._read_seconds = read_seconds
        self._replaced = replaced
        self._head = bytearray()
        self._after_head: int | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  the clock decides
        data = self._inner.read(max_bytes, self._clock.at_most(self._read_seconds))
        self._count(data)
        return data

    def _count(self, data: bytes) -> None:
        if self._after_head is not None:
            self._after_head += len(data)
            return
        self._head += data
        while self._after_head is None and (end := self._head.find(b"\r\n\r\n")) >= 0:
            interim = self._head.startswith(b"HTTP/1.1 1")  # 100 Continue, 103 Early Hints: the real head follows
            del self._head[: end + 4]
            if not interim:
                self._after_head = len(self._head)

    def surplus(self, body: int) -> bool:
        if self._after_head is None or self._after_head > body:
            return self._after_head is not None
        if not self._inner.get_extra_info("is_readable"):
            return False
        with contextlib.suppress(httpcore.ReadError, httpcore.ReadTimeout):
            return self._inner.read(1, 0.1) != b""  # readable: an end of file, or more
        return False

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  the clock decides
        self._inner.write(buffer, self._clock.at_most(self._read_seconds))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  the clock decides
    ) -> Self:
        patience = self._clock.at_most(self._read_seconds)
        inner = self._inner.start_tls(ssl_context, server_hostname, patience)
        stream = type(self)(inner, self._clock, self._read_seconds, self._replaced)
        self._replaced(stream)
        return stream

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
