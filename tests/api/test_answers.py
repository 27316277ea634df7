import json
import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode
from werkzeug.http import parse_date

from graph.formats import RDF_FORMATS
from tests.support.portal import page, rdf
from vocabularies.namespaces import DCAT, DCT, FOAF, RDF, VCARD, XSD

EXTENSIONS = [form.extension for form in RDF_FORMATS]


@pytest.fixture
def dataset(client: FlaskClient) -> str:
    """The address of a dataset with distributions, a publisher and a contact."""
    text = page(client, "/en/datasets?q=ozone").text
    return str(re.findall(r'href="/en(/datasets/[a-z0-9-]+)"', text)[0])


@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
def test_accept_and_extension_give_the_same_bytes(client: FlaskClient, dataset: str, form: object) -> None:
    media_type, extension = form.media_type, form.extension  # type: ignore[attr-defined]  # an RdfForm
    negotiated = client.get(dataset, headers={"Accept": media_type})
    named = client.get(f"{dataset}.{extension}", headers={"Accept": "text/html"})
    assert negotiated.status_code == named.status_code == 200
    assert negotiated.mimetype == media_type
    assert negotiated.data == named.data


def test_all_forms_say_the_same(client: FlaskClient, dataset: str) -> None:
    triples = {
        extension: {quad.triple for quad in rdf(client.get(f"{dataset}.{extension}")) if _is_named(quad.triple)}
        for extension in EXTENSIONS
    }
    assert len(triples["ttl"]) > 30
    assert all(said == triples["ttl"] for said in triples.values())


@pytest.mark.parametrize("extension", ["", ".nt"])
def test_a_date_answers_only_where_nothing_told_is_newer(client: FlaskClient, dataset: str, extension: str) -> None:
    """A distribution may change, and the organisation, where the dataset stays as it is."""
    for path, status in ((dataset + extension, 200), ("/catalogue" + extension, 304)):
        first = client.get(path)
        again = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
        assert again.status_code == status, path
        by_tag = {"If-Modified-Since": first.headers["Last-Modified"], "If-None-Match": first.headers["ETag"]}
        assert client.get(path, headers=by_tag).status_code == 304


def _is_named(triple: object) -> bool:
    return isinstance(triple.subject, NamedNode) and not str(triple.object).startswith("_:")  # type: ignore[attr-defined]


def test_a_dataset_comes_with_its_parts_and_its_catalogue_record(client: FlaskClient, dataset: str) -> None:
    said = {quad.triple for quad in rdf(client.get(f"{dataset}.nt"))}
    classes = {triple.object for triple in said if triple.predicate == RDF.type}
    assert {DCAT.Dataset, DCAT.Distribution, DCAT.CatalogRecord} <= classes
    assert VCARD.Organization in classes or VCARD.Kind in classes
    assert any(triple.predicate == FOAF.name for triple in said)
    datasets = {triple.subject for triple in said if triple.object == DCAT.Dataset}
    assert len(datasets) == 1


def test_every_size_is_a_non_negative_integer_in_every_form(client: FlaskClient) -> None:
    for extension in EXTENSIONS:
        sizes = [quad.object for quad in rdf(client.get(f"/catalogue.{extension}")) if quad.predicate == DCAT.byteSize]
        assert sizes
        assert {size.datatype for size in sizes if isinstance(size, Literal)} <= {XSD.nonNegativeInteger, XSD.string}


def test_the_same_generation_gives_the_same_bytes(client: FlaskClient, dataset: str) -> None:
    for extension in EXTENSIONS:
        assert client.get(f"{dataset}.{extension}").data == client.get(f"{dataset}.{extension}").data


def test_every_answer_says_what_it_is_and_where_its_other_forms_are(client: FlaskClient, dataset: str) -> None:
    for path in (dataset, f"{dataset}.ttl", f"/fr{dataset}", "/catalogue.rdf", "/datasets", "/"):
        answer = page(client, path)
        assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
        assert answer.headers["ETag"]
        assert parse_date(answer.headers["Last-Modified"])
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        for relation in ("canonical", "alternate", "describedby"):
            assert f'rel="{relation}"' in answer.headers["Link"], path


def test_every_link_header_resolves(client: FlaskClient, dataset: str) -> None:
    for path in (dataset, f"{dataset}.jsonld", f"/lb{dataset}", "/catalogue", "/datasets", "/"):
        for target in re.findall(r"<([^>]+)>", page(client, path).headers["Link"]):
            if not target.startswith("http://127.0.0.1:8000"):  # a class, a licence, a file: somebody else's
                continue
            found = page(client, target.removeprefix("http://127.0.0.1:8000"))
            if found.status_code == 301:  # our record has the key alone in its IRI; its page has words too
                found = page(client, found.location)
            assert found.status_code == 200, (path, target)


def test_a_page_in_a_language_stands_for_itself_and_everything_else_for_the_resource(
    client: FlaskClient, dataset: str
) -> None:
    base = "http://127.0.0.1:8000"
    for path, canonical in ((dataset, dataset), (f"/de{dataset}", f"/de{dataset}"), (f"{dataset}.rdf", dataset)):
        assert f'<{base}{canonical}>; rel="canonical"' in page(client, path).headers["Link"]


def test_rdf_may_be_read_by_any_site_and_pages_only_by_people(client: FlaskClient, dataset: str) -> None:
    assert client.get(f"{dataset}.ttl").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in page(client, dataset).headers


def test_what_did_not_change_is_not_sent_again(client: FlaskClient, dataset: str) -> None:
    for path in (dataset, f"{dataset}.ttl", "/datasets", "/catalogue.ttl"):
        tag = page(client, path).headers["ETag"]
        again = client.get(path, headers={"Accept": "text/html", "Accept-Language": "en", "If-None-Match": tag})
        assert again.status_code == 304
        assert again.data == b""
        assert again.headers["ETag"] == tag
        assert "Link" in again.headers


def test_each_language_and_form_has_its_own_tag(client: FlaskClient, dataset: str) -> None:
    answers = [page(client, dataset, "fr"), page(client, dataset, "de"), client.get(f"{dataset}.ttl")]
    assert len({answer.headers["ETag"] for answer in answers}) == 3


def test_a_form_that_is_not_offered_is_refused_with_those_that_are(client: FlaskClient, dataset: str) -> None:
    answer = client.get(dataset, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    told = json.loads(answer.data)
    assert "text/turtle" in told["offered"]
    assert "text/html" in told["offered"]
    in_language = client.get(f"/fr{dataset}", headers={"Accept": "text/turtle"})
    assert in_language.status_code == 406
    assert json.loads(in_language.data)["offered"] == ["text/html"]


@pytest.mark.parametrize("extension", ["pdf", "", "ttl.ttl", "n3"])
def test_an_unknown_extension_is_not_found(client: FlaskClient, dataset: str, extension: str) -> None:
    assert client.get(f"{dataset}.{extension}").status_code == 404
    assert client.get(f"/catalogue.{extension or 'x'}").status_code == 404


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient, dataset: str) -> None:
    got, asked = client.get(f"{dataset}.ttl"), client.head(f"{dataset}.ttl")
    assert asked.data == b""
    assert asked.headers["ETag"] == got.headers["ETag"]
    assert asked.headers["Content-Length"] == got.headers["Content-Length"]


def test_a_part_that_had_no_iri_is_found_under_the_one_we_gave_it(client: FlaskClient) -> None:
    minted = {
        quad.subject.value
        for quad in rdf(client.get("/catalogue.nt"))
        if isinstance(quad.subject, NamedNode) and "/id/" in quad.subject.value and "127.0.0.1" in quad.subject.value
    }
    assert minted
    for iri in minted:
        path = iri.removeprefix("http://127.0.0.1:8000")
        said = rdf(client.get(path, headers={"Accept": "text/turtle"}))
        assert any(quad.subject == NamedNode(iri) for quad in said)
        assert page(client, path).status_code == 200
    assert client.get("/id/contacts/aaaaaaaaaaaaaaaa").status_code == 404


def test_the_title_on_the_page_is_the_one_in_the_data(client: FlaskClient, dataset: str) -> None:
    titles = {q.object.value for q in rdf(client.get(f"{dataset}.nt")) if q.predicate == DCT.title and _text(q.object)}
    found = re.search(r"<h1[^>]*>(?:<span[^>]*>)?([^<]+)", page(client, dataset, "de").text)
    assert found
    assert found.group(1) in titles


def _text(term: object) -> bool:
    return isinstance(term, Literal)
