import re
from pathlib import Path

from flask.testing import FlaskClient

from graph.iris import key
from tests.support.followed import WATER, Followed
from tests.support.portal import page, portal


def test_people_read_what_changed_and_what_went(tmp_path: Path) -> None:
    followed = Followed(tmp_path)
    followed.publish(fire="<http://a.example/fire> a dcat:Dataset ; dct:title 'Fire' .")
    followed.publish(water=None)
    followed.edit("fire", "dcat:Dataset", "dct:Standard")
    with portal(followed.data) as client:
        answer = page(client, "/feed")
        assert answer.status_code == 200
        rows = re.findall(r'<tr><th scope="row">(.*?)</th>', answer.text)
        assert [re.sub("<[^>]*>", "", row) for row in rows] == [
            "http://a.example/fire Removed", "Water Removed", "Air",
        ]  # fmt: skip
        assert f'href="/datasets/{key(WATER)}"' in rows[1]
        assert page(client, f"/datasets/{key(WATER)}").status_code == 410
        assert client.get("/feed", headers={"Accept": "*/*"}).mimetype == "application/trig"


def test_the_page_leads_to_what_programs_read(client: FlaskClient) -> None:
    text = page(client, "/de/feed").text
    assert "Änderungen des Katalogs" in text
    for address in ("/feed.trig", "/feed.atom", "/oai?verb=Identify"):
        assert f'href="{address}"' in text
        assert client.get(address).status_code == 200
    assert page(client, "/feed?page=2").status_code == 200
    assert page(client, "/feed?page=99").status_code == 404
