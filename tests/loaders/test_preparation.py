import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from api.settings import Settings
from api.wiring import pipeline
from graph.errors import NotFound, StoreError
from graph.formats import RESULT_FORMATS
from graph.generations import Generation, Generations
from graph.iris import Iris
from graph.shelf import FOLDER, alone
from loaders.pipeline import Order
from loaders.preparation import Prepared, prepare
from loaders.rebuild import rebuild
from loaders.surveys import NAMES
from queries.answers import PAGES, is_kept, kept, page, preparable
from queries.library import run
from queries.void.count import count
from queries.void.count import kept as kept_numbers
from tests.support.portal import EXAMPLE, publish
from tests.support.processes import wait_until

ALL = len(preparable()) + len(NAMES) + 2
"""The questions, the surveys, the numbers of VoID, and one block of descriptions: there are services only."""
IRIS = Iris("http://127.0.0.1:8000")
COMMAND = [sys.executable, "-P", "-m", "loaders.preparation"]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal of a few records, not prepared."""
    data = tmp_path_factory.mktemp("original") / "data"
    publish(data, EXAMPLE / "services.ttl", EXAMPLE / "organisations.ttl")
    return data


@pytest.fixture
def data(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "data", symlinks=True)


@pytest.fixture
def generation(data: Path) -> Iterator[Generation]:
    with Generations(data).current() as generation:
        yield generation


def load(data: Path, *names: str, validate: bool = True) -> int:
    order = Order([str(EXAMPLE / name) for name in names], "example", validate=validate)
    outcome = pipeline(Settings(data=data, isolation_required=False)).load(order).outcome
    assert outcome is not None
    assert outcome.generation is not None
    return outcome.generation


def assert_all_is_as_asked_now(generation: Generation) -> None:
    assert kept_numbers(generation.shelf) == count(generation.store, IRIS)
    for query in preparable():
        for form in RESULT_FORMATS:
            answer = run(generation.store, query, {})
            assert isinstance(answer, QuerySolutions)
            found = kept(generation.shelf, query, form.name)
            assert found is not None, query.name
            assert gzip.decompress(found.body) == answer.serialize(format=form.engine)
        told = json.loads(gzip.decompress(kept(generation.shelf, query, "json").body))  # type: ignore[union-attr]  # seen above
        pages = kept(generation.shelf, query, PAGES)
        assert pages is not None
        rows = [row for number in range(1, 9) for row in page(pages.body, number)[0]]
        assert rows == told["results"]["bindings"][:400]


def assert_nothing_half_done(generation: Generation) -> None:
    """Each file that has its name is whole."""
    shelf, recipes = generation.shelf, {f"queries/{query.name}": query for query in preparable()}
    for path in shelf.folder.rglob("*"):
        name, _, form = path.relative_to(shelf.folder).as_posix().rpartition(".")
        if path.is_file() and not path.name.startswith("."):
            whole = kept(shelf, recipes[name], form) if name else kept_numbers(shelf)
            assert whole is not None, path


def test_what_is_prepared_is_what_would_be_answered_now(tmp_path: Path) -> None:
    data = tmp_path / "example"
    publish(data, EXAMPLE)
    more = 3  # datasets, series and the inventory have blocks as well
    assert prepare(data) == Prepared(1, ALL + more, 0, ())
    with Generations(data).current() as generation:
        assert_all_is_as_asked_now(generation)
    assert prepare(data) == Prepared(1, 0, ALL + more, ())


def test_nothing_in_the_sealed_folder_changes(data: Path, generation: Generation) -> None:
    def sealed() -> dict[str, tuple[int, int]]:
        files = (path for path in generation.path.rglob("*") if path.is_file() and path.name not in {"LOG", "LOCK"})
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in files}

    before = sealed()
    prepare(data)
    assert sealed() == before


def test_what_was_damaged_or_removed_is_made_again(data: Path, generation: Generation) -> None:
    prepare(data)
    shelf = generation.shelf.folder
    (shelf / "void").write_bytes((shelf / "void").read_bytes()[:-1])
    (shelf / "queries" / "catalogue" / "counts.csv").write_bytes(b"class,resources\r\n")
    (shelf / "queries" / "catalogue" / "themes.json").unlink()
    assert prepare(data) == Prepared(1, 3, ALL - 3, ())
    assert_all_is_as_asked_now(generation)


def test_a_load_that_changes_nothing_shares_what_was_prepared(data: Path, generation: Generation) -> None:
    prepare(data)
    assert load(data, "services.ttl", "organisations.ttl") == 2
    with Generations(data).current() as same:
        assert same.manifest.content == generation.manifest.content
        assert (same.shelf.folder / "void").samefile(generation.shelf.folder / "void")
        assert all(is_kept(same.shelf, query) for query in preparable())
        assert_all_is_as_asked_now(same)
    assert prepare(data) == Prepared(2, 0, ALL, ())
    assert load(data, "organisations.ttl", "services.ttl") == 3  # other bytes, the same statements
    assert prepare(data) == Prepared(3, 0, ALL, ())


def test_a_load_that_changes_something_starts_with_an_empty_shelf(data: Path) -> None:
    prepare(data)
    load(data, "services.ttl")
    assert prepare(data) == Prepared(2, ALL, 0, ())
    with Generations(data).current() as generation:
        assert_all_is_as_asked_now(generation)


def test_judging_for_the_first_time_is_a_change_though_no_record_has_one(tmp_path: Path) -> None:
    load(tmp_path, "services.ttl", "organisations.ttl", validate=False)
    prepare(tmp_path)
    assert load(tmp_path, "services.ttl", "organisations.ttl") == 2
    prepare(tmp_path)
    with Generations(tmp_path).current() as generation:
        assert_all_is_as_asked_now(generation)


def test_a_generation_rolled_back_to_or_rebuilt_gets_its_own(data: Path) -> None:
    prepare(data)
    load(data, "services.ttl")
    prepare(data)
    portal = pipeline(Settings(data=data, isolation_required=False))
    assert portal.rollback(1) == 3
    assert prepare(data) == Prepared(3, ALL, 0, ())
    rebuild(portal, lambda _step, _done: None)
    assert prepare(data) == Prepared(4, ALL, 0, ())
    with Generations(data).current() as generation:
        assert_all_is_as_asked_now(generation)


def test_what_was_prepared_goes_with_its_generation(data: Path, generation: Generation) -> None:
    prepare(data)
    load(data, "services.ttl")
    prepare(data)
    late = generation.manifest.sealed_at + timedelta(days=400)
    shelves = [data / FOLDER / name for name in ("000001", "000002")]
    assert Generations(data).retain(timedelta(), 1, late) == []  # the first is read
    assert all(shelf.exists() for shelf in shelves)
    generation.path.rename(data / "elsewhere")  # as a clean-up that was killed leaves it
    assert prepare(data).kept == ALL
    assert [shelf.exists() for shelf in shelves] == [False, True]


def test_a_generation_that_nobody_reads_is_removed_with_its_shelf(data: Path) -> None:
    prepare(data)
    load(data, "services.ttl")
    with Generations(data).current() as generation:
        late = generation.manifest.sealed_at + timedelta(days=400)
    assert Generations(data).retain(timedelta(), 1, late) == [1]
    assert not (data / FOLDER / "000001").exists()


def test_the_number_of_a_generation_that_was_removed_by_hand_brings_nothing_of_it_back(data: Path) -> None:
    prepare(data)
    shutil.rmtree(data / "generations")
    (data / "current").unlink()
    assert load(data, "services.ttl") == 1
    with Generations(data).current() as generation:
        assert kept_numbers(generation.shelf) is None
    assert prepare(data) == Prepared(1, ALL, 0, ())


def test_a_flip_in_between_is_followed(data: Path) -> None:
    done: list[Prepared] = []
    with alone(data):
        preparing = threading.Thread(target=lambda: done.append(prepare(data)))
        preparing.start()
        time.sleep(0.05)
    load(data, "services.ttl")
    preparing.join(timeout=60)
    last = prepare(data)
    assert done[0].generation in {1, 2}
    assert (last.generation, last.made + last.kept) == (2, ALL)
    with Generations(data).current() as generation:
        assert_all_is_as_asked_now(generation)


def test_without_anything_published_there_is_nothing_to_prepare(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        prepare(tmp_path)


def test_where_nothing_can_be_kept_nothing_is_asked(data: Path) -> None:
    (data / FOLDER).write_text("no folder")
    with pytest.raises(StoreError):
        prepare(data)
    with started(data) as process:
        assert process.wait(timeout=20) == 1
        assert process.stderr is not None
        assert b"cannot be written" in process.stderr.read()


def started(data: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*COMMAND, str(data)], stdin=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_process_that_is_done_ends_well_and_gave_way_to_others(data: Path) -> None:
    with alone(data):
        process = started(data)
        wait_until(lambda: os.getpriority(os.PRIO_PROCESS, process.pid) == 19)
    assert process.wait(timeout=60) == 0
    _, told = process.communicate()
    assert told == b""
    with Generations(data).current() as generation:
        assert_all_is_as_asked_now(generation)


def test_a_process_ends_with_whoever_started_it(data: Path) -> None:
    with alone(data):
        process = started(data)
        time.sleep(0.5)
        assert process.poll() is None  # it waits for its turn
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 1
        assert process.stderr is not None
        process.stderr.close()


def killed_after(data: Path, seconds: float) -> None:
    with started(data) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("kills", [4, pytest.param(40, marks=pytest.mark.prove)])
def test_killed_at_any_moment_it_leaves_nothing_half_done(data: Path, generation: Generation, kills: int) -> None:
    some = random.Random(7)
    for _ in range(kills):
        killed_after(data, some.uniform(0.1, 0.6))
        assert_nothing_half_done(generation)
        if all(is_kept(generation.shelf, query) for query in preparable()):
            shutil.rmtree(generation.shelf.folder)
    prepare(data)
    assert_all_is_as_asked_now(generation)
    assert not list(generation.shelf.folder.rglob(".*"))
