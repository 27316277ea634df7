"""What all tests share: a data directory, a fixed moment, example documents."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.generations import Generations
from graph.iris import Iris
from tests.support.kept import PLACE

BASE = "https://data.example.org"


@pytest.fixture(scope="session", autouse=True)
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A place for what is made once for all tests, whichever worker runs them."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "kept"
    place.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PLACE, str(place))
        yield


@pytest.fixture
def iris() -> Iris:
    return Iris(BASE)


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def generations(data: Path) -> Generations:
    return Generations(data)
