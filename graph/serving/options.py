"""What the operator may set about public queries."""

from dataclasses import dataclass
from typing import Final

SLOW: Final = 0.05
"""Seconds after which a web process reports a query that is still running."""


@dataclass(frozen=True, slots=True)
class BrokerOptions:
    """Limits per query (`seconds`, `memory`, `answer_bytes`, `query_bytes`), per client, and of the whole.

    `seconds` runs from the arrival of a query, waiting included. `queue` is how many may wait; `client_running` and
    `client_waiting` how many of one client may; `client_seconds` how much work one client may ask for in a minute.
    A worker is replaced after `recycle_after` queries. `base` is the IRI that relative ones in a query are relative to.
    """

    seconds: float = 30.0
    memory: int = 2 << 30
    answer_bytes: int = 512 * 10**6
    query_bytes: int = 64 << 10
    workers: int = 4
    queue: int = 64
    client_running: int = 3
    client_waiting: int = 6
    client_seconds: float = 60.0
    recycle_after: int = 50_000
    isolation_required: bool = True
    base: str | None = None

    @property
    def share(self) -> int:
        """How many workers slow queries may keep: all but one."""
        return max(1, self.workers - 1)

    @property
    def keeps_one(self) -> bool:
        """Whether there is a worker that slow queries never keep: not where there is but one."""
        return self.share < self.workers

    @property
    def client_share(self) -> int:
        """How many workers one client may keep busy."""
        return min(self.share, self.client_running)
