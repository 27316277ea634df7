from collections import Counter

from graph.serving.admission import Budgets, Queue, Wish
from graph.serving.options import BrokerOptions

OPTIONS = BrokerOptions(workers=3, queue=4, client_running=3, client_seconds=60)


def _wish(ticket: int, client: str = "a") -> Wish[str]:
    return Wish("asker", ticket, client, since=0.0, until=10.0)


def test_a_client_below_its_allowance_may_ask() -> None:
    budgets = Budgets(60)
    budgets.charge("a", 59, now=0)
    assert budgets.wait("a", now=0) == 0
    assert budgets.wait("stranger", now=0) == 0


def test_a_client_over_its_allowance_waits_until_it_has_come_back() -> None:
    budgets = Budgets(60)
    budgets.charge("a", 70, now=0)
    assert budgets.wait("a", now=0) == 10
    assert budgets.wait("a", now=10) == 0


def test_an_allowance_of_two_minutes_of_work_comes_back_in_one() -> None:
    budgets = Budgets(120)
    budgets.charge("a", 240, now=0)
    assert budgets.wait("a", now=0) == 60


def test_a_client_may_have_so_many_queries_running_and_waiting() -> None:
    queue: Queue[str] = Queue(OPTIONS)
    for ticket in range(3):
        queue.add(_wish(ticket))
    queue.add(_wish(9, "other"))
    assert queue.overflow(Counter(), now=1) == []
    assert [wish.ticket for wish in queue.overflow(Counter(a=1), now=1)] == [2]
    assert [wish.ticket for wish in queue.overflow(Counter(a=9), now=1)] == [0, 1, 2]
    assert queue.overflow(Counter(a=9), now=0.01) == [], "news of an end may be on its way"
    assert queue.crowded.over_budget


def test_a_full_queue_is_nobodys_fault() -> None:
    queue: Queue[str] = Queue(OPTIONS)
    for ticket in range(4):
        queue.add(_wish(ticket, client=f"client {ticket}"))
    refusal = queue.refuse(budget_wait=0)
    assert refusal is not None
    assert not refusal.over_budget
    assert refusal.retry_after > 0


def test_a_client_over_budget_is_told_when_to_come_back() -> None:
    refusal = Queue[str](OPTIONS).refuse(budget_wait=7.2)
    assert refusal is not None
    assert (refusal.over_budget, refusal.retry_after) == (True, 8)


def test_a_client_that_keeps_its_share_busy_is_passed_over() -> None:
    queue: Queue[str] = Queue(OPTIONS)
    queue.add(_wish(1, "greedy"))
    queue.add(_wish(2, "other"))
    chosen = queue.next(Counter(greedy=2))
    assert chosen is not None
    assert chosen.client == "other"
    queue.take(chosen)
    assert queue.next(Counter(greedy=2)) is None
    queue.drop(lambda wish: wish.ticket == 1)
    assert len(queue) == 0


def test_one_worker_is_never_kept_by_the_same_client_for_long() -> None:
    assert [BrokerOptions(workers=n).share for n in (1, 2, 4)] == [1, 1, 3]
