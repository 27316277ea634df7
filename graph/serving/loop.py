"""The broker: the one process that owns the query workers, their queue and each client's budget.

Web processes lease workers from it and speak to them directly, so a quick query never passes here. A lease stays
where it is until somebody else waits, the generation moves on, or the worker is worn. A query that is not answered in
SLOW seconds is reported; from then on its deadline and its bill are the broker's.
"""

import contextlib
import os
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from graph.generations import Generations
from graph.serving.admission import Queue, Refusal, over_budget
from graph.serving.budgets import Budgets
from graph.serving.fleet import WorkerProcess, spawn
from graph.serving.lanes import TRIAL, Lanes, Wish
from graph.serving.messages import close_quietly, hear, say
from graph.serving.options import SLOW, BrokerOptions

_TICK: Final = 0.2


@dataclass(slots=True, eq=False)
class Tenant:
    """A web process, by its connection."""

    channel: socket.socket
    recalled: bool = False


class Broker:
    """The state and its one event loop; `lifeline` ends when the process that started us does."""

    def __init__(self, data: Path, folder: Path, options: BrokerOptions, lifeline: BinaryIO) -> None:
        self._generations = Generations(data)
        self._folder = folder
        self._options = options
        self._lifeline = lifeline
        self._parent = os.getppid()
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._tenants: set[Tenant] = set()
        self._workers: dict[int, WorkerProcess[Tenant]] = {}
        self._lanes = Lanes(options)
        self._queue: Queue[Tenant] = Queue(options, self._lanes)
        self._budgets = Budgets(options.client_seconds)
        self._crowded: set[str] = set()
        self._short = False
        self._generation: int | None = None
        self._spawned = 0
        self._spawn_after = 0.0
        self._looked = 0.0
        self._ended = False

    def listen(self) -> Path:
        """Open the door for web processes; returns where it is."""
        path = self._folder / "broker.sock"
        self._listener.bind(str(path))
        self._listener.listen(64)
        self._watch(self._listener, self._admit)
        self._watch(self._lifeline, self._end)
        return path

    def run(self) -> None:
        """Serve until the lifeline ends."""
        while not self._ended:
            self._look_after(time.monotonic())
            for key, _ in self._selector.select(self._patience(time.monotonic())):
                with contextlib.suppress(KeyError):  # an earlier event of this round may have closed it
                    self._selector.get_key(key.fileobj)
                    key.data()
        for worker in self._workers.values():
            worker.kill("end")
            worker.bury()

    def _watch(self, thing: socket.socket | BinaryIO | int, act: Callable[[], None]) -> None:
        self._selector.register(thing, selectors.EVENT_READ, act)

    def _end(self) -> None:
        self._ended = True

    def _patience(self, now: float) -> float:
        """Seconds until something must be looked after even if nobody says anything."""
        tick = SLOW if len(self._queue) else _TICK
        dues = [worker.until - now for worker in self._workers.values() if worker.slow and worker.doom is None]
        trials = [worker.began + TRIAL - now for worker in self._on_trial()]
        return max(0.0, min([tick, *dues, *trials]))

    def _look_after(self, now: float) -> None:
        if os.getppid() != self._parent:
            self._ended = True
        if now - self._looked >= _TICK:
            self._looked = now
            self._generation = self._generations.current_number()
            self._announce_crowds(now)
        for worker in self._workers.values():
            if worker.slow and worker.until <= now and worker.doom is None:
                self._stop(worker, "deadline", now)
            elif worker.slow and worker.began + TRIAL <= now and not worker.yielding:
                worker.give_way()
        for worker in self._on_trial():
            if worker.began + TRIAL <= now:
                self._end_trial(worker, now)
        self._replenish(now)
        self._retire()
        self._dispatch(now)
        self._announce_shortage()

    # workers

    def _replenish(self, now: float) -> None:
        """Keep one worker more than may be leased, so that one is ready when another is killed."""
        if self._generation is None or now < self._spawn_after:
            return
        serving = [w for w in self._workers.values() if self._serves(w)]
        wanted = self._capacity() + 1
        for _ in range(wanted - len(serving)):
            self._spawn(self._generation)
        for worker in [w for w in serving if w.idle][: max(0, len(serving) - wanted)]:
            worker.kill("retired")  # trials are over: it is not needed any more

    def _serves(self, worker: WorkerProcess[Tenant]) -> bool:
        return worker.generation == self._generation and worker.doom is None and not worker.retiring

    def _spawn(self, generation: int) -> None:
        self._spawned += 1
        folder = self._generations.path(generation)
        worker: WorkerProcess[Tenant] = spawn(self._spawned, generation, folder, self._options, str(self._folder))
        self._workers[worker.number] = worker
        self._watch(worker.channel, lambda: self._greet(worker))
        self._watch(worker.pidfd, lambda: self._bury(worker))

    def _greet(self, worker: WorkerProcess[Tenant]) -> None:
        worker.hear_ready()
        self._selector.unregister(worker.channel)  # from here on its channel is its tenant's

    def _bury(self, worker: WorkerProcess[Tenant]) -> None:
        now = time.monotonic()
        with contextlib.suppress(KeyError):
            self._selector.unregister(worker.channel)
        self._selector.unregister(worker.pidfd)
        del self._workers[worker.number]
        cause = worker.doom = worker.bury()
        if cause == "crash" and not worker.ready:
            self._spawn_after = now + 1.0  # it could not open its store: give the disk a moment
        self._settle(worker, now)
        if worker.tenant is not None:
            self._say(worker.tenant, {"op": "gone", "worker": worker.number, "cause": cause})

    def _retire(self) -> None:
        """For each worker ready on the current generation let one of an older one go."""
        old = [w for w in self._workers.values() if w.generation != self._generation and not w.retiring and w.ready]
        fresh = sum(self._serves(w) and w.ready for w in self._workers.values())
        kept = max(0, self._options.workers - fresh) if fresh else len(old)
        for worker in old[: max(0, len(old) - kept)]:
            self._let_go(worker)

    def _let_go(self, worker: WorkerProcess[Tenant]) -> None:
        """End a worker as soon as nobody has it."""
        worker.retiring = True
        if worker.tenant is None:
            worker.kill("retired")
        else:
            self._say(worker.tenant, {"op": "retire", "worker": worker.number})

    def _stop(self, worker: WorkerProcess[Tenant], cause: str, now: float) -> None:
        """Kill a worker that is busy; who waits for it is told at once, not when its memory has been given back."""
        worker.kill(cause)
        self._settle(worker, now)
        if worker.tenant is not None:
            self._say(worker.tenant, {"op": "gone", "worker": worker.number, "cause": cause})
            worker.tenant = None
        with contextlib.suppress(OSError):
            worker.channel.shutdown(socket.SHUT_RDWR)

    # slow queries and their share of workers

    def _slow(self) -> list[WorkerProcess[Tenant]]:
        """Workers that slow queries keep, the longest first."""
        busy = [worker for worker in self._workers.values() if worker.busy_for_long]
        return sorted(busy, key=lambda worker: (not worker.share, worker.began))

    def _on_trial(self) -> list[WorkerProcess[Tenant]]:
        """Workers with slow queries over the share of these; none where there is but one worker."""
        return self._slow()[self._options.share :] if self._options.keeps_one else []

    def _doubtful(self) -> int:
        """How many workers have a query that is slow or, its client being new, might be."""
        busy = [worker for worker in self._workers.values() if worker.client is not None]
        return sum(w.busy_for_long or not self._lanes.known(w.client or "") for w in busy)

    def _capacity(self) -> int:
        return self._lanes.capacity(len(self._slow()))

    def _end_trial(self, worker: WorkerProcess[Tenant], now: float) -> None:
        """Stop a query that is not quick, to be run again when the share of slow ones has a worker for it."""
        if worker.client is not None:
            self._lanes.stopped(worker.client, now)
        self._stop(worker, "tried", now)

    # leases

    def _dispatch(self, now: float) -> None:
        self._queue.drop(lambda wish: wish.until <= now)
        for extra in self._queue.overflow(self._running(), now):
            self._queue.take(extra)
            self._refuse(extra, self._queue.crowded)
        while (wish := self._queue.next(self._running(), self._doubtful(), now)) is not None:
            worker = self._available()
            if worker is None:
                self._recall()
                return
            self._queue.take(wish)
            self._grant(worker, wish, now)

    def _available(self) -> WorkerProcess[Tenant] | None:
        leased = sum(w.tenant is not None and not w.retiring and w.doom is None for w in self._workers.values())
        idle = [worker for worker in self._workers.values() if worker.idle]
        if leased >= self._capacity() or not idle:
            return None
        return max(idle, key=lambda worker: worker.generation)

    def _busy(self) -> Counter[str]:
        """Workers busy with slow queries, per client."""
        return Counter(w.client for w in self._workers.values() if w.slow and w.client is not None)

    def _running(self) -> Counter[str]:
        """Workers busy per client: with a slow query, or with the one they were granted for."""
        return Counter(worker.client for worker in self._workers.values() if worker.client is not None)

    def _grant(self, worker: WorkerProcess[Tenant], wish: Wish[Tenant], now: float) -> None:
        worker.tenant, worker.client = wish.asker, wish.client
        worker.share, worker.began = self._lanes.slow(wish, now), now
        message = {"op": "grant", "ticket": wish.ticket, "worker": worker.number, "generation": worker.generation}
        self._say(wish.asker, message, worker.channel.fileno())

    def _recall(self) -> None:
        """Ask each web process that holds workers for one."""
        for tenant in {worker.tenant for worker in self._workers.values() if worker.tenant is not None}:
            if not tenant.recalled:
                tenant.recalled = True
                self._say(tenant, {"op": "recall"})

    # web processes

    def _admit(self) -> None:
        channel, _ = self._listener.accept()
        channel.settimeout(0)
        tenant = Tenant(channel)
        self._tenants.add(tenant)
        self._watch(channel, lambda: self._hear(tenant))

    def _hear(self, tenant: Tenant) -> None:
        try:
            heard = hear(tenant.channel)
        except BlockingIOError:
            return
        except (OSError, ValueError, TypeError):
            heard = None
        if heard is None:
            self._forget(tenant)
            return
        message, handle = heard
        close_quietly(handle)  # nobody hands us anything
        self._handle(tenant, message, time.monotonic())

    def _handle(self, tenant: Tenant, message: dict[str, Any], now: float) -> None:
        match message["op"]:
            case "known":
                self._lanes.ended(message["client"], 0.0, now, slow=False)
            case "want":
                wish = Wish(tenant, message["ticket"], message["client"], now, message["until"], tried=message["tried"])
                self._want(wish, now)
            case "cancel":
                self._queue.drop(lambda wish: wish.asker is tenant and wish.ticket == message["ticket"])
            case "used":
                self._charge(message["client"], message["seconds"], now)
                self._lanes.ended(message["client"], message["seconds"], now, slow=False)
            case _:
                if message["op"] == "back":
                    tenant.recalled = False
                worker = self._workers.get(message["worker"])
                if worker is not None and worker.tenant is tenant:
                    self._handle_lease(worker, message, now)

    def _handle_lease(self, worker: WorkerProcess[Tenant], message: dict[str, Any], now: float) -> None:
        match message["op"]:
            case "slow":
                worker.slow, worker.client, worker.began = True, message["client"], message["began"]
                worker.until = min(message["until"], now + self._options.seconds)
                self._announce_crowd(message["client"], now)
            case "finished":
                self._settle(worker, now)
            case "abandon":
                self._stop(worker, "abandoned", now)
            case "back":
                self._take_back(worker, worn=message["worn"])

    def _want(self, wish: Wish[Tenant], now: float) -> None:
        if self._generation is None:
            self._refuse(wish, Refusal("nothing is published yet", retry_after=5))
            return
        refusal = self._refusal(wish, now)
        if refusal is None:
            self._queue.add(wish)
        else:
            self._refuse(wish, refusal)

    def _refusal(self, wish: Wish[Tenant], now: float) -> Refusal | None:
        """Why a query may not wait, if there is a reason; in a full queue a slow one gives way to a quick one."""
        wait = 0.0 if wish.tried else self._budgets.wait(wish.client, now)  # what was let in once is not sent away
        if wait > 0:
            return over_budget(wait, self._options)
        full = self._queue.full
        if full is None:
            return None
        other = self._queue.giving_way(wish, now)
        if other is None:
            return full
        self._queue.take(other)
        self._refuse(other, full)
        return None

    def _refuse(self, wish: Wish[Tenant], refusal: Refusal) -> None:
        self._say(wish.asker, {"op": "refuse", "ticket": wish.ticket, "refusal": asdict(refusal)})

    def _take_back(self, worker: WorkerProcess[Tenant], *, worn: bool) -> None:
        worker.tenant = worker.client = None
        if worn or worker.retiring:
            worker.kill("retired")

    def _settle(self, worker: WorkerProcess[Tenant], now: float) -> None:
        """A query has ended, one way or the other: bill it if it was slow."""
        client, slow = worker.client, worker.slow
        worker.client, worker.slow, worker.share = None, False, False
        if worker.yielding and worker.doom is None:
            self._let_go(worker)
        if client is not None:
            seconds = now - worker.began
            self._lanes.ended(client, seconds, now, slow=seconds >= TRIAL)
            if slow:
                self._charge(client, seconds, now)
            self._announce_crowd(client, now)

    def _charge(self, client: str, seconds: float, now: float) -> None:
        self._budgets.charge(client, seconds, now)
        self._tell_all({"op": "used", "client": client, "seconds": self._budgets.used(client, now)})

    def _announce_crowd(self, client: str, now: float) -> None:
        """Tell web processes when a client must ask us for each query, and when no more.

        That is one that keeps its share of workers busy, or has slow queries while these keep all but one.
        """
        crowded = self._busy()[client] >= self._options.client_share or (
            self._options.keeps_one and self._lanes.heavy(client, now)
        )
        if crowded != (client in self._crowded):
            (self._crowded.add if crowded else self._crowded.discard)(client)
            self._tell_all({"op": "crowded", "client": client, "crowded": crowded})

    def _announce_shortage(self) -> None:
        """Tell web processes while slow queries keep their share: clients they do not know must then ask us."""
        short = self._options.keeps_one and len(self._slow()) >= self._options.share
        if short != self._short:
            self._short = short
            self._tell_all({"op": "short", "short": short})

    def _announce_crowds(self, now: float) -> None:
        for client in list(self._crowded):
            self._announce_crowd(client, now)

    def _tell_all(self, message: dict[str, Any]) -> None:
        for tenant in list(self._tenants):
            self._say(tenant, message)

    def _say(self, tenant: Tenant, message: dict[str, Any], handle: int | None = None) -> None:
        try:
            say(tenant.channel, message, handle)
        except OSError:  # gone, or not reading for so long that its channel is full
            self._forget(tenant)

    def _forget(self, tenant: Tenant) -> None:
        """A web process ended: nobody waits for its queries any more, and its workers may be busy with them."""
        if tenant not in self._tenants:
            return
        self._tenants.discard(tenant)
        self._selector.unregister(tenant.channel)
        tenant.channel.close()
        self._queue.drop(lambda wish: wish.asker is tenant)
        for worker in self._workers.values():
            if worker.tenant is tenant:
                worker.tenant = None
                worker.kill("abandoned")
