"""The query worker: a process in a cage, with a read-only handle on one generation and one channel to be asked on."""

import contextlib
import ctypes
import fcntl
import gc
import json
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from graph.cage import Limits, enter, on_deep_stack
from graph.errors import CageError, PortalError
from graph.serving.evaluation import Evaluator, Needs, NotOffered
from graph.serving.messages import (
    LONGEST,
    Question,
    close_quietly,
    receive_question,
    send_answer,
    send_failure,
    send_needs,
    send_not_offered,
)
from graph.serving.spool import Spool

READY: Final = b"ready"

_CPU_SECONDS: Final = 3600
_HEAVY: Final = 0.05
"""Seconds of CPU after which a query is worth a look at how much memory it left behind."""

_SWOLLEN: Final = 512 << 20
"""Bytes of resident memory above which a worker is better replaced."""


class Worker:
    """Answers one question after another until its channel ends."""

    def __init__(
        self, channel: socket.socket, evaluator: Evaluator, answer_bytes: int, lifetime: int, folder: str
    ) -> None:
        self._channel = channel
        self._evaluator = evaluator
        self._answer_bytes = answer_bytes
        self._lifetime = lifetime
        self._folder = folder
        self._answered = 0

    def run(self) -> None:
        """Say READY, then answer; the stack that nested queries need is there by now."""
        self._channel.send(READY)
        buffer = memoryview(bytearray(LONGEST))
        while (question := receive_question(self._channel, buffer)) is not None:
            self._answer(question)

    def _answer(self, question: Question) -> None:
        began = time.thread_time()
        spool = Spool(self._answer_bytes, self._folder)
        try:
            outcome = self._evaluator.answer(question, spool)
            seconds = time.thread_time() - began
            self._send(spool, outcome, seconds)
        except PortalError as failure:
            seconds = time.thread_time() - began
            send_failure(self._channel, failure, seconds=seconds, worn=self._worn(seconds))
        finally:
            spool.close()
            close_quietly(question.foreign.handle if question.foreign else None)

    def _send(self, spool: Spool, outcome: bool | NotOffered | Needs, seconds: float) -> None:  # noqa: FBT001  a kind of answer, not a switch
        worn = self._worn(seconds)
        if isinstance(outcome, NotOffered):
            send_not_offered(self._channel, rdf=outcome.rdf, worn=worn)
        elif isinstance(outcome, Needs):
            send_needs(self._channel, outcome.needs, seconds=seconds, worn=worn)
        else:
            send_answer(
                self._channel, spool.inline, spool.handle, spool.length, rdf=outcome, seconds=seconds, worn=worn
            )

    def _worn(self, seconds: float) -> bool:
        """Whether this process has done enough: by number of answers, by CPU time, or by what it still holds."""
        self._answered += 1
        if self._answered >= self._lifetime:
            return True
        return seconds > _HEAVY and (time.process_time() > _CPU_SECONDS / 2 or _resident() > _SWOLLEN)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_bytes().split()[1])
    return pages * resource.getpagesize()


def _die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its broker ends, and make sure that has not happened already."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def _yield_to_others() -> None:
    """Pages come before public queries, and should memory run out, a worker goes first."""
    os.nice(5)
    with contextlib.suppress(OSError):  # some containers have no such file
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def main() -> None:
    """Be the worker that the one argument, JSON, describes."""
    order = json.loads(sys.argv[1])
    _die_with(order["broker"])
    _yield_to_others()
    # The cage first: a thread started before it would still have sockets.
    enter(Limits(_CPU_SECONDS, order["memory"]), isolation_required=order["isolation_required"])
    channel = socket.socket(fileno=order["channel"])
    generation = Path(order["generation"])
    lease = os.open(generation / "manifest.json", os.O_RDONLY)  # held to the end: a leased generation is not removed
    fcntl.flock(lease, fcntl.LOCK_SH | fcntl.LOCK_NB)
    evaluator = Evaluator(Store.read_only(str(generation / "store")), Store(), order["memory"], order["base"])
    worker = Worker(channel, evaluator, order["answer_bytes"], order["recycle_after"], order["folder"])
    gc.freeze()
    gc.disable()  # no cycles are made here, and the process is disposable
    try:
        on_deep_stack(worker.run)
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)
    except BaseException as error:  # noqa: BLE001  a panic of the engine is no Exception
        with contextlib.suppress(OSError):
            send_failure(
                channel, CageError(f"the query engine failed ({type(error).__name__})", "crash"), seconds=0, worn=True
            )
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
