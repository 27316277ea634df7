"""What the index holds of a record."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import Final, NamedTuple, Self
from zlib import crc32

from pyoxigraph import Literal, RdfFormat, parse

from graph.indexing.schema import ORDERS, OTHER, PARTS, STEMMED, WORDS
from graph.record import DATASETS
from vocabularies.namespaces import DCAT, DCATAP, DCT, FOAF, HVD_REGULATION, RDFS, SCHEMA, SKOS, VCARD

LONGEST: Final = 20_000
"""Characters of one text that are indexed."""

ORDERED: Final = 40
"""Characters of a title that count when titles are sorted: longer keys made the whole index a fifth slower."""

HVD_FLAG: Final = "true"
"""The value of the facet `hvd`."""

_DISTRIBUTION: Final = "distribution"
_ALIAS: Final = "alias"
"""What counts as a keyword, and is none."""
_CONTACT: Final = "contact"

_ROLES: Final = {
    str(predicate): role
    for predicate, role in {
        DCT.title: "title",
        FOAF.name: "title",
        SCHEMA.name: "title",
        SKOS.prefLabel: "title",
        VCARD.fn: "title",
        RDFS.label: "title",
        DCAT.keyword: "keyword",
        DCT.alternative: _ALIAS,
        SKOS.altLabel: _ALIAS,
        DCT.identifier: _ALIAS,
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
        DCAT.distribution: _DISTRIBUTION,
        DCAT.contactPoint: _CONTACT,
    }.items()
}
"""What a predicate is to the index: a part of the text, a date, a facet, or where more of the record is."""

_NEEDED: Final = {
    "title": DCT.title.value,
    "text": DCT.description.value,
    "publisher": DCT.publisher.value,
    _CONTACT: DCAT.contactPoint.value,
    "theme": DCAT.theme.value,
    "keyword": DCAT.keyword.value,
    "frequency": DCT.accrualPeriodicity.value,
    "license": DCT.license.value,
    _DISTRIBUTION: DCAT.distribution.value,
    "format": DCT["format"].value,
}
"""What readers of datasets need most, by role; formats where there are distributions."""

_DATES: Final = frozenset({"issued", "modified"})
_OF_PARTS: Final = frozenset({"format", "license"})
"""Facets that a dataset has from its distributions."""

_SPELLED: Final = frozenset({"title", "keyword"})
"""Parts whose words are also kept as they are written, to complete and to correct what readers type."""

_INITIALS: Final = f"text_{OTHER}"
_INITIAL: Final = re.compile(r"\b([^\W\d_])[^\W\d_]{3,}")
_FEWEST_INITIALS, _MOST_INITIALS, _ABBREVIATED = 3, 5, 80

_LONGEST_VALUE: Final = 1_000
_REGULATION: Final = HVD_REGULATION.value
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


class Part(NamedTuple):
    """What a dataset has from one of its distributions: titles with their languages, formats and licences."""

    titles: tuple[tuple[str, str], ...]
    facets: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, iri: str, block: bytes) -> Self:
        """The block is N-Triples."""
        token, titles, facets = f"<{iri}>", [], []
        for subject, role, text, language in _statements(block):
            if role in _OF_PARTS:
                facets.append((role, text[:_LONGEST_VALUE]))
            elif role == "title" and subject == token and language is not None:
                titles.append((language, text[:LONGEST]))
        return cls(tuple(titles), tuple(facets))


def document(iri: str, kind: str, block: bytes, source: str = "") -> Document:
    """The block is N-Triples: what the record says of itself and, where they are given too, its distributions."""
    return Reading.of(iri, kind, source, block).document({})


@dataclass(slots=True)
class Reading:
    """What was picked out of a record so far; it wants its distributions before it is a document."""

    iri: str
    kind: str
    texts: dict[str, list[str]] = field(default_factory=dict)
    facets: set[tuple[str, str]] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    wanted: list[str] = field(default_factory=list)
    """The distributions that the record names and does not describe."""
    stated: set[str] = field(default_factory=set)
    """Roles of what the record says of itself."""

    @classmethod
    def of(cls, iri: str, kind: str, source: str, block: bytes) -> Self:
        found = cls(iri, kind)
        if source:
            found.facets.add(("source", source))
        token, others = f"<{iri}>", dict[str, list[tuple[str, str]]]()
        for subject, role, text, language in _statements(block):
            if subject == token:
                found._of_itself(role, text, language)
            elif role in _OF_PARTS:
                found._of_part(role, text[:_LONGEST_VALUE])
                others.setdefault(subject, [])
            elif role == "title" and language is not None:
                others.setdefault(subject, []).append((language, text[:LONGEST]))
        found._look_into(others)
        return found

    def _look_into(self, others: Mapping[str, list[tuple[str, str]]]) -> None:
        """Take the titles of distributions that the block describes too."""
        wanted, self.wanted = self.wanted, []
        for part in wanted:
            told = others.get(f"<{part}>")
            if told is None:
                self.wanted.append(part)
            else:
                self._take_titles(told)

    def _of_part(self, role: str, value: str) -> None:
        """What one of its distributions states; a value without an IRI is no facet."""
        if value:
            self.facets.add((role, value))
        else:
            self.stated.add(role)

    def _of_itself(self, role: str, text: str, language: str | None) -> None:
        """What it states; of what has no name, and of contacts, no more is told than that there is one."""
        if language is not None or role not in PARTS:
            self.stated.add(role)
        if role != _CONTACT and (text or language is not None):
            self.take(role, text, language)

    def take(self, role: str, text: str, language: str | None) -> None:
        """What is said with an IRI has no language, not even an empty one."""
        if role in PARTS or role == _ALIAS:
            if language is not None:
                self._take_text("keyword" if role == _ALIAS else role, text[:LONGEST], language)
        elif role in _DATES:
            if language is not None:
                self.dates[role] = max(text, self.dates.get(role, ""))
        elif role == _DISTRIBUTION:
            if language is None:
                self.wanted.append(text)
        elif role == "legislation":
            if text == _REGULATION:
                self.facets.add(("hvd", HVD_FLAG))
        else:
            self.facets.add((role, text[:_LONGEST_VALUE]))
            if role == "hvd_category":
                self.facets.add(("hvd", HVD_FLAG))

    def _take_text(self, part: str, text: str, language: str) -> None:
        if part == "title":
            reader = language.partition("-")[0]
            self.titles[reader] = min(text, self.titles.get(reader, text))
        for name in _fields(part, language):
            self.texts.setdefault(name, []).append(text)
        if part in _SPELLED:
            self.texts.setdefault(WORDS, []).append(text)
            if (initials := _initials(text)) and initials not in self.texts.setdefault(_INITIALS, []):
                self.texts[_INITIALS].append(initials)

    def _take_titles(self, titles: Collection[tuple[str, str]]) -> None:
        for language, text in titles:
            for name in _fields("text", language):
                told = self.texts.setdefault(name, [])
                if text not in told:
                    told.append(text)

    def document(self, parts: Mapping[str, Part]) -> Document:
        """With what those of its distributions say that are known."""
        for iri in self.wanted:
            if (part := parts.get(iri)) is not None:
                self._take_titles(part.titles)
                for facet, value in part.facets:
                    self._of_part(facet, value)
        missing = (("missing", each) for each in self._missing()) if self.kind == DATASETS else ()
        return Document(
            self.iri,
            self.kind,
            tuple((name, "\n".join(texts)) for name, texts in self.texts.items()),
            tuple(sorted({*self.facets, *missing})),
            _moment(self.dates, self.iri),
            _orders(self.titles),
        )

    def _missing(self) -> Iterator[str]:
        """The properties that it needs and nobody states, of it or, where that will do, of its distributions."""
        had = self.stated | {facet for facet, _ in self.facets}
        for role, predicate in _NEEDED.items():
            if role not in had and (role != "format" or _DISTRIBUTION in had):
                yield predicate


def _initials(text: str) -> str:
    """What the first words of a text may be abbreviated to: CPI for Consumer price index; of small words nothing."""
    if text.count(" ") < _FEWEST_INITIALS - 1:
        return ""
    words = _INITIAL.findall(text[:_ABBREVIATED])
    return "".join(words[:_MOST_INITIALS]) if len(words) >= _FEWEST_INITIALS else ""


def _statements(block: bytes) -> Iterator[tuple[str, str, str, str | None]]:
    """Subject, role, and text or IRI of the lines that mean something to the index, and the language of a text.

    A blank node is an IRI of no letters: something is stated, and it has no name.

    It takes a third of the time of a parser: the lines are canonical, as the assembler and the store write them. One
    with an escape is left to the parser.
    """
    for line in block.decode().split("\n"):
        said = line.split(" ", 2)
        role = _ROLES.get(said[1]) if len(said) > 2 else None
        if role is None:
            continue
        told = said[2]
        if "\\" in told:
            told = _unescaped(line)
        if told[0] == "<" and told[1] != "<":
            yield said[0], role, told[1 : told.index(">")], None
        elif told[0] == '"':
            end = told.rindex('"')
            yield said[0], role, told[1:end], told[end + 2 : -2].lower() if told[end + 1] == "@" else ""
        elif told[0] == "_":
            yield said[0], role, "", None


def _unescaped(line: str) -> str:
    """The object as it would be written if there were no need of escapes."""
    told = next(iter(parse(f"{line}\n".encode(), RdfFormat.N_TRIPLES))).object
    if isinstance(told, Literal):
        return f'"{told.value}"{f"@{told.language}" if told.language else ""} .'
    return f"{told} ."


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


def year(moment: int) -> float:
    """The year of a moment, and what part of it was over."""
    return (moment >> _HASH_BITS) / prod(_RADIXES[1:])


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
