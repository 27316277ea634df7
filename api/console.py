"""What the command line shows on stderr: a progress bar on a terminal, plain lines otherwise."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from loaders.parse import Fault
from loaders.pipeline import Progress as Told

_STEPS: Final = {"fetch": "Fetching", "read": "Reading", "load": "Loading records", "validate": "Validating",
                 "publish": "Preparing the generation"}  # fmt: skip
_SHOWN_FAULTS: Final = 20


def say(text: str) -> None:
    """One line of diagnostics."""
    sys.stderr.write(text + "\n")


@contextmanager
def progress(name: str) -> Iterator[Told]:
    """A function that is told steps and numbers of records."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(name).told
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)

        def told(step: str, done: int) -> None:
            what = f"{name}: {_STEPS[step]}" + (f" ({done:,})" if done else "")
            bar.update(task, description=what)

        yield told


class _Lines:
    """A line for each step as it begins; numbers would only fill a log."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._step = ""

    def told(self, step: str, _done: int) -> None:
        if step != self._step:
            self._step = step
            say(f"{self._name}: {_STEPS[step].lower()}")


def show_faults(faults: Iterable[Fault]) -> None:
    """The first faults of a load, one line each; the rest are in the list of runs."""
    listed = list(faults)
    for fault in listed[:_SHOWN_FAULTS]:
        where = fault.location + (f", line {fault.line}" if fault.line else "")
        record = f" in <{fault.subject}>" if fault.subject else ""
        say(f"{where}: {fault.reason}{record}: {fault.action}")
    if len(listed) > _SHOWN_FAULTS:
        say(f"and {len(listed) - _SHOWN_FAULTS} more")
