"""The list of every kind of page is whole, and each of its addresses is such a page."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.site.crawl import Head, visit
from tests.support.failing import failing
from tests.support.kept import kept
from tests.support.page_kinds import PAGE_KINDS, PageKind, chosen, found, route_of, routes
from tests.support.portal import EXAMPLE
from tests.support.whole_portal import make


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    data = tmp_path_factory.mktemp("whole") / "data"
    kept(data, make, "whole portal", documents=[EXAMPLE])
    with failing(data).test_client() as client:
        yield client


@pytest.fixture(scope="module")
def kinds(client: FlaskClient) -> list[PageKind]:
    return found(client)


def test_no_kind_of_page_is_forgotten(client: FlaskClient, kinds: list[PageKind]) -> None:
    assert set(routes()) <= {route_of(client, each.path) for each in kinds}


def test_each_kind_has_a_name_and_an_address_of_its_own(kinds: list[PageKind]) -> None:
    assert len({each.name for each in kinds}) == len(kinds)
    assert len({(each.path, each.typed, each.view) for each in kinds}) == len(kinds)


def test_each_answers_as_it_says(client: FlaskClient, kinds: list[PageKind]) -> None:
    wrong = []
    for each in kinds:
        answer = visit(client, each.at("de"))
        status = 503 if each.asked else each.status  # no query workers run here
        if (answer.status_code, answer.mimetype) != (status, "text/html"):
            wrong.append((each.name, answer.status_code, answer.mimetype))
        assert Head(answer.get_data(as_text=True)).language == "de", each.name
    assert not wrong


def test_each_has_one_field_to_search_all_by(client: FlaskClient, kinds: list[PageKind]) -> None:
    fields = {each.name: visit(client, each.at("en")).get_data(as_text=True).count('role="search"') for each in kinds}
    assert {name: count for name, count in fields.items() if count != 1} == {}


def test_some_are_chosen_by_name() -> None:
    assert [each.name for each in chosen(["home", "error-40*"])] == ["home", "error-400", "error-404", "error-406"]
    assert chosen([]) == list(PAGE_KINDS)
