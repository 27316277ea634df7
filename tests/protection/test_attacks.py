"""What a request says of itself goes into no header of an answer, and no answer of one reader is given to another."""

import socket
from typing import Final
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.protection.asking import BROWSER, Answer, Client
from tests.protection.conftest import BASE

EVIL: Final = "evil.example"
FORGED: Final = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "X-Original-URL": f"//{EVIL}/",
    "X-Rewrite-URL": f"//{EVIL}/",
    "Forwarded": f"host={EVIL};proto=gopher",
    "X-HTTP-Method-Override": "DELETE",
}
_INJECTED: Final = ("%0d%0aX-Injected:%20yes", "%0aX-Injected:%20yes", "%E5%98%8A%E5%98%8DX-Injected:yes", "%00")
_REDIRECTS: Final = ("/datasets//x", "//evil.example/%2e%2e", "/%5cevil.example//x", "/fr//datasets//", "/dumps/latest")
_CHOOSING: Final = {
    "Accept": "text/html",
    "Accept-Encoding": "gzip",
    "Accept-Language": "de",
    "Accept-Profile": "<https://schema.org/>",
    "Cookie": "language=de",
    "User-Agent": "Mozilla/5.0",
}


def _said(answer: Answer) -> str:
    return "\n".join(f"{name}: {value}" for name, value in answer.headers)


def test_hosts_and_schemes_that_a_request_claims_are_not_believed(client: Client, paths: dict[str, str]) -> None:
    for path in (*paths.values(), *_REDIRECTS, "/nowhere"):
        for asked in (BROWSER, {"Accept": "*/*"}):
            answer, forged = client(path, asked), client(path, {**asked, **FORGED})
            assert forged.status == answer.status, path
            assert "gopher" not in _said(forged), path
            if EVIL not in path:
                assert EVIL not in _said(forged), path
                assert EVIL.encode() not in forged.body, path


@pytest.mark.parametrize("path", _REDIRECTS)
def test_redirects_stay_on_this_portal(client: Client, path: str) -> None:
    for asked in (BROWSER, {**BROWSER, **FORGED}):
        for location in client(path, asked).all_of("Location"):
            assert location.startswith(f"{BASE}/") or (location[0] == "/" and location[1] not in "/\\"), location


@pytest.mark.parametrize("injected", _INJECTED)
def test_nothing_of_an_address_becomes_a_header_of_its_own(
    client: Client, paths: dict[str, str], injected: str
) -> None:
    record = paths["record"]
    addresses = (
        f"/datasets/x{injected}-{record.rpartition('-')[2]}",
        f"{record}.ttl{injected}",
        f"{record}/citation.bib{injected}",
        f"/datasets//{injected}",
        f"/datasets?q={injected}&sort={injected}",
        f"/search.csv?q={injected}",
        f"/resource?iri=http://a.example/{injected}",
        f"/resource.ttl?iri={injected}",
        f"/catalogue.ttl?organisation={injected}&page={injected}",
        f"/dumps/latest{injected}",
        f"/dumps/3/{injected}",
        f"/queries/datasets/search.csv?text={injected}",
        f"/sparql?query=ASK%20%7B%7D&format=csv{injected}",
        f"/feed/1/1{injected}",
        f"/oai?verb={injected}",
    )
    for address in addresses:
        for asked in (BROWSER, {"Accept": "*/*"}):
            answer = client(address, asked)
            assert answer.status < 500, address
            assert answer.all_of("X-Injected") == [], address
            assert all(value.isprintable() for _, value in answer.headers), address


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_whatever_is_asked_of_any_iri_is_no_header_and_no_error_of_ours(client: Client, text: str) -> None:
    for path in (f"/resource?iri={quote(text, safe='')}", f"/datasets?q={quote(text, safe='')}&page=1"):
        answer = client(path, BROWSER)
        assert answer.status < 500, path
        assert all(value.isprintable() and value.isascii() for _, value in answer.headers), path


def test_what_an_answer_depends_on_is_told_to_caches(client: Client, paths: dict[str, str]) -> None:
    """A shared cache that heeds Vary never gives a reader what another asked for."""
    kinds = {
        "Accept": "text/html",
        "Accept-Language": "de",
        "Accept-Encoding": "gzip",
        "Origin": "https://evil.example",
    }
    for path in paths.values():
        plain = client(path)
        varied = {name.strip().lower() for told in plain.all_of("Vary") for name in told.split(",")}
        for name, value in kinds.items():
            other = client(path, {name: value})
            if (other.status, other.body) != (plain.status, plain.body) and name.lower() not in varied:
                again = client(path)
                assert again.body != plain.body, (path, name)  # it changes by itself, and not by the header


def test_scripts_of_other_sites_are_never_asked_for_credentials(answers: list[Answer]) -> None:
    for answer in answers:
        assert answer.all_of("Access-Control-Allow-Credentials") == [], answer
        assert answer.all_of("Access-Control-Allow-Origin") in ([], ["*"]), answer


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"G@T / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nb@d header: 1\r\n\r\n", 400),
        (b"POST /sparql HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"x%d: y\r\n" % n for n in range(101)) + b"\r\n", 431),
    ],
)
def test_what_is_hardly_http_is_refused_by_the_server_itself_with_nothing(
    client: Client, request_: bytes, status: int
) -> None:
    """No header of ours is on it, and nothing else either that could be shown or run."""
    with socket.create_connection(("127.0.0.1", client.port), timeout=30) as connection:
        connection.sendall(request_)
        told = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    head, _, body = told.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert body == b""
    names = {line.partition(b":")[0].lower() for line in head.splitlines()[1:]}
    assert names == {b"connection", b"content-length", b"date"}
