"""The standards that datasets, files and services follow, with how many of each do."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from flask import Response

from api import answers
from api.answers import Resource
from api.contexts.browsed import Standard, StandardsPage
from api.contexts.pages import Beside, Text
from api.library.asking import packed
from api.pages.axes.overviews import elsewhere
from api.pages.items import page_number, pager
from api.portal import gettext, presenter, urls, view
from api.presenting import beside
from queries.answers import BLOCK, PAGES
from queries.answers import page as block
from queries.library import load

PATH: Final = "/standards"
ABOUT: Final = "The standards and specifications that data and services say they follow."
_COUNTING: Final = "catalogue/standards"
_COLUMNS: Final = ("datasets", "distributions", "services")


def standards() -> Response:
    """All of them, page by page."""
    page = page_number()
    parameters = (("page", str(page)),) if page > 1 else ()
    resource = Resource(PATH, view().generation.manifest.sealed_at, rdf=False, parameters=parameters)
    return answers.respond(answers.chosen(None, rdf=False), resource, partial(standards_page, page), tuple)


def standards_page(page: int) -> StandardsPage:
    rows, total = block(packed(load(_COUNTING), PAGES).body, page)
    return StandardsPage(
        title=gettext("Standards in use"),
        about=gettext(ABOUT),
        rows=tuple(_row(row) for row in rows if row["standard"]["type"] == "uri"),
        pager=pager(PATH, (), page, total, BLOCK),
        beside=Beside(summary=gettext(ABOUT), query=beside.question(_COUNTING)),
        listed=urls().listed("assets") if view().counts().get("assets") else "",
        others=elsewhere(PATH),
    )


def _row(row: Mapping[str, Any]) -> Standard:
    """What is described here has a page of its own; any other is told with all that names it."""
    iri = str(row["standard"]["value"])
    entry = view().entry(iri)
    return Standard(
        title=presenter().label(iri) if entry or view().labels(iri) else Text(iri),
        href=urls().record(entry) if entry and entry.key else urls().page("/resource", [("iri", iri)]),
        counts=tuple(int(row[name]["value"]) for name in _COLUMNS),
    )
