"""Sets of dumps that the server makes by itself, beside its readers."""

import os
import shutil
import signal
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.background.dumping import described
from api.background.preparing import Dumping
from api.settings import Settings
from graph.generations import Generations
from graph.shelf import alone
from loaders.dumps.making import dump
from loaders.dumps.sets import Dumps
from loaders.preparation import prepare
from tests.support.portal import EXAMPLE, publish
from tests.support.processes import children, state, wait_until
from tests.support.served import server

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("original") / "data"
    publish(data, EXAMPLE / "reuses.ttl")
    prepare(data)
    return data


@pytest.fixture
def data(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "data", symlinks=True)


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def dumpers(parent: int) -> list[int]:
    return [c for c in children(parent) if b"api.background.dumping" in Path(f"/proc/{c}/cmdline").read_bytes()]


def test_the_server_makes_a_set_at_low_priority_and_serves_it(data: Path) -> None:
    with ExitStack() as preparation:
        preparation.enter_context(alone(data))  # so that no dump begins before we look
        with server(data) as (process, address), httpx.Client(base_url=address, trust_env=False) as client:
            preparation.close()
            wait_until(lambda: bool(dumpers(process.pid)), 30)
            (child,) = dumpers(process.pid)
            wait_until(lambda: state(child) == "" or os.getpriority(os.PRIO_PROCESS, child) == 19, 30)
            wait_until(lambda: Dumps(data).latest_number() == 1, 60)
            answer = client.get("/dumps/latest/catalogue.nq.gz", headers={"Range": "bytes=0-9"})
            assert (answer.status_code, len(answer.content)) == (206, 10)
            assert client.get("/dumps/1/SHA256SUMS").text.count("\n") == 7
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0


def test_sets_are_made_once_in_an_interval_and_not_again_of_the_same(data: Path) -> None:
    clock, dumps = Clock(), Dumps(data)
    dumping = Dumping(Settings(data=data), clock)
    dumping.look()
    wait_until(lambda: dumps.latest_number() == 1, 60)
    wait_until(lambda: dumping.look() or not dumpers(os.getpid()), 20)  # type: ignore[func-returns-value]  # looks, then tells
    clock.now += 2 * DAY
    dumping.look()
    assert not dumpers(os.getpid())
    clock.now -= 2 * DAY
    publish(data, EXAMPLE / "reuses.ttl")
    dumping.look()
    assert not dumpers(os.getpid())
    clock.now += 2 * DAY
    dumping.look()
    wait_until(lambda: dumps.latest_number() == 2, 60)
    dumping.stop()


def test_dumps_wait_until_the_answers_are_prepared(data: Path) -> None:
    dumping = Dumping(Settings(data=data), Clock())
    with alone(data):
        dumping.look()
        assert not dumpers(os.getpid())
    dumping.look()
    wait_until(lambda: bool(dumpers(os.getpid())), 10)
    dumping.stop()
    assert not list(Path(data, "dumps").glob("0*"))


def test_the_catalogue_is_described_as_it_is_in_the_generation_that_is_dumped(data: Path) -> None:
    publish(data, EXAMPLE / "requests.ttl", source="later")
    app = create_app(Settings(data=data, attribution="The portal"))
    told = {number: " ".join(map(str, described(app, number))) for number in (1, 2)}
    assert ["/sources/later>" in told[number] for number in (1, 2)] == [False, True]


def test_a_generation_that_is_being_dumped_is_not_removed(data: Path) -> None:
    generations = Generations(data)
    removed: list[int] = []

    def meanwhile(_step: str, _done: int) -> None:
        removed.extend(generations.retain(timedelta(0), 0, datetime.now(UTC)))

    publish(data, EXAMPLE / "requests.ttl")
    generations.flip(1)
    dump(data, 3, progress=meanwhile)
    assert 1 not in removed
    assert Dumps(data).find(1).files
