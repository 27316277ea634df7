"""In which order and in which pieces what is laid out of a generation's records is kept."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from queries.selections import LISTED

BLOCK: Final = 100
"""Records of a file, as many as a page of the whole catalogue has, in its order."""


def places(members: Iterable[str], iris_of_kind: Callable[[str], Sequence[str]]) -> Iterator[tuple[str, int, int]]:
    """Of each member that has a place its kind, the number of its block, and its place in that."""
    for iri in members:
        for kind in LISTED:
            iris = iris_of_kind(kind)
            place = bisect_left(iris, iri)
            if place < len(iris) and iris[place] == iri:
                yield kind, place // BLOCK, place % BLOCK
