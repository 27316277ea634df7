from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Quad

from graph.iris import LONG_KEY, key
from queries import events
from tests.support.followed import AIR, WATER, Followed
from tests.support.follower import BASE, Follower, entities
from tests.support.portal import portal, rdf
from vocabularies.namespaces import AS, DCAT_AP_FEEDS, LDES, RDF, TREE


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return Followed(tmp_path, validated=False)


def follow(followed: Followed, follower: Follower) -> None:
    with portal(followed.data) as client:
        follower.follow(client)


def test_a_copy_is_made_and_kept_by_following(followed: Followed) -> None:
    follower = Follower()
    followed.publish()
    follow(followed, follower)
    assert follower.copy == entities(followed.data)
    assert follower.copy.keys() == {AIR, WATER, "http://a.example/air.csv", "http://a.example/office"}
    changes: tuple[Callable[[], int], ...] = (
        lambda: followed.edit("file", "Readings", "All readings"),
        lambda: followed.edit("valley", "valley", "basin"),
        lambda: followed.publish(water=None),
        lambda: followed.edit("office", "foaf:Agent", "dct:Standard"),
        lambda: followed.rollback(2),
        lambda: followed.rollback(1),
    )
    for change in changes:
        change()
        follower.asked.clear()
        follow(followed, follower)
        assert follower.copy == entities(followed.data)
        assert len(follower.asked) <= 5, "the root, month, day and the new page; two days at midnight"
    newcomer = Follower()
    follow(followed, newcomer)
    assert newcomer.copy == follower.copy


def test_what_becomes_an_entity_of_its_own_is_told_with_others_no_more(followed: Followed) -> None:
    follower = Follower()
    followed.edit("office", "foaf:Agent", "dct:Standard")
    follow(followed, follower)
    followed.edit("office", "dct:Standard", "foaf:Agent")
    follow(followed, follower)
    assert follower.copy == entities(followed.data)


@pytest.mark.parametrize("accept", ["application/trig", "application/ld+json", "application/n-quads"])
def test_it_can_be_followed_in_every_syntax_that_has_graphs(followed: Followed, accept: str) -> None:
    followed.publish()
    follower = Follower(accept=accept)
    follow(followed, follower)
    assert follower.copy == entities(followed.data)


def test_each_part_says_what_it_is_of(followed: Followed) -> None:
    followed.publish()
    stream, top = NamedNode(f"{BASE}/feed#stream"), NamedNode(f"{BASE}/feed")
    with portal(followed.data) as client:
        for path in addresses(client):
            told = set(rdf(client.get(path, headers={"Accept": "application/trig"})))
            said = {(quad.subject, quad.predicate, quad.object) for quad in told}
            assert (stream, RDF.type, LDES.EventStream) in said
            assert (stream, TREE.shape, DCAT_AP_FEEDS) in said
            assert (stream, LDES.timestampPath, AS.published) in said
            assert (stream, LDES.versionOfPath, AS.object) in said
            assert (stream, TREE.view, top) in said
            assert (NamedNode(BASE + path), RDF.type, TREE.Node) in said


def addresses(client: FlaskClient) -> list[str]:
    follower = Follower()
    follower.follow(client)
    return [address.removeprefix(BASE) for address in follower.asked]


def test_a_page_of_events_is_read_once_and_what_leads_there_is_asked_again(followed: Followed) -> None:
    followed.publish()
    with portal(followed.data) as client:
        (*above, page) = paths = addresses(client)
        _root, month, day = above
        for path in paths:
            answer = client.get(path)
            kept = "public, max-age=86400, immutable" if path == page else "no-cache"
            assert answer.headers["Cache-Control"] == kept
            again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304
            assert again.headers["ETag"] == answer.headers["ETag"]
            told = {(quad.subject, quad.predicate) for quad in rdf(answer)}
            assert ((NamedNode(BASE + path), LDES.immutable) in told) is (path == page)
        assert month.startswith("/feed/2")
        assert day.startswith(f"{month}-")
        assert page == "/feed/1/1"
    followed.publish(water=None)
    with portal(followed.data) as client:
        assert client.get(page, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200, "events went"


def test_ways_lead_to_where_the_events_are(followed: Followed) -> None:
    followed.publish()
    with portal(followed.data) as client:
        for path in addresses(client)[:-1]:
            told = list(rdf(client.get(path)))
            kinds = {quad.object for quad in told if quad.predicate == RDF.type and quad.subject.value.count("#")}
            assert TREE.GreaterThanOrEqualToRelation in kinds
            assert {TREE.LessThanRelation, TREE.LessThanOrEqualToRelation} & kinds


def test_events_are_cut_into_pages_that_never_change(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SIZE", 2)
    followed.publish()
    with portal(followed.data) as client:
        first = {path: members(client, path) for path in ("/feed/1/1", "/feed/1/2", "/feed/1/3")}
        assert client.get("/feed/1/4").status_code == 404
    followed.publish(water=None)
    with portal(followed.data) as client:
        for path, before in first.items():
            assert members(client, path) == before - {f"{path}#{key(WATER, LONG_KEY)}"}
        assert members(client, "/feed/2/1") == {f"/feed/2/1#{key(WATER, LONG_KEY)}"}


def test_a_page_with_too_many_events_leads_to_its_parts(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    valley = "dct:spatial <http://a.example/valley> ; "
    followed.publish(water=followed.pieces["water"].replace("dct:publisher", f"{valley}dct:publisher"))
    followed.edit("valley", "valley", "basin")
    whole, parted = Follower(), Follower()
    follow(followed, whole)
    monkeypatch.setattr(events, "MOST", 1)
    follow(followed, parted)
    assert parted.copy == whole.copy == entities(followed.data)
    assert {f"{BASE}/feed/2/1", f"{BASE}/feed/2/1-0", f"{BASE}/feed/2/1-f"} <= set(parted.asked)
    assert len(parted.asked) > len(whole.asked) + 16
    with portal(followed.data) as client:
        assert members(client, "/feed/2/1") == set()
        assert sum(len(members(client, f"/feed/2/1-{digit}")) for digit in "0123456789abcdef") == 2


def members(client: FlaskClient, path: str) -> set[str]:
    told: list[Quad] = list(rdf(client.get(path)))
    return {quad.object.value.removeprefix(BASE) for quad in told if quad.predicate == TREE.member}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feed.trig", 200), ("/feed.jsonld", 200), ("/feed.nq", 200), ("/feed.ttl", 404), ("/feed.exe", 404),
        ("/feed/1999-01", 404), ("/feed/1999-13", 404), ("/feed/1999-01-01", 404), ("/feed/yesterday", 404),
        ("/feed/1/1.jsonld", 200), ("/feed/1/1.ttl", 404), ("/feed/1/0", 404), ("/feed/1/99999", 404),
        ("/feed/0/1", 404), ("/feed/9/1", 404), ("/feed/x/1", 404), ("/feed/1/x", 404),
        ("/feed/1/1-a", 200), ("/feed/1/1-abcde", 404), ("/feed/1/1-x", 404), ("/feed/1/1-", 404),
        (f"/feed/{'9' * 40}/1", 404), ("/feed/%D9%A1/1", 404),
    ],
)  # fmt: skip
def test_what_is_no_part_of_it_is_not_found(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_a_syntax_without_graphs_is_refused(client: FlaskClient) -> None:
    answer = client.get("/feed", headers={"Accept": "text/turtle"})
    assert answer.status_code == 406
    assert "application/trig" in answer.text


@pytest.fixture(scope="module")
def whole(example: Path) -> Follower:
    follower = Follower()
    with portal(example) as client:
        follower.follow(client)
    return follower


def test_the_example_can_be_followed(whole: Follower, example: Path) -> None:
    assert whole.copy == entities(example)
