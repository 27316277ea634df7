"""What browsers and our script need to search here: the description of the search, and suggestions while one types.

https://github.com/dewitt/opensearch, with its extension for suggestions.
"""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final, NoReturn

from flask import Response, request

from api import answers
from api.answers import Resource
from api.contexts.pages import SearchBox
from api.harvest import xml
from api.http import statics
from api.pages.finding.asked import FACETS, LONGEST, Asking
from api.pages.finding.helping import searched
from api.portal import gettext, language, named_language, ngettext, portal, speak, urls, view
from api.presenting.filters import number
from api.presenting.properties import ONE_OF
from graph.errors import NotFound, QueryParameterError
from graph.formats import ATOM, HTML, Format
from graph.formats import PLAIN_JSON as JSON
from graph.index import Suggestion
from graph.record import PAGED
from vocabularies.namespaces import OPENSEARCH

SUGGESTIONS: Final = Format("suggestions", "JSON", ("json",), "application/x-suggestions+json", ("application/json",))
DESCRIPTION: Final = Format("opensearch", "OpenSearch", ("xml",), "application/opensearchdescription+xml")
PATH: Final = "/opensearch.xml"

_LONGEST: Final = 100
"""Characters that suggestions are made for: whoever types more knows what they want."""

_MOST: Final = 9
_LONGEST_NAME: Final = 16
"""Characters of a name in OpenSearch."""

_LONGEST_LONG_NAME: Final = 48

_SCRIPT: Final = "search.js"
_NAMES: Final[Mapping[str, str]] = {one.facet: one.parameter for one in FACETS.values()}


def box(asking: Asking) -> SearchBox:
    """The form of a list, which keeps its filters."""
    kept = tuple(pair for pair in asking.parameters() if pair[0] in FACETS)
    return _box(asking.path, asking.kind, asking.text, kept)


def box_of(kind: str) -> SearchBox:
    """A form that searches one kind whose own list is no search."""
    return _box("/search", kind, "", (("kind", kind),))


def box_of_all() -> SearchBox:
    """A form that searches everything."""
    return _box("/search", None, "", ())


def _box(path: str, kind: str | None, text: str, kept: tuple[tuple[str, str], ...]) -> SearchBox:
    spoken = language() if named_language() else ""
    return SearchBox(
        action=urls().page(path),
        query=text,
        kept=kept,
        suggestions=urls().resource("/suggest", [("kind", kind or ""), ("lang", spoken)]),
        script=urls().resource(f"{statics.FOLDER}{_SCRIPT}", [("v", statics.version(_SCRIPT))]),
    )


def suggest() -> Response:
    """How what somebody types may go on: texts, what each is, and where it leads. Raises QueryParameterError."""
    kind, spoken = request.args.get("kind", ""), request.args.get("lang", "")
    if kind and kind not in PAGED:
        raise QueryParameterError(f"kind must be one of {', '.join(PAGED)}, not {kind[:40]!r}")
    if spoken:
        if spoken not in portal().languages.offered:
            raise QueryParameterError(
                f"lang must be one of {', '.join(portal().languages.offered)}, not {spoken[:40]!r}"
            )
        speak(spoken)
    text = " ".join(request.args.get("q", "").split())
    if len(text) > LONGEST:
        raise QueryParameterError(f"the search is longer than {LONGEST} characters")
    given = (("q", text), ("kind", kind), ("lang", spoken))
    parameters = tuple(pair for pair in given if pair[1])
    sealed = view().generation.manifest.sealed_at
    resource = Resource("/suggest", sealed, rdf=False, parameters=parameters, page=False)
    response = answers.respond(
        SUGGESTIONS, resource, _no_page, tuple, partial(_suggested, text, kind or None), state=language()
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _no_page() -> NoReturn:
    raise NotFound("page", request.path)


def _suggested(text: str, kind: str | None) -> bytes:
    found: list[Suggestion] = []
    if 1 < len(text) <= _LONGEST:
        found = _distinct(view().generation.search.suggest(text, kind=kind, language=language(), limit=_MOST))
    texts = [one.text for one in found]
    return json.dumps(
        [text, texts, [_about(one, kind) for one in found], [_leading(one, kind) for one in found]], ensure_ascii=False
    ).encode()


def _distinct(found: Iterable[Suggestion]) -> list[Suggestion]:
    """An organisation is a value to filter by and a record too: once is enough."""
    return list({one.iri or one.text: one for one in reversed([*found])}.values())[::-1]


def _about(one: Suggestion, kind: str | None) -> str:
    """What the suggestion is, and how much it leads to: the index counts the values of all kinds together."""
    if one.kind:
        return gettext(ONE_OF[one.kind]) if one.kind in ONE_OF else ""
    total = view().total(_having(one, kind).asked()) if one.facet and kind else one.count
    counted = ngettext("%(num)s result", "%(num)s results", total) % {
        "num": number(total, portal().languages.locales[language()])
    }
    return f"{gettext(FACETS[_NAMES[one.facet]].label)} · {counted}" if one.facet else counted


def _leading(one: Suggestion, kind: str | None) -> str:
    entry = view().entry(one.iri) if one.kind else None
    if entry is not None and entry.kind in PAGED:
        return urls().absolute(urls().record(entry))
    if one.facet:
        return urls().absolute(_having(one, kind).href())
    return urls().absolute(searched(kind, one.text) if kind else Asking(None, one.text).href())


def _having(one: Suggestion, kind: str | None) -> Asking:
    """The list with a value; the list of organisations is no search."""
    if kind == "organisations":
        return Asking(None).having("kind", kind).having(_NAMES[one.facet], one.iri)
    return Asking(kind).having(_NAMES[one.facet], one.iri)


def description() -> Response:
    """What browsers read to search here from their own address line."""
    resource = Resource(PATH, view().generation.manifest.sealed_at, rdf=False, page=False)
    return answers.respond(DESCRIPTION, resource, _no_page, tuple, _description, state=language())


def _description() -> bytes:
    base, title = portal().iris.base, portal().settings.title
    told = [
        xml.text("ShortName", _cut(title, _LONGEST_NAME)),
        xml.text("LongName", _cut(title, _LONGEST_LONG_NAME)),
        xml.text("Description", gettext("Find public data, and what others made of it")),
        *(_url(form, f"{base}{path}{terms}", relation) for form, path, terms, relation in _ADDRESSES),
        xml.text("Image", f"{base}/static/icon.svg", {"type": "image/svg+xml", "width": "64", "height": "64"}),
        *(xml.text("Language", code) for code in portal().languages.offered),
        xml.text("InputEncoding", "UTF-8"),
        xml.text("OutputEncoding", "UTF-8"),
    ]
    return xml.document(xml.element("OpenSearchDescription", "\n".join(["", *told, ""]), {"xmlns": OPENSEARCH}))


def _cut(text: str, length: int) -> str:
    """As many of its words as fit."""
    return text if len(text) <= length else text[: length + 1].rpartition(" ")[0][:length] or text[:length]


def _url(form: Format, template: str, relation: str) -> str:
    return xml.element("Url", attributes={"type": form.media_type, "rel": relation, "template": template})


_TERMS: Final = "?q={searchTerms}"
_PAGED: Final = f"{_TERMS}&page={{startPage?}}"
_ADDRESSES: Final = (
    (HTML, "/search", _TERMS, "results"),
    (SUGGESTIONS, "/suggest", _TERMS, "suggestions"),
    (ATOM, "/search.atom", f"{_PAGED}&limit={{count?}}", "results"),
    (JSON, "/search.json", f"{_PAGED}&limit={{count?}}", "results"),
    (DESCRIPTION, PATH, "", "self"),
)
"""A browser's search has no page: the parameter would be empty, and `?page=` is none."""
