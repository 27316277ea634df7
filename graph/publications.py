"""Which generation readers saw from when on: a line for each publication, in a file beside the generations.

A generation is dated by the beginning of its load, and seen later: by minutes, or by days where it was sealed without
being published. Who asks for what changed since they last looked must not miss what lay in between.
"""

import math
import os
from pathlib import Path
from typing import Final

NAME: Final = "published.tsv"

_SEEN_WITHIN: Final = 0.5
"""Seconds after a publication in which some reader may still see what was before."""


def seen_by_all(second: float) -> int:
    """The whole second by which all readers see what was published then."""
    return math.ceil(second + _SEEN_WITHIN)


class Publications:
    """The file in a data directory; one writer at a time, as for generations."""

    def __init__(self, data: Path) -> None:
        self._path = data / NAME

    def add(self, number: int, second: float) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            os.write(handle, f"{number}\t{second:.3f}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def seen(self, second: float, otherwise: int = 0) -> int:
        """The newest generation that all had seen by then; `otherwise` where the file does not go back so far."""
        lines = self._lines()
        before = min([otherwise, *(number - 1 for number, _ in lines)])
        return max((number for number, moment in lines if moment + _SEEN_WITHIN <= second), default=before)

    def moments(self) -> dict[int, int]:
        """Generation to the second by which all readers saw it, the first time."""
        found: dict[int, int] = {}
        latest = 0
        for number, second in self._lines():
            if number < latest:  # the generations were removed by hand, and are counted anew
                found.clear()
            latest = number
            found.setdefault(number, seen_by_all(second))
        return found

    def _lines(self) -> list[tuple[int, float]]:
        """All that can be read: the last line may be cut where a machine stopped."""
        try:
            text = self._path.read_text("ascii", errors="replace")
        except FileNotFoundError:
            return []
        rows = (line.split("\t") for line in text.split("\n")[:-1])
        return [(int(row[0]), float(row[1])) for row in rows if len(row) == 2 and _is_number(*row)]


def _is_number(number: str, second: str) -> bool:
    return number.isdigit() and second.replace(".", "", 1).isdigit()
