from collections.abc import Iterator

import pytest
from pyoxigraph import RdfFormat, Store

from api.harvest.ahead import _MOST, Ahead

ONE = "http://example.org/1"


@pytest.fixture
def ahead() -> Iterator[Ahead]:
    store = Store()
    store.load(b"<http://example.org/1> <http://example.org/p> 1 .", RdfFormat.TURTLE)
    reading = Ahead(store)
    yield reading
    reading.close()


def test_what_was_read_before_is_what_would_be_read_now(ahead: Ahead) -> None:
    ahead.begin("page 2", [ONE])
    before = ahead.take("page 2", [ONE])
    assert before == ahead.take("page 2", [ONE])
    assert list(before.rows) == [f"<{ONE}>"]


def test_a_crawl_that_breaks_off_leaves_little_behind(ahead: Ahead) -> None:
    for number in range(_MOST + 5):
        ahead.begin(number, [ONE])
        ahead.begin(number, [ONE])
    assert len(ahead._waiting) == _MOST
    assert ahead.take(0, [ONE]).rows


def test_nothing_is_read_behind_the_last_page(ahead: Ahead) -> None:
    ahead.begin("after the last", [])
    assert not ahead._waiting


def test_what_was_not_begun_yet_when_the_generation_closed_is_read_by_whoever_asks(ahead: Ahead) -> None:
    ahead.begin("page 2", [ONE])
    ahead.close()
    assert ahead.take("page 3", [ONE]).rows
