"""A question of the library put by a request: its values checked, its answer prepared or from the query workers."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import Response, request
from werkzeug.datastructures import MultiDict

from api.answers import Resource, described
from api.http.compression import Pieces
from api.http.forwarding import peer
from api.http.presence import Presence
from api.portal import portal, view
from api.sparql.request import client_key
from graph.errors import QueryBusy, QueryParameterError
from graph.formats import CSV, JSON, TSV, TURTLE, Format, RdfForm
from graph.serving.client import Answer
from graph.serving.messages import Question
from graph.shelf import Kept
from queries.headers import Query
from queries.library import terms

_LONGEST: Final = 2000
"""Characters of a value; an IRI that is longer is no IRI of ours."""

_DAY: Final = re.compile(r"\d{4}(-\d\d(-\d\d(T[\d:.]+)?(Z|[+-]\d\d:\d\d)?)?)?")
_TAG: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_PATTERNS: Final = {"date": (_DAY, "a date such as 2026-11-21"), "language": (_TAG, "a language tag such as fr")}
_OURS: Final = ("page", "lang")
"""Parameters that any address of the library takes: a page of rows, and the language, of use to some questions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the values it is asked for, as text."""

    query: Query
    given: Mapping[str, str]

    @property
    def bindings(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, str(term)) for name, term in terms(self.query, self.given).items())

    @property
    def complete(self) -> bool:
        return all(name in self.given for name in self.query.required)


def asked(query: Query, arguments: MultiDict[str, str]) -> Asked:
    """What a request asks for; empty values are none. Raises QueryParameterError, which says what would be right."""
    given: dict[str, str] = {}
    for name, values in arguments.lists():
        told = [value.strip() for value in values if value.strip()]
        if len(told) > 1:
            raise QueryParameterError(f"the parameter {name} is there {len(told)} times; once is right")
        if told and (name in query.parameters or name not in _OURS):
            given[name] = _checked(query, name, told[0])
    found = Asked(query, given)
    if found.complete:
        terms(query, given)
    else:
        terms(query, {**{name: query.parameters[name].example for name in query.required}, **given})
    return found


def _checked(query: Query, name: str, value: str) -> str:
    if len(value) > _LONGEST:
        raise QueryParameterError(f"the value of {name} has {len(value)} characters; {_LONGEST} are the most")
    kind = query.parameters[name].kind if name in query.parameters else ""
    pattern, wanted = _PATTERNS.get(kind, (None, ""))
    if pattern is not None and pattern.fullmatch(value) is None:
        raise QueryParameterError(f"the parameter {name} must be {wanted}, not {value!r}")
    return value


def ask(one: Asked, results: str, rdf: str, window: str = "") -> Answer:
    """The answer of the query workers, values bound; `window` is LIMIT and OFFSET, made of checked numbers."""
    queries = portal().queries
    if queries is None:
        raise QueryBusy("no query service runs beside this application", 5)
    question = Question((one.query.text + window).encode(), results, rdf, bindings=one.bindings)
    return queries.ask(question, client_key(request.remote_addr or ""), Presence(peer(request.environ)))


def whole(answer: Answer) -> bytes:
    if answer.file is None:
        return answer.body
    with answer.file as file:
        return file.read()


def packed(query: Query, form: str) -> Kept:
    """The one answer of a question without parameters, gzipped: prepared, or found out since somebody first asked."""
    return view().answer(query, form, portal().settings.query_seconds)


def respond(one: Asked, form: Format, resource: Resource) -> Response:
    """The answer in a form, as bytes that were prepared or as the workers write them; 304 where the client has it."""
    response = _prepared(one.query, form, resource) if one.query.preparable else _fresh(one, form, resource)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Catalograph-Generation"
    if form in {CSV, TSV}:  # a spreadsheet may take a cell for a formula: never open it unasked
        name = one.query.name.replace("/", "-")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form.extension}"'
    return response


def _prepared(query: Query, form: Format, resource: Resource) -> Response:
    kept = packed(query, form.name)
    zipped = bool(request.accept_encodings["gzip"])
    etag = f"{kept.digest[:32]}{'-gzip' if zipped else ''}"
    if etag in request.if_none_match:
        return _varied(described(Response(status=304), form, resource, etag))
    response = Response(kept.body if zipped else gzip.decompress(kept.body), content_type=form.content_type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    described(response, form, resource, etag)
    response.make_conditional(request)
    return _varied(response)


def _varied(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    return response


def _fresh(one: Asked, form: Format, resource: Resource) -> Response:
    etag = _etag(one, form, view().number)
    if etag in request.if_none_match:
        return described(Response(status=304), form, resource, etag)
    rdf = form.name if isinstance(form, RdfForm) else TURTLE.name
    answer = ask(one, JSON.name if isinstance(form, RdfForm) else form.name, rdf)
    response = Response(_content(answer), content_type=form.content_type)
    response.content_length = answer.length
    described(response, form, resource, _etag(one, form, answer.generation))
    response.headers["Catalograph-Generation"] = str(answer.generation)
    response.headers["Server-Timing"] = f"query;dur={answer.seconds * 1000:.1f}"
    return response


def _etag(one: Asked, form: Format, generation: int) -> str:
    """Of what the answer depends on: generation, question, values and form; and the day, where the question asks it."""
    today = datetime.now(UTC).date().isoformat() if "NOW()" in one.query.text else ""
    told = (portal().iris.base, generation, one.query.text, sorted(one.given.items()), form.name, today)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def _content(answer: Answer) -> bytes | Pieces:
    return answer.body if answer.file is None else Pieces(answer.file)
