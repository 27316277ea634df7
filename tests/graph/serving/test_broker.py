import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from graph.errors import (
    CageError,
    PortalError,
    QueryAbandoned,
    QueryBusy,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    StoreError,
)
from graph.serving.broker import BrokerProcess, start
from graph.serving.client import Client
from graph.serving.messages import Question
from graph.serving.options import BrokerOptions
from tests.graph.serving.conftest import OPTIONS
from tests.support.processes import busy, children, open_files, state, wait_until
from tests.support.published import publish, quads

LIGHT = Question(b"SELECT ?t { <http://example.org/dataset/7> <http://purl.org/dc/terms/title> ?t }", "csv")
ENDLESS = Question(b"SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")


def _fails(client: Client, question: Question, name: str = "127.0.0.1") -> PortalError:
    with pytest.raises(PortalError) as caught:
        client.ask(question, name)
    return caught.value


def _settled(broker: BrokerProcess) -> list[int]:
    """The workers, once those of the test before have been replaced."""
    wait_until(lambda: len(children(broker.process.pid)) == OPTIONS.workers + 1)
    return children(broker.process.pid)


@contextlib.contextmanager
def _running(data: Path, options: BrokerOptions) -> Iterator[tuple[BrokerProcess, Client]]:
    with start(data, options) as broker:
        client = Client(broker.socket_path, options)
        try:
            yield broker, client
        finally:
            client.close()


def test_a_query_is_answered_with_the_generation_it_was_asked_of(client: Client) -> None:
    answer = client.ask(LIGHT, "127.0.0.1")
    assert (answer.body, answer.length, answer.generation, answer.rdf) == (b"t\r\nTitle 7\r\n", 12, 1, False)
    assert answer.file is None


def test_a_long_answer_is_an_open_file_at_its_start(client: Client) -> None:
    answer = client.ask(Question(b"SELECT * { ?s ?p ?o }"), "127.0.0.1")
    assert answer.file is not None
    with answer.file as file:
        body = file.read()
    assert len(body) == answer.length
    assert len(json.loads(body)["results"]["bindings"]) == 4001


def test_what_is_wrong_with_a_query_is_told_and_the_worker_goes_on(broker: BrokerProcess, client: Client) -> None:
    client.ask(LIGHT, "127.0.0.1")
    before = _settled(broker)
    assert isinstance(_fails(client, Question(b"SELECT * {")), QuerySyntaxError)
    assert isinstance(_fails(client, Question(b"CLEAR ALL")), QueryRefused)
    assert not client.ask(Question(LIGHT.text, results=""), "127.0.0.1").offered
    assert children(broker.process.pid) == before


def test_an_endless_query_ends_at_the_deadline_and_its_worker_is_replaced(
    broker: BrokerProcess, client: Client
) -> None:
    client.ask(LIGHT, "127.0.0.1")
    before = _settled(broker)
    began = time.monotonic()
    assert isinstance(_fails(client, ENDLESS), QueryTimeout)
    assert OPTIONS.seconds <= time.monotonic() - began < OPTIONS.seconds + 10
    wait_until(lambda: children(broker.process.pid) != before and len(children(broker.process.pid)) == len(before))
    assert client.ask(LIGHT, "127.0.0.1").length == 12


def test_an_answer_over_its_limit_is_refused_whole(client: Client) -> None:
    failure = _fails(client, Question(b"SELECT * { ?a ?b ?c . ?d ?e ?f }"))
    assert isinstance(failure, QueryTooLarge)
    assert (failure.limit, failure.unit) == (OPTIONS.answer_bytes, "bytes of answer")


def test_a_query_that_eats_memory_dies_alone(data: Path) -> None:
    options = BrokerOptions(seconds=20, memory=512 << 20)
    doubling = "BIND(CONCAT(?x0, ?x0) AS ?x1)" + "".join(
        f" BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(1, 32)
    )
    with _running(data, options) as (broker, client):
        failure = _fails(
            client, Question(f'SELECT (STRLEN(?x32) AS ?n) {{ BIND("0123456789" AS ?x0) {doubling} }}'.encode())
        )
        assert isinstance(failure, QueryTooLarge)
        assert failure.unit == "bytes of memory"
        assert client.ask(LIGHT, "127.0.0.1").length == 12
        assert broker.alive


def test_no_text_makes_a_worker_open_a_connection(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        port = listener.getsockname()[1]
        for clause in ("{ SERVICE <%s> { ?s ?p ?o } }", "FROM <%s> { ?s ?p ?o }", "FROM NAMED <%s> { ?s ?p ?o }"):
            with contextlib.suppress(QueryRefused):
                client.ask(Question(b"SELECT * " + (clause % f"http://127.0.0.1:{port}/").encode()), "127.0.0.1")
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.prove  # by the clock: not beside other tests
def test_a_new_generation_is_answered_from_at_once_and_no_query_is_lost(tmp_path: Path) -> None:
    publish(tmp_path, 1, quads(100, 1))
    question = Question(b"SELECT ?n { <http://example.org/catalogue> <http://example.org/generation> ?n }", "csv")
    seen: list[tuple[float, int, bytes]] = []
    stop = threading.Event()

    def ask(client: Client) -> None:
        while not stop.is_set():
            answer = client.ask(question, "127.0.0.1")
            seen.append((time.monotonic(), answer.generation, answer.body))

    with _running(tmp_path, OPTIONS) as (broker, client), ThreadPoolExecutor() as pool:
        asking = [pool.submit(ask, client) for _ in range(3)]
        wait_until(lambda: len(seen) > 10)
        publish(tmp_path, 2, quads(100, 2))
        flipped = time.monotonic()
        wait_until(lambda: seen[-1][1] == 2)
        moved = time.monotonic() - flipped
        wait_until(lambda: len(children(broker.process.pid)) == OPTIONS.workers + 1)
        time.sleep(0.3)
        stop.set()
        for each in asking:
            each.result()
        assert moved < 10, "under a second where nothing else runs; a busy machine starts workers more slowly"
        assert {body for _, generation, body in seen if generation == 1} == {b"n\r\n1\r\n"}
        assert {body for _, generation, body in seen if generation == 2} == {b"n\r\n2\r\n"}
        assert {generation for at, generation, _ in seen if at > flipped + 6} <= {2}


def test_a_worn_worker_is_replaced_between_two_queries(data: Path) -> None:
    with _running(data, BrokerOptions(recycle_after=5, workers=1)) as (broker, client):
        client.ask(LIGHT, "a")
        first = children(broker.process.pid)
        for _ in range(30):
            assert client.ask(LIGHT, "a").length == 12
        wait_until(lambda: not set(first) & set(children(broker.process.pid)))
        wait_until(lambda: len(children(broker.process.pid)) == 2)


def test_a_worker_that_died_while_idle_costs_no_query(broker: BrokerProcess, client: Client) -> None:
    for _ in range(3):
        client.ask(LIGHT, "a")
        for pid in children(broker.process.pid):
            os.kill(pid, signal.SIGKILL)
        assert client.ask(LIGHT, "a").length == 12


def test_a_worker_that_dies_of_its_query_is_told_as_our_fault(broker: BrokerProcess, client: Client) -> None:
    client.ask(LIGHT, "a")
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(_fails, client, ENDLESS)
        time.sleep(0.3)
        for pid in children(broker.process.pid):
            os.kill(pid, signal.SIGSEGV)
        assert isinstance(asked.result(), CageError)
    wait_until(lambda: _alive_again(client))  # every worker was killed: the next question may still meet a dead one


def _alive_again(client: Client) -> bool:
    try:
        return client.ask(LIGHT, "a").length == 12
    except CageError:
        return False


def test_each_client_has_its_share(data: Path) -> None:
    options = BrokerOptions(seconds=2, workers=2, client_running=1, client_waiting=2)
    with _running(data, options) as (_, client), ThreadPoolExecutor() as pool:
        client.ask(LIGHT, "modest")
        greedy = [pool.submit(_fails, client, ENDLESS, "greedy") for _ in range(4)]
        time.sleep(0.5)
        assert client.ask(LIGHT, "modest").length == 12, "one worker is kept from whoever keeps the other"
        kinds = [type(each.result()) for each in greedy]
        assert kinds.count(QueryTimeout) == 3
        refused = [failure for each in greedy if isinstance(failure := each.result(), QueryBusy)]
        assert refused[0].over_budget
        assert refused[0].retry_after >= 1


def _slow_queries(client: Client, pool: ThreadPoolExecutor, names: Iterable[str]) -> list[Future[PortalError]]:
    """Endless queries of these clients, begun one after another."""
    begun = []
    for name in names:
        begun.append(pool.submit(_fails, client, ENDLESS, name))
        time.sleep(0.15)
    return begun


def test_slow_queries_of_many_clients_leave_a_worker_to_the_quick_ones(data: Path) -> None:
    options = BrokerOptions(seconds=4, workers=3)
    with _running(data, options) as (broker, client), ThreadPoolExecutor() as pool:
        client.ask(LIGHT, "modest")
        slow = _slow_queries(client, pool, (f"slow {number}" for number in range(6)))
        answered = 0
        while not any(each.done() for each in slow):
            assert client.ask(LIGHT, "modest").length == 12
            answered += 1
        assert answered > 20, "nobody quick waits for somebody slow"
        assert {type(each.result()) for each in slow} == {QueryTimeout}
        wait_until(lambda: len(children(broker.process.pid)) == options.workers + 1)


def test_a_query_whose_trial_failed_is_run_again_and_answered(data: Path) -> None:
    options = BrokerOptions(seconds=60, workers=2)
    lengthy = Question(b"SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }", "csv")
    with _running(data, options) as (_, client), ThreadPoolExecutor() as pool:
        client.ask(LIGHT, "modest")
        first = pool.submit(client.ask, lengthy, "first")
        time.sleep(0.3)
        second = pool.submit(client.ask, lengthy, "second")
        answers = [each.result() for each in (first, second)]
    assert {answer.body for answer in answers} == {b"n\r\n16008001\r\n"}
    assert answers[1].waited > 0.5, "it waited for the first to end"


def test_a_client_that_went_away_has_its_query_stopped_at_once(data: Path) -> None:
    options = BrokerOptions(seconds=120, workers=2)
    with _running(data, options) as (broker, client), ThreadPoolExecutor() as pool:
        client.ask(LIGHT, "modest")
        wait_until(lambda: not _computing(broker))  # workers that open their stores compute too
        gone = threading.Event()
        asked = [pool.submit(_abandoned, client, gone, name) for name in ("a", "a", "b")]  # one of them waits
        wait_until(lambda: len(_computing(broker)) > 0)
        gone.set()
        began = time.monotonic()
        for each in asked:
            each.result()
        assert time.monotonic() - began < 60, "long before its deadline of two minutes"
        wait_until(lambda: not _computing(broker))
        assert client.ask(LIGHT, "modest").length == 12


def _computing(broker: BrokerProcess) -> list[int]:
    """Which workers the kernel says are computing."""
    return busy(children(broker.process.pid))


def _abandoned(client: Client, gone: threading.Event, name: str) -> None:
    with pytest.raises(QueryAbandoned):
        client.ask(ENDLESS, name, lambda: not gone.is_set())


def test_a_client_is_told_what_it_has_used(data: Path) -> None:
    with _running(data, BrokerOptions(seconds=1, client_seconds=60)) as (_, client):
        _warm(client)
        fresh = client.usage("a")
        assert (fresh.limit, fresh.remaining, fresh.reset) == (60, 60, 0)
        _fails(client, ENDLESS, "a")
        wait_until(lambda: client.usage("a").remaining < 59.5)
        used = client.usage("a")
        assert used.remaining > 57
        assert 0 < used.reset <= 60 - used.remaining + 0.1
        assert client.usage("b").remaining == 60


def test_more_than_may_wait_is_refused_at_once(data: Path) -> None:
    options = BrokerOptions(seconds=2, workers=1, queue=1)
    with _running(data, options) as (_, client), ThreadPoolExecutor() as pool:
        client.ask(LIGHT, "modest")
        asked = [pool.submit(_fails, client, ENDLESS, f"client {number}") for number in range(3)]
        failures = [each.result() for each in asked]
    full = [failure for failure in failures if isinstance(failure, QueryBusy)]
    assert len(full) == 1
    assert not full[0].over_budget
    assert sum(isinstance(failure, QueryTimeout) for failure in failures) == 2


def _warm(client: Client) -> None:
    """Wait for the workers: on a busy machine their start may outlast a short deadline."""
    for _ in range(20):
        with contextlib.suppress(QueryTimeout):
            client.ask(LIGHT, "early")
            return


def test_a_client_that_used_its_seconds_is_told_when_to_come_back(data: Path) -> None:
    options = BrokerOptions(seconds=1, client_seconds=0.5)
    with _running(data, options) as (_, client):
        _warm(client)
        client.ask(LIGHT, "greedy")
        _fails(client, ENDLESS, "greedy")
        _fails(client, ENDLESS, "greedy")
        refused = _fails(client, LIGHT, "greedy")
        assert isinstance(refused, QueryBusy)
        assert refused.over_budget
        assert refused.retry_after > 1
        assert client.ask(LIGHT, "modest").length == 12


def test_a_web_process_that_ends_takes_nothing_with_it(broker: BrokerProcess, data: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from graph.serving.client import Client;"
        "from graph.serving.messages import Question; from graph.serving.options import BrokerOptions;"
        "c = Client(Path(sys.argv[1]), BrokerOptions(seconds=30)); c.ask(Question(b'ASK {}'), 'x');"
        "print('asked', flush=True); c.ask(Question(sys.argv[2].encode()), 'x')"
    )
    web = subprocess.Popen(
        [sys.executable, "-c", program, str(broker.socket_path), ENDLESS.text.decode()], stdout=subprocess.PIPE
    )
    assert web.stdout is not None
    with web.stdout:
        web.stdout.readline()
    busy = children(broker.process.pid)
    time.sleep(0.2)
    web.kill()
    web.wait()
    wait_until(lambda: set(children(broker.process.pid)) != set(busy))
    wait_until(lambda: len(children(broker.process.pid)) == OPTIONS.workers + 1)
    with contextlib.closing(Client(broker.socket_path, OPTIONS)) as other:
        assert other.ask(LIGHT, "127.0.0.1").length == 12


def test_two_web_processes_share_what_there_is(data: Path) -> None:
    with _running(data, BrokerOptions(workers=1)) as (broker, first):
        second = Client(broker.socket_path, OPTIONS)
        for _ in range(5):
            assert first.ask(LIGHT, "a").length == 12
            assert second.ask(LIGHT, "b").length == 12
        second.close()


def test_a_hundred_clients_in_turn_leave_nothing_open(broker: BrokerProcess) -> None:
    def come_and_go() -> None:
        with contextlib.closing(Client(broker.socket_path, OPTIONS)) as passing:
            passing.ask(LIGHT, "a")

    come_and_go()
    wait_until(lambda: len(children(broker.process.pid)) == OPTIONS.workers + 1)
    before = open_files(broker.process.pid), open_files(os.getpid())
    for _ in range(30):
        come_and_go()
    wait_until(lambda: len(children(broker.process.pid)) == OPTIONS.workers + 1)
    wait_until(lambda: (open_files(broker.process.pid), open_files(os.getpid())) <= before)
    assert "Z" not in {state(pid) for pid in children(broker.process.pid)}


def test_before_anything_is_published_the_service_says_so(tmp_path: Path) -> None:
    with _running(tmp_path, OPTIONS) as (_, client):
        failure = _fails(client, LIGHT)
        assert isinstance(failure, QueryBusy)
        assert "nothing is published" in str(failure)
        publish(tmp_path, 1, quads(10, 1))
        wait_until(_answers(client))


def _answers(client: Client) -> Callable[[], bool]:
    def asked() -> bool:
        with contextlib.suppress(QueryBusy):
            return client.ask(LIGHT, "a").length == 12
        return False

    return asked


def test_the_workers_end_with_their_broker(data: Path) -> None:
    with start(data, OPTIONS) as broker:
        client = Client(broker.socket_path, OPTIONS)
        client.ask(LIGHT, "a")
        workers = children(broker.process.pid)
        broker.process.kill()
        wait_until(lambda: not any(state(pid) not in {"", "Z"} for pid in workers))
        broker.process.wait()
        assert not broker.alive
        failure = _fails(client, LIGHT)
        assert isinstance(failure, QueryBusy)
        client.close()


def test_the_broker_ends_with_whoever_started_it(data: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from graph.serving.broker import start;"
        "from graph.serving.options import BrokerOptions;"
        "b = start(Path(sys.argv[1]), BrokerOptions()); print(b.process.pid, b.socket_path, flush=True); time.sleep(60)"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", program, str(data)], stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    with supervisor.stdout:
        pid, path = supervisor.stdout.readline().decode().split()
    supervisor.kill()
    supervisor.wait()
    wait_until(lambda: state(int(pid)) in {"", "Z"})
    assert not Path(path).parent.exists()


def test_the_door_is_private(broker: BrokerProcess) -> None:
    assert broker.socket_path.parent.stat().st_mode & 0o777 == 0o700


def test_a_broker_that_cannot_start_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 120)  # the name of a local socket has 108 bytes at most
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with pytest.raises(StoreError):
        start(tmp_path, OPTIONS)
    assert list(deep.iterdir()) == []
