"""A service among people who mean it harm: light clients do not notice, nothing is left behind, no answer is cut."""

import os
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final, Self

import pytest

from tests.support.crowd import Order, Outcome, crowd, light, once
from tests.support.examination import Examination
from tests.support.hostile import bombs, queries
from tests.support.leaving import leave
from tests.support.portal import EXAMPLE
from tests.support.portal import publish as publish_example
from tests.support.processes import wait_until
from tests.support.published import chain, publish, quads
from tests.support.served import server
from tests.support.service import Service

pytestmark = pytest.mark.prove

SECONDS: Final = float(os.environ.get("PROOF_SECONDS", "300"))
"""How long the mixed load lasts; shorter while developing."""

SIZE: Final = 20_000
_NUMBERS: Final = count(1000)
DEADLINE: Final = 30
"""Seconds a query may take, by default."""

SLACK: Final = 5
SPARE: Final = 3
"""Open files more than before that are no leak: a connection that the server keeps for the next request."""

CAP: Final = 2 << 30
LIGHT: Final = [f"127.0.0.{n}" for n in range(2, 10)]
HOSTILE: Final = [f"127.0.0.{n}" for n in range(20, 44)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crowds") / "data"
    publish_example(folder, EXAMPLE / "series.ttl")
    return folder


@contextmanager
def _serving(data: Path, **others: object) -> Iterator[tuple[Service, int]]:
    """A server with a generation of many statements, which the check at its start would not let pass."""
    with server(data, **others) as (process, address):
        publish(data, next(_NUMBERS), [*quads(SIZE, 1), *chain(SIZE)])
        service = Service(process.pid)
        port = int(address.rpartition(":")[2])
        wait_until(lambda: once(port, *light(5, SIZE)).fault == "")
        wait_until(lambda: service.calm(len(service.workers)))
        try:
            yield service, port
        finally:
            process.terminate()
            process.wait()
            (data / "current").unlink()
            (data / "current").symlink_to(min((data / "generations").iterdir()).relative_to(data))


class _Watch(threading.Thread):
    """Looks at the workers' memory all the while."""

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._service = service
        self._done = threading.Event()
        self.most = 0
        self.sum = 0

    def run(self) -> None:
        while not self._done.wait(0.2):
            memory = self._service.memory
            self.most = max([self.most, *memory])
            self.sum = max(self.sum, sum(memory))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._done.set()
        self.join()


def _p95(outcomes: list[Outcome]) -> float:
    return statistics.quantiles([each.seconds for each in outcomes], n=20)[-1]


def test_a_hundred_hostile_queries_do_not_reach_eight_light_clients(data: Path) -> None:
    assert len(queries()) >= 100
    assert len({each.kind for each in queries()}) >= 20
    with _serving(data) as (service, port):
        workers, pids = len(service.workers), (service.broker, service.web)
        lightly = Order(port, "light", LIGHT, min(15, SECONDS / 2), pause=0.05, size=SIZE)
        with crowd(lightly) as quiet:
            before = quiet()
        with (
            _Watch(service) as watch,
            crowd(Order(port, "hostile", HOSTILE, SECONDS)) as attack,
            crowd(Order(port, "light", LIGHT, SECONDS, pause=0.05, size=SIZE)) as among,
        ):
            after, attacked = among(), attack()
        _report(before, after, attacked, watch)
        assert [each for each in after if each.status != 200 or each.fault] == []
        assert [each for each in attacked if each.fault or each.status not in {200, 400, 422, 429, 503, 504}] == []
        assert _p95(after) <= max(3 * _p95(before), 0.1)
        assert watch.most < CAP
        assert SECONDS < 300 or len({each.name for each in attacked}) >= 100
        wait_until(lambda: service.calm(workers), 40)
        assert (service.broker, service.web) == pids


def _slowest(outcomes: list[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda each: each.seconds)[-5:]


def _report(before: list[Outcome], after: list[Outcome], attacked: list[Outcome], watch: _Watch) -> None:
    """Printed, for people who want the figures and not only the verdict (`pytest -s`)."""
    print(
        f"\nlight: {len(before)} quiet with p95 {_p95(before) * 1000:.1f} ms; {len(after)} among"
        f" {len(attacked)} hostile with p95 {_p95(after) * 1000:.1f} ms,"
        f" slowest {max(each.seconds for each in after) * 1000:.0f} ms,"
        f" {dict(Counter(each.status for each in after))}"
        f"\nthe slowest: {[(round(each.seconds, 2), each.timing) for each in _slowest(after)]}"
        f"\nhostile: {dict(Counter(each.status for each in attacked))}, of {len({e.name for e in attacked})} kinds,"
        f" slowest {max(each.seconds for each in attacked):.1f} s"
        f"\nworkers: {watch.most >> 20} MiB the largest, {watch.sum >> 20} MiB all together"
    )


def test_a_thousand_clients_that_go_away_leave_nothing_behind(data: Path) -> None:
    with _serving(data) as (service, port):
        _all_warm(port)
        workers, pids, files = len(service.workers), (service.broker, service.web), service.files
        with ThreadPoolExecutor(32) as pool:
            for _ in pool.map(partial(leave, port), range(1000)):
                pass
        left = time.monotonic()
        wait_until(lambda: service.calm(workers), DEADLINE + SLACK)
        print(f"\nall of 1,000 gone {time.monotonic() - left:.1f} s after the last left")
        wait_until(lambda: all(now <= files[pid] + SPARE for pid, now in service.files.items()), 10)
        assert (service.broker, service.web) == pids
        assert once(port, *light(1, SIZE)).fault == ""


def _all_warm(port: int) -> None:
    """Have each web process connected with the broker, and its threads started as far as they will be."""
    with ThreadPoolExecutor(32) as pool:
        for outcome in pool.map(lambda n: once(port, *light(5, SIZE), address=f"127.0.0.{2 + n % 99}"), range(400)):
            assert outcome.fault == ""


def test_ten_thousand_answers_under_attack_are_whole_or_errors(data: Path) -> None:
    """What the engine itself says of the same generation is what each 200 must say."""
    limits = {"query_seconds": 3.0, "query_bytes": 8 << 20, "query_client_seconds": 1e6}
    with _serving(data, **limits) as (service, port):
        pids = service.broker, service.web
        exams = Examination(port, data / "current" / "store", SIZE)
        with crowd(Order(port, "hostile", HOSTILE[:6], 45)) as attack:
            outcomes = exams.sit(10_000, threads=12)
            attacked = attack()
        told = Counter(outcome.status for outcome in outcomes)
        print(f"\n{len(outcomes)} answers: {dict(told)}; hostile: {dict(Counter(each.status for each in attacked))}")
        assert [each for each in [*outcomes, *attacked] if each.fault] == []
        assert len(outcomes) >= 10_000
        assert told[200] > 5000
        assert set(told) <= {200, 400, 406, 413, 422, 429, 503, 504}
        assert (service.broker, service.web) == pids


@pytest.mark.parametrize("size", [1 << 10, 8 << 10, 16 << 10, 64 << 10])
def test_no_way_to_nest_restarts_a_process_that_lasts(nested: tuple[Service, int], size: int) -> None:
    service, port = nested
    pids = service.broker, service.web
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(once, port, name, text, address=f"127.0.0.{50 + number}")
            for number, (name, text) in enumerate(bombs(size))
        ]
    for outcome in (each.result() for each in asked):
        assert outcome.fault == "", outcome
        assert outcome.status in {200, 400, 413, 422, 504}, outcome
    assert (service.broker, service.web) == pids
    assert once(port, *light(1, SIZE)).fault == ""


@pytest.fixture(scope="module")
def nested(data: Path) -> Iterator[tuple[Service, int]]:
    with _serving(data, query_seconds=2.0) as serving:
        yield serving
