"""The query library as pages and as an interface, on the example catalogue."""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse
from werkzeug.test import TestResponse

from api.app import create_app, reading
from api.cli import main
from api.interfaces.openapi import document
from api.settings import Settings
from api.sparql.federation import federating
from graph.serving.broker import start
from graph.serving.options import BrokerOptions
from queries.library import load, names
from tests.support.portal import page, portal, rdf

ID = "https://data.portal.example/id/"
STAT = quote(f"{ID}organisation/stat", safe="")
OPTIONS = BrokerOptions(seconds=10, memory=1 << 30, answer_bytes=8 << 20)


@pytest.fixture(scope="module")
def asking(example: Path) -> Iterator[FlaskClient]:
    """The portal with query workers beside it."""
    with start(example, OPTIONS) as broker:
        queries = federating(Settings(data=example), broker.socket_path, OPTIONS, reading(Settings(data=example)))
        app = create_app(Settings(data=example), queries)
        app.testing = False
        yield app.test_client()
        queries.close()


def rows(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def told(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.data)
    return found


@pytest.mark.parametrize("language", ["en", "fr", "de", "lb"])
def test_the_list_has_every_question_in_the_readers_language(language: str, client: FlaskClient) -> None:
    text = page(client, f"/{language}/queries").text
    for name in names():
        assert f'href="/{language}/queries/{name}"' in text
        assert load(name).titles[language] in text.replace("&#39;", "'")


@pytest.mark.parametrize("name", names())
def test_every_question_has_a_page_and_an_answer(name: str, asking: FlaskClient) -> None:
    query = load(name)
    given = "&".join(f"{one.name}={quote(one.example, safe='')}" for one in query.parameters.values())
    answer = page(asking, f"/fr/queries/{name}?{given}", "fr")
    assert answer.status_code == 200
    assert "Réponse" in answer.text
    assert query.abouts["fr"].replace("'", "&#39;") in answer.text
    extension = "ttl" if query.rdf else "csv"
    raw = asking.get(f"/queries/{name}.{extension}?{given}")
    assert raw.status_code == 200
    if not query.rdf:
        assert raw.text.splitlines()[0].split(",") == [column.name for column in query.columns]


def test_a_page_has_a_form_with_choices_and_the_text_of_the_question(asking: FlaskClient) -> None:
    text = page(asking, f"/queries/organisations/datasets?organisation={STAT}").text
    assert re.search(r'<select id="field-organisation" name="organisation">', text)
    assert f'<option value="{ID}organisation/stat" selected>' in text
    assert "<caption" in text
    assert 'href="/datasets/' in text
    assert "SELECT ?organisation ?lang ?dataset ?title" in text
    assert 'href="/sparql?query=PREFIX' in text
    assert f"/queries/organisations/datasets.csv?organisation={STAT}" in text
    assert "<script>" not in text


def test_a_form_not_sent_yet_asks_nothing(client: FlaskClient) -> None:
    answer = page(client, "/queries/datasets/search")  # without query workers
    assert answer.status_code == 200
    assert 'id="answer"' not in answer.text
    assert page(client, "/queries/datasets/search?text=").status_code == 503


def test_long_answers_come_in_pages(asking: FlaskClient) -> None:
    first = page(asking, "/queries/datasets/detail?dataset=&lang=fr").text
    assert "rows 1 to 50" in first
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page(asking, following.replace("&amp;", "&")).text
    assert "rows 51 to 54" in second
    assert 'rel="prev"' in second
    assert page(asking, "/queries/datasets/detail?lang=fr&page=3").status_code == 404
    assert page(asking, "/queries/datasets/recent?page=2").text.count("<tr>") == 5  # a head and four rows
    assert page(asking, "/queries/datasets/recent?page=-1").status_code == 404


def test_a_reader_gets_texts_in_the_language_of_the_page(asking: FlaskClient) -> None:
    assert "Household waste" in page(asking, "/en/queries/datasets/search?text=waste").text
    assert "Abfallsammlung" in page(asking, "/de/queries/datasets/search?text=waste").text
    assert "Abfallsammlung" in page(asking, "/en/queries/datasets/search?text=waste&lang=de").text


def test_an_answer_comes_in_every_form(asking: FlaskClient) -> None:
    path = f"/queries/organisations/datasets.{{}}?organisation={STAT}"
    assert len(rows(asking.get(path.format("csv")))) == 25
    assert len(told(asking.get(path.format("json")))["results"]["bindings"]) == 25
    assert asking.get(path.format("tsv")).text.startswith("?organisation\t")
    assert asking.get(path.format("xml")).mimetype == "application/sparql-results+xml"
    accepted = asking.get(path.replace(".{}", ""), headers={"Accept": "application/sparql-results+json"})
    assert told(accepted) == told(asking.get(path.format("json")))
    for extension in ("ttl", "nt", "rdf", "jsonld", "trig", "nq"):
        assert len(rdf(asking.get(f"/queries/datasets/statements.{extension}?dataset={ID}dataset/addresses"))) > 20
    assert asking.get(path.format("html")).status_code == 404
    assert asking.get("/queries/datasets/statements.csv").status_code == 404
    assert asking.get("/queries/organisations/list", headers={"Accept": "image/png"}).status_code == 406


def test_prepared_and_fresh_answers_can_be_kept_by_whoever_asks(asking: FlaskClient) -> None:
    for path in ("/queries/organisations/list.csv", f"/queries/organisations/datasets.csv?organisation={STAT}"):
        answer = asking.get(path)
        assert answer.headers["Vary"].startswith("Accept")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Catalograph-Generation"] == "1"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="organisations-')
        again = asking.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    zipped = asking.get("/queries/organisations/list.csv", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == asking.get("/queries/organisations/list.csv").data
    assert zipped.headers["ETag"] != asking.get("/queries/organisations/list.csv").headers["ETag"]


def test_a_question_without_parameters_needs_no_query_worker(client: FlaskClient) -> None:
    assert rows(client.get("/queries/organisations/list.csv"))[0]["datasets"] == "9"
    dear = [client.get("/queries/quality/missing.json").data for _ in range(2)]
    assert dear[0] == dear[1]
    assert rows(client.get("/queries/quality/missing.csv"))


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("datasets/by-theme.csv?theme=a b", "an absolute IRI"),
        ("datasets/by-theme.csv?thema=x", "it has: theme"),
        ("datasets/changed-since.csv?since=yesterday", "a date such as 2026-11-21"),
        ("datasets/search.csv?lang=not a tag", "a language tag such as fr"),
        ("datasets/search.csv?text=a&text=b", "once is right"),
        (f"datasets/search.csv?text={'x' * 2001}", "2000 are the most"),
        ("quality/untranslated.csv", "needs a value for its parameter lang"),
        ('datasets/search.csv?text="x"@', "a literal as in Turtle"),
    ],
)
def test_a_bad_parameter_gets_a_400_that_says_what_would_be_right(path: str, right: str, asking: FlaskClient) -> None:
    answer = asking.get(f"/queries/{path}")
    assert answer.status_code == 400
    assert right in told(answer)["detail"]
    shown = page(asking, f"/queries/{path.replace('.csv', '')}")
    assert shown.status_code == (200 if path == "quality/untranslated.csv" else 400)


@pytest.mark.parametrize(
    "value",
    ["<script>alert(1)</script>", '"} DROP ALL #', "'; SELECT", "a\\u0022b", "é\t\n", "%00", '" onfocus="alert(1)'],
)
def test_hostile_values_are_only_values(value: str, asking: FlaskClient) -> None:
    address = quote(value, safe="")
    assert asking.get(f"/queries/datasets/search.csv?text={address}").status_code in (200, 400)
    shown = page(asking, f"/queries/datasets/search?text={address}")
    assert shown.status_code in (200, 400)
    assert "<script>alert" not in shown.text
    assert '" onfocus="alert' not in shown.text
    assert asking.get(f"/queries/datasets/by-theme.csv?theme={address}").status_code == 400


@pytest.mark.parametrize(
    "path",
    ["datasets/none", "none/search", "void/counting", "datasets/..%2flibrary", "datasets", f"datasets/{'a' * 3000}"],
)
def test_what_is_no_question_is_not_found(path: str, client: FlaskClient) -> None:
    assert client.get(f"/queries/{path}").status_code == 404


def test_the_library_and_each_question_are_rdf_too(client: FlaskClient) -> None:
    whole = rdf(client.get("/queries.ttl"))
    one = rdf(client.get("/queries/organisations/list.ttl"))
    assert len(one) > 10
    assert {str(quad) for quad in one} <= {str(quad) for quad in whole}
    negotiated = client.get("/queries/organisations/list", headers={"Accept": "text/turtle"})
    assert set(parse(negotiated.data, RdfFormat.TURTLE)) == set(one)


def test_the_graph_of_questions_is_not_in_the_default_graph(asking: FlaskClient) -> None:
    counted = {row["class"] for row in rows(asking.get("/queries/catalogue/counts.csv"))}
    assert not any(name.startswith("http://www.w3.org/ns/shacl#") for name in counted)


def test_the_interface_is_described_for_programs(client: FlaskClient) -> None:
    answer = client.get("/openapi.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["ETag"]
    told_of = told(answer)
    assert told_of["openapi"] == "3.1.0"
    questions = {path: item for path, item in told_of["paths"].items() if path.startswith("/queries/")}
    assert set(questions) == {f"/queries/{name}.{{format}}" for name in names()}
    assert told_of == document(Settings())
    for path, item in questions.items():
        taken = {one["name"] for one in item["get"]["parameters"] if one["in"] == "query"}
        assert taken == set(load(path.removeprefix("/queries/").removesuffix(".{format}")).parameters)
        assert {one["name"] for one in item["get"]["parameters"] if one["in"] == "path"} == {"format"}
    operations = [item["get"]["operationId"] for item in told_of["paths"].values()]
    assert len(set(operations)) == len(operations)


def test_the_description_is_valid_openapi() -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="the validator of OpenAPI is not installed")
    validator.validate(document(Settings()))


def test_a_portal_with_nothing_published_says_so(tmp_path: Path) -> None:
    with portal(tmp_path) as client:
        assert client.get("/queries/organisations/list.csv").status_code == 503


def test_the_command_lists_the_library_and_says_what_a_question_takes() -> None:
    listed = CliRunner().invoke(main, ["query", "--lang", "fr"])
    assert listed.exit_code == 0
    assert all(f"  {name} " in listed.output for name in names())
    assert "Jeux de données par mots" in listed.output
    about = CliRunner().invoke(main, ["query", "quality/untranslated", "--about", "--lang", "de"])
    assert "--param lang=… *  Sprache, in der ein Titel fehlt" in about.output
    assert CliRunner().invoke(main, ["query", "none/such", "--about"]).exit_code == 2
