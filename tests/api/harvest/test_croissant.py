"""Datasets with tabular files as Croissant; tests/clients/test_mlcroissant.py loads them with its own library."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Dataset, Quad, RdfFormat, parse

from tests.api.harvest.test_made_profiles import ODD
from tests.support.portal import page, portal, publish

BASE = "http://127.0.0.1:8000"
MORE = """
:table a dcat:Dataset ; dct:title "Table"@en, "Tabelle"@de ; dct:description "Rows." ; dcat:distribution :tsv, :page .
:tsv a dcat:Distribution ; dcat:accessURL :p ; dcat:downloadURL <http://odd.example/get?id=1> ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/TSV> .
:page a dcat:Distribution ; dcat:accessURL :p ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> .
:text a dcat:Dataset ; dct:title "Text" ; dct:description "Pages." ; dcat:distribution :pdf, :page .
:pdf a dcat:Distribution ; dcat:accessURL :p ; dcat:downloadURL :f ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/PDF> .
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "odd.ttl").write_text(ODD + MORE)
    publish(folder / "data", folder / "odd.ttl")
    return folder / "data"


@pytest.fixture
def strange(odd: Path) -> Iterator[FlaskClient]:
    with portal(odd) as client:
        yield client


def path_of(client: FlaskClient, words: str) -> str:
    return str(re.findall(r'href="(/datasets/[a-z0-9-]+)"', page(client, f"/datasets?q={words}").text)[0])


def told(client: FlaskClient, words: str, language: str = "en") -> dict[str, Any]:
    path = path_of(client, words)
    answer = client.get(f"{path}/croissant.json", headers={"Accept-Language": language})
    assert (answer.status_code, answer.mimetype) == (200, "application/ld+json")
    described: dict[str, Any] = answer.get_json(force=True)
    return described


def test_files_are_told_with_what_is_known_of_them(strange: FlaskClient) -> None:
    described = told(strange, "measured")
    assert described["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    (file,) = described["distribution"]
    assert file == {
        "@type": "cr:FileObject",
        "@id": "http://odd.example/csv",
        "name": "air.csv",
        "description": "Values",
        "contentUrl": "http://odd.example/air.csv",
        "encodingFormat": "text/csv",
        "contentSize": "12 B",
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
    assert "isLiveDataset" not in described
    assert "recordSet" not in described
    assert described["citeAs"].startswith("Office. Air. Catalograph. http://127.0.0.1:8000/datasets/")


def test_without_checksums_a_dataset_is_one_that_may_change(strange: FlaskClient) -> None:
    described = told(strange, "rows")
    (file,) = described["distribution"]
    assert (file["name"], file["encodingFormat"]) == ("http://odd.example/tsv", "text/tab-separated-values")
    assert described["isLiveDataset"] is True


def test_it_speaks_the_reader_s_language(strange: FlaskClient) -> None:
    assert (told(strange, "rows", "de")["name"], told(strange, "rows")["name"]) == ("Tabelle", "Table")
    assert told(strange, "rows", "de")["@context"]["@language"] == "de"


def test_a_dataset_without_a_table_to_download_has_none(strange: FlaskClient) -> None:
    path = path_of(strange, "pages")
    assert strange.get(f"{path}/croissant.json").status_code == 404
    assert "croissant" not in page(strange, path).text
    assert "croissant" not in page(strange, path).headers["Link"]


def test_page_and_headers_lead_to_it(client: FlaskClient) -> None:
    path = path_of(client, "hourly+measurements")
    answer = page(client, path)
    assert f'href="{path}/croissant.json"' in answer.text
    link = f'<{BASE}{path}/croissant.json>; rel="alternate"; type="application/ld+json"; profile="http://mlcommons.org/'
    assert link in answer.headers["Link"]


def test_other_words_before_the_key_lead_to_it_and_what_never_was_is_not_found(client: FlaskClient) -> None:
    path = path_of(client, "hourly+measurements")
    answer = client.get(f"/datasets/other-{path.rpartition('-')[2]}/croissant.json")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{path}/croissant.json")
    assert client.get("/datasets/never-aaaaaaaa/croissant.json").status_code == 404


def test_a_client_that_has_it_gets_no_other(client: FlaskClient) -> None:
    address = f"{path_of(client, 'hourly+measurements')}/croissant.json"
    first = client.get(address)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_it_is_json_ld(client: FlaskClient) -> None:
    answer = client.get(f"{path_of(client, 'hourly+measurements')}/croissant.json")
    statements: Dataset = Dataset(parse(answer.data, RdfFormat.JSON_LD))
    classes = {quad.object.value for quad in statements if isinstance(quad, Quad) and "type" in quad.predicate.value}  # type: ignore[union-attr]
    assert {"https://schema.org/Dataset", "http://mlcommons.org/croissant/FileObject"} <= classes
