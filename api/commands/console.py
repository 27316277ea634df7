"""What the command line shows: progress and faults on stderr, and how a report looks on this terminal."""

import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final

from loaders.handover import Trailer
from loaders.parse import Fault
from loaders.pipeline import Progress as Told
from shapes.reporting.forms.notation import harmless
from shapes.reporting.rendering import Style

_STEPS: Final = {"fetch": "Fetching", "read": "Reading", "load": "Loading records", "validate": "Validating",
                 "publish": "Preparing the generation", "dump": "Writing dumps"}  # fmt: skip
_SHOWN_FAULTS: Final = 20
_SHOWN_RECORDS: Final = {"text": 50, "html": 500}
_SHOWN_VALUES: Final = 5
_WIDTH: Final = 100


def say(text: str) -> None:
    """One line of diagnostics; what it quotes of a file may be meant for the terminal."""
    sys.stderr.write(harmless(text) + "\n")


@contextmanager
def progress(name: str) -> Iterator[Told]:
    """A function that is told steps and numbers of records."""
    if not sys.stderr.isatty():
        yield _Lines(name).told
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
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


def show_idle(shapes: Sequence[str]) -> None:
    """The first of the shapes that check nothing."""
    for one in shapes[:_SHOWN_FAULTS]:
        say(one)
    if len(shapes) > _SHOWN_FAULTS:
        say(f"and {len(shapes) - _SHOWN_FAULTS} more shapes that check nothing")


def show_repairs(trailer: Trailer) -> None:
    """What repair did, and the first of what it left; a source may invent as many datatypes as it likes."""
    for line in islice(trailer.lines(), _SHOWN_FAULTS):
        say(line)


def style_of(
    form: str, language: str, environ: Mapping[str, str], *, limit: int | None = None, everything: bool = False
) -> Style:
    """How a report is to look on this stdout: colours and its width on a terminal, unless NO_COLOR is set."""
    terminal = sys.stdout.isatty()
    return Style(
        language=language,
        width=min(shutil.get_terminal_size().columns, 120) if terminal else _WIDTH,
        colour=terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb",
        limit=None if everything else _SHOWN_RECORDS.get(form) if limit is None else limit,
        values=None if everything else _SHOWN_VALUES,
    )
