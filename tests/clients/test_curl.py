"""curl, as people type it: what the documentation shows is what happens."""

import csv
import gzip
import io
import json
import shutil
import subprocess
from urllib.parse import parse_qs

import pytest
from pyoxigraph import RdfFormat, Store, parse

from tests.support.recording import Recorder

CURL = shutil.which("curl")
TITLES = (
    "SELECT ?s ?t { ?s a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> ?t } ORDER BY ?s ?t"
)

pytestmark = pytest.mark.skipif(CURL is None, reason="curl is not installed (Debian: apt-get install curl)")


def _curl(*arguments: str) -> bytes:
    assert CURL is not None
    return subprocess.run([CURL, "-sS", *arguments], check=True, capture_output=True, timeout=60).stdout


def _titles(store: Store) -> list[str]:
    return [row["t"].value for row in store.query(TITLES)]  # type: ignore[union-attr]


def _status(*arguments: str) -> tuple[int, dict[str, str]]:
    lines = _curl("-o", "/dev/null", "-D", "-", *arguments).decode().splitlines()
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return int(lines[0].split()[1]), headers


@pytest.mark.parametrize(
    "how",
    [
        ("--data-urlencode", f"query={TITLES}"),
        ("--get", "--data-urlencode", f"query={TITLES}"),
        ("-H", "Content-Type: application/sparql-query", "--data-binary", TITLES),
    ],
)
def test_a_query_by_each_way_to_send_it(recorder: Recorder, datasets: tuple[str, Store], how: tuple[str, ...]) -> None:
    told = json.loads(_curl(*how, f"{recorder.address}/sparql"))
    assert [row["t"]["value"] for row in told["results"]["bindings"]] == _titles(datasets[1])
    assert recorder.last.headers["accept"] == "*/*"


def test_the_form_is_chosen_by_accept_or_by_parameter(datasets: tuple[str, Store]) -> None:
    address, store = datasets
    asked = ("--data-urlencode", f"query={TITLES}")
    accepted = _curl("-H", "Accept: text/csv", *asked, f"{address}/sparql")
    named = _curl(*asked, "-d", "format=csv", f"{address}/sparql")
    in_address = _curl(*asked, f"{address}/sparql?format=csv")
    assert accepted == named == in_address
    assert [row["t"] for row in csv.DictReader(io.StringIO(accepted.decode()))] == _titles(store)


def test_a_construction_comes_as_turtle_unless_told_otherwise(datasets: tuple[str, Store]) -> None:
    address, store = datasets
    built = "CONSTRUCT WHERE { ?s <http://purl.org/dc/terms/title> ?t }"
    expected = {(triple.subject, triple.object) for triple in store.query(built)}  # type: ignore[union-attr]
    for form, name in ((RdfFormat.TURTLE, ""), (RdfFormat.N_TRIPLES, "nt"), (RdfFormat.RDF_XML, "rdf")):
        told = _curl("--data-urlencode", f"query={built}", "-d", f"format={name}", f"{address}/sparql")
        assert {(quad.subject, quad.object) for quad in parse(told, form)} == expected


def test_a_packed_answer_is_the_same(datasets: tuple[str, Store]) -> None:
    asked = ("--get", "--data-urlencode", "query=SELECT * { ?s ?p ?o }", f"{datasets[0]}/sparql")
    plain = _curl(*asked)
    packed = _curl("-H", "Accept-Encoding: gzip", *asked)
    assert gzip.decompress(packed) == plain == _curl("--compressed", *asked)
    assert len(packed) < len(plain) / 3


def test_head_tells_what_get_would(datasets: tuple[str, Store]) -> None:
    asked = ("--get", "--data-urlencode", f"query={TITLES}", f"{datasets[0]}/sparql")
    status, headers = _status("--head", *asked)
    got, told = _status(*asked)
    assert (status, got) == (200, 200)
    for name in ("content-type", "content-length", "etag", "vary"):
        assert headers[name] == told[name]


def test_what_is_known_already_is_not_sent_again(datasets: tuple[str, Store]) -> None:
    asked = ("--get", "--data-urlencode", f"query={TITLES}", f"{datasets[0]}/sparql")
    _, headers = _status(*asked)
    assert _status("-H", f"If-None-Match: {headers['etag']}", *asked)[0] == 304


def test_options_tells_what_a_page_elsewhere_may_send(datasets: tuple[str, Store]) -> None:
    status, headers = _status(
        "-X", "OPTIONS", "-H", "Origin: https://example.org", "-H", "Access-Control-Request-Method: POST",
        f"{datasets[0]}/sparql",
    )  # fmt: skip
    assert status == 204
    assert headers["access-control-allow-origin"] == "*"
    assert "post" in headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("--data-urlencode", "query=SELECT * {"), 400, "expected"),
        (("--data-urlencode", "query=DROP ALL"), 400, "never changed"),
        (("--data-urlencode", "update=DROP ALL"), 400, "updates"),
        (("-d", "query=ASK {}", "-d", "query=ASK {}"), 400, "one"),
        (("-H", "Accept: image/png", "--data-urlencode", "query=ASK {}"), 406, "sparql-results+json"),
        (("-d", "format=docx", "--data-urlencode", "query=ASK {}"), 406, "csv"),
        (("-H", "Content-Type: text/plain", "-d", "ASK {}"), 415, "application/sparql-query"),
        (("-X", "DELETE"), 405, "GET"),
        (("-X", "PUT", "-d", "x"), 405, "GET"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(
    datasets: tuple[str, Store], arguments: tuple[str, ...], status: int, says: str
) -> None:
    told = _curl("-w", "\\n%{http_code}", *arguments, f"{datasets[0]}/sparql").decode()
    body, _, code = told.rpartition("\n")
    assert int(code) == status
    assert says in body
    assert "Traceback" not in body


def test_curl_sends_no_more_than_it_is_told(recorder: Recorder) -> None:
    _curl("--data-urlencode", "query=ASK {}", f"{recorder.address}/sparql")
    assert recorder.last.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(recorder.last.body.decode()) == {"query": ["ASK {}"]}
