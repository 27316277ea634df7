"""Pages of records that have far too much of something stay pages: bounded, and with a way to all of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from graph.iris import key
from tests.support.monsters import BASE, FILES, MANY, publish_monsters
from tests.support.portal import page, portal

MOST = 300_000
"""Bytes of HTML of any page."""


@pytest.fixture(scope="module")
def monsters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_monsters(tmp_path_factory.mktemp("monsters"))


@pytest.fixture
def client(monsters: Path) -> Iterator[FlaskClient]:
    with portal(monsters) as client:
        yield client


def address(client: FlaskClient, name: str, kind: str = "datasets") -> str:
    moved = page(client, f"/{kind}/{key(BASE + name)}")
    return moved.headers["Location"] if moved.status_code == 301 else f"/{kind}/{key(BASE + name)}"


@pytest.mark.parametrize("name", ["wordy", "everything", "polyglot", "faulty", "dated"])
def test_no_page_is_endless(client: FlaskClient, name: str) -> None:
    for part in ("", "/record", "/report", "/distributions"):
        answer = page(client, address(client, name) + part, "en")
        assert answer.status_code == 200
        assert len(answer.data) < MOST, part


def test_what_a_page_has_no_room_for_is_counted(client: FlaskClient) -> None:
    text = page(client, address(client, "everything"), "en").text
    assert f'<dd class="more">{MANY - 60} more in the data</dd>' in text
    assert re.search(r"<code>…</code></dt>\s*<dd class=\"more\">[0-9,]+ more in the data<", text)
    for name in ("wordy", "polyglot"):
        text = page(client, address(client, name), "en").text
        assert "There is more than is shown here; the query has it all." in text


def test_a_long_description_keeps_its_paragraphs(client: FlaskClient) -> None:
    text = page(client, address(client, "wordy"), "en").text
    assert text.count("<p>A sentence") > 10
    assert text.count(" …</p>") == 1


def test_the_address_of_a_record_is_no_longer_than_people_can_bear(client: FlaskClient) -> None:
    assert len(address(client, "wordy")) < 130


def test_a_report_on_many_files_comes_in_pages(client: FlaskClient) -> None:
    path = address(client, "faulty") + "/report"
    found = set[str]()
    for number in range(1, 5):
        answer = page(client, f"{path}?page={number}", "en")
        assert answer.status_code == 200
        found |= set(re.findall(rf">{BASE}(file\d+)<", answer.text))
    assert len(found) == FILES
    for wrong in ("page=5", "page=-1", "page=x"):
        assert page(client, f"{path}?{wrong}").status_code == 404
    assert client.get(f"{path}.json?page=2").data == client.get(f"{path}.json").data
