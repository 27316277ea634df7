"""The pictures that are kept, and what is known of each address that one was fetched from.

    pictures/files/ab/<digest>.webp    a rendition; the name is SHA-256 of it, so that its address never means another
             notes/cd/<digest>.json    of the address: when it was asked, what it gave, why there is no picture
             changed                   touched when a page may look different from before
             run.json                  the last run, and when the next is due

Pictures belong to no generation: a picture that comes later is shown at once, whichever generation is read. A file or
note that was last needed long ago is removed; its time of modification says when that was.
"""

import contextlib
import fcntl
import json
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self

from graph.errors import NotFound, StoreError
from loaders.fetch import Validators

FOLDER: Final = "pictures"
EXTENSION: Final = "webp"
MEDIA_TYPE: Final = "image/webp"

_NAME: Final = re.compile(rf"([0-9a-f]{{64}})\.{EXTENSION}")
_LOCK: Final = ".lock"
_CHANGED: Final = "changed"
_RUN: Final = "run.json"

_REFRESHED: Final = timedelta(days=7)
"""After which an address that gave a picture is asked again, on condition that it changed."""

_RETRIED: Final = timedelta(hours=6)
"""After which one that gave none is asked again; doubled each time, up to a month."""

_LONGEST_PAUSE: Final = timedelta(days=30)
_GRACE: Final = timedelta(days=14)
"""For which a picture is shown after its address failed first: servers come back."""


_LONGEST: Final = 300
"""Characters of what a server made us remember."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """A picture as it is served."""

    digest: str
    width: int
    height: int
    size: int

    @property
    def name(self) -> str:
        return f"{self.digest}.{EXTENSION}"


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of an address. `reason` says why it gave nothing when it was asked last; empty where it did."""

    address: str
    asked: datetime
    reason: str = ""
    failures: int = 0
    failing: datetime | None = None
    """Since when."""
    received: str = ""
    """SHA-256 of what the renditions were made of."""
    validators: Validators = field(default_factory=Validators)
    renditions: tuple[Rendition, ...] = ()

    @property
    def due(self) -> datetime:
        """When the address is to be asked again."""
        if not self.failures:
            return self.asked + _REFRESHED
        return self.asked + min(_RETRIED * (1 << min(self.failures - 1, 20)), _LONGEST_PAUSE)

    def found(self, received: str, validators: Validators, renditions: tuple[Rendition, ...], now: datetime) -> "Note":
        kept = Validators(_bounded(validators.etag), _bounded(validators.last_modified))
        return Note(self.address, now, received=received, validators=kept, renditions=renditions)

    def unchanged(self, now: datetime) -> "Note":
        return replace(self, asked=now, reason="", failures=0, failing=None)

    def failed(self, reason: str, now: datetime) -> "Note":
        """Nothing was answered; what was there before is shown for a while."""
        since = self.failing or now
        failed = replace(self, asked=now, reason=reason[:_LONGEST], failures=self.failures + 1, failing=since)
        return failed if now - since < _GRACE else failed.without()

    def unusable(self, reason: str, now: datetime) -> "Note":
        """What was answered is no picture that can be shown."""
        return self.failed(reason, now).without()

    def without(self) -> "Note":
        return replace(self, received="", validators=Validators(), renditions=())

    @classmethod
    def read(cls, told: bytes) -> Self:
        """Raises ValueError, KeyError or TypeError for what is no note."""
        known: dict[str, Any] = json.loads(told)
        moments = {name: datetime.fromisoformat(known[name]) for name in ("asked", "failing") if known[name]}
        renditions = tuple(Rendition(**each) for each in known["renditions"])
        return cls(**{**known, **moments, "validators": Validators(**known["validators"]), "renditions": renditions})

    def written(self) -> bytes:
        failing = self.failing.isoformat() if self.failing else None
        return json.dumps({**asdict(self), "asked": self.asked.isoformat(), "failing": failing}).encode()


@dataclass(frozen=True, slots=True)
class Run:
    """The last run: of which generation, when it ended, and when the next has something to do."""

    generation: int
    ended: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Album:
    """All pictures of one data directory. Any process may read; one at a time writes (`alone`)."""

    data: Path

    @property
    def folder(self) -> Path:
        return self.data / FOLDER

    def renditions(self, address: str) -> tuple[Rendition, ...]:
        """The picture that an address gave, smallest first; nothing where there is none."""
        note = self.note(address)
        return note.renditions if note else ()

    def note(self, address: str) -> Note | None:
        """What is known of an address; None where it was never asked, or that cannot be read."""
        try:
            note = Note.read(self._note_path(address).read_bytes())
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return note if note.address == address else None

    def body(self, name: str) -> bytes:
        """A rendition by its name. Raises NotFound, also for one that is damaged."""
        match = _NAME.fullmatch(name)
        with contextlib.suppress(OSError):
            body = self._file_path(match.group(1)).read_bytes() if match else b""
            if match and sha256(body).hexdigest() == match.group(1):
                return body
        raise NotFound("picture", name[:80])

    def state(self) -> str:
        """What changes when some page may look different; one stat."""
        try:
            found = (self.folder / _CHANGED).stat()
        except OSError:
            return ""
        return f"{found.st_mtime_ns}-{found.st_ino}"  # two files of one tick of the clock are two inodes still

    def is_whole(self, note: Note) -> bool:
        """Whether all files of a note are there."""
        return all(_size(self._file_path(each.digest)) == each.size for each in note.renditions)

    def keep(self, body: bytes, width: int, height: int) -> Rendition:
        """Keep a rendition, at once and whole. Raises StoreError where it cannot be written."""
        digest = sha256(body).hexdigest()
        self._write(self._file_path(digest), body)
        return Rendition(digest, width, height, len(body))

    def write(self, note: Note) -> None:
        """Remember what is known of an address; `touch` when all is written. Raises StoreError."""
        self._write(self._note_path(note.address), note.written())

    def touch(self, pause: float = 0.0) -> None:
        """Tell readers that pictures came, changed or went, unless they were told less than so many seconds ago.

        What they keep of pages is made anew then.
        """
        with contextlib.suppress(OSError):
            if time.time() - (self.folder / _CHANGED).stat().st_mtime < pause:
                return
        self._write(self.folder / _CHANGED, b"")

    def last_run(self) -> Run | None:
        try:
            told = json.loads((self.folder / _RUN).read_bytes())
            return Run(told["generation"], *(datetime.fromisoformat(told[name]) for name in ("ended", "due")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def end_run(self, run: Run) -> None:
        told = {"generation": run.generation, "ended": run.ended.isoformat(), "due": run.due.isoformat()}
        self._write(self.folder / _RUN, json.dumps(told).encode())

    def retain(self, wanted: Iterable[str], now: datetime, notes_for: timedelta, files_for: timedelta) -> int:
        """Remove notes of addresses that nobody wanted for so long, and files that no note needed; how many files."""
        for address in wanted:
            _needed(self._note_path(address), now)
        for path in self._all("notes"):
            if _age(path, now) > notes_for:
                path.unlink(missing_ok=True)
        for path in self._all("notes"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                for each in Note.read(path.read_bytes()).renditions:
                    _needed(self._file_path(each.digest), now)
        unneeded = [path for path in self._all("files") if _age(path, now) > files_for]
        for path in unneeded:
            path.unlink(missing_ok=True)
        return len(unneeded)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one who writes; waits. Then whatever a killed one left half written is removed.

        Raises StoreError where the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"the folder {self.folder} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            for left in (*self.folder.glob("*/*/.*"), *self.folder.glob(".*.*"), *self.incoming.glob("*")):
                left.unlink(missing_ok=True)
            yield
        finally:
            os.close(handle)

    @property
    def incoming(self) -> Path:
        """Where what is fetched waits to be made anew."""
        return self.folder / "incoming"

    def _note_path(self, address: str) -> Path:
        name = sha256(address.encode()).hexdigest()
        return self.folder / "notes" / name[:2] / f"{name}.json"

    def _file_path(self, digest: str) -> Path:
        return self.folder / "files" / digest[:2] / f"{digest}.{EXTENSION}"

    def _all(self, folder: str) -> list[Path]:
        return [path for path in (self.folder / folder).glob("*/*") if not path.name.startswith(".")]

    def _write(self, path: Path, body: bytes) -> None:
        fresh = path.with_name(f".{path.name}.{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(body)
            fresh.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise StoreError(f"{path} could not be written: {error.strerror}") from error


def _bounded(header: str | None) -> str | None:
    """What a server sends to be sent back; without it the picture is fetched again."""
    return header if header is not None and len(header) <= _LONGEST else None


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _age(path: Path, now: datetime) -> timedelta:
    """For how long nobody needed a file."""
    try:
        return now - datetime.fromtimestamp(path.stat().st_mtime, now.tzinfo)
    except OSError:
        return timedelta(0)


def _needed(path: Path, now: datetime) -> None:
    with contextlib.suppress(OSError):
        os.utime(path, (now.timestamp(), now.timestamp()))
