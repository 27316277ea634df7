"""The only code that reaches the network (its connections are in `loaders.connection`, for it alone).

What it promises: http and https only; every address a name has is checked before any of them is used, and the
connection goes to the address that was checked (a second look-up could answer differently); each redirect is checked
like the first address; everything ends at one deadline; the body goes to a file under a cap and is complete, or
there is an error. The body is kept as received: unpacking it has limits of its own (`loaders.unpack`).
"""

import contextlib
import hashlib
import importlib.metadata
import os
import re
import ssl
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from io import FileIO
from pathlib import Path
from typing import Final

import httpcore
import httpx

from graph.errors import SourceError, StoreError
from loaders.connection import CheckedBackend, Clock, Policy, Refused, Resolver, system_resolver

ACCEPT_RDF: Final = (
    "text/turtle, application/n-triples;q=0.95, application/rdf+xml;q=0.9, application/ld+json;q=0.85, "
    "application/trig;q=0.8, application/n-quads;q=0.8, text/n3;q=0.7, application/xml;q=0.3, application/json;q=0.3, "
    "*/*;q=0.1"
)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_BUSY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_ENCODINGS: Final = frozenset({"", "identity", "gzip", "x-gzip"})
_PLAIN: Final = frozenset({"", "identity"})
_USERINFO: Final = re.compile(r"//[^/?#]*@")
_PUBLIC_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one fetch may use, redirects and waiting included."""

    deadline: float = 900.0
    """Seconds from the look-up to the last byte."""
    connect_seconds: float = 10.0
    """To look a name up, and to connect to one address."""
    read_seconds: float = 60.0
    """Without a single byte; portals take their time to make a page."""
    raw_bytes: int = 1 << 30
    """Of the body as sent, so compressed where it is compressed."""
    redirects: int = 5
    wait_seconds: float = 120.0
    """The longest Retry-After that is waited for (once); a longer one is reported."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer gave to ask again whether it changed."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """What is sent by POST, and the only addresses it may be sent to, redirects included."""

    content: bytes
    media_type: str
    addresses: Collection[str]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer. `path` is a temporary file that is the caller's to move or remove; None when not modified."""

    location: str
    """As asked for."""
    url: str
    """Where the answer came from in the end."""
    status: int
    headers: tuple[tuple[str, str], ...]
    path: Path | None
    digest: str
    """SHA-256 of the body as received, in hexadecimal; empty when not modified."""
    size: int

    @property
    def not_modified(self) -> bool:
        return self.status == HTTPStatus.NOT_MODIFIED

    @property
    def validators(self) -> Validators:
        return Validators(self.header("etag"), self.header("last-modified"))

    def header(self, name: str) -> str | None:
        """All values of a header field, joined by commas; None where it is absent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: str


@dataclass(frozen=True, slots=True)
class _Wait:
    seconds: float
    status: str


class _Sent:
    """A request but for its address."""

    def __init__(self, headers: list[tuple[str, str]], posted: Posted | None) -> None:
        self.posted = posted
        self.method = "GET" if posted is None else "POST"
        self.content = None if posted is None else posted.content
        self.headers = headers
        if posted is not None:
            about = [("Content-Type", posted.media_type), ("Content-Length", str(len(posted.content)))]
            self.headers = [*headers, *about]


def _user_agent() -> str:
    return f"catalograph/{importlib.metadata.version('catalograph')} (harvester of open-data catalogues)"


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches one address at a time into `folder`."""

    folder: Path
    """Best the archive's own, so that what was fetched moves there by renaming."""
    limits: FetchLimits = field(default_factory=FetchLimits)
    allow_private_addresses: bool = False
    """Loopback and private addresses too, and any port: for tests and for catalogues inside an organisation."""
    user_agent: str = field(default_factory=_user_agent)
    compressed: bool = True
    """Whether answers may come compressed; one that is though it may not be is refused."""
    resolver: Resolver = system_resolver
    sleep: Callable[[float], None] = time.sleep
    tls: ssl.SSLContext = field(default_factory=httpx.create_ssl_context)
    """The default trusts Mozilla's authorities, or those in SSL_CERT_FILE or SSL_CERT_DIR, as OpenSSL has it."""

    def fetch(
        self,
        location: str,
        *,
        accept: str = ACCEPT_RDF,
        known: Validators | None = None,
        posted: Posted | None = None,
    ) -> Fetched:
        """The whole answer to GET, or to POST, or SourceError saying why there is none."""
        clock = Clock(time.monotonic() + self.limits.deadline)
        headers = self._request_headers(accept, known or Validators())
        shown = _shown(location)
        try:
            return self._follow(shown, self._checked(location), _Sent(headers, posted), clock)
        except Refused as error:
            raise SourceError(shown, str(error)) from error
        except httpcore.TimeoutException as error:
            raise SourceError(shown, self._timed_out(clock)) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError) as error:
            raise SourceError(shown, f"the connection failed: {error}") from error

    def _policy(self) -> Policy:
        limits = self.limits
        return Policy(self.resolver, self.allow_private_addresses, limits.connect_seconds, limits.read_seconds)

    def _timed_out(self, clock: Clock) -> str:
        if clock.over:
            return f"no complete answer within {self.limits.deadline:g} seconds"
        return f"the server was silent for {self.limits.read_seconds:g} seconds, or could not be reached"

    def _request_headers(self, accept: str, known: Validators) -> list[tuple[str, str]]:
        headers = [("User-Agent", self.user_agent), ("Accept", accept)]
        headers += [("Accept-Encoding", "gzip" if self.compressed else "identity"), ("Connection", "close")]
        if known.etag:
            headers.append(("If-None-Match", known.etag))
        if known.last_modified:
            headers.append(("If-Modified-Since", known.last_modified))
        return headers

    def _checked(self, text: str) -> httpx.URL:
        """A URL that may be asked for, by its text alone; its addresses are checked when it is looked up."""
        try:
            url = httpx.URL(text).copy_with(fragment=None)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Refused(f"{_shown(text)!r} is no URL: {error}") from error
        if url.scheme not in _PUBLIC_PORTS:
            raise Refused(f"{_shown(text)!r} is no http or https address")
        if not url.host:
            raise Refused(f"{text!r} names no host")
        if url.userinfo:
            raise Refused("an address must not carry a user name or password")
        if not self.allow_private_addresses and url.port not in {None, *_PUBLIC_PORTS.values()}:
            raise Refused(f"port {url.port} of {url.host} is neither 80 nor 443")
        return url

    def _follow(self, location: str, url: httpx.URL, sent: "_Sent", clock: Clock) -> Fetched:
        redirects, waited = 0, False
        while True:
            answer = self._exchange(location, url, sent, clock)
            if isinstance(answer, Fetched):
                return answer
            if isinstance(answer, _Redirect):
                redirects += 1
                if redirects > self.limits.redirects:
                    raise Refused(f"redirects more than {self.limits.redirects} times, last to {answer.target}")
                url = self._checked_redirect(url, answer.target)
                if sent.posted is not None and str(url) not in sent.posted.addresses:
                    raise Refused(f"redirects to {_shown(str(url))}, which is not to be asked")
            else:
                self._wait(answer, clock, again=waited)
                waited = True

    def _checked_redirect(self, url: httpx.URL, target: str) -> httpx.URL:
        try:
            return self._checked(str(url.join(target)))
        except (Refused, httpx.InvalidURL) as error:
            raise Refused(f"redirects to {_shown(target)}: {error}") from error

    def _wait(self, wait: _Wait, clock: Clock, *, again: bool) -> None:
        if again or wait.seconds > min(self.limits.wait_seconds, clock.remaining):
            raise Refused(f"answered {wait.status} and asks to come back in {wait.seconds:.0f} seconds")
        self.sleep(wait.seconds)

    def _exchange(self, location: str, url: httpx.URL, sent: "_Sent", clock: Clock) -> Fetched | _Redirect | _Wait:
        backend = CheckedBackend(clock, self._policy())
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port or _PUBLIC_PORTS[url.scheme], target=url.raw_path
        )
        named = [("Host", url.netloc.decode("ascii")), *sent.headers]
        with (
            httpcore.ConnectionPool(ssl_context=self.tls, network_backend=backend) as pool,
            pool.stream(sent.method, target, headers=named, content=sent.content) as response,
        ):
            return self._answer(location, str(url), response, backend)

    def _answer(
        self, location: str, url: str, response: httpcore.Response, backend: CheckedBackend
    ) -> Fetched | _Redirect | _Wait:
        headers = httpx.Headers(response.headers)
        status = _status(response.status)
        if response.status in _REDIRECTS:
            if not headers.get("location"):
                raise Refused(f"answered {status} without saying where to")
            return _Redirect(headers["location"])
        if response.status in _BUSY and (seconds := _retry_after(headers)) is not None:
            return _Wait(seconds, status)
        pairs = tuple(headers.multi_items())
        if response.status == HTTPStatus.NOT_MODIFIED:
            return Fetched(location, url, response.status, pairs, None, "", 0)
        if response.status != HTTPStatus.OK:
            raise Refused(f"answered {status}" + ("" if url == location else f" (at {url})"))
        path, digest, size = self._store(response, headers, backend)
        return Fetched(location, url, response.status, pairs, path, digest, size)

    def _store(
        self, response: httpcore.Response, headers: httpx.Headers, backend: CheckedBackend
    ) -> tuple[Path, str, int]:
        encoding = headers.get("content-encoding", "").strip().lower()
        if encoding not in (_ENCODINGS if self.compressed else _PLAIN):
            raise Refused(f"is compressed with {encoding!r}, which was not asked for")
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self.limits.raw_bytes:
            raise self._too_big(int(announced))
        with _new_file(self.folder) as (path, out):
            digest, size = self._copy(response.iter_stream(), out)
            if announced and "transfer-encoding" not in headers and backend.surplus(size):
                raise Refused(f"sent more than the {announced} bytes it announced")
        return path, digest, size

    def _copy(self, parts: Iterable[bytes], out: FileIO) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        for part in parts:
            size += len(part)
            if size > self.limits.raw_bytes:
                raise self._too_big(size)
            digest.update(part)
            self._write(out, part)
        return digest.hexdigest(), size

    def _write(self, out: FileIO, part: bytes) -> None:
        left = memoryview(part)
        try:
            while left:
                left = left[out.write(left) :]
        except OSError as error:
            raise StoreError(f"cannot write to {self.folder}: {error.strerror}") from error

    def _too_big(self, size: int) -> Refused:
        return Refused(f"is too big: {size:,} bytes or more, where {self.limits.raw_bytes:,} are allowed")


@contextlib.contextmanager
def _new_file(folder: Path) -> Iterator[tuple[Path, FileIO]]:
    """A new file of ours, removed again when what fills it fails; unbuffered, so that a full disk is met by a write."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix="fetched-")
    except OSError as error:
        raise StoreError(f"cannot write to {folder}: {error.strerror}") from error
    path = Path(name)
    try:
        with os.fdopen(handle, "wb", buffering=0) as out:
            yield path, out
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds to wait; a date is read against the server's own clock, None when that is not told."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())


def _shown(url: str) -> str:
    """The URL without what may be a password."""
    return _USERINFO.sub("//…@", url, count=1)
