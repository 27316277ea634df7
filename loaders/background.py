"""Processes that work beside the readers: they come last, and end with whoever started them."""

import contextlib
import os
import resource
import threading
from pathlib import Path
from typing import Final

_CPU_SECONDS: Final = 3600
"""Of a process: what never ends must not take a core forever."""


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
