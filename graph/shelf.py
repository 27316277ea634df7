"""What is made of a generation after its flip, and kept beside it because a sealed folder never changes.

    prepared/000042/queries/…        answers of the library          removed with their generation
    prepared/000042/descriptions/…   what catalogues are made of
    prepared/000042/surveys/…        what pages tell of many records at once
    prepared/000042/void             what VoID tells in numbers

Each file begins with two digests: of what is in it, and of that together with what it was made of. One that is damaged,
half written, made of another content or by another recipe is therefore as good as none.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from graph.errors import StoreError

FOLDER: Final = "prepared"
"""In the data directory: a folder for each generation, named as that is."""

_LOCK: Final = ".lock"
_DIGEST: Final = sha256().digest_size


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the shelf, whole and as it was made; `digest` is SHA-256 of it, in hexadecimal digits."""

    body: bytes
    digest: str

    @classmethod
    def of(cls, body: bytes) -> "Kept":
        return cls(body, sha256(body).hexdigest())


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of one generation; `content` is what its files are made of (graph/manifest.py)."""

    folder: Path
    content: str

    def get(self, name: str, recipe: str) -> Kept | None:
        """What was made by this recipe; None where nothing was, or it cannot be trusted."""
        try:
            told = (self.folder / name).read_bytes()
        except OSError:
            return None
        body = told[2 * _DIGEST :]
        digest = sha256(body).digest()
        return Kept(body, digest.hex()) if told[: 2 * _DIGEST] == digest + self._seal(name, recipe, digest) else None

    def put(self, name: str, recipe: str, body: bytes) -> None:
        """Keep what was made, at once and whole. Raises StoreError where the data directory cannot be written."""
        path = self.folder / name
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        digest = sha256(body).digest()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(digest + self._seal(name, recipe, digest) + body)
            fresh.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise StoreError(f"{path} could not be written: {error.strerror}") from error

    def take_over(self, other: "Shelf") -> None:
        """Link what another generation of the same content has; what cannot be linked is made anew by somebody."""
        for parent, _, names in os.walk(other.folder):
            target = self.folder / Path(parent).relative_to(other.folder)
            with contextlib.suppress(OSError):
                target.mkdir(parents=True, exist_ok=True)
                for name in names:
                    if not name.startswith("."):
                        os.link(Path(parent, name), target / name)

    def being_filled(self) -> bool:
        """Whether some process fills shelves of this data directory now."""
        try:
            handle = os.open(self.folder.parent / _LOCK, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _seal(self, name: str, recipe: str, digest: bytes) -> bytes:
        made_of = sha256(f"{self.content}\n{name}\n{recipe}".encode()).digest()
        return sha256(made_of + digest).digest()


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Be the only one who fills shelves; waits. The kernel lets go of it when the process ends, however it ends.

    Then whatever a killed one left half written is removed. Raises StoreError where the folder cannot be written.
    """
    folder = data / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"the folder {folder} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in folder.glob("*/**/.*"):
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(handle)
