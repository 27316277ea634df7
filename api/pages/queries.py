"""The query library: the list of questions, and of each its page, its answer in every form, and itself as RDF."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from flask import Response, request
from pyoxigraph import NamedNode

from api import answers
from api.answers import Resource
from api.contexts.pages import Form, Text, Value
from api.contexts.queried import Answered, Field, LibraryPage, Listed, QuestionPage, Topic
from api.declared import capitalised
from api.interfaces.openapi import document
from api.library.asking import Asked, ask, asked, packed, respond, whole
from api.pages.items import page_number
from api.portal import gettext, language, portal, presenter, urls, view
from api.presenting.filters import day, number, shortened
from api.presenting.properties import short
from api.problems.handling import NotAcceptable, headed, problem
from graph.errors import NotFound, PortalError
from graph.formats import HTML, JSON, RDF_FORMATS, RESULT_FORMATS, TURTLE, Format, RdfForm, by_extension, negotiate
from graph.record import PAGED
from queries import executables
from queries.answers import BLOCK, PAGES
from queries.answers import page as block
from queries.headers import Column, Parameter, Query, topics
from queries.library import load, names

_ROWS: Final = BLOCK
_OPTIONS: Final = 600
"""Things that a list to choose from may have; of more, one is typed."""
_SHOWN: Final = 64 << 10
"""Bytes of statements shown on a page."""
_LONGEST: Final = 400
_INPUTS: Final = {"date": "date"}


def library(extension: str | None = None) -> Response:
    """All questions, by topic."""
    resource = Resource("/queries", view().generation.manifest.sealed_at)
    form = answers.chosen(extension)
    return answers.respond(form, resource, library_page, lambda: executables.library(portal().iris))


def library_page() -> LibraryPage:
    by_topic = {topic: [name for name in names() if name.startswith(f"{topic}/")] for topic in topics()}
    listed = (Topic(topic, _of(topics()[topic]), tuple(map(_listed, found))) for topic, found in by_topic.items())
    return LibraryPage(gettext("Query library"), tuple(listed), urls().resource("/openapi.json"))


def _listed(name: str) -> Listed:
    query = load(name)
    return Listed(_of(query.titles), _of(query.abouts), urls().page(f"/queries/{name}"))


def _of(texts: Any) -> str:
    return str(texts[language()])


def openapi() -> Response:
    """The library as an interface: OpenAPI 3.1."""
    body = json.dumps(document(portal().settings), ensure_ascii=False, indent=1).encode()
    form = Format("openapi", "OpenAPI", ("json",), "application/json")
    resource = Resource("/openapi.json", view().generation.manifest.sealed_at, rdf=False)
    response = answers.respond(form, resource, library_page, tuple, lambda: body)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def question(topic: str, name: str) -> Response:
    """One question: a page with a form, or the answer, or the question itself as RDF."""
    name, extension = answers.split_extension(name)
    if topic not in topics():
        raise NotFound("query", f"{topic}/{name}")
    query = load(f"{topic}/{name}")
    form = _chosen(query, extension)
    one = asked(query, request.args)
    resource = _resource(one)
    if form is HTML:
        return _page(one, resource)
    if isinstance(form, RdfForm) and not (query.rdf and one.complete):
        return answers.respond(form, resource, library_page, partial(executables.executable, portal().iris, query))
    return respond(one, form, resource)


def _chosen(query: Query, extension: str | None) -> Format:
    """The form to answer in: of rows any form of results, of statements any syntax; a page in any case."""
    offered: tuple[Format, ...] = (HTML, *(() if query.rdf else RESULT_FORMATS), *RDF_FORMATS)
    if extension is not None:
        found = by_extension(extension, offered)
        if found is None or found is HTML:
            raise NotFound("form", extension)
        return found
    form = negotiate(request.headers.get("Accept"), offered)
    if form is None:
        raise NotAcceptable(offered)
    return form


def _resource(one: Asked) -> Resource:
    crumbs = ((gettext("Query library"), urls().page("/queries")),)
    others = RESULT_FORMATS if one.complete and not one.query.rdf else ()  # without its values there is no answer
    given = tuple(sorted(one.given.items()))
    sealed = view().generation.manifest.sealed_at
    told = one.complete or not one.query.rdf
    return Resource(f"/queries/{one.query.name}", sealed, told, others, parameters=given, crumbs=crumbs)


def _page(one: Asked, resource: Resource) -> Response:
    """The page; with the answer where the question needs no value, or the form was sent."""
    spoken = _in_language(one)
    try:
        lasting = one.query.preparable and not request.args
        return answers.respond(HTML, resource, partial(_answered, spoken), tuple, lasting=lasting)
    except PortalError as error:
        told = problem(error)
        body = answers.rendered(replace(_described(spoken), problem=told), resource)
        return headed(Response(body, content_type=HTML.content_type), told)


def _answered(one: Asked) -> QuestionPage:
    page = _described(one)
    sent = not one.query.parameters or any(name in request.args for name in one.query.parameters)
    if not sent or not one.complete:
        return page
    return replace(page, answered=_statements(one) if one.query.rdf else _rows(one))


def _in_language(one: Asked) -> Asked:
    """A reader asks in the language of the page, unless told otherwise."""
    known = one.query.parameters.get("lang")
    if known is None or known.required or "lang" in request.args:
        return one
    return Asked(one.query, {**one.given, "lang": language()})


def _described(one: Asked) -> QuestionPage:
    query = one.query
    path = f"/queries/{query.name}"
    forms = RDF_FORMATS if query.rdf else RESULT_FORMATS
    return QuestionPage(
        title=_of(query.titles),
        topic=Text(_of(topics()[query.topic])),
        about=_of(query.abouts),
        action=urls().page(path),
        fields=tuple(_field(parameter, one.given.get(name, "")) for name, parameter in query.parameters.items()),
        columns=tuple((column.name, _of(column.labels)) for column in query.columns),
        text=query.body,
        editor=urls().page("/sparql", [("query", query.body)]),
        downloads=tuple(
            Form(form.label, urls().resource(f"{path}.{form.extension}", sorted(one.given.items())), form.media_type)
            for form in forms
        ),
    )


def _field(parameter: Parameter, value: str) -> Field:
    options = tuple(_options(parameter))
    if value and options and value not in dict(options):
        options = (*options, (value, value))
    return Field(
        name=parameter.name,
        label=_of(parameter.labels),
        value=value,
        required=parameter.required,
        input=_INPUTS.get(parameter.kind, "text"),
        options=options,
        hint="" if parameter.kind in {"text", "date", "language"} else parameter.example,
    )


def _options(parameter: Parameter) -> Iterator[tuple[str, str]]:
    """Values with their labels, by label; none where there are too many to choose from."""
    if parameter.kind == "language":
        languages = portal().languages
        yield from ((code, languages.own_name(code)) for code in languages.offered)
        return
    shown, iris = presenter(), tuple(_things(parameter))
    if len(iris) <= _OPTIONS:
        named = ((iri, shorter(shown.label(iri).value)) for iri in iris)
        yield from sorted(named, key=lambda option: (option[1].casefold(), option[0]))


def _things(parameter: Parameter) -> Iterable[str]:
    if parameter.kind == "vocabulary":
        concepts = portal().declared.concepts
        return (one.iri for table in parameter.vocabulary.split() for one in concepts.of(table) if not one.deprecated)
    if parameter.kind in PAGED and parameter.kind != "datasets":
        return view().iris_of_kind(parameter.kind)
    return ()


def shorter(label: str) -> str:
    return shortened(label, 90)


def _rows(one: Asked) -> Answered:
    """A page of the rows; what the reader asked for by a value has no column, since it is the same in every row."""
    page = page_number()
    first = (page - 1) * _ROWS
    total: int | None = None
    found: Sequence[Mapping[str, Any]]
    if one.query.preparable:
        found, total = block(packed(one.query, PAGES).body, page)
        more = total > first + _ROWS
    else:
        window = f"\nLIMIT {_ROWS + 1:d}\nOFFSET {first:d}"
        told = json.loads(whole(ask(one, JSON.name, TURTLE.name, window)))["results"]["bindings"]
        found, more = told[:_ROWS], len(told) > _ROWS
        total = None if more or page > 1 else len(found)
    if page > 1 and not found:
        raise NotFound("page", str(page))
    columns = [column for column in one.query.columns if column.name not in one.given]
    return Answered(
        columns=tuple(_of(column.labels) for column in columns),
        rows=tuple(tuple(_cell(row.get(column.name), column) for column in columns) for row in found),
        first=first + 1,
        total=total,
        previous=_turned(one, page - 1) if page > 1 else None,
        following=_turned(one, page + 1) if more else None,
    )


def _turned(one: Asked, page: int) -> str:
    kept = [(name, request.args[name]) for name in request.args if name != "page"]
    return urls().page(f"/queries/{one.query.name}", [*kept, ("page", str(page) if page > 1 else "")])


def _statements(one: Asked) -> Answered:
    answer = ask(one, JSON.name, TURTLE.name)
    body = whole(answer)
    if len(body) > _SHOWN:
        return Answered(too_long=answer.length)
    return Answered(statements=body.decode())


def _cell(term: Mapping[str, Any] | None, column: Column) -> Value | None:
    if term is None:
        return None
    value = str(term["value"])
    if term["type"] == "uri":
        return _thing(value)
    if term["type"] == "bnode":
        return Value(Text(""))
    locale = portal().languages.locales[language()]
    if column.type == "number" and value.lstrip("-").isdigit():
        return Value(Text(number(int(value), locale)))
    if column.type == "date":
        return Value(Text(day(value[:10], locale)))
    return Value(presenter().text(shortened(value, _LONGEST), term.get("xml:lang", "")))


def _thing(iri: str) -> Value:
    """What an IRI is called, and a link to our page of it or out; a term of a known vocabulary by its short name."""
    term = NamedNode(iri)
    value = presenter().value(term, {})
    declared = portal().declared.model.classes.get(term)
    if declared:
        return replace(value, text=Text(capitalised(declared.labels[language()])), note=short(iri))
    return replace(value, text=Text(short(iri))) if value.text.value == iri else value
