import re
from pathlib import Path

from flask.testing import FlaskClient

from tests.support.portal import page, portal, publish

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
