"""Who may wait: the bounded queue, and the reasons not to be let in. No clock in here: `now` is passed."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from graph.serving.lanes import Lanes, Wish
from graph.serving.options import SLOW, BrokerOptions

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a query may not even wait; `over_budget` when the client, not the service, is the reason.

    `limit` is what was reached, in `unit`.
    """

    reason: str
    retry_after: int
    over_budget: bool = False
    limit: float | None = None
    unit: str | None = None


class Queue(Generic[_T]):
    """Queries that wait; nobody's while their client already keeps its share of workers busy."""

    def __init__(self, options: BrokerOptions, lanes: Lanes) -> None:
        self._options = options
        self._lanes = lanes
        self._wishes: list[Wish[_T]] = []

    def __iter__(self) -> Iterator[Wish[_T]]:
        return iter(self._wishes)

    def __len__(self) -> int:
        return len(self._wishes)

    @property
    def full(self) -> Refusal | None:
        """The refusal of one more query, while so many wait that none may."""
        if len(self._wishes) < self._options.queue:
            return None
        waiting = len(self._wishes)
        return Refusal(f"{waiting} queries are waiting already", 2, limit=self._options.queue, unit="queries waiting")

    @property
    def crowded(self) -> Refusal:
        """The refusal of a client that asks too much at once."""
        most = self._options.client_running + self._options.client_waiting
        return Refusal(
            f"this client has {most} queries running and waiting, and more are not allowed",
            retry_after=1,
            over_budget=True,
            limit=most,
            unit="queries of one client at once",
        )

    def overflow(self, running: Counter[str], now: float) -> list[Wish[_T]]:
        """The newest queries of clients that have too many, `running` ones counted.

        Only what has waited a moment: two web processes may tell of an end and a beginning in the wrong order.
        """
        most = self._options.client_running + self._options.client_waiting
        counted = Counter(running)
        found = []
        for wish in self._wishes:
            counted[wish.client] += 1
            if counted[wish.client] > most and now - wish.since >= SLOW:
                found.append(wish)
        return found

    def add(self, wish: Wish[_T]) -> None:
        self._wishes.append(wish)

    def drop(self, unwanted: Callable[[Wish[_T]], bool]) -> None:
        self._wishes = [wish for wish in self._wishes if not unwanted(wish)]

    def giving_way(self, wish: Wish[_T], now: float) -> Wish[_T] | None:
        """The newest slow query of those that wait, if the new one is not slow too."""
        if self._lanes.slow(wish, now):
            return None
        return next((each for each in reversed(self._wishes) if self._lanes.slow(each, now)), None)

    def next(self, running: Counter[str], slow: int, now: float) -> Wish[_T] | None:
        """Whose turn it is, if anybody's: `running` are workers busy per client, `slow` those with slow queries."""
        may = (
            wish
            for wish in self._wishes
            if running[wish.client] < self._options.client_share and self._lanes.admits(wish, slow, now)
        )
        return min(may, key=lambda wish: self._lanes.rank(wish, running, now), default=None)

    def take(self, wish: Wish[_T]) -> None:
        self._wishes.remove(wish)


def over_budget(wait: float, options: BrokerOptions) -> Refusal:
    """The refusal of a client that has used up its seconds."""
    return Refusal(
        f"this client has used its {options.client_seconds:g} seconds of query time per minute",
        retry_after=max(1, round(wait + 0.5)),
        over_budget=True,
        limit=options.client_seconds,
        unit="seconds of work per minute",
    )
