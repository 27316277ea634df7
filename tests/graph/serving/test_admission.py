from collections import Counter

from graph.serving.admission import Queue, over_budget
from graph.serving.lanes import Lanes, Wish
from graph.serving.options import BrokerOptions

OPTIONS = BrokerOptions(workers=3, queue=4, client_running=2, client_waiting=1, client_seconds=60)


def _queue() -> tuple[Queue[str], Lanes]:
    lanes = Lanes(OPTIONS)
    return Queue[str](OPTIONS, lanes), lanes


def _wish(ticket: int, client: str = "a", *, tried: bool = False) -> Wish[str]:
    return Wish("asker", ticket, client, since=float(ticket), until=100.0, tried=tried)


def test_a_client_may_have_so_many_queries_running_and_waiting() -> None:
    queue, _ = _queue()
    for ticket in range(3):
        queue.add(_wish(ticket))
    queue.add(_wish(9, "other"))
    assert queue.overflow(Counter(), now=10) == []
    assert [wish.ticket for wish in queue.overflow(Counter(a=1), now=10)] == [2]
    assert [wish.ticket for wish in queue.overflow(Counter(a=9), now=10)] == [0, 1, 2]
    assert queue.overflow(Counter(a=9), now=0.01) == [], "news of an end may be on its way"
    assert queue.crowded.over_budget
    assert "3 queries running and waiting" in queue.crowded.reason


def test_a_full_queue_is_nobodys_fault() -> None:
    queue, _ = _queue()
    for ticket in range(4):
        assert queue.full is None
        queue.add(_wish(ticket, client=f"client {ticket}"))
    refusal = queue.full
    assert refusal is not None
    assert not refusal.over_budget
    assert refusal.retry_after > 0


def test_in_a_full_queue_the_newest_slow_query_gives_way_to_a_quick_one() -> None:
    queue, lanes = _queue()
    lanes.stopped("heavy", now=0)
    for wish in (_wish(1, "heavy"), _wish(2, tried=True), _wish(3, "light")):
        queue.add(wish)
    giving = queue.giving_way(_wish(4, "new"), now=1)
    assert giving is not None
    assert giving.ticket == 2
    assert queue.giving_way(_wish(4, "heavy"), now=1) is None
    queue.take(giving)
    queue.drop(lambda wish: wish.client == "heavy")
    assert queue.giving_way(_wish(4, "new"), now=1) is None


def test_a_client_over_budget_is_told_when_to_come_back() -> None:
    refusal = over_budget(7.2, OPTIONS)
    assert (refusal.over_budget, refusal.retry_after) == (True, 8)


def test_a_client_that_keeps_its_share_busy_is_passed_over() -> None:
    queue, _ = _queue()
    queue.add(_wish(1, "greedy"))
    queue.add(_wish(2, "other"))
    chosen = queue.next(Counter(greedy=2), slow=2, now=0)
    assert chosen is not None
    assert chosen.client == "other"
    queue.take(chosen)
    assert queue.next(Counter(greedy=2), slow=2, now=0) is None
    queue.drop(lambda wish: wish.ticket == 1)
    assert len(queue) == 0


def test_a_query_whose_trial_is_over_waits_for_a_worker_of_the_share() -> None:
    queue, _ = _queue()
    queue.add(_wish(1, tried=True))
    assert queue.next(Counter(), slow=2, now=0) is None
    chosen = queue.next(Counter(), slow=1, now=0)
    assert chosen is not None
    assert chosen.ticket == 1
