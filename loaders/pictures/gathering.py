"""The run that fetches what pictures are wanted and due, within bounds; what is left is for the next one.

Made for whatever a source may name: ten thousand pictures, servers that are slow or gone, web pages in the place of
pictures.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from graph.errors import CageError, FormatError, SourceError
from graph.generations import Generations
from loaders.fetch import Fetched, Fetcher, FetchLimits
from loaders.pictures.addresses import wanted
from loaders.pictures.album import Album, Note, Rendition, Run
from loaders.pictures.remaking import Remaking

ACCEPT: Final = "image/webp, image/png;q=0.9, image/jpeg;q=0.9, image/gif;q=0.8, */*;q=0.1"
FETCHING: Final = FetchLimits(
    deadline=30, connect_seconds=5, read_seconds=10, raw_bytes=10 << 20, redirects=3, wait_seconds=0
)

MADE: Final = "made"
UNCHANGED: Final = "unchanged"
UNUSABLE: Final = "unusable"
FAILED: Final = "failed"

_SOON: Final = timedelta(minutes=10)
"""Before the next run, where this one was not allowed to do all."""

_LATER: Final = timedelta(hours=6)
"""Where a server was left alone, for it failed again and again."""

_IDLE: Final = timedelta(days=1)
"""Where nothing is wanted."""

_TOLD: Final = 10.0
"""Seconds between two moments of a run at which readers are told of what is new: pages are made anew then."""

Tell = Callable[[str, str], None]
"""Told an address and why it gave no picture."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one run may do, and how long is kept what nobody needs."""

    wanted: int = 20_000
    """Addresses of a catalogue that are considered at all."""
    asked: int = 1000
    seconds: float = 900.0
    lanes: int = 4
    """Servers that are asked at the same time, each for one picture at a time."""
    failures: int = 5
    """In a row, after which a server is left alone until a later run."""
    pause: float = 0.2
    """Seconds between two pictures of one server."""
    notes_for: timedelta = timedelta(days=30)
    files_for: timedelta = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a run did, in numbers of addresses."""

    generation: int
    wanted: int
    shown: int
    """Of which there is a picture now."""
    made: int
    """Gave a picture that is new here."""
    unchanged: int
    unusable: int
    """Gave something that is no picture we show."""
    failed: int
    """Gave nothing."""
    left: int
    """Were due and not asked."""


def present() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Gathering:
    """Everything a run needs; what addresses may be fetched is the fetcher's matter."""

    album: Album
    fetcher: Fetcher
    remaking: Remaking = field(default_factory=Remaking)
    bounds: Bounds = field(default_factory=Bounds)
    clock: Callable[[], datetime] = present

    def run(self, tell: Tell = lambda _address, _reason: None) -> Gathered:
        """Fetch what is due of the published generation. Raises NotFound when nothing is published, StoreError."""
        with Generations(self.album.data).current() as generation:
            number, addresses = generation.number, wanted(generation, self.bounds.wanted)
        return self.take(number, addresses, tell)

    def take(self, number: int, addresses: Sequence[str], tell: Tell = lambda _address, _reason: None) -> Gathered:
        """Fetch what is due of the addresses that a generation wants, which are all that is kept for long."""
        with self.album.alone():
            notes = {address: self.album.note(address) for address in addresses}
            due = self._due(notes)
            done = self._ask_all(due[: self.bounds.asked], tell)
            if any(note.renditions != _renditions(notes[note.address]) for note, _ in done):
                self.album.touch()
            notes |= {note.address: note for note, _ in done}
            now = self.clock()
            self.album.retain(addresses, now, self.bounds.notes_for, self.bounds.files_for)
            found = Gathered(
                number,
                len(addresses),
                shown=sum(bool(_renditions(note)) for note in notes.values()),
                left=len(due) - len(done),
                **{what: sum(each == what for _, each in done) for what in (MADE, UNCHANGED, UNUSABLE, FAILED)},
            )
            pause = _SOON if len(due) > self.bounds.asked else _LATER if found.left else _IDLE
            self.album.end_run(Run(number, now, _next(notes.values(), now, pause)))
        return found

    def left_out(self) -> Iterator[Note]:
        """What is known of the addresses of the published generation that gave nothing when they were asked last."""
        with Generations(self.album.data).current() as generation:
            addresses = wanted(generation, self.bounds.wanted)
        notes = map(self.album.note, addresses)
        return (note for note in notes if note is not None and note.reason)

    def _due(self, notes: Mapping[str, Note | None]) -> list[str]:
        """Those never asked first, then those asked longest ago; otherwise no source's before those of another."""
        now = self.clock()

        def is_due(note: Note | None) -> bool:
            return note is None or note.due <= now or not self.album.is_whole(note)

        def turn(address: str) -> tuple[float, str]:
            note = notes[address]
            return note.asked.timestamp() if note else 0.0, hashlib.sha256(address.encode()).hexdigest()

        return sorted((address for address, note in notes.items() if is_due(note)), key=turn)

    def _ask_all(self, addresses: Iterable[str], tell: Tell) -> list[tuple[Note, str]]:
        lanes: dict[str, list[str]] = {}
        for address in addresses:
            lanes.setdefault(_server(address), []).append(address)
        until, stop = time.monotonic() + self.bounds.seconds, threading.Event()
        with ThreadPoolExecutor(self.bounds.lanes) as pool:
            begun = [pool.submit(lambda each: list(self._ask_one_by_one(each, until, stop)), each)
                     for each in lanes.values()]  # fmt: skip
            try:
                done = [one for each in begun for one in each.result()]
            finally:
                stop.set()  # where one broke off, or the user did, the others have nothing to finish
        for note, _ in done:
            if note.reason:
                tell(note.address, note.reason)
        return done

    def _ask_one_by_one(
        self, addresses: Sequence[str], until: float, stop: threading.Event
    ) -> Iterator[tuple[Note, str]]:
        """The addresses of one server, until the time is over or it has failed too often."""
        failures = 0
        for place, address in enumerate(addresses):
            if place and stop.wait(self.bounds.pause):
                return
            if time.monotonic() >= until or failures >= self.bounds.failures:
                return
            before = self.album.renditions(address)
            note, what = self._ask(address)
            self.album.write(note)
            if note.renditions != before:
                self.album.touch(_TOLD)
            failures = failures + 1 if what == FAILED else 0
            yield note, what

    def _ask(self, address: str) -> tuple[Note, str]:
        now = self.clock()
        note = self.album.note(address) or Note(address, now)
        known = note.validators if note.renditions and self.album.is_whole(note) else None
        try:
            fetched = self.fetcher.fetch(address, accept=ACCEPT, known=known)
        except SourceError as error:
            return note.failed(error.reason, now), FAILED
        if fetched.path is None:
            return (note.unchanged(now), UNCHANGED) if known else (note.failed("answered nothing", now), FAILED)
        try:
            return self._taken(note, fetched, now)
        except (FormatError, CageError) as error:
            return note.unusable(error.reason if isinstance(error, FormatError) else str(error), now), UNUSABLE
        finally:
            fetched.path.unlink(missing_ok=True)

    def _taken(self, note: Note, fetched: Fetched, now: datetime) -> tuple[Note, str]:
        """What was received, made anew unless it is what was received before."""
        assert fetched.path is not None  # noqa: S101  the caller looked
        if fetched.digest == note.received and self.album.is_whole(note):
            return note.found(note.received, fetched.validators, note.renditions, now), UNCHANGED
        made = self.remaking.remake(fetched.path, fetched.header("content-type") or "")
        renditions = tuple(self.album.keep(each.body, each.width, each.height) for each in made)
        return note.found(fetched.digest, fetched.validators, renditions, now), MADE


def _renditions(note: Note | None) -> tuple[Rendition, ...]:
    return note.renditions if note else ()


def _server(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return address


def _next(notes: Iterable[Note | None], now: datetime, pause: timedelta) -> datetime:
    """When there is something to do again."""
    first = min((note.due for note in notes if note is not None), default=now + pause)
    return max(min(first, now + pause), now + _SOON)
