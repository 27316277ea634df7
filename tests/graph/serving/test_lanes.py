from collections import Counter

from graph.serving.lanes import Lanes, Wish
from graph.serving.options import BrokerOptions

OPTIONS = BrokerOptions(workers=4)


def _wish(client: str = "a", *, since: float = 0.0, tried: bool = False) -> Wish[str]:
    return Wish("asker", 1, client, since, until=10.0, tried=tried)


def test_slow_queries_keep_all_workers_but_one() -> None:
    assert [BrokerOptions(workers=n).share for n in (1, 2, 4)] == [1, 1, 3]
    assert [BrokerOptions(workers=4, client_running=n).client_share for n in (1, 3, 9)] == [1, 3, 3]


def test_whoever_comes_gets_a_trial_and_whose_trial_failed_waits_for_the_share() -> None:
    lanes = Lanes(OPTIONS)
    assert lanes.admits(_wish(), slow=6, now=0)
    assert not lanes.admits(_wish(tried=True), slow=3, now=0)
    assert lanes.admits(_wish(tried=True), slow=2, now=0)
    lanes.stopped("a", now=0)
    assert not lanes.admits(_wish(), slow=3, now=1)
    assert lanes.admits(_wish("other"), slow=3, now=1)
    assert lanes.admits(_wish(), slow=3, now=61), "after a minute it has another trial"


def test_the_last_worker_is_for_clients_known_to_be_quick() -> None:
    lanes = Lanes(OPTIONS)
    lanes.ended("known", 0.01, 0, slow=False)
    assert [lanes.admits(_wish("new"), slow, now=0) for slow in (6, 7)] == [True, False]
    assert lanes.admits(_wish("known"), slow=7, now=0)
    lanes.ended("known", 1.5, 0, slow=True)
    assert not lanes.admits(_wish("known"), slow=7, now=0), "who has a slow query is no longer known for quick ones"


def test_slow_queries_make_a_client_a_heavy_one_and_quick_ones_never_do() -> None:
    lanes = Lanes(OPTIONS)
    for second in range(1000):
        lanes.ended("quick", 0.9, second, slow=False)
    lanes.ended("slow", 30, 1000, slow=True)
    assert not lanes.heavy("quick", 1000)
    assert lanes.heavy("slow", 1000)
    assert not lanes.heavy("slow", 1061)


def test_where_there_is_one_worker_none_is_kept() -> None:
    lanes = Lanes(BrokerOptions(workers=1))
    lanes.stopped("a", now=0)
    assert not lanes.slow(_wish(tried=True), now=0)
    assert lanes.admits(_wish(), slow=0, now=0)
    assert lanes.capacity(slow=1) == 1


def test_while_slow_queries_are_on_trial_there_are_more_workers_but_not_for_ever() -> None:
    assert [Lanes(OPTIONS).capacity(slow) for slow in range(12)] == [4, 4, 4, 4, 5, 6, 7, 8, 8, 8, 8, 8]


def test_quick_queries_of_clients_known_for_them_come_first() -> None:
    lanes = Lanes(OPTIONS)
    lanes.ended("known", 0.01, 0, slow=False)
    lanes.stopped("heavy", 0)
    wishes = [
        _wish("heavy", since=0),
        _wish("tried", since=1, tried=True),
        _wish("unknown", since=3),
        _wish("busy", since=2),
        _wish("known", since=4),
    ]
    running = Counter(busy=1)
    ordered = sorted(wishes, key=lambda wish: lanes.rank(wish, running, now=5))
    assert [wish.client for wish in ordered] == ["known", "unknown", "busy", "heavy", "tried"]
