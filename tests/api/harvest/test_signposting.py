import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.portal import page, portal, publish, rdf
from vocabularies.namespaces import DCT

BASE = "http://127.0.0.1:8000"
LINK = re.compile(r'<([^>]*)>; rel="([a-z-]+)"(?:; type="([^"]*)")?(?:; hreflang="([^"]*)")?(?:; profile="[^"]*")?')

Link = tuple[str, str, str, str]
"""Target, relation, media type and language."""


def links(client: FlaskClient, path: str, accept: str = "text/html") -> list[Link]:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200, path
    header = answer.headers["Link"]
    found = list(LINK.finditer(header))
    assert ", ".join(each.group(0) for each in found) == header
    return [(each[1], each[2], each[3] or "", each[4] or "") for each in found]


def of(found: list[Link], relation: str) -> list[str]:
    return [target for target, named, _, _ in found if named == relation]


def record(client: FlaskClient, kind: str, words: str = "") -> str:
    text = page(client, f"/{kind}?q={words}" if words else f"/{kind}").text
    return str(re.findall(rf'href="(/{kind}/[a-z0-9-]+)"', text)[0])


def test_a_page_says_how_to_cite_it_what_it_is_and_where_its_files_are(client: FlaskClient) -> None:
    path = record(client, "datasets", "hourly")
    found = links(client, path)
    (cited,) = of(found, "cite-as")
    moved = client.get(cited.removeprefix(BASE), headers={"Accept": "text/html"})
    assert (moved.status_code, moved.headers["Location"]) == (301, path)
    assert set(of(found, "type")) == {"https://schema.org/AboutPage", "https://schema.org/Dataset"}
    assert of(found, "item")
    assert all(target.startswith("http") for target in of(found, "item"))
    assert of(found, "license")
    assert of(found, "describedby") == [f"{BASE}{path}.ttl"]
    assert ("text/turtle", "describedby") in {(media_type, relation) for _, relation, media_type, _ in found}
    (author,) = of(found, "author")
    assert author.startswith(f"{BASE}/organisations/")
    assert of(found, "collection") == [f"{BASE}/catalogue"]


def test_what_is_in_a_series_says_so(client: FlaskClient) -> None:
    members = re.findall(r'href="(/datasets/[a-z0-9-]+)"', page(client, record(client, "series")).text)
    (series,) = of(links(client, members[0]), "collection")
    assert series.startswith(f"{BASE}/series/")
    assert client.get(series.removeprefix(BASE), follow_redirects=True).status_code == 200


def test_all_links_are_in_one_document_too_with_those_from_files_to_their_page(client: FlaskClient) -> None:
    for kind in ("datasets", "series", "services", "organisations", "reuses", "inventory", "catalogues", "cores"):
        path = record(client, kind, "hourly" if kind == "datasets" else "")
        (address,) = of(links(client, path), "linkset")
        answer = client.get(address.removeprefix(BASE))
        assert (answer.status_code, answer.mimetype) == (200, "application/linkset+json")
        assert 'type="text/html"' not in answer.headers["Link"], "it is no page"
        own, *files = json.loads(answer.data)["linkset"]
        assert own["anchor"] == f"{BASE}{path}"
        for relation in {relation for relation in own if relation != "anchor"} - {"describedby"}:
            assert [each["href"] for each in own[relation]] == of(links(client, path), relation)
        assert next(each["type"] for each in own["describedby"]) == "text/turtle"
        assert {each["collection"][0]["href"] for each in files} <= {f"{BASE}{path}"}
        assert len({each["anchor"] for each in files}) == len(files)
        assert [each["anchor"] for each in files] == [each["href"] for each in own.get("item", ())]
        etag = {"If-None-Match": answer.headers["ETag"]}
        assert client.get(address.removeprefix(BASE), headers=etag).status_code == 304


def test_a_document_of_links_of_nothing_is_not_found(client: FlaskClient) -> None:
    assert client.get("/datasets/nothing-aaaaaaaa/linkset.json").status_code == 404


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    (folder / "part.ttl").write_text(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix : <http://a.example/> .\n"
        ':set a dcat:Dataset ; dct:title "Set" ; dct:publisher :office ; dcat:distribution :again,\n'
        "  [ a dcat:Distribution ; dcat:accessURL :get ; dct:license :licence ] .\n"
        ":again a dcat:Distribution ; dcat:accessURL :get .\n"
        ':office a foaf:Agent ; foaf:name "High-value datasets" .'
    )
    publish(folder / "data", folder / "part.ttl")
    return folder / "data"


def test_a_distribution_says_of_what_it_is(small: Path) -> None:
    with portal(small) as client:
        whole = client.get(record(client, "datasets"), headers={"Accept": "text/turtle"}).text
        part = str(re.findall(rf"{BASE}(/id/distributions/[a-z0-9]+)", whole)[0])
        found = links(client, part)
        assert of(found, "item") == ["http://a.example/get"]
        assert of(found, "license") == ["http://a.example/licence"]
        (collection,) = of(found, "collection")
        assert client.get(collection.removeprefix(BASE), follow_redirects=True).status_code == 200


def test_a_file_that_two_distributions_give_is_linked_once(small: Path) -> None:
    with portal(small) as client:
        told = client.get(f"{record(client, 'datasets')}/linkset.json").get_json(force=True)["linkset"]
    assert [each["href"] for each in told[0]["item"]] == ["http://a.example/get"]
    assert [each["anchor"] for each in told[1:]] == ["http://a.example/get"]


def test_the_name_of_an_organisation_is_no_text_of_ours(small: Path) -> None:
    with portal(small) as client:
        path = f"{record(client, 'organisations')}/catalogue"
        told = rdf(client.get(f"{path}.nt"))
        titles = {
            quad.object.value for quad in told if str(quad.subject) == f"<{BASE}{path}>" and quad.predicate == DCT.title
        }
        assert {title.rpartition(": ")[2] for title in titles} == {"High-value datasets"}
        assert "<h1>High-value datasets" in page(client, f"/fr{path}").text


@pytest.mark.parametrize("path", ["/catalogue", "datasets"])
def test_a_page_is_chosen_by_profile_too_as_its_rdf_is(small: Path, path: str) -> None:
    with portal(small) as client:
        path = path if path.startswith("/") else record(client, path)
        for accept in ("text/html", "text/turtle"):
            assert "Accept-Profile" in client.get(path, headers={"Accept": accept}).headers["Vary"]


def test_the_rdf_says_which_page_it_describes_and_how_to_cite_that(client: FlaskClient) -> None:
    path = record(client, "datasets")
    for accept in ("text/turtle", "application/ld+json", "application/rdf+xml"):
        found = links(client, path, accept)
        assert of(found, "describes") == [f"{BASE}{path}"]
        assert of(found, "cite-as") == of(links(client, path), "cite-as")
        assert not of(found, "item")


def test_every_link_of_every_kind_of_record_resolves(client: FlaskClient) -> None:
    for kind in ("datasets", "series", "services", "organisations", "reuses", "inventory", "catalogues", "cores"):
        path = record(client, kind)
        for accept in ("text/html", "text/turtle"):
            for target, relation, media_type, language in links(client, path, accept):
                if target.startswith(f"{BASE}/"):
                    asked = {
                        "Accept": media_type or "*/*",
                        "Accept-Language": language.replace("x-default", "") or "en",
                    }
                    answer = client.get(target.removeprefix(BASE), headers=asked, follow_redirects=True)
                    assert answer.status_code == 200, (path, relation, target)
                    assert media_type in ("", answer.mimetype), (path, relation, target)


def test_a_client_that_has_the_page_is_told_no_more_than_that(client: FlaskClient) -> None:
    path = record(client, "datasets")
    answer = page(client, path)
    again = client.get(
        path, headers={"Accept": "text/html", "Accept-Language": "en", "If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_what_a_source_wrote_ends_no_header(tmp_path: Path) -> None:
    many = " , ".join(f"<http://odd.example/{number}>" for number in range(50))
    parts = "".join(
        f"<http://odd.example/{number}> a dcat:Distribution ;"
        f" dcat:accessURL <http://odd.example/é/{number}?a=1,2;b='x'> ;"
        " dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv;rel=x> .\n"
        for number in range(50)
    )
    (tmp_path / "odd.ttl").write_text(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        f'<http://odd.example/set> a dcat:Dataset ; dct:title "Odd" ; dcat:distribution {many} ;\n'
        f"  dct:license <javascript:alert(1)> ; dct:creator <http://odd.example/{'x' * 5000}> .\n{parts}"
    )
    publish(tmp_path / "data", tmp_path / "odd.ttl")
    with portal(tmp_path / "data") as client:
        found = links(client, record(client, "datasets"))
    assert len(of(found, "item")) == 20
    assert all(target.startswith("http://odd.example/%C3%A9/") for target in of(found, "item"))
    assert not of(found, "license")
    assert not of(found, "author")


@pytest.mark.prove
def test_every_link_of_every_kind_of_page_in_the_sitemap_resolves(client: FlaskClient) -> None:
    addresses: list[str] = []
    for listed in re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").text):
        addresses += re.findall(r"<loc>([^<]+)</loc>", client.get(listed.removeprefix(BASE)).text)
    kinds = {address.removeprefix(BASE).rpartition("/")[0] or address: address for address in addresses}
    wanted = {
        (target.partition("#")[0], media_type)
        for address in kinds.values()
        for accept in ("text/html", "text/turtle")
        for target, _, media_type, _ in links_where_told(client, address.removeprefix(BASE) or "/", accept)
        if target.startswith(f"{BASE}/")
    }
    assert len(wanted) > 200
    broken = []
    for target, media_type in sorted(wanted):
        path = target.removeprefix(BASE)
        answer = client.get(path, headers={"Accept": media_type or "*/*"}, follow_redirects=True, buffered=True)
        asked = answer.status_code == 503 and path.startswith(
            "/queries/"
        )  # of the query service, not beside this client
        if not asked and (answer.status_code != 200 or media_type not in ("", answer.mimetype)):
            broken.append((target, media_type, answer.status_code, answer.mimetype))
    assert not broken, "\n".join(map(str, broken))


def links_where_told(client: FlaskClient, path: str, accept: str) -> list[Link]:
    """None where the address has no such form, or asks the query service, which is not beside this client."""
    answer = client.get(path, headers={"Accept": accept}, follow_redirects=True, buffered=True)
    assert answer.status_code in (200, 406, 503), path
    return [(each[1], each[2], each[3] or "", each[4] or "") for each in LINK.finditer(answer.headers.get("Link", ""))]
