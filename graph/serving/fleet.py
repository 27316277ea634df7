"""The worker processes as their broker sees them: started, leased, retired, killed and buried."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from graph.serving.options import BrokerOptions
from graph.serving.worker import READY

_LAST: Final = 15
"""The niceness of a query that takes its time."""

_T = TypeVar("_T")

_CAUSES: Final = {
    signal.SIGABRT: "memory",  # how Rust and C++ end when an allocation is refused
    signal.SIGKILL: "killed",  # not by us, or a doom would say so: the kernel, out of memory, or an operator
    signal.SIGXCPU: "deadline",
}


@dataclass(slots=True, eq=False)
class WorkerProcess(Generic[_T]):
    """One worker. `tenant` leases it; `client` has the query it is busy with, as far as is known: the one it
    was granted for, or one that turned out `slow`, which then has `began` and `until`. A worker that was granted
    for a query known to be slow is one of the `share` of those from the start.
    """

    number: int
    generation: int
    process: subprocess.Popen[bytes]
    channel: socket.socket
    pidfd: int
    ready: bool = False
    tenant: _T | None = None
    client: str | None = None
    slow: bool = False
    share: bool = False
    began: float = 0.0
    until: float = 0.0
    retiring: bool = False
    yielding: bool = False
    doom: str | None = None

    @property
    def idle(self) -> bool:
        return self.ready and self.tenant is None and self.doom is None and not self.retiring

    @property
    def busy_for_long(self) -> bool:
        """Whether it counts among the workers that slow queries keep."""
        return (self.slow or self.share) and self.doom is None

    def kill(self, doom: str) -> None:
        """End it at once; the first reason given is the one that counts."""
        self.doom = self.doom or doom
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def give_way(self) -> None:
        """Let every other process go first; there is no way back, so it is replaced after its query."""
        self.yielding = True
        with contextlib.suppress(OSError):  # it ended meanwhile, or this system has no such folder
            for thread in Path(f"/proc/{self.process.pid}/task").iterdir():
                os.setpriority(os.PRIO_PROCESS, int(thread.name), _LAST)

    def hear_ready(self) -> bool:
        """Whether the worker has said that its store is open (asked when its channel has something to read)."""
        with contextlib.suppress(OSError):
            self.ready = self.channel.recv(len(READY)) == READY
        return self.ready

    def bury(self) -> str:
        """Reap the ended process, close what belonged to it, and say why it ended."""
        code = self.process.wait()
        self.channel.close()
        os.close(self.pidfd)
        if self.doom is not None:
            return self.doom
        return _CAUSES.get(signal.Signals(-code), "crash") if code < 0 else "crash"


def spawn(number: int, generation: int, folder: Path, options: BrokerOptions, spool: str) -> WorkerProcess[_T]:
    """Start a worker on the generation in `folder`; it will say READY on its channel when its store is open."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    order = {
        "broker": os.getpid(),
        "channel": theirs.fileno(),
        "generation": str(folder),
        "folder": spool,
        "memory": options.memory,
        "answer_bytes": options.answer_bytes,
        "recycle_after": options.recycle_after,
        "isolation_required": options.isolation_required,
        "base": options.base,
    }
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "graph.serving.worker", json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
    return WorkerProcess(number, generation, process, ours, os.pidfd_open(process.pid))
