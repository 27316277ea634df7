"""How many look-ups a second /sparql answers, isolation included, beside a bare `oxigraph serve-read-only`."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final
from urllib.parse import urlencode

from tests.bench.process import MeasurementFailed, serving
from tests.bench.synthetic import BASE
from tests.bench.table import Row, Target, interleaved, median
from tests.bench.workbench import Workbench, command
from tests.support.ports import free_port

SHARE: Final = Target("at least", 0.2)

_RUNS: Final = 5
_SECONDS: Final = 5
_LOOK_UPS: Final = 1000
"""Different datasets asked for, in turn."""

_SCRIPT: Final = """
local paths = {%s}
local turn = 0
request = function()
  turn = turn %% #paths + 1
  return wrk.format("GET", paths[turn])
end
"""


def rows(bench: Workbench) -> Iterator[Row]:
    """Requests per second of 8 connections, asking for one dataset's statements after another's, uncached."""
    with _portal(bench) as ours, _bare(bench) as bare:
        loads = [_script(bench, "/sparql"), _script(bench, "/query")]
        _rate(ours, loads[0], 2)
        figures = interleaved(_RUNS, lambda: _rate(ours, loads[0], _SECONDS), lambda: _rate(bare, loads[1], _SECONDS))
    what = f"/sparql look-up at {bench.size:,} datasets"
    yield Row(what, median(figures[0]), median(figures[1]), "requests/s", SHARE, "oxigraph serve-read-only")


@contextmanager
def _portal(bench: Workbench) -> Iterator[int]:
    port = free_port()
    options = ["serve", "--port", str(port), "--workers", "2"]
    with serving([command("catalograph"), "--data", bench.portal, *options], f"http://127.0.0.1:{port}/-/ready"):
        yield port


@contextmanager
def _bare(bench: Workbench) -> Iterator[int]:
    port = free_port()
    options: list[str | Path] = ["-l", bench.portal / "current" / "store", "-b", f"127.0.0.1:{port}"]
    with serving([command("oxigraph"), "serve-read-only", *options], f"http://127.0.0.1:{port}/query?query=ASK%7B%7D"):
        yield port


def _script(bench: Workbench, path: str) -> Path:
    """What the load generator does: the look-ups in turn."""
    chosen = Random(1).sample(range(bench.size), k=min(_LOOK_UPS, bench.size))
    texts = (f"SELECT ?p ?o WHERE {{ <{BASE}/dataset/{number:07}> ?p ?o }}" for number in chosen)
    file = bench.folder / f"lookups{path.replace('/', '-')}.lua"
    file.write_text(_SCRIPT % ",".join(f'"{path}?{urlencode({"query": text})}"' for text in texts), "utf-8")
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
