"""The portal's first page."""

from typing import Final

from flask import Response

from api import answers
from api.answers import Resource
from api.contexts import Counted, HomePage, Text
from api.harvest import schema_org
from api.pages.items import counted, items
from api.portal import gettext, portal, presenter, urls, view
from api.properties import KIND_NAMES
from graph.record import INVENTORY, PAGED

_LATEST: Final = 6
_SHOWN: Final = 12


def home() -> Response:
    resource = Resource("/", view().generation.manifest.sealed_at, rdf=False)
    return answers.respond(answers.chosen(None, rdf=False), resource, page, tuple)


def page() -> HomePage:
    here = urls()
    latest = view().generation.search.search("", kind="datasets", sort="modified", limit=_LATEST)
    return HomePage(
        title=portal().settings.title,
        search=here.listed("datasets"),
        counts=counts(),
        latest=items(hit.iri for hit in latest.hits),
        organisations=organisations(_SHOWN),
        all_organisations=here.listed("organisations"),
        themes=counted("themes", "theme", "theme", 20),
        sparql=here.resource("/sparql"),
        catalogue=here.page("/catalogue"),
        structured=schema_org.portal_itself(),
    )


def counts() -> tuple[Counted, ...]:
    """How many of each kind that has pages, leaving out the kinds that are not there, and what nobody can get yet."""
    known = view().counts()
    shown = (kind for kind in PAGED if known.get(kind) and kind not in ("catalogues", INVENTORY))
    return tuple(Counted(Text(gettext(KIND_NAMES[kind])), known[kind], urls().listed(kind)) for kind in shown)


def organisations(limit: int, offset: int = 0) -> tuple[Counted, ...]:
    """Those who publish most, each leading to its page."""
    rows = [row for row in view().prepared("organisations") if row["iri"]][offset : offset + limit]
    made = (_organisation(row["iri"], row["count"]) for row in rows)
    return tuple(each for each in made if each is not None)


def _organisation(iri: str, count: int) -> Counted | None:
    entry = view().entry(iri)
    if entry is None:
        return Counted(presenter().label(iri), count, urls().listed("datasets", [("organisation", iri)]))
    return Counted(presenter().label(iri), count, urls().record(entry))
