import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.settings import LANGUAGES
from tests.support.portal import page, portal, publish

BUILT_IN = "javascript:alert(1)"

HOSTILE = f"""
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
<http://foreign.example/data?set=1&x=2> a dcat:Dataset ;
  dct:title "<script>alert(1)</script> & co"@en, "عنوان"@ar ;
  dct:description "<img src=x onerror=alert(1)>\\n\\nSecond paragraph" ;
  dcat:landingPage <{BUILT_IN}> ; foaf:page <data:text/html,x>, <http://fine.example/> ;
  dct:issued "0202-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ; dct:modified "yesterday" ;
  dcat:theme <http://nowhere.example/theme> ;
  dct:relation [ dct:relation [ dct:relation [ dct:relation [ dct:relation "deep" ] ] ] ] ;
  dcat:distribution <http://foreign.example/file> .
<http://foreign.example/file> a dcat:Distribution ; dcat:accessURL <{BUILT_IN}> ; dcat:byteSize "-5" .
<http://foreign.example/untitled> a dcat:Dataset .
<http://foreign.example/long> a dcat:Dataset ; dct:title "{"word " * 1000}"@fr .
"""


class Links(HTMLParser):
    """Every address a page names, and whether its tags are balanced."""

    VOID = ("meta", "link", "input", "br", "img")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found += [value for name in ("href", "action", "src") if (value := named.get(name))]
        ours = named.get("type") == "application/ld+json" or (named.get("src") or "").startswith("/static/")
        runs = tag == "script" and not ours
        self.scripts += runs or any(name.startswith("on") or name == "style" for name in named)
        if tag not in self.VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag


def links(answer: TestResponse) -> Links:
    return Links(answer.text)


def first(client: FlaskClient, kind: str) -> str:
    """The address of the first record in a list."""
    return str(re.findall(rf'href="(/{kind}/[a-z0-9-]+)"', page(client, f"/{kind}").text)[0])


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    document = tmp_path / "hostile.ttl"
    document.write_text(HOSTILE)
    publish(tmp_path / "data", document, source="hostile")
    return tmp_path / "data"


@pytest.mark.no_cover  # thousands of pages, of kinds that have tests of their own: the tracer takes as long as they do
def test_every_page_that_can_be_reached_answers_and_every_link_leads_somewhere(client: FlaskClient) -> None:
    waiting, seen = ["/"], set()
    while waiting:
        path = waiting.pop()
        answer = page(client, path)
        assert answer.status_code == 200, path
        seen.add(path)
        if answer.mimetype == "text/html":
            found = links(answer)
            assert found.scripts == 0, path
            assert found.inside == [], path
            local = {link.partition("#")[0] for link in found.found if link.startswith("/")}
            waiting += [link for link in local - seen - set(waiting) if not _is_repeated(link)]
    assert len(seen) > 300


def _is_repeated(link: str) -> bool:
    """One more page of any IRI, concept or word, of which one in sixteen is enough; of a language, a combination of
    filters or a form of a page that is reached anyway; or what needs query workers.
    """
    language = r"/(fr|de|lb)/.+/|/(fr|de|en|lb)/((datasets|vocabularies|shapes|sources|queries)/|resource)"
    many = r"/resource[?]|/vocabularies/[^/]+/.|/(keywords|languages|places|hvd)/."
    if re.match(many, link) and zlib.crc32(link.encode()) % 16:
        return True
    forms = r".*/report[.]|.*/citation[.](ris|json)|/[a-z]+[.]\w+[?]"
    return bool(re.match(rf"{language}|{forms}|.*[?&].*&|/(../)?sparql|/queries/.*[.?]|/static", link))


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_counts_what_there_is_in_the_readers_language(client: FlaskClient, language: str) -> None:
    text = page(client, f"/{language}/", "xx").text
    assert f'<html lang="{language}">' in text
    assert "<strong>45</strong>" in text
    for other in LANGUAGES:
        assert f'hreflang="{other}" href="http://127.0.0.1:8000/{other}/"' in text


def test_the_language_comes_from_the_address_before_the_browser(client: FlaskClient) -> None:
    assert '<html lang="lb">' in page(client, "/lb/datasets", "fr").text
    assert '<html lang="de">' in page(client, "/datasets", "de-LU").text
    assert '<html lang="fr">' in page(client, "/datasets", "nl").text


def test_links_of_a_page_in_a_language_stay_in_it(client: FlaskClient) -> None:
    found = [link for link in links(page(client, "/de/datasets")).found if "/datasets/" in link]
    assert found
    assert all(link.startswith("/de/") for link in found)


def test_a_reader_who_asks_in_sparql_stays_in_the_language_too(client: FlaskClient) -> None:
    for path in ("/de/", "/de/datasets", "/de/api"):
        answer = page(client, path, "en")
        assert {link for link in links(answer).found if link.endswith("/sparql")} == {"/de/sparql"}, path


def test_every_page_says_where_it_is(client: FlaskClient) -> None:
    for path in ("/search?q=water", "/hvd", "/themes", "/keywords", "/sparql", "/about", "/api", "/real-time", "/void",
                 "/dumps", "/feed", "/catalogue", "/queries", "/problems", "/standards", "/datasets"):  # fmt: skip
        text = page(client, f"/en{path}").text
        crumbs = text.partition('<nav class="crumbs"')[2].partition("</nav>")[0]
        assert crumbs.count("<li>") == 2, path
        assert f'href="/en{path.partition("?")[0]}"' in crumbs, path
        assert "BreadcrumbList" in text, path
    for path in ("/", "/nothing-here"):  # where everything begins, and what is nowhere
        assert 'class="crumbs"' not in page(client, f"/en{path}").text


def test_a_text_in_another_language_says_so(client: FlaskClient) -> None:
    text = page(client, "/en/datasets?sort=title").text
    assert re.search(r'<span lang="fr" dir="auto">', text)


def test_a_search_finds_a_dataset_and_a_filter_narrows_it(client: FlaskClient) -> None:
    assert "Air quality" in page(client, "/datasets?q=ozone").text
    assert ">0 results<" in page(client, "/datasets?q=nothinghasthisword").text
    told = page(client, "/themes/ENVI").text
    theme = next(link for link in Links(told).found if link.startswith("/datasets?theme="))
    filtered = page(client, theme).text
    assert 'class="chosen"' in filtered
    assert "45 results" not in filtered


def test_search_goes_over_all_kinds(client: FlaskClient) -> None:
    found = links(page(client, "/search?q=air")).found
    assert {link.split("/")[1] for link in found if re.match(r"/(datasets|reuses|organisations)/", link)} > {"datasets"}


@pytest.mark.parametrize("bad", ["page=0", "page=-1", "page=x", "page=99", "page=1000000000", "page=%C2%B2"])
def test_an_impossible_page_is_not_found(client: FlaskClient, bad: str) -> None:
    assert page(client, f"/datasets?{bad}").status_code == 404
    assert page(client, f"/catalogue?{bad}").status_code == 404
    assert page(client, f"/organisations?{bad}").status_code == 404


def test_a_sort_order_that_is_none_is_told_with_those_there_are(client: FlaskClient) -> None:
    answer = client.get("/datasets?sort=size")
    assert answer.status_code == 400
    assert "relevance, modified, title" in json.loads(answer.data)["detail"]


def test_a_search_of_ten_kilobytes_is_refused_kindly(client: FlaskClient) -> None:
    assert page(client, "/datasets?q=" + "x" * 10_000).status_code == 400


@pytest.mark.parametrize("query", ['"', "(((", "title_en:*", "a AND", "\x00", "*", "-", "' OR 1=1", "^~?:/\\", "Ñandú"])
def test_no_text_breaks_the_search(client: FlaskClient, query: str) -> None:
    assert client.get("/datasets", query_string={"q": query}, headers={"Accept": "text/html"}).status_code == 200


def test_wrong_words_lead_to_the_right_address_and_a_wrong_key_nowhere(client: FlaskClient) -> None:
    right = first(client, "datasets")
    key = right.rsplit("-", 1)[1]
    for wrong in (f"/datasets/other-words-{key}", f"/datasets/{key}"):
        moved = page(client, f"{wrong}?x=1")
        assert (moved.status_code, moved.headers["Location"]) == (301, f"{right}?x=1")
    assert client.get(f"/de/datasets/x-{key}").headers["Location"] == f"/de{right}"
    assert client.get(f"/datasets/x-{key}.ttl").headers["Location"] == f"{right}.ttl"
    assert page(client, f"/organisations/x-{key}").status_code == 404
    assert page(client, "/datasets/air-quality-aaaaaaaa").status_code == 404
    assert page(client, "/datasets/nothing").status_code == 404


def test_an_organisation_shows_its_datasets_and_a_reuse_its_data(client: FlaskClient) -> None:
    organisation = page(client, first(client, "organisations"))
    assert any(link.startswith("/datasets/") for link in links(organisation).found)
    reuse = page(client, first(client, "reuses"))
    assert any(link.startswith("/datasets/") for link in links(reuse).found)


def test_what_a_source_wrote_is_text_and_never_markup_or_script(hostile: Path) -> None:
    with portal(hostile) as client:
        for path in {link for link in links(page(client, "/datasets")).found if link.startswith("/datasets/")}:
            answer = page(client, path)
            assert answer.status_code == 200
            found = links(answer)
            assert found.scripts == 0
            assert not any(re.match(r"javascript:|data:", link, re.IGNORECASE) for link in found.found)
        shown = page(client, "/datasets?q=alert").text
    assert "&lt;script&gt;" in shown


def test_a_record_of_a_foreign_iri_has_its_page_here(hostile: Path) -> None:
    with portal(hostile) as client:
        paths = {link for link in links(page(client, "/datasets")).found if link.startswith("/datasets/script")}
        (path,) = paths
        text = page(client, path).text
    assert "http://foreign.example/data?set=1&amp;x=2" in text
    assert 'href="http://fine.example/"' in text
    assert 'lang="ar" dir="auto"' in text


def test_a_dataset_without_a_title_or_with_a_very_long_one_still_has_a_page(hostile: Path) -> None:
    with portal(hostile) as client:
        text = page(client, "/datasets").text
        assert "http://foreign.example/untitled" in text
        long = next(link for link in Links(text).found if "/word-word" in link)
        assert len(long) < 100
        assert page(client, long).status_code == 200


def test_a_link_whose_name_shows_another_host_shows_its_own(tmp_path: Path) -> None:
    """In facts as in descriptions: names are written by strangers too, and letters of two scripts look alike."""
    document = tmp_path / "misleading.ttl"
    document.write_text(
        """
        PREFIX dcat: <http://www.w3.org/ns/dcat#>
        PREFIX dct: <http://purl.org/dc/terms/>
        PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        <http://a.example/d> a dcat:Dataset ; dct:title "Levels"@en ;
          dcat:landingPage <https://elsewhere.example/page>, <https://honest.example/>, <https://b\u0430nk.example/> .
        <https://elsewhere.example/page> a foaf:Document ; dct:title "www.bank.example" .
        <https://honest.example/> a foaf:Document ; dct:title "honest.example, all about it" .
        """
    )
    publish(tmp_path / "data", document, source="misleading")
    with portal(tmp_path / "data") as client:
        text = page(client, first(client, "datasets")).text
    assert re.search(r'www\.bank\.example</a>\s*<span class="note behind">\[elsewhere\.example\]', text)
    assert 'class="note behind">[xn--bnk-6cd.example]' in text
    assert text.count('class="note behind"') == 2
