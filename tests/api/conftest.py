"""The example catalogue, published once for all tests that only read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.portal import EXAMPLE, portal, publish


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("example") / "data"
    publish(data, EXAMPLE)
    return data


@pytest.fixture
def client(example: Path) -> Iterator[FlaskClient]:
    with portal(example) as client:
        yield client
