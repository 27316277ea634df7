"""Loading and reloading, as whole processes: `catalograph load` beside `oxigraph load`."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.bench.process import Measured, MeasurementFailed
from tests.bench.table import Row, Target, interleaved, median
from tests.bench.workbench import BELGIAN, Workbench, load, peer_load

FIRST = Target("at most", 6)
MEMORY = Target("absolute", 2048)
UNCHANGED = Target("at most", 0.30)
CHANGED = Target("at most", 0.35)


def load_rows(bench: Workbench) -> Iterator[Row]:
    """First loads of synthetic catalogues in both orders and of a real one; the peak memory of the largest."""
    for size in bench.sizes:
        peaks = []
        for order in ("sorted", "shuffled"):
            file = bench.catalogue(size, "sorted" if order == "sorted" else "shuffled")
            ours, peer = _side_by_side(bench, file, file, bench.runs if size > 20_000 else bench.short_runs)
            peaks += [each.memory for each in ours]
            yield _first(f"load {size:,} datasets, {order}", ours, peer)
        yield Row(f"load {size:,} datasets: peak memory", max(peaks) / (1 << 20), None, "MiB", MEMORY)
    if BELGIAN.exists():
        ours, peer = _side_by_side(bench, BELGIAN, bench.belgian, bench.short_runs)
        yield _first("load the Belgian subset", ours, peer)


def _side_by_side(bench: Workbench, file: Path, peer_file: Path, runs: int) -> list[list[Measured]]:
    def ours() -> Measured:
        with bench.fresh() as folder:
            return load(folder / "data", file)

    def peer() -> Measured:
        with bench.fresh() as folder:
            return peer_load(folder / "store", peer_file)

    return interleaved(runs, ours, peer)


def _first(what: str, ours: list[Measured], peer: list[Measured]) -> Row:
    return Row(what, _wall(ours), _wall(peer), "s", FIRST, "oxigraph load")


def _wall(measured: list[Measured]) -> float:
    return median([each.wall for each in measured])


def reload_rows(bench: Workbench) -> Iterator[Row]:
    """Reloads of the same, of the same in another order under other blank-node labels, and of a share changed."""
    for size in bench.sizes:
        files = (
            bench.catalogue(size, "sorted"),
            bench.catalogue(size, "sorted"),
            bench.catalogue(size, "shuffled", labels="other"),
            bench.catalogue(size, "sorted", changed=1),
        )
        rounds = [_round(bench, files, size) for _ in range(bench.runs)]
        first, same, shuffled, changed = (_wall([each[place] for each in rounds]) for place in range(4))
        yield Row(f"reload {size:,} datasets, unchanged", same, first, "s", UNCHANGED, "first load")
        yield Row(f"reload {size:,} datasets, in another order", shuffled, first, "s", UNCHANGED, "first load")
        yield Row(f"reload {size:,} datasets, 1 % changed", changed, first, "s", CHANGED, "first load")


def _round(bench: Workbench, files: tuple[Path, ...], size: int) -> list[Measured]:
    with bench.fresh() as folder:
        told = [load(folder, file) for file in files]
    outcomes = [json.loads(each.out.splitlines()[-1]) for each in told]
    for outcome in outcomes[1:3]:
        if outcome["added"] or outcome["changed"] or outcome["removed"]:
            raise MeasurementFailed(f"a reload of the same {size} datasets found differences: {outcome}")
    if not size // 100 <= outcomes[3]["changed"] <= size // 20:  # each changed dataset has up to three files
        raise MeasurementFailed(f"a reload with 1 % of {size} datasets changed says: {outcomes[3]}")
    return told
