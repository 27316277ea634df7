import html
import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Triple

from api.app import create_app
from api.harvest.profiles import OFFERED
from api.settings import Settings
from graph.generations import Generations
from graph.iris import Iris, key
from tests.support.portal import EXAMPLE, page, portal, publish, rdf
from vocabularies.namespaces import AS, DCAT, DCT, FOAF, HYDRA, PROV, RDF

BASE = "http://127.0.0.1:8000"
CC0 = "http://publications.europa.eu/resource/authority/licence/CC0"
ITSELF = NamedNode(f"{BASE}/catalogue")


def said(client: FlaskClient, path: str) -> set[Triple]:
    return {quad.triple for quad in rdf(client.get(path))}


def values(triples: set[Triple], subject: NamedNode, predicate: NamedNode) -> list[object]:
    return [triple.object for triple in triples if triple.subject == subject and triple.predicate == predicate]


def test_the_catalogue_has_what_dcat_ap_wants_of_it(client: FlaskClient) -> None:
    triples = said(client, "/catalogue.ttl")
    assert DCAT.Catalog in values(triples, ITSELF, RDF.type)
    titles = values(triples, ITSELF, DCT.title)
    assert {title.language for title in titles if isinstance(title, Literal)} == {"fr", "de", "en", "lb"}
    assert len(values(triples, ITSELF, DCT.description)) == 4
    (publisher,) = values(triples, ITSELF, DCT.publisher)
    assert isinstance(publisher, NamedNode)
    assert values(triples, publisher, FOAF.name) == [Literal("Catalograph")]


def test_it_lists_all_datasets_series_and_services_with_what_they_say(client: FlaskClient) -> None:
    triples = said(client, "/catalogue.nt")
    assert len(values(triples, ITSELF, DCAT.dataset)) == 56
    assert len(values(triples, ITSELF, DCAT.service)) == 6
    for listed in (*values(triples, ITSELF, DCAT.dataset), *values(triples, ITSELF, DCAT.service)):
        assert isinstance(listed, NamedNode)
        assert values(triples, listed, RDF.type)


def test_a_crawl_from_page_to_page_sees_everything_once(client: FlaskClient) -> None:
    whole = said(client, "/catalogue.nt")
    listed, everything, pages = [], set(), 0
    for triples in crawl(client, "/catalogue.nt?limit=10"):
        listed += values(triples, ITSELF, DCAT.dataset) + values(triples, ITSELF, DCAT.service)
        everything |= {triple for triple in triples if _about_data(triple)}
        pages += 1
    assert pages == 7
    assert len(listed) == len(set(listed)) == 62
    assert {triple for triple in whole if _about_data(triple)} <= everything


def crawl(client: FlaskClient, path: str) -> Iterator[set[Triple]]:
    """Page after page as hydra:next leads."""
    while path:
        triples = said(client, path)
        yield triples
        following = [triple.object for triple in triples if triple.predicate == HYDRA.next]
        path = str(following[0].value).removeprefix(BASE) if following else ""  # type: ignore[union-attr]


def _about_data(triple: Triple) -> bool:
    """Whether the triple is neither the catalogue's own nor in a blank node, whose names differ from page to page."""
    named = isinstance(triple.subject, NamedNode) and not str(triple.object).startswith("_:")
    return named and BASE + "/catalogue" not in str(triple.subject)


def test_the_next_page_is_reached_by_accept_as_the_link_says(client: FlaskClient) -> None:
    answer = client.get("/catalogue?page=1", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/turtle"


def test_total_and_pages_are_told_as_hydra_does(client: FlaskClient) -> None:
    triples = said(client, "/catalogue.ttl")
    (total,) = values(triples, ITSELF, HYDRA.totalItems)
    assert isinstance(total, Literal)
    assert total.value == "62"
    (view,) = values(triples, ITSELF, HYDRA.view)
    assert view == NamedNode(f"{BASE}/catalogue.ttl?generation=1&page=1")


def test_people_get_a_page(client: FlaskClient) -> None:
    text = page(client, "/catalogue").text
    assert 'href="/catalogue.ttl"' in text
    assert 'href="/catalogue.jsonld"' in text


@pytest.mark.parametrize("path", ["/catalogue", "/de/catalogue?theme=ENVI", "/lb/catalogue/hvd"])
def test_people_read_how_to_harvest_and_every_link_of_it_works(client: FlaskClient, path: str) -> None:
    text = page(client, path).text
    section = text[text.index('id="harvest"') : text.index('id="terms"')]
    found = [html.unescape(href) for href in re.findall(r'href="(/[^"]+)"', section)]
    assert len(found) > 15
    for href in found:
        assert client.get(href, follow_redirects=True).status_code == 200, href
    for name in ("organisation", "theme", "hvd", "source", "modified_since", "limit"):
        assert f"<code>{name}</code>" in section
    for each in OFFERED:
        assert each.title in section


def test_terms_of_use_are_shown_where_descriptions_are_listed(tmp_path: Path) -> None:
    publish(tmp_path / "data", EXAMPLE)
    asking = create_app(Settings(data=tmp_path / "data", licence=CC0, attribution="The office")).test_client()
    for path in ("/catalogue", "/catalogue/hvd", "/hvd", "/sources/example"):
        text = page(asking, path).text
        assert "The office" in text, path
        assert "Creative Commons CC0" in text, path
    for path, node in (("/hvd.nt", "/hvd"), ("/sources/example.nt", "/sources/example")):
        triples = said(asking, path)
        assert values(triples, NamedNode(BASE + node), DCT.license) == [NamedNode(CC0)]
        (rights,) = values(triples, NamedNode(BASE + node), DCT.rights)
        assert values(triples, rights, RDF.type) == [DCT.RightsStatement]  # type: ignore[arg-type]  # a blank node


def test_a_portal_without_terms_says_so(client: FlaskClient) -> None:
    assert "No terms are stated" in page(client, "/catalogue").text


def test_an_empty_catalogue_is_a_catalogue_too(tmp_path: Path) -> None:
    document = tmp_path / "person.ttl"
    document.write_text("<http://example.org/office> a <http://xmlns.com/foaf/0.1/Agent> .")
    publish(tmp_path / "data", document)
    with portal(tmp_path / "data") as client:
        triples = said(client, "/catalogue.ttl")
        assert values(triples, ITSELF, DCAT.dataset) == []
        assert DCAT.Catalog in values(triples, ITSELF, RDF.type)
        for path in ("/", "/datasets", "/organisations", "/catalogue"):
            assert page(client, path).status_code == 200


SOME = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix ex: <http://example.org/> .
ex:office a foaf:Agent ; foaf:name "%(office)s"@en .
ex:file a dcat:Distribution ; dcat:accessURL ex:address ; dct:title "%(file)s"@en .
ex:a a dcat:Dataset ; dct:title "A"@en ; dct:description "A"@en ; dct:publisher ex:office .
ex:b a dcat:Dataset ; dct:title "B"@en ; dct:description "B"@en ; dcat:distribution ex:file .
ex:c a dcat:Dataset ; dct:title "%(c)s"@en ; dct:description "C"@en ; dct:spatial [ a dct:Location ] .
%(more)s
"""


HIGH_VALUE = "<http://data.europa.eu/r5r/hvdCategory> <http://data.europa.eu/bna/c_dd313021>"


class Changing:
    """A portal whose one source says something else each time."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def publish(self, **changed: str) -> int:
        document = self.data.parent / "some.ttl"
        document.write_text(SOME % {"office": "Office", "file": "File", "c": "C", "more": "", **changed})
        return publish(self.data, document)

    def seen(self, number: int) -> str:
        """A moment at which this generation was what all readers saw, as far as it is noted."""
        lines = (line.split("\t") for line in (self.data / "published.tsv").read_text().splitlines())
        moments = {int(one): float(moment) for one, moment in lines}
        return datetime.fromtimestamp(moments[number] + 0.502, UTC).isoformat()


@pytest.fixture
def changing(tmp_path: Path) -> Changing:
    return Changing(tmp_path / "data")


def follow(client: FlaskClient) -> None:
    """Let the portal look which generation is published, without waiting."""
    client.application.extensions["catalograph"].readers._looked = float("-inf")


def datasets(triples: Iterable[Triple]) -> set[str]:
    return {str(one.object.value)[-1] for one in triples if one.predicate == DCAT.dataset}  # type: ignore[union-attr]


def test_a_crawl_ends_on_the_generation_it_began_with(changing: Changing) -> None:
    changing.publish()
    with portal(changing.data) as client:
        pages = crawl(client, "/catalogue.ttl?limit=1")
        seen = [next(pages)]
        for number in range(3):
            changing.publish(c=f"C{number}", more=f"ex:{number} a dcat:Dataset .")
            follow(client)
            if number < 2:
                seen.append(next(pages))
        assert list(pages) == []
        assert set().union(*map(datasets, seen)) == {"a", "b", "c"}
        assert Triple(NamedNode("http://example.org/c"), DCT.title, Literal("C", language="en")) in seen[-1]
        assert "2" in datasets(said(client, "/catalogue.ttl"))


def test_a_crawl_that_is_too_slow_is_sent_back_to_the_first_page(changing: Changing) -> None:
    changing.publish()
    with portal(changing.data) as client:
        first = said(client, "/catalogue.ttl?limit=1&theme=ENVI")
        changing.publish(c="other")
        follow(client)
        assert client.get("/catalogue.ttl").status_code == 200
        shutil.rmtree(Generations(changing.data).path(1))
        (last,) = [one.object.value for one in first if one.predicate == HYDRA.last]  # type: ignore[union-attr]
        answer = client.get(last.removeprefix(BASE), headers={"Accept": "application/json"})
        assert answer.status_code == 410
        told = answer.get_json(force=True)
        assert told["type"] == f"{BASE}/problems#generation-gone"
        assert told["instead"] == f"{BASE}/catalogue.ttl?theme=ENVI&limit=1"
        assert client.get(told["instead"].removeprefix(BASE)).status_code == 200


@pytest.mark.parametrize(
    "first", ["/catalogue.ttl?source=example&limit=1", "/catalogue/hvd.nt?limit=1", "/organisations/{}/catalogue.rdf"]
)
def test_after_retention_every_kind_of_catalogue_leads_to_its_first_page(changing: Changing, first: str) -> None:
    changing.publish(more=f"ex:a {HIGH_VALUE} . ex:b {HIGH_VALUE} .")
    path = first.format(Iris(BASE).slug("http://example.org/office", "Office"))
    with portal(changing.data) as client:
        (last,) = [one.object.value for one in said(client, path) if one.predicate == HYDRA.last]  # type: ignore[union-attr]
        client.application.extensions["catalograph"].readers.close()  # its lease would keep the generation
    for number in range(4):
        changing.publish(c=f"C{number}")
    Generations(changing.data).retain(timedelta(0), 3, datetime.now(UTC))
    with portal(changing.data) as client:
        answer = client.get(last.removeprefix(BASE))
        assert answer.status_code == 410
        assert answer.get_json()["instead"] == BASE + path
        assert client.get(path).status_code == 200
        in_text = client.get(last.removeprefix(BASE), headers={"Accept": "text/plain"})
        assert f"go on from {BASE}{path}" in in_text.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=0", 404), ("page=-1", 404), ("page=x", 404), ("page=2", 404), ("page=99999999999", 404),
        ("limit=0", 400), ("limit=1001", 400), ("limit=ten", 400),
        ("generation=x", 400), ("generation=2", 404), ("generation=0", 404),
        ("modified_since=yesterday", 400), ("modified_since=2026-13-01", 400), ("modified_since=2026-11-31", 400),
        ("modified_since=0000-01-01", 400), ("modified_since=2026-01-01T25:00:00Z", 400),
        ("organisation=nobody", 404), ("organisation=http://exa mple.org/", 400),
        ("theme=not%20a%20code", 400), ("hvd=x:y z", 400), ("source=none", 404),
        ("theme=" + "x" * 3000, 400), ("theme=NONE", 400), ("hvd=none", 400),
        ("modfied_since=2026-01-01", 400), ("theme=ENVI&theme=TRAN", 400), ("profile=none", 406),
        ("theme=", 400), ("modified_since=%20", 400),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/catalogue.ttl", "/catalogue/hvd.rdf"])
def test_what_cannot_be_answered_says_so_by_its_status(client: FlaskClient, query: str, status: int, path: str) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    told = answer.get_json()
    assert told["status"] == status
    plain = client.get(f"{path}?{query}", headers={"Accept": "text/plain"})
    assert plain.status_code == status
    assert plain.mimetype == "text/plain"
    assert told["detail"] in plain.text


@pytest.mark.parametrize("query", ["page=7", "page=0", "generation=5&page=2"])
def test_a_page_that_there_is_none_of_leads_to_the_first(client: FlaskClient, query: str) -> None:
    told = client.get(f"/catalogue.ttl?theme=ENVI&limit=10&{query}").get_json()
    assert told["type"] == f"{BASE}/problems#page-missing"
    assert told["instead"] == f"{BASE}/catalogue.ttl?theme=ENVI&limit=10"
    assert told["instead"] in told["detail"]
    assert client.get(told["instead"].removeprefix(BASE)).status_code == 200


def test_a_parameter_that_nobody_reads_is_named_with_those_there_are(client: FlaskClient) -> None:
    told = client.get("/catalogue.ttl?modfied_since=2026-01-01").get_json()
    assert told["type"] == f"{BASE}/problems#harvest-parameter"
    assert "'modfied_since'" in told["detail"]
    assert "modified_since, page, limit, generation, profile" in told["detail"]
    assert page(client, "/catalogue?utm_source=mail").status_code == 200


@pytest.mark.parametrize("alias", ["/catalog.rdf", "/catalog.ttl", "/catalog.jsonld", "/catalog.xml"])
def test_the_addresses_that_harvesters_know_lead_to_the_same(client: FlaskClient, alias: str) -> None:
    answer = client.get(alias)
    assert answer.status_code == 200
    assert len({quad.triple for quad in rdf(answer) if quad.predicate == DCAT.dataset}) == 56
    assert f'<{BASE}/catalogue>; rel="canonical"' in answer.headers["Link"]


def test_pages_are_linked_in_headers_and_for_both_generations_of_hydra(client: FlaskClient) -> None:
    answer = client.get("/catalogue.rdf?limit=20&page=2")
    here = f"{BASE}/catalogue.rdf?limit=20&generation=1&page="
    for relation, page_ in (("first", 1), ("prev", 1), ("next", 3), ("last", 4)):
        assert f'<{here}{page_}>; rel="{relation}"' in answer.headers["Link"]
    triples = {quad.triple for quad in rdf(answer)}
    view = NamedNode(f"{here}2")
    for predicate in (HYDRA.next, HYDRA.nextPage):
        assert values(triples, view, predicate) == [NamedNode(f"{here}3")]
    assert values(triples, view, HYDRA.itemsPerPage) == [Literal(20)]
    assert set(values(triples, view, RDF.type)) == {HYDRA.PartialCollectionView, HYDRA.PagedCollection}


def test_each_selection_is_a_part_and_together_they_are_narrower(client: FlaskClient) -> None:
    whole = datasets_of(client, "/catalogue.nt")
    theme = datasets_of(client, "/catalogue.nt?theme=ENVI")
    assert theme == datasets_of(
        client, "/catalogue.nt?theme=http://publications.europa.eu/resource/authority/data-theme/ENVI"
    )
    high = datasets_of(client, "/catalogue.nt?hvd=true")
    assert high == datasets_of(client, "/catalogue/hvd.nt") == datasets_of(client, "/catalogue.nt?profile=dcat-ap-hvd")
    environment = datasets_of(client, "/catalogue.nt?hvd=c_dd313021")
    assert set() != theme < whole
    assert environment < high < whole
    assert datasets_of(client, "/catalogue.nt?theme=ENVI&hvd=true") == theme & high
    assert datasets_of(client, "/catalogue.nt?source=example") == whole
    assert datasets_of(client, "/catalogue.nt?theme=http://example.org/none") == set()


def datasets_of(client: FlaskClient, path: str) -> set[object]:
    return {triple.object for triple in said(client, path) if triple.predicate == DCAT.dataset}


def test_an_organisation_has_a_catalogue_of_its_own(client: FlaskClient) -> None:
    office = "https://data.portal.example/id/organisation/environment"
    by_iri = datasets_of(client, f"/catalogue.nt?organisation={office}")
    slug = Iris(BASE).slug(office, "")
    for path in (f"/organisations/{slug}/catalogue", f"/organisations/{slug}-x", f"/organisations/{key(office)}"):
        assert client.get(f"{path}.%0AX").status_code == 404
    moved = client.get(f"/organisations/{slug}/catalogue.nt?limit=50")
    assert moved.status_code == 301
    path = moved.headers["Location"]
    assert path.endswith("/catalogue.nt?limit=50")
    assert by_iri == datasets_of(client, path) != set()
    itself = NamedNode(f"{BASE}{path.partition('.nt')[0]}")
    triples = said(client, path)
    assert DCAT.Catalog in values(triples, itself, RDF.type)
    assert datasets_of(client, f"/catalogue.nt?organisation={path.split('/')[2]}") == by_iri
    assert datasets_of(client, f"{path}&organisation={office}") == by_iri
    assert client.get(f"{path}&organisation=http://example.org/another").status_code == 400
    assert page(client, path.partition(".nt")[0]).status_code == 200
    assert client.get("/organisations/nobody-aaaaaaaa/catalogue.nt").status_code == 404


def test_what_changed_since_a_moment_is_told_with_what_is_gone(changing: Changing) -> None:
    changing.publish(more="ex:d a dcat:Dataset ; dct:title 'D'@en .")
    changing.publish(c="new", more="ex:d a dcat:Dataset ; dct:title 'D'@en .")
    changing.publish(c="new", file="other")
    changing.publish(c="new", file="other", office="Another")
    with portal(changing.data) as client:
        for number, changed in ((1, {"a", "b", "c"}), (2, {"a", "b"}), (3, {"a"}), (4, set())):
            triples = said(client, f"/catalogue.nt?modified_since={changing.seen(number)}")
            assert datasets(triples) == changed, number
            gone = {one.subject for one in triples if one.predicate == PROV.invalidatedAtTime}
            assert gone == ({NamedNode("http://example.org/d")} if number < 3 else set())
        assert datasets(said(client, "/catalogue.nt?modified_since=2020-01-01")) == {"a", "b", "c"}
        assert datasets(said(client, "/catalogue.nt?modified_since=2040-01-01")) == set()


@pytest.mark.parametrize("path", ["/catalogue/hvd.nt", "/catalogue.trig?hvd=true", "/catalogue.nt?profile=dcat-ap-hvd"])
def test_who_harvests_a_part_learns_what_left_it_as_feeds_tell_it(changing: Changing, path: str) -> None:
    changing.publish(more=f"ex:b {HIGH_VALUE} . ex:c {HIGH_VALUE} . ex:d a dcat:Dataset ; {HIGH_VALUE} .")
    changing.publish(more=f"ex:b {HIGH_VALUE} .")
    with portal(changing.data) as client:
        between = "&" if "?" in path else "?"
        triples = said(client, f"{path}{between}modified_since={changing.seen(1)}")
    events = [one.subject for one in triples if one.predicate == RDF.type and one.object == AS.Delete]
    dropped = {values(triples, event, AS.object)[0] for event in events if isinstance(event, NamedNode)}
    gone = {one.subject for one in triples if one.predicate == PROV.invalidatedAtTime}
    assert dropped == {NamedNode("http://example.org/c"), NamedNode("http://example.org/d")}
    assert gone == {NamedNode("http://example.org/d")}
    assert len({one.object for one in triples if one.predicate == AS.published}) == 1
    assert datasets(triples) == set()
    (total,) = {one.object for one in triples if one.predicate == HYDRA.totalItems}
    assert total == Literal(2)


def test_a_page_that_the_client_has_is_not_made_again(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/catalogue.ttl?limit=5")
    other = client.get("/catalogue.nt?limit=5")
    assert first.headers["ETag"] != other.headers["ETag"]
    monkeypatch.setattr("api.harvest.catalogue.statements", pytest.fail)
    again = client.get("/catalogue.ttl?limit=5", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Link"] == first.headers["Link"]
    assert client.get("/catalogue.nt?limit=5", headers={"If-None-Match": other.headers["ETag"]}).status_code == 304


def test_licence_and_attribution_are_told_of_the_catalogue_its_sources_and_their_records(changing: Changing) -> None:
    changing.publish()
    app = create_app(Settings(data=changing.data, licence=CC0, attribution="The portal"))
    triples = said(app.test_client(), "/catalogue.nt")
    source = NamedNode(f"{BASE}/sources/example")
    records = [one for one in values(triples, ITSELF, DCAT.record) if isinstance(one, NamedNode)]
    assert len(records) == 3
    for subject in (ITSELF, source, *records):
        assert values(triples, subject, DCT.license) == [NamedNode(CC0)]
    for subject in (ITSELF, source):
        (agent,) = values(triples, subject, PROV.wasAttributedTo)
        assert values(triples, agent, FOAF.name) == [Literal("The portal")]  # type: ignore[arg-type]
        (rights,) = values(triples, subject, DCT.rights)
        assert values(triples, rights, RDF.type) == [DCT.RightsStatement]  # type: ignore[arg-type]
