"""Validation of synthetic catalogues as streams: file to report, memory, growth; and again with a share changed.

`catalograph validate` runs as people run it. Re-validation is measured in this process, with records and hashes in
hand: everything judged anew, and what 1 % of changed datasets entails; neither includes reading the file.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graph.iris import Iris
from loaders.handover import Frame
from loaders.pipeline import Pipeline
from shapes.evaluation.background import background_of, own
from shapes.plan import Plan
from shapes.profiles import plan_of
from shapes.results import Results
from shapes.revalidation import Changes, Offered, revalidate
from shapes.streaming.spool import Spool
from shapes.streaming.survey import Survey, Surveyed
from tests.bench.process import Measured, MeasurementFailed, measure
from tests.bench.synthetic import BASE
from tests.bench.table import Row, Target, median
from tests.bench.workbench import Workbench, command

PROFILES = ("dcat-ap",)
TIME = Target("absolute", 60)
MEMORY = Target("absolute", 2048)
LINEAR = Target("at most", 1.2)
AGAIN = Target("at most", 0.05)


def rows(bench: Workbench) -> Iterator[Row]:
    """File to report and its memory for the largest catalogue, growth from the smaller one, and re-validation."""
    measured = {size: [_validate(bench, size) for _ in range(bench.runs)] for size in bench.sizes}
    seconds = {size: median([one.wall for one in ones]) for size, ones in measured.items()}
    largest, smallest = max(bench.sizes), min(bench.sizes)
    what = f"validate {largest:,} datasets, shuffled, file to report"
    yield Row(what, seconds[largest], None, "s", TIME)
    peak = max(one.memory for one in measured[largest])
    yield Row(f"{what}: peak memory of all processes", peak / (1 << 20), None, "MiB", MEMORY)
    if largest > smallest:
        each, of_fewer = (1e6 * seconds[size] / size for size in (largest, smallest))
        yield Row(f"{what}: a dataset", each, of_fewer, "µs", LINEAR, f"of {smallest:,}")
    again, full = _revalidated(bench, largest)
    yield Row(f"re-validate {largest:,} datasets, 1 % changed", again, full, "s", AGAIN, "all of them")


def _validate(bench: Workbench, size: int) -> Measured:
    file = bench.catalogue(size, "shuffled")
    profiles = [part for name in PROFILES for part in ("--profile", name)]
    with bench.fresh() as folder:
        return measure([command("catalograph"), "--data", folder / "data", "validate", file, *profiles])


@dataclass(frozen=True)
class _Catalogue:
    """A catalogue at hand: its records, and a context that knows them."""

    records: dict[str, Offered]
    context: Surveyed
    spool: Spool

    def changes(self, before: dict[str, Offered]) -> Changes:
        changed = [one for iri, one in self.records.items() if iri not in before or before[iri].hash != one.hash]
        gone = [iri for iri in before if iri not in self.records]
        return Changes(changed, gone, self.records.get, self.records.values)


def _revalidated(bench: Workbench, size: int) -> tuple[float, float]:
    """Seconds for what 1 % of changed datasets entails, and for everything."""
    plan = plan_of(PROFILES)
    with bench.fresh() as folder, Results.create(folder / "results.sqlite", "bench") as results:
        first = _read(bench.catalogue(size, "shuffled"), plan, folder, "first")
        full = _timed(results, plan, first, {})
        second = _read(bench.catalogue(size, "shuffled", changed=1), plan, folder, "second")
        again = _timed(results, plan, second, first.records)
        for one in (first, second):
            one.spool.close()
    return again, full


def _timed(results: Results, plan: Plan, catalogue: _Catalogue, before: dict[str, Offered]) -> float:
    changes = catalogue.changes(before)
    begun = time.perf_counter()
    tally = revalidate(results, plan, catalogue.context, changes, own())
    results.commit()
    seconds = time.perf_counter() - begun
    share = (tally.judged + tally.again) / len(catalogue.records)
    if before and not 0 < share < 0.1:
        raise MeasurementFailed(f"a re-validation with 1 % changed judged {share:.0%} of the records")
    return seconds


def _read(file: Path, plan: Plan, folder: Path, name: str) -> _Catalogue:
    spool, survey = Spool(folder / name), Survey([one for one, key in plan.keys.items() if key in plan.inverse])
    records = {}
    for frame in _frames(file, folder):
        place, _ = spool.add(frame)
        survey.take(frame.as_received, place)
        record = _offered(frame)
        records[record.iri] = record
    spool.file.flush()
    return _Catalogue(records, Surveyed(plan, survey, spool.file.fileno(), background_of(plan)), spool)


def _frames(file: Path, folder: Path) -> Iterator[Frame]:
    with tempfile.TemporaryDirectory(dir=folder) as data:
        pipeline = Pipeline(Path(data), Iris(BASE), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
        yield from pipeline.reader.frames([str(file)], None, [])


def _offered(frame: Frame) -> Offered:
    block = frame.as_received
    return Offered(block[1 : block.index(b"> ")].decode(), "bench", hash(block).to_bytes(8, "big", signed=True), block)
