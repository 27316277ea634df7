"""What the server has made of each generation after its flip: prepared answers, now and then dumps, pictures."""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from api.background.child import Background, kept_up
from api.settings import Settings, as_environ
from graph.generations import Generations
from loaders.dumps.sets import Dumps
from loaders.pictures.album import Album

_PICTURES: Final = timedelta(minutes=1)
"""Between two runs for pictures: who publishes every few seconds has other pictures seldom."""


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

        super().__init__("api.background.dumping", [json.dumps(as_environ(settings))], wanted, clock)


class Picturing(Background):
    """Fetches pictures of each generation once it is prepared, and again when some are due."""

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        album, generations = Album(settings.data), Generations(settings.data)

        def wanted() -> int | None:
            number = generations.current_number()
            if number is None or not settings.pictures or generations.shelf(number).being_filled():
                return None
            last = album.last_run()
            if last is None or now() >= last.due:
                return number
            return number if last.generation != number and now() - last.ended >= _PICTURES else None

        super().__init__("api.background.picturing", [json.dumps(as_environ(settings))], wanted, clock, again=True)


def preparing(settings: Settings) -> AbstractContextManager[None]:
    """While the block runs, what is published gets prepared and dumped, and its pictures fetched."""
    return kept_up([Preparing(settings.data), Dumping(settings), Picturing(settings)])
