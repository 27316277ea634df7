"""What one client may ask of the harvest interfaces, apart from what it may ask of /sparql.

Who follows the links from page to page, each after the one before, uses a second of a web process in a second and gets
one back: that is never refused. What is bounded is to ask for many pages at the same time, and for long.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from api.http.limits import Places
from graph.errors import CrawlBudgetUsed
from graph.serving.budgets import Budgets

_WINDOW: Final = 60

_AT_ONCE: Final = (8, 3)
"""Pages that a web process makes at the same time, for all harvesters and for one: each takes memory and its share."""


class CrawlBudget:
    """Seconds of work in a web process: so many at once, and as many again in each minute."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._budgets = Budgets(seconds, 2 * seconds)
        self._lock = threading.Lock()
        self._places = Places(*_AT_ONCE, "pages to harvest")

    @contextmanager
    def charged(self, client: str) -> Iterator[None]:
        """The client pays for what the block takes. Raises CrawlBudgetUsed where it has used too much before,
        and QueryBusy where too many are made at this moment.
        """
        began = self._clock()
        with self._lock:
            wait = self._budgets.wait(client, began)
        if wait:
            reason = f"this client has used its {self._seconds:g} seconds a minute of pages to harvest"
            raise CrawlBudgetUsed(reason, math.ceil(wait), self._seconds)
        with self._places.held(client):
            try:
                yield
            finally:
                now = self._clock()
                with self._lock:
                    self._budgets.charge(client, now - began, now)

    def headers(self, client: str) -> list[tuple[str, str]]:
        """What is left, in the fields that answers to queries have too (api.http.limits)."""
        with self._lock:
            used = self._budgets.used(client, self._clock())
        limit, left = math.floor(self._seconds), max(0, math.floor(self._seconds - used))
        reset = math.ceil(used * _WINDOW / self._seconds)
        return [
            ("RateLimit-Policy", f'"crawl";q={limit};qu="seconds";w={_WINDOW}'),
            ("RateLimit", f'"crawl";r={left};t={reset}'),
            ("RateLimit-Limit", str(limit)),
            ("RateLimit-Remaining", str(left)),
            ("RateLimit-Reset", str(reset)),
        ]
