"""What changed last, for people; programs follow the same by the interfaces that the page names."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from flask import Response

from api import answers
from api.answers import Resource
from api.contexts.accounts import ChangeRow, ChangesPage
from api.contexts.pages import Text
from api.harvest import following
from api.pages import gone
from api.pages.items import DEEPEST, page_number, pager
from api.portal import gettext, portal, presenter, urls, view
from api.presenting.filters import link
from api.presenting.properties import KIND_NAMES, ONE_OF
from graph.formats import HTML
from queries.changes import Item

_PATH = "/feed"


def changes() -> Response:
    """A page of them, the newest first."""
    number = page_number()
    newest = following.chronicle().items[::-1][:DEEPEST]
    changed = _moment(newest[0]) if newest else view().generation.manifest.sealed_at
    parameters = (("page", str(number)),) if number > 1 else ()
    resource = Resource(_PATH, changed, rdf=False, parameters=parameters)
    return answers.respond(HTML, resource, partial(changes_page, newest, number), tuple)


def changes_page(newest: Sequence[Item], number: int) -> ChangesPage:
    size = portal().settings.page_size
    here = urls()
    return ChangesPage(
        title=gettext("Changes to the catalogue"),
        rows=tuple(map(_row, newest[(number - 1) * size : number * size])),
        ways=(
            ("LDES (DCAT-AP Feeds)", here.resource("/feed.trig")),
            ("OAI-PMH", here.resource("/oai", [("verb", "Identify")])),
            ("Atom", here.resource("/feed.atom")),
        ),
        atom=here.resource("/feed.atom"),
        pager=pager(_PATH, (), number, len(newest), size),
    )


def _row(item: Item) -> ChangeRow:
    entry = view().entry(item.iri)
    kind = gettext(ONE_OF[item.kind]) if item.kind in ONE_OF else ""
    if entry is not None and entry.kind in KIND_NAMES:
        return ChangeRow(presenter().titles(item.iri)[0], urls().record(entry), kind, _moment(item), item.gone)
    slug = portal().iris.page_key(item.iri)
    title = gone.title(item.kind, slug)
    href = urls().page(f"/{item.kind}/{slug}") if title else link(item.iri)
    return ChangeRow(Text(title or item.iri), href, kind, _moment(item), gone=True)


def _moment(item: Item) -> datetime:
    return datetime.fromtimestamp(item.moment, UTC)
