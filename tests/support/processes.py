"""What the kernel says of processes, and waiting for it to say something else."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """The direct children of a process, zombies included."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            found += [int(child) for child in (task / "children").read_text().split()]
    return sorted(found)


def state(pid: int) -> str:
    """The letter of /proc: R, S, Z …; empty when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def busy(pids: list[int]) -> list[int]:
    """Which of them take processor time just now: the state of a process does not show its other threads'."""
    before = {pid: _ticks(pid) for pid in pids}
    time.sleep(0.1)
    return [pid for pid in pids if _ticks(pid) != before[pid]]


def _ticks(pid: int) -> tuple[str, ...]:
    try:
        return tuple(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])
    except (FileNotFoundError, ProcessLookupError):
        return ()


def resident(pid: int) -> int:
    """Bytes of memory it has now; 0 when it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (FileNotFoundError, ProcessLookupError):
        return 0


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def wait_until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return as soon as it holds; fail when it does not within the time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


@contextmanager
def ends(seconds: float = 30.0) -> Iterator[None]:
    """Fail where the block takes longer: a limit for what would hang, far above what a busy machine takes."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds, "it took too long to end"
