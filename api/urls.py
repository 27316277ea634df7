"""All addresses of the service in one table, with what answers them. Those of people's pages exist in each language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, request
from flask.typing import ResponseReturnValue

from api.harvest import catalogue, dumps, feed, linkset, sitemap
from api.harvest.metering import metered
from api.harvest.oai import protocol
from api.pages import (
    about,
    accessibility,
    conditions,
    graphs,
    home,
    hvd,
    lists,
    pictures,
    problems,
    queries,
    records,
    reports,
    resources,
    script,
    service,
    shapes,
    sources,
    understanding,
    vocabularies,
    void,
)
from api.pages.axes import overviews, standards, values, words
from api.pages.finding import suggesting
from api.pages.finding.asked import FACETS
from api.portal import speak
from api.settings import LANGUAGES
from graph.record import HARVESTED, PAGED


@dataclass(frozen=True, slots=True)
class Route:
    rule: str
    name: str
    view: Callable[..., ResponseReturnValue]
    localised: bool = True
    """Whether it is there under `/<language>/` too, for HTML only."""
    methods: tuple[str, ...] = ("GET",)


_LISTED: Final = ",".join(kind for kind in PAGED if kind != "organisations")
_PAGED: Final = ",".join(PAGED)
_FACETS: Final = ",".join(FACETS)

ROUTES: Final = (
    Route("/", "home", home.home),
    Route(f"/<any({_LISTED}):kind>", "list", lists.listing),
    Route(f"/<any({_LISTED}):kind>.<extension>", "list_form", lists.listing, localised=False),
    Route(f"/<any({_LISTED}):kind>/values/<any({_FACETS}):parameter>", "values", lists.values),
    Route("/organisations", "organisations", lists.organisations),
    Route("/search", "search", lists.search),
    Route("/search.<extension>", "search_form", lists.search, localised=False),
    Route(f"/search/values/<any({_FACETS}):parameter>", "values_of_all", lists.values),
    Route("/suggest", "suggest", suggesting.suggest, localised=False),
    Route(suggesting.PATH, "opensearch", suggesting.description, localised=False),
    Route(f"/<any({_PAGED}):kind>/<name>", "record", records.record),
    Route("/<any(datasets,inventory):kind>/<slug>/distributions", "distributions", records.distributions),
    Route(f"/<any({','.join(HARVESTED)}):kind>/<slug>/record", "understood", understanding.understood),
    Route(f"/<any({_PAGED}):kind>/<slug>/citation.<extension>", "citation", records.citation, localised=False),
    Route("/datasets/<slug>/croissant.json", "croissant", records.croissant, localised=False),
    Route(f"/<any({_PAGED}):kind>/<slug>/report", "report", reports.of_record),
    Route(f"/<any({_PAGED}):kind>/<slug>/report.<extension>", "report_form", reports.of_record, localised=False),
    Route(f"/<any({_PAGED}):kind>/<slug>/linkset.json", "linkset", linkset.of_page, localised=False),
    Route("/resource", "resource", resources.resource),
    Route("/resource.<extension>", "resource_form", resources.resource, localised=False),
    Route("/sources", "sources", sources.sources),
    Route("/sources/<name>", "source", sources.source),
    Route("/sources/<name>/report", "source_report", reports.of_source),
    Route("/sources/<name>/report.<extension>", "source_report_form", reports.of_source, localised=False),
    Route("/hvd", "hvd", hvd.current),
    Route("/hvd.<extension>", "hvd_form", hvd.current, localised=False),
    Route("/hvd/versions/<name>", "hvd_version", hvd.version),
    Route("/hvd/<name>", "category", values.category),
    Route("/themes", "themes", overviews.themes),
    Route("/themes/<name>", "theme", values.theme),
    Route("/formats", "formats", overviews.formats),
    Route("/formats/<name>", "format", values.file_format),
    Route("/licences", "licences", overviews.licences),
    Route("/licences/<name>", "licence", values.licence),
    Route("/places", "places", overviews.places),
    Route("/places/<name>", "place", values.place),
    Route("/languages", "languages", overviews.languages),
    Route("/languages/<name>", "spoken", values.spoken),
    Route("/keywords", "keywords", words.keywords),
    Route("/keywords/<path:name>", "keyword", words.keyword),
    Route("/standards", "standards", standards.standards),
    Route("/real-time", "real_time", conditions.real_time),
    Route("/ai", "for_learning", conditions.for_learning),
    Route("/protected", "protected", conditions.protected),
    Route("/about", "about", about.about),
    Route("/accessibility", "accessibility", accessibility.accessibility),
    Route("/api", "api", about.api),
    Route("/shapes", "profiles", shapes.profiles),
    Route("/shapes/<name>", "profile", shapes.profile),
    Route("/shapes/<profile>/<name>", "class", shapes.declared_class),
    Route("/vocabularies", "vocabularies", vocabularies.tables),
    Route("/vocabularies/<name>", "vocabulary", vocabularies.table),
    Route("/vocabularies/<name>/<path:notation>", "concept", vocabularies.concept),
    Route("/id/<kind>/<name>", "part", records.part),
    Route("/catalogue", "catalogue", catalogue.catalogue),
    Route("/catalogue.<extension>", "catalogue_form", catalogue.catalogue, localised=False),
    Route("/feed", "feed", feed.root),
    Route("/feed.<extension>", "feed_form", feed.root, localised=False),
    Route("/feed/<name>", "feed_node", feed.node, localised=False),
    Route("/feed/<generation>/<name>", "feed_page", feed.page, localised=False),
    Route("/oai", "oai", protocol.oai, localised=False, methods=("GET", "POST")),
    Route("/catalogue/hvd", "catalogue_hvd", catalogue.high_value),
    Route("/catalogue/hvd.<extension>", "catalogue_hvd_form", catalogue.high_value, localised=False),
    Route("/organisations/<slug>/catalogue", "catalogue_of", catalogue.of_organisation),
    Route(
        "/organisations/<slug>/catalogue.<extension>", "catalogue_of_form", catalogue.of_organisation, localised=False
    ),
    Route("/catalog", "catalog", catalogue.catalogue, localised=False),
    Route("/catalog.<extension>", "catalog_form", catalogue.catalogue, localised=False),
    Route("/sparql", "sparql", void.endpoint),
    Route("/sparql.<extension>", "service", void.service, localised=False),
    Route(script.TERMS, "terms", script.terms, localised=False),
    Route("/void", "void", void.void),
    Route("/void.<extension>", "void_form", void.void, localised=False),
    Route("/.well-known/void", "well_known_void", void.well_known, localised=False),
    Route("/graph/<path:name>", "graph", graphs.graph),
    Route("/queries", "queries", queries.library),
    Route("/queries.<extension>", "queries_form", queries.library, localised=False),
    Route("/queries/<topic>/<name>", "question", queries.question),
    Route("/problems", "problems", problems.problems),
    Route("/openapi.json", "openapi", queries.openapi, localised=False),
    Route("/dumps", "dumps", dumps.listing),
    Route("/dumps.<extension>", "dumps_form", dumps.listing, localised=False),
    Route("/dumps/<name>", "dump", dumps.dump_set),
    Route("/dumps/<number>/<name>", "dump_file", dumps.file, localised=False),
    Route("/pictures/<name>", "picture", pictures.picture, localised=False),
    Route("/sitemap.xml", "sitemap", sitemap.index, localised=False),
    Route("/sitemaps/<name>.xml", "sitemap_part", sitemap.part, localised=False),
    Route("/robots.txt", "robots", sitemap.robots, localised=False),
    Route("/-/health", "health", service.health, localised=False),
    Route("/-/ready", "ready", service.ready, localised=False),
    Route("/-/version", "version", service.version, localised=False),
)
"""Besides these: /static/<path> (Flask's own). At /sparql programs are answered before Flask, by api.sparql."""


def register(app: Flask) -> None:
    """Add the whole table to the application."""
    language = f"/<any({','.join(LANGUAGES)}):language>"
    for route in ROUTES:
        view = metered(route.rule, route.name, route.view)
        app.add_url_rule(route.rule, route.name, view, methods=route.methods, strict_slashes=False)
        if route.localised:
            app.add_url_rule(language + route.rule, f"{route.name}_in_language", view, strict_slashes=False)
    app.url_value_preprocessor(_take_language)


def _take_language(_endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    """The language that the address names belongs to the request, not to the view."""
    if isinstance(values, dict) and "language" in values:
        speak(values.pop("language"))
    elif values is None:  # nothing is at this address; its error page is in its language all the same
        first = request.path.split("/")[1]
        speak(first if first in LANGUAGES else None)
