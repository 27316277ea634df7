"""Sorting more lines than memory should hold: sorted runs on disk, merged in blocks.

Python's sort is native and finds runs that are sorted already, so each block of the merge is the concatenation of what
the runs hold up to a common boundary, sorted: far quicker than comparing line by line in a heap.
"""

import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, Final

RUN_LINES: Final = 400_000
_BLOCK_BYTES: Final = 1 << 20


class SortedLines:
    """Lines (each with its line break) in byte order; append to `pending` and call `spill` when it is `full`."""

    def __init__(self, run_lines: int = RUN_LINES) -> None:
        self.pending: list[bytes] = []
        self._run_lines = run_lines
        self._runs: list[IO[bytes]] = []

    @property
    def full(self) -> bool:
        return len(self.pending) >= self._run_lines

    def spill(self) -> None:
        """Move the pending lines to a run on disk (an unlinked file: gone with the process)."""
        self.pending.sort()
        run = tempfile.TemporaryFile(buffering=_BLOCK_BYTES)  # noqa: SIM115  lives as long as the merge
        run.writelines(self.pending)
        self.pending.clear()
        self._runs.append(run)

    def blocks(self) -> Iterator[list[bytes]]:
        """All lines in order, in blocks; equal lines stand next to each other, in one block or two."""
        self.pending.sort()
        if not self._runs:
            yield self.pending
            return
        self.spill()
        yield from _merge([_Run(file) for file in self._runs])


@dataclass(slots=True)
class _Run:
    file: IO[bytes]
    lines: list[bytes] = field(default_factory=list)
    ended: bool = False

    def __post_init__(self) -> None:
        self.file.seek(0)

    def refill(self) -> None:
        if not self.lines and not self.ended:
            self.lines = self.file.readlines(_BLOCK_BYTES)
            self.ended = not self.lines

    def take(self, boundary: bytes) -> list[bytes]:
        end = bisect_right(self.lines, boundary)
        taken, self.lines = self.lines[:end], self.lines[end:]
        return taken


def _merge(runs: list[_Run]) -> Iterator[list[bytes]]:
    with ExitStack() as files:
        for run in runs:
            files.enter_context(run.file)
        while True:
            for run in runs:
                run.refill()
            runs = [run for run in runs if not run.ended]
            if not runs:
                return
            boundary = min(run.lines[-1] for run in runs)
            block: list[bytes] = []
            for run in runs:
                block += run.take(boundary)
            block.sort()
            yield block
