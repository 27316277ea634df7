import threading
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from api.http.answer_cache import AnswerCache, Kept, Key


def _kept(body: bytes, generation: int = 1) -> Kept:
    return Kept(generation, '"x"', (), body)


def test_an_answer_is_found_again_while_its_generation_is_current() -> None:
    cache = AnswerCache(1 << 20)
    cache.put(("a",), _kept(b"one"))
    assert cache.get(("a",), 1) == _kept(b"one")
    assert cache.get(("b",), 1) is None
    assert cache.get(("a",), 2) is None
    assert cache.get(("a",), 1) is None  # and gone for good
    cache.put(("a",), _kept(b"two", 2))
    cache.put(("a",), _kept(b"three", 2))
    assert cache.get(("a",), 2) == _kept(b"three", 2)


def test_what_was_not_asked_for_longest_goes_first() -> None:
    cache = AnswerCache(1 << 20)
    bodies = {(str(number),): bytes(14_000) for number in range(70)}
    for key, body in bodies.items():
        cache.put(key, _kept(body))
        cache.get(("0",), 1)
    assert cache.get(("0",), 1) is not None
    assert cache.get(("1",), 1) is None
    assert cache.get(("69",), 1) is not None


def test_one_long_answer_does_not_drive_out_the_others() -> None:
    cache = AnswerCache(1 << 20)
    cache.put(("short",), _kept(b"x"))
    cache.put(("long",), _kept(bytes(17_000)))
    cache.put((b"a query as long as this" * 1000,), _kept(b""))
    assert cache.get(("long",), 1) is None
    assert cache.get((b"a query as long as this" * 1000,), 1) is None
    assert cache.get(("short",), 1) is not None


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3000), st.integers(1, 3)), max_size=200))
def test_the_bytes_kept_are_counted_right_whatever_comes(puts: list[tuple[int, int, int]]) -> None:
    cache = AnswerCache(200_000)
    for number, size, generation in puts:
        cache.put((str(number),), _kept(bytes(size % 1100), generation))
        cache.get((str(size % 31),), generation)
        weights = [len(kept.body) + len(str(key[0])) + 2000 for key, kept in cache._kept.items()]
        assert cache._used == sum(weights) <= 200_000


def test_threads_share_it_without_mixing_answers_up() -> None:
    cache = AnswerCache(300_000)
    wrong: list[Key] = []

    def work(seed: int) -> None:
        random = Random(seed)
        for _ in range(3000):
            key = (str(random.randrange(200)),)
            kept = cache.get(key, 1)
            if kept is None:
                cache.put(key, _kept(key[0].encode()))
            elif kept.body != key[0].encode():
                wrong.append(key)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert cache._used <= 300_000
