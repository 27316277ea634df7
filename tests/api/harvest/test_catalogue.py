from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Triple

from tests.support.portal import page, portal, publish, rdf
from vocabularies.namespaces import DCAT, DCT, FOAF, HYDRA, RDF

BASE = "http://127.0.0.1:8000"
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
