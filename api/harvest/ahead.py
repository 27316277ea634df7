"""The next page of a crawl is read while this one is written: reading leaves the interpreter free for that."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from pyoxigraph import Store

from queries.fetching import Fetched, fetch

_MOST: Final = 8
"""Pages that may wait for their readers; a crawl that breaks off leaves two."""


class Ahead:
    """What was read of one generation before it was asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._waiting: OrderedDict[Hashable, Future[Fetched]] = OrderedDict()
        self._reader: ThreadPoolExecutor | None = None

    def take(self, page: Hashable, members: Sequence[str]) -> Fetched:
        """What a page is made of: read before, or now."""
        with self._lock:
            known = self._waiting.pop(page, None)
        if known is None or known.cancel():
            return fetch(self._store, members)
        return known.result()

    def begin(self, page: Hashable, members: Sequence[str]) -> None:
        """Read what a page is made of, for whoever comes for it."""
        with self._lock:
            if page in self._waiting or not members:
                return
            if self._reader is None:
                self._reader = ThreadPoolExecutor(max_workers=2, thread_name_prefix="ahead")
            self._waiting[page] = self._reader.submit(fetch, self._store, members)
            while len(self._waiting) > _MOST:
                self._waiting.popitem(last=False)[1].cancel()

    def close(self) -> None:
        if self._reader is not None:
            self._reader.shutdown(wait=False, cancel_futures=True)
