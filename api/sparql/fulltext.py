"""The search indexes that queries may ask, by the generations of the workers that evaluate them."""

from api.readers import Readers
from graph.errors import GenerationGone, NotFound, NotPublished, QueryServiceFailed, StoreError
from graph.iris import Iris
from graph.serving.found import rows
from graph.serving.messages import Search
from graph.serving.searching import INDEX


def names(iris: Iris) -> tuple[str, ...]:
    """What a query calls the search index: the name that all installations know, and its own address."""
    return INDEX.value, f"{iris.base}/search"


class Indexes:
    """The search indexes of generations, by their numbers, as pages have them; any number of threads may ask."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def rows(self, generation: int, search: Search, asked: str) -> bytes:
        """What is found in a generation, as SPARQL results in JSON. Raises QueryServiceFailed, naming who was asked."""
        try:
            view = self._readers.at(generation)
            try:
                return rows(view.generation.search, search)
            finally:
                self._readers.release(view)
        except (GenerationGone, NotFound, NotPublished, StoreError) as error:
            raise QueryServiceFailed(asked, f"generation {generation} has no search index that can be read") from error
