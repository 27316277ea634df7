"""Validation of the Belgian subset: ours beside pySHACL on the whole graph, alone and with parsing, equal results.

Both sides evaluate the official base, range and recommended shapes. Each round runs ours and the peer's in processes of
their own, as pySHACL changes what it shares a process with.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from shapes.evaluate import by_subject, evaluate
from shapes.plan import compile_plan
from shapes.reference import Key, key, to_rdflib, validate
from tests.bench.process import MeasurementFailed
from tests.bench.table import Row, Target, median
from tests.bench.workbench import BELGIAN, Workbench
from tests.shapes.catalogues import official

ALONE = Target("faster", 30)
PARSED = Target("faster", 10)
SHAPES = ("shapes", "range", "shapes_recommended")


@dataclass(frozen=True, slots=True)
class Measurement:
    """Seconds of each step, and a digest by which the results of two sides are compared."""

    parsing: float
    validation: float
    results: int
    digest: str


def rows(bench: Workbench) -> Iterator[Row]:
    """Two rows; none where the shared catalogues and shapes are not here."""
    if not BELGIAN.exists():
        return
    ours = [_in_a_process("ours", bench.belgian) for _ in range(bench.runs)]
    peer = [_in_a_process("peer", bench.belgian)]
    if {one.digest for one in (*ours, *peer)} != {peer[0].digest}:
        raise MeasurementFailed(f"results differ: {ours[0].results} of ours, {peer[0].results} of pySHACL's")
    what = f"validate the Belgian subset ({ours[0].results:,} equal results)"
    alone = (median([one.validation for one in ours]), median([one.validation for one in peer]))
    parsed = (median([one.parsing + one.validation for one in ours]), peer[0].parsing + peer[0].validation)
    yield Row(what, *alone, "s", ALONE, "pySHACL")
    yield Row(f"{what}, parsing included", *parsed, "s", PARSED, "rdflib + pySHACL")


def _in_a_process(side: str, file: Path) -> Measurement:
    command = [sys.executable, "-m", "tests.bench.validation", side, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise MeasurementFailed(f"validation, {side}: {done.stderr.strip().splitlines()[-1:]}")
    return Measurement(**json.loads(done.stdout))


def ours(file: Path) -> Measurement:
    """Parsing with pyoxigraph, and from the quads in memory to the results; the plan is compiled within."""
    shapes = official(*SHAPES)
    begun = time.perf_counter()
    quads = list(parse(path=file, format=RdfFormat.N_TRIPLES))
    parsed = time.perf_counter()
    results = evaluate(compile_plan(shapes), by_subject(quads)).results
    done = time.perf_counter()
    return Measurement(parsed - begun, done - parsed, len(results), _digest([key(result) for result in results]))


def peer(file: Path) -> Measurement:
    """Parsing with rdflib, and pySHACL on the whole graph; texts of literals are left as they are on both sides."""
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    shapes = to_rdflib(official(*SHAPES))
    begun = time.perf_counter()
    data = rdflib.Graph().parse(file, format="nt")
    parsed = time.perf_counter()
    results = validate(data, shapes)
    done = time.perf_counter()
    return Measurement(parsed - begun, done - parsed, len(results), _digest(results))


def _digest(results: list[Key]) -> str:
    """Equal for equal multisets; labels of blank nodes, which each parser chooses, left out."""
    anonymous = Counter(tuple("_:" if part and part.startswith("_:") else part for part in one) for one in results)
    return hashlib.sha256(repr(sorted(anonymous.items(), key=repr)).encode()).hexdigest()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("side", choices=("ours", "peer"))
    arguments.add_argument("file", type=Path)
    given = arguments.parse_args()
    measured = ours(given.file) if given.side == "ours" else peer(given.file)
    told = {name: getattr(measured, name) for name in ("parsing", "validation", "results", "digest")}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
