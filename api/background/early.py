"""What is found out because somebody asks for it before it is prepared."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

_LANES: Final = 2
"""Things that are found out at the same time: one that takes long leaves a lane."""

_WAITING: Final = 8
"""Requests of a web process that may wait at the same time for one generation."""


class Early:
    """What is found out of one generation; each thing once for all who ask, and again where it failed."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        """Set when there is nobody left to ask: what takes long may look at it."""
        self._asking = threading.Lock()
        self._asked: dict[str, Future[Any]] = {}
        self._lanes = threading.Semaphore(_LANES)
        self._waiting = threading.Semaphore(_WAITING)

    def close(self) -> None:
        self.closed.set()

    def found(self, name: str, work: Callable[[], Any], patience: float) -> Any:
        """None where that takes too long, or as many as may wait do wait: the threads of the rest are for pages."""
        with self._asking:
            known = self._asked.get(name)
            if known is None or (known.done() and known.exception() is not None):
                known = self._asked[name] = Future()
                threading.Thread(target=self._find_out, args=(known, work), daemon=True).start()  # no exit waits for it
        if known.done():
            return known.result()
        if not self._waiting.acquire(blocking=False):
            return None
        try:
            return known.result(patience)
        except TimeoutError:
            return None
        finally:
            self._waiting.release()

    def _find_out(self, answer: "Future[Any]", work: Callable[[], Any]) -> None:
        with self._lanes:
            if self.closed.is_set():
                return
            try:
                answer.set_result(work())
            except BaseException as error:  # noqa: BLE001  raised where somebody waits for it
                answer.set_exception(error)
