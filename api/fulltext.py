"""The search index as a SERVICE of queries: what is found becomes rows, as another endpoint would send them."""

import json
import threading
from typing import Any, Final

from graph.errors import QueryServiceFailed, StoreError
from graph.generations import Generations
from graph.index import Match, Searcher
from graph.indexing.schema import OTHER
from graph.iris import Iris
from graph.serving.messages import Search
from graph.serving.searching import INDEX, UNDETERMINED
from vocabularies.namespaces import XSD

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


def rows(searcher: Searcher, search: Search) -> bytes:
    """What is found, the best first, as SPARQL results in JSON."""
    language = OTHER if search.language == UNDETERMINED else search.language or None
    found = searcher.matches(search.words, kind=search.kind or None, language=language, limit=search.limit)
    bindings = [{name: _term(what, match) for what, name in search.columns.items()} for match in found]
    return json.dumps({"head": {"vars": [*search.columns.values()]}, "results": {"bindings": bindings}}).encode()


def _term(what: str, match: Match) -> dict[str, Any]:
    match what:
        case "thing":
            return {"type": "uri", "value": match.iri}
        case "score":
            return {"type": "literal", "value": f"{match.score:.4f}", "datatype": XSD.decimal.value}
        case "language":
            return {"type": "literal", "value": UNDETERMINED if match.language == OTHER else match.language}
        case _:
            return {"type": "literal", "value": match.kind}
