import re

import pytest
from flask.testing import FlaskClient

from api.harvest import asked, crawl, profiles
from api.interfaces.table import Interface, interfaces, parameters, tags
from api.settings import LANGUAGES

CATALOGUES = [one for one in interfaces() if one.paged]


def test_all_that_the_catalogue_reads_is_told() -> None:
    whole = next(one for one in interfaces() if one.id == "catalogue")
    assert {one.name for one in whole.optional} == {
        *asked.READERS, "page", "limit", crawl.PARAMETER, profiles.PARAMETERS[0],
    }  # fmt: skip
    for one in whole.optional:
        assert set(one.about) == set(LANGUAGES)


@pytest.mark.parametrize("one", interfaces(), ids=lambda one: one.id)
def test_each_answers_as_it_is_told(client: FlaskClient, one: Interface) -> None:
    assert one.tag in tags()
    taken = set(re.findall(r"{(\w+)}", one.path)) - {"format"}
    assert {each.name for each in one.in_path} == taken
    path = one.path.replace("{slug}", slug(client)).replace("{dataset}", slug(client, "datasets?q=hourly"))
    path = path.format(format="trig", **{each.name: each.example for each in one.in_path})
    query = "&".join(f"{each.name}={each.example}" for each in one.required)
    answer = client.get(f"{path}?{query}")
    if one.id == "dump_file":  # none are made yet
        assert answer.status_code == 404
        return
    assert answer.status_code == 200, answer.text[:300]
    assert answer.mimetype in one.media_types


def slug(client: FlaskClient, listed: str = "organisations") -> str:
    page = client.get(f"/{listed}", headers={"Accept": "text/html"}).text
    found = re.search(rf'href="/{listed.partition("?")[0]}/([^"/?]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("one", CATALOGUES, ids=lambda one: one.id)
def test_the_examples_of_parameters_work(client: FlaskClient, one: Interface) -> None:
    path = one.path.format(format="nt", slug=slug(client))
    for each in one.optional:
        if each.example:
            assert client.get(path, query_string={each.name: each.example}, follow_redirects=True).status_code == 200


def test_what_is_told_is_used() -> None:
    used = {each.name for one in interfaces() for each in (*one.in_path, *one.required, *one.optional)}
    assert used == set(parameters())
