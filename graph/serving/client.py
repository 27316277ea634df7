"""The web side: ask a question, get the whole answer or the reason why not."""

import contextlib
import os
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from graph.errors import CageError, PortalError, QueryBusy, QueryTimeout, QueryTooLarge
from graph.serving.admission import over_budget
from graph.serving.messages import LONGEST, Question, Reply, hear, receive_reply, say
from graph.serving.options import SLOW, BrokerOptions

_GRACE: Final = 3.0
"""Seconds after a deadline within which the broker must have acted."""

_TALLY: Final = 0.25
"""Seconds of a client's quick queries after which the broker is told."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Either `body` holds it, or `file`, open at its start and to be closed by the receiver, does.

    `rdf` tells statements from rows; `offered` is False when the client accepts no form of that kind.
    """

    generation: int
    rdf: bool
    length: int
    body: bytes
    file: BinaryIO | None
    seconds: float
    offered: bool = True


@dataclass(slots=True, eq=False)
class _Lease:
    worker: int
    generation: int
    channel: socket.socket
    buffer: memoryview = field(default_factory=lambda: memoryview(bytearray(LONGEST)))
    retiring: bool = False
    cause: str | None = None

    def __post_init__(self) -> None:
        self.channel.settimeout(None)
        wait = struct.pack("ll", 0, int(SLOW * 1_000_000))
        self.channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, wait)


@dataclass(slots=True, eq=False)
class _Ticket:
    """A wish for a worker, until it is granted or refused."""

    decided: threading.Event = field(default_factory=threading.Event)
    lease: _Lease | None = None
    refusal: QueryBusy | None = None


class _Lost(Exception):
    """The worker was killed from outside before it can have done much; another one may be asked."""


class Client:
    """What a web process asks through; any number of its threads may. Connects at the first question."""

    def __init__(self, socket_path: Path, options: BrokerOptions) -> None:
        self._path = socket_path
        self._options = options
        self._link: _Link | None = None
        self._lock = threading.Lock()

    def ask(self, question: Question, client: str) -> Answer:
        """The answer; `client` is whose budget pays. Raises QueryError's kinds, or CageError when the worker died."""
        until = time.monotonic() + self._options.seconds
        link = self._connected()
        while True:
            lease = link.take(client, until)
            try:
                lease.channel.send(question.pack())
            except (BrokenPipeError, ConnectionResetError):
                link.drop(lease)  # it died while idle: take another
                continue
            with contextlib.suppress(_Lost):
                return link.await_answer(lease, client, until)

    def _connected(self) -> "_Link":
        link = self._link
        if link is not None and link.alive:
            return link
        with self._lock:
            if self._link is None or not self._link.alive:
                self._link = _Link(self._path, self._options)
            return self._link

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


class _Link:
    """One connection with the broker, the workers leased over it, and the thread that listens."""

    def __init__(self, path: Path, options: BrokerOptions) -> None:
        self._options = options
        self._channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._channel.connect(str(path))
        except OSError as error:
            self._channel.close()
            raise QueryBusy("the query service is restarting", 1) from error
        self.alive = True
        self._change = threading.Condition()
        self._idle: list[_Lease] = []
        self._leases: dict[int, _Lease] = {}
        self._tickets: dict[int, _Ticket] = {}
        self._issued = 0
        self._slow = 0
        self._recalled = False
        self._crowded: set[str] = set()
        self._over: dict[str, float] = {}
        self._tallies: dict[str, float] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def close(self) -> None:
        self.alive = False
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        self._listener.join()

    # a worker to ask

    def take(self, client: str, until: float) -> _Lease:
        """An idle worker of ours, or the next the broker grants us."""
        with self._change:
            self._refuse_over_budget(client)
            if not self._idle and self._quick(client):
                self._change.wait_for(lambda: self._idle or not self._quick(client), SLOW)
            if self._idle and client not in self._crowded:
                return self._idle.pop()
        return self._wish(client, until)

    def _quick(self, client: str) -> bool:
        """Whether one of our workers will be idle soon, so that asking for another would be a waste."""
        return self.alive and client not in self._crowded and len(self._leases) > self._slow

    def _refuse_over_budget(self, client: str) -> None:
        if client in self._over:
            wait = self._over[client] - time.monotonic()
            if wait > 0:
                refusal = over_budget(wait, self._options)
                raise QueryBusy(refusal.reason, refusal.retry_after, over_budget=True)
            del self._over[client]

    def _wish(self, client: str, until: float) -> _Lease:
        ticket = _Ticket()
        with self._change:
            self._issued += 1
            number = self._issued
            self._tickets[number] = ticket
            self._say({"op": "want", "ticket": number, "client": client, "until": until})
        ticket.decided.wait(max(0.0, until - time.monotonic()))
        with self._change:
            self._tickets.pop(number, None)
            if ticket.lease is not None:
                return ticket.lease
            if ticket.refusal is None:
                self._say({"op": "cancel", "ticket": number})
                raise QueryTimeout(self._options.seconds)
        raise ticket.refusal

    # its answer

    def await_answer(self, lease: _Lease, client: str, until: float) -> Answer:
        began = time.monotonic()
        slow = False
        while True:
            try:
                reply = receive_reply(lease.channel, lease.buffer)
            except BlockingIOError:
                self._report(lease, client, began, until, first=not slow)
                slow = True
                continue
            except ConnectionResetError:
                reply = None
            if reply is None:
                raise self._obituary(lease, slow=slow)
            self._finish(lease, client, reply, slow=slow)
            return _answer(reply, lease.generation)

    def _report(self, lease: _Lease, client: str, began: float, until: float, *, first: bool) -> None:
        if first:
            with self._change:  # the broker must know before another query of this client asks for more
                self._say({"op": "slow", "worker": lease.worker, "client": client, "began": began, "until": until})
                self._slow += 1
                self._change.notify_all()
        if time.monotonic() > until + _GRACE or not self.alive:
            with self._change:
                self._slow -= 1
            self.drop(lease)
            raise QueryTimeout(self._options.seconds)

    def _finish(self, lease: _Lease, client: str, reply: Reply, *, slow: bool) -> None:
        with self._change:
            if slow:
                self._slow -= 1
                self._say({"op": "finished", "worker": lease.worker})
            else:
                self._tally(client, reply.seconds)
            if reply.worn or lease.retiring or self._recalled:
                self._give_back(lease, worn=reply.worn)
            else:
                self._idle.append(lease)
                self._change.notify()

    def _tally(self, client: str, seconds: float) -> None:
        used = self._tallies.get(client, 0.0) + seconds
        if used >= _TALLY:
            self._say({"op": "used", "client": client, "seconds": used})
            used = 0.0
        self._tallies[client] = used
        if len(self._tallies) > 10_000:
            self._tallies.clear()

    def _give_back(self, lease: _Lease, *, worn: bool) -> None:
        self._recalled = False
        if self._leases.pop(lease.worker, None) is not None:
            lease.channel.close()
            self._say({"op": "back", "worker": lease.worker, "worn": worn})

    def drop(self, lease: _Lease) -> None:
        """Forget a worker that is dead or lost; should it live, the broker ends it."""
        with self._change:
            self._give_back(lease, worn=True)

    def _obituary(self, lease: _Lease, *, slow: bool) -> PortalError | _Lost:
        """Why the worker died, as the broker says."""
        with self._change:
            self._slow -= slow
            self._change.wait_for(lambda: lease.cause is not None or not self.alive, _GRACE)
            self._leases.pop(lease.worker, None)
            lease.channel.close()
        match lease.cause:
            case "deadline":
                return QueryTimeout(self._options.seconds)
            case "memory":
                return QueryTooLarge(self._options.memory, "bytes of memory")
            case "killed":
                return QueryTooLarge(self._options.memory, "bytes of memory") if slow else _Lost()
            case None:
                return QueryBusy("the query service is restarting", 1)
            case _:
                return CageError("the query engine ended without an answer; the query has been given up", "crash")

    # what the broker says

    def _say(self, message: dict[str, Any]) -> None:
        try:
            say(self._channel, message)
        except OSError:
            self.alive = False

    def _listen(self) -> None:
        try:
            while (heard := hear(self._channel)) is not None:
                with self._change:
                    self._obey(*heard)
        except OSError:
            pass
        with self._change:
            self._part()

    def _obey(self, message: dict[str, Any], handle: int | None) -> None:
        match message["op"]:
            case "grant" if handle is not None:
                self._receive(message, handle)
            case "refuse":
                self._decide(
                    message["ticket"],
                    QueryBusy(message["reason"], message["retry_after"], over_budget=message["over_budget"]),
                )
            case "recall":
                self._recalled = True
                if self._idle:
                    self._give_back(self._idle.pop(0), worn=False)
            case "retire":
                self._retire(self._leases.get(message["worker"]))
            case "gone":
                self._lose(self._leases.get(message["worker"]), message["cause"])
            case "over":
                self._over[message["client"]] = time.monotonic() + message["seconds"]
            case "crowded":
                (self._crowded.add if message["crowded"] else self._crowded.discard)(message["client"])

    def _receive(self, message: dict[str, Any], handle: int) -> None:
        lease = _Lease(message["worker"], message["generation"], socket.socket(fileno=handle))
        self._leases[lease.worker] = lease
        ticket = self._tickets.get(message["ticket"])
        if ticket is None:  # its asker gave up
            self._idle.append(lease)
            self._change.notify()
        else:
            ticket.lease = lease
            ticket.decided.set()

    def _decide(self, number: int, refusal: QueryBusy) -> None:
        ticket = self._tickets.get(number)
        if ticket is not None:
            ticket.refusal = refusal
            ticket.decided.set()

    def _retire(self, lease: _Lease | None) -> None:
        if lease is not None:
            lease.retiring = True
            if lease in self._idle:
                self._idle.remove(lease)
                self._give_back(lease, worn=True)

    def _lose(self, lease: _Lease | None, cause: str) -> None:
        if lease is None:
            return
        lease.cause = cause
        if lease in self._idle:
            self._idle.remove(lease)
            del self._leases[lease.worker]
            lease.channel.close()
        self._change.notify_all()

    def _part(self) -> None:
        """The broker is gone, and with it the workers: nobody waits in vain."""
        self.alive = False
        self._channel.close()
        for number in list(self._tickets):
            self._decide(number, QueryBusy("the query service is restarting", 1))
        for lease in self._idle:
            lease.channel.close()
        self._idle.clear()
        self._change.notify_all()


def _answer(reply: Reply, generation: int) -> Answer:
    if reply.failure is not None:
        raise reply.failure
    file = None if reply.handle is None else os.fdopen(reply.handle, "rb")
    if file is not None:
        file.seek(0)
    return Answer(generation, reply.rdf, reply.length, reply.body, file, reply.seconds, reply.offered)
