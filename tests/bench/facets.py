"""How long searches, facets and suggestions take at the largest portal, one reader at a time, as the pages ask them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Final

from graph.generations import Generation, Generations
from tests.bench.table import Row, Target
from tests.bench.words import PLACES, WORDS
from tests.bench.workbench import Workbench

FACETS: Final = (
    "publisher", "theme", "format", "license", "hvd_category", "frequency", "language", "spatial", "source", "access",
    "missing",
)  # fmt: skip
"""The eleven that a list shows."""

SLOWEST: Final = Target("absolute", 25)
_TIMES: Final = 400
_SHARE: Final = 0.95
_VALUES: Final = 5
"""Values that are chosen of one facet, at the most."""


def rows(bench: Workbench) -> Iterator[Row]:
    """Of each kind of request the 95th percentile; every request is another."""
    with Generations(bench.portal).current() as generation:
        generation.search.warm()
        what = f"at {bench.size:,} datasets, p95"
        for name, ask in _requests(generation, Random(bench.size)).items():
            yield Row(f"{name} {what}", _percentile([_time(ask) for _ in range(_TIMES)]), None, "ms", SLOWEST)


def _requests(generation: Generation, random: Random) -> dict[str, Callable[[], object]]:
    search = generation.search
    values = {
        facet: [value for value, _ in counts]
        for facet, counts in search.search(facets=FACETS, limit=0).facets.items()
        if counts
    }

    def words() -> str:
        said = WORDS[random.choice(("fr", "de", "en"))]
        return " ".join(random.sample((random.choice(said.topics), random.choice(PLACES)), random.randint(0, 2)))

    def narrowed() -> object:
        chosen = random.sample(sorted(values), random.randint(1, len(values)))
        return search.search(words(), kind="datasets", filters=_some(values, chosen, random), facets=FACETS)

    def plain() -> object:
        return search.search(f"{words()} {random.choice(PLACES)}")

    def begun() -> object:
        return search.suggest(f"{words()} {random.choice(PLACES)}"[: random.randint(2, 20)])

    return {"search with words": plain, "search with 11 facets, several values of some": narrowed, "suggestions": begun}


def _some(values: Mapping[str, Sequence[str]], facets: Sequence[str], random: Random) -> dict[str, list[str]]:
    return {
        facet: random.sample(values[facet], random.randint(1, min(_VALUES, len(values[facet])))) for facet in facets
    }


def _time(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _percentile(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * _SHARE)]
