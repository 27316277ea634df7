"""What is packed on its way out, and what entity tags say of it."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
import pytest
from flask import Flask, Response, request

from api.app import create_app
from api.http.packing import Packing
from api.settings import Settings
from tests.support.wsgi import Reply, call

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TEXT = "Straßen und Wege, rues et chemins. " * 200
UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress}
ACCEPTED = {"gzip": "gzip", "br": "gzip, deflate, br"}


def _answers(body: str | bytes | Iterable[bytes], kind: str = "text/html; charset=utf-8", **headers: str) -> Packing:
    app = Flask("packed")

    @app.get("/")
    def one() -> Response:
        response = Response(body, content_type=kind)
        response.set_etag("tag")
        for name, value in headers.items():
            response.headers[name.replace("_", "-")] = value
        response.make_conditional(request)
        return response

    return Packing(app)


def _get(pages: "WSGIApplication", method: str = "GET", path: str = "/", **headers: str) -> Reply:
    return call(pages, method, "", b"", path=path, **headers)


@pytest.mark.parametrize("coding", UNPACK)
def test_a_text_is_packed_as_the_client_takes_it(coding: str) -> None:
    pages = _answers(TEXT)
    packed = _get(pages, accept_encoding=ACCEPTED[coding])
    assert packed.headers["Content-Encoding"] == coding
    assert UNPACK[coding](packed.body).decode() == TEXT
    assert int(packed.headers["Content-Length"]) == len(packed.body) < len(TEXT) / 4
    assert packed.headers["Etag"] == f'"tag+{coding}"'
    assert "Accept-Encoding" in packed.headers["Vary"]
    head = _get(pages, "HEAD", accept_encoding=ACCEPTED[coding])
    assert head.body == b""
    assert head.headers["Etag"] == packed.headers["Etag"]
    assert head.headers["Content-Encoding"] == coding


@pytest.mark.parametrize("coding", UNPACK)
def test_a_client_that_has_a_packed_one_is_told_so(coding: str) -> None:
    pages = _answers(TEXT)
    tag = _get(pages, accept_encoding=ACCEPTED[coding]).headers["Etag"]
    again = _get(pages, accept_encoding=ACCEPTED[coding], if_none_match=f'"other", {tag}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["Etag"] == tag
    assert "Accept-Encoding" in again.headers["Vary"]
    assert _get(pages, accept_encoding=ACCEPTED[coding], if_none_match='"tags+br"').status == 200


def test_who_takes_no_coding_gets_none() -> None:
    plain = _get(_answers(TEXT))
    assert plain.body.decode() == TEXT
    assert plain.headers["Etag"] == '"tag"'
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize(
    "pages",
    [
        _answers("short"),
        _answers(bytes(5000), "image/png"),
        _answers(bytes(5000), "application/gzip"),
        _answers(gzip.compress(TEXT.encode()) * 9, Content_Encoding="gzip"),
        _answers(TEXT, Accept_Ranges="bytes"),
    ],
    ids=["short", "picture", "archive", "packed already", "ranges"],
)
def test_what_gains_nothing_stays_as_it_is(pages: Packing) -> None:
    plain, asked = _get(pages), _get(pages, accept_encoding="br, gzip")
    assert asked.body == plain.body
    assert asked.headers["Etag"] == '"tag"'


@pytest.mark.parametrize("coding", UNPACK)
def test_a_long_answer_stays_in_pieces(coding: str) -> None:
    closed = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            return iter([TEXT.encode()] * 300)

        def close(self) -> None:
            closed.append(True)

    packed = _get(_answers(Pieces()), accept_encoding=ACCEPTED[coding])
    assert UNPACK[coding](packed.body) == TEXT.encode() * 300
    assert "Content-Length" not in packed.headers
    assert closed == [True]


def test_pages_of_the_portal_come_packed(example: Path) -> None:
    pages = Packing(create_app(Settings(data=example)))
    for path in ("/", "/datasets", "/catalogue.ttl"):
        plain = _get(pages, path=path, accept="*/*")
        packed = _get(pages, path=path, accept="*/*", accept_encoding="br")
        assert brotli.decompress(packed.body) == plain.body
        assert len(packed.body) < len(plain.body) / 2
