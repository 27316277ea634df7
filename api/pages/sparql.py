"""The query page for people: a form that works without script, the answer in pages, as a text, or as a yes or no.

The query is asked as it was typed, whatever part of the answer is shown: the workers put the whole answer in a file,
and the page reads from it what it shows (api/library/rows.py). The same address holds with script and without.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil
from typing import Final

from flask import Response, g, request

from api.answers import Resource, chosen, rendered
from api.contexts.pages import Form, Text, Value
from api.contexts.querying import Cell, Example, Limits, Part, Shown, SparqlPage, Table
from api.library import rows
from api.pages.items import page_number
from api.pages.script import script
from api.portal import gettext, language, portal, urls, view
from api.presenting.filters import link
from api.problems.handling import headed, problem
from api.problems.refusals import refusal
from api.sparql.endpoint import PATH, ask
from api.sparql.request import Choice, read
from graph.errors import NotFound, PortalError, QueryBusy, StoreError
from graph.formats import RDF_FORMATS, RESULT_FORMATS, TSV, TURTLE
from graph.profile import language_tag
from graph.record import PAGED
from graph.serving.client import Answer
from queries.headers import Query, topics
from queries.library import load, names

_ROWS: Final = 100
_LINES: Final = 500
"""Lines of statements on a page."""
_LONGEST: Final = 600
"""Characters of one value on a page; all of them are in the downloads."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CHOICE: Final = Choice(TSV.name, TURTLE.name)
_GRAPHS: Final = ("default-graph-uri", "named-graph-uri")
_SHAPE: Final = re.compile(
    r"\s*(?:<[^>]*>\s*)?(?:(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION|ENVELOPE|BBOX)\b"
    r'|\s*\{\s*"(?:type|coordinates|bbox)"\s*:',
    re.IGNORECASE,
)
"""How a shape for a map begins: well-known text or GeoJSON."""


def sparql() -> Response:
    form = chosen(None, rdf=False)
    page = _page()
    try:
        if page.query.strip() and "query" in request.args:
            page = replace(page, shown=_shown(page, _ask()))
    except NotFound:
        raise
    except PortalError as error:
        told = problem(error)
        return headed(_response(replace(page, refusal=refusal(page.query, told)), form.content_type), told)
    return _response(page, form.content_type)


def _page() -> SparqlPage:
    """The form as it was sent, or filled with an example."""
    settings = portal().settings
    asked = _example()
    return SparqlPage(
        title=gettext("Ask in SPARQL"),
        action=urls().page(PATH),
        query=asked.body if asked else request.args.get("query", ""),
        kept=tuple((name, value) for name in _GRAPHS for value in request.args.getlist(name)),
        examples=tuple(_examples()),
        library=urls().page("/queries"),
        endpoint=portal().iris.base + PATH,
        service=urls().resource(f"{PATH}.ttl"),
        numbers=urls().page("/void"),
        limits=Limits(
            settings.query_seconds,
            settings.query_bytes,
            settings.query_memory,
            settings.query_client_running,
            settings.query_client_seconds,
        ),
        script=script(),
        example=Example(asked.name, asked.abouts[language()]) if asked else None,
    )


def _example() -> Query | None:
    """The question of the library that the address names. Raises NotFound."""
    name = request.args.get("example", "")
    return load(name) if name and "query" not in request.args else None


def _examples() -> Iterable[tuple[str, tuple[Example, ...]]]:
    """The questions of the library that make sense without a value, by topic."""
    known = [load(name) for name in names()]
    for topic, titles in topics().items():
        found = (one for one in known if one.topic == topic and not one.required)
        listed = sorted((Example(one.name, one.titles[language()]) for one in found), key=lambda one: one.title)
        yield titles[language()], tuple(listed)


def _ask() -> Answer:
    queries = portal().queries
    if queries is None:
        raise QueryBusy("no query service runs beside this application", 5)
    asked = read(request.environ, portal().settings.query_request_bytes)
    answer = ask(queries, replace(asked, choice=_CHOICE), request.environ)
    g.sparql_generation = answer.generation
    return answer


def _response(page: SparqlPage, content_type: str) -> Response:
    parameters = (("query", page.query), *page.kept) if page.example is None else (("example", page.example.name),)
    response = Response(rendered(page, Resource(PATH, _EPOCH, rdf=False, parameters=parameters)))
    response.content_type = content_type
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    if "sparql_generation" in g:
        response.headers["Catalograph-Generation"] = str(g.sparql_generation)
    return response


def _shown(page: SparqlPage, answer: Answer) -> Shown:
    forms = RDF_FORMATS if answer.rdf else RESULT_FORMATS
    asked = (("query", page.query), *page.kept)
    downloads = (
        Form(one.label, urls().resource(PATH, [*asked, ("format", one.name)]), one.media_type) for one in forms
    )
    thousandths = max(1, ceil(answer.seconds * 1000))
    shown = Shown(thousandths / 1000, answer.length, tuple(downloads))
    with rows.opened(answer) as file:
        if answer.rdf:
            found = rows.lines(file, (page_number() - 1) * _LINES, _LINES)
            text = "\n".join(_readable(line) for line in found.lines)
            return replace(shown, statements=text, part=_part(asked, found.total, _LINES))
        truth = rows.truth(file)
        if truth is not None:
            return replace(shown, truth=truth)
        (header,) = rows.lines(file, 0, 1).lines
        found = rows.lines(file, 1 + (page_number() - 1) * _ROWS, _ROWS)
    return replace(shown, table=_table(header, found.lines), part=_part(asked, found.total - 1, _ROWS))


def _readable(line: bytes) -> str:
    text = line.decode("utf-8", "ignore")
    return text if len(text) <= 4 * _LONGEST else f"{text[: 4 * _LONGEST]} …"


def _part(asked: Iterable[tuple[str, str]], total: int, most: int) -> Part:
    """Raises NotFound for a page after the last."""
    page, pages = page_number(), max(1, -(-total // most))
    if page > pages:
        raise NotFound("page", str(page))
    first = (page - 1) * most

    def href(number: int) -> str | None:
        to = ("page", str(number) if number > 1 else "")
        return urls().page(PATH, [*asked, to]) if 1 <= number <= pages else None

    return Part(min(first + 1, total), min(first + most, total), total, page, pages, href(page - 1), href(page + 1))


def _table(header: bytes, lines: Iterable[bytes]) -> Table:
    columns = rows.columns(header)
    found = (rows.cells(line, len(columns), _LONGEST) for line in lines)
    return Table(columns, tuple(tuple(_cell(term) if term else None for term in row) for row in found))


def _cell(term: rows.Term) -> Cell:
    if term.kind == "iri":
        return Cell(_thing(term.text), term.kind)
    text = Text(term.text, language_tag(term.lang) if term.lang and term.lang != language() else None)
    kind = "shape" if term.kind == "text" and _SHAPE.match(term.text) else term.kind
    return Cell(Value(text), kind, term.cut)


def _thing(iri: str) -> Value:
    """An IRI as it is, with a link to our page of it, or out."""
    own = _own_page(iri)
    href = own or link(iri)
    return Value(Text(iri), href, external=own is None and href is not None)


def _own_page(iri: str) -> str | None:
    """Where we have it: a record, a concept, or whatever has its address below ours."""
    if link(iri) is None or len(iri) > _LONGEST:
        return None
    concept = portal().declared.concepts.get(iri)
    if concept is not None:
        return urls().page(f"/vocabularies/{concept.table}/{concept.notation}")
    try:
        entry = view().entry(iri)
    except StoreError:
        entry = None
    if entry is not None and entry.kind in PAGED:
        return urls().record(entry)
    return iri if iri.startswith(f"{portal().iris.base}/") else None
