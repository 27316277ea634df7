"""The page of an organisation: what it is part of, its datasets with most problems, and what happened to them."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.pages import courses
from api.portal import portal_of
from tests.support.portal import page, portal, publish
from tests.support.processes import wait_until

HEAD = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX : <http://x.example/>
"""
OFFICES = """
:top a org:Organization, foaf:Agent ; foaf:name "Ministry"@en .
:mid a org:Organization, foaf:Agent ; foaf:name "Office"@en ; org:subOrganizationOf :top ; org:hasUnit :unit .
:unit a org:Organization, foaf:Agent ; foaf:name "Unit"@en .
:ring a org:Organization, foaf:Agent ; foaf:name "Ring"@en ; org:subOrganizationOf :ring .
"""
GOOD = ':good a dcat:Dataset ; dct:title "Good"@en ; dct:description "It is well described."@en ; dct:publisher :mid .'
POOR = ":poor a dcat:Dataset ; dct:publisher :mid ; dct:issued 7 ; dcat:theme 3 ; dcat:distribution :file ."
FILE = ":file a dcat:Distribution ; dcat:byteSize 'many' ; dct:license 7 ; dct:format 9 ."
TOGETHER = r'href="(/en/datasets[?]organisation=[^"]+)">[^<]*</a> <span class="count">(\d+)<'
PARTS = ':below a dcat:Dataset ; dct:title "Below"@en ; dct:publisher :unit .'


def publish_these(tmp_path: Path, *statements: str) -> None:
    (tmp_path / "data.ttl").write_text(HEAD + "\n".join(statements), "utf-8")
    publish(tmp_path / "portal", tmp_path / "data.ttl")


def page_of(client: FlaskClient, name: str) -> str:
    listed = unescape(page(client, "/en/search?q=" + name).text)
    found = re.search(rf'href="(/en/organisations/{name.lower()}-[^"]+)"', listed)
    assert found is not None, listed
    answer = page(client, found[1])
    assert answer.status_code == 200
    return unescape(answer.text)


def test_it_tells_what_is_above_and_below_it(tmp_path: Path) -> None:
    publish_these(tmp_path, OFFICES, GOOD, PARTS)
    with portal(tmp_path / "portal") as client:
        text = page_of(client, "Office")
        assert re.search(r'Part of\s+<a href="/en/organisations/ministry-[^"]+">Ministry</a>', text)
        assert re.search(r'<a href="/en/organisations/unit-[^"]+">Unit</a> <span class="count">1</span>', text)
        assert re.search(r'Datasets of this organisation and its parts</a> <span class="count">2</span>', text)
        assert re.search(r"Ministry</a> \S .*Office</a>", page_of(client, "Unit"))
        assert "Part of" not in page_of(client, "Ring")


def test_nobody_keeps_it_before_all_of_it_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_these(tmp_path, OFFICES, POOR, FILE)
    with portal(tmp_path / "portal") as client:
        listed = unescape(page(client, "/en/search?q=Office").text)
        address = re.search(r'href="(/en/organisations/office-[^"]+)"', listed)
        assert address is not None
        monkeypatch.setattr(courses, "_PATIENCE", 0.0)
        read = portal_of(client.application).readers.acquire()
        with read._early._lanes, read._early._lanes:  # there is nobody to find it out
            assert page(client, address[1]).headers["Cache-Control"] == "no-store"
        portal_of(client.application).readers.release(read)
        wait_until(lambda: page(client, address[1]).headers["Cache-Control"] == "no-cache")
        assert "What to look at first" in page(client, address[1]).text


def _units(count: int) -> Iterator[str]:
    for n in range(count):
        yield f':u{n} a org:Organization, foaf:Agent ; foaf:name "U {n}" ; org:unitOf :top .'
        yield f':d{n} a dcat:Dataset ; dct:title "Data {n}" ; dct:publisher :u{n} .'


def test_the_datasets_of_all_its_parts_are_one_list(tmp_path: Path) -> None:
    publish_these(tmp_path, OFFICES, *_units(48))
    with portal(tmp_path / "portal") as client:
        found = re.search(TOGETHER, page_of(client, "Ministry"))
        assert found is not None
        assert ">48 results<" in page(client, found[1]).text
        assert found[2] == "48"


def test_no_list_is_told_that_would_have_some_of_them_only(tmp_path: Path) -> None:
    publish_these(tmp_path, OFFICES, *_units(130))
    with portal(tmp_path / "portal") as client:
        text = page_of(client, "Ministry")
        assert not re.search(TOGETHER, text)
        all_of_them = re.search(r'<a href="(/en/resource[?]iri=[^"]+)">All of them</a>', text)
        assert all_of_them is not None
        assert re.search(r">130</span>", page(client, all_of_them[1]).text)


def test_its_worst_dataset_comes_first_with_the_problems_of_its_files(tmp_path: Path) -> None:
    publish_these(tmp_path, OFFICES, GOOD, POOR, FILE)
    with portal(tmp_path / "portal") as client:
        text = page_of(client, "Office")
        worst = text[text.index("What to look at first") :]
        assert (
            "2 datasets of 2 have something to correct" in worst or "1 dataset of 2 has something to correct" in worst
        )
        first = re.search(r'<tr><th scope="row" dir="auto"><a href="(/en/datasets/[^"]+)">', worst)
        assert first is not None
        assert 'href="http://x.example/poor"' in page(client, first[1]).text or "x.example/poor" in first[0] + worst
        assert re.search(r'href="/en/datasets/[^"]+/report"><span class="severity violation">', worst)


def test_what_happened_to_its_datasets_is_told_by_month(tmp_path: Path) -> None:
    publish_these(tmp_path, OFFICES, GOOD, POOR)
    publish_these(tmp_path, OFFICES, GOOD.replace("well", "quite well"))
    with portal(tmp_path / "portal") as client:
        text = page_of(client, "Office")
        row = re.search(r'<tr><th scope="row"><time datetime="\d{4}-\d\d">.*?</tr>', text, re.DOTALL)
        assert row is not None
        assert re.findall(r"<td[^>]*>(\d+)</td>", row[0]) == ["2", "1", "1"]


def test_contacts_are_functions_and_no_persons(tmp_path: Path) -> None:
    people = """
    PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
    :good dcat:contactPoint :desk, :somebody .
    :desk a vcard:Organization ; vcard:fn "Open data desk"@en ; vcard:hasEmail <mailto:desk@office.example> .
    :somebody a vcard:Individual ; vcard:fn "Somebody" ; vcard:hasEmail <mailto:somebody@office.example> .
    """
    (tmp_path / "data.ttl").write_text(HEAD + OFFICES + people + GOOD, "utf-8")
    publish(tmp_path / "portal", tmp_path / "data.ttl")
    with portal(tmp_path / "portal") as client:
        text = page_of(client, "Office")
        contacts = text[text.index("Contacts named by its datasets") :]
        assert "Open data desk" in contacts
        assert "Somebody" not in contacts


def test_a_source_tells_its_harvests_and_that_nothing_got_lost(tmp_path: Path) -> None:
    publish_these(tmp_path, OFFICES, GOOD, POOR)
    publish_these(tmp_path, OFFICES, GOOD)
    with portal(tmp_path / "portal") as client:
        answer = page(client, "/en/sources/example")
        text = unescape(answer.text)
        history = text[text.index('id="history"') :]
        rows = [
            re.findall(r"<td[^>]*>(\d+)</td>", row)
            for row in re.findall(r"<tr><th scope=.row.>.*?</tr>", history, re.DOTALL)
        ]
        assert len(rows) == 2
        for received, taken, aside, added, changed, unchanged, *_ in rows:
            assert int(received) == int(taken) + int(aside)
            assert int(taken) == int(added) + int(changed) + int(unchanged)
        assert rows[0][6] == "1"  # removed
        assert page(client, "/en/sources/example").headers["ETag"] == answer.headers["ETag"]
