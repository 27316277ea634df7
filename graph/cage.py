"""A child process that can only compute: no sockets, bounded memory and CPU time, a stack that deep nesting cannot end.

Whatever is hostile is parsed or evaluated in such a child (design: never in the web process, never in the writer).
The child is started afresh, not forked, so it inherits no store handle; the kernel refuses it sockets, so no text in a
query or a file can reach out.
"""

import contextlib
import ctypes
import fcntl
import importlib
import json
import os
import platform
import resource
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, BinaryIO, Final, NoReturn, Self

from graph.errors import CageError, FormatError, PortalError, StoreError

STACK: Final = 512 << 20
"""Bytes of stack of the working thread: 64 KiB of nested braces need 190 MiB at the most."""

_AUDIT: Final = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}
"""Machine to its audit architecture and the numbers of socket() and io_uring_setup() (linux/audit.h, unistd.h)."""

_ERROR_LIMIT: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: CPU seconds, and bytes of address space besides its stack."""

    cpu_seconds: int = 600
    memory: int = 2 << 30


@dataclass(frozen=True, slots=True)
class Work:
    """What a child does, as errors call it, and what can be done where it takes too long or too much memory."""

    name: str
    remedy: str


READING: Final = Work(
    "reading the data",
    "divide the document, or raise CATALOGRAPH_PARSE_SECONDS or CATALOGRAPH_PARSE_MEMORY",
)


class NoIsolation(PortalError):
    """The kernel offers neither seccomp nor an empty network namespace."""


def deny_sockets() -> None:
    """Take away socket() from this process and all its threads to come, for good.

    Raises NoIsolation where neither a seccomp filter nor an empty network namespace can be had.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if _seccomp(libc):
        return
    clone_newuser, clone_newnet = 0x10000000, 0x40000000
    if libc.unshare(clone_newuser | clone_newnet) != 0:
        raise NoIsolation("neither seccomp nor an empty network namespace is available on this machine")


def _seccomp(libc: ctypes.CDLL) -> bool:
    known = _AUDIT.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    architecture, *refused = known
    load, jump_equal, jump_ge, give_back = 0x20, 0x15, 0x35, 0x06
    deny, kill, allow = 0x00050000 | 13, 0x80000000, 0x7FFF0000  # EACCES; kill the process; go on
    program = [
        (load, 0, 0, 4),
        (jump_equal, 1, 0, architecture),
        (give_back, 0, 0, kill),
        (load, 0, 0, 0),
        (jump_ge, 0, 1, 0x40000000),  # the x32 numbers of the same calls
        (give_back, 0, 0, deny),
    ]
    for number in refused:
        program += [(jump_equal, 0, 1, number), (give_back, 0, 0, deny)]
    program.append((give_back, 0, 0, allow))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))

    class Filter(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    no_new_privileges, set_seccomp, mode_filter = 38, 22, 2
    fprog = Filter(len(program), ctypes.cast(code, ctypes.c_void_p))
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return False
    installed: int = libc.prctl(set_seccomp, mode_filter, ctypes.byref(fprog), 0, 0)
    return installed == 0


def enter(limits: Limits, *, isolation_required: bool = True) -> None:
    """Bind this process to its limits. There is no way back."""
    memory = limits.memory + STACK
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    try:
        deny_sockets()
    except NoIsolation:
        if isolation_required:
            raise


def on_deep_stack(work: Callable[[], None]) -> None:
    """Run `work` in a thread with STACK bytes of stack and wait for it; what it raises is raised here."""
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  handed to the caller, whatever it is
            raised.append(error)

    before = threading.stack_size(STACK)
    thread = threading.Thread(target=guarded)
    thread.start()
    threading.stack_size(before)
    thread.join()
    if raised:
        raise raised[0]


def _widen(pipe: IO[bytes] | None) -> None:
    """A pipe of 64 KiB makes two busy processes wait for each other: half the speed. Linux gives anyone 1 MiB."""
    with contextlib.suppress(OSError, AttributeError):
        assert pipe is not None  # noqa: S101  asked for by the caller
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20)


class Child:
    """A caged child that runs `module:function(argument, out)` and whose lines we read.

    As a context manager it yields itself; leaving early kills the child. `finish()` raises what the child reported
    (FormatError) or CageError when it died, which names the `work`.
    """

    def __init__(
        self, target: str, argument: object, limits: Limits, *, isolation_required: bool = True, work: Work = READING
    ) -> None:
        self._limits = limits
        self._work = work
        order = json.dumps(
            {
                "target": target,
                "argument": argument,
                "cpu_seconds": limits.cpu_seconds,
                "memory": limits.memory,
                "isolation_required": isolation_required,
            }
        )
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "graph.cage"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=1 << 20,
        )
        for pipe in (self._process.stdin, self._process.stdout):
            _widen(pipe)
        self._errors = bytearray()
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()
        with contextlib.suppress(BrokenPipeError):  # a child that died says so by its end
            self.feed.write(order.encode() + b"\n")
            self.feed.flush()

    def _drain(self) -> None:
        assert self._process.stderr is not None  # noqa: S101  asked for above
        while block := self._process.stderr.read1(8192):  # type: ignore[attr-defined]  # a BufferedReader has it
            self._errors += block
            del self._errors[:-_ERROR_LIMIT]  # the last line says what it was

    @property
    def feed(self) -> IO[bytes]:
        """What the child reads from its standard input, behind its order; closed by `finish`."""
        assert self._process.stdin is not None  # noqa: S101  asked for above
        return self._process.stdin

    @property
    def out(self) -> BinaryIO:
        """The child's lines."""
        assert self._process.stdout is not None  # noqa: S101  asked for above
        return self._process.stdout  # type: ignore[return-value]  # IO[bytes] opened as a buffered reader

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join()
        with contextlib.suppress(BrokenPipeError):
            self.feed.close()
        self.out.close()
        assert self._process.stderr is not None  # noqa: S101  asked for above
        self._process.stderr.close()

    def finish(self) -> None:
        """Wait for the end; raise FormatError or StoreError as the child reported it, or CageError."""
        with contextlib.suppress(BrokenPipeError):
            self.feed.close()
        code = self._process.wait()
        self._reader.join()
        if code == 0:
            return
        report = self._errors.decode("utf-8", "replace").strip()
        if code == _REPORTED:
            raise _told(json.loads(report.splitlines()[-1]))
        raise _death(code, report, self._limits, self._work)


_REPORTED: Final = 65  # EX_DATAERR


def _told(error: dict[str, Any]) -> PortalError:
    if "store" in error:
        return StoreError(error["store"])
    return CageError(**error) if "limit" in error else FormatError(**error)


def _death(code: int, report: str, limits: Limits, work: Work) -> CageError:
    number = -code if code < 0 else None
    last = report.splitlines()[-1] if report else ""
    if number == signal.SIGXCPU or (number == signal.SIGKILL and "memory" not in report):
        text = f"{work.name} took more than {limits.cpu_seconds} seconds of CPU time: {work.remedy}"
        return CageError(text, "seconds", number)
    if number == signal.SIGABRT or "MemoryError" in report or "memory allocation" in report:
        text = f"{work.name} needs more than {limits.memory >> 20} MiB of memory: {work.remedy}"
        return CageError(text, "memory", number)
    return CageError(f"{work.name} ended unexpectedly ({last or _ending(code)})", "crash", number)


def _ending(code: int) -> str:
    return f"exit status {code}" if code >= 0 else f"signal {-code}"


def lines(
    target: str, argument: object, limits: Limits, *, isolation_required: bool = True, work: Work = READING
) -> Iterator[bytes]:
    """The lines that `target` writes in a cage; raises as Child.finish does, after the last line."""
    with Child(target, argument, limits, isolation_required=isolation_required, work=work) as child:
        yield from child.out
        child.finish()


def _die_with_parent() -> None:
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL, 0, 0, 0)


def _report(told: dict[str, Any]) -> NoReturn:
    sys.stderr.write("\n" + json.dumps(told))
    sys.stderr.flush()
    os._exit(_REPORTED)


def main() -> None:
    """The child's side: read the order, enter the cage, do the work."""
    _die_with_parent()
    order = json.loads(sys.stdin.buffer.readline())
    module, _, function = order["target"].partition(":")
    work = getattr(importlib.import_module(module), function)  # imported before the limits bind
    enter(Limits(order["cpu_seconds"], order["memory"]), isolation_required=order["isolation_required"])
    try:
        with os.fdopen(sys.stdout.fileno(), "wb", buffering=1 << 20, closefd=False) as out:
            on_deep_stack(lambda: work(order["argument"], out))
    except FormatError as error:
        _report({"location": error.location, "reason": error.reason, "line": error.line, "column": error.column})
    except StoreError as error:
        _report({"store": str(error)})
    except CageError as error:  # of a child of this child
        _report({"reason": str(error), "limit": error.limit})
    except BrokenPipeError:
        os._exit(0)  # the parent stopped reading: it has its reason
    os._exit(0)


if __name__ == "__main__":
    main()
