"""Every kind of page that the portal has, and an address of each on the portal of tests.support.whole_portal.

What looks at all pages, be it a test or somebody with screenshots, takes them from here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from api.urls import ROUTES
from graph.iris import key
from graph.record import PAGED
from tests.support.failing import FAILURES
from tests.support.whole_portal import MANY_FILES, NAMELESS, WITHDRAWN

EXAMPLE: Final = "https://data.portal.example/id/"

_PREFIX: Final = "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>\n"
_COUNTED: Final = (
    f"{_PREFIX}SELECT ?office (COUNT(?d) AS ?n) {{ ?d a dcat:Dataset ; dct:publisher ?office }} GROUP BY ?office"
)
_LOCATED: Final = f"{_PREFIX}SELECT ?place ?box {{ ?place dcat:bbox ?box }}"
_DESCRIBED: Final = f"DESCRIBE <{EXAMPLE}dataset/road-works>"
_MISTAKEN: Final = "SELECT *\n{ ?s ?p ?o }\nLIMIT many"


@dataclass(frozen=True, slots=True)
class PageKind:
    """An address without language: `/de` goes before it. What is `asked` of it needs query workers."""

    name: str
    path: str
    status: int = 200
    asked: bool = False
    typed: str = ""
    """What a reader types into the field for words."""
    view: str = ""
    """The tab that a reader chooses; both need script."""

    def at(self, language: str) -> str:
        return f"/{language}{self.path}"


def _record(name: str, kind: str, iri: str, further: str = "", status: int = 200) -> PageKind:
    return PageKind(name, f"/{kind}/{key(iri if ':' in iri else EXAMPLE + iri)}{further}", status)


def _query(name: str, query: str, status: int = 200, view: str = "") -> PageKind:
    return PageKind(name, f"/sparql?{urlencode({'query': query})}", status, asked=True, view=view)


_LISTS: Final = tuple(PageKind(kind, f"/{kind}") for kind in PAGED)

_RECORDS: Final = (
    _record("dataset", "datasets", "dataset/air-quality-hourly"),
    _record("dataset-hvd", "datasets", "dataset/addresses"),
    _record("dataset-restricted", "datasets", "dataset/income-survey"),
    _record("dataset-in-series", "datasets", "dataset/traffic-counts-2024"),
    _record("dataset-many-files", "datasets", MANY_FILES),
    _record("distributions", "datasets", MANY_FILES, "/distributions"),
    _record("dataset-gone", "datasets", WITHDRAWN, status=410),
    _record("not-open", "inventory", "dataset/wage-microdata"),
    _record("series-one", "series", "series/traffic-counts"),
    _record("service", "services", "service/statistics"),
    _record("catalogue-record", "catalogues", "catalogue"),
    _record("asset", "assets", "standard/measurement-table"),
    _record("reuse", "reuses", "reuse/air-today"),
    _record("reuse-without-picture", "reuses", "reuse/garden-calendar"),
    _record("organisation", "organisations", "organisation/mobility"),
    _record("organisation-catalogue", "organisations", "organisation/mobility", "/catalogue"),
    _record("request", "requests", "request/childcare-by-commune"),
    _record("core", "cores", "core/commune"),
    _record("certificate", "certificates", "certificate/air-today"),
    _record("understood", "datasets", "dataset/road-works", "/record"),
    _record("report", "datasets", "dataset/road-works", "/report"),
    _record("report-organisation", "organisations", "organisation/mobility", "/report"),
    PageKind("part", f"/id/distributions/{NAMELESS}"),
)

_FINDING: Final = (
    PageKind("home", "/"),
    PageKind("list-second-page", "/datasets?page=2"),
    PageKind("list-filtered", "/datasets?theme=http://publications.europa.eu/resource/authority/data-theme/ENVI"),
    PageKind("list-empty", "/datasets?q=zzzzqqq"),
    PageKind("facet", "/datasets/values/theme"),
    PageKind("search", "/search"),
    PageKind("search-found", "/search?q=air"),
    PageKind("search-nothing", "/search?q=zzzzqqq"),
    PageKind("search-relaxed", "/search?q=air+zzzzqqq"),
    PageKind("search-misspelt", "/search?q=qualtiy"),
    PageKind("search-suggestions", "/search", typed="air"),
    PageKind("facet-of-all", "/search/values/kind"),
    PageKind("hvd", "/hvd"),
    PageKind("hvd-version", "/hvd/versions/1"),
    PageKind("hvd-category", "/hvd/c_a9135398"),
    PageKind("themes", "/themes"),
    PageKind("theme", "/themes/ENVI"),
    PageKind("formats", "/formats"),
    PageKind("format", "/formats/CSV"),
    PageKind("licences", "/licences"),
    PageKind("licence", "/licences/CC_BY_4_0"),
    PageKind("places", "/places"),
    PageKind("place", "/places/LUX"),
    PageKind("languages", "/languages"),
    PageKind("language", "/languages/FRA"),
    PageKind("keywords", "/keywords"),
    PageKind("keyword", "/keywords/API"),
    PageKind("standards", "/standards"),
    PageKind("real-time", "/real-time"),
    PageKind("ai", "/ai"),
    PageKind("protected", "/protected"),
)

_ASKING: Final = (
    PageKind("sparql", "/sparql"),
    _query("sparql-table", _COUNTED),
    _query("sparql-text", _COUNTED, view="text"),
    _query("sparql-chart", _COUNTED, view="chart"),
    _query("sparql-map", _LOCATED, view="map"),
    _query("sparql-yes-or-no", "ASK { ?s ?p ?o }"),
    _query("sparql-statements", _DESCRIBED),
    _query("sparql-empty", "SELECT * { <http://nothing.example/> ?p ?o }"),
    _query("sparql-mistake", _MISTAKEN, 400),
    PageKind("library", "/queries"),
    PageKind("question", "/queries/catalogue/counts"),
    PageKind("question-with-values", "/queries/datasets/search?text=air&lang=en", asked=True),
)

_TELLING: Final = (
    PageKind("about", "/about"),
    PageKind("accessibility", "/accessibility"),
    PageKind("api", "/api"),
    PageKind("problems", "/problems"),
    PageKind("sources", "/sources"),
    PageKind("source", "/sources/example"),
    PageKind("source-report", "/sources/example/report"),
    PageKind("profiles", "/shapes"),
    PageKind("profile", "/shapes/dcat-ap"),
    PageKind("class", "/shapes/dcat-ap/dataset"),
    PageKind("vocabularies", "/vocabularies"),
    PageKind("vocabulary", "/vocabularies/data-theme"),
    PageKind("concept", "/vocabularies/data-theme/ENVI"),
    PageKind("resource", f"/resource?iri={EXAMPLE}distribution/addresses-csv"),
    PageKind("graph", "/graph/source/example"),
    PageKind("void", "/void"),
    PageKind("catalogue", "/catalogue"),
    PageKind("catalogue-hvd", "/catalogue/hvd"),
    PageKind("changes", "/feed"),
    PageKind("dumps", "/dumps"),
    PageKind("dump", "/dumps/latest"),
)

_ERRORS: Final = (
    PageKind("error-400", "/datasets?sort=x", 400),
    PageKind("error-404", "/nothing/here", 404),
    *(PageKind(f"error-{name}", f"/failures/{name}", failure.status) for name, failure in FAILURES.items()),
)

PAGE_KINDS: Final = (*_FINDING, *_LISTS, *_RECORDS, *_ASKING, *_TELLING, *_ERRORS)


def found(client: FlaskClient, kinds: Sequence[PageKind] = PAGE_KINDS) -> list[PageKind]:
    """The same with the addresses that they have for good: those of records have the words of a title in them."""
    return [replace(each, path=_lasting(client, each.path)) for each in kinds]


def _lasting(client: FlaskClient, path: str) -> str:
    answer = client.head(path, headers={"Accept": "text/html"})
    if answer.location is None:
        return path
    parts = urlsplit(answer.location)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def chosen(words: Sequence[str], kinds: Sequence[PageKind] = PAGE_KINDS) -> list[PageKind]:
    """Those with a name that one of the words fits, which may have `*` in them; all where there is no word."""
    return [each for each in kinds if not words or any(fnmatchcase(each.name, word) for word in words)]


def routes() -> Iterator[str]:
    """The rules of all addresses that are there for people; where it names kinds of record, once for each of them."""
    for route in ROUTES:
        if route.localised:
            several = re.match(r"/<any\(([a-z,-]+)\):kind>(/<name>)?$", route.rule)
            yield from (f"{route.name} {kind}" for kind in several[1].split(",")) if several else (route.name,)


def route_of(client: FlaskClient, path: str) -> str:
    """As `routes` has it; empty where there is none."""
    try:
        endpoint, values = client.application.url_map.bind("127.0.0.1").match(path.partition("?")[0])
    except HTTPException:
        return ""
    return f"{endpoint} {values['kind']}" if endpoint in {"list", "record"} else endpoint
