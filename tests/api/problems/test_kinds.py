import json
import re

from flask.testing import FlaskClient

from api.problems.handling import STATUS, as_json, as_text, problem
from api.problems.kinds import kinds
from api.settings import LANGUAGES
from graph.errors import QueryBusy, QuerySyntaxError, QueryTimeout, QueryTooLarge

BASE = "http://data.example.org"


def test_every_kind_is_told_in_all_languages_and_leads_somewhere() -> None:
    for kind in kinds().values():
        assert set(kind.titles) == set(kind.advice) == set(LANGUAGES)
        assert kind.ways
        assert all(set(way.titles) == set(LANGUAGES) for way in kind.ways)
        assert kind.status in set(map(int, STATUS.values())) | {429}


def test_the_page_explains_each_kind_where_its_type_leads(client: FlaskClient) -> None:
    for language in LANGUAGES:
        page = client.get(f"/{language}/problems", headers={"Accept": "text/html"})
        assert page.status_code == 200
        for kind in kinds().values():
            assert f'<section id="{kind.name}"' in page.text
            assert kind.titles[language] in page.text


def test_a_person_reads_what_is_wrong_and_what_helps_in_the_language_of_the_page(client: FlaskClient) -> None:
    question = "/lb/queries/datasets/recent?nothing=such"
    page = client.get(question, headers={"Accept": "text/html"})
    assert page.status_code == 400
    kind = kinds()["request-parameter"]
    assert f"<h1>{kind.titles['lb']}</h1>" in page.text
    assert kind.advice["lb"] in page.text


def test_every_way_out_is_there(client: FlaskClient) -> None:
    page = client.get("/problems", headers={"Accept": "text/html"}).text
    for way in {way.href: way for kind in kinds().values() for way in kind.ways}.values():
        path, _, fragment = way.href.partition("#")
        if path.startswith("/"):
            assert client.get(path).status_code == 200, path
        if path == "/problems":
            assert re.search(rf'id="{fragment}"', page), fragment


def test_a_limit_is_told_with_value_unit_and_ways_out() -> None:
    late = json.loads(as_json(problem(QueryTimeout(30)), BASE))
    assert late["type"] == "http://data.example.org/problems#query-timeout"
    assert (late["title"], late["status"]) == ("The query took too long", 504)
    assert (late["limit"], late["unit"]) == (30, "seconds")
    assert late["detail"].startswith("the query was not answered within 30 seconds and was stopped. Ask for less")
    assert {"title": "The whole catalogue as RDF, in pages", "href": f"{BASE}/catalogue"} in late["ways_out"]
    large = json.loads(as_json(problem(QueryTooLarge(512, "bytes of answer")), BASE))
    assert (large["limit"], large["unit"]) == (512, "bytes of answer")
    assert large["ways_out"][0]["href"] == f"{BASE}/problems#paging"
    busy = json.loads(as_json(problem(QueryBusy("used up", 7, over_budget=True)), BASE))
    assert busy["type"].endswith("#client-budget")
    assert busy["retry_after"] == 7


def test_text_says_the_same_in_lines() -> None:
    lines = as_text(problem(QuerySyntaxError("expected }", 2, 7)), BASE).decode().splitlines()
    assert lines[0].startswith("400 Bad Request: line 2, column 7: expected }. Correct the query")
    assert f"{BASE}/queries" in lines[-1]
