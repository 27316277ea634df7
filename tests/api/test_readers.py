import gc
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.pages.finding import warming as finding
from api.pages.finding.facets import COUNTED, names
from api.readers import _IDLE, INTERVAL, Readers
from api.settings import Settings
from api.views import Asked, Place, View
from api.wiring import pipeline
from graph.errors import GenerationGone, NotFound, StoreError
from graph.generations import Generations
from loaders.pipeline import Order
from queries.selections import Selected, Selection, select
from tests.support.portal import EXAMPLE, page, portal, publish


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def published(tmp_path: Path) -> Path:
    publish(tmp_path / "data", EXAMPLE / "series.ttl")
    return tmp_path / "data"


@pytest.fixture
def readers(published: Path, clock: Clock) -> Readers:
    return Readers(Generations(published), clock)


def test_what_many_will_ask_is_found_out_while_nobody_waits(published: Path, clock: Clock) -> None:
    went_on, done = threading.Event(), list[int]()

    def warm(view: View) -> None:
        assert went_on.wait(10)
        finding.warm(view)
        done.append(view.users)
        raise StoreError("damaged")

    readers = Readers(Generations(published), clock, warm=warm)
    view = readers.acquire()
    assert view.users == 2
    went_on.set()
    while view.users == 2:
        time.sleep(0.01)
    assert done == [2]
    assert view.listed(Asked("", None), Place("title", "fr"), names(None), COUNTED).facets["kind"]
    readers.release(view)
    readers.close()


def test_a_request_keeps_its_generation_and_the_next_one_gets_the_new(
    readers: Readers, published: Path, clock: Clock
) -> None:
    old = readers.acquire()
    publish(published, EXAMPLE / "series.ttl", EXAMPLE / "organisations.ttl")
    clock.now += INTERVAL
    new = readers.acquire()
    assert (old.number, new.number) == (1, 2)
    assert len(old.store) < len(new.store)
    readers.release(new)
    readers.release(old)
    readers.close()


def test_the_old_generation_is_closed_when_its_last_request_ends(
    readers: Readers, published: Path, clock: Clock
) -> None:
    first, second = readers.acquire(), readers.acquire()
    assert first is second
    publish(published, EXAMPLE / "organisations.ttl")
    clock.now += INTERVAL
    readers.release(readers.acquire())
    readers.release(first)
    assert _leased(published, 1)
    readers.release(second)
    assert not _leased(published, 1)
    assert _leased(published, 2)
    readers.close()
    assert not _leased(published, 2)


def test_what_is_current_is_looked_up_at_intervals_only(readers: Readers, published: Path, clock: Clock) -> None:
    readers.release(readers.acquire())
    publish(published, EXAMPLE / "organisations.ttl")
    clock.now += INTERVAL / 2
    view = readers.acquire()
    assert view.number == 1
    readers.release(view)
    clock.now += INTERVAL
    view = readers.acquire()
    assert view.number == 2
    readers.release(view)
    readers.close()


def test_a_generation_that_cannot_be_read_leaves_the_old_one_in_place(
    readers: Readers, published: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    readers.release(readers.acquire())
    publish(published, EXAMPLE / "organisations.ttl")
    (published / "generations" / "000002" / "manifest.json").write_text("broken")
    clock.now += INTERVAL
    view = readers.acquire()
    assert view.number == 1
    assert "generation 2 cannot be read" in caplog.text
    readers.release(view)
    readers.close()


def test_nothing_published_is_told_and_what_comes_later_is_read(tmp_path: Path, clock: Clock) -> None:
    readers = Readers(Generations(tmp_path), clock)
    with pytest.raises(StoreError, match="nothing is published yet"):
        readers.acquire()
    publish(tmp_path, EXAMPLE / "series.ttl")
    view = readers.acquire()
    assert view.number == 1
    readers.release(view)
    readers.close()


def test_pages_follow_a_publication(published: Path) -> None:
    with portal(published) as client:
        assert page(client, "/-/version").json["generation"] == 1  # type: ignore[index]
        publish(published, EXAMPLE)
        client.application.extensions["catalograph"].readers._looked = float("-inf")
        assert page(client, "/-/version").json["generation"] == 2  # type: ignore[index]
        assert "<strong>45</strong>" in page(client, "/").text


def test_no_handle_of_an_old_generation_stays_open(published: Path) -> None:
    with portal(published) as client:
        readers = client.application.extensions["catalograph"].readers
        for round_ in range(3):
            publish(published, EXAMPLE / "series.ttl", EXAMPLE / f"{('services', 'reuses', 'society')[round_]}.ttl")
            readers._looked = float("-inf")
            assert page(client, "/").status_code == 200
        gc.collect()
        opened = [name for name in map(_opened, Path("/proc/self/fd").iterdir()) if str(published) in name]
        assert opened
        assert all("generations/000004/" in name for name in opened)
        readers.close()
    shutil.rmtree(published)


def test_an_older_generation_is_read_and_leased_while_it_is_used(
    readers: Readers, published: Path, clock: Clock
) -> None:
    readers.release(readers.acquire())
    publish(published, EXAMPLE / "organisations.ttl")
    clock.now += INTERVAL
    old, again, new = readers.at(1), readers.at(1), readers.at(2)
    assert (old.number, new.number) == (1, 2)
    assert old is again
    assert old.counts()["series"]
    readers.release(old)
    readers.release(new)
    clock.now += _IDLE
    readers.release(readers.acquire())
    assert _leased(published, 1)
    readers.release(again)
    clock.now += _IDLE / 2
    readers.release(readers.at(1))
    clock.now += _IDLE / 2
    readers.release(readers.acquire())
    assert _leased(published, 1)
    clock.now += _IDLE
    readers.release(readers.acquire())
    assert not _leased(published, 1)
    readers.close()


def test_what_a_crawl_reads_stays_open_with_all_that_was_found_out_when_a_newer_one_is_published(
    readers: Readers, published: Path, clock: Clock
) -> None:
    readers.release(readers.at(1))
    crawled = readers.acquire()
    readers.release(crawled)
    publish(published, EXAMPLE / "organisations.ttl")
    clock.now += INTERVAL
    readers.release(readers.acquire())
    assert readers.at(1) is crawled
    readers.release(crawled)
    clock.now += _IDLE
    readers.release(readers.acquire())
    assert not _leased(published, 1)
    readers.close()


def test_what_was_known_of_the_generation_before_is_let_go_once_it_was_gone_on_from(readers: Readers) -> None:
    view = readers.acquire()
    view.before = {"chronicle": "long"}
    assert view.known("chronicle") == "long"
    assert view.once("chronicle", lambda: f"{view.before['chronicle']} and longer") == "long and longer"
    assert not view.before
    assert view.known("chronicle") == "long and longer"
    readers.release(view)
    readers.close()


def test_equal_selections_are_found_once_by_whoever_asks_first(
    readers: Readers, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Selection] = []
    begun = threading.Event()

    def slowly(selection: Selection, *others: Any) -> Selected:
        made.append(selection)
        begun.wait(0.3)
        return select(selection, *others)

    monkeypatch.setattr("api.views.select", slowly)
    view = readers.acquire()
    now = time.time()
    asked = [*[Selection(modified_since=now - day * 86400) for day in (1, 2, 3)], Selection(modified_since=now + 60)]
    with ThreadPoolExecutor(4) as threads:
        *same, later = threads.map(view.selected, asked)
    assert len(made) == 2
    assert same[0] is same[1] is same[2]
    assert same[0].total > later.total == 0
    readers.release(view)
    readers.close()


def test_who_crawls_many_old_generations_keeps_few_of_them_open(
    readers: Readers, published: Path, clock: Clock
) -> None:
    for round_ in range(6):
        publish(published, EXAMPLE / f"{('organisations', 'series')[round_ % 2]}.ttl")
    for number in range(1, 7):
        readers.release(readers.at(number))
    clock.now += INTERVAL
    readers.release(readers.acquire())
    assert [number for number in range(1, 7) if _leased(published, number)] == [3, 4, 5, 6]
    readers.close()
    assert not any(_leased(published, number) for number in range(3, 8))


def test_a_generation_that_is_not_kept_is_gone_and_one_that_is_to_come_is_not_there(
    readers: Readers, published: Path, clock: Clock
) -> None:
    publish(published, EXAMPLE / "organisations.ttl")
    shutil.rmtree(Generations(published).path(1))
    clock.now += INTERVAL
    with pytest.raises(GenerationGone):
        readers.at(1)
    for number in (0, 3):
        with pytest.raises(NotFound):
            readers.at(number)
    readers.close()


def test_a_generation_that_was_sealed_and_never_published_is_not_there(
    readers: Readers, published: Path, clock: Clock
) -> None:
    pipe = pipeline(Settings(data=published, isolation_required=False))
    pipe.load(Order([str(EXAMPLE / "services.ttl")], "example", publish=False))
    publish(published, EXAMPLE / "organisations.ttl")
    clock.now += INTERVAL
    readers.release(readers.at(3))
    with pytest.raises(NotFound):
        readers.at(2)
    readers.release(readers.at(1))
    (published / "published.tsv").unlink()  # as where nobody wrote that down yet
    readers.release(readers.at(2))
    readers.close()


def test_a_crawl_holds_no_generation_longer_than_it_is_kept(published: Path, clock: Clock) -> None:
    wall = Clock()
    wall.now = time.time()
    readers = Readers(Generations(published), clock, keep=3600, retained=2, wall=wall)
    publish(published, EXAMPLE / "organisations.ttl")
    readers.release(readers.at(1))
    wall.now += 3610
    readers.release(readers.at(1))  # one of the newest two
    publish(published, EXAMPLE / "services.ttl")
    clock.now += INTERVAL
    with pytest.raises(GenerationGone):
        readers.at(1)
    readers.release(readers.at(2))
    clock.now += _IDLE
    with pytest.raises(GenerationGone):
        readers.at(1)
    assert not _leased(published, 1)
    readers.close()


def test_a_generation_that_was_made_for_another_base_is_gone(published: Path, clock: Clock) -> None:
    publish(published, EXAMPLE / "organisations.ttl")
    manifest = published / "generations" / "000001" / "manifest.json"
    manifest.write_text(manifest.read_text().replace("http://127.0.0.1:8000", "http://moved.example"))
    readers = Readers(Generations(published), clock)
    with pytest.raises(GenerationGone):
        readers.at(1)
    assert not _leased(published, 1)
    readers.close()


def test_one_that_is_kept_but_damaged_is_no_use_to_a_crawl(published: Path, clock: Clock) -> None:
    publish(published, EXAMPLE / "organisations.ttl")
    (published / "generations" / "000001" / "manifest.json").write_text("broken")
    readers = Readers(Generations(published), clock)
    with pytest.raises(GenerationGone):
        readers.at(1)
    readers.close()


def _opened(handle: Path) -> str:
    try:
        return str(handle.readlink())
    except FileNotFoundError:  # the handle that listed the others
        return ""


def _leased(data: Path, number: int) -> bool:
    """Whether anybody holds the generation, by trying to remove it as retention does."""
    return not Generations(data)._remove_unleased(number) if _exists(data, number) else False


def _exists(data: Path, number: int) -> bool:
    return Generations(data).path(number).exists()


def test_a_generation_that_another_process_saw_first_is_there_at_once(published: Path, clock: Clock) -> None:
    readers = Readers(Generations(published), clock)
    readers.release(readers.acquire())
    publish(published, EXAMPLE / "reuses.ttl")
    view = readers.at(2)
    assert view.number == 2
    readers.release(view)
    readers.close()
