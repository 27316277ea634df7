"""The server's side of what is made after a flip: one process at a time of each kind, started when it is wanted."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

_WATCH: Final = 0.5
"""Seconds between two looks at whether something is wanted."""

_PAUSE: Final = 30.0
"""Seconds after which a process that failed is tried again: a full disk may have room by then. Doubled each time."""

_LONGEST_PAUSE: Final = 3600.0

_UNTOLD: Final = "ignore:resource_tracker"
"""Who is stopped in the middle of its work leaves semaphores to Python's tracker, which says so to whoever looks."""


class Background:
    """A process that makes something of a generation, and which one it was last started for.

    `module` is run with `arguments`; `wanted` says for which generation now, None for none; with `again`, maybe more
    than once for the same.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        wanted: Callable[[], int | None],
        clock: Callable[[], float] = time.monotonic,
        *,
        again: bool = False,
    ) -> None:
        self._again = again
        self._command = [sys.executable, "-P", "-m", module, *arguments]
        self._wanted = wanted
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._begun: int | None = None
        self._done: int | None = None
        self._not_before = float("-inf")
        self._pause = _PAUSE

    def look(self) -> None:
        """Note how a process ended, and start one for a generation that has had none."""
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            self.stop()
            if status == 0:
                self._done, self._pause = None if self._again else self._begun, _PAUSE
            else:
                self._not_before = self._clock() + self._pause
                self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        number = self._wanted()
        if number is None or number == self._done or (number == self._begun and self._clock() < self._not_before):
            return
        self._begun, self._process = number, self._start()

    def stop(self) -> None:
        """End the process, wherever it is: what is kept is whole, the rest is made next time."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self._command,
            env={**os.environ, "PYTHONWARNINGS": _UNTOLD},
            stdin=subprocess.PIPE,  # it ends when this end is closed, even where we are killed
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the server, which ends it
        )


@contextmanager
def kept_up(processes: Sequence[Background]) -> Iterator[None]:
    """While the block runs, each gets a look now and then."""
    stop = threading.Event()
    watcher = threading.Thread(target=_keep, args=(processes, stop), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def _keep(processes: Sequence[Background], stop: threading.Event) -> None:
    try:
        while not stop.wait(_WATCH):
            for process in processes:
                with contextlib.suppress(OSError):  # no process to be had now: tried again at the next look
                    process.look()
    finally:
        for process in processes:
            process.stop()
