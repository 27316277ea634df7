"""The manifest of a sealed generation: what it is, what it came from, and the digest of each of its files."""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from graph.errors import StoreError

FORMAT: Final = 1
"""Raised when a sealed generation of an older program can no longer be read."""

NAME: Final = "manifest.json"
_VOLATILE: Final = frozenset(
    {"LOCK", "LOG", NAME}
)  # RocksDB's own notes: readers may write them, nothing depends on them


@dataclass(frozen=True, slots=True)
class FileDigest:
    size: int
    sha256: str
    inode: int
    """Where the digest was computed: a hard link of the same inode needs no second reading."""


@dataclass(frozen=True, slots=True)
class Manifest:
    number: int
    base: str
    sealed_at: datetime
    reason: str
    parent: int | None
    graphs: dict[str, int]
    """Named graph IRI to its number of triples, the default graph under the empty string where it was counted."""
    vocabularies: dict[str, str]
    """Authority table to the digest of the file it was loaded from."""
    sources: dict[str, dict[str, Any]]
    """Source name to its last state: when seen, the digest of what was received, ETag, number of records."""
    files: dict[str, FileDigest]
    format: int = FORMAT
    same_as: str = ""
    """The `content` of the generation that this one took over without a change; empty where it has its own."""

    @property
    def content(self) -> str:
        """What identifies the default graph: of two generations that have it in common, the answers are the same."""
        return self.same_as or f"{self.number} {self.sealed_at.isoformat()}"

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises StoreError when the folder holds no manifest this program can read."""
        try:
            told = json.loads((folder / NAME).read_bytes())
            if told["format"] != FORMAT:
                raise StoreError(f"{folder} was written in format {told['format']}, this program reads {FORMAT}")
            told["sealed_at"] = datetime.fromisoformat(told["sealed_at"])
            told["files"] = {name: FileDigest(**entry) for name, entry in told["files"].items()}
            return cls(**told)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{folder} has no readable manifest: {error}") from error

    def write(self, folder: Path) -> None:
        told = asdict(self)
        told["sealed_at"] = self.sealed_at.isoformat()
        with (folder / NAME).open("x") as file:
            json.dump(told, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())


def digests(folder: Path, known: dict[str, FileDigest]) -> dict[str, FileDigest]:
    """Size and SHA-256 of each file below the folder, by relative path.

    `known` are the digests of the generation this one was cloned from: a file that still is the same inode with the
    same size is a hard link of a file that never changes, and keeps its digest.
    """
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in _VOLATILE and not path.name.startswith("LOG.old")
    )
    with ThreadPoolExecutor(max_workers=2) as pool:  # hashing lets go of the GIL
        return dict(zip(names, pool.map(lambda name: _digest(folder / name, known.get(name)), names), strict=True))


def _digest(path: Path, known: FileDigest | None) -> FileDigest:
    status = path.stat()
    if known is not None and (status.st_size, status.st_ino) == (known.size, known.inode) and status.st_nlink > 1:
        return known
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileDigest(status.st_size, digest, status.st_ino)


def damaged(folder: Path, manifest: Manifest) -> list[str]:
    """The files that are missing or no longer what was sealed, by relative path."""
    found = digests(folder, {})
    return sorted(
        name
        for name, sealed in manifest.files.items()
        if name not in found or (found[name].size, found[name].sha256) != (sealed.size, sealed.sha256)
    )


def sync_tree(folder: Path) -> None:
    """Fsync each file and folder below (and including) the folder."""
    for parent, _, names in os.walk(folder):
        for name in names:
            _sync(Path(parent, name))
        _sync(Path(parent))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make a rename inside the folder durable."""
    _sync(folder)
