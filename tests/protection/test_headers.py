"""Every answer of ours, whatever its status, tells browsers what to refuse."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from api.app import create_app
from api.settings import Settings
from tests.protection.asking import Answer
from tests.protection.routes import PATHS
from tests.support.wsgi import call

_PERMISSIONS: Final = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
    "idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"
)
_EVERYWHERE: Final = {
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": _PERMISSIONS,
    "server": "Catalograph",
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_PAGES: Final = _EVERYWHERE | {
    "content-security-policy": (
        "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "img-src 'self'; script-src 'self'; style-src 'self'; upgrade-insecure-requests"
    ),
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "strict-origin-when-cross-origin",
}
_DATA: Final = _EVERYWHERE | {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
}
_STATUSES: Final = {200, 204, 206, 301, 302, 304, 308, 400, 404, 405, 406, 410, 413, 415, 416, 422, 429, 500, 503, 504}


def _expected(answer: Answer) -> dict[str, str]:
    shared = answer.all_of("Access-Control-Allow-Origin") == ["*"]
    page = answer.all_of("Content-Type") == ["text/html; charset=utf-8"]
    return _DATA if shared and not page else _PAGES


def test_every_route_is_asked(paths: dict[str, str], tmp_path: Path) -> None:
    adapter = create_app(Settings(data=tmp_path)).url_map.bind("data.example.org")
    assert {name: adapter.match(path.partition("?")[0])[0] for name, path in paths.items()} == {
        name: name for name in PATHS
    }
    assert {rule.endpoint.removesuffix("_in_language") for rule in adapter.map.iter_rules()} == {*PATHS, "static"}


def test_every_route_has_its_answer(answers: list[Answer], paths: dict[str, str]) -> None:
    answered = {answer.path for answer in answers if answer.status in {200, 302} and answer.method == "GET"}
    assert [path for path in paths.values() if path not in answered] == []


def test_every_status_is_answered(answers: list[Answer]) -> None:
    assert Counter(answer.status for answer in answers).keys() >= _STATUSES


def test_every_answer_has_exactly_these_headers_once(answers: list[Answer]) -> None:
    for answer in answers:
        expected = _expected(answer)
        told = [(name.lower(), value) for name, value in answer.headers if name.lower() in expected]
        assert sorted(told) == sorted(expected.items()), answer


def test_no_answer_asks_for_memory_of_its_reader_or_tells_what_it_is_made_with(answers: list[Answer]) -> None:
    unwanted = {"set-cookie", "x-powered-by", "access-control-allow-credentials", "via"}
    assert [str(answer) for answer in answers if unwanted & {name.lower() for name, _ in answer.headers}] == []


def test_scripts_of_other_sites_may_follow_redirects(answers: list[Answer]) -> None:
    """A browser asks of each answer on the way whether it may: https://fetch.spec.whatwg.org/#http-fetch."""
    leading = [answer for answer in answers if answer.all_of("Location")]
    assert {answer.status for answer in leading} == {301, 302, 308}
    assert [str(answer) for answer in leading if answer.all_of("Access-Control-Allow-Origin") != ["*"]] == []


def test_other_sites_may_read_data_and_no_page(answers: list[Answer]) -> None:
    """But for the page that shows an answer to a query, which is the endpoint's."""
    pages = {
        answer.path.partition("?")[0]
        for answer in answers
        if answer.method == "GET"
        and not answer.all_of("Location")
        and answer.all_of("Content-Type") == ["text/html; charset=utf-8"]
        and answer.all_of("Access-Control-Allow-Origin")
    }
    assert {path.removeprefix("/fr") for path in pages} == {"/sparql"}


def test_what_is_unchanged_is_told_with_the_headers_that_it_came_with(answers: list[Answer]) -> None:
    came = {(each.path, each.wanted): each for each in answers if (each.status, each.method) == (200, "GET")}
    unchanged = [each for each in answers if each.status == 304]
    assert len(unchanged) > len(PATHS)
    for each in unchanged:
        before = came.get((each.path, each.wanted.rpartition(", If-")[0]))
        if before is not None:
            for name in _PAGES:
                assert each[name] == before[name], each


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "https://data.example.org"])
def test_what_concerns_https_is_told_only_by_a_portal_that_speaks_it(tmp_path: Path, base: str) -> None:
    reply = call(create_app(Settings(data=tmp_path, base=base)), path="/-/health")
    secure = base.startswith("https:")
    assert ("Strict-Transport-Security" in reply.headers) == secure
    assert reply.headers["Content-Security-Policy"].endswith("upgrade-insecure-requests") == secure
