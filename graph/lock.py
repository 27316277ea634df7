"""One writer at a time: a file lock that says who holds it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import Locked, StoreError


@contextmanager
def writer(data: Path, doing: str, *, wait: bool = False) -> Iterator[None]:
    """Hold the data directory's writer lock; the kernel lets go of it when the process ends, however it ends.

    Raises Locked with the holder's process and task unless `wait`; StoreError where the folder cannot be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"the data directory {data} cannot be written: {error.strerror}") from error
    try:
        _take(handle, wait=wait)
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "doing": doing}).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _take(handle: int, *, wait: bool) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise Locked(_holder(handle)) from None


def _holder(handle: int) -> str:
    try:
        told = json.loads(os.pread(handle, 4096, 0))
        return f"process {told['pid']} ({told['doing']})"
    except (ValueError, KeyError):
        return "a process that has not said its name yet"
