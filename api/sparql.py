"""The SPARQL endpoint for programs: a thin WSGI layer in front of Flask, so that a look-up costs little.

People (requests that prefer HTML) go on to Flask and `api.pages.sparql`; whatever is not /sparql goes on untouched.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from api.presence import Presence
from api.problems import PROBLEM, TEXT, NotAcceptable, as_json, as_text, problem
from api.sparql_request import FORM, QUERY, SparqlRequest, asks_for_description, client_key, from_page, read
from graph.errors import PortalError, QueryParameterError
from graph.formats import RDF_FORMATS, RESULT_FORMATS, Format, negotiate
from graph.serving.client import Answer, Client
from graph.serving.messages import Question

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH: Final = "/sparql"
METHODS: Final = "GET, HEAD, OPTIONS, POST"

_Headers = list[tuple[str, str]]
_PIECE: Final = 256 << 10

_SAFE: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Catalograph-Generation, Retry-After"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Vary", "Accept"),
)
"""Sent with every answer, whatever its status."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A form's headers, made once."""

    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, form: Format) -> "_Form":
        saved = [("Content-Disposition", f'attachment; filename="result.{form.extension}"')]
        spreadsheet = form.name in ("csv", "tsv")  # a spreadsheet may take a cell for a formula: never open it unasked
        return cls((*_SAFE, ("Content-Type", form.content_type), *(saved if spreadsheet else [])))


class SparqlEndpoint:
    """Answers programs at /sparql and hands everything else to `pages`."""

    def __init__(self, pages: "WSGIApplication", client: Client, query_bytes: int) -> None:
        self._pages = pages
        self._client = client
        self._query_bytes = query_bytes
        self._forms = {(False, form.name): _Form.of(form) for form in RESULT_FORMATS}
        self._forms |= {(True, form.name): _Form.of(form) for form in RDF_FORMATS}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH:
            return self._pages(environ, start_response)
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return _options(start_response)
        if method not in ("GET", "HEAD", "POST"):
            return _not_allowed(start_response)
        if method != "POST" and from_page(environ):
            return self._pages(environ, start_response)
        try:
            return self._respond(environ, start_response)
        except PortalError as error:
            return _complain(environ, start_response, error)

    def _respond(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = read(environ, self._query_bytes)
        if request.query is None:
            if asks_for_description(environ) and request.choice.rdf:
                return self._pages(environ, start_response)
            raise QueryParameterError(
                f"the parameter `query` is missing: GET {PATH}?query=…, or POST one as {QUERY} or {FORM}"
            )
        answer = ask(self._client, request, environ.get("REMOTE_ADDR", ""))
        name = request.choice.rdf if answer.rdf else request.choice.results
        headers = [*self._forms[answer.rdf, name].headers, *_told(answer)]
        start_response("200 OK", headers)
        return _content(answer, head=environ["REQUEST_METHOD"] == "HEAD")


def ask(client: Client, request: SparqlRequest, address: str) -> Answer:
    """Put the request's query; raises NotAcceptable when it gives what the client accepts in no form."""
    choice = request.choice
    question = Question(request.query or b"", choice.results, choice.rdf, request.default_graphs, request.named_graphs)
    answer = client.ask(question, client_key(address), Presence(address))
    if not answer.offered:
        raise NotAcceptable(RDF_FORMATS if answer.rdf else RESULT_FORMATS)
    return answer


def _told(answer: Answer) -> _Headers:
    return [
        ("Content-Length", str(answer.length)),
        ("Catalograph-Generation", str(answer.generation)),
        ("Server-Timing", f"query;dur={answer.seconds * 1000:.1f}"),
    ]


def _content(answer: Answer, *, head: bool) -> Iterable[bytes]:
    if answer.file is None:
        return [] if head else [answer.body]
    if head:
        answer.file.close()
        return []
    return _Pieces(answer.file)


class _Pieces:
    """A long answer, piece by piece; the server closes it, also when the client went away."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(partial(self._file.read, _PIECE), b"")

    def close(self) -> None:
        self._file.close()


def _options(start_response: "StartResponse") -> Iterable[bytes]:
    allowed = [
        ("Allow", METHODS),
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", "Accept, Content-Type"),
        ("Access-Control-Max-Age", "86400"),
    ]
    start_response("204 No Content", [*_SAFE, *allowed])
    return []


def _not_allowed(start_response: "StartResponse") -> Iterable[bytes]:
    body = f"only {METHODS} are answered here\n".encode()
    headers = [("Allow", METHODS), ("Content-Type", TEXT.content_type), ("Content-Length", str(len(body)))]
    start_response("405 Method Not Allowed", [*_SAFE, *headers])
    return [body]


def _complain(environ: "WSGIEnvironment", start_response: "StartResponse", error: PortalError) -> Iterable[bytes]:
    told = problem(error)
    form = negotiate(environ.get("HTTP_ACCEPT"), (PROBLEM, TEXT)) or PROBLEM
    body = as_text(told) if form is TEXT else as_json(told)
    headers = [("Content-Type", form.content_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    if told.retry_after is not None:
        headers.append(("Retry-After", str(told.retry_after)))
    start_response(f"{int(told.status)} {told.title}", [*_SAFE, *headers])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
