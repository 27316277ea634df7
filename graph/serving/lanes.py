"""Who takes which worker: quick queries never wait for slow ones. No clock in here: `now` is passed.

Queries are run on trial: whoever comes may have a worker at once, also while slow queries keep their share of them.
One that is over that share and does not end within TRIAL is stopped and waits for a worker of the share, as do its
client's next queries. The last worker there may be is for clients whose queries are known to be quick. So these never
wait for others, and no query is refused for what it might cost.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from graph.serving.budgets import Budgets
from graph.serving.options import BrokerOptions

TRIAL: Final = 1.0
"""Seconds that a query may run on a worker over the share of slow ones."""

_LIGHT: Final = 2.0
"""Seconds of slow queries in a minute that leave a client a light one."""

_ON_TRIAL: Final = 4
"""Workers more than `workers` that may be busy while as many slow queries are on trial."""

_T = TypeVar("_T")
_KNOWN_CLIENTS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Wish(Generic[_T]):
    """A query that waits for a worker until `until`; `asker` is whoever is told; `tried` if its trial is over."""

    asker: _T
    ticket: int
    client: str
    since: float
    until: float
    tried: bool = False


class Lanes:
    """Which clients have slow queries, and how many workers these may keep."""

    def __init__(self, options: BrokerOptions) -> None:
        self._share = options.share
        self._keeps_one = options.keeps_one
        self._workers = options.workers
        self._slow = Budgets(_LIGHT, 2 * _LIGHT)
        self._quick: OrderedDict[str, None] = OrderedDict()

    def known(self, client: str) -> bool:
        """Whether this client has had quick queries only."""
        return client in self._quick

    def heavy(self, client: str, now: float) -> bool:
        """Whether this client had slow queries lately, so that its next ones get no trial."""
        return self._slow.wait(client, now) > 0

    def ended(self, client: str, seconds: float, now: float, *, slow: bool) -> None:
        """Take note of a query that has ended."""
        if slow:
            self._slow.charge(client, seconds, now)
            self._quick.pop(client, None)
            return
        self._quick[client] = None
        self._quick.move_to_end(client)
        if len(self._quick) > _KNOWN_CLIENTS:
            self._quick.popitem(last=False)

    def stopped(self, client: str, now: float) -> None:
        """Take note of a query whose trial has failed: for a minute its client's wait for the share of slow ones."""
        self._slow.charge(client, 2 * _LIGHT, now)
        self._quick.pop(client, None)

    def capacity(self, slow: int) -> int:
        """How many workers may be busy while `slow` of them are with slow queries."""
        return self._workers + min(max(0, slow - self._share), _ON_TRIAL)

    def admits(self, wish: Wish[_T], slow: int, now: float) -> bool:
        """Whether this query may have a worker while `slow` ones are with queries that are slow or might be."""
        if not self._keeps_one or slow < self._share:
            return True
        if self.slow(wish, now):
            return False
        return slow < self._share + _ON_TRIAL or self.known(wish.client)

    def slow(self, wish: Wish[_T], now: float) -> bool:
        """Whether a query must be taken for a slow one before it has run."""
        return self._keeps_one and (wish.tried or self.heavy(wish.client, now))

    def rank(self, wish: Wish[_T], running: Counter[str], now: float) -> tuple[bool, bool, int, float]:
        """Whose turn it is: quick queries, clients known for them, who has the least, who came first."""
        return self.slow(wish, now), not self.known(wish.client), running[wish.client], wish.since
