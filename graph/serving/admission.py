"""Who may ask now: the bounded queue, and what each client has used. No clock in here: `now` is passed."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from graph.serving.options import SLOW, BrokerOptions

_T = TypeVar("_T")
_KNOWN_CLIENTS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Wish(Generic[_T]):
    """A query that waits for a worker until `until`; `asker` is whoever is told."""

    asker: _T
    ticket: int
    client: str
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a query may not even wait; `over_budget` when the client, not the service, is the reason."""

    reason: str
    retry_after: int
    over_budget: bool = False


class Budgets:
    """Seconds of work per client: `allowance` may be used at once, and comes back over a minute."""

    def __init__(self, allowance: float) -> None:
        self._allowance = allowance
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def charge(self, client: str, seconds: float, now: float) -> None:
        self._used[client] = (self._debt(client, now) + seconds, now)
        self._used.move_to_end(client)
        if len(self._used) > _KNOWN_CLIENTS:
            self._used.popitem(last=False)

    def wait(self, client: str, now: float) -> float:
        """Seconds until this client may ask again; 0 when it may now."""
        over = self._debt(client, now) - self._allowance
        return max(0.0, over * 60 / self._allowance)

    def _debt(self, client: str, now: float) -> float:
        used, since = self._used.get(client, (0.0, now))
        return max(0.0, used - (now - since) * self._allowance / 60)


class Queue(Generic[_T]):
    """Queries that wait, first come first served, but for clients that already keep their share of workers busy."""

    def __init__(self, options: BrokerOptions) -> None:
        self._options = options
        self._wishes: list[Wish[_T]] = []

    def __iter__(self) -> Iterator[Wish[_T]]:
        return iter(self._wishes)

    def __len__(self) -> int:
        return len(self._wishes)

    def refuse(self, budget_wait: float) -> Refusal | None:
        """The reason not to let one more query wait, if there is one."""
        if budget_wait > 0:
            return over_budget(budget_wait, self._options)
        if len(self._wishes) >= self._options.queue:
            return Refusal(f"{len(self._wishes)} queries are waiting already", retry_after=2)
        return None

    @property
    def crowded(self) -> Refusal:
        """The refusal of a client that asks too much at once."""
        return Refusal(
            f"this client has {self._options.client_running} queries running and waiting, and more are not allowed",
            retry_after=1,
            over_budget=True,
        )

    def overflow(self, running: Counter[str], now: float) -> list[Wish[_T]]:
        """The newest queries of clients that have too many, `running` ones counted.

        Only what has waited a moment: two web processes may tell of an end and a beginning in the wrong order.
        """
        counted = Counter(running)
        found = []
        for wish in self._wishes:
            counted[wish.client] += 1
            if counted[wish.client] > self._options.client_running and now - wish.since >= SLOW:
                found.append(wish)
        return found

    def add(self, wish: Wish[_T]) -> None:
        self._wishes.append(wish)

    def drop(self, unwanted: Callable[[Wish[_T]], bool]) -> None:
        self._wishes = [wish for wish in self._wishes if not unwanted(wish)]

    def next(self, running: Counter[str]) -> Wish[_T] | None:
        """The first query whose client has a worker left to ask for."""
        return next((wish for wish in self._wishes if running[wish.client] < self._options.share), None)

    def take(self, wish: Wish[_T]) -> None:
        self._wishes.remove(wish)


def over_budget(wait: float, options: BrokerOptions) -> Refusal:
    """The refusal of a client that has used up its seconds."""
    return Refusal(
        f"this client has used its {options.client_seconds:g} seconds of query time per minute",
        retry_after=max(1, round(wait + 0.5)),
        over_budget=True,
    )
