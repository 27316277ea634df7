from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.serving.broker import BrokerProcess, start
from graph.serving.client import Client
from graph.serving.options import BrokerOptions
from tests.support.published import publish, quads

OPTIONS = BrokerOptions(seconds=5.0, memory=1 << 30, answer_bytes=4 << 20)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    publish(folder, 1, quads(2000, 1))
    return folder


@pytest.fixture(scope="module")
def broker(data: Path) -> Iterator[BrokerProcess]:
    with start(data, OPTIONS) as running:
        yield running


@pytest.fixture
def client(broker: BrokerProcess) -> Iterator[Client]:
    asking = Client(broker.socket_path, OPTIONS)
    yield asking
    asking.close()
