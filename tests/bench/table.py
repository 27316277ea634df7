"""The bench table: one row per thing that was promised, ours beside a peer's in the same run."""

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

Figure = TypeVar("Figure")
Kind = Literal["at most", "at least", "faster", "absolute", "floor"]

_ALONE: Final = ("absolute", "floor")
"""What is promised of ours, whatever a peer does."""

NOISE: Final = 0.1
"""A miss within this share of the bound is noise."""

_HEADINGS: Final = ("what", "ours", "peer", "ratio", "target", "met")
_PACKAGES: Final = ("catalograph", "pyoxigraph", "oxigraph", "tantivy", "pyshacl", "rdflib", "Flask", "granian")


@dataclass(frozen=True, slots=True)
class Target:
    """What was promised: a bound on ours/peer ("at most", "at least"), on peer/ours ("faster"), or on ours alone.

    Of ours alone, "absolute" is the most it may be, and "floor" the least. What is counted, not timed, has no `noise`.
    """

    kind: Kind
    bound: float
    noise: float = NOISE

    def text(self, unit: str) -> str:
        sign = "≤" if self.kind in ("at most", "absolute") else "≥"
        if self.kind in _ALONE:
            return f"{sign} {quantity(self.bound, unit)}"
        return f"{sign} {multiple(self.bound)}{' faster' if self.kind == 'faster' else ''}"

    def met(self, figure: float) -> str:
        """ "yes", "no", or "within noise" for a miss that the measuring may have made."""
        low = self.kind in ("at most", "absolute")
        if figure <= self.bound if low else figure >= self.bound:
            return "yes"
        nearly = figure <= self.bound * (1 + self.noise) if low else figure >= self.bound * (1 - self.noise)
        return "within noise" if nearly else "no"


@dataclass(frozen=True, slots=True)
class Row:
    """`unit` is that of `ours` and `peer`: "s", "ms", "MiB", "requests/s". `peer` is None where there is none."""

    what: str
    ours: float
    peer: float | None
    unit: str
    target: Target
    peer_name: str = ""

    @property
    def ratio(self) -> float | None:
        if not self.peer or not self.ours:
            return None
        return self.peer / self.ours if self.target.kind == "faster" else self.ours / self.peer

    def cells(self) -> tuple[str, ...]:
        peer = "" if self.peer is None else f"{quantity(self.peer, self.unit)} {self.peer_name}".strip()
        ratio = "" if self.ratio is None else multiple(self.ratio)
        figure = self.ours if self.target.kind in _ALONE else self.ratio
        met = "no figure" if figure is None else self.target.met(figure)
        return (self.what, quantity(self.ours, self.unit), peer, ratio, self.target.text(self.unit), met)


def multiple(ratio: float) -> str:
    """Shares as percent, the rest as multiples, those near one to the hundredth."""
    return f"{ratio:.0%}" if ratio < 1 else f"{ratio:.{2 if ratio < 2 else 1}f} x"


def quantity(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def lines(rows: Iterable[Row]) -> list[str]:
    """The table as aligned text, headings first."""
    cells = [_HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADINGS))]
    return ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]


def interleaved(runs: int, *works: Callable[[], Figure]) -> list[list[Figure]]:
    """What each work gave, run after run in turn, so that a slow minute of the machine hits all alike."""
    told: list[list[Figure]] = [[] for _ in works]
    for _ in range(runs):
        for figures, work in zip(told, works, strict=True):
            figures.append(work())
    return told


def median(figures: Sequence[float]) -> float:
    return statistics.median(figures)


def machine(proc: Path = Path("/proc")) -> str:
    """The first line of a table: what it was measured on."""
    models = [
        line.partition(":")[2].strip()
        for line in (proc / "cpuinfo").read_text("utf-8").splitlines()
        if line.startswith(("model name", "Model"))
    ]
    memory = int((proc / "meminfo").read_text("utf-8").split()[1]) / (1 << 20)
    model = models[0] if models else platform.machine()
    cores = len(os.sched_getaffinity(0))
    load = (proc / "loadavg").read_text("utf-8").split()[0]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    python = f"Python {platform.python_version()}"
    return f"{model}, {cores} cores, {memory:.1f} GiB, load {load} at the start; {python}, {versions}"
