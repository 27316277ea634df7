"""How long pages take, one reader at a time, each page asked for once; how often a page is found unchanged.

A bare Flask page on the same server is measured beside them.
"""

import http.client
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from random import Random
from typing import Final
from urllib.parse import urlencode, urlsplit

from graph.index import DEEPEST
from graph.iris import key
from tests.bench.process import MeasurementFailed, serving
from tests.bench.synthetic import BASE, FORMATS, LICENCES, THEMES
from tests.bench.table import Row, Target, interleaved, median
from tests.bench.workbench import Workbench, command
from tests.support.ports import free_port
from vocabularies.namespaces import AUTHORITY

MEDIAN: Final = Target("absolute", 12)
MOST: Final = Target("absolute", 30)
UNCHANGED: Final = Target("at least", 0.8)
LINKED: Final = Target("at most", 2)

_PAGES: Final = 200
_RUNS: Final = 5
_SECONDS: Final = 3
_UNCACHED: Final = {"CATALOGRAPH_PAGE_CACHE_BYTES": "1"}
_LINKED: Final = (f"/organisations/x-{key(f'{BASE}/agent/0000000')}", "/vocabularies/data-theme/ENVI")
"""What more records name than anything else."""


def page_rows(bench: Workbench) -> Iterator[Row]:
    """Pages of each kind of the largest portal, none of them from memory; then one that is remembered."""
    with portal(bench, _UNCACHED) as port, _bare() as bare:
        dataset = 0.0
        for kind, paths in _KINDS.items():
            found = _latency(port, bare, list(map(_final(port), paths(bench.size))))
            dataset = dataset or found[0]
            yield Row(
                f"{kind} page at {bench.size:,} datasets, median", found[0], found[2], "ms", MEDIAN, "bare Flask page"
            )
            yield Row("the same, 95 % take at most", found[1], None, "ms", MOST)
        for path in map(_final(port), _LINKED):
            figure = median(times(port, [path] * _PAGES))
            yield Row(
                f"{path.split('/')[1]} page that most name, median", figure, dataset, "ms", LINKED, "dataset page"
            )
    with portal(bench) as port, _bare() as bare:
        yield _unchanged(port, bare)


def _latency(port: int, bare: int, paths: Sequence[str]) -> tuple[float, float, float]:
    """Median and 95th percentile in milliseconds of these pages, and the median of the bare one."""
    times(port, paths[:_PAGES])  # warms the processes up
    portions = iter([paths[first :: _RUNS + 1] for first in range(1, _RUNS + 1)])
    ours, peer = interleaved(_RUNS, lambda: times(port, next(portions)), lambda: times(bare, ["/"] * _PAGES))
    took = sorted(one for run in ours for one in run)
    return median(took), took[len(took) * 95 // 100], median([one for run in peer for one in run])


def _datasets(size: int) -> Iterator[str]:
    for number in Random(size).sample(range(size), k=min(size, _PAGES * (_RUNS + 1))):
        yield f"/datasets/x-{key(f'{BASE}/dataset/{number:07}')}"


def _organisations(size: int) -> Iterator[str]:
    for number in range(max(size // 50, 1)):
        yield f"/organisations/x-{key(f'{BASE}/agent/{number:07}')}"


def _lists(size: int) -> Iterator[str]:
    deepest = min(size, DEEPEST) // 20
    for number, sort in product(range(1, deepest + 1), ("modified", "title")):
        yield f"/datasets?sort={sort}&page={number}"


def _facets(_size: int) -> Iterator[str]:
    """Lists that several filters select."""
    for theme, form, licence, sort in product(THEMES, FORMATS, LICENCES, ("title", "modified")):
        chosen = {"theme": f"data-theme/{theme}", "format": f"file-type/{form[0]}", "licence": f"licence/{licence}"}
        filters = {name: AUTHORITY[value].value for name, value in chosen.items()}
        yield f"/datasets?{urlencode(filters | {'sort': sort})}"


_KINDS: Final[dict[str, Callable[[int], Iterator[str]]]] = {
    "dataset": _datasets,
    "organisation": _organisations,
    "list": _lists,
    "facet": _facets,
}


def _unchanged(port: int, bare: int) -> Row:
    """Requests a second for a page that the client has already."""
    headers = {"Accept": "text/html", "Accept-Encoding": "br"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(10):  # each process makes it once
        connection.request("GET", "/en/datasets", headers=headers)
        answer = connection.getresponse()
        answer.read()
    connection.close()
    headers["If-None-Match"] = answer.getheader("ETag", "")
    for _ in range(_PAGES):  # each on a connection of its own, until every process has the page
        times(port, ["/en/datasets"])
    ours, peer = interleaved(_RUNS, lambda: _rate(port, "/en/datasets", headers), lambda: _rate(bare, "/", {}))
    return Row("a page found unchanged (304)", median(ours), median(peer), "requests/s", UNCHANGED, "bare Flask page")


def _rate(port: int, path: str, headers: dict[str, str]) -> float:
    told = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    order = ["wrk", "-t1", "-c8", f"-d{_SECONDS}s", *told, f"http://127.0.0.1:{port}{path}"]
    printed = subprocess.run(order, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", printed)
    if rate is None or "Non-2xx" in printed or "Socket errors" in printed:
        raise MeasurementFailed(f"wrk on port {port}: {printed}")
    return float(rate[1])


@contextmanager
def portal(bench: Workbench, environ: Mapping[str, str] | None = None) -> Iterator[int]:
    """The port that the largest portal is served at."""
    port = free_port()
    options = ["serve", "--port", str(port), "--workers", "2"]
    with serving(
        [command("catalograph"), "--data", bench.rested, *options], f"http://127.0.0.1:{port}/-/ready", environ=environ
    ):
        yield port


@contextmanager
def _bare() -> Iterator[int]:
    port = free_port()
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--factory"]
    with serving([command("granian"), *options, "tests.bench.bare:create_app"], f"http://127.0.0.1:{port}/"):
        yield port


def dataset_paths(port: int, numbers: Sequence[int]) -> list[str]:
    """The paths of datasets' pages."""
    return [_final(port)(f"/datasets/x-{key(f'{BASE}/dataset/{number:07}')}") for number in numbers]


def _final(port: int) -> Callable[[str], str]:
    """Follows the redirect of a record's page: its key is known, the words before it are not."""

    def final(path: str) -> str:
        if "/x-" not in path:
            return path
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers={"Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != http.client.MOVED_PERMANENTLY:
            raise MeasurementFailed(f"{path} answered {answer.status}, not a redirect to the page")
        return urlsplit(answer.getheader("Location", "")).path

    return final


def times(port: int, paths: Sequence[str]) -> list[float]:
    """Milliseconds that each page took."""
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
