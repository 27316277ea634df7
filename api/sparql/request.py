"""A SPARQL Protocol request as data: read from a WSGI environment, nothing of the query itself looked at.

https://www.w3.org/TR/sparql11-protocol/#query-operation, and of 1.2 the parameter `version`.
"""

import contextlib
import ipaddress
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from api.problems.handling import AnswerNotAcceptable, MediaTypeUnknown, RequestTooLarge
from graph.errors import QueryParameterError, QueryRefused
from graph.formats import (
    HTML,
    RDF_FORMATS,
    RESULT_FORMATS,
    by_media_type,
    by_name,
    negotiate,
)

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"

VERSIONS: Final = ("1.1", "1.2", "1.2-basic")
"""Versions of SPARQL that a request may say its query is in; the engine reads them all alike."""

_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
_PERCENT: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_VERSION: Final = re.compile(r';\s*version\s*=\s*("[^"]*"|[^\s;]*)', re.IGNORECASE)
_GRAPHS: Final = 32 << 10
"""Bytes that all graph parameters together may take."""

_PASSED_OVER: Final = 64 << 20
"""Bytes of a request that is too large which are read before it is answered, none of them kept."""

_PATIENCE: Final = 5.0
"""Seconds for which they are."""

_SAID: Final = 4000
"""Characters that are read of a header in which a client says what it takes."""

_NAMES: Final = 10
"""Names of forms that a request may try."""

_SHOWN: Final = 200
"""Characters of a value that a complaint about it repeats."""

_SPELLINGS: Final = {
    "json-ld": "jsonld",
    "rdf+xml": "rdfxml",
    "rdf/xml": "rdfxml",
    "n-triples": "ntriples",
    "n3": "turtle",
}
"""Names of forms as other software writes them, beside names, extensions and media types. N3 has Turtle in it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The names of the forms for rows and for statements, empty where none is accepted."""

    results: str
    rdf: str


@dataclass(frozen=True, slots=True)
class SparqlRequest:
    """`query` is None when the request has none: a person at the form, or a client that forgot it."""

    query: bytes | None
    choice: Choice
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@lru_cache(maxsize=512)
def choose(accept: str | None, wanted: str | None) -> Choice:
    """What to answer with: `wanted` is the format parameter, which goes before Accept. Raises NotAcceptable."""
    results, rdf = _named(wanted) if wanted else (RESULT_FORMATS, RDF_FORMATS)
    if wanted:
        accept = None
    rows, statements = negotiate(accept, results), negotiate(accept, rdf)
    if rows is None and statements is None:
        raise AnswerNotAcceptable((*RESULT_FORMATS, *RDF_FORMATS))
    return Choice(rows.name if rows else "", statements.name if statements else "")


@lru_cache(maxsize=512)
def _prefers_html(accept: str) -> bool:
    return negotiate(accept, (*RESULT_FORMATS, *RDF_FORMATS, HTML)) is HTML


def accepted(environ: Mapping[str, Any], name: str = "HTTP_ACCEPT") -> str | None:
    """What the client says it takes, as far as anybody has so much to say: what follows from it is remembered."""
    told: str | None = environ.get(name)
    return told[:_SAID] if told else told


def from_page(environ: Mapping[str, Any]) -> bool:
    """Whether a person is asking: HTML is what the client would rather have, and the address names no other form."""
    accept = accepted(environ) or ""
    if "html" not in accept or not _prefers_html(accept):
        return False
    return re.search(r"(?:^|&)(?:format|output)=[^&]", environ.get("QUERY_STRING", "")) is None


def asks_for_description(environ: Mapping[str, Any]) -> bool:
    """Whether the service description is asked for: nothing is, but a form."""
    names = {name for name, _ in _pairs(environ.get("QUERY_STRING", "").encode("latin-1"))}
    return environ["REQUEST_METHOD"] != "POST" and names <= {"format", "output"}


def _named(wanted: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The forms that go by this name, extension or media type; a plus may have come as the space that it stands for."""
    name = wanted.strip().lower().replace(" ", "+")
    name = _SPELLINGS.get(name, name)
    results = by_name(name, RESULT_FORMATS) or by_media_type(name, RESULT_FORMATS)
    rdf = by_name(name, RDF_FORMATS) or by_media_type(name, RDF_FORMATS)
    if results is None and rdf is None:
        raise AnswerNotAcceptable((*RESULT_FORMATS, *RDF_FORMATS), wanted)
    return ((results,) if results else ()), ((rdf,) if rdf else ())


def read(environ: Mapping[str, Any], query_bytes: int, body: bytes | None = None) -> SparqlRequest:
    """The request; raises QueryParameterError's kinds, or QueryRefused for an update. `body` is given once read."""
    url = list(_pairs(environ.get("QUERY_STRING", "").encode("latin-1")))
    if environ["REQUEST_METHOD"] != "POST":
        return _request(environ, url, None, query_bytes)
    body = received(environ, query_bytes) if body is None else body
    if _media_type(environ) == QUERY:
        _check_version(_VERSION.findall(environ.get("CONTENT_TYPE", "")))
        return _request(environ, url, body, query_bytes)
    return _request(environ, url + list(_pairs(body)), None, query_bytes)


def received(environ: Mapping[str, Any], query_bytes: int) -> bytes:
    """The body of a POST, of a kind that is read here. Raises what is wrong with it."""
    media_type = _media_type(environ)
    if media_type == _UPDATE:
        raise QueryRefused("this endpoint answers queries only; updates are not accepted")
    if media_type not in (FORM, QUERY):
        declared = repr(media_type[:_SHOWN]) if media_type else "nothing declared"
        raise MediaTypeUnknown(f"a query is posted as {QUERY} or as {FORM}, not as {declared}")
    return _body(environ, (query_bytes if media_type == QUERY else 3 * query_bytes) + _GRAPHS, query_bytes)


def _media_type(environ: Mapping[str, Any]) -> str:
    declared: str = environ.get("CONTENT_TYPE", "")
    return declared.partition(";")[0].strip().lower()


def _body(environ: Mapping[str, Any], longest: int, limit: int) -> bytes:
    length = environ.get("CONTENT_LENGTH") or ""
    declared = int(length) if length.isdecimal() else None
    if declared is not None and declared > longest:
        _pass_over(environ["wsgi.input"], declared)
        raise RequestTooLarge(limit)
    body: bytes = environ["wsgi.input"].read(longest + 1 if declared is None else declared)
    if len(body) > longest:
        _pass_over(environ["wsgi.input"], _PASSED_OVER)
        raise RequestTooLarge(limit)
    if declared is not None and len(body) < declared:
        raise QueryParameterError(f"the body ended after {len(body)} bytes, though Content-Length says {declared}")
    return body


def _pass_over(stream: Any, length: int) -> None:
    """Read and forget, for a while: many clients listen to the answer only when they have sent all of their request."""
    until = time.monotonic() + _PATIENCE
    left = min(length, _PASSED_OVER)
    while left > 0 and time.monotonic() < until:
        piece = stream.read(min(left, 64 << 10))
        if not piece:
            return
        left -= len(piece)


def _pairs(encoded: bytes) -> Iterator[tuple[str, bytes]]:
    for pair in encoded.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            told = (unquote_to_bytes(name) if b"%" in name else name).decode("latin-1")
            if b"%" in value and told in _READ and _PERCENT.search(value):
                raise QueryParameterError(
                    f"the parameter {told} has a % that two hexadecimal digits do not follow; a % itself is sent as %25"
                )
            yield told, unquote_to_bytes(value.replace(b"+", b" "))


_READ: Final = frozenset({"query", "default-graph-uri", "named-graph-uri", "format", "output", "version"})


def _request(
    environ: Mapping[str, Any], pairs: list[tuple[str, bytes]], query: bytes | None, query_bytes: int
) -> SparqlRequest:
    values: dict[str, list[bytes]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise QueryRefused("this endpoint answers queries only; updates are not accepted")
    query = _only_query(values.get("query", []), query)
    if query is not None and len(query) > query_bytes:
        raise RequestTooLarge(query_bytes)
    _check_version([value.decode("latin-1") for value in values.get("version", [])])
    wanted = _one("format", values) or _one("output", values)
    default, named = _graphs(values.get("default-graph-uri", [])), _graphs(values.get("named-graph-uri", []))
    if sum(map(len, default + named)) > _GRAPHS:
        raise RequestTooLarge(_GRAPHS, "graph parameters together are")
    page = environ["REQUEST_METHOD"] != "POST" and from_page(environ)
    accept = "*/*" if page else accepted(environ)  # a page is made of what is easiest to read
    return SparqlRequest(query, choose(accept, wanted), default, named)


def _one(name: str, values: Mapping[str, list[bytes]]) -> str | None:
    """The form that a parameter names, None where it says nothing.

    SPARQLWrapper names one form by all its names (`format=tsv&format=text/tab-separated-values`), some with commas
    between: what nobody knows is passed over beside a name that is known; two forms are one too many.
    """
    said = b",".join(values.get(name, ()))[:_SAID].decode("latin-1")
    told = {part.strip()[:_SHOWN] for part in said.split(",")} - {""}
    if len(told) > _NAMES:
        raise QueryParameterError(f"the parameter {name} has {len(told)} values; one is right")
    forms = {found: part for part in sorted(told) if (found := _known(part)) is not None}
    if len(forms) > 1:
        raise QueryParameterError(f"the parameter {name} names {len(forms)} different forms; one is right")
    return next(iter(forms.values()), min(told, default=None))


def _known(name: str) -> tuple[tuple[Any, ...], tuple[Any, ...]] | None:
    with contextlib.suppress(AnswerNotAcceptable):
        return _named(name)
    return None


def _check_version(told: list[str]) -> None:
    for version in told:
        if version.strip('"') not in VERSIONS:
            known = ", ".join(VERSIONS)
            raise QueryParameterError(f"SPARQL {version[:_SHOWN]!r} is not known here; known versions are {known}")


def _only_query(given: list[bytes], posted: bytes | None) -> bytes | None:
    queries = given if posted is None else [*given, posted]
    if len(queries) > 1:
        raise QueryParameterError("the request has more than one query; send them one by one")
    return queries[0] if queries else None


def _graphs(values: list[bytes]) -> tuple[str, ...]:
    graphs = []
    for value in values:
        graph = value.decode("utf-8", "replace")
        if not _IRI.fullmatch(graph):
            raise QueryParameterError(
                f"{graph[:_SHOWN]!r} is no absolute IRI; default-graph-uri and named-graph-uri take one each, with "
                "spaces and other characters that IRIs do not have percent-encoded in it"
            )
        graphs.append(graph)
    return tuple(graphs)


@lru_cache(maxsize=4096)
def client_key(address: str) -> str:
    """Whose budget pays: the address, or for IPv6 its /64, since whoever has one address there has them all."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed, 64), strict=False))
