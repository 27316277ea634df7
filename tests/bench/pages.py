"""How long a dataset's page takes, one reader at a time, each page asked for once; a bare Flask page beside it."""

import http.client
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from urllib.parse import urlsplit

from graph.iris import key
from tests.bench.process import MeasurementFailed, serving
from tests.bench.synthetic import BASE
from tests.bench.table import Row, Target, interleaved, median
from tests.bench.workbench import Workbench, command
from tests.support.ports import free_port

LATENCY = Target("absolute", 15)
_PAGES = 200
_RUNS = 5


def page_rows(bench: Workbench) -> Iterator[Row]:
    """The median time of a dataset page of the largest portal."""
    with portal(bench) as port, _bare() as bare_port:
        random = Random(bench.size)
        portions = iter([_paths(port, random.choices(range(bench.size), k=_PAGES)) for _ in range(_RUNS + 1)])
        _times(port, next(portions))  # warms the workers up
        ours, bare = interleaved(
            _RUNS, lambda: median(_times(port, next(portions))), lambda: median(_times(bare_port, ["/"] * _PAGES))
        )
    yield Row(f"dataset page at {bench.size:,} datasets", median(ours), median(bare), "ms", LATENCY, "bare Flask page")


@contextmanager
def portal(bench: Workbench) -> Iterator[int]:
    """The port that the largest portal is served at."""
    port = free_port()
    options = ["serve", "--port", str(port), "--workers", "2"]
    with serving([command("catalograph"), "--data", bench.portal, *options], f"http://127.0.0.1:{port}/-/ready"):
        yield port


@contextmanager
def _bare() -> Iterator[int]:
    port = free_port()
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--factory"]
    with serving([command("granian"), *options, "tests.bench.bare:create_app"], f"http://127.0.0.1:{port}/"):
        yield port


def _paths(port: int, numbers: Sequence[int]) -> list[str]:
    return [_canonical(port, number) for number in numbers]


def _canonical(port: int, number: int) -> str:
    """The path of a dataset's page: the key is known, the words before it are told by a redirect."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    path = f"/datasets/x-{key(f'{BASE}/dataset/{number:07}')}"
    connection.request("GET", path, headers={"Accept": "text/html"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != http.client.MOVED_PERMANENTLY:
        raise MeasurementFailed(f"{path} answered {answer.status}, not a redirect to the page")
    return urlsplit(answer.getheader("Location", "")).path


def _times(port: int, paths: Sequence[str]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    times = []
    for path in paths:
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - began) * 1000)
        if answer.status != http.client.OK:
            raise MeasurementFailed(f"{path} answered {answer.status}")
    connection.close()
    return times
