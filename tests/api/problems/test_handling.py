import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.problems.handling import NotAcceptable, as_json, problem, status_of
from api.settings import Settings
from graph import errors
from graph.errors import (
    CageError,
    FormatError,
    Locked,
    NotFound,
    NotPublished,
    PortalError,
    QueryBusy,
    QueryParameterError,
    QueryRefused,
    QueryServiceFailed,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    SourceError,
    StoreError,
)
from graph.formats import TURTLE

EACH = [
    (NotFound("dataset", "x"), 404),
    (NotAcceptable((TURTLE,)), 406),
    (FormatError("file", "no RDF", 3, 4), 400),
    (SourceError("http://x", "timed out"), 502),
    (QuerySyntaxError("expected }", 2, 7), 400),
    (QueryParameterError("no parameter x"), 400),
    (QueryRefused("no updates"), 400),
    (QueryTimeout(10), 504),
    (QueryTooLarge(64, "bytes of answer"), 422),
    (QueryBusy("full", 3), 503),
    (QueryBusy("too much", 30, over_budget=True), 429),
    (StoreError("no disk"), 503),
    (Locked("somebody"), 503),
    (CageError("died", "crash"), 500),
    (PortalError("anything else"), 500),
]


@pytest.mark.parametrize(("error", "status"), EACH, ids=lambda value: type(value).__name__)
def test_every_error_has_its_status_and_keeps_its_fields(error: PortalError, status: int) -> None:
    told = problem(error)
    assert told.status == status_of(error) == status
    assert told.detail == str(error) or isinstance(error, StoreError)
    if isinstance(error, QuerySyntaxError):
        assert told.extra == {"line": 2, "column": 7}
    if isinstance(error, QueryBusy):
        assert told.retry_after == error.retry_after


def test_no_error_of_ours_is_without_a_status() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PortalError)]
    assert all(status_of(kind.__new__(kind)) for kind in kinds if kind not in {QueryBusy, QueryServiceFailed})


@pytest.fixture
def failing(tmp_path: Path) -> Flask:
    app = create_app(Settings(data=tmp_path))

    def fail() -> str:
        raise RuntimeError("the password is 1234")

    app.add_url_rule("/fail", "fail", fail)
    return app


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,*/*;q=0.8", "text/html"),
        ("application/json", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
        ("text/plain", "text/plain"),
        ("text/turtle", "application/problem+json"),
        ("*/*", "application/problem+json"),
        (None, "application/problem+json"),
    ],
)
def test_an_error_is_told_in_the_form_that_the_client_takes(
    client: FlaskClient, accept: str | None, media_type: str
) -> None:
    answer = client.get("/nothing/here", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 404
    assert answer.mimetype == media_type
    assert answer.headers["Cache-Control"] == "no-store"
    assert "404" in answer.text


def test_problem_details_are_those_of_rfc_9457(client: FlaskClient) -> None:
    told = json.loads(client.get("/datasets/nothing-aaaaaaaa").data)
    assert told == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "there is no dataset 'nothing-aaaaaaaa'",
    }


def test_what_went_wrong_inside_is_for_the_log_only(failing: Flask, caplog: pytest.LogCaptureFixture) -> None:
    for accept in ("text/html", "text/plain", "application/json"):
        answer = failing.test_client().get("/fail", headers={"Accept": accept})
        assert answer.status_code == 500
        assert "password" not in answer.text
    assert "password" in caplog.text


def test_where_the_data_is_kept_is_for_the_log_only(caplog: pytest.LogCaptureFixture) -> None:
    told = problem(StoreError("/srv/portal/generations/000007 has no readable manifest"))
    assert "/srv" not in as_json(told, "").decode()
    assert "/srv/portal" in caplog.text
    assert problem(NotPublished("nothing is published yet")).detail == "nothing is published yet"


def test_a_method_that_is_not_allowed_is_told(client: FlaskClient) -> None:
    answer = client.delete("/datasets")
    assert answer.status_code == 405
    assert json.loads(answer.data)["status"] == 405


def test_before_anything_is_published_pages_say_so_and_health_is_well(tmp_path: Path) -> None:
    asked = create_app(Settings(data=tmp_path)).test_client()
    assert asked.get("/-/health").status_code == 200
    for path in ("/", "/datasets", "/-/ready", "/catalogue.ttl", "/fr/"):
        answer = asked.get(path)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "nothing is published yet" in answer.text
    assert asked.get("/", headers={"Accept": "text/html"}).mimetype == "text/html"


def test_an_error_page_is_in_the_language_of_the_address(client: FlaskClient) -> None:
    answer = client.get("/lb/nothing/here", headers={"Accept": "text/html", "Accept-Language": "fr"})
    assert answer.status_code == 404
    assert '<html lang="lb">' in answer.text
    assert 'href="/de/nothing/here"' in answer.text
