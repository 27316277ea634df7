"""The portal's first page."""

from collections.abc import Iterator, Sequence
from typing import Final

from flask import Response

from api import answers
from api.answers import Resource
from api.contexts.charts import Bars
from api.contexts.home import HomePage, Way
from api.contexts.pages import Beside, Counted, Text
from api.harvest import schema_org
from api.pages import courses, figures
from api.pages.finding import querying
from api.pages.finding.asked import Asking
from api.pages.finding.suggesting import box_of_all
from api.pages.items import items
from api.portal import gettext, portal, presenter, urls, view
from api.presenting import beside, charts
from api.presenting.properties import KIND_NAMES
from graph.record import DATASETS, INVENTORY, PAGED
from loaders import surveys

WAYS: Final = (
    ("/hvd", "High-value datasets", "What European law wants to be open, free and served by an API, by category."),
    ("/real-time", "Real-time data", "What is going on now, and the services that tell it."),
    ("/ai", "Data suited to artificial intelligence", "In formats that machines read, under open licences."),
    ("/protected", "Protected data", "What may not simply be published, and how its use is asked for."),
    ("/inventory", "Data not open yet", "What is known to exist, why it is not open, and when it may be."),
    ("/reuses", "Reuses", "What others made of the data."),
    ("/organisations", "Organisations", "Who publishes what, and how well it is described."),
    ("/api", "For programs", "Interfaces to harvest, to ask and to take everything home."),
)
"""Path, title and what is there; texts of the interface. The last part of a path names the drawing beside it."""

AXES: Final = {
    "/formats": "Formats",
    "/licences": "Licences",
    "/places": "Places",
    "/keywords": "Keywords",
    "/languages": "Languages",
    "/standards": "Standards in use",
}

CONFORMITY: Final = "quality/conformity"
"""The question that tells how many descriptions conform."""
_LATEST: Final = 6
_FIGURES: Final = 6
"""Kinds whose numbers open the page."""
_SOUGHT: Final = ("datasets", "organisations", "reuses", "services", "series", "requests")
"""What most people look for, in this order; the other kinds come behind it."""
_SHOWN: Final = 12
_FORMATS: Final = 8


def home() -> Response:
    resource = Resource("/", view().generation.manifest.sealed_at, rdf=False)
    form, settled = answers.chosen(None, rdf=False), courses.told()
    return answers.respond(form, resource, page, tuple, settled=settled)


def page() -> HomePage:
    here, themes = urls(), tuple(_themes())
    told = courses.accounts().get(surveys.WHOLE, {})
    latest = view().generation.search.search("", kind="datasets", sort="modified", limit=_LATEST)
    return HomePage(
        title=portal().settings.title,
        box=box_of_all(),
        counts=counts()[:_FIGURES],
        latest=items(hit.iri for hit in latest.hits),
        organisations=organisations(_SHOWN),
        all_organisations=here.listed("organisations"),
        themes=themes,
        shares=tuple(map(charts.percent, charts.lengths([each.count for each in themes]))),
        sparql=here.page("/sparql"),
        catalogue=here.page("/catalogue"),
        ways=tuple(Way(gettext(title), gettext(about), here.page(path), path[1:]) for path, title, about in WAYS),
        axes=tuple((gettext(name), here.page(path)) for path, name in AXES.items()),
        changes=here.page("/feed"),
        beside=Beside(
            summary=gettext("All datasets, series and data services that this portal describes."),
            query=beside.question("catalogue/counts"),
        ),
        structured=schema_org.portal_itself(),
        activity=courses.activity_of_all(),
        course=courses.sparkline_of_all(),
        quality=figures.quality(
            told.get("grades", {}), told.get("conforming", 0), beside.question(CONFORMITY), here.page("/sources")
        ),
        formats=_formats(told.get("formats", ())),
    )


def _formats(counted: Sequence[tuple[str, int]]) -> Bars | None:
    """In which datasets are, each leading to those."""
    every = Asking(DATASETS)
    rows = [
        Counted(presenter().label(iri), count, every.having("format", iri).href()) for iri, count in counted[:_FORMATS]
    ]
    total = view().counts().get(DATASETS, 0)
    return figures.bars(rows, gettext("Format"), total, querying.counting(every, "format"), urls().page("/formats"))


def _themes() -> Iterator[Counted]:
    """Those of the table that all portals share, each with its page; the rest together."""
    known, others = portal().declared.concepts, 0
    for row in view().prepared("themes"):
        concept = known.get(row["iri"] or "")
        if concept is not None and concept.table == "data-theme":
            name = presenter().best(row["labels"]) or Text(concept.notation)
            yield Counted(name, row["count"], urls().page(f"/themes/{concept.notation}"), icon=concept.notation)
        else:
            others += row["count"]
    if others:
        yield Counted(Text(gettext("Other themes")), others, urls().page("/themes"), icon="others")


def counts() -> tuple[Counted, ...]:
    """How many of each kind that has pages, leaving out the kinds that are not there, and what nobody can get yet."""
    known = view().counts()
    ordered = dict.fromkeys((*_SOUGHT, *PAGED))
    shown = (kind for kind in ordered if known.get(kind) and kind not in ("catalogues", INVENTORY))
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
