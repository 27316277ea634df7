"""Requests as they go over the wire, and answers with every header as often as it came."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for which request; `wanted` is what the request said besides its address."""

    method: str
    path: str
    wanted: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __str__(self) -> str:
        return f"{self.status} {self.method} {self.path[:90]} {self.wanted[:60]}"

    def all_of(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def __getitem__(self, name: str) -> str:
        (value,) = self.all_of(name)
        return value


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: its budget is that of its address."""

    port: int
    address: str = "127.0.0.1"

    def __call__(
        self, path: str, wanted: Mapping[str, str] | None = None, *, method: str = "GET", body: bytes | None = None
    ) -> Answer:
        """One request, as a script of another site makes it, with these headers."""
        headers = {**(wanted or {}), "Origin": "https://elsewhere.example"}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.address, 0))) as asking:
            asking.request(method, path, body, headers)
            told = asking.getresponse()
            said = ", ".join(f"{name}: {value}" for name, value in (wanted or {}).items())
            return Answer(method, path, said, told.status, tuple(told.getheaders()), told.read())
