"""What takes long to make and is wanted by many tests is made once for all of them, and copied."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

PLACE: Final = "TESTS_KEPT"
"""The variable of the environment that says where things are kept for this run of the tests, by all its workers."""


def kept(target: Path, make: Callable[[Path], object], *what: object, documents: Iterable[Path] = ()) -> None:
    """Let `target` be what `make` makes in a folder: the same for the same words and documents.

    It is a copy, so whoever has it may change what is in it.
    """
    place = Path(os.environ[PLACE])
    made = place / hashlib.sha256(repr((what, [_said(one) for one in documents])).encode()).hexdigest()
    if not made.exists():
        with tempfile.TemporaryDirectory(dir=place) as folder:
            make(Path(folder) / "made")
            _settle(Path(folder) / "made", made)
    shutil.copytree(made, target, symlinks=True)


def _said(document: Path) -> tuple[str, list[tuple[str, bytes]]]:
    files = sorted(document.rglob("*")) if document.is_dir() else [document]
    return document.name, [(file.name, hashlib.sha256(file.read_bytes()).digest()) for file in files if file.is_file()]


def _settle(made: Path, place: Path) -> None:
    """Where another worker was faster, its work stays."""
    try:
        made.rename(place)
    except OSError:
        if not place.exists():
            raise
