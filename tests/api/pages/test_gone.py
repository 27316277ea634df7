from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode

from graph.iris import key
from tests.support.followed import AIR, WATER, Followed
from tests.support.portal import page, portal, rdf
from vocabularies.namespaces import ADMS, DCT, FOAF, PORTAL, VCARD

OFFICE = "http://a.example/office"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    followed = Followed(tmp_path_factory.mktemp("gone"))
    followed.publish()
    followed.publish(water=None, office=None)
    with portal(followed.data) as client:
        yield client


@pytest.mark.parametrize(
    "path", [f"/datasets/water-{key(WATER)}", f"/datasets/{key(WATER)}", f"/inventory/{key(WATER)}"]
)
@pytest.mark.parametrize("extension", ["", ".ttl", ".nt", ".rdf", ".jsonld", ".trig", ".nq"])
def test_what_is_gone_answers_with_its_tombstone_in_every_form(client: FlaskClient, path: str, extension: str) -> None:
    answer = client.get(path + extension, headers={"Accept": "application/n-triples"})
    assert answer.status_code == 410
    record = NamedNode(f"http://127.0.0.1:8000/datasets/{key(WATER)}#record")
    said = {(quad.predicate, quad.object) for quad in rdf(answer) if quad.subject == record}
    assert (FOAF.primaryTopic, NamedNode(WATER)) in said
    assert (ADMS.status, PORTAL["change-type/Deleted"]) in said
    assert (DCT.title, Literal("Water")) in said
    assert answer.last_modified is not None
    assert answer.headers["ETag"]


def test_words_before_the_key_say_nothing_in_our_name(client: FlaskClient) -> None:
    for slug in (f'x>;rel="cite-as",<evil-{key(WATER)}', f"%0A-{key(WATER)}"):
        answer = client.get(f"/datasets/{slug}")
        assert answer.status_code == 410
        assert "evil" not in answer.headers["Link"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "No longer in the catalogue"), ("fr", "est plus dans le catalogue")]
)
def test_people_read_what_it_was_and_when_it_went(client: FlaskClient, language: str, words: str) -> None:
    answer = page(client, f"/datasets/water-{key(WATER)}", language)
    assert answer.status_code == 410
    for each in (words, "<h1>Water</h1>", WATER, "/sources/example"):
        assert each in answer.text


def test_an_organisation_that_is_gone_says_so_too(client: FlaskClient) -> None:
    answer = client.get(f"/organisations/{key(OFFICE)}.ttl")
    assert answer.status_code == 410
    assert {quad.object for quad in rdf(answer) if quad.predicate == FOAF.primaryTopic} == {NamedNode(OFFICE)}


@pytest.mark.parametrize(
    "path",
    [
        f"/datasets/water-{key(WATER)}/report", f"/datasets/{key(WATER)}/report.ttl",
        f"/datasets/{key(WATER)}/report.json", f"/inventory/{key(WATER)}/report",
        f"/organisations/{key(OFFICE)}/report",
        f"/organisations/office-{key(OFFICE)}/catalogue", f"/organisations/{key(OFFICE)}/catalogue.ttl",
        f"/catalogue?organisation={key(OFFICE)}", f"/feed.atom?organisation={key(OFFICE)}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("accept", ["text/turtle", "application/json", "application/ld+json"])
def test_what_belonged_to_it_is_gone_too_and_leads_to_its_tombstone(
    client: FlaskClient, path: str, accept: str
) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 410
    assert answer.mimetype == "application/problem+json"
    told = answer.get_json()
    assert told["type"].endswith("/problems#resource-gone")
    assert told["detail"].startswith(("the dataset Water left", "the organisation Office of", "the data not open yet"))
    tombstone = client.get(told["instead"].removeprefix("http://127.0.0.1:8000"), headers={"Accept": "text/turtle"})
    assert tombstone.status_code == 410
    assert tombstone.mimetype == "text/turtle"


def test_people_are_told_in_their_language_that_it_went_too(client: FlaskClient) -> None:
    answer = page(client, f"/lb/datasets/{key(WATER)}/report", "lb")
    assert answer.status_code == 410
    assert "Lëscht vun den Ännerunge seet, wat komm" in answer.text
    assert f'href="http://127.0.0.1:8000/datasets/{key(WATER)}"' in answer.text


def test_what_never_was_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"/datasets/{key('http://a.example/never')}").status_code == 404
    assert client.get("/datasets/nothing").status_code == 404
    assert client.get("/datasets/nothing/report").status_code == 404
    assert client.get("/organisations/nothing/catalogue").status_code == 404
    assert client.get("/id/distributions/never").status_code == 404


def test_a_part_of_ours_that_is_gone_says_so(tmp_path: Path) -> None:
    followed = Followed(tmp_path)
    nameless = f'<{AIR}> dcat:contactPoint [ a <{VCARD.Kind.value}> ; <{VCARD.fn.value}> "Desk" ] .'
    followed.publish(contact=nameless)
    with portal(followed.data) as client:
        told = rdf(client.get(f"/datasets/{key(AIR)}.nt", follow_redirects=True))
        (contact,) = {quad.object for quad in told if str(quad.predicate).endswith("contactPoint>")}
    assert isinstance(contact, NamedNode)
    followed.publish(contact=None)
    with portal(followed.data) as client:
        answer = client.get(contact.value.removeprefix("http://127.0.0.1:8000"), headers={"Accept": "text/turtle"})
        assert answer.status_code == 410
        assert "until generation 2" in answer.get_json(force=True)["detail"]
