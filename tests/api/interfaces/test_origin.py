"""Programs are told which texts of an answer others wrote."""

from pathlib import Path

from api.interfaces.openapi import document
from api.interfaces.origin import ABOUT, EXTENSION, MEMBER, TEXTS
from api.settings import Settings
from tests.support.portal import page, portal


def test_lists_say_whose_their_texts_are(example: Path) -> None:
    with portal(example) as client:
        told = client.get("/search.json?q=air").get_json()
    assert told[MEMBER] == TEXTS
    assert next(iter(told)) == MEMBER


def test_the_description_of_the_interfaces_says_it_of_each_answer(example: Path) -> None:
    told = document(Settings())
    assert told["info"]["description"].endswith(ABOUT)
    answers = [one["get"]["responses"]["200"] for one in told["paths"].values()]
    assert len(answers) > 50
    assert {one[EXTENSION] for one in answers} == {"harvested"}
    with portal(example) as client:
        assert ABOUT in page(client, "/api").text


def test_tables_are_saved_and_not_opened(example: Path) -> None:
    with portal(example) as client:
        for path in ("/datasets.csv", "/queries/organisations/list.csv"):
            answer = client.get(path)
            if answer.status_code != 503:  # no query workers run here
                assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
