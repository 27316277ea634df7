"""Every trap is a real server on loopback, or an address that must not be connected to at all."""

import gzip
import resource
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import SourceError, StoreError
from loaders.connection import Resolver, is_public, is_unicast
from loaders.fetch import Fetched, Fetcher, FetchLimits, Validators
from tests.support.processes import ends
from tests.support.web import Answer, Web, body, raw, redirect, serving

TURTLE = b"<https://example.org/a> a <http://www.w3.org/ns/dcat#Dataset> .\n"
USUAL = FetchLimits(deadline=60, raw_bytes=1 << 20, wait_seconds=2)
QUICK = FetchLimits(deadline=0.8, connect_seconds=0.4, read_seconds=0.5)
TLS = ssl.create_default_context()  # once: it takes longer than most of these tests
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\n"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


@pytest.fixture
def fetcher(tmp_path: Path) -> Fetcher:
    return Fetcher(tmp_path / "in", USUAL, tls=TLS, allow_private_addresses=True)


@pytest.fixture
def hasty(tmp_path: Path) -> Fetcher:
    return Fetcher(tmp_path / "in", QUICK, tls=TLS, allow_private_addresses=True)


class Names:
    """A resolver that answers from a list, one answer per look-up, and counts."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def refused(fetcher: Fetcher, location: str) -> str:
    with pytest.raises(SourceError) as caught:
        fetcher.fetch(location)
    assert list(fetcher.folder.glob("*")) == []
    return caught.value.reason


def content(fetched: Fetched) -> bytes:
    assert fetched.path is not None
    return fetched.path.read_bytes()


def test_a_whole_answer_is_a_file_with_its_headers_and_digest(web: Web, fetcher: Fetcher) -> None:
    web.answers["/c.ttl"] = body(TURTLE, "text/turtle; charset=utf-8", ETag='"1"', Last_Modified="yesterday")
    fetched = fetcher.fetch(f"{web.url}/c.ttl#part")
    assert content(fetched) == TURTLE
    assert (fetched.status, fetched.size, fetched.url) == (200, len(TURTLE), f"{web.url}/c.ttl")
    assert len(fetched.digest) == 64
    assert fetched.header("content-type") == "text/turtle; charset=utf-8"
    assert fetched.validators == Validators('"1"', "yesterday")
    assert not fetched.not_modified


def test_we_say_who_we_are_and_that_we_want_rdf(web: Web, fetcher: Fetcher) -> None:
    web.answers["/"] = body(TURTLE)
    fetcher.fetch(web.url)
    asked = web.headers[0]
    assert asked["User-Agent"].startswith("catalograph/")
    assert asked["Accept"].startswith("text/turtle")
    assert asked["Accept-Encoding"] == "gzip"
    assert asked["Host"] == f"127.0.0.1:{web.port}"


def test_the_body_is_kept_as_received_and_not_unpacked(web: Web, fetcher: Fetcher) -> None:
    packed = gzip.compress(TURTLE)
    web.answers["/"] = body(packed, Content_Encoding="gzip")
    assert content(fetcher.fetch(web.url)) == packed


def test_an_unchanged_answer_is_told_by_its_validators(web: Web, fetcher: Fetcher) -> None:
    web.answers["/"] = raw(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
    fetched = fetcher.fetch(web.url, known=Validators('"1"', "yesterday"))
    assert fetched.not_modified
    assert fetched.path is None
    assert (web.headers[0]["If-None-Match"], web.headers[0]["If-Modified-Since"]) == ('"1"', "yesterday")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.0.0.8/",
        "http://224.0.0.1/",
        "http://127。0。0。1/",
        "http://127.0.0.1:80/",
        "http://127.0.0.1:8080/",
        "http://user:secret@127.0.0.1/",
        "http://user@catalogue.example/",
        "http:///etc/passwd",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:70/x",
        "data:text/turtle,x",
        "http://catalogue.example:22/",
        "http://cata logue.example/",
        "http://[::1/",
        "//catalogue.example/",
        "catalogue.example",
        "",
    ],
)
def test_what_is_no_public_web_address_is_refused(location: str, tmp_path: Path) -> None:
    reason = refused(Fetcher(tmp_path / "in", USUAL, tls=TLS), location)
    assert "secret" not in reason


def test_no_connection_is_made_to_an_address_that_is_refused(web: Web, tmp_path: Path) -> None:
    names = Names(["127.0.0.1"])
    reason = refused(Fetcher(tmp_path / "in", USUAL, tls=TLS, resolver=names), "http://catalogue.example/")
    assert "127.0.0.1, which is not on the public internet" in reason
    assert names.asked == ["catalogue.example"]
    assert web.asked == []


@pytest.mark.parametrize("answer", [["8.8.8.8", "127.0.0.1"], ["2001:4860:4860::8888", "::1"], ["10.0.0.1"]])
def test_one_private_address_among_public_ones_is_enough_to_refuse(answer: list[str], tmp_path: Path) -> None:
    names = Names(answer)
    refused(Fetcher(tmp_path / "in", USUAL, tls=TLS, resolver=names), "http://catalogue.example/")
    assert len(names.asked) == 1


def test_a_name_is_looked_up_once_and_the_checked_address_is_used(web: Web, tmp_path: Path) -> None:
    names = Names(["127.0.0.1"], ["127.0.0.2"])  # a second look-up would lead to where nobody listens
    web.answers["/"] = body(TURTLE)
    fetcher = Fetcher(tmp_path / "in", USUAL, tls=TLS, allow_private_addresses=True, resolver=names)
    fetcher.fetch(f"http://catalogue.example:{web.port}/")
    assert names.asked == ["catalogue.example"]
    assert web.headers[0]["Host"] == f"catalogue.example:{web.port}"


def test_the_next_address_is_tried_where_one_does_not_answer(web: Web, tmp_path: Path) -> None:
    web.answers["/"] = body(TURTLE)
    names = Names(["127.0.0.2", "127.0.0.1"])
    fetcher = Fetcher(tmp_path / "in", USUAL, tls=TLS, allow_private_addresses=True, resolver=names)
    assert fetcher.fetch(f"http://catalogue.example:{web.port}/").status == 200


def test_a_name_nobody_knows_is_told(fetcher: Fetcher, tmp_path: Path) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    assert "is unknown" in refused(Fetcher(tmp_path, USUAL, tls=TLS, resolver=unknown), "http://catalogue.example/")
    assert "has no address" in refused(
        Fetcher(tmp_path, USUAL, tls=TLS, resolver=Names([])), "http://catalogue.example/"
    )


def test_a_look_up_that_hangs_ends_in_time(tmp_path: Path) -> None:
    answered = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        answered.wait(60)
        return []

    resolver: Resolver = slow
    with ends():
        assert "look-up" in refused(Fetcher(tmp_path, QUICK, tls=TLS, resolver=resolver), "http://catalogue.example/")
    answered.set()


def test_a_server_that_does_not_listen_is_told(fetcher: Fetcher) -> None:
    with serving() as web:
        url = web.url
    assert "connection failed" in refused(fetcher, url)


def test_redirects_are_followed_and_the_last_address_is_known(web: Web, fetcher: Fetcher) -> None:
    web.answers["/old"] = redirect("/newer", 301)
    web.answers["/newer"] = redirect(f"{web.url}/c.ttl", 308)
    web.answers["/c.ttl"] = body(TURTLE)
    fetched = fetcher.fetch(f"{web.url}/old")
    assert (fetched.location, fetched.url) == (f"{web.url}/old", f"{web.url}/c.ttl")


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/",
        "http://[::1]/",
        "http://catalogue.example:22/",
        "file:///etc/passwd",
        "http://u:p@catalogue.example/",
        "https://0x0a000001/",
        "//10.0.0.1:80/",
        "gopher://127.0.0.1/",
    ],
)
def test_a_redirect_is_checked_like_the_first_address(
    target: str, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.connection.is_public", lambda address: address == "127.0.0.1")  # passes for public
    monkeypatch.setattr("loaders.fetch._PUBLIC_PORTS", {"http": web.port, "https": 443})
    web.answers["/"] = redirect(target)
    refused(Fetcher(tmp_path / "in", USUAL, tls=TLS), f"{web.url}/")
    assert web.asked == ["/"]


def test_redirects_have_an_end(web: Web, fetcher: Fetcher) -> None:
    web.answers["/"] = redirect("/")
    assert "more than 5 times" in refused(fetcher, f"{web.url}/")
    assert len(web.asked) == 6


def test_a_redirect_to_nowhere_is_told(web: Web, fetcher: Fetcher) -> None:
    web.answers["/"] = raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")
    assert "without saying where" in refused(fetcher, web.url)


@pytest.mark.parametrize(
    ("status", "said"), [(404, "404 Not Found"), (500, "500 Internal"), (204, "204"), (799, "799")]
)
def test_an_answer_that_is_not_200_is_told(status: int, said: str, web: Web, fetcher: Fetcher) -> None:
    web.answers["/"] = body(b"", status=status)
    assert said in refused(fetcher, web.url)


def in_turn(*answers: Answer) -> Answer:
    left = list(answers)

    def next_one(request: BaseHTTPRequestHandler) -> None:
        left.pop(0)(request)

    return next_one


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry_After": "2"},
        {"Retry_After": "Fri, 20 Nov 2026 10:00:02 GMT", "Date": "Fri, 20 Nov 2026 10:00:00 GMT"},
    ],
)
def test_a_busy_server_is_asked_again_when_it_says(headers: dict[str, str], web: Web, tmp_path: Path) -> None:
    slept: list[float] = []
    limits = FetchLimits(deadline=5)
    fetcher = Fetcher(tmp_path, limits, allow_private_addresses=True, sleep=slept.append)
    date = headers.pop("Date", None)
    if date is None:
        web.answers["/"] = in_turn(body(b"", status=503, **headers), body(TURTLE))
    else:
        head = f"HTTP/1.1 503 Busy\r\nDate: {date}\r\nRetry-After: {headers['Retry_After']}\r\nContent-Length: 0\r\n"
        web.answers["/"] = in_turn(raw(head.encode() + b"Connection: close\r\n\r\n"), body(TURTLE))
    assert fetcher.fetch(web.url).status == 200
    assert slept == [2.0]


def test_a_server_that_is_busy_twice_or_for_long_is_reported(web: Web, fetcher: Fetcher, tmp_path: Path) -> None:
    web.answers["/"] = body(b"", status=429, Retry_After="3600")
    assert "429 Too Many Requests and asks to come back in 3600 seconds" in refused(fetcher, web.url)
    web.answers["/"] = body(b"", status=503, Retry_After="0")
    assert "asks to come back in 0 seconds" in refused(fetcher, web.url)
    web.answers["/"] = body(b"", status=503, Retry_After="soon")
    assert "503 Service Unavailable" in refused(fetcher, web.url)


def test_a_body_over_the_cap_is_refused_by_its_announcement_alone(web: Web, fetcher: Fetcher) -> None:
    web.answers["/"] = raw(HEAD + b"Content-Length: 10000000000\r\n\r\n", b"x" * 1000, stop=web.stop, pause=0.01)
    assert "is too big" in refused(fetcher, web.url)


def test_an_endless_body_is_stopped_at_the_cap(web: Web, fetcher: Fetcher) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    web.answers["/"] = raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk, stop=web.stop)
    with ends():
        assert "is too big" in refused(fetcher, web.url)


def test_an_endless_body_without_any_length_is_stopped_at_the_cap(web: Web, fetcher: Fetcher) -> None:
    web.answers["/"] = raw(HEAD + b"\r\n", b"x" * 0x10000, stop=web.stop)
    assert "is too big" in refused(fetcher, web.url)


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD + b"Content-Length: 1000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"H",),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["slow drip", "slow headers", "slow status", "slow chunks"],
)
def test_what_drips_ends_at_the_deadline(pieces: tuple[bytes, ...], web: Web, hasty: Fetcher) -> None:
    web.answers["/"] = raw(*pieces, stop=web.stop, pause=0.1)
    with ends():
        assert "within 0.8 seconds" in refused(hasty, web.url)


def test_a_silent_server_ends_at_the_silence_allowed(web: Web, hasty: Fetcher) -> None:
    def silent(request: BaseHTTPRequestHandler) -> None:
        web.stop.wait(60)

    web.answers["/"] = silent
    with ends():
        assert "silent for 0.5 seconds" in refused(hasty, web.url)


def test_redirects_share_one_deadline(web: Web, hasty: Fetcher) -> None:
    def slow(request: BaseHTTPRequestHandler) -> None:
        web.stop.wait(0.3)
        redirect("/")(request)

    web.answers["/"] = slow
    with ends():
        assert "within 0.8 seconds" in refused(hasty, web.url)


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD + b"Content-Length: 1000\r\n\r\n", TURTLE),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",),
        (HEAD + b"Content-Length: 10\r\n\r\n", TURTLE),
        (HEAD + b"Content-Length: -1\r\n\r\n", TURTLE),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", TURTLE),
        (b"no HTTP at all\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",),
    ],
    ids=["truncated", "truncated chunks", "short length", "negative length", "two lengths", "no HTTP", "huge header"],
)
def test_an_answer_that_is_not_whole_is_refused(pieces: tuple[bytes, ...], web: Web, fetcher: Fetcher) -> None:
    web.answers["/"] = raw(*pieces)
    refused(fetcher, web.url)


def test_interim_answers_are_passed_over(web: Web, fetcher: Fetcher) -> None:
    length = str(len(TURTLE)).encode()
    web.answers["/"] = raw(
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" + HEAD,
        b"Content-Length: " + length + b"\r\n\r\n" + TURTLE,
    )
    assert content(fetcher.fetch(web.url)) == TURTLE


def test_a_compression_that_was_not_asked_for_is_refused(web: Web, fetcher: Fetcher) -> None:
    web.answers["/"] = body(b"....", Content_Encoding="br")
    assert "'br'" in refused(fetcher, web.url)


def test_a_full_disk_is_our_fault_and_not_the_sources(web: Web, fetcher: Fetcher) -> None:
    web.answers["/"] = body(TURTLE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))  # no file may grow beyond: as good as full
    try:
        with pytest.raises(StoreError, match="cannot write"):
            fetcher.fetch(web.url)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(fetcher.folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_our_fault_and_not_the_sources(web: Web, tmp_path: Path) -> None:
    web.answers["/"] = body(TURTLE)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match="cannot write"):
        Fetcher(tmp_path / "file", USUAL, tls=TLS, allow_private_addresses=True).fetch(web.url)


@pytest.mark.skipif(which("openssl") is None, reason="needs the openssl command to make a certificate")
def test_tls_is_checked_against_the_name_though_the_address_is_connected_to(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = "-subj /CN=catalogue.example -addext subjectAltName=DNS:catalogue.example"
    order = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 {subject}"
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *order.split(), *files], check=True, capture_output=True)  # noqa: S607  as installed
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with serving(lambda socket: ours.wrap_socket(socket, server_side=True)) as web:
        web.answers["/"] = body(TURTLE)
        fetcher = Fetcher(tmp_path, USUAL, allow_private_addresses=True, resolver=Names(["127.0.0.1"]), tls=trusting)
        assert content(fetcher.fetch(f"https://catalogue.example:{web.port}/")) == TURTLE
        with pytest.raises(SourceError, match="certificate"):
            fetcher.fetch(f"https://other.example:{web.port}/")


def test_public_addresses_are_public() -> None:
    assert all(map(is_public, ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "2a00:1450::1"]))


def test_private_addresses_may_be_allowed_but_must_be_one_hosts() -> None:
    assert all(map(is_unicast, ["127.0.0.1", "10.0.0.1", "::1", "8.8.8.8"]))
    assert not any(map(is_unicast, ["224.0.0.1", "ff02::1", "255.255.255.255", "::ffff:224.0.0.1"]))


@given(st.ip_addresses())
def test_nothing_that_python_calls_private_is_public(address: object) -> None:
    text = str(address)
    if is_public(text):
        parsed = ip_address(text)
        mapped = getattr(parsed, "ipv4_mapped", None) or parsed
        assert mapped.is_global
        assert not mapped.is_multicast
