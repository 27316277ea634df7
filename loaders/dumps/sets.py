"""The sets of dumps that are kept, one for each generation that was dumped.

    dumps/000042/manifest.json     what is in the set; it stays when the files go, for citations lead to it
                 catalogue.nq.gz, …
    dumps/latest -> 000042

A set appears whole, by a rename, and never changes but for its removal.
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from graph import manifest as manifests
from graph.errors import NotFound, StoreError
from graph.generations import Generation

FOLDER: Final = "dumps"
LATEST: Final = "latest"

_MANIFEST: Final = "manifest.json"
_MAKING: Final = ".making-"
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a set; `unpacked` is its size before it was packed, `count` how many statements or rows it has."""

    name: str
    media_type: str
    size: int
    sha256: str
    unpacked: int
    count: int


@dataclass(frozen=True, slots=True)
class DumpSet:
    """A set of dumps of one generation. Its files are gone once it is `removed`."""

    number: int
    content: str
    """What identifies the default graph that was dumped (graph/manifest.py)."""
    base: str
    sealed: datetime
    made: datetime
    sources: dict[str, dict[str, str]]
    """Each source whose statements are in it, and under which terms."""
    files: tuple[File, ...]
    removed: datetime | None = None

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises StoreError where the folder holds no set."""
        try:
            told: dict[str, Any] = json.loads((folder / _MANIFEST).read_bytes())
            moments = {name: datetime.fromisoformat(told[name]) for name in ("sealed", "made", "removed") if told[name]}
            return cls(**{**told, **moments, "files": tuple(File(**each) for each in told["files"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{folder} holds no set of dumps that can be read: {error}") from error

    def write(self, folder: Path) -> None:
        """At once, in the place of what was written before."""
        told = {**asdict(self), "sealed": self.sealed.isoformat(), "made": self.made.isoformat()}
        told["removed"] = self.removed.isoformat() if self.removed else None
        fresh = folder / f".{_MANIFEST}"
        fresh.write_text(json.dumps(told, indent=1, ensure_ascii=False))
        fresh.replace(folder / _MANIFEST)

    def file(self, name: str) -> File:
        """Raises NotFound."""
        found = next((each for each in self.files if each.name == name), None)
        if found is None:
            raise NotFound("file in this set of dumps", name)
        return found


@dataclass(frozen=True, slots=True)
class Dumps:
    """All sets of one data directory."""

    data: Path
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", self.data / FOLDER)

    def path(self, number: int) -> Path:
        return self.folder / f"{number:06d}"

    def numbers(self) -> list[int]:
        """Of all sets there were, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(int(entry.name) for entry in self.folder.iterdir() if entry.name.isdigit())

    def exists(self, number: int) -> bool:
        """Whether there is a set of that generation, or was."""
        return self.path(number).is_dir()

    def latest_number(self) -> int | None:
        """The newest set; one readlink."""
        try:
            return int((self.folder / LATEST).readlink().name)
        except FileNotFoundError:
            return None

    def find(self, number: int) -> DumpSet:
        """Raises NotFound where there never was a set of that generation."""
        if not self.exists(number):
            raise NotFound("set of dumps", str(number))
        return DumpSet.read(self.path(number))

    def latest(self) -> DumpSet | None:
        number = self.latest_number()
        return None if number is None else self.find(number)

    def all(self) -> list[DumpSet]:
        """Newest first, removed ones too."""
        return [self.find(number) for number in reversed(self.numbers())]

    def _readable(self) -> Iterator[DumpSet]:
        """Newest first."""
        for number in reversed(self.numbers()):
            with contextlib.suppress(StoreError):
                yield self.find(number)

    def due(self, interval: timedelta, now: datetime) -> bool:
        """Whether the newest set is that old, or there is none."""
        newest = self.latest()
        return newest is None or now - newest.made >= interval

    @contextmanager
    def making(self, generation: Generation) -> Iterator[Path]:
        """A folder that becomes the set of the generation, and the latest, when the block ends well.

        What is written there is synced first. Raises StoreError where it cannot be written.
        """
        folder = self.folder / f"{_MAKING}{generation.path.name}"
        try:
            folder.mkdir()
            yield folder
            manifests.sync_tree(folder)
            folder.rename(self.path(generation.number))
            self._point(generation.number)
        except OSError as error:
            raise StoreError(f"dumps could not be written in {self.folder}: {error.strerror}") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _point(self, number: int) -> None:
        newest = max(number, self.latest_number() or 0)
        link = self.folder / f".{LATEST}"
        link.unlink(missing_ok=True)
        link.symlink_to(f"{newest:06d}")
        link.replace(self.folder / LATEST)
        manifests.sync_folder(self.folder)

    def retain(self, kept: int, now: datetime) -> list[int]:
        """Remove the files of all sets but the newest `kept`; who reads one now reads it to its end.

        A set of which nobody can read what it is stays as it is: `catalograph dump --check` tells of it.
        """
        standing = [each for each in self._readable() if each.removed is None]
        for old in standing[kept:]:
            replace(old, removed=now).write(self.path(old.number))
            self._remove_files(old)
        return [old.number for old in standing[kept:]]

    def _remove_files(self, removed: DumpSet) -> None:
        for entry in self.path(removed.number).iterdir():
            if entry.name != _MANIFEST:
                entry.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one who makes dumps; waits. Then whatever a killed one left is removed.

        Raises StoreError where the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"the folder {self.folder} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._tidy()
            yield
        finally:
            os.close(handle)

    def _tidy(self) -> None:
        for left in self.folder.glob(f"{_MAKING}*"):
            shutil.rmtree(left, ignore_errors=True)
        for number in self.numbers():
            with contextlib.suppress(StoreError):
                known = DumpSet.read(self.path(number))
                if known.removed is not None:
                    self._remove_files(known)
        if self.numbers() and self.latest_number() != self.numbers()[-1]:  # killed between the rename and the link
            self._point(self.numbers()[-1])
