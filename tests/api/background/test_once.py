import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.background.once import Once


def test_who_asks_for_the_same_waits_and_who_asks_for_something_else_does_not() -> None:
    once: Once[str, str] = Once()
    begun, end = threading.Event(), threading.Event()

    def slowly() -> str:
        begun.set()
        assert end.wait(10)
        return "slow"

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(once.found, "one", slowly)
        assert begun.wait(10)
        second = threads.submit(once.found, "one", lambda: "again")
        assert once.known("one", "not yet") == "not yet"
        assert once.found("other", lambda: "quick") == "quick"
        assert not second.done()
        end.set()
        assert (first.result(), second.result()) == ("slow", "slow")
    assert once.known("one", "not yet") == "slow"


def test_what_needs_another_thing_may_ask_for_it() -> None:
    once: Once[str, int] = Once()
    assert once.found("outer", lambda: once.found("inner", lambda: 1) + 1) == 2


def test_what_failed_is_tried_again() -> None:
    once: Once[str, int] = Once()
    with pytest.raises(ZeroDivisionError):
        once.found("one", lambda: 1 // 0)
    assert once.known("one", 7) == 7
    assert once.found("one", lambda: 2) == 2


def test_of_many_those_asked_for_last_are_kept() -> None:
    once: Once[int, int] = Once(2)
    for name in (1, 2, 1, 3):
        once.found(name, lambda: 0)
    assert [once.found(name, lambda: 5) for name in (1, 3, 2)] == [0, 0, 5]
