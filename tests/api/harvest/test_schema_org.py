"""What pages of datasets tell search engines, by Google's list of required and recommended properties."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Dataset, RdfFormat, parse

from api.app import create_app
from api.harvest import schema_org
from api.settings import Settings
from loaders.dumps.making import dump
from tests.support.portal import page, portal, publish

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)

SCHEMA = "https://schema.org/"
AIR = "hourly+measurements+fixed+stations"

ODD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <http://odd.example/> .
:short a dcat:Dataset ; dct:title "Air" ; dct:description "Short." .
:long a dcat:Dataset ; dct:title "Long" ; dct:description "%s" .
:hostile a dcat:Dataset ; dct:title "</script><script>alert(1)</script>" ; dct:description "<!-- & \u2028" ;
  dcat:distribution :bad, :good ;
  dct:spatial [ a dct:Location ; dcat:bbox "POLYGON((a b))", "POLYGON((999 0,1 1,2 2))" ] ;
  dct:temporal [ a dct:PeriodOfTime ; dcat:endDate "2020"^^xsd:gYear ] .
:bad a dcat:Distribution ; dcat:accessURL <javascript:alert(1)> .
:good a dcat:Distribution ; dcat:accessURL <https://odd.example/get> ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> .
""" % ("x" * 6000)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "odd.ttl").write_text(ODD)
    publish(folder / "data", folder / "odd.ttl")
    return folder / "data"


@pytest.fixture
def strange(odd: Path) -> Iterator[FlaskClient]:
    with portal(odd) as client:
        yield client


def paths(client: FlaskClient, words: str = "") -> list[str]:
    text = page(client, f"/datasets?q={words}").text
    return sorted(set(re.findall(r'href="(/datasets/[a-z0-9-]+)"', text)))


def told(client: FlaskClient, path: str, language: str = "en") -> dict[str, Any]:
    text = page(client, path, language).text
    (found,) = SCRIPT.findall(text)
    described: dict[str, Any] = json.loads(found)
    return described


def test_every_dataset_page_has_what_google_requires(client: FlaskClient) -> None:
    for path in paths(client):
        described = told(client, path)
        assert (described["@context"], described["@type"]) == ("https://schema.org/", "Dataset")
        assert described["name"]
        assert 50 <= len(described["description"]) <= 5000
        for file in described.get("distribution", ()):
            assert file["@type"] == "DataDownload"
            assert file["contentUrl"].startswith("http")
        assert page(client, described["url"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_what_is_recommended_is_there_where_the_data_says_it(client: FlaskClient) -> None:
    (path,) = paths(client, AIR)
    described = told(client, path)
    assert {
        "alternateName", "creator", "publisher", "identifier", "isAccessibleForFree", "keywords", "license",
        "sameAs", "spatialCoverage", "temporalCoverage", "distribution", "includedInDataCatalog", "dateModified", "url",
    } <= described.keys()  # fmt: skip
    assert described["keywords"] == ["air quality", "ozone", "particulate matter"]
    assert described["temporalCoverage"] == ["2016-01-01/.."]
    boxes = [place["geo"]["box"] for place in described["spatialCoverage"] if "geo" in place]
    assert boxes == ["49.44 5.73 50.19 6.54"]
    assert described["creator"][0]["@type"] == "Organization"
    assert described["isAccessibleForFree"] is True


def test_it_speaks_the_language_of_the_page(client: FlaskClient) -> None:
    (path,) = paths(client, AIR)
    described = told(client, f"/fr{path}", "en")
    assert described["name"].startswith("Qualité de l")
    assert "Air quality: hourly measurements of the fixed stations" in described["alternateName"]


def test_too_short_a_description_is_completed_and_too_long_a_one_is_cut(strange: FlaskClient) -> None:
    lengths = [len(told(strange, path)["description"]) for path in paths(strange)]
    assert len(lengths) == 3
    assert all(50 <= length <= 5000 for length in lengths)


def test_what_a_source_wrote_cannot_leave_the_description(strange: FlaskClient) -> None:
    (path,) = paths(strange, "alert")
    described = told(strange, path)
    assert described["name"] == "</script><script>alert(1)</script>"
    assert [file["contentUrl"] for file in described["distribution"]] == ["https://odd.example/get"]
    assert described["distribution"][0]["encodingFormat"] == "text/csv"
    assert "spatialCoverage" not in described
    assert described["temporalCoverage"] == ["../2020"]


def structured(client: FlaskClient, path: str) -> dict[str, Any]:
    (found,) = SCRIPT.findall(page(client, path).text)
    described: dict[str, Any] = json.loads(found)
    return described


def statements_of(described: dict[str, Any]) -> Dataset:
    """What a parser of JSON-LD reads, its context being here."""
    return Dataset(parse(json.dumps({**described, "@context": {"@vocab": SCHEMA}}), RdfFormat.JSON_LD))


def test_the_first_page_describes_the_catalogue_that_datasets_say_they_are_in(client: FlaskClient) -> None:
    catalogue = structured(client, "/")
    assert (catalogue["@type"], catalogue["url"]) == ("DataCatalog", "http://127.0.0.1:8000/catalogue")
    assert {"name", "description", "publisher", "inLanguage", "dateModified"} <= catalogue.keys()
    assert told(client, paths(client, AIR)[0])["includedInDataCatalog"]["@id"] == catalogue["@id"]
    assert len(statements_of(catalogue)) > 8


def test_the_page_of_dumps_describes_a_dataset(example: Path, tmp_path: Path) -> None:
    data = shutil.copytree(example, tmp_path / "data", symlinks=True)
    dump(data, 3)
    with portal(data) as client:
        described = structured(client, "/dumps")
        assert described["@type"] == "Dataset"
        assert 50 <= len(described["description"]) <= 5000
        assert len(described["distribution"]) == 7
        for file in described["distribution"]:
            address = file["contentUrl"].removeprefix("http://127.0.0.1:8000")
            assert client.head(address).headers["Content-Length"] == file["contentSize"].removesuffix(" B")
        assert structured(client, "/dumps/1")["@id"] == described["@id"]


@pytest.mark.parametrize("path", ["/", "/dumps"])
def test_what_the_operator_wrote_cannot_leave_the_description_either(example: Path, tmp_path: Path, path: str) -> None:
    data = shutil.copytree(example, tmp_path / "data", symlinks=True)
    dump(data, 3)
    hostile = "</script><script>alert(1)</script> <!-- & \u2028"
    client = create_app(Settings(data=data, title=hostile, publisher=hostile)).test_client()
    described = structured(client, path)
    assert hostile in described["name"]
    assert described["publisher"]["name"] == hostile


HOSTILE = st.text(max_size=40).map(lambda text: f"</script>{text}]]>-->")


@given(HOSTILE)
def test_no_text_ends_the_script_and_all_come_back(text: str) -> None:
    embedded = str(schema_org.written([("name", text)]))
    assert not re.search(r"[<>&\u2028\u2029]", embedded)
    assert json.loads(embedded) == {"name": text}


def test_all_that_is_required_and_recommended_is_read_by_a_parser(client: FlaskClient) -> None:
    for path in paths(client):
        terms = {quad.predicate.value.removeprefix(SCHEMA) for quad in statements_of(told(client, path))}
        assert {"name", "description", "url", "includedInDataCatalog"} <= terms


def test_it_is_json_ld_that_parsers_read_once_they_have_the_context(client: FlaskClient) -> None:
    (path,) = paths(client, AIR)
    assert len(statements_of(told(client, path))) > 20


def test_only_datasets_and_series_say_so(client: FlaskClient) -> None:
    listed = re.findall(r'href="(/organisations/[a-z0-9-]+)"', page(client, "/organisations").text)
    (told,) = SCRIPT.findall(page(client, listed[0]).text)
    assert json.loads(told)["@type"] == "Organization"
