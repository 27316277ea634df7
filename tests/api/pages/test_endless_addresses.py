import tracemalloc
from pathlib import Path

import pytest

from api.readers import Readers
from graph.generations import Generations
from tests.support.portal import EXAMPLE, publish


@pytest.fixture
def published(tmp_path: Path) -> Generations:
    publish(tmp_path / "data", EXAMPLE / "series.ttl")
    return Generations(tmp_path / "data")


def test_an_endless_address_is_looked_up_and_not_remembered(published: Generations) -> None:
    readers = Readers(published)
    view = readers.acquire()
    tracemalloc.start()
    for number in range(100):
        assert view.entry(f"https://data.example.org/id/x/{number:060000}") is None
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000
    readers.release(view)
    readers.close()
