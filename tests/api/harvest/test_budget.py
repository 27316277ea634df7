"""What one client may harvest: page after page always, many pages at once for a while."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.app import create_app
from api.harvest.budget import CrawlBudget
from api.settings import Settings
from graph.errors import CrawlBudgetUsed, QueryBusy
from graph.iris import key


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def crawl(budget: CrawlBudget, clock: Clock, client: str, seconds: float) -> None:
    with budget.charged(client):
        clock.now += seconds


def test_who_asks_for_a_page_after_the_other_is_never_refused() -> None:
    clock = Clock()
    budget = CrawlBudget(60, clock)
    for _ in range(10_000):
        crawl(budget, clock, "a", 0.5)
    assert dict(budget.headers("a"))["RateLimit"] == '"crawl";r=59;t=1'


def test_many_at_once_use_the_budget_up_and_get_it_back_while_others_go_on() -> None:
    clock = Clock()
    budget = CrawlBudget(60, clock)
    with ExitStack() as at_once:
        for _ in range(2):
            at_once.enter_context(budget.charged("a"))
        clock.now += 35
    with pytest.raises(CrawlBudgetUsed, match="60 seconds a minute") as refused:
        crawl(budget, clock, "a", 1)
    assert refused.value.retry_after == 10
    assert dict(budget.headers("a"))["RateLimit-Remaining"] == "0"
    crawl(budget, clock, "b", 1)
    clock.now += 10
    crawl(budget, clock, "a", 1)


def test_a_few_pages_are_made_at_the_same_time_for_one_and_for_all() -> None:
    budget = CrawlBudget(60, Clock())
    with ExitStack() as at_once:
        for client in "aaabbbcc":
            at_once.enter_context(budget.charged(client))
        with pytest.raises(QueryBusy, match="this client has 3 pages to harvest at once") as refused:
            budget.charged("a").__enter__()
        assert refused.value.retry_after
        with pytest.raises(QueryBusy, match="there are 8"):
            budget.charged("d").__enter__()
    with budget.charged("a"):
        pass


def test_what_fails_is_charged_too() -> None:
    clock = Clock()
    budget = CrawlBudget(10, clock)

    def fail() -> None:
        clock.now += 15
        raise ValueError("no page")

    with pytest.raises(ValueError, match="no page"), budget.charged("a"):
        fail()
    with pytest.raises(CrawlBudgetUsed):
        crawl(budget, clock, "a", 1)


def test_answers_say_what_is_left_and_a_refusal_when_to_go_on(example: Path) -> None:
    app = create_app(Settings(data=example, crawl_client_seconds=0.001))
    client = app.test_client()
    record = client.get(f"/datasets/{key('https://data.portal.example/id/dataset/air-quality-hourly')}").headers[
        "Location"
    ]
    first = client.get("/catalogue.ttl")
    assert first.status_code == 200
    assert first.headers["RateLimit-Policy"] == '"crawl";q=0;qu="seconds";w=60'
    assert "RateLimit-Remaining" in first.headers["Access-Control-Expose-Headers"]
    for path in ("/catalogue.rdf", "/catalogue/hvd", "/oai?verb=Identify", "/feed.atom", "/catalog.jsonld"):
        refused = client.get(path)
        assert refused.status_code == 429, path
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["RateLimit-Remaining"] == "0"
        told = refused.get_json()
        assert told["type"].endswith("#crawl-budget")
        assert [way["href"].rpartition("/")[2] for way in told["ways_out"]][-2:] == ["dumps", "feed"]
    for path in ("/datasets", "/dumps", "/robots.txt", "/void.ttl", record, f"{record}.ttl"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "RateLimit" not in answer.headers
    lu = {"Accept": "text/turtle", "Accept-Profile": "dcat-ap-lu"}
    for path in ("/sitemap.xml", "/sitemaps/pages.xml", f"{record}.ttl?profile=dcat-ap", f"{record}/linkset.json"):
        assert client.get(path).status_code == 429, path
    assert client.get(record, headers=lu).status_code == 429


def test_a_budget_is_a_clients_own(example: Path) -> None:
    client = create_app(Settings(data=example, crawl_client_seconds=0.001)).test_client()
    for address in ("192.0.2.1", "192.0.2.2"):
        statuses = [client.get("/catalogue.ttl", environ_base={"REMOTE_ADDR": address}).status_code for _ in range(2)]
        assert statuses == [200, 429]
