"""The SPARQL endpoint for programs: a thin WSGI layer in front of Flask, so that a look-up costs little.

People (requests that prefer HTML) go on to Flask and `api.pages.sparql`; whatever is not /sparql goes on untouched.
What was answered a moment ago is answered again from memory, before anything of the request is read.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from api.http import compression
from api.http.answer_cache import AnswerCache, Kept, Key
from api.http.compression import Encoding, Pieces
from api.http.forwarding import peer
from api.http.freshness import Editions, entity_tag
from api.http.limits import LONG, Allowance, Places
from api.http.presence import Presence
from api.problems.handling import PROBLEM, TEXT, AnswerNotAcceptable, as_json, as_text, problem
from api.settings import Settings
from api.sparql.reply import ALWAYS, Call, Headers, validity
from api.sparql.request import (
    FORM,
    QUERY,
    SparqlRequest,
    accepted,
    asks_for_description,
    client_key,
    from_page,
    read,
    received,
)
from graph.errors import PortalError, QueryParameterError
from graph.formats import RDF_FORMATS, RESULT_FORMATS, Format, negotiate
from graph.generations import Generations
from graph.serving.client import Answer, Client
from graph.serving.messages import Question

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH: Final = "/sparql"

_RECEIVING: Final = (32, 16)
"""How many requests a process receives at once whose bodies are still coming, and how many of one client."""

_SENDING: Final = (32, 8)
"""How many long answers a process sends at once, and how many to one client."""

HELD: Final = _RECEIVING[0] + _SENDING[0]
"""How many threads of a process slow clients may hold."""


def _form_headers(form: Format) -> tuple[tuple[str, str], ...]:
    saved = [("Content-Disposition", f'attachment; filename="result.{form.extension}"')]
    spreadsheet = form.name in ("csv", "tsv")  # a spreadsheet may take a cell for a formula: never open it unasked
    return (*ALWAYS, ("Content-Type", form.content_type), *(saved if spreadsheet else []))


_FORMS: Final = {
    **{(False, form.name): _form_headers(form) for form in RESULT_FORMATS},
    **{(True, form.name): _form_headers(form) for form in RDF_FORMATS},
}
"""The headers of each form, made once; True for statements."""


_HIT: Final = ("Server-Timing", "cache;desc=hit")


class SparqlEndpoint:
    """Answers programs at /sparql and hands everything else to `pages`."""

    def __init__(self, pages: "WSGIApplication", client: Client, settings: Settings) -> None:
        self._pages = pages
        self._client = client
        self._settings = settings
        self._editions = Editions(Generations(settings.data), settings.base)
        self._cache = AnswerCache(settings.query_cache_bytes)
        self._allowance = Allowance(client, settings)
        self._receiving = Places(*_RECEIVING, "requests coming in")
        self._sending = Places(*_SENDING, "long answers going out")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH:
            return self._pages(environ, start_response)
        call = Call(environ, start_response, client_key(environ.get("REMOTE_ADDR", "")), self._allowance)
        try:
            if call.method == "POST":
                return self._posted(call)
            if call.method in ("GET", "HEAD"):
                return self._got(call)
        except PortalError as error:
            return self._complain(call, error)
        return call.options() if call.method == "OPTIONS" else call.not_allowed()

    def _got(self, call: Call) -> Iterable[bytes]:
        environ = call.environ
        key = (
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT", ""),
            environ.get("HTTP_ACCEPT_ENCODING", ""),
        )
        generation = self._editions.current
        kept = self._cache.get(key, generation)
        if kept is not None:
            return call.again(kept)
        if from_page(environ):
            return self._pages(environ, call.start_response)
        request = read(environ, self._settings.query_request_bytes)
        if request.query is None and asks_for_description(environ) and request.choice.rdf:
            return self._pages(environ, call.start_response)
        return self._answer(call, request, key, generation)

    def _posted(self, call: Call) -> Iterable[bytes]:
        environ = call.environ
        with self._receiving.held(call.client):
            body = received(environ, self._settings.query_request_bytes)
        key = (
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT", ""),
            environ.get("HTTP_ACCEPT_ENCODING", ""),
            environ.get("CONTENT_TYPE", ""),
            body,
        )
        generation = self._editions.current
        kept = self._cache.get(key, generation)
        if kept is not None:
            return call.again(kept)
        return self._answer(call, read(environ, self._settings.query_request_bytes, body), key, generation)

    def _answer(self, call: Call, request: SparqlRequest, key: Key, generation: int) -> Iterable[bytes]:
        if request.query is None:
            raise QueryParameterError(
                f"the parameter `query` is missing: GET {PATH}?query=…, or POST one as {QUERY} or {FORM}"
            )
        coding = compression.negotiate(accepted(call.environ, "HTTP_ACCEPT_ENCODING"))
        tag = self._editions.tag(request, generation)
        if tag is not None and (theirs := call.has(tag, coding)):
            return call.not_modified(theirs, generation)
        answer = ask(self._client, request, call.environ)
        if answer.generation != generation:
            tag = self._editions.tag(request, answer.generation)
        name = request.choice.rdf if answer.rdf else request.choice.results
        headers = [*_FORMS[answer.rdf, name], ("Catalograph-Generation", str(answer.generation))]
        if answer.length > LONG and answer.file is not None:
            return self._long(call, answer, headers, tag, coding)
        return self._short(call, answer, headers, tag, coding, key)

    def _short(
        self, call: Call, answer: Answer, headers: Headers, tag: str | None, coding: Encoding | None, key: Key
    ) -> Iterable[bytes]:
        """Send an answer in one piece, and keep it."""
        body = _whole(answer)
        if coding is not None and len(body) >= compression.SMALLEST:
            body = coding.whole(body)
        else:
            coding = None
        etag = entity_tag(tag, coding.name if coding else "") if tag else ""
        headers += [*validity(etag), *_coded(coding), ("Content-Length", str(len(body)))]
        if etag:
            self._cache.put(key, Kept(answer.generation, etag, (*headers, _HIT), body))
        return call.send("200 OK", [*headers, _timing(answer)], body)

    def _long(
        self, call: Call, answer: Answer, headers: Headers, tag: str | None, coding: Encoding | None
    ) -> Iterable[bytes]:
        """Send an answer piece by piece."""
        assert answer.file is not None  # noqa: S101  for the type checker: the caller has looked
        etag = entity_tag(tag, coding.name if coding else "") if tag else ""
        headers += [*validity(etag), *_coded(coding), _timing(answer)]
        if coding is None:
            headers.append(("Content-Length", str(answer.length)))
        if call.method == "HEAD":
            answer.file.close()
            return call.send("200 OK", headers, b"")
        try:
            self._sending.take(call.client)
        except PortalError:
            answer.file.close()
            raise
        call.start("200 OK", headers)
        return Pieces(answer.file, coding, partial(self._sending.leave, call.client))

    def _complain(self, call: Call, error: PortalError) -> Iterable[bytes]:
        told = problem(error)
        form = negotiate(accepted(call.environ), (PROBLEM, TEXT)) or PROBLEM
        body = (as_text if form is TEXT else as_json)(told, self._settings.base)
        headers = [*ALWAYS, ("Content-Type", form.content_type), ("Cache-Control", "no-store")]
        if told.retry_after is not None:
            headers.append(("Retry-After", str(told.retry_after)))
        headers.append(("Content-Length", str(len(body))))
        return call.send(f"{int(told.status)} {told.title}", headers, body)


def ask(client: Client, request: SparqlRequest, environ: Mapping[str, Any]) -> Answer:
    """Put the request's query; raises NotAcceptable when it gives what the client accepts in no form."""
    choice = request.choice
    question = Question(request.query or b"", choice.results, choice.rdf, request.default_graphs, request.named_graphs)
    answer = client.ask(question, client_key(environ.get("REMOTE_ADDR", "")), Presence(peer(environ)))
    if not answer.offered:
        raise AnswerNotAcceptable(RDF_FORMATS if answer.rdf else RESULT_FORMATS)
    return answer


def _timing(answer: Answer) -> tuple[str, str]:
    return "Server-Timing", f"query;dur={answer.seconds * 1000:.1f}, wait;dur={answer.waited * 1000:.1f}"


def _coded(coding: Encoding | None) -> Headers:
    return [("Content-Encoding", coding.name)] if coding else []


def _whole(answer: Answer) -> bytes:
    if answer.file is None:
        return answer.body
    with answer.file as file:
        return file.read()
