import gzip
import hashlib
import html
import io
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode
from werkzeug.test import TestResponse

from api.app import create_app
from api.harvest import dumps
from api.settings import Settings
from loaders.dumps.making import dump
from loaders.dumps.sets import Dumps, DumpSet
from tests.support.portal import EXAMPLE, page, portal, publish, rdf
from vocabularies.namespaces import DCAT, DCT, RDF, SPDX, VOID

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
BASE = "http://127.0.0.1:8000"
QUADS = "/dumps/1/catalogue.nq.gz"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("original") / "data"
    publish(data, EXAMPLE / "reuses.ttl", EXAMPLE / "mobility.ttl")
    dump(data, 3, lambda: NOW)
    return data


@pytest.fixture
def data(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "data", symlinks=True)


@pytest.fixture
def client(original: Path) -> Iterator[FlaskClient]:
    with portal(original) as client:
        yield client


@pytest.fixture
def dumped(original: Path) -> DumpSet:
    return Dumps(original).find(1)


def fetch(client: FlaskClient, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> TestResponse:
    """Ask and read to the end, as a server's client does; then the server closes the file."""
    return client.open(path, method=method, headers=headers, buffered=True)


def stored(original: Path, name: str) -> bytes:
    return (Dumps(original).path(1) / name).read_bytes()


def test_a_file_comes_whole_and_may_be_kept_for_ever(client: FlaskClient, original: Path, dumped: DumpSet) -> None:
    answer = fetch(client, QUADS)
    assert answer.status_code == 200
    assert answer.data == stored(original, "catalogue.nq.gz")
    assert answer.mimetype == "application/gzip"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["ETag"] == f'"{dumped.file("catalogue.nq.gz").sha256}"'
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "Content-Encoding" not in answer.headers
    assert fetch(client, QUADS, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    head = fetch(client, method="HEAD", path=QUADS)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]


def test_a_transfer_that_broke_off_goes_on_where_it_stopped(client: FlaskClient, original: Path) -> None:
    whole = stored(original, "catalogue.nq.gz")
    tag = fetch(client, method="HEAD", path=QUADS).headers["ETag"]
    rest = fetch(client, QUADS, headers={"Range": "bytes=1000-", "If-Range": tag})
    assert (rest.status_code, rest.data) == (206, whole[1000:])
    assert rest.headers["Content-Range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
    last = fetch(client, QUADS, headers={"Range": "bytes=-10"})
    assert (last.status_code, last.data) == (206, whole[-10:])
    of_another = fetch(client, QUADS, headers={"Range": "bytes=1000-", "If-Range": '"other"'})
    assert (of_another.status_code, of_another.data) == (200, whole)


def test_a_range_behind_the_end_is_told_how_long_the_file_is(client: FlaskClient, original: Path) -> None:
    whole = stored(original, "catalogue.nq.gz")
    for accept in ("text/html", "application/json"):
        beyond = fetch(client, QUADS, headers={"Range": f"bytes={len(whole)}-", "Accept": accept})
        assert beyond.status_code == 416
        assert beyond.headers["Content-Range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize("asked", ["items=0-5", "bytes=0-1,5-6", "bytes=x", "bytes=5-2", "bytes"])
def test_what_is_no_range_that_we_give_is_passed_over(client: FlaskClient, original: Path, asked: str) -> None:
    answer = fetch(client, QUADS, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, stored(original, "catalogue.nq.gz"))


def test_to_ask_for_the_head_of_a_range_is_to_ask_for_that_of_the_file(client: FlaskClient, original: Path) -> None:
    head = fetch(client, QUADS, {"Range": "bytes=5-9"}, "HEAD")
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(stored(original, "catalogue.nq.gz"))))
    assert head.headers["Accept-Ranges"] == "bytes"


def test_a_date_goes_for_if_range_too(client: FlaskClient, original: Path) -> None:
    date = fetch(client, QUADS, method="HEAD").headers["Last-Modified"]
    assert fetch(client, QUADS, {"Range": "bytes=0-9", "If-Range": date}).status_code == 206
    assert fetch(client, QUADS, {"Range": "bytes=0-9", "If-Range": "Fri, 01 May 2020 12:00:00 GMT"}).status_code == 200


def test_a_file_says_under_which_licences_it_may_be_used(original: Path) -> None:
    licence = "https://creativecommons.org/publicdomain/zero/1.0/"
    client = create_app(Settings(data=original, licence=licence)).test_client()
    for name in ("catalogue.nq.gz", "datasets.csv", "SHA256SUMS"):
        answer = fetch(client, f"/dumps/1/{name}")
        assert f'<{licence}>; rel="license"' in answer.headers["Link"]
        assert f'<{BASE}/dumps/1>; rel="cite-as"' in answer.headers["Link"]


def test_a_method_that_is_not_allowed_is_told_with_those_that_are(client: FlaskClient) -> None:
    answer = fetch(client, QUADS, method="DELETE")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_the_newest_set_has_an_address_of_its_own(client: FlaskClient, original: Path) -> None:
    answer = fetch(client, "/dumps/latest/catalogue.nq.gz")
    assert answer.data == stored(original, "catalogue.nq.gz")
    assert answer.headers["Content-Location"] == QUADS
    assert answer.headers["Cache-Control"] == "no-cache"
    led = fetch(client, "/dumps/latest.ttl")
    assert (led.status_code, led.headers["Location"]) == (302, "/dumps/1.ttl")


def test_checksums_are_in_the_form_that_sha256sum_checks(client: FlaskClient) -> None:
    for line in fetch(client, "/dumps/latest/SHA256SUMS").text.splitlines():
        digest, _, name = line.partition("  ")
        answer = fetch(client, f"/dumps/latest/{name}")
        assert hashlib.sha256(answer.data).hexdigest() == digest
        assert answer.headers["Repr-Digest"].startswith("sha-256=:")


def test_a_table_has_the_address_that_its_description_names(client: FlaskClient, original: Path) -> None:
    described = fetch(client, "/dumps/1/csv-metadata.json")
    assert described.mimetype == "application/csvm+json"
    plain = gzip.decompress(stored(original, "datasets.csv.gz"))
    for table in described.get_json(force=True)["tables"]:
        answer = fetch(client, f"/dumps/1/{table['url']}")
        assert answer.status_code == 200
        assert answer.mimetype == "text/csv"
        assert 'rel="describedby"; type="application/csvm+json"' in answer.headers["Link"]
    unpacked = fetch(client, "/dumps/1/datasets.csv")
    packed = fetch(client, "/dumps/1/datasets.csv", headers={"Accept-Encoding": "gzip"})
    assert unpacked.data == plain
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain
    assert unpacked.headers["ETag"] != packed.headers["ETag"]


def test_a_set_is_described_with_files_checksums_and_citation(client: FlaskClient, dumped: DumpSet) -> None:
    told = rdf(fetch(client, "/dumps/1.ttl"))
    node = NamedNode(f"{BASE}/dumps/1")
    files = {quad.object for quad in told.quads_for_subject(node) if quad.predicate == DCAT.distribution}
    assert len(files) == len(dumped.files)
    assert {quad.object.value for quad in told if quad.predicate == SPDX.checksumValue} == {
        each.sha256 for each in dumped.files
    }
    dumps = {quad.object.value for quad in told if quad.predicate == VOID.dataDump}
    assert dumps == {f"{BASE}/dumps/1/catalogue.{form}.gz" for form in ("nq", "ttl", "jsonld")}
    (cited,) = (quad.object for quad in told if quad.predicate == DCT.bibliographicCitation)
    assert isinstance(cited, Literal)
    assert cited.value.endswith(f"2026-05-01. {BASE}/dumps/1")
    assert NamedNode(f"{BASE}/dumps") in {
        quad.object for quad in rdf(fetch(client, "/dumps.ttl")) if quad.predicate == DCAT.inSeries
    }


@pytest.mark.parametrize("language", ["fr", "de", "en", "lb"])
def test_the_page_lists_the_files_with_links_that_lead_to_them(
    client: FlaskClient, language: str, dumped: DumpSet
) -> None:
    shown = page(client, "/dumps", language)
    assert shown.status_code == 200
    for each in dumped.files:
        assert each.sha256 in shown.text
    links = re.findall(r'href="(/dumps/[^"]*)"', shown.text)
    assert len(links) > len(dumped.files)
    assert {fetch(client, link, headers={"Accept": "text/html, */*"}).status_code for link in links} == {200}


def test_the_description_of_the_data_names_the_newest_dumps_once_there_are_some(data: Path) -> None:
    shutil.rmtree(data / "dumps")
    with portal(data) as client:
        before = fetch(client, "/void.ttl")
        assert b"dataDump" not in before.data
        dump(data, 3)
        after = fetch(client, "/void.ttl", headers={"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200
        assert b"/dumps/1/catalogue.nq.gz" in after.data


def test_a_named_graph_tells_of_newer_dumps_whoever_asks_again(data: Path) -> None:
    shutil.rmtree(data / "dumps")
    with portal(data) as client:
        before = client.get("/graph/records.nt")
        dump(data, 3, lambda: NOW)
        by_tag = client.get("/graph/records.nt", headers={"If-None-Match": before.headers["ETag"]})
        by_date = client.get("/graph/records.nt", headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert [by_tag.status_code, by_date.status_code] == [200, 200]
    assert VOID.dataDump in {quad.predicate for quad in rdf(by_tag)}


def test_files_that_go_while_they_are_asked_for_are_gone(data: Path) -> None:
    with portal(data) as client:
        for name in ("catalogue.nq.gz", "datasets.csv", "SHA256SUMS", "csv-metadata.json"):
            (
                data / "dumps" / "000001" / name.replace(".csv", ".csv.gz")
            ).unlink()  # as removal does, which writes first
            answer = client.get(f"/dumps/1/{name}", buffered=True)
            assert answer.status_code == 410, name
            assert f"/dumps/latest/{name}" in answer.text


def test_files_of_a_removed_set_are_gone_and_its_description_stays(data: Path) -> None:
    publish(data, EXAMPLE / "reuses.ttl")
    with portal(data) as client:
        before = fetch(client, "/dumps/1.ttl")
        dump(data, 1, lambda: NOW + timedelta(days=1))
        answer = fetch(client, QUADS)
        assert answer.status_code == 410
        assert answer.get_json()["instead"] == f"{BASE}/dumps/latest/catalogue.nq.gz"
        assert fetch(client, "/dumps/2/catalogue.nq.gz").status_code == 200
        after = fetch(client, "/dumps/1.ttl", headers={"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200
        assert not any(quad.object == DCAT.Distribution for quad in rdf(after) if quad.predicate == RDF.type)
        assert page(client, "/dumps/1").status_code == 200
        assert QUADS not in page(client, "/dumps/1").text


@pytest.mark.parametrize(
    "path",
    [
        "/dumps/7",
        "/dumps/7/catalogue.nq.gz",
        "/dumps/x/catalogue.nq.gz",
        "/dumps/²/catalogue.nq.gz",
        "/dumps/1/manifest.json",
        "/dumps/1/other.nq.gz",
        "/dumps/1/catalogue.nq",
        "/dumps/1/..%2f..%2fruns.sqlite",
        "/dumps/1.pdf",
        "/dumps/latest.%0A",
    ],
)
def test_what_never_was_is_not_found(client: FlaskClient, path: str) -> None:
    assert fetch(client, path).status_code == 404


def test_who_takes_hardly_any_of_a_file_loses_the_place() -> None:
    moment = [0.0]
    fast, slow = (dumps.Sending(io.BytesIO(bytes(2_000_000)), lambda: moment[0]) for _ in range(2))
    assert len(next(slow)) == len(next(fast)) == len(next(fast)) == 256 << 10
    moment[0] = 100.0
    assert next(fast)
    with pytest.raises(StopIteration):
        next(slow)


def test_where_nothing_was_dumped_the_page_says_so(data: Path) -> None:
    shutil.rmtree(data / "dumps")
    with portal(data) as client:
        assert "no dumps yet" in page(client, "/dumps").text
        assert fetch(client, "/dumps.ttl").status_code == 200
        assert fetch(client, "/dumps/latest/catalogue.nq.gz").status_code == 404
        assert fetch(client, "/dumps/latest").status_code == 404


@pytest.mark.parametrize("path", ["/dumps", "/dumps/1"])
def test_a_page_says_how_to_cite_and_how_to_go_on_with_a_transfer(client: FlaskClient, path: str) -> None:
    shown = page(client, path).text
    assert f"2026-05-01. {BASE}/dumps/1</p>" in shown
    assert "@misc{dumps-1," in shown
    assert f"curl -O -C - {BASE}/dumps/1/catalogue.nq.gz" in shown
    assert f'href="{BASE}/dumps/latest"' in shown


def test_nothing_in_a_reference_is_a_command_of_tex(original: Path) -> None:
    client = create_app(
        Settings(data=original, title=r"A \input{x} & 50 % of_{#}^~$", publisher="Data\nOffice")
    ).test_client()
    shown = html.unescape(page(client, "/dumps").text)
    assert (
        r"title = {{A \textbackslash{}input\{x\} \& 50 \% of\_\{\#\}\textasciicircum{}\textasciitilde{}\$: Dumps"
        in shown
    )
    assert "author = {{Data Office}}" in shown
