"""/sparql beside a bare `oxigraph serve-read-only` on the same store: look-ups, analysis, a long answer; the library.

`python -m tests.bench.sparql DATA` measures a data directory that is there already.
"""

import argparse
import contextlib
import http.client
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, Self
from urllib.parse import urlencode

from queries.library import load, names
from tests.bench.process import MeasurementFailed, measure, serving
from tests.bench.synthetic import BASE
from tests.bench.table import Row, Target, interleaved, lines, median
from tests.bench.workbench import Workbench, command
from tests.support.ports import free_port
from tests.support.processes import children, resident

LOOK_UPS: Final = Target("at least", 0.25)
REPEATED: Final = Target("at least", 0.7)
ANALYSIS: Final = Target("at most", 1.15)
LONG: Final = Target("at most", 1.3)
LONG_MEMORY: Final = Target("absolute", 200)
LIBRARY: Final = Target("absolute", 5)

_PEER: Final = "oxigraph serve-read-only"
_RUNS: Final = 5
_SECONDS: Final = 5
_LOOK_UPS: Final = 1000
"""Different datasets asked for, in turn."""

_UNCACHED: Final = {"CATALOGRAPH_QUERY_CACHE_BYTES": "1", "CATALOGRAPH_QUERY_CLIENT_SECONDS": "1000000"}
_CACHED: Final = {"CATALOGRAPH_QUERY_CLIENT_SECONDS": "1000000"}
"""The peer has no budgets, and all that is asked here comes from one client."""

_SCRIPT: Final = """
local paths = {%s}
local turn = 0
request = function()
  turn = turn %% #paths + 1
  return wrk.format("GET", paths[turn])
end
"""
_HERE: Final = Path(__file__).parent
_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class Server:
    """Where a SPARQL endpoint answers, and the process that all others of it come from."""

    port: int
    path: str
    pid: int


def rows(bench: Workbench) -> Iterator[Row]:
    """All of it on the largest portal."""
    yield from rows_of(bench.portal, bench.size)


def rows_of(data: Path, size: int) -> Iterator[Row]:
    """All of it on the published generation of a data directory with so many synthetic datasets."""
    measure([command("catalograph"), "--data", data, "prepare"])  # servers do it beside their work, the peer has none
    with _bare(data / "current" / "store") as bare:
        with _portal(data, _UNCACHED) as ours, _portal(data, _CACHED) as caching:
            yield from look_up_rows(ours, caching, bare, size)
            yield from analytic_rows(ours, bare, size)
        with _portal(data, _UNCACHED) as ours:  # one that has not grown with other work
            yield from long_rows(ours, bare)
        with _portal(data, _CACHED) as ours:
            yield from library_rows(ours, size)


@contextmanager
def _portal(data: Path, environ: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    order: list[str | Path] = [command("catalograph"), "--data", data, "serve", "--port", str(port), "--workers", "2"]
    with serving(order, f"http://127.0.0.1:{port}/-/ready", environ=environ) as session:
        yield Server(port, "/sparql", session)


@contextmanager
def _bare(store: Path) -> Iterator[Server]:
    port = free_port()
    order: list[str | Path] = [command("oxigraph"), "serve-read-only", "-l", store, "-b", f"127.0.0.1:{port}"]
    with serving(order, f"http://127.0.0.1:{port}/query?query=ASK%7B%7D") as session:
        yield Server(port, "/query", session)


# look-ups


def look_up_rows(ours: Server, caching: Server, bare: Server, size: int) -> Iterator[Row]:
    """Requests per second of 8 connections, asking for one dataset's statements after another's."""
    with tempfile.TemporaryDirectory() as folder:
        loads = {server: _script(Path(folder), server, size) for server in (ours, caching, bare)}
        for server, load in loads.items():
            _rate(server.port, load, 2)  # warms it up; whoever keeps answers has all of them afterwards
        fresh, repeated, peer = (
            median(figures)
            for figures in interleaved(
                _RUNS,
                lambda: _rate(ours.port, loads[ours], _SECONDS),
                lambda: _rate(caching.port, loads[caching], _SECONDS),
                lambda: _rate(bare.port, loads[bare], _SECONDS),
            )
        )
    yield Row(f"/sparql look-up at {size:,} datasets", fresh, peer, "requests/s", LOOK_UPS, _PEER)
    yield Row("/sparql look-up, repeated", repeated, peer, "requests/s", REPEATED, _PEER)


def _script(folder: Path, server: Server, size: int) -> Path:
    """What the load generator does: the look-ups in turn."""
    chosen = Random(1).sample(range(size), k=min(_LOOK_UPS, size))
    texts = (f"SELECT ?p ?o WHERE {{ <{BASE}/dataset/{number:07}> ?p ?o }}" for number in chosen)
    file = folder / f"{server.port}.lua"
    file.write_text(_SCRIPT % ",".join(f'"{server.path}?{urlencode({"query": text})}"' for text in texts), "utf-8")
    return file


def _rate(port: int, script: Path, seconds: int) -> float:
    """Requests per second; raises MeasurementFailed when any of them was not answered with 200."""
    told = subprocess.run(
        ["wrk", "-t1", "-c8", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"],  # noqa: S607  where it is differs
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", told)
    if rate is None or "Non-2xx" in told or "Socket errors" in told:
        raise MeasurementFailed(f"wrk on port {port}: {told}")
    return float(rate[1])


# analysis


def analytic_rows(ours: Server, bare: Server, size: int) -> Iterator[Row]:
    """Counting, grouping, joining over everything, one query at a time."""
    for file in sorted((_HERE / "analytic").glob("*.rq")):
        path = f"?{urlencode({'query': file.read_text('utf-8')})}"
        mine, theirs = _side_by_side(ours, bare, path)
        what = f"/sparql {file.stem.replace('-', ' ')} at {size:,} datasets"
        yield Row(what, mine, theirs, "ms", ANALYSIS, _PEER)


def _side_by_side(ours: Server, bare: Server, path: str) -> tuple[float, float]:
    for server in (ours, bare):
        _took(server.port, server.path + path)
    mine, theirs = interleaved(
        _RUNS, lambda: _took(ours.port, ours.path + path), lambda: _took(bare.port, bare.path + path)
    )
    return median(mine), median(theirs)


def _took(port: int, path: str) -> float:
    """Milliseconds until an answer is here whole; raises MeasurementFailed when it is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "application/sparql-results+json"})
    answer = connection.getresponse()
    while answer.read(_PIECE):
        pass
    took = (time.perf_counter() - began) * 1000
    connection.close()
    if answer.status != http.client.OK:
        raise MeasurementFailed(f"{path[:100]} answered {answer.status}")
    return took


# a long answer


def long_rows(ours: Server, bare: Server) -> Iterator[Row]:
    """A million rows: how long they take, and how much more than before any one process of ours holds meanwhile."""
    path = f"?{urlencode({'query': (_HERE / 'million-rows.rq').read_text('utf-8')})}"
    _took(ours.port, f"{ours.path}?query=ASK%7B%7D")
    with _Peaks(ours.pid) as peaks:
        mine, theirs = _side_by_side(ours, bare, path)
    yield Row("/sparql, a million rows", mine / 1000, theirs / 1000, "s", LONG, _PEER)
    yield Row("the same, memory of a process beyond its store", peaks.growth / (1 << 20), None, "MiB", LONG_MEMORY)


class _Peaks(threading.Thread):
    """What a process and all below it hold at most, each of them, looked at a hundred times a second."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._done = threading.Event()
        self._before = {pid: resident(pid) for pid in _tree(root)}
        self._most: dict[int, int] = {}

    @property
    def growth(self) -> int:
        """Bytes more than before, of the process that grew most; a new one began with nothing."""
        return max(most - self._before.get(pid, 0) for pid, most in self._most.items())

    def run(self) -> None:
        while not self._done.wait(0.01):
            for pid in _tree(self._root):
                self._most[pid] = max(resident(pid), self._most.get(pid, 0))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._done.set()
        self.join()


def _tree(pid: int) -> list[int]:
    """A process and all below it; those that end meanwhile have no children."""
    below: list[int] = []
    with contextlib.suppress(OSError):
        below = children(pid)
    return [pid, *(each for child in below for each in _tree(child))]


# the library


def library_rows(ours: Server, size: int) -> Iterator[Row]:
    """How long the prepared answers to all questions without parameters take, once each has been asked."""
    figures = {name: _answered(ours.port, f"/queries/{name}.json") for name in _without_parameters()}
    slowest = max(figures, key=lambda name: figures[name])
    what = f"library questions without parameters ({len(figures)}) at {size:,} datasets"
    yield Row(f"{what}, median", median(list(figures.values())), None, "ms", LIBRARY)
    yield Row(f"the slowest of them, {slowest}", figures[slowest], None, "ms", LIBRARY)


def _answered(port: int, path: str) -> float:
    _took(port, path)
    return median([_took(port, path) for _ in range(_RUNS)])


def _without_parameters() -> list[str]:
    return [name for name in names() if not load(name).parameters]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sparql", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=75_000, help="synthetic datasets in it (75,000)")
    asked = parser.parse_args(arguments)
    print("\n".join(lines(rows_of(asked.data, asked.size))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
