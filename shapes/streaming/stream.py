"""A stream of records validated in two passes, in bounded memory: what there is, then what is wrong with it.

The first pass writes the records down and surveys them (survey.py). The second judges them one by one (portion.py): a
small stream here, a large one in as many processes as there are cores, each of which reads its portion of the file.
"""

import os
import weakref
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, serialize

from graph.cage import Child, Limits, Work
from shapes.evaluation.background import background_of, statements
from shapes.evaluation.evaluate import undisturbed
from shapes.plan import Plan, compile_plan
from shapes.reporting.lexicon import Lexicon, Watch
from shapes.reporting.report import Report
from shapes.streaming.portion import PUBLISHED, RECEIVED, RECORDS, SHAPES, Bench, Portion
from shapes.streaming.remainder import with_leftovers
from shapes.streaming.spool import Framed, Spool, entries
from shapes.streaming.survey import Survey
from shapes.streaming.unknown import with_unknown
from shapes.streaming.verdicts import Kept, Tallies, Verdicts

SMALL: Final = 16 << 20
"""Bytes of records up to which starting processes takes longer than judging."""

_LEAST_SECONDS: Final = 60
_BYTES_A_SECOND: Final = 1 << 18
"""What shapes nobody vouches for may take: far more than any need that do not try one thing in endless ways."""

_WORK: Final = Work("evaluating the shapes", "ask less of each record in the shapes, or validate the data in parts")

_STEP: Final = 1 << 20
"""Bytes between the places at which the file can be divided."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How to judge. `own_only`: nothing on other people's nodes; `background`: with the authority tables known, those
    in the folder `tables` in place of ours. Shapes that are not `trusted` are evaluated in caged children, however
    little the data is: a pattern can try for years. With `terms`, classes and predicates are told that the vocabularies
    of catalogues do not have.
    """

    own_only: bool = True
    background: bool = True
    tables: Path | None = None
    processes: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    small: int = SMALL
    limits: Limits = field(default_factory=lambda: Limits(cpu_seconds=3600))
    isolation_required: bool = True
    trusted: bool = True
    terms: bool = False

    def known(self) -> Iterable[Quad]:
        """What holds without being in the data."""
        return statements(self.tables) if self.background else ()


def report_on_records(
    frames: Iterable[Framed],
    shapes: Sequence[Quad],
    profiles: Sequence[str],
    folder: Path,
    setting: Setting | None = None,
) -> Report:
    """The report on records that come in the byte order of their subjects; `folder`, an empty one, is for its files.

    The report outlives the folder. Raises MalformedShape, and CageError where a process broke its limits.
    """
    how = setting or Setting()
    work = _Work(compile_plan(shapes), folder, Lexicon.load() if how.terms else None)
    with work.spool.file:
        work.take(frames)
        report = work.report(shapes, tuple(profiles), how)
        surveyed = (work.plan, work.spool, work.received)
        whole = with_leftovers(report, *surveyed, how.known(), own_only=how.own_only)
        return with_unknown(whole, work.received, work.spool, own_only=how.own_only) if how.terms else whole


class _Work:
    """Both passes over one stream."""

    def __init__(self, plan: Plan, folder: Path, lexicon: Lexicon | None) -> None:
        inverse = [predicate for predicate, key in plan.keys.items() if key in plan.inverse]
        self.plan = plan
        self.spool = Spool(folder / RECORDS)
        self.received, self._published = Survey(inverse, Watch(lexicon)), Survey(inverse)
        self._folder = folder
        self._starts: list[int] = []

    def take(self, frames: Iterable[Framed]) -> None:
        """The first pass."""
        border = 0
        for frame in frames:
            if self.spool.size >= border:
                self._starts.append(self.spool.size)
                border = self.spool.size + _STEP
            place, changed = self.spool.add(frame)
            self.received.take(frame.block if frame.received is None else frame.received, place)
            if frame.received is not None:
                self._published.take(frame.block, changed)
        self.spool.file.flush()

    def report(self, shapes: Sequence[Quad], profiles: tuple[str, ...], how: Setting) -> Report:
        """The second pass."""
        alone = how.trusted and (self.spool.size <= how.small or how.processes == 1)
        tallies, parts = self._alone(how) if alone else self._shared(shapes, how)
        verdicts = Verdicts(self.plan, parts)
        return Report(
            profiles=profiles,
            records=tallies.records,
            entries=verdicts,
            summary=tallies.summary(verdicts.numbers),
            elsewhere=self.plan.leftovers,
            statements=self.received.statements,
            kinds=tallies.kinds,
        )

    def _alone(self, how: Setting) -> tuple[Tallies, list[Kept]]:
        surveys, spool = (self.received, self._published), self.spool
        known = background_of(self.plan, how.known())
        bench = Bench(self.plan, surveys, spool.file.fileno(), known, own_only=how.own_only)
        target = self._folder / "verdicts"
        with target.open("wb", buffering=_STEP) as file, undisturbed():
            bench.judge(entries(spool.path, 0, spool.size), file)
            bench.judge_unsaid(file)
        return bench.writer.tallies, [_opened(target)]

    def _shared(self, shapes: Sequence[Quad], how: Setting) -> tuple[Tallies, list[Kept]]:
        folder = self._folder
        serialize(shapes, str(folder / SHAPES), RdfFormat.N_QUADS)
        self.received.write(folder / RECEIVED)
        self._published.write(folder / PUBLISHED)
        borders = self.spool.parts(self._starts, how.processes)
        tables = None if how.tables is None else str(how.tables)
        portions = [
            Portion(
                str(folder),
                begin,
                end,
                target=f"verdicts-{place}",
                last=end == self.spool.size,
                own_only=how.own_only,
                background=how.background,
                tables=tables,
            )
            for place, (begin, end) in enumerate(borders)
        ]
        tallies = Tallies()
        with ExitStack() as stack:
            for child in [stack.enter_context(_child(one, how)) for one in portions]:
                line = child.out.readline()
                child.finish()
                tallies.add_line(line)
        return tallies, [_opened(folder / one.target) for one in portions]


def _child(portion: Portion, how: Setting) -> Child:
    limits = how.limits
    if not how.trusted:
        seconds = _LEAST_SECONDS + (portion.end - portion.begin) // _BYTES_A_SECOND
        limits = replace(limits, cpu_seconds=min(seconds, limits.cpu_seconds))
    required = how.isolation_required
    return Child("shapes.streaming.portion:judge", asdict(portion), limits, isolation_required=required, work=_WORK)


def _opened(path: Path) -> Kept:
    """A file that is kept open for as long as the report is, wherever its folder has gone."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    kept = Kept(descriptor)
    weakref.finalize(kept, os.close, descriptor)
    return kept
