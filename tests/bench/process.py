"""Whole processes as people run them: wall time, CPU time, and the peak memory of the process and all below it."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

_INTERVAL: Final = 0.05
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TAIL: Final = 2000


class MeasurementFailed(Exception):
    """What was to be measured did not do its work; the message has its last words."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`memory` is the peak in bytes of the resident sets of the whole tree, shared pages counted in each."""

    wall: float
    cpu: float
    memory: int
    out: str


def measure(
    command: Sequence[str | Path], *, environ: Mapping[str, str] | None = None, timeout: float = 3600
) -> Measured:
    """Run a command to its end and measure it; raises MeasurementFailed when it fails or takes too long.

    Memory is sampled from /proc every 50 ms; a peak of one process in between is still seen, by its high-water mark,
    where it is larger than this process.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        process = _start(command, environ, out.fileno(), errors.fileno())
        try:
            with _watched(process.pid) as watch, _stopped_after(process, timeout):
                _, status, used = os.wait4(process.pid, 0)
                wall = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            _end_session(process.pid)  # also when we are interrupted
        if process.returncode != 0:
            raise MeasurementFailed(_last_words(command, process.returncode, _read(errors.fileno())))
        # Linux lets a process begin with the high-water mark of whoever started it: up to our own it says nothing.
        peak = max(watch.peak, used.ru_maxrss << 10 if used.ru_maxrss > own else 0)
        return Measured(wall, used.ru_utime + used.ru_stime, peak, _read(out.fileno()))


def _start(
    command: Sequence[str | Path], environ: Mapping[str, str] | None, out: int, errors: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(each) for each in command],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=errors,
        env=dict(os.environ, **(environ or {})),
        start_new_session=True,  # the session is how the tree is told from everything else
    )


def _read(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return file.read().decode("utf-8", "replace")


def _last_words(command: Sequence[str | Path], code: int, errors: str) -> str:
    return f"{' '.join(map(str, command))}: exit status {code}\n{errors[-_TAIL:].strip()}"


def members(session: int) -> Iterator[tuple[int, int]]:
    """The processes of a session, and the bytes each has resident (fields 6 and 24 of /proc/PID/stat)."""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
                if int(fields[3]) == session:
                    yield int(entry.name), int(fields[21]) * _PAGE


class _Watch(threading.Thread):
    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session = session
        self._done = threading.Event()
        self.peak = 0

    def run(self) -> None:
        while not self._done.wait(_INTERVAL):
            self.peak = max(self.peak, sum(resident for _, resident in members(self._session)))

    def stop(self) -> None:
        self._done.set()
        self.join()


@contextlib.contextmanager
def _watched(session: int) -> Iterator[_Watch]:
    watch = _Watch(session)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


@contextlib.contextmanager
def _stopped_after(process: subprocess.Popen[bytes], timeout: float) -> Iterator[None]:
    timer = threading.Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end_session(session: int) -> None:
    """Kill what a command left behind: only processes of the session that we opened for it."""
    for pid, _ in members(session):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def serving(
    command: Sequence[str | Path], ready: str, *, environ: Mapping[str, str] | None = None, timeout: float = 60
) -> Iterator[int]:
    """Run a server until the block ends; yields its session's id once the address `ready` answers 200."""
    with tempfile.TemporaryFile() as out:
        process = _start(command, environ, out.fileno(), out.fileno())
        try:
            _wait_until_ready(process, ready, timeout, out.fileno(), command)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _end_session(process.pid)


def _wait_until_ready(
    process: subprocess.Popen[bytes], ready: str, timeout: float, out: int, command: Sequence[str | Path]
) -> None:
    last = time.monotonic() + timeout
    while not _answers(ready):
        code = process.poll()
        if code is not None or time.monotonic() > last:
            raise MeasurementFailed(_last_words(command, code if code is not None else -1, _read(out)))
        time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def stop_on_terminate() -> None:
    """Let SIGTERM end this program by SystemExit, so that servers and temporary folders are cleaned up."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)
