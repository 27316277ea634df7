"""Two portals with different parts of the example: datasets in one, the organisations that publish them in another."""

from collections.abc import Iterator

import pytest
from pyoxigraph import Store

from tests.support.portal import EXAMPLE, publish
from tests.support.recording import Recorder, recording
from tests.support.served import server


@pytest.fixture(scope="session")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """The address of the first portal, and its store."""
    data = tmp_path_factory.mktemp("datasets") / "data"
    publish(data, EXAMPLE / "mobility.ttl")
    with server(data, workers=1, query_workers=2, query_client_seconds=100_000.0) as (_, address):
        yield address, Store.read_only(str(data / "current" / "store"))


@pytest.fixture(scope="session")
def organisations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """The address of the second portal, and its store."""
    data = tmp_path_factory.mktemp("organisations") / "data"
    publish(data, EXAMPLE / "organisations.ttl")
    with server(data, workers=1, query_workers=2, query_client_seconds=100_000.0) as (_, address):
        yield address, Store.read_only(str(data / "current" / "store"))


@pytest.fixture
def recorder(datasets: tuple[str, Store]) -> Iterator[Recorder]:
    """A door to the first portal that writes down what it is asked."""
    with recording(datasets[0]) as door:
        yield door
