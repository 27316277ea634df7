"""The query page for people: a form that works without script, the answer as a table, a text, or a yes or no."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from flask import Response, g, request

from api.answers import Resource, chosen, rendered
from api.contexts import Form, SparqlPage, Table, Text, Value
from api.portal import gettext, portal, urls
from api.problems import headed, problem
from api.sparql import PATH, ask
from api.sparql_request import Choice, read
from graph.errors import PortalError, QueryBusy
from graph.formats import JSON, RDF_FORMATS, RESULT_FORMATS, TURTLE
from graph.serving.client import Answer
from queries.library import load, names

_ROWS: Final = 1000
"""Rows shown; all of them are in the download."""

_SHOWN: Final = 2 << 20
"""Bytes of an answer that is made into a page."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CHOICE: Final = Choice(JSON.name, TURTLE.name)


def sparql() -> Response:
    form = chosen(None, rdf=False)
    page = SparqlPage(gettext("Ask in SPARQL"), urls().page(PATH), request.args.get("query", ""), ())
    try:
        if page.query.strip():
            page = _answered(page, _ask())
    except PortalError as error:
        told = problem(error)
        return headed(_response(replace(page, problem=told), form.content_type), told)
    return _response(page if page.query else replace(page, examples=_examples()), form.content_type)


def _ask() -> Answer:
    queries = portal().queries
    if queries is None:
        raise QueryBusy("no query service runs beside this application", 5)
    asked = read(request.environ, portal().settings.query_request_bytes)
    answer = ask(queries, replace(asked, choice=_CHOICE), request.remote_addr or "")
    g.sparql_generation = answer.generation
    return answer


def _response(page: SparqlPage, content_type: str) -> Response:
    resource = Resource(PATH, _EPOCH, rdf=False, parameters=(("query", page.query),))
    response = Response(rendered(page, resource), content_type=content_type)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    if "sparql_generation" in g:
        response.headers["Catalograph-Generation"] = str(g.sparql_generation)
    return response


def _examples() -> tuple[tuple[str, str], ...]:
    """The queries of the library that take no parameter."""
    known = (load(name) for name in names())
    return tuple((each.about, urls().page(PATH, [("query", each.text)])) for each in known if not each.parameters)


def _answered(page: SparqlPage, answer: Answer) -> SparqlPage:
    page = replace(page, downloads=tuple(_downloads(page.query, rdf=answer.rdf)))
    if answer.file is not None:
        with answer.file as file:
            body = file.read(_SHOWN + 1)
    else:
        body = answer.body
    if len(body) > _SHOWN:
        return replace(page, too_long=answer.length)
    if answer.rdf:
        return replace(page, statements=body.decode())
    return _with_rows(page, body)


def _downloads(query: str, *, rdf: bool) -> Iterable[Form]:
    for form in RDF_FORMATS if rdf else RESULT_FORMATS:
        address = urls().resource(PATH, [("query", query), ("format", form.name)])
        yield Form(form.label, address, form.media_type)


def _with_rows(page: SparqlPage, body: bytes) -> SparqlPage:
    try:
        told = json.loads(body)
    except RecursionError:  # triple terms in triple terms: nothing for a table
        return replace(page, too_long=len(body))
    if "boolean" in told:
        return replace(page, truth=told["boolean"])
    columns, bindings = tuple(told["head"]["vars"]), told["results"]["bindings"]
    rows = tuple(tuple(_cell(row.get(name)) for name in columns) for row in bindings[:_ROWS])
    return replace(page, table=Table(columns, rows, len(bindings)))


def _cell(term: dict[str, Any] | None) -> Value | None:
    if term is None:
        return None
    value = term["value"]
    match term["type"]:
        case "uri":
            web = value.startswith(("http://", "https://"))
            return Value(Text(value), value if web else None, external=True)
        case "bnode":
            return Value(Text(f"_:{value}"))
        case "literal":
            return Value(Text(value, term.get("xml:lang")))
        case _:
            return Value(Text(json.dumps(value, ensure_ascii=False)))
