"""The page of any IRI."""

import html
import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from graph.formats import TURTLE
from tests.support.odd import BASE, FILES
from tests.support.portal import page, rdf

LICENCE = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
IS_LICENCE = "http://purl.org/dc/terms/license"


def about(iri: str, **further: str) -> str:
    return "/resource?" + "&".join(f"{name}={quote(value, '')}" for name, value in {"iri": iri, **further}.items())


def shown(client: FlaskClient, path: str) -> str:
    answer = page(client, path)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def test_it_says_who_says_what(odd: FlaskClient) -> None:
    text = shown(odd, about(f"{BASE}translated"))
    own, claimed = text.index("According to odd"), text.index("According to other")
    assert own < text.index("Luchtkwaliteit", own) < claimed
    assert "Qualité" in text[own:claimed]
    assert claimed < text.index("not published") < text.index("Said by another")


def test_it_says_what_names_it_and_by_which_property(odd: FlaskClient) -> None:
    text = shown(odd, about(LICENCE))
    assert f">{FILES + 1}</span>" in text
    assert text.count("<li dir") == 50
    found = set[str]()
    for number in ("1", "2", "3"):
        part = shown(odd, about(LICENCE, by=IS_LICENCE, page=number))
        found |= set(re.findall(r'<li dir="auto"><a href="([^"]+)"', part))
    assert len(found) == FILES + 1
    assert page(odd, about(LICENCE, page="4")).status_code == 404


def test_an_iri_that_is_only_named_has_a_page(odd: FlaskClient) -> None:
    text = shown(odd, about("http://standard.example/table"))
    assert "What is said of it" not in text
    assert "Conforms to" in text
    assert "Qualité de l'air" in text


def test_the_page_that_a_thing_has_besides_is_told(odd: FlaskClient) -> None:
    assert re.search(r'There is a page of it: <a href="/datasets/', shown(odd, about(f"{BASE}translated")))
    assert "/vocabularies/licence/CC_BY_4_0" in shown(odd, about(LICENCE))


def test_a_class_and_a_property_are_called_as_the_model_calls_them(odd: FlaskClient) -> None:
    assert '<h1 dir="auto">Dataset</h1>' in shown(odd, about("http://www.w3.org/ns/dcat#Dataset"))


def test_its_rdf_is_what_is_published_of_it(odd: FlaskClient) -> None:
    answer = odd.get(about(f"{BASE}translated"), headers={"Accept": TURTLE.media_type})
    assert answer.status_code == 200
    assert "Said by another" not in answer.text
    assert len(rdf(answer)) > 10
    path = about(f"{BASE}translated").replace("/resource", "/resource.ttl")
    assert odd.get(path).data == answer.data
    assert f'<http://127.0.0.1:8000{about(BASE + "translated")}>; rel="canonical"' in answer.headers["Link"]


def test_its_rdf_says_what_names_it(odd: FlaskClient) -> None:
    graph = rdf(odd.get(about("http://standard.example/table").replace("/resource", "/resource.ttl")))
    assert [quad.predicate.value for quad in graph] == ["http://purl.org/dc/terms/conformsTo"]
    paths = [about(LICENCE, page=str(number)).replace("/resource", "/resource.nt") for number in (1, 2, 3)]
    named = [sum(quad.predicate.value == IS_LICENCE for quad in rdf(odd.get(path))) for path in paths]
    assert named == [50, 50, FILES + 1 - 100]


@pytest.mark.parametrize(
    "path", ["/resource", "/resource?iri=", "/resource?iri=no+iri", about("http://a.example/" + "x" * 3000)]
)
def test_what_is_no_iri_is_told_kindly(odd: FlaskClient, path: str) -> None:
    assert page(odd, path).status_code == 400


def test_an_iri_that_nobody_speaks_of_is_not_found(odd: FlaskClient) -> None:
    assert page(odd, about("http://nobody.example/")).status_code == 404
    assert page(odd, about(LICENCE, by="http://nobody.example/p")).status_code == 404
    assert page(odd, about("javascript:alert(1)")).status_code == 404


def test_every_value_leads_to_everything_else_that_has_it(odd: FlaskClient) -> None:
    path = re.findall(r'href="(/datasets/[a-z0-9-]+)"', page(odd, "/datasets?q=luchtkwaliteit").text)[0]
    text = page(odd, path).text
    assert f'href="{about("http://standard.example/table")}"' in text
    assert 'href="/datasets?licence=' in text
