"""Processes that work beside the readers: they come last, and end with whoever started them."""

import contextlib
import multiprocessing
import os
import resource
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

_CPU_SECONDS: Final = 3600
"""Of a process: what never ends must not take a core forever."""

_LOOK: Final = 0.5
"""Seconds between two looks at whether the parent is there."""


def behind_readers() -> None:
    """Let whatever else runs on this machine go first, and live longer where memory ends; end with the parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _end_with_parent() -> None:
    """Whoever started this process holds the other end of its input, and lets go of it however it ends."""
    while os.read(0, 1 << 10):
        pass
    os._exit(1)


def beside(count: int) -> ProcessPoolExecutor:
    """Processes that do a share of this one's work, and end with it however it ends."""
    spawn = multiprocessing.get_context("spawn")  # what is forked beside threads may hang
    return ProcessPoolExecutor(count, spawn, initializer=end_with, initargs=(os.getpid(),))


def end_with(parent: int) -> None:
    """Let this process end soon after that one has, which need not have told it."""
    threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)
