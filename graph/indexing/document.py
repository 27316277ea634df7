"""What the index holds of a record."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.indexing.schema import ORDERS, OTHER, PARTS, STEMMED
from vocabularies.namespaces import DCAT, DCATAP, DCT, FOAF, HVD_REGULATION, RDFS, SCHEMA, SKOS, VCARD

Term = NamedNode | BlankNode | Literal | Triple

LONGEST: Final = 20_000
"""Characters of one text that are indexed."""

ORDERED: Final = 40
"""Characters of a title that count when titles are sorted: longer keys made the whole index a fifth slower."""

HVD_FLAG: Final = "true"
"""The value of the facet `hvd`."""

_ROLES: Final = {
    DCT.title: "title",
    FOAF.name: "title",
    SCHEMA.name: "title",
    SKOS.prefLabel: "title",
    VCARD.fn: "title",
    RDFS.label: "title",
    DCAT.keyword: "keyword",
    DCT.alternative: "keyword",
    SKOS.altLabel: "keyword",
    DCT.identifier: "keyword",
    DCT.description: "text",
    SCHEMA.description: "text",
    RDFS.comment: "text",
    DCT.issued: "issued",
    DCT.modified: "modified",
    DCT.publisher: "publisher",
    DCAT.theme: "theme",
    DCT["format"]: "format",
    DCT.license: "license",
    DCT.language: "language",
    DCT.accrualPeriodicity: "frequency",
    DCT.accessRights: "access",
    DCATAP.hvdCategory: "hvd_category",
    DCATAP.applicableLegislation: "legislation",
    DCAT.inSeries: "series",
    DCT.type: "type",
    DCT.spatial: "spatial",
}
"""What a predicate is to the index: a part of the text, a date, or a facet."""

_DATES: Final = frozenset({"issued", "modified"})
_OF_PARTS: Final = frozenset({"format", "license"})
"""Facets that a dataset has from its distributions."""

_LONGEST_VALUE: Final = 1_000
_MARKS: Final = re.compile(r"[\u0300-\u036f]")
_DATE_TIME: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2}))?)?)?")
_RADIXES: Final = (10_000, 13, 32, 25, 60, 61)
_HASH_BITS: Final = 24


@dataclass(frozen=True, slots=True)
class Document:
    """A record for the index."""

    iri: str
    kind: str
    texts: tuple[tuple[str, str], ...]
    """Field and text; each field once."""
    facets: tuple[tuple[str, str], ...]
    """Facet and value."""
    modified: int
    """A moment that later ones are greater than; hardly any two are equal, so that lists come in one order."""
    orders: tuple[tuple[str, str], ...]
    """Language and the title as it is sorted for its readers."""


def document(iri: str, kind: str, triples: Iterable[Triple]) -> Document:
    """Texts are the record's own; formats and licences may be those of its distributions, where they are given too."""
    found = _Found({}, set(), {}, {})
    record = NamedNode(iri)
    for subject, predicate, value in triples:
        role = _ROLES.get(predicate)
        if role is not None and (subject == record or role in _OF_PARTS):
            found.take(role, value)
    return Document(
        iri,
        kind,
        tuple((field, "\n".join(texts)) for field, texts in found.texts.items()),
        tuple(sorted(found.facets)),
        _moment(found.dates, iri),
        _orders(found.titles),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What was picked out of a record so far."""

    texts: dict[str, list[str]]
    facets: set[tuple[str, str]]
    titles: dict[str, str]
    dates: dict[str, str]

    def take(self, role: str, value: Term) -> None:
        if role in PARTS:
            if isinstance(value, Literal):
                self._take_text(role, value)
        elif role in _DATES:
            if isinstance(value, Literal):
                self.dates[role] = max(value.value, self.dates.get(role, ""))
        elif role == "legislation":
            if value == HVD_REGULATION:
                self.facets.add(("hvd", HVD_FLAG))
        elif isinstance(value, NamedNode | Literal):
            self.facets.add((role, value.value[:_LONGEST_VALUE]))
            if role == "hvd_category":
                self.facets.add(("hvd", HVD_FLAG))

    def _take_text(self, part: str, value: Literal) -> None:
        text = value.value[:LONGEST]
        language = value.language or ""
        if part == "title":
            language = language.partition("-")[0]
            self.titles[language] = min(text, self.titles.get(language, text))
        for field in _fields(part, language):
            self.texts.setdefault(field, []).append(text)


@lru_cache(maxsize=1024)
def _fields(part: str, tag: str) -> tuple[str, ...]:
    """A text without a language may be in any: it is indexed in each that has stems."""
    language = tag.partition("-")[0]
    if not language:
        return tuple(f"{part}_{each}" for each in STEMMED)
    return (f"{part}_{language if language in STEMMED else OTHER}",)


def _moment(dates: dict[str, str], iri: str) -> int:
    """Year to second as one number, and after it a part of the IRI's hash; fits into 63 bits."""
    match = _DATE_TIME.match(dates.get("modified") or dates.get("issued") or "")
    moment = 0
    if match:
        for part, radix in zip(match.groups(default="0"), _RADIXES, strict=True):
            moment = moment * radix + int(part)
    return (moment << _HASH_BITS) + (crc32(iri.encode()) >> (32 - _HASH_BITS))


def _orders(titles: dict[str, str]) -> tuple[tuple[str, str], ...]:
    if not titles:
        return ()
    any_title = titles[min(titles)]
    folded = {title: _folded(title) for title in titles.values()}
    return tuple(
        (reader, folded[next((titles[language] for language in languages if language in titles), any_title)])
        for reader, languages in ORDERS.items()
    )


def _folded(title: str) -> str:
    """Lower case without accents, so that É sorts with E."""
    start = title[:ORDERED].casefold()
    return start if start.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", start))
