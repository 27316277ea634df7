"""The example catalogue, and odd records, published once for all tests that only read them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.odd import publish_odd
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


@pytest.fixture(scope="session")
def odd_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_odd(tmp_path_factory.mktemp("odd-records"))


@pytest.fixture
def odd(odd_data: Path) -> Iterator[FlaskClient]:
    with portal(odd_data) as client:
        yield client
