"""In which part of a page properties are told. What they are called, and their order, is the declared model's matter.

The names of sections and kinds are texts of the interface, in English, translated by the catalogues.
"""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from vocabularies.namespaces import (
    DCAT,
    DCATAP,
    DCT,
    FOAF,
    OA,
    ORG,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    VCARD,
)


@dataclass(frozen=True, slots=True)
class Section:
    """What names a record by one of some properties, and is of some kind, has a section of its page."""

    predicates: tuple[NamedNode, ...]
    name: str
    kind: str | None = None


HEADING: Final = frozenset(
    {RDF.type, DCT.title, DCT.description, FOAF.name, SCHEMA.name, SCHEMA.description, SKOS.prefLabel, SKOS.definition,
     ORG.purpose, DCAT.distribution}
)  # fmt: skip
"""Told at the head of a page or in a section of their own, so not in its table."""

FILTERED: Final = {
    DCAT.theme: "theme",
    DCATAP.hvdCategory: "hvd",
    DCT["format"]: "format",
    DCT.license: "licence",
}
"""Properties whose values lead to the list of datasets with that value: the parameter of the list's address."""

OUTWARD: Final = frozenset(
    {DCAT.landingPage, DCAT.accessURL, DCAT.downloadURL, DCAT.endpointURL, DCAT.endpointDescription, FOAF.page,
     FOAF.homepage, FOAF.depiction, FOAF.img, RDFS.seeAlso, SCHEMA.url, SCHEMA.image,
     SCHEMA.documentation, VCARD.hasURL}
)  # fmt: skip
"""Properties whose values are addresses of documents: their links lead there. Other values have a page here."""

INBOUND: Final = (
    Section((DCAT.servesDataset,), "Data services for this"),
    Section((DCT.references, SCHEMA.isBasedOn), "Made with this", "reuses"),
    Section((OA.hasTarget,), "Labels", "certificates"),
    Section((SCHEMA.result,), "Requests that this answers", "requests"),
    Section((DCT.conformsTo,), "Datasets that follow this", "datasets"),
    Section((SCHEMA.recipient,), "Requests for data", "requests"),
)
"""What is told on a page of those that name its record."""


KIND_NAMES: Final = {
    "datasets": "Datasets",
    "inventory": "Data not open yet",
    "series": "Dataset series",
    "services": "Data services",
    "reuses": "Reuses",
    "organisations": "Organisations",
    "catalogues": "Catalogues",
    "assets": "Standards and assets",
    "requests": "Requests for data",
    "cores": "Common cores",
    "certificates": "Labels",
}
"""What the kinds that have pages are called, many of them."""

LEADS: Final = {
    "inventory": "Data that is known to exist but is not open yet: why, and when it may be. None of it can be"
    " downloaded today.",
    "requests": "What people asked for, whom they asked, and what became of it. The names of those who asked are not"
    " shown.",
    "reuses": "What others made of the data: applications, maps, articles, studies.",
    "series": "Datasets that belong together, such as one for each year.",
    "services": "Interfaces through which programs get just the data that they ask for.",
    "assets": "Standards, vocabularies and other things that data is made by.",
    "cores": "What every body of a kind is expected to publish.",
    "certificates": "Labels that reuses have been given, and by whom.",
}
"""What is on the list of a kind, where its name does not say it."""

ONE_OF: Final = {
    "datasets": "Dataset",
    "inventory": "Data not open yet",
    "series": "Series of datasets",
    "services": "Data service",
    "reuses": "Reuse",
    "organisations": "Organisation",
    "catalogues": "Catalogue",
    "assets": "Standard or asset",
    "requests": "Request for data",
    "cores": "Common core",
    "certificates": "Label",
}
"""What one of them is called."""

ANY: Final = "Resource"
"""What is called one of a kind that has no pages."""


FURTHER: Final = {
    "The catalogue": {
        "/themes": "Themes",
        "/hvd": "High-value datasets",
        "/inventory": "Data not open yet",
        "/feed": "Changes to the catalogue",
    },
    "How it is described": {
        "/sources": "Sources",
        "/shapes": "Profiles",
        "/vocabularies": "Vocabularies",
        "/void": "The data in numbers",
    },
    "For programs": {
        "/api": "Interfaces for programs",
        "/catalogue": "The whole catalogue",
        "/queries": "Query library",
        "/dumps": "Dumps",
    },
    "This portal": {
        "/about": "About this portal",
        "/accessibility": "Accessibility",
    },
}
"""Where the foot of each page leads."""

OBLIGATIONS: Final = {"M": "mandatory", "R": "recommended", "O": "optional", "deprecated": "deprecated"}
"""What the declared model says of a field, for people."""


def short(iri: str) -> str:
    """An IRI as prefix and local name, where we have a prefix for it."""
    fits = [(len(base), name, base) for name, base in PREFIXES.items() if iri.startswith(base) and iri != base]
    if not fits:
        return iri
    _, name, base = max(fits)
    return f"{name}:{iri.removeprefix(base)}"
