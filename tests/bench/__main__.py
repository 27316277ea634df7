"""`python -m tests.bench`: one table of what was promised, ours beside its peers, measured in the same run.

Exits 0 whatever the figures, which people read; 1 when something could not be measured.
"""

import argparse
import importlib
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from tests.bench.loads import load_rows, reload_rows
from tests.bench.pages import page_rows
from tests.bench.process import MeasurementFailed, stop_on_terminate
from tests.bench.table import Row, lines, machine
from tests.bench.workbench import BELGIAN, Workbench, workbench

Group = Callable[[Workbench], Iterable[Row]]


def _late(module: str) -> Group:
    """The rows of a module that is imported when they are asked for: it brings in what it measures."""

    def rows(bench: Workbench) -> Iterable[Row]:
        try:
            found: Group = importlib.import_module(module).rows
        except ModuleNotFoundError as error:
            raise MeasurementFailed(f"{module} cannot be imported: {error}") from error
        return found(bench)

    return rows


GROUPS: Final[dict[str, Group]] = {
    "load": load_rows,
    "reload": reload_rows,
    "sparql": _late("tests.bench.sparql"),
    "page": page_rows,
    "dump": _late("tests.bench.dumps"),
    "harvest": _late("tests.bench.harvest"),
    "validation": _late("tests.bench.validation"),
    "search": _late("tests.bench.search"),
    "facets": _late("tests.bench.facets"),
}


def _left_out(names: Sequence[str]) -> Iterator[str]:
    """The rows that cannot be measured on this machine, by name, and why."""
    if "sparql" in names and shutil.which("wrk") is None:
        yield "sparql: wrk is not installed (Debian: apt-get install wrk)"
    if not BELGIAN.exists():
        yield from (
            f"{name}, Belgian subset: no shared folder beside the repository"
            for name in ("load", "validation", "search")
            if name in names
        )


def _measured(bench: Workbench, names: Sequence[str], failures: list[str]) -> Iterator[Row]:
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        try:
            for row in GROUPS[name](bench):
                print(f"  {' | '.join(row.cells())}", file=sys.stderr, flush=True)
                yield row
        except MeasurementFailed as failure:
            failures.append(f"{name}: {failure}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=GROUPS, metavar="NAME", help=f"some of {', '.join(GROUPS)}")
    parser.add_argument("--size", type=int, default=75_000, help="datasets of the largest catalogue (75,000)")
    parser.add_argument("--runs", type=int, default=3, help="how often the long ones run (3)")
    asked = parser.parse_args(arguments)
    names = asked.only or list(GROUPS)
    left_out = list(_left_out(names))
    unmeasurable = {note.partition(":")[0] for note in left_out}
    failures: list[str] = []
    stop_on_terminate()
    print(machine(), flush=True)
    with workbench(asked.size, asked.runs) as bench:
        rows = list(_measured(bench, [name for name in names if name not in unmeasurable], failures))
    print("\n".join(lines(rows)))
    for note in left_out:
        print(f"left out: {note}")
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
