"""What each client has used. No clock in here: `now` is passed."""

import math
from collections import OrderedDict
from typing import Final

_KNOWN_CLIENTS: Final = 20_000


class Budgets:
    """Seconds of work per client: `allowance` may be used at once, and comes back over a minute.

    What was used beyond `most` is forgiven, so that a client never waits longer than that takes to come back.
    """

    def __init__(self, allowance: float, most: float = math.inf) -> None:
        self._allowance = allowance
        self._most = most
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def charge(self, client: str, seconds: float, now: float) -> None:
        self._used[client] = (min(self._most, self.used(client, now) + seconds), now)
        self._used.move_to_end(client)
        if len(self._used) > _KNOWN_CLIENTS:
            self._used.popitem(last=False)

    def wait(self, client: str, now: float) -> float:
        """Seconds until this client may ask again; 0 when it may now."""
        over = self.used(client, now) - self._allowance
        return max(0.0, over * 60 / self._allowance)

    def used(self, client: str, now: float) -> float:
        """Seconds that have not come back yet."""
        used, since = self._used.get(client, (0.0, now))
        return max(0.0, used - (now - since) * self._allowance / 60)
