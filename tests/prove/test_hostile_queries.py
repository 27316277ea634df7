"""No query hurts the service: real processes, a hundred hostile queries, twenty-one ways to nest."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

import pytest

from api.app import create_app
from api.settings import Settings
from api.sparql.endpoint import SparqlEndpoint
from graph.serving.broker import BrokerProcess, start
from graph.serving.client import Client
from graph.serving.options import BrokerOptions
from tests.graph.serving.test_refusals import SERVICE
from tests.support.hostile import Hostile, bombs, queries
from tests.support.processes import busy, children, resident, wait_until
from tests.support.published import chain, publish, quads
from tests.support.wsgi import Reply, call

SECONDS = 1.0
OPTIONS = BrokerOptions(seconds=SECONDS, memory=1 << 30, answer_bytes=16 << 20, workers=2, client_seconds=1e6)
LIGHT = "SELECT ?t { <http://example.org/dataset/7> <http://purl.org/dc/terms/title> ?t }"
SLACK = 1.0

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    publish(folder, 1, [*quads(5000, 1), *chain(5000)])
    return folder


@pytest.fixture(scope="module")
def broker(data: Path) -> Iterator[BrokerProcess]:
    with start(data, OPTIONS) as running:
        yield running


@pytest.fixture(scope="module")
def endpoint(data: Path, broker: BrokerProcess) -> Iterator[SparqlEndpoint]:
    client = Client(broker.socket_path, OPTIONS)
    yield SparqlEndpoint(create_app(Settings(data=data), client), client, Settings(data=data))
    client.close()


def _post(endpoint: SparqlEndpoint, text: str, address: str) -> tuple[Reply, float]:
    began = time.monotonic()
    reply = call(
        endpoint,
        "POST",
        body=text.encode(),
        content_type="application/sparql-query",
        accept="application/sparql-results+json, text/turtle",
        address=address,
    )
    return reply, time.monotonic() - began


class _Watch(threading.Thread):
    """Asks something light all the while, and looks at how much memory the workers take."""

    def __init__(self, endpoint: SparqlEndpoint, broker: int) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._broker = broker
        self._stop_asking = threading.Event()
        self.wrong: list[Reply] = []
        self.asked = 0
        self.slowest = 0.0
        self.most_memory = 0

    def run(self) -> None:
        while not self._stop_asking.wait(0.02):
            reply, seconds = _post(self._endpoint, LIGHT, "127.0.0.9")
            self.asked += 1
            self.slowest = max(self.slowest, seconds)
            if reply.status != 200 or b"Title 7" not in reply.body:
                self.wrong.append(reply)
            self.most_memory = max([self.most_memory, *map(resident, children(self._broker))])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._stop_asking.set()
        self.join()


def test_hostile_queries_end_in_time_and_hurt_nobody(endpoint: SparqlEndpoint, broker: BrokerProcess) -> None:
    """Each by itself, so that each is evaluated; no matter if a few of them are answered in the time there is."""
    _post(endpoint, LIGHT, "127.0.0.9")
    answered = []
    with _Watch(endpoint, broker.process.pid) as watch:
        for hostile in queries():
            reply, seconds = _post(endpoint, hostile.text, "127.0.0.3")
            assert reply.status in {200, 504, 422, 400}, (str(hostile), reply.status, reply.body[:300])
            assert seconds < OPTIONS.seconds + SLACK, (str(hostile), seconds)
            answered += [str(hostile)] if reply.status == 200 else []
    assert len(answered) < len(queries()) / 10, answered
    assert watch.asked > 100
    assert not watch.wrong, watch.wrong[0]
    assert watch.most_memory < OPTIONS.memory
    assert broker.alive
    _settled(broker)


def test_hostile_clients_all_at_once_are_no_worse(endpoint: SparqlEndpoint, broker: BrokerProcess) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(_post, endpoint, hostile.text, f"127.0.0.{30 + number % 8}")
            for number, hostile in enumerate(_one_of_each_kind())
        ]
        outcomes = [each.result() for each in asked]
    assert {reply.status for reply, _ in outcomes} <= {200, 504, 422, 400}
    assert max(seconds for _, seconds in outcomes) < OPTIONS.seconds + SLACK
    reply, seconds = _post(endpoint, LIGHT, "127.0.0.9")
    assert reply.status == 200
    assert seconds < 1
    _settled(broker)


def _one_of_each_kind() -> list[Hostile]:
    return list({hostile.kind: hostile for hostile in reversed(queries())}.values())


def _settled(broker: BrokerProcess) -> None:
    """As many workers as before, none of them a zombie or still burning the processor."""
    wait_until(lambda: len(children(broker.process.pid)) == OPTIONS.workers + 1)
    wait_until(lambda: not busy(children(broker.process.pid)))


@pytest.mark.parametrize("size", [1 << 10, 8 << 10, 16 << 10, 64 << 10])
def test_no_nesting_ends_the_web_process_or_the_broker(
    endpoint: SparqlEndpoint, broker: BrokerProcess, size: int
) -> None:
    pid = broker.process.pid
    nested = list(bombs(size))
    assert len(nested) == 21
    for name, text in nested:
        reply, seconds = _post(endpoint, text, "127.0.0.3")
        assert reply.status in {200, 400, 422, 504}, (name, reply.status, reply.body[:300])
        assert seconds < OPTIONS.seconds + SLACK, (name, seconds)
        if reply.status == 200:
            json.loads(reply.body)
    assert broker.alive
    assert broker.process.pid == pid
    assert _post(endpoint, LIGHT, "127.0.0.3")[0].status == 200


def test_twenty_five_spellings_of_service_reach_nobody(endpoint: SparqlEndpoint) -> None:
    assert len(SERVICE) >= 25
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        for text in SERVICE:
            reply, _ = _post(endpoint, text % address, "127.0.0.3")
            assert reply.status == 400
            assert "SERVICE" in json.loads(reply.body)["detail"]
        for clause in ("FROM <%s>", "FROM NAMED <%s>"):
            assert _post(endpoint, f"SELECT * {clause % address} {{ ?s ?p ?o }}", "127.0.0.3")[0].status == 200
        for update in (
            "LOAD <%s>",
            "LOAD SILENT <%s> INTO GRAPH <a:a>",
            "INSERT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }",
        ):
            assert _post(endpoint, update % address, "127.0.0.3")[0].status == 400
        with pytest.raises(TimeoutError):
            listener.accept()


def test_even_a_query_nobody_refused_has_no_sockets(data: Path) -> None:
    """The courtesy is not the defence: asked past it, the engine itself cannot connect."""
    program = (
        "import sys; from pyoxigraph import Store; from graph.cage import Limits, enter;"
        "enter(Limits()); store = Store.read_only(sys.argv[1])\n"
        "for silent in ('', 'SILENT'):\n"
        "    try:\n"
        "        print(list(store.query(f'SELECT * {{ SERVICE {silent} <{sys.argv[2]}> {{ ?s ?p ?o }} }}')))\n"
        "    except OSError as error:\n"
        "        print('refused', error)\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        store = str(data / "current" / "store")
        told = subprocess.run(
            [sys.executable, "-P", "-c", program, store, address], capture_output=True, text=True, check=True
        )
        assert told.stdout.startswith("refused")
        with pytest.raises(TimeoutError):
            listener.accept()


def test_no_answer_is_ever_cut(endpoint: SparqlEndpoint) -> None:
    """Long answers, some over the limits, asked for all at once: each 200 is whole."""
    whole = json.loads(_post(endpoint, "SELECT * { ?s ?p ?o }", "127.0.0.3")[0].body)["results"]["bindings"]

    def ask(number: int) -> Reply:
        limit = (1, 100, 10_000, 100_000, 1_000_000)[number % 5]
        text = f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {limit}"
        return _post(endpoint, text, f"127.0.0.{10 + number % 20}")[0]

    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(ask, range(60)))
    assert {reply.status for reply in replies} <= {200, 422, 504}
    for number, reply in enumerate(replies):
        if reply.status == 200:
            rows = json.loads(reply.body)["results"]["bindings"]
            assert len(rows) == min((1, 100, 10_000, 100_000, 1_000_000)[number % 5], len(whole) ** 2)
            assert int(reply.headers["Content-Length"]) == len(reply.body)


def test_a_hundred_web_processes_that_vanish_leak_no_worker(data: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with start(data, OPTIONS) as broker:
        for _ in range(25):
            client = Client(broker.socket_path, OPTIONS)
            asking = SparqlEndpoint(lambda _environ, _start: [], client, Settings(data=data))
            left = [threading.Thread(target=_quietly, args=(asking, endless, f"127.0.0.{n}")) for n in range(4)]
            for each in left:
                each.start()
            time.sleep(0.05)
            client.close()
            for each in left:
                each.join()
        _settled(broker)


def _quietly(endpoint: SparqlEndpoint, text: str, address: str) -> None:
    with contextlib.suppress(OSError):
        call(endpoint, query=urlencode({"query": text}), address=address)
