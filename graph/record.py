"""Records: one IRI with its blank-node closure. Which kind a record is, and where its page is."""

from collections.abc import Collection, Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from vocabularies.namespaces import ADMS, CV, DCAT, DCT, DQV, FOAF, ORG, PORTAL, SCHEMA, SKOS, VCARD

KINDS: Final[dict[str, tuple[NamedNode, ...]]] = {
    "datasets": (DCAT.Dataset,),
    "series": (DCAT.DatasetSeries,),
    "services": (DCAT.DataService,),
    "distributions": (DCAT.Distribution,),
    "catalogues": (DCAT.Catalog,),
    "assets": (ADMS.Asset, ADMS.AssetRepository),
    "reuses": tuple(
        SCHEMA[name]
        for name in (
            "CreativeWork", "SoftwareApplication", "WebApplication", "MobileApplication", "WebSite", "WebPage",
            "Article", "ScholarlyArticle", "NewsArticle", "BlogPosting", "Report", "VisualArtwork", "Map", "WebAPI",
        )
    ),
    "organisations": (FOAF.Agent, FOAF.Organization, ORG.Organization, ORG.FormalOrganization, CV.PublicOrganisation),
    "contacts": (VCARD.Kind, VCARD.Organization, VCARD.Individual, VCARD.Group),
    "records": (DCAT.CatalogRecord,),
    "requests": (SCHEMA.AskAction,),
    "certificates": (DQV.QualityCertificate,),
    "cores": (SCHEMA.ItemList,),
    "concepts": (SKOS.Concept, SKOS.ConceptScheme),
}  # fmt: skip
"""Kind to its main classes. Where a resource has several, the first kind here counts (a series is a dataset too).

A common core is a skos:ConceptScheme as well, which says nothing of its own: the list of expected datasets counts."""

DATASETS: Final = "datasets"
DISTRIBUTIONS: Final = "distributions"
INVENTORY: Final = "inventory"
"""The kind of a dataset that is known and not open yet: what nobody can get is in no list or count of datasets."""

UNOPENED: Final = PORTAL["publication-status"]
OPENED: Final = PORTAL["publication-status/Opened"]
"""An entry of the inventory has an adms:status of the one list; with the other it is open data."""

OTHER: Final = "other"
"""The kind of any other IRI that is described: a licence, a place, a checksum."""

PAGED: Final = (
    "datasets", "inventory", "series", "services", "catalogues", "assets", "reuses", "organisations", "requests",
    "cores", "certificates",
)  # fmt: skip
"""The kinds that have a page of their own, at `/<kind>/<slug>`."""

HARVESTED: Final = ("datasets", "inventory", "series", "services", "reuses", "assets")
"""The kinds that get a dcat:CatalogRecord of ours in the records graph."""

_MORE_SPECIAL: Final = ("series", "catalogues", "assets")

_KIND_OF: Final = {term.value: kind for kind, terms in KINDS.items() for term in terms}
_ORDER: Final = {kind: place for place, kind in reversed(list(enumerate((*_MORE_SPECIAL, *KINDS))))}

TITLES: Final = (DCT.title, FOAF.name, SCHEMA.name, SKOS.prefLabel, VCARD.fn)
"""Where a record's title is looked for, the first that is there."""

_TITLES: Final = {term: place for place, term in enumerate(TITLES)}


def kind_of(classes: Iterable[str], statuses: Collection[str] = ()) -> str:
    """The kind of a resource with these class IRIs and these values of adms:status."""
    kinds = {kind for name in classes if (kind := _KIND_OF.get(name)) is not None}
    kind = min(kinds, key=_ORDER.__getitem__, default=OTHER)
    return INVENTORY if kind == DATASETS and any(map(is_unopened, statuses)) else kind


def is_unopened(status: str) -> bool:
    """Whether data of which this is an adms:status is not open yet."""
    return status.startswith(f"{UNOPENED.value}/") and status != OPENED.value


def is_main_class(class_iri: str) -> bool:
    """Whether a blank node of this class is a record of its own, and so gets an IRI."""
    kind = _KIND_OF.get(class_iri)
    return kind is not None and kind != "concepts"


def title_of(iri: str, triples: Iterable[Triple], languages: tuple[str, ...] = ("fr", "de", "en", "lb")) -> str | None:
    """The title of a record in the first of the languages it has, else any; the first in order of text, so stable."""
    best: tuple[int, int, str] | None = None
    for triple in triples:
        value = triple.object
        if triple.predicate in _TITLES and isinstance(value, Literal) and triple.subject == NamedNode(iri):
            language = (value.language or "").partition("-")[0]
            place = languages.index(language) if language in languages else len(languages)
            found = (_TITLES[triple.predicate], place, value.value)
            best = min(best, found) if best else found
    return best[2] if best else None
