from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from api.harvest import atom
from tests.support.followed import AIR, WATER, Followed
from tests.support.portal import portal
from vocabularies.namespaces import ATOM, ATOM_TOMBSTONES

BASE = "http://127.0.0.1:8000"


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return Followed(tmp_path, validated=False)


def read(client: FlaskClient, address: str = "/feed.atom", language: str = "en") -> ET.Element:
    answer = client.get(address.removeprefix(BASE), headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return ET.fromstring(answer.data)  # noqa: S314  our own


def ids(root: ET.Element) -> list[str]:
    return [found.findtext(f"{{{ATOM}}}id") or "" for found in root.iter(f"{{{ATOM}}}entry")]


def links(root: ET.Element) -> dict[str, str]:
    found = root.findall(f"{{{ATOM}}}link")
    return {one.get("rel", ""): one.get("href", "") for one in found}


def test_the_newest_comes_first_and_what_went_is_told(followed: Followed) -> None:
    followed.publish()
    with portal(followed.data) as client:
        root = read(client)
        assert ids(root) == [WATER, AIR]
        (water, air) = root.iter(f"{{{ATOM}}}entry")
        assert water.findtext(f"{{{ATOM}}}title") == "Water"
        assert water.findtext(f"{{{ATOM}}}summary") == "How much."
        assert air.findtext(f"{{{ATOM}}}updated") == root.findtext(f"{{{ATOM}}}updated")
        for link in water.findall(f"{{{ATOM}}}link"):
            path = urlsplit(link.get("href", "")).path
            answer = client.get(path, headers={"Accept": link.get("type", "")})
            assert (answer.status_code, answer.mimetype) == (200, link.get("type"))
    followed.publish(water=None)
    with portal(followed.data) as client:
        root = read(client)
        assert ids(root) == [AIR]
        (gone,) = root.iter(f"{{{ATOM_TOMBSTONES}}}deleted-entry")
        assert gone.get("ref") == WATER
        assert gone.get("when") == root.findtext(f"{{{ATOM}}}updated")


def test_pages_lead_on_in_one_generation(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atom, "_ENTRIES", 20)
    found: list[str] = []
    root = read(client)
    following = links(root)["next"]
    assert "generation=1" in following
    while True:
        found += ids(root)
        if "next" not in links(root):
            break
        following = links(root)["next"]
        root = read(client, following)
    assert len(found) == len(set(found)) == 62
    assert links(root)["last"] == following
    assert "previous" in links(root)


def test_who_subscribes_reads_what_is_current_and_who_reads_on_stays(followed: Followed) -> None:
    followed.publish()
    with portal(followed.data) as client:
        for address in ("/feed.atom", "/feed.atom?theme=GOVE"):
            found = links(read(client, address))
            assert found["self"] == found["current"] == BASE + address
            assert found["alternate"] == f"{BASE}/feed"
        first = links(read(client))["first"]
        assert links(read(client, first))["self"] == first == f"{BASE}/feed.atom?generation=1&page=1"


def test_it_can_be_of_a_part_of_the_catalogue(followed: Followed) -> None:
    followed.publish()
    with portal(followed.data) as client:
        assert ids(read(client, "/feed.atom?theme=GOVE")) == [WATER]
        assert ids(read(client, "/feed.atom?hvd=true")) == [WATER]
        assert ids(read(client, "/feed.atom?modified_since=2100-01-01")) == []
        assert client.get("/feed.atom?modified_since=never").status_code == 400
        assert client.get("/feed.atom?page=9").status_code == 404
        assert client.get("/feed.atom?generation=9").status_code == 404
        assert client.get("/feed.atom?modified_sinse=2020-01-01").status_code == 400


def test_it_is_found_by_accept_too_and_asked_again_cheaply(client: FlaskClient) -> None:
    answer = client.get("/feed", headers={"Accept": "application/atom+xml"})
    assert answer.mimetype == "application/atom+xml"
    again = client.get("/feed.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_titles_are_in_the_language_of_the_reader(followed: Followed) -> None:
    followed.publish()
    with portal(followed.data) as client:
        titles = [one.findtext(f"{{{ATOM}}}title") for one in read(client, language="lb").iter(f"{{{ATOM}}}entry")]
        assert titles == ["Water", "Loft"]
