import gc
import shutil
from pathlib import Path

import pytest

from api.current import INTERVAL, Readers
from graph.errors import StoreError
from graph.generations import Generations
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
