"""How long a set of dumps takes, and how long pages take beside it."""

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final

from loaders.dumps.sets import FOLDER, Dumps
from tests.bench.pages import dataset_paths, portal, times
from tests.bench.process import Measured, MeasurementFailed, measure
from tests.bench.table import Row, Target, median
from tests.bench.workbench import Workbench, command

SECONDS = Target("absolute", 120)
MEMORY = Target("absolute", 1024)
LATENCY = Target("absolute", 30)

_PAGES: Final = 200
_PORTION: Final = 20
_LONGEST: Final = 600


def rows(bench: Workbench) -> Iterator[Row]:
    """N-Quads, Turtle, JSON-LD and tables of the largest portal; dataset pages while the server makes them."""
    measure([command("catalograph"), "--data", bench.portal, "prepare"])  # servers do it first
    told = [_dump(bench.portal) for _ in range(bench.runs)]
    what = f"dump {bench.size:,} datasets in four syntaxes"
    yield Row(what, median([each.wall for each in told]), None, "s", SECONDS)
    yield Row(f"{what}: peak memory", max(each.memory for each in told) / (1 << 20), None, "MiB", MEMORY)
    quiet, busy = _pages(bench)
    yield Row("dataset page beside it: 95 % take at most", busy, quiet, "ms", LATENCY, "without it")


def _dump(data: Path) -> Measured:
    shutil.rmtree(data / FOLDER, ignore_errors=True)
    return measure([command("catalograph"), "--data", data, "dump"])


def _pages(bench: Workbench) -> tuple[float, float]:
    """Without a dump, and while one is made."""
    random, dumps = Random(bench.size), Dumps(bench.portal)
    with portal(bench) as port:
        times(port, dataset_paths(port, random.choices(range(bench.size), k=_PAGES)))  # warms the workers up
        quiet = times(port, dataset_paths(port, random.choices(range(bench.size), k=_PAGES)))
        shutil.rmtree(bench.portal / FOLDER)  # the server sees that there is none, and begins
        _wait_for_dumping(dumps)
        busy: list[float] = []
        while dumps.latest_number() is None:
            busy += times(port, dataset_paths(port, random.choices(range(bench.size), k=_PORTION)))
    return _most(quiet), _most(busy)


def _wait_for_dumping(dumps: Dumps) -> None:
    end = time.monotonic() + _LONGEST
    while not any(dumps.folder.glob(".making-*")):
        if time.monotonic() > end:
            raise MeasurementFailed("the server made no dumps")
        time.sleep(0.05)


def _most(times: Sequence[float]) -> float:
    if not times:
        raise MeasurementFailed("the dump was over before a page was asked for")
    return sorted(times)[int(0.95 * (len(times) - 1))]
