"""Records: one IRI with its blank-node closure. Which kind a record is, and where its page is."""

from typing import Final

from pyoxigraph import NamedNode

from vocabularies.namespaces import ADMS, CV, DCAT, DCT, FOAF, ORG, SCHEMA, SKOS, VCARD

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
    "concepts": (SKOS.Concept, SKOS.ConceptScheme),
}  # fmt: skip
"""Kind to its main classes. Where a resource has several, the first kind here counts (a series is a dataset too)."""

OTHER: Final = "other"
"""The kind of any other IRI that is described: a licence, a place, a checksum."""

PAGED: Final = ("datasets", "series", "services", "catalogues", "assets", "reuses", "organisations")
"""The kinds that have a page of their own, at `/<kind>/<slug>`."""

HARVESTED: Final = ("datasets", "series", "services", "reuses", "assets")
"""The kinds that get a dcat:CatalogRecord of ours in the records graph."""

_MORE_SPECIAL: Final = ("series", "catalogues", "assets")

_KIND_OF: Final = {term.value: kind for kind, terms in KINDS.items() for term in terms}
_ORDER: Final = {kind: position for position, kind in enumerate((*_MORE_SPECIAL, *KINDS))}
_ORDER.update({kind: position for position, kind in reversed(list(enumerate((*_MORE_SPECIAL, *KINDS))))})

TITLES: Final = (DCT.title, FOAF.name, SCHEMA.name, SKOS.prefLabel, VCARD.fn)
"""Where a record's title is looked for, the first that is there."""


def kind_of(classes: list[str]) -> str:
    """The kind of a resource with these class IRIs."""
    kinds = {kind for name in classes if (kind := _KIND_OF.get(name)) is not None}
    return min(kinds, key=_ORDER.__getitem__, default=OTHER)


def is_main_class(class_iri: str) -> bool:
    """Whether a blank node of this class is a record of its own, and so gets an IRI."""
    kind = _KIND_OF.get(class_iri)
    return kind is not None and kind != "concepts"
