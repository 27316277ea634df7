"""Two portals on loopback: a query put to one joins the data of the other, and finds by words."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.portal import EXAMPLE, publish
from tests.support.served import server

AIR = "https://data.portal.example/id/dataset/air-quality-hourly"
NOTES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
<https://notes.example.org/about-air> a dcat:Dataset ; dct:title "Notes about the air"@en ;
  dct:relation <https://data.portal.example/id/dataset/air-quality-hourly> .
"""
JOIN = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
SELECT ?note ?title {
  ?note dct:relation ?dataset .
  SERVICE <%s/sparql> { ?dataset a dcat:Dataset ; dct:title ?title FILTER(LANG(?title) = "en") }
}
"""
FIND = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX search: <https://w3id.org/catalograph/search/>
SELECT ?dataset ?title ?score ?language {
  SERVICE <%s> { ?dataset search:query "air quality" ; search:kind "datasets" ; search:score ?score ;
                          search:language ?language ; search:limit 10 }
  ?dataset dct:title ?title FILTER(LANG(?title) = "en")
} ORDER BY DESC(?score)
"""

FOUND = (
    'SERVICE <https://w3id.org/catalograph/search> { ?note <https://w3id.org/catalograph/search/query> "air notes" }'
)


@pytest.fixture(scope="module")
def portals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a portal with notes on datasets, and of the one that has the datasets."""
    folder = tmp_path_factory.mktemp("portals")
    publish(folder / "theirs", EXAMPLE)
    (folder / "notes.ttl").write_text(NOTES)
    publish(folder / "ours", folder / "notes.ttl", source="notes")
    with (
        server(folder / "theirs", workers=1) as (_, theirs),
        server(folder / "ours", workers=1, query_services=(f"{theirs}/sparql",), allow_private_addresses=True) as (
            _,
            ours,
        ),
    ):
        yield ours, theirs


def _ask(portal: str, query: str) -> httpx.Response:
    return httpx.post(
        f"{portal}/sparql", data={"query": query}, headers={"Accept": "application/sparql-results+json"}, timeout=30
    )


def test_a_query_joins_the_data_of_another_portal(portals: tuple[str, str]) -> None:
    ours, theirs = portals
    answer = _ask(ours, JOIN % theirs)
    assert answer.status_code == 200, answer.text
    (row,) = answer.json()["results"]["bindings"]
    assert row["note"]["value"] == "https://notes.example.org/about-air"
    assert row["title"]["value"] == "Air quality: hourly measurements of the fixed stations"


def test_the_other_portal_calls_nobody(portals: tuple[str, str]) -> None:
    ours, theirs = portals
    answer = _ask(theirs, JOIN % ours)
    assert answer.status_code == 400
    assert "SERVICE is not answered here (line 6, column 3)" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["https://w3id.org/catalograph/search", "/search"])
def test_words_are_looked_for_inside_a_query(portals: tuple[str, str], name: str) -> None:
    answer = _ask(portals[1], FIND % name)
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]["bindings"]
    assert rows[0]["dataset"]["value"] == AIR
    assert float(rows[0]["score"]["value"]) > 0
    assert rows[0]["language"]["value"] in {"en", "fr"}


def test_words_and_another_portal_in_one_query(portals: tuple[str, str]) -> None:
    ours, theirs = portals
    query = JOIN.replace("?note dct:relation ?dataset .", "?note dct:relation ?dataset . " + FOUND)
    answer = _ask(ours, query % theirs)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["results"]["bindings"]) == 1
    query = query.replace('"air notes"', '"nothing of the kind"')
    assert _ask(ours, query % theirs).json()["results"]["bindings"] == []
