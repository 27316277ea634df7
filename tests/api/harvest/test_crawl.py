import shutil
from pathlib import Path

import pytest

from api.harvest import crawl
from api.portal import view
from graph.errors import GenerationGone, HarvestParameterError, PageNotFound
from graph.generations import Generations
from tests.support.portal import EXAMPLE, portal, publish


@pytest.fixture
def published(tmp_path: Path) -> Path:
    for name in ("series", "organisations", "society"):
        publish(tmp_path / "data", EXAMPLE / f"{name}.ttl")
    shutil.rmtree(Generations(tmp_path / "data").path(1))
    return tmp_path / "data"


@pytest.mark.parametrize(("query", "number"), [("", 3), ("?generation=2", 2), ("?generation=3", 3)])
def test_the_whole_request_reads_the_generation_it_names_or_the_current_one(
    published: Path, query: str, number: int
) -> None:
    with portal(published) as client, client.application.test_request_context(f"/catalogue{query}"):
        assert crawl.bound("/catalogue").number == number
        assert view().number == number


def test_what_is_not_kept_any_more_leads_to_the_first_page(published: Path) -> None:
    with portal(published) as client, client.application.test_request_context("/catalogue?generation=1&page=7"):
        with pytest.raises(GenerationGone) as raised:
            crawl.bound("/catalogue?theme=ENVI")
        assert raised.value.instead == "http://127.0.0.1:8000/catalogue?theme=ENVI"


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "٣", "9" * 30])
def test_what_is_no_number_is_a_bad_request(published: Path, text: str) -> None:
    with (
        portal(published) as client,
        client.application.test_request_context(f"/catalogue?generation={text}"),
        pytest.raises(HarvestParameterError, match="must be the number of a generation"),
    ):
        crawl.bound("/catalogue")


def test_what_nobody_published_yet_is_not_there(published: Path) -> None:
    with (
        portal(published) as client,
        client.application.test_request_context("/catalogue?generation=4"),
        pytest.raises(PageNotFound, match="numbered from 1 to 3; begin at") as raised,
    ):
        crawl.bound("/catalogue")
    assert raised.value.instead == "http://127.0.0.1:8000/catalogue"
