"""Pages of records that are as they should not be, and what stands beside each."""

import html
import json
import re
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, QuerySolutions

from graph.generations import Generations
from graph.iris import key
from tests.support.odd import ARABIC, BASE, FILES
from tests.support.portal import page, portal


def address(client: FlaskClient, name: str, kind: str = "datasets") -> str:
    """The address of a record's page."""
    moved = page(client, f"/{kind}/{key(BASE + name)}")
    return moved.headers["Location"] if moved.status_code == 301 else f"/{kind}/{key(BASE + name)}"


def shown(client: FlaskClient, name: str, kind: str = "datasets", language: str = "en") -> str:
    answer = page(client, address(client, name, kind), language)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def letter(text: str) -> tuple[str, dict[str, list[str]]]:
    """To whom a problem of a page is reported, and what stands in the letter."""
    (link,) = re.findall(r'href="(mailto:[^"]*)">(?:Report a problem)', text)
    parts = urlsplit(link)
    return unquote(parts.path), parse_qs(parts.query)


def test_a_machine_translation_is_said_to_be_one(odd: FlaskClient) -> None:
    text = shown(odd, "translated")
    assert 'lang="fr-t-nl-t0-mtec"' in text
    assert "machine translation, original language: Dutch" in text
    assert "traduction automatique, langue d\u2019origine : néerlandais" in shown(odd, "translated", language="fr")
    assert "machine translation" not in shown(odd, "many")


def test_what_readers_ask_first_comes_first(odd: FlaskClient) -> None:
    text = shown(odd, "translated").partition("<h1")[2]
    places = [text.index(f">{name}</dt>") for name in ("Publisher", "Modification date", "Frequency", "Licence")]
    assert places == sorted(places)
    assert places[-1] < text.index("Mesures horaires") < text.index(">People and terms</h2>")
    assert text.count(">Publisher</dt>") == 1


def test_a_dataset_tells_its_services_series_reuses_and_related_datasets(odd: FlaskClient) -> None:
    text = shown(odd, "translated")
    card = r'<article class="card">\s*(?:<p .*</p>\s*)?<h3 dir="auto"><a href="([^"]+)"'
    sections = dict(re.findall(rf"<h2>([^<]+)</h2>\s*{card}", text))
    assert sections["Data services for this"].startswith("/services/sensors-")
    assert sections["Made with this"].startswith("/reuses/a-map-")
    assert sections["Part of these series"].startswith("/series/year-by-year-")
    assert sections["Related datasets"] == address(odd, "right")
    assert 'Served by: <a href="/services/sensors-' in text


def test_a_service_and_a_reuse_lead_out_and_to_their_data(odd: FlaskClient) -> None:
    service = shown(odd, "service", "services")
    assert 'href="https://odd.example/api"' in service
    assert 'href="https://odd.example/api/openapi.json"' in service
    assert "2 datasets" in service
    reuse = shown(odd, "map", "reuses")
    assert 'href="https://map.example/"' in reuse
    assert f'href="{address(odd, "translated")}"' in reuse


def test_what_a_record_lacks_is_said(odd: FlaskClient) -> None:
    text = shown(odd, "bare")
    for note in ("no title", "no description", "named by an address only", "no file and no address"):
        assert note in text, note
    assert "Nobody is named who publishes this." in shown(odd, "long")


def test_a_title_of_five_thousand_characters_is_cut_in_the_heading_and_told_below(odd: FlaskClient) -> None:
    text = shown(odd, "long")
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert len(heading) < 400
    assert "very long title " * 311 in text
    (title,) = re.findall(r"<title>(.*?)</title>", text)
    assert len(title) < 200


def test_text_from_right_to_left_has_its_direction(odd: FlaskClient) -> None:
    text = shown(odd, "right")
    assert f'<h1 dir="auto">{ARABIC}</h1>' in text
    assert '<div class="description" dir="auto" lang="ar">' in text


def test_files_come_fifty_at_a_time_in_the_order_that_they_count(odd: FlaskClient) -> None:
    text, path = shown(odd, "many"), address(odd, "many")
    assert text.count('id="distribution-') == 50
    assert f'href="{path}/distributions?page=2"' in text
    found = []
    for number in (1, 2, 3):
        answer = page(odd, f"{path}/distributions?page={number}")
        assert answer.status_code == 200
        found += re.findall(r'href="https://odd\.example/(\d+)\.csv"', answer.text)
    assert list(map(int, found)) == list(range(FILES))
    for wrong in ("page=4", "page=-1", "page=1000000000", "page=x"):
        assert page(odd, f"{path}/distributions?{wrong}").status_code == 404


def test_wrong_words_in_the_address_of_files_lead_to_the_right_one(odd: FlaskClient) -> None:
    right = address(odd, "many")
    moved = page(odd, f"/datasets/{key(BASE + 'many')}/distributions?page=2")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"{right}/distributions?page=2")


def test_a_problem_is_reported_to_the_mailbox_of_the_contact_point(odd: FlaskClient) -> None:
    to, letter_ = letter(shown(odd, "translated"))
    assert to == "desk@odd.example"
    assert "Qualité de l'air" in letter_["subject"][0]
    assert f"{BASE}translated" in letter_["body"][0]


def test_no_problem_is_reported_to_a_person(odd: FlaskClient) -> None:
    assert letter(shown(odd, "private"))[0] == "office@odd.example"
    assert letter(shown(odd, "bare"))[0] == "opendata@portal.example"


def test_how_to_cite_it_is_told_in_each_form(odd: FlaskClient) -> None:
    path = address(odd, "translated")
    assert "Odd office (2026). Qualité de l'air. Catalograph. Version 2.1, 2026-03-04. http" in shown(odd, "translated")
    bib = odd.get(f"{path}/citation.bib")
    assert bib.mimetype == "application/x-bibtex"
    assert "doi = {10.1234/abc.5}" in bib.text
    assert odd.get(f"{path}/citation.ris").text.startswith("TY  - DATA\r\nAU  - Odd office\r\n")
    assert json.loads(odd.get(f"{path}/citation.json").data)[0]["issued"] == {"date-parts": [[2026, 3, 4]]}
    assert odd.get(f"{path}/citation.doc").status_code == 404
    assert odd.get(f"/datasets/{key(BASE + 'translated')}/citation.bib").headers["Location"].endswith("citation.bib")
    for link in re.findall(r'href="(/[^"]*/citation[^"]*)"', shown(odd, "translated")):
        assert odd.get(link).status_code == 200


def test_a_citation_is_not_sent_twice(odd: FlaskClient) -> None:
    path = f"{address(odd, 'many')}/citation.ris"
    again = odd.get(path, headers={"If-None-Match": odd.get(path).headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/", "/datasets", "/sources", "/vocabularies/licence"])
def test_every_page_is_cited_and_has_somebody_to_tell_of_a_problem(odd: FlaskClient, path: str) -> None:
    text = html.unescape(page(odd, path).text)
    assert letter(text)[0] == "opendata@portal.example"
    assert "@misc{" in text
    assert '<meta property="og:title"' in text
    (told,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert json.loads(told)["@context"] == "https://schema.org/"


def test_the_question_behind_a_page_can_be_asked(odd: FlaskClient) -> None:
    for name, kind in (("translated", "datasets"), ("map", "reuses"), ("office", "organisations")):
        text = shown(odd, name, kind)
        (link,) = re.findall(r'href="([^"]+)">Query this', text[text.index('class="tools"') :])
        assert re.match(r"/(queries|sparql)", link)
        assert BASE + name in unquote(link)


def test_the_query_behind_a_dataset_makes_a_table_of_it_and_its_files(client: FlaskClient, example: Path) -> None:
    iri = "https://data.portal.example/id/dataset/addresses"
    text = html.unescape(page(client, page(client, f"/datasets/{key(iri)}").headers["Location"]).text)
    (link,) = re.findall(r'href="([^"]+)">(?:Query this|Interroger ceci)', text)
    with Generations(example).current() as generation:
        rows = list(cast("QuerySolutions", generation.store.query(parse_qs(urlsplit(link).query)["query"][0])))
    subjects = {str(row["subject"]) for row in rows}
    assert {f"<{iri}>", "<https://data.portal.example/id/distribution/addresses-csv>"} <= subjects
    assert any(isinstance(row["subject"], BlankNode) for row in rows), "what has no name of its own"
    assert any(str(row["value"]) == f"<{iri}>" for row in rows), "what names it"


def test_another_sources_words_are_told_as_its_own(odd: FlaskClient) -> None:
    text = shown(odd, "translated")
    assert "What other says of it" in text
    assert "Said by another" not in text


def test_a_mailbox_that_is_none_is_no_link(odd_data: Path) -> None:
    with portal(odd_data, contact="nobody") as client:
        assert "mailto:" not in page(client, "/").text
