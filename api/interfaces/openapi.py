"""The interfaces for programs as OpenAPI 3.1 says it: one path for each question of the library, and the others."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, Final

from pyoxigraph import NamedNode

from api.interfaces import table
from api.interfaces.origin import ABOUT, EXTENSION, TEXTS
from api.interfaces.table import Interface
from api.settings import Settings
from graph.formats import RDF_FORMATS, RESULT_FORMATS, Format
from queries.headers import Column, Parameter, Query, topics
from queries.library import load, names

_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_ERRORS: Final = {
    "400": "A parameter is unknown, missing or no value of its kind; the body says what would be right.",
    "404": "There is no such question or form.",
    "422": "The answer is over its limit of bytes or memory; ask for less of it, or take the whole catalogue.",
    "429": "This client used up its budget; Retry-After says when to come again.",
    "503": "Too many queries wait; Retry-After says when to come again.",
    "504": "The query took longer than it may.",
}
_OTHER_ERRORS: Final = {
    "406": "There is no such profile or form; the body names those there are.",
    "410": "The state of the data that was asked for is kept no longer; the field “instead” says where to begin again.",
}
ALL_ERRORS: Final = _ERRORS | _OTHER_ERRORS
"""What each status says; on the page for people, texts of the interface."""
_OF_PAGES: Final = ("Link", "Content-Profile")
_OF_ANSWERS: Final = ("ETag", "Catalograph-Generation")
_SCHEMAS: Final[dict[str, Any]] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "limit": {"type": "number", "description": "The limit that was met, in `unit`."},
            "unit": {"type": "string"},
            "line": {"type": "integer"},
            "column": {"type": "integer"},
            "offered": {"type": "array", "items": {"type": "string"}, "description": "Media types there are."},
            "instead": {"type": "string", "format": "uri", "description": "The address to go on from."},
            "retry_after": {"type": "integer", "description": "Seconds, as in Retry-After."},
            "ways_out": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["title", "href"],
                    "properties": {"title": {"type": "string"}, "href": {"type": "string", "format": "uri"}},
                },
            },
        },
    },
    "Results": {
        "type": "object",
        "description": "SPARQL 1.1 Query Results JSON Format",
        "required": ["head", "results"],
        "properties": {"head": {"type": "object"}, "results": {"type": "object"}},
    },
}


def document(settings: Settings, language: str = "en") -> dict[str, Any]:
    """The whole description, the same for the same library and settings; in a language as far as it is said in it."""
    known = [load(name) for name in names()]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.title,
            "version": version("catalograph"),
            "description": f"The catalogue to harvest, and questions about it. Complete answers or an error. {ABOUT}",
        },
        "servers": [{"url": settings.base}],
        "tags": [
            *({"name": name, "description": told} for name, told in table.tags().items()),
            *({"name": name, "description": labels[language]} for name, labels in topics().items()),
        ],
        "paths": {
            **{each.path: {"get": _interface(each, language)} for each in table.interfaces()},
            **{f"/queries/{query.name}.{{format}}": {"get": _operation(query, language)} for query in known},
        },
        "components": {
            "schemas": _SCHEMAS,
            "responses": {status: {"description": text, "content": _PROBLEM} for status, text in ALL_ERRORS.items()},
        },
    }


def _interface(one: Interface, language: str) -> dict[str, Any]:
    return {
        "operationId": one.id,
        "tags": [one.tag],
        "summary": one.summary,
        "description": one.description,
        "parameters": [
            *([_format(one.formats)] if "{format}" in one.path else ()),
            *(_other_parameter(each, "path", language, required=True) for each in one.in_path),
            *(_other_parameter(each, "query", language, required=True) for each in one.required),
            *(_other_parameter(each, "query", language, required=False) for each in one.optional),
        ],
        "responses": {
            "200": {
                "description": "The answer.",
                EXTENSION: TEXTS["origin"],
                "headers": _headers(*_OF_ANSWERS, *(_OF_PAGES if one.paged else ())),
                "content": {name: {"schema": {"type": "string"}} for name in one.media_types},
            },
            "304": {"description": "The client has this answer already."},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in one.statuses},
        },
    }


def _other_parameter(told: table.Parameter, where: str, language: str, *, required: bool) -> dict[str, Any]:
    schema = {"type": "string", **({"enum": list(told.values)} if told.values else {})}
    example = {"example": told.example} if told.example else {}
    return {
        "name": told.name,
        "in": where,
        "required": required,
        "description": told.about.get(language, told.about["en"]),
        "schema": schema,
        **example,
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"schema": {"type": "string"}} for name in names}


def _operation(query: Query, language: str) -> dict[str, Any]:
    forms: tuple[Format, ...] = RDF_FORMATS if query.rdf else RESULT_FORMATS
    return {
        "operationId": query.name.replace("/", "_").replace("-", "_"),
        "tags": [query.topic],
        "summary": query.titles[language],
        "description": _description(query, language),
        "parameters": [_format(forms), *(_parameter(each, language) for each in query.parameters.values())],
        "responses": {
            "200": {
                "description": "The whole answer.",
                EXTENSION: TEXTS["origin"],
                "headers": _headers(*_OF_ANSWERS),
                "content": {form.media_type: {"schema": _schema(form)} for form in forms},
            },
            "304": {"description": "The client has this answer already."},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in _ERRORS},
        },
    }


def _description(query: Query, language: str) -> str:
    columns = "".join(f"\n- `{column.name}`: {_told(column, language)}" for column in query.columns)
    about = query.abouts[language]
    return f"{about}\n\nColumns:{columns}" if columns else about


def _told(column: Column, language: str) -> str:
    return f"{column.labels[language]} ({column.type})"


def _format(forms: Iterable[Format]) -> dict[str, Any]:
    extensions = [form.extension for form in forms]
    return {
        "name": "format",
        "in": "path",
        "required": True,
        "description": "The form of the answer.",
        "schema": {"type": "string", "enum": extensions},
        "example": "csv" if "csv" in extensions else extensions[0],
    }


def _parameter(parameter: Parameter, language: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if parameter.term is NamedNode:
        schema["format"] = "iri"
    elif parameter.kind == "date":
        schema["format"] = "date"
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.labels[language],
        "schema": schema,
        "example": parameter.example,
    }


def _schema(form: Format) -> dict[str, Any]:
    return {"$ref": "#/components/schemas/Results"} if form.name == "json" else {"type": "string"}
