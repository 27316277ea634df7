"""What is prepared while the server runs, and what readers see before it is."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from flask.testing import FlaskClient
from pyoxigraph import QuerySolutions

from api.app import create_app
from api.background.child import _PAUSE as PAUSE
from api.background.preparing import Preparing
from api.settings import Settings
from graph.generations import Generations
from graph.shelf import alone
from loaders.preparation import prepare
from queries.answers import is_kept, preparable
from queries.library import load, run
from tests.support.portal import EXAMPLE, page, publish
from tests.support.processes import children, state, wait_until
from tests.support.served import server


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("original") / "data"
    publish(data, EXAMPLE / "services.ttl", EXAMPLE / "organisations.ttl")
    return data


@pytest.fixture
def data(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "data", symlinks=True)


@contextmanager
def asking(data: Path, **others: object) -> Iterator[FlaskClient]:
    """A portal without a server, where nothing is prepared unless the test does it."""
    app = create_app(Settings(data=data, **others))  # type: ignore[arg-type]
    app.testing = False
    with app.test_client() as client:
        yield client


def all_is_prepared(data: Path, number: int) -> bool:
    with Generations(data).current() as generation:
        return generation.number == number and all(is_kept(generation.shelf, query) for query in preparable())


def preparers(server: int) -> list[int]:
    return [child for child in children(server) if b"loaders.preparation" in command(child)]


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def test_the_server_prepares_each_generation_and_answers_the_same_as_before(data: Path) -> None:
    with alone(data), server(data) as (process, address), httpx.Client(base_url=address, trust_env=False) as client:
        wait_until(lambda: len(preparers(process.pid)) == 1)
        names = [query.name for query in preparable()]
        early = {name: client.get(f"/queries/{name}.csv") for name in names}
        early_tag = client.get("/queries/catalogue/counts.json").headers["ETag"]
        assert {answer.status_code for answer in early.values()} == {200}
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    with server(data) as (process, address), httpx.Client(base_url=address, trust_env=False) as client:
        wait_until(lambda: all_is_prepared(data, 1), 60)
        assert {name: client.get(f"/queries/{name}.csv").content for name in names} == {
            name: answer.content for name, answer in early.items()
        }
        again = client.get("/queries/catalogue/counts.json", headers={"If-None-Match": early_tag})
        assert again.status_code == 304
        publish(data, EXAMPLE / "services.ttl")
        wait_until(lambda: all_is_prepared(data, 2), 60)
        wait_until(lambda: preparers(process.pid) == [])
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_who_prepares_ends_with_the_server_however_that_ends(data: Path) -> None:
    with alone(data), server(data) as (process, _):
        wait_until(lambda: len(preparers(process.pid)) == 1)
        (child,) = preparers(process.pid)
        process.kill()
        process.wait()
        wait_until(lambda: state(child) in ("", "Z"))


def test_one_that_was_killed_is_started_again_after_a_while(data: Path) -> None:
    now = [0.0]
    preparing = Preparing(data, lambda: now[0])
    with alone(data):
        preparing.look()
        kill(the_one_that_prepares())
        preparing.look()
        preparing.look()
        assert preparers(os.getpid()) == []
        now[0] += PAUSE
        preparing.look()
        last = the_one_that_prepares()
        preparing.stop()
        assert state(last) == ""


def test_one_that_was_killed_does_not_keep_the_next_generation_waiting(data: Path) -> None:
    preparing = Preparing(data, lambda: 0.0)
    with alone(data):
        preparing.look()
        kill(the_one_that_prepares())
        preparing.look()
        publish(data, EXAMPLE / "services.ttl")
        preparing.look()
        the_one_that_prepares()
    wait_until(lambda: preparing.look() or all_is_prepared(data, 2), 60)  # type: ignore[func-returns-value]  # looks, then tells
    preparing.stop()


def the_one_that_prepares() -> int:
    """A process just started is not yet known by its command."""
    wait_until(lambda: len(preparers(os.getpid())) == 1)
    return preparers(os.getpid())[0]


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: state(process) == "Z")


def test_who_asks_early_is_answered_as_later_in_every_form(data: Path) -> None:
    forms = ("json", "xml", "csv", "tsv")
    with asking(data) as client:
        early = {form: client.get(f"/queries/catalogue/counts.{form}") for form in forms}
        shown = page(client, "/queries/catalogue/counts")
    with Generations(data).current() as generation:
        answer = run(generation.store, load("catalogue/counts"), {})
        assert isinstance(answer, QuerySolutions)
        rows = len(list(answer))
    assert early["csv"].text.count("\r\n") == rows + 1
    prepare(data)
    with asking(data) as client:
        for form, before in early.items():
            after = client.get(f"/queries/catalogue/counts.{form}")
            assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])
        assert page(client, "/queries/catalogue/counts").data == shown.data


def test_who_asks_early_is_asked_for_once(data: Path) -> None:
    with asking(data) as client:
        found: list[bytes] = []
        askers = [
            threading.Thread(target=lambda: found.append(client.application.test_client().get(QUESTION).data))
            for _ in range(6)
        ]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        assert len(set(found)) == 1
        assert len(found) == 6


QUESTION = "/queries/quality/missing.json"


def test_a_description_that_is_not_counted_yet_has_no_numbers_and_soon_it_has(data: Path) -> None:
    with asking(data, query_seconds=0.3) as client:
        with alone(data):  # somebody counts, and takes long
            begun = time.monotonic()
            void, service = client.get("/void.ttl"), client.get("/sparql", headers={"Accept": "text/turtle"})
            shown = page(client, "/void")
            assert time.monotonic() - begun < 60  # who counts never ends
            assert {answer.status_code for answer in (void, service, shown)} == {200}
            assert {answer.headers["Cache-Control"] for answer in (void, service)} == {"no-store"}, "numbers will come"
            assert b"classPartition" not in void.data + service.data
            assert client.get("/queries/catalogue/counts.csv").status_code == 200  # others do not wait for it
        prepare(data)
        later = client.get("/void.ttl", headers={"If-None-Match": void.headers["ETag"]})
        assert later.status_code == 200
        assert b"classPartition" in later.data
        described = client.get("/sparql", headers={"Accept": "text/turtle", "If-None-Match": service.headers["ETag"]})
        assert b"classPartition" in described.data


def test_what_was_damaged_is_answered_anew_and_never_served(data: Path) -> None:
    prepare(data)
    with asking(data) as client:
        right = client.get("/queries/catalogue/counts.csv").data
        with Generations(data).current() as generation:
            path = generation.shelf.folder / "queries" / "catalogue" / "counts.csv"
        for damaged in (path.read_bytes()[:-3], b"", path.read_bytes()[:70] + b"?" + path.read_bytes()[71:]):
            path.write_bytes(damaged)
            answer = client.get("/queries/catalogue/counts.csv")
            assert (answer.status_code, answer.data) == (200, right)


def test_a_data_directory_that_cannot_be_written_is_served_all_the_same(data: Path) -> None:
    (data / "prepared").write_text("no folder")
    with server(data) as (process, address), httpx.Client(base_url=address, trust_env=False) as client:
        assert client.get("/queries/catalogue/counts.csv").status_code == 200
        assert client.get("/void.ttl").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
