import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from api.serve import _with_port as with_port
from api.serve import check
from api.settings import SettingError, Settings
from graph.errors import StoreError
from tests.support.portal import EXAMPLE, publish
from tests.support.processes import children, state, wait_until
from tests.support.served import server


def stopped(process: subprocess.Popen[str], how: int) -> int:
    process.send_signal(how)
    return process.wait(timeout=20)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    publish(tmp_path / "data", EXAMPLE / "series.ttl")
    return tmp_path / "data"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_server_answers_once_it_says_so_and_stops_when_asked(data: Path, how: int) -> None:
    with server(data) as (process, address):
        assert httpx.get(f"{address}/-/ready", trust_env=False).json() == {"status": "ready", "generation": 1}
        assert "<h1>" in httpx.get(f"{address}/", headers={"Accept": "text/html"}, trust_env=False).text
        answer = httpx.get(f"{address}/sparql", params={"query": "ASK { ?s ?p ?o }"}, trust_env=False)
        assert answer.json()["boolean"] is True
        family = [child for parent in children(process.pid) for child in (parent, *children(parent))]
        assert stopped(process, how) == 0
        wait_until(lambda: all(state(child) in ("", "Z") for child in family))


def _workers(supervisor: int) -> set[int]:
    """The processes of the broker: the query workers."""
    return {
        worker
        for child in children(supervisor)
        if b"graph.serving.broker" in _command(child)
        for worker in children(child)
    }


def test_the_query_of_a_client_that_hangs_up_is_stopped_at_once(data: Path) -> None:
    query = urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"})
    with server(data, query_seconds=60.0) as (process, address):
        wait_until(lambda: len(_workers(process.pid)) == 5)
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as client:
            client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            time.sleep(1.5)
            before = _workers(process.pid)
            assert len(before) == 5, "it is still being answered"
        wait_until(lambda: bool(before - _workers(process.pid)), 30)
        wait_until(lambda: len(_workers(process.pid)) == 5)
        assert stopped(process, signal.SIGTERM) == 0


@pytest.mark.prove
def test_a_new_generation_is_served_soon_and_no_request_is_dropped(data: Path) -> None:
    seen: list[tuple[float, int]] = []
    failures: list[object] = []
    done = threading.Event()

    def ask(address: str) -> None:
        with httpx.Client(trust_env=False) as client:
            while not done.is_set():
                try:
                    answer = client.get(f"{address}/datasets", headers={"Accept": "text/html"})
                    seen.append((time.monotonic(), int(answer.headers["Catalograph-Generation"])))
                    if answer.status_code != 200:
                        failures.append(answer.status_code)
                except httpx.HTTPError as error:
                    failures.append(error)

    with server(data) as (process, address):
        askers = [threading.Thread(target=ask, args=(address,)) for _ in range(4)]
        for asker in askers:
            asker.start()
        published = {}
        for number, name in enumerate(("services", "reuses", "society", "mobility"), 2):
            publish(data, EXAMPLE / f"{name}.ttl")
            published[number] = time.monotonic()
            time.sleep(6)
        done.set()
        for asker in askers:
            asker.join()
        assert stopped(process, signal.SIGTERM) == 0
    assert failures == []
    assert {number for _, number in seen} == {1, 2, 3, 4, 5}
    for number, moment in published.items():
        late = [at - moment for at, told in seen if at > moment + 5 and told < number]
        assert late == [], f"generation {number} was not yet served {max(late, default=0):.2f} s after its publication"


def test_a_web_process_that_dies_is_replaced(data: Path) -> None:
    with server(data) as (process, address):
        workers = [child for child in children(process.pid) if b"spawn_main" in _command(child)]
        assert len(workers) == 2
        os.kill(workers[0], signal.SIGKILL)
        wait_until(
            lambda: len([c for c in children(process.pid) if b"spawn_main" in _command(c) and c not in workers]) == 1
        )
        assert httpx.get(f"{address}/-/health", trust_env=False).status_code == 200
        stopped(process, signal.SIGTERM)


def test_web_processes_end_with_the_server_however_that_ends(data: Path) -> None:
    with server(data) as (process, _):
        workers = [child for child in children(process.pid) if b"spawn_main" in _command(child)]
        assert len(workers) == 2
        stopped(process, signal.SIGKILL)
        wait_until(lambda: all(state(worker) in ("", "Z") for worker in workers))


def test_a_broker_that_dies_is_replaced(data: Path) -> None:
    with server(data) as (process, address):
        (broker,) = [child for child in children(process.pid) if b"graph.serving.broker" in _command(child)]
        os.kill(broker, signal.SIGKILL)

        def answered() -> bool:
            answer = httpx.get(f"{address}/sparql", params={"query": "ASK { ?s ?p ?o }"}, trust_env=False)
            return answer.status_code == 200

        assert httpx.get(f"{address}/-/ready", trust_env=False).status_code == 200
        wait_until(lambda: any(b"graph.serving.broker" in _command(c) and c != broker for c in children(process.pid)))
        wait_until(answered)
        stopped(process, signal.SIGTERM)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def test_another_base_is_refused_with_what_to_do(data: Path) -> None:
    with pytest.raises(StoreError, match=r"made for the base http://127.0.0.1:8000.*catalograph rebuild"):
        check(Settings(data=data, base="https://other.example"))


def test_a_damaged_generation_is_not_served(data: Path) -> None:
    check(Settings(data=data))
    (broken,) = [path for path in (data / "generations" / "000001" / "prepared").iterdir() if path.stem == "themes"]
    broken.write_text("[1]")
    with pytest.raises(StoreError, match=r"generation 1 is damaged \(prepared/themes.json\)"):
        check(Settings(data=data))


def test_before_anything_is_published_there_is_nothing_to_check(tmp_path: Path) -> None:
    check(Settings(data=tmp_path))


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=rf"CATALOGRAPH_PORT is '{port}'.*in use"):
            with_port(Settings(port=port))
    assert with_port(Settings(port=0)).port > 0
