"""What the script of the query page is told, and the terms that its editor completes."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final, NoReturn

from flask import Response
from pyoxigraph import NamedNode

from api import answers
from api.answers import Resource
from api.contexts.querying import Script
from api.http import statics
from api.portal import gettext, language, portal, urls, view
from api.presenting.filters import size
from api.sparql import description
from graph.errors import NotFound
from graph.formats import Format
from graph.model.tables import shortened
from queries.void.statistics import Statistics
from vocabularies.namespaces import PREFIXES

TERMS: Final = "/sparql/terms.json"
LONGEST: Final = 60_000
"""Characters of an address that a server takes; a query is part of it."""
_EDITOR: Final = "yasqe/yasqe.esm.js"
_TERMS: Final = Format("terms", "JSON", ("json",), "application/json")


def script() -> Script:
    """Where the script finds what it needs, and its texts in the reader's language."""
    here = _address(_EDITOR)
    return Script(
        module=_address("query/main.js"),
        style=_address("query/query.css"),
        editor=here,
        editor_style=_address("yasqe/yasqe.css") if here else "",
        terms=urls().resource(TERMS),
        longest=LONGEST,
        texts=_texts(),
    )


def _address(name: str) -> str:
    """Of a static file, with its version; empty where this installation has no such file."""
    version = statics.version(name)
    return urls().resource(f"/static/{name}", [("v", version)]) if version else ""


def _texts() -> Mapping[str, str]:
    return {
        "running": gettext("The query is being answered …"),
        "stop": gettext("Stop"),
        "stopped": gettext("The query was stopped."),
        "failed": gettext("The answer did not arrive. Please try again."),
        "long": _too_long(),
        "editor": gettext("Your query"),
        "views": gettext("Show the answer as"),
        "table": gettext("Table"),
        "text": gettext("Text"),
        "map": gettext("Map"),
        "chart": gettext("Chart"),
        "large": gettext("The answer is too large to be drawn here. Please download it."),
        "cutText": gettext("Only the beginning is shown. The whole is in the download."),
        "shapes": gettext("Shapes on the map: %(number)s"),
        "unread": gettext("Values that are no shape that can be drawn here: %(number)s"),
        "graticule": gettext(
            "Drawn by longitude and latitude without a map behind: nothing is fetched from other sites."
        ),
        "larger": gettext("Larger"),
        "smaller": gettext("Smaller"),
        "whole": gettext("The whole"),
        "west": gettext("To the west"),
        "north": gettext("To the north"),
        "south": gettext("To the south"),
        "east": gettext("To the east"),
        "labels": gettext("Bars named by"),
        "numbers": gettext("Length of the bars by"),
        "row": gettext("Row"),
        "bars": gettext("Bars shown: %(number)s of %(total)s"),
        "mistake": gettext("The query cannot be read from here on."),
        "expected": gettext("Expected here: %(terms)s"),
    }


def _too_long() -> str:
    text = gettext("The query is longer than the %(size)s that are read here.")
    return str(text % {"size": size(LONGEST, portal().languages.locales[language()])})


def terms() -> Response:
    """Classes and properties in use, with counts and labels, and the prefixes: what the editor completes."""
    resource = Resource(TERMS, view().generation.manifest.sealed_at, rdf=False)
    numbers = description.statistics(description.PATIENCE)
    told = numbers is not None
    response = answers.respond(_TERMS, resource, _no_page, tuple, partial(_known, numbers), lasting=told, settled=told)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _no_page() -> NoReturn:
    raise NotFound("page", TERMS)


def _known(told: Statistics | None) -> bytes:
    known = {
        "prefixes": PREFIXES,
        "classes": list(_classes(told.classes)) if told else [],
        "properties": list(_properties(told.properties)) if told else [],
    }
    return json.dumps(known, ensure_ascii=False).encode()


def _classes(counted: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    declared = portal().declared.model.classes
    for iri, count in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        found = declared.get(NamedNode(iri))
        yield _term(iri, count, found.labels if found else {})


def _properties(counted: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    declared, offered = portal().declared, portal().languages.offered
    for iri, count in sorted(counted.items(), key=lambda one: (-one[1], one[0])):
        labels = {code: declared.label(NamedNode(iri), (), code) for code in offered}
        yield _term(iri, count, {code: label for code, label in labels.items() if label})


def _term(iri: str, count: int, labels: Mapping[str, str]) -> dict[str, Any]:
    return {"iri": iri, "name": shortened(NamedNode(iri)), "count": count, "labels": dict(labels)}
