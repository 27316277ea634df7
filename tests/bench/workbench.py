"""What the measurements share: catalogues to load, the two commands, a loaded portal."""

import functools
import gzip
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.process import Measured, measure
from tests.bench.synthetic import Catalogue, Order, write
from tests.support.shared import SHARED

BELGIAN: Final = SHARED / "catalogues/data.gov.be-subset.nt.gz"
SOURCE: Final = "bench"


def command(name: str) -> Path:
    """A program that came with this environment: `catalograph`, `oxigraph`, `granian`."""
    return Path(sys.executable).with_name(name)


@dataclass(frozen=True)
class Workbench:
    """A folder to work in; `size`: datasets of the largest catalogue; `runs`: how often what takes minutes runs."""

    folder: Path
    size: int
    runs: int

    @property
    def short_runs(self) -> int:
        """How often what takes seconds runs."""
        return self.runs + 2 if self.runs > 1 else 1

    @property
    def sizes(self) -> tuple[int, ...]:
        return (20_000, self.size) if self.size > 20_000 else (self.size,)

    def catalogue(self, size: int, order: Order, *, changed: float = 0.0, labels: str = "b") -> Path:
        """A synthetic catalogue, written when it is first asked for."""
        file = self.folder / f"synthetic-{size}-{order}-{changed:g}-{labels}.nt"
        if not file.exists():
            write(Catalogue(size, changed_percent=changed, labels=labels), file, order)
        return file

    @functools.cached_property
    def belgian(self) -> Path:
        """The Belgian subset, unpacked for the tool that reads no gzip."""
        file = self.folder / "belgian.nt"
        with gzip.open(BELGIAN) as packed, file.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        return file

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """An empty folder, gone afterwards."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            yield Path(name)

    @functools.cached_property
    def portal(self) -> Path:
        """A data directory with the largest catalogue published."""
        data = self.folder / "portal"
        load(data, self.catalogue(self.size, "sorted"))
        return data

    @functools.cached_property
    def rested(self) -> Path:
        """The same with all that its server makes besides its answers: nothing is made while they are measured."""
        for order in ("prepare", "dump"):
            measure([command("catalograph"), "--data", self.portal, order])
        return self.portal


def load(data: Path, file: Path) -> Measured:
    """`catalograph load` of the whole state of a source, without validation, into this data directory."""
    return measure([command("catalograph"), "--data", data, "load", file, "--source", SOURCE, "--no-validate"])


def peer_load(store: Path, file: Path) -> Measured:
    """`oxigraph load` of the same triples."""
    return measure([command("oxigraph"), "load", "-l", store, "-f", file])


@contextmanager
def workbench(size: int, runs: int) -> Iterator[Workbench]:
    """A workbench in a temporary folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="catalograph-bench-") as folder:
        yield Workbench(Path(folder), size, runs)
