from graph.serving.budgets import Budgets


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


def test_what_is_used_beyond_the_most_is_forgiven() -> None:
    budgets = Budgets(60, most=90)
    budgets.charge("a", 1000, now=0)
    assert budgets.wait("a", now=0) == 30
    assert budgets.used("a", now=0) == 90
