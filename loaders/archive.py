"""Bytes as received, kept once per content, with a note beside them of where and when they came from.

`<folder>/ab/cd/<sha256>` holds the bytes, `<sha256>.json` the receipts, one per location. Files appear whole: they
are written under another name, synced and renamed.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Container, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from graph.errors import SourceError, StoreError

EXPIRY: Final = timedelta(days=30)
"""How long bytes that no generation refers to are kept; they may hold personal data that a source has taken back."""

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receiving: `location` as asked for, `url` where the answer came from, `received` in ISO 8601."""

    location: str
    url: str
    received: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    folder: Path

    def path(self, digest: str) -> Path:
        """Where the bytes with that digest are, or would be."""
        return self.folder / digest[:2] / digest[2:4] / digest

    def holds(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def receipts(self, digest: str) -> tuple[Receipt, ...]:
        """What is noted about those bytes, latest last."""
        try:
            told = json.loads(_note(self.path(digest)).read_text("utf-8"))
        except (OSError, ValueError):
            return ()  # the note is worth less than the bytes, which stay readable without it
        return tuple(Receipt(**{**entry, "headers": tuple(map(tuple, entry["headers"]))}) for entry in told)

    def take(self, path: Path, digest: str, receipt: Receipt) -> Path:
        """Move a fetched file into the archive; `digest` is its SHA-256."""
        with _as_store_error(self.folder):
            target = self.path(digest)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_file() and target.stat().st_size == path.stat().st_size:
                path.unlink()
            else:
                _place(path, target)
            self._note(digest, receipt)
            return target

    def copy(self, path: Path, receipt: Receipt) -> tuple[str, Path]:
        """Archive a local file; its digest, and the copy. Raises SourceError for a file that cannot be read."""
        digest = _read(path, receipt.location, lambda _: None)
        if self.holds(digest):
            with _as_store_error(self.folder):
                self._note(digest, receipt)
            return digest, self.path(digest)
        with _as_store_error(self.folder), _temporary(self.folder) as (temporary, out):
            digest = _read(path, receipt.location, out.write)  # anew: the file may have changed in between
        return digest, self.take(temporary, digest, receipt)

    def _note(self, digest: str, receipt: Receipt) -> None:
        others = [known for known in self.receipts(digest) if known.location != receipt.location]
        text = json.dumps([asdict(known) for known in [*others, receipt]], ensure_ascii=False, indent=1)
        with _temporary(self.folder) as (temporary, out):
            out.write(text.encode())
        _place(temporary, _note(self.path(digest)))

    def expire(self, now: datetime, referenced: Container[str], age: timedelta = EXPIRY) -> list[str]:
        """Remove what was last received longer than `age` ago and is not referenced; the digests removed, sorted.

        Also what a killed run left half received, a day later.
        """
        removed = [digest for digest in self._digests() if digest not in referenced and self._older(digest, now - age)]
        for digest in removed:
            path = self.path(digest)
            path.unlink(missing_ok=True)
            _note(path).unlink(missing_ok=True)
        for path in self.folder.glob("*-*"):
            if path.is_file() and _written(path, now) < now - timedelta(days=1):
                path.unlink(missing_ok=True)
        return removed

    def _digests(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("??/??/*") if path.suffix != ".json")

    def _older(self, digest: str, limit: datetime) -> bool:
        received = [datetime.fromisoformat(receipt.received) for receipt in self.receipts(digest)]
        if not received:  # no note: the file's own time is all there is
            return _written(self.path(digest), limit) < limit
        return max(received) < limit


def _written(path: Path, like: datetime) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, like.tzinfo)


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _read(path: Path, location: str, write: Callable[[bytes], object]) -> str:
    """Hand the bytes of a file to `write`; their digest. Only what reading raises is the source's fault."""
    digest = hashlib.sha256()
    for chunk in _chunks(path, location):
        digest.update(chunk)
        write(chunk)
    return digest.hexdigest()


def _chunks(path: Path, location: str) -> Iterator[bytes]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise SourceError(location, f"cannot be read: {error.strerror}") from error
    with file:
        while chunk := _chunk(file, location):
            yield chunk


def _chunk(file: BinaryIO, location: str) -> bytes:
    try:
        return file.read(_CHUNK)
    except OSError as error:
        raise SourceError(location, f"cannot be read: {error.strerror}") from error


@contextlib.contextmanager
def _temporary(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as out:
            yield Path(name), out
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _place(temporary: Path, target: Path) -> None:
    """Give a finished file its name; afterwards it survives a loss of power."""
    _sync(temporary)
    temporary.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _as_store_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"cannot write to the archive {folder}: {error.strerror}") from error
