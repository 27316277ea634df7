"""What all tests share: a data directory, a fixed moment, example documents."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.generations import Generations
from graph.iris import Iris

BASE = "https://data.example.org"


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
