"""The query page without script: what the server sends to a browser that only knows forms and links."""

import gzip
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import brotli
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.settings import LANGUAGES, Settings
from graph.serving.broker import start
from graph.serving.client import Client
from graph.serving.options import BrokerOptions
from queries.library import load, names
from tests.support.portal import page

OPTIONS = BrokerOptions(seconds=4, memory=1 << 30, answer_bytes=2 << 20)
TENS = "0 1 2 3 4 5 6 7 8 9"
MANY = f"""SELECT ?n {{
  VALUES ?a {{ {TENS} }} VALUES ?b {{ {TENS} }} VALUES ?c {{ 0 1 2 }}
  BIND(?a + 10 * ?b + 100 * ?c AS ?n)
}} ORDER BY ?n"""
LONG = """REPLACE(REPLACE(REPLACE(REPLACE('aaaaaaaaaa', 'a', 'bbbbbbbbbb'), 'b', 'cccccccccc'), 'c', 'dddddddddd'),
  'd', '<b>x</b>')"""
"""A text of 80,000 characters."""


@pytest.fixture(scope="module")
def browser(example: Path) -> Iterator[FlaskClient]:
    with start(example, OPTIONS) as broker:
        client = Client(broker.socket_path, OPTIONS)
        yield create_app(Settings(data=example), client).test_client()
        client.close()


def ask(browser: FlaskClient, query: str, path: str = "/en/sparql", **others: str) -> TestResponse:
    return page(browser, f"{path}?{urlencode({'query': query, **others})}")


def shown(browser: FlaskClient, query: str, path: str = "/en/sparql", **others: str) -> str:
    reply = ask(browser, query, path, **others)
    assert reply.status_code == 200
    return reply.text


def cells(text: str) -> list[str]:
    return [unescape(re.sub(r"<[^>]*>", "", cell)) for cell in re.findall(r"<td[^>]*>(.*?)</td>", text, re.DOTALL)]


def links(text: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', text)]


def test_a_person_without_a_query_gets_a_form_with_the_library_by_topic(browser: FlaskClient) -> None:
    reply = page(browser, "/sparql", "fr")
    text = reply.text
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<textarea id="query" name="query"' in text
    assert '<optgroup label="Organisations">' in text
    for name in names():
        assert (f'<option value="{name}">' in text) is (not load(name).required)
    assert load("hvd/categories").titles["fr"] in unescape(text)


def test_an_example_is_put_into_the_form_and_not_asked(browser: FlaskClient) -> None:
    reply = page(browser, "/de/sparql?example=hvd/categories")
    text = unescape(reply.text)
    assert load("hvd/categories").body.strip() in text
    assert load("hvd/categories").abouts["de"] in text
    assert "<table" not in text
    assert page(browser, "/sparql?example=hvd/nothing").status_code == 404


def test_every_example_runs_as_it_stands(browser: FlaskClient) -> None:
    for name in names():
        if not load(name).required:
            assert ask(browser, load(name).body).status_code == 200, name


def test_rows_are_a_table_with_caption_downloads_time_and_size(browser: FlaskClient) -> None:
    text = shown(browser, "SELECT ?t ?u { VALUES ?t { 'x'@fr <http://a.example/> } }")
    assert re.search(r"<caption[^>]*>2 results</caption>", text)
    assert '<th scope="col">t</th>' in text
    assert cells(text) == ["x", "", "http://a.example/", ""]
    assert '<span lang="fr" dir="auto">x</span>' in text
    assert {link.rpartition("=")[2] for link in links(text) if "format=" in link} == {"json", "xml", "csv", "tsv"}
    assert re.search(r"Answered in [0-9.]+ seconds with [0-9]+ B\.", text)


def test_a_reader_turns_the_pages_of_all_rows(browser: FlaskClient) -> None:
    seen, link = [], f"/en/sparql?{urlencode({'query': MANY})}"
    for _ in range(3):
        text = page(browser, link).text
        assert "300 results" in text
        seen += cells(text)
        link = next((unescape(one) for one in re.findall(r'rel="next" href="([^"]*)"', text)), "")
    assert seen == [str(number) for number in range(300)]
    assert link == ""
    assert ask(browser, MANY, page="4").status_code == 404
    assert ask(browser, MANY, page="0").status_code == 404


def test_which_graphs_a_query_is_about_stays_with_the_form_and_every_link(browser: FlaskClient) -> None:
    graph = {"default-graph-uri": "http://127.0.0.1:8000/graph/records"}
    text = shown(browser, f"{MANY} #", **graph)
    assert f'<input type="hidden" name="default-graph-uri" value="{graph["default-graph-uri"]}">' in text
    about = [link for link in links(text) if "query=" in link]
    assert about
    assert all(urlencode(graph) in link for link in about)


def test_terms_that_we_know_lead_to_our_pages_and_others_out(browser: FlaskClient) -> None:
    dataset = "?d a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/accrualPeriodicity> ?f"
    text = shown(browser, f"SELECT ?d ?f (<http://elsewhere.example/> AS ?e) {{ {dataset} }} LIMIT 1")
    (row,) = re.findall(r"<tr>\s*(<td.*?)</tr>", text, re.DOTALL)
    ours, concept, elsewhere = re.findall(r'<a href="([^"]*)"([^>]*)>', row)
    assert ours[0].startswith("/en/datasets/")
    assert concept[0].startswith("/en/vocabularies/frequency/")
    assert "external" not in ours[1] + concept[1]
    assert elsewhere[0] == "http://elsewhere.example/"
    assert "external" in elsewhere[1]
    assert page(browser, ours[0]).status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK { ?s ?p ?o }", "<strong>Yes</strong>"),
        ("ASK { <a:b> ?p ?o }", "<strong>No</strong>"),
        ("CONSTRUCT { <a:b> <a:c> 'd' } {}", "&lt;a:b&gt; &lt;a:c&gt; &#34;d&#34;"),
        ("SELECT (<<( <a:b> <a:b> 1 )>> AS ?x) {}", "&lt;&lt;( &lt;a:b&gt; &lt;a:b&gt; 1 )&gt;&gt;"),
        ("SELECT ('<script>' AS ?x) {}", "&lt;script&gt;"),
        ("SELECT (<javascript:alert(1)> AS ?x) {}", '<td dir="auto" class="iri">javascript:alert(1)'),
        ("SELECT (<data:text/html,x> AS ?x) {}", '<td dir="auto" class="iri">data:text/html,x'),
    ],
)
def test_an_answer_is_shown_as_what_it_is(browser: FlaskClient, query: str, expected: str) -> None:
    assert expected in shown(browser, query)


def test_statements_are_shown_in_pages_of_lines(browser: FlaskClient) -> None:
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    text = shown(browser, query)
    assert re.search(r"[0-9,]+ lines . lines 1 to 500", text)
    assert 'rel="next"' in text
    assert "lines 501 to 1,000" in shown(browser, query, page="2")


def test_a_very_long_text_is_abridged_and_the_page_stays_small(browser: FlaskClient) -> None:
    text = shown(browser, f"SELECT ({LONG} AS ?x) (5 AS ?y) {{}}")
    assert "(abridged)" in text
    assert len(text) < 50_000
    statements = shown(browser, f"CONSTRUCT {{ <a:b> <a:c> ?x }} {{ BIND({LONG} AS ?x) }}")
    assert len(statements) < 50_000


def test_a_mistake_is_shown_at_its_place_with_the_query_kept(browser: FlaskClient) -> None:
    reply = ask(browser, "SELECT *\n{ ?s ?p ?o }\nLIMIT <b>", "/de/sparql")
    text = reply.text
    assert reply.status_code == 400
    assert "Die Abfrage ist ab Zeile 3, Spalte 7 nicht lesbar." in text
    assert '<span class="number">3</span> LIMIT <mark>&lt;b&gt;</mark>' in text
    assert 'aria-invalid="true"' in text
    assert "LIMIT &lt;b&gt;</textarea>" in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 504, "longer than 4 seconds"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000", 422, "larger than 2.1 MB"),
        (f"SELECT * {{}} #{'x' * 70_000}", 413, "longer than the 65.5 kB"),
        ("INSERT DATA { <a:b> <a:b> 1 }", 400, "update"),
    ],
)
def test_a_query_without_an_answer_says_why(browser: FlaskClient, query: str, status: int, reason: str) -> None:
    reply = ask(browser, query)
    assert reply.status_code == status
    assert reason in reply.text


def test_a_call_to_another_endpoint_is_shown_at_its_place_with_ways_out(browser: FlaskClient) -> None:
    reply = ask(browser, "SELECT * {\n  SERVICE <http://a.example/> { ?s ?p ?o } }", "/fr/sparql")
    assert reply.status_code == 400
    assert "SERVICE <mark>&lt;http://a.example/&gt;" in reply.text
    assert "La requête demande ce que ce service ne fait pas" in reply.text
    (ways,) = re.findall(r"</div>\s*<ul>(.*?)</ul>", reply.text, re.DOTALL)
    for link in links(ways):
        assert page(browser, link).status_code == 200, link


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_language_of_its_address(browser: FlaskClient, language: str) -> None:
    yes = {"fr": "Oui", "de": "Ja", "en": "Yes", "lb": "Jo"}[language]
    text = shown(browser, "ASK {}", f"/{language}/sparql")
    assert f'<html lang="{language}">' in text
    assert f"<strong>{yes}</strong>" in text
    assert browser.get("/de/sparql", headers={"Accept": "text/csv"}).status_code == 406


def test_the_page_allows_scripts_and_styles_of_its_own_only(browser: FlaskClient) -> None:
    policy = page(browser, "/sparql").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    text = page(browser, "/sparql").text
    assert re.findall(r"<script(?! type=.application/ld)[^>]*>[^<]", text) == []
    assert re.findall(r"<[^>]* (?:style|on[a-z]+)=", text) == []


def test_what_a_page_names_with_a_version_may_be_kept_and_the_rest_is_asked_for_again(browser: FlaskClient) -> None:
    text = page(browser, "/sparql").text
    (module,) = re.findall(r'<script type="module" src="([^"]*)">', text)
    with browser.get(module) as kept, browser.get("/static/query/main.js") as again:
        assert "immutable" in kept.headers["Cache-Control"]
        assert again.headers["Cache-Control"] == "no-cache"
        assert again.headers["ETag"]


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_what_weighs_much_is_packed_and_not_sent_again(browser: FlaskClient, coding: str) -> None:
    with browser.get("/static/style.css") as plain:
        assert "Content-Encoding" not in plain.headers
        whole = plain.data
    with browser.get("/static/style.css", headers={"Accept-Encoding": coding}) as packed:
        assert packed.headers["Content-Encoding"] == coding
        assert len(packed.data) < len(whole) / 2
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress}[coding](packed.data)
    assert unpacked == whole
    known = {"Accept-Encoding": coding, "If-None-Match": packed.headers["ETag"]}
    with browser.get("/static/style.css", headers=known) as again:
        assert again.status_code == 304


def test_the_terms_that_are_completed_are_those_of_the_data(browser: FlaskClient) -> None:
    reply = browser.get("/sparql/terms.json")
    told = json.loads(reply.data)
    assert reply.headers["Content-Type"] == "application/json"
    assert told["prefixes"]["dcat"] == "http://www.w3.org/ns/dcat#"
    (dataset,) = (one for one in told["classes"] if one["name"] == "dcat:Dataset")
    assert dataset["labels"]["fr"]
    assert dataset["count"] > 40
    assert any(one["name"] == "dct:title" and one["labels"]["lb"] for one in told["properties"])
    assert len(reply.data) < 100_000


def test_a_page_without_a_query_service_says_so(tmp_path: Path) -> None:
    asked = page(create_app(Settings(data=tmp_path)).test_client(), f"/sparql?query={quote('ASK {}')}")
    assert asked.status_code == 503
    assert asked.headers["Retry-After"] == "5"
