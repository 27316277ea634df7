"""The search indexes that queries may ask, by the generations of the workers that evaluate them."""

import threading
from typing import Final

from graph.errors import QueryServiceFailed, StoreError
from graph.generations import Generations
from graph.index import Searcher
from graph.iris import Iris
from graph.serving.found import rows
from graph.serving.messages import Search
from graph.serving.searching import INDEX

_OPEN: Final = 2
"""Indexes kept open: that of the current generation, and that of the one before, which a worker may still read."""


def names(iris: Iris) -> tuple[str, ...]:
    """What a query calls the search index: the name that all installations know, and its own address."""
    return INDEX.value, f"{iris.base}/search"


class Indexes:
    """The search indexes of generations, by their numbers; any number of threads may ask."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = threading.Lock()
        self._open: dict[int, Searcher] = {}

    def rows(self, generation: int, search: Search, asked: str) -> bytes:
        """What is found in a generation, as SPARQL results in JSON. Raises QueryServiceFailed, naming who was asked."""
        try:
            return rows(self._searcher(generation), search)
        except StoreError as error:
            raise QueryServiceFailed(asked, f"generation {generation} has no search index that can be read") from error

    def _searcher(self, generation: int) -> Searcher:
        with self._lock:
            if generation not in self._open:
                self._open[generation] = Searcher(self._generations.path(generation) / "search")
                for old in sorted(self._open)[:-_OPEN]:
                    del self._open[old]
            return self._open.get(generation) or Searcher(self._generations.path(generation) / "search")
