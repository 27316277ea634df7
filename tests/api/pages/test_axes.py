"""The pages of what datasets have in common, and the lists of those that meet a condition, on the example catalogue."""

import json
import re
from html import unescape
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, QuerySolutions

from api.languages import Languages
from api.presenting.filters import month
from api.settings import LANGUAGES
from graph.generations import Generations
from tests.support.portal import page, portal, publish, rdf

AUTHORITY = "http://publications.europa.eu/resource/authority"
OVERVIEWS = ("/themes", "/formats", "/licences", "/places", "/languages", "/keywords", "/standards")
VALUES = (
    "/themes/ENVI", "/formats/CSV", "/licences/CC0", "/places/LUX", "/languages/FRA", "/hvd/c_dd313021",
    "/vocabularies/frequency/HOURLY", "/vocabularies/data-theme/ENVI", "/vocabularies/portal-reuse-type/Application",
    "/vocabularies/nuts/LU",
)  # fmt: skip
LISTS = ("/real-time", "/ai", "/protected")


def text_of(client: FlaskClient, path: str) -> str:
    answer = page(client, path)
    assert answer.status_code == 200, path
    return unescape(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_a_page_in_each_language(client: FlaskClient, language: str) -> None:
    for path in (*OVERVIEWS, *VALUES, *LISTS, "/hvd", "/about", "/accessibility", "/api", "/vocabularies/nuts"):
        answer = page(client, f"/{language}{path}")
        assert answer.status_code == 200, path
        assert f'<html lang="{language}">' in answer.text, path
        assert "<h1" in answer.text, path


def test_values_are_listed_with_as_many_datasets_as_their_pages_have(client: FlaskClient) -> None:
    listed = "".join(text_of(client, f"/en{path}") for path in OVERVIEWS[:5])
    row = r'<a href="(/en/(?:themes|formats|licences|languages)/[^"]+)">.*?</a> <span class="count">(\d+)'
    rows = re.findall(row, listed)
    assert len(rows) > 12
    for href, count in rows[::3]:
        told = re.search(r'id="members">(\d+) datasets?<', text_of(client, href))
        assert told is not None, href
        assert told[1] == count, href


def test_a_theme_is_named_in_the_readers_language_and_leads_to_its_datasets(client: FlaskClient) -> None:
    text = text_of(client, "/de/themes/ENVI")
    assert '<h1 dir="auto">Umwelt</h1>' in text
    assert f'href="/de/datasets?theme={AUTHORITY.replace(":", "%3A").replace("/", "%2F")}%2Fdata-theme%2FENVI"' in text
    assert "Nach Organisation" in text


def test_the_query_behind_a_value_finds_the_datasets_that_its_page_has(client: FlaskClient, example: Path) -> None:
    for path in ("/themes/TRAN", "/formats/CSV", "/licences/CC0", "/places/LUX", "/languages/FRA", "/hvd/c_ac64a52d",
                 "/vocabularies/frequency/HOURLY", "/keywords/water", "/hvd/c_164e0bf5"):  # fmt: skip
        text = text_of(client, f"/de{path}")
        told = re.search(r'id="members">(\d+) ', text)
        assert told is not None, path
        titles = [row["title"] for row in queried(text, example)]
        assert len(titles) == int(told[1]) > 0, path
        assert any(isinstance(title, Literal) and title.language == "de" for title in titles), path


def queried(text: str, example: Path) -> QuerySolutions:
    """What the query that a page leads to finds."""
    href = re.search(r'href="(/de/sparql[?]query=[^"]+)"', text[text.index('class="tools"') :])
    assert href is not None
    query = dict(parse_qsl(urlsplit(href[1]).query))["query"]
    with Generations(example).current() as generation:
        return cast("QuerySolutions", generation.store.query(query))


def test_its_rdf_is_what_is_said_of_the_concept(client: FlaskClient) -> None:
    subjects = {quad.subject.value for quad in rdf(client.get("/themes/ENVI.ttl"))}
    assert subjects == {f"{AUTHORITY}/data-theme/ENVI"}
    assert len(rdf(client.get("/hvd/c_dd313021.nt")))


def test_a_theme_that_no_dataset_has_is_said_too(client: FlaskClient) -> None:
    overview = text_of(client, "/en/themes")
    unused = overview[overview.index("Without a dataset") :]
    codes = re.findall(r'href="/en/themes/([A-Z_]+)"', unused)
    for code in codes:
        assert "No dataset has this yet." in text_of(client, f"/en/themes/{code}")
    assert len(re.findall(r'href="/en/themes/([A-Z_]+)"', overview)) == 13 + 1  # and one that is provisional


def test_a_country_has_what_its_regions_have(tmp_path: Path) -> None:
    nuts = "http://data.europa.eu/nuts/code"
    (tmp_path / "data.ttl").write_text(
        f"""
        PREFIX dcat: <http://www.w3.org/ns/dcat#>
        PREFIX dct: <http://purl.org/dc/terms/>
        <http://x.example/a> a dcat:Dataset ; dct:title "A"@en ; dct:spatial <{nuts}/BE31> .
        <http://x.example/b> a dcat:Dataset ; dct:title "B"@en ; dct:spatial <{nuts}/BE31>, <{nuts}/BE3> .
        <http://x.example/c> a dcat:Dataset ; dct:title "C"@en ; dct:spatial <{nuts}/BE> .
        """
    )
    publish(tmp_path / "portal", tmp_path / "data.ttl")
    with portal(tmp_path / "portal") as client:
        assert ">3 datasets<" in text_of(client, "/en/places/BE")
        assert ">2 datasets<" in text_of(client, "/en/places/BE3")
        upper = text_of(client, "/en/places/BE")
        assert re.search(r'href="/en/places/BE3">[^<]*</a> <span class="count">2<', upper)
        lower = text_of(client, "/en/places/BE31")
        assert lower.index('href="/en/places/BE"') < lower.index('href="/en/places/BE3"')
        assert re.search(r'class="depth-1"><a href="/en/places/BE3">[^<]*</a></th><td>.*?</td><td class="number">2<',
                         text_of(client, "/en/vocabularies/nuts"))  # fmt: skip


def test_all_six_high_value_categories_are_told_with_what_is_below_them(client: FlaskClient) -> None:
    text = text_of(client, "/en/hvd")
    coverage = text[: text.index("</figure>")]
    rows = dict(re.findall(r'href="/en/hvd/(c_\w+)">[^<]*</a> <svg.*?</th><td>([^<]*)</td>', coverage))
    assert len(rows) == 6
    assert text.index("/en/hvd/c_") < text.index('id="listed"')  # who reads on a phone need not go past the list
    for code, told in rows.items():
        found = re.search(r'id="members">(\d+) datasets?<', text_of(client, f"/en/hvd/{code}"))
        assert found is not None
        assert told == (found[1] if found[1] != "0" else "no dataset yet")
    below = text_of(client, "/en/hvd/c_dd313021")
    assert re.search(r'Without a dataset <span class="count">25</span>', below)
    assert below.index(">Air</a>") < below.index("Without a dataset") < below.index(">Climate</a>")


def test_a_keyword_gathers_its_languages_and_names_its_other_spellings(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(
        """
        PREFIX dcat: <http://www.w3.org/ns/dcat#>
        PREFIX dct: <http://purl.org/dc/terms/>
        <http://x.example/a> a dcat:Dataset ; dct:title "A"@en ; dcat:keyword "transport"@fr, "C++/C#?"@en .
        <http://x.example/b> a dcat:Dataset ; dct:title "B"@en ; dcat:keyword "transport"@en, "transport"@fr .
        <http://x.example/c> a dcat:Dataset ; dct:title "C"@en ; dcat:keyword "Transport"@de, "transport"@fr-t-nl .
        """
    )
    publish(tmp_path / "portal", tmp_path / "data.ttl")
    with portal(tmp_path / "portal") as client:
        text = text_of(client, "/en/keywords/transport")
        assert ">3 results<" in text
        assert re.search(r'href="/en/keywords/Transport">Transport</a> <span class="count">1<', text)
        overview = text_of(client, "/en/keywords")
        odd = re.search(r'href="(/en/keywords/C[^"]+)"', overview)
        assert odd is not None
        assert ">1 result<" in text_of(client, odd[1])
        assert page(client, "/en/keywords/none-such").status_code == 404
        assert page(client, f"/en/keywords/{'x' * 5000}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/themes/NONE", "/formats/csv", "/hvd/c_none", "/places/none", "/themes/ENVI?page=99", "/themes?page=0",
     "/keywords?page=9999", "/standards?page=77", "/ai?page=1000000000", "/vocabularies/frequency/HOURLY?page=-1",
     "/themes/ENVI.xyz"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert page(client, path).status_code == 404


def test_a_concept_that_no_axis_has_tells_what_names_it(client: FlaskClient) -> None:
    text = text_of(client, "/en/vocabularies/portal-reuse-type/Application")
    assert "What names it" in text
    assert 'id="members"' not in text


def test_real_time_data_is_listed_with_how_often_it_changes(client: FlaskClient) -> None:
    text = text_of(client, "/en/real-time")
    assert '<h2 id="found">5 datasets</h2>' in text
    assert 'href="/en/vocabularies/frequency/1MIN"' in text
    assert "What counts" in text
    assert "updated at least every hour" in text


def test_data_for_learning_and_protected_data_are_listed_with_their_reasons(client: FlaskClient) -> None:
    learning, protected = text_of(client, "/fr/ai"), text_of(client, "/de/protected")
    assert 'href="/fr/formats/CSV"' in learning
    assert 'href="/fr/licences/CC' in learning
    assert "/de/vocabularies/portal-data-protection/PersonalData" in protected
    assert "/de/queries/datasets/protected" in protected


def test_the_documentation_has_each_interface_of_the_description(client: FlaskClient) -> None:
    told = json.loads(client.get("/openapi.json").data)
    text = text_of(client, "/de/api")
    for path in told["paths"]:
        assert f"GET {path}</code>" in text
    assert "Datensätze eines Themas" in text


def test_every_page_leads_to_the_statement(client: FlaskClient) -> None:
    assert all('href="/en/accessibility"' in text_of(client, f"/en{path}") for path in ("/", "/themes", "/datasets"))


def test_home_leads_into_the_catalogue_by_many_ways(client: FlaskClient) -> None:
    text = text_of(client, "/en/")
    for path in ("/hvd", "/real-time", "/ai", "/protected", "/inventory", "/reuses", "/api", "/formats", "/keywords"):
        assert f'href="/en{path}"' in text, path
    assert 'href="/en/themes/ENVI"' in text


def test_months_are_written_as_readers_write_them() -> None:
    locales = Languages.load(("en", "fr")).locales
    assert month("2026-11", locales["en"]) == "November 2026"
    assert month("2026-11", locales["fr"]) == "novembre 2026"
    assert month("2026-13", locales["fr"]) == "2026-13"
    assert month("soon", locales["fr"]) == "soon"
