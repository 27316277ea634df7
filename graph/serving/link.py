"""A web process's connection with the broker: the workers leased over it, and who waits for one."""

import contextlib
import socket
import struct
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from graph.errors import CageError, PortalError, QueryAbandoned, QueryBusy, QueryTimeout, QueryTooLarge
from graph.serving.admission import over_budget
from graph.serving.messages import LONGEST, Reply, hear, receive_reply, say
from graph.serving.options import SLOW, BrokerOptions

_GRACE: Final = 3.0
"""Seconds after a deadline within which the broker must have acted."""

_TALLY: Final = 0.25
"""Seconds of a client's quick queries after which the broker is told."""

_KNOWN_CLIENTS: Final = 10_000


_EARLY: Final = 1.0
"""Seconds within which a query cannot have used up the memory of the machine: something else killed its worker."""

_LOOK: Final = 0.5
"""Seconds between two looks at whether a client is still there."""


class Presence(Protocol):
    """Whether the client that waits for an answer is still there, as far as can be told."""

    def __call__(self) -> bool: ...


def always() -> bool:
    return True


class Lost(Exception):
    """The worker was killed from outside before it can have done much; another one may be asked."""


class Tried(Exception):
    """The query turned out slow while slow ones keep their share of workers: it waits for one of these."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose query it is: `client` pays, `until` is its deadline, `tried` if its trial is over."""

    client: str
    until: float
    present: Presence = always
    tried: bool = False

    @property
    def left(self) -> float:
        return self.until - time.monotonic()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a client may use in a minute, what is left of it, and when all of it is back; in seconds."""

    limit: float
    remaining: float
    reset: float


@dataclass(slots=True, eq=False)
class Lease:
    """A worker that only this process asks. `fresh` until the query it was granted for is done, `slow` while one is."""

    worker: int
    generation: int
    channel: socket.socket
    buffer: memoryview = field(default_factory=lambda: memoryview(bytearray(LONGEST)))
    fresh: bool = True
    slow: bool = False
    retiring: bool = False
    cause: str | None = None

    def __post_init__(self) -> None:
        self.channel.settimeout(None)
        wait = struct.pack("ll", 0, int(SLOW * 1_000_000))
        self.channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, wait)


@dataclass(slots=True, eq=False)
class _Ticket:
    """A query that waits for a worker: for one of ours, and once it has a number, for one of the broker's."""

    asker: Asker
    change: threading.Condition
    number: int | None = None
    lease: Lease | None = None
    refusal: QueryBusy | None = None

    @property
    def settled(self) -> bool:
        return self.lease is not None or self.refusal is not None


class Link:
    """Threads ask through it (`take`, then `await_answer`); one more listens to the broker."""

    def __init__(self, path: Path, options: BrokerOptions) -> None:
        self._options = options
        self._channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._channel.connect(str(path))
        except OSError as error:
            self._channel.close()
            raise _restarting() from error
        self.alive = True
        self._lock = threading.Lock()
        self._deaths = threading.Condition(self._lock)
        self._idle: list[Lease] = []
        self._leases: dict[int, Lease] = {}
        self._waiting: list[_Ticket] = []
        self._issued = 0
        self._recalled = False
        self._crowded: set[str] = set()
        self._short = False
        self._used: dict[str, tuple[float, float]] = {}
        self._tallies: dict[str, float] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def close(self) -> None:
        self.alive = False
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        self._listener.join()

    # a worker to ask

    def take(self, asker: Asker) -> Lease:
        """A worker for one query: an idle one of ours, or the first that is free here or granted by the broker."""
        with self._lock:
            if not asker.tried:
                self._refuse_over_budget(asker.client)
                if self._idle and self._may_take(asker):
                    return self._idle.pop()
            ticket = _Ticket(asker, threading.Condition(self._lock))
            self._waiting.append(ticket)
            try:
                return self._wait(ticket)
            finally:
                self._leave(ticket)

    def _wait(self, ticket: _Ticket) -> Lease:
        asker = ticket.asker
        if not asker.tried:
            ticket.change.wait_for(lambda: ticket.settled or not self._soon(asker), SLOW)
        if not ticket.settled:
            self._issued += 1
            ticket.number = self._issued
            want = {"client": asker.client, "until": asker.until, "tried": asker.tried}
            self._say({"op": "want", "ticket": ticket.number, **want})
            self._wait_for_broker(ticket)
        if ticket.lease is not None:
            return ticket.lease
        raise ticket.refusal or QueryTimeout(self._options.seconds)

    def _wait_for_broker(self, ticket: _Ticket) -> None:
        while not ticket.settled and ticket.asker.left > 0:
            ticket.change.wait_for(lambda: ticket.settled, min(_LOOK, ticket.asker.left))
            if not ticket.settled and not ticket.asker.present():
                raise QueryAbandoned

    def _leave(self, ticket: _Ticket) -> None:
        if ticket in self._waiting:
            self._waiting.remove(ticket)
        if ticket.number is not None:  # where it has been answered already, this comes too late and harms nobody
            self._say({"op": "cancel", "ticket": ticket.number})

    def _soon(self, asker: Asker) -> bool:
        """Whether one of our workers will be free soon, so that asking for another would be a waste."""
        return self.alive and self._may_take(asker) and any(not lease.slow for lease in self._leases.values())

    def _may_take(self, asker: Asker) -> bool:
        """Whether a worker of ours may be had without asking the broker: by who neither crowds others nor might."""
        allowed = asker.client not in self._crowded and (not self._short or self._known(asker))
        return allowed and not asker.tried

    def _known(self, asker: Asker) -> bool:
        """Whether this client has had a quick answer."""
        return asker.client in self._tallies

    def _offer(self, lease: Lease) -> None:
        """Give a free worker to whoever waits longest; a client that crowds the others is served by the broker."""
        for ticket in self._waiting:
            if not ticket.settled and self._may_take(ticket.asker):
                ticket.lease = lease
                ticket.change.notify()
                return
        self._idle.append(lease)

    def _refuse_over_budget(self, client: str) -> None:
        usage = self._usage(client)
        if usage.remaining <= 0:
            wait = usage.reset - 60
            if wait > 0:
                refusal = over_budget(wait, self._options)
                raise QueryBusy(**asdict(refusal))

    def usage(self, client: str) -> Usage:
        """What this client has left, as far as this process knows."""
        with self._lock:
            return self._usage(client)

    def _usage(self, client: str) -> Usage:
        limit = self._options.client_seconds
        used, since = self._used.get(client, (0.0, 0.0))
        back = (time.monotonic() - since) * limit / 60
        used = max(0.0, used - back) + self._tallies.get(client, 0.0)
        return Usage(limit, max(0.0, limit - used), used * 60 / limit)

    # its answer

    def await_answer(self, lease: Lease, asker: Asker) -> Reply:
        """What the worker says; raises why it said nothing, or that it may be asked again: Lost, Tried."""
        began, looked = time.monotonic(), 0.0
        while True:
            try:
                reply = receive_reply(lease.channel, lease.buffer)
            except BlockingIOError:
                self._report(lease, asker, began)
                if time.monotonic() - looked >= _LOOK:
                    looked = time.monotonic()
                    self._look(lease, asker)
                continue
            except ConnectionResetError:
                reply = None
            if reply is None:
                raise self._obituary(lease, early=time.monotonic() - began < _EARLY)
            self._finish(lease, asker.client, reply)
            return reply

    def _look(self, lease: Lease, asker: Asker) -> None:
        """Have the worker stopped if nobody waits for it."""
        if not asker.present():
            with self._lock:
                self._say({"op": "abandon", "worker": lease.worker})
                self._leases.pop(lease.worker, None)
                lease.channel.close()
            raise QueryAbandoned

    def _report(self, lease: Lease, asker: Asker, began: float) -> None:
        if not lease.slow:
            with self._lock:  # the broker must know before another query of this client asks for more
                slow = {"client": asker.client, "began": began, "until": asker.until}
                self._say({"op": "slow", "worker": lease.worker, **slow})
                lease.slow = True
                for ticket in self._waiting:
                    ticket.change.notify()
        if asker.left < -_GRACE or not self.alive:
            self.drop(lease)
            raise QueryTimeout(self._options.seconds)

    def _finish(self, lease: Lease, client: str, reply: Reply) -> None:
        with self._lock:
            if lease.slow or lease.fresh:
                self._say({"op": "finished", "worker": lease.worker})
            if not lease.slow:
                self._tally(client, reply.seconds)
            lease.slow = lease.fresh = False
            if reply.worn or lease.retiring or self._recalled:
                self._give_back(lease, worn=reply.worn)
            else:
                self._offer(lease)

    def charge(self, client: str, seconds: float) -> None:
        """Work that was done for a client outside the workers."""
        with self._lock:
            self._tally(client, seconds)

    def _tally(self, client: str, seconds: float) -> None:
        if client not in self._tallies:
            self._say({"op": "known", "client": client})
        used = self._tallies.get(client, 0.0) + seconds
        if used >= _TALLY:
            self._say({"op": "used", "client": client, "seconds": used})
            used = 0.0
        self._tallies[client] = used
        if len(self._tallies) > _KNOWN_CLIENTS:
            self._tallies.clear()

    def _give_back(self, lease: Lease, *, worn: bool) -> None:
        self._recalled = False
        if self._leases.pop(lease.worker, None) is not None:
            lease.channel.close()
            self._say({"op": "back", "worker": lease.worker, "worn": worn})

    def drop(self, lease: Lease) -> None:
        """Forget a worker that is dead or lost; should it live, the broker ends it."""
        with self._lock:
            self._give_back(lease, worn=True)

    def _obituary(self, lease: Lease, *, early: bool) -> PortalError | Lost | Tried:
        """Why the worker died, as the broker says."""
        with self._lock:
            self._deaths.wait_for(lambda: lease.cause is not None or not self.alive, _GRACE)
            self._leases.pop(lease.worker, None)
            lease.channel.close()
        match lease.cause:
            case "deadline":
                return QueryTimeout(self._options.seconds)
            case "tried":
                return Tried()
            case "memory":
                return QueryTooLarge(self._options.memory, "bytes of memory")
            case "killed":
                return Lost() if early else QueryTooLarge(self._options.memory, "bytes of memory")
            case None:
                return _restarting()
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
                with self._lock:
                    self._obey(*heard)
        except OSError:
            pass
        with self._lock:
            self._part()

    def _obey(self, message: dict[str, Any], handle: int | None) -> None:
        match message["op"]:
            case "grant" if handle is not None:
                lease = Lease(message["worker"], message["generation"], socket.socket(fileno=handle))
                self._receive(lease, message["ticket"])
            case "refuse":
                refusal = QueryBusy(**message["refusal"])
                self._refuse(self._ticket(message["ticket"]), refusal)
            case "recall":
                self._recalled = True
                if self._idle:
                    self._give_back(self._idle.pop(0), worn=False)
            case "retire":
                self._retire(self._leases.get(message["worker"]))
            case "gone":
                self._lose(self._leases.get(message["worker"]), message["cause"])
            case "used":
                self._learn(message["client"], message["seconds"])
            case "short":
                self._short = message["short"]
                self._reconsider()
            case "crowded":
                self._crowd(message["client"], crowded=message["crowded"])

    def _learn(self, client: str, seconds: float) -> None:
        self._used[client] = (seconds, time.monotonic())
        if len(self._used) > _KNOWN_CLIENTS:
            del self._used[next(iter(self._used))]

    def _ticket(self, number: int) -> _Ticket | None:
        return next((ticket for ticket in self._waiting if ticket.number == number and not ticket.settled), None)

    def _receive(self, lease: Lease, number: int) -> None:
        self._leases[lease.worker] = lease
        ticket = self._ticket(number)
        if ticket is not None:
            ticket.lease = lease
            ticket.change.notify()
            return
        lease.fresh = False  # its asker gave up, or was served here
        self._say({"op": "finished", "worker": lease.worker})
        self._offer(lease)

    @staticmethod
    def _refuse(ticket: _Ticket | None, refusal: QueryBusy) -> None:
        if ticket is not None:
            ticket.refusal = refusal
            ticket.change.notify()

    def _retire(self, lease: Lease | None) -> None:
        if lease is not None:
            lease.retiring = True
            if lease in self._idle:
                self._idle.remove(lease)
                self._give_back(lease, worn=True)

    def _lose(self, lease: Lease | None, cause: str) -> None:
        if lease is None:
            return
        lease.cause = cause
        if lease in self._idle:
            self._idle.remove(lease)
            del self._leases[lease.worker]
            lease.channel.close()
        self._deaths.notify_all()

    def _crowd(self, client: str, *, crowded: bool) -> None:
        if crowded:
            self._crowded.add(client)
        else:
            self._crowded.discard(client)
            self._reconsider()

    def _reconsider(self) -> None:
        """Offer free workers once more: who might not have one before may now."""
        free, self._idle = self._idle, []
        for lease in free:
            self._offer(lease)

    def _part(self) -> None:
        """The broker is gone, and with it the workers: nobody waits in vain."""
        self.alive = False
        self._channel.close()
        for ticket in self._waiting:
            if not ticket.settled:
                self._refuse(ticket, _restarting())
        for lease in self._idle:
            lease.channel.close()
        self._idle.clear()
        self._deaths.notify_all()


def _restarting() -> QueryBusy:
    return QueryBusy("the query service is restarting", 1)
