"""What the server has made of each generation after its flip: prepared answers, and a set of dumps now and then."""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.background import Background, kept_up
from api.settings import Settings, as_environ
from graph.generations import Generations
from loaders.dumps.sets import Dumps


class Preparing(Background):
    """Prepares each published generation in its turn."""

    def __init__(self, data: Path, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__("loaders.preparation", [str(data.absolute())], Generations(data).current_number, clock)


class Dumping(Background):
    """Makes a set of dumps where the last one is old enough, once the generation is prepared."""

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        data = settings.data
        dumps, generations = Dumps(data), Generations(data)
        interval = timedelta(seconds=settings.dump_interval)

        def wanted() -> int | None:
            number = generations.current_number()
            if number is None or dumps.exists(number) or not dumps.due(interval, now()):
                return None
            return None if generations.shelf(number).being_filled() else number

        super().__init__("api.dumping", [json.dumps(as_environ(settings))], wanted, clock)


def preparing(settings: Settings) -> AbstractContextManager[None]:
    """While the block runs, what is published gets prepared and dumped."""
    return kept_up([Preparing(settings.data), Dumping(settings)])
