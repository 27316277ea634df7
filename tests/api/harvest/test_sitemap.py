import gzip
import re
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from api.harvest import sitemap
from graph.generations import Generations
from graph.record import PAGED
from tests.support.portal import page, portal, publish

BASE = "http://127.0.0.1:8000"
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def located(client: FlaskClient, path: str) -> dict[str, str]:
    """Each address of a map below the base with its last change."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    found = ET.fromstring(answer.data)  # noqa: S314  our own
    addresses = [each.findtext(f"{SPACE}loc") or "" for each in found]
    assert all(address.startswith(f"{BASE}/") for address in addresses)
    changes = [each.findtext(f"{SPACE}lastmod") or "" for each in found]
    assert all(datetime.fromisoformat(change) for change in changes)
    return dict(zip((address.removeprefix(BASE) for address in addresses), changes, strict=True))


def test_every_address_in_the_sitemap_answers_at_once(client: FlaskClient) -> None:
    maps = located(client, "/sitemap.xml")
    assert "/sitemaps/pages.xml" in maps
    for path in maps:
        for address in located(client, path):
            assert page(client, address).status_code == 200, address


def test_all_records_that_have_pages_are_in_it(client: FlaskClient) -> None:
    listed = re.findall(r'href="(/datasets/[^"?/]+)"', page(client, "/datasets").text)
    assert set(listed) <= set(located(client, "/sitemaps/datasets-1.xml"))


def test_the_last_change_of_a_map_is_that_of_what_changed_last_in_it(client: FlaskClient) -> None:
    for path, changed in located(client, "/sitemap.xml").items():
        assert changed == max(located(client, path).values())


def test_a_long_list_is_cut_into_parts(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "PART", 10)
    with portal(example) as client:
        parts = [path for path in located(client, "/sitemap.xml") if path.startswith("/sitemaps/datasets-")]
        found = [address for path in parts for address in located(client, path)]
    assert len(parts) > 3
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", ["datasets-0", "datasets-99", "datasets-x", "datasets", "contacts-1", "datasets-²"])
def test_a_map_that_is_none_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/sitemaps/{name}.xml").status_code == 404


def test_a_client_that_has_the_map_gets_no_other(client: FlaskClient) -> None:
    answer = client.get("/sitemap.xml")
    assert client.get("/sitemap.xml", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_maps_are_packed_for_who_takes_them_so(client: FlaskClient) -> None:
    plain = client.get("/sitemaps/datasets-1.xml")
    packed = client.get("/sitemaps/datasets-1.xml", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert "Accept-Encoding" in plain.vary
    assert packed.headers["ETag"] != plain.headers["ETag"]
    tag = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert client.get("/sitemaps/datasets-1.xml", headers=tag).status_code == 304


def test_all_kinds_that_have_pages_and_all_graphs_are_in_it(client: FlaskClient, example: Path) -> None:
    maps = located(client, "/sitemap.xml")
    with Generations(example).current() as generation:
        kinds = {kind for kind in generation.ledger.counts() if kind in PAGED}
        graphs = {graph.value.removeprefix(BASE) for graph in generation.store.named_graphs() if graph.value}
    assert {path.removeprefix("/sitemaps/").rpartition("-")[0] for path in maps} - {""} == kinds
    assert graphs <= set(located(client, "/sitemaps/pages.xml"))


def test_an_address_with_what_xml_would_read_as_its_own_is_escaped(tmp_path: Path) -> None:
    source = tmp_path / "odd.ttl"
    source.write_text(
        "<http://a.example/x?a=1&b=2> a <http://www.w3.org/ns/dcat#Dataset> ;"
        ' <http://purl.org/dc/terms/title> "A & B <i>"@en .'
    )
    publish(tmp_path / "data", source)
    with portal(tmp_path / "data") as client:
        assert len(located(client, "/sitemaps/datasets-1.xml")) == 1


def test_robots_keep_off_what_costs_much_and_learn_where_the_sitemap_is(client: FlaskClient) -> None:
    rules = client.get("/robots.txt").text
    assert "Disallow: /sparql\n" in rules
    assert "Crawl-delay: 1\n" in rules
    assert f"Sitemap: {BASE}/sitemap.xml\n" in rules
    for path in ("/dumps", "/catalogue"):
        assert path in rules


ROBOT_RULE = re.compile(r"(Allow|Disallow): (\S+)")


def allowed(rules: str, address: str) -> bool:
    """By RFC 9309: the longest rule that fits decides, and of two as long the one that allows."""
    fitting = [
        (len(path), verb == "Allow")
        for verb, path in ROBOT_RULE.findall(rules)
        if re.match(".*".join(map(re.escape, path.split("*"))), address)
    ]
    return max(fitting, default=(0, True))[1]


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("/datasets/x-abcdefgh", True),
        ("/catalogue.ttl?generation=4&page=7", True),
        ("/catalogue/hvd?page=2", True),
        ("/organisations/x-abcdefgh/catalogue.rdf?page=2", True),
        ("/oai?verb=ListRecords&resumptionToken=x", True),
        ("/feed.atom?page=2", True),
        ("/dumps/latest/catalogue.nq.gz", True),
        ("/datasets?theme=x&page=9", False),
        ("/search?q=x", False),
        ("/sparql?query=x", False),
        ("/fr/datasets?page=3", False),
    ],
)
def test_mannered_robots_may_harvest_and_not_wander_in_lists(client: FlaskClient, address: str, *, may: bool) -> None:
    assert allowed(client.get("/robots.txt").text, address) is may


def test_the_dumps_are_in_the_sitemap(client: FlaskClient) -> None:
    assert "/dumps" in located(client, "/sitemaps/pages.xml")
