"""What tantivy says when it cannot go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import StoreError


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Tantivy says everything by ValueError: a full disk, another schema, a damaged file."""
    try:
        yield
    except ValueError as error:
        raise unusable(path, error) from error


def unusable(path: Path, error: ValueError) -> StoreError:
    return StoreError(f"the search index in {path}: {error}; `catalograph rebuild` makes it anew")
