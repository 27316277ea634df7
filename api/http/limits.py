"""How much a client may ask for, as headers tell it on every answer.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/, and beside it the three fields that came before.
"""

import math
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from api.settings import Settings
from graph.errors import QueryBusy

LONG: Final = 1 << 20
"""Bytes up to which an answer is sent in one piece: only for a longer one is a thread held while its client reads."""

_WINDOW: Final = 60
"""Seconds in which a client's allowance comes back."""

NAMES: Final = "RateLimit, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"


class Used(Protocol):
    """Seconds of work: what may be asked for, what is left, and how long until all of it is back."""

    @property
    def limit(self) -> float: ...
    @property
    def remaining(self) -> float: ...
    @property
    def reset(self) -> float: ...


class Meter(Protocol):
    """Whoever knows what clients used; raises QueryBusy while it cannot say."""

    def usage(self, client: str, /) -> Used: ...


class Allowance:
    """What the headers say; two policies: seconds of work in a minute, and queries at the same time."""

    def __init__(self, meter: Meter, settings: Settings) -> None:
        at_once = settings.query_client_running + settings.query_client_waiting
        seconds = math.floor(settings.query_client_seconds)
        policy = f'"work";q={seconds};qu="seconds";w={_WINDOW}, "queries";q={at_once};qu="concurrent-requests"'
        self._meter = meter
        self._policy = (("RateLimit-Policy", policy), ("RateLimit-Limit", str(seconds)))
        self._untouched = (seconds, 0)

    def headers(self, client: str) -> list[tuple[str, str]]:
        left, reset = self._left(client)
        return [
            *self._policy,
            ("RateLimit", f'"work";r={left};t={reset}'),
            ("RateLimit-Remaining", str(left)),
            ("RateLimit-Reset", str(reset)),
        ]

    def _left(self, client: str) -> tuple[int, int]:
        try:
            used = self._meter.usage(client)
        except QueryBusy:  # it is starting: nobody has used anything
            return self._untouched
        return int(used.remaining), math.ceil(used.reset)


class Places:
    """So many at once, and so many of one client: for what holds a thread for as long as a client likes."""

    def __init__(self, total: int, each: int, what: str) -> None:
        self._total = total
        self._each = each
        self._what = what
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, client: str) -> None:
        """Raises QueryBusy where there is none left."""
        with self._lock:
            if self._held[client] >= self._each:
                reason = f"this client has {self._each} {self._what} at once already"
                raise QueryBusy(reason, 1, over_budget=True, limit=self._each, unit=self._what)
            if self._held.total() >= self._total:
                reason = f"there are {self._total} {self._what} at once already"
                raise QueryBusy(reason, 2, limit=self._total, unit=self._what)
            self._held[client] += 1

    @contextmanager
    def held(self, client: str) -> Iterator[None]:
        """A place for as long as the block takes."""
        self.take(client)
        try:
            yield
        finally:
            self.leave(client)

    def leave(self, client: str) -> None:
        with self._lock:
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]
