"""The rules that are functions: from a received value to the one that was meant, or None where it stays as it is.

Each changes a value only where nothing else can have been meant, and leaves alone what it gives.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode

from graph.profile import Property
from loaders.mending.tables import Expected, Tables
from loaders.repair import accepted_iri, repaired_iri
from vocabularies.concepts import Concepts
from vocabularies.mappings import Mappings
from vocabularies.namespaces import AUTHORITY, DCT, HVD, RDF, SCHEMA, SPDX, XSD

Value: TypeAlias = NamedNode | Literal
Treatment: TypeAlias = Callable[[Value], Value | None]

_WEB: Final = re.compile(r"\s*((?:https?|ftp)://[^\s<>]+)\s*\Z", re.IGNORECASE)
_MAIL: Final = r"[A-Za-z0-9][A-Za-z0-9._+'-]*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+"
_MAILBOX: Final = re.compile(rf"\s*(?:mailto:\s*)?({_MAIL})\s*\Z", re.IGNORECASE)
_RESOLVED_MAILBOX: Final = re.compile(rf"https?://[^?#@]+/({_MAIL})\Z")
_ZONE: Final = r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
_DATES: Final = (
    (re.compile(rf"(\d{{4}})-(\d\d)-(\d\d){_ZONE}\Z", re.ASCII), XSD.date),
    (
        re.compile(rf"(\d{{4}})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?{_ZONE}\Z", re.ASCII),
        XSD.dateTime,
    ),
    (re.compile(rf"(\d{{4}})-(\d\d){_ZONE}\Z", re.ASCII), XSD.gYearMonth),
    (re.compile(rf"([12]\d{{3}}){_ZONE}\Z", re.ASCII), XSD.gYear),
)
_DATED: Final = frozenset(
    {XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth, XSD.string, RDF.langString}
    | {SCHEMA.Date, SCHEMA.DateTime, DCT.W3CDTF}
)
"""Datatypes that a date comes with, rightly or not."""

_DURATION: Final = re.compile(
    r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?\Z", re.ASCII
)
_CANONICAL: Final = re.compile(
    rf"(?:{re.escape(AUTHORITY.prefix)}[a-z-]+/[A-Z0-9_]+"
    rf"|{re.escape(HVD.prefix)}c_[0-9a-f]+"
    rf"|{re.escape(SPDX.prefix)}checksumAlgorithm_[a-z0-9]+|http://data\.europa\.eu/eli/[a-z_]+/\d+/\d+/oj"
    r"|https://www\.iana\.org/assignments/media-types/[a-z]+/[a-zA-Z0-9.+_-]+)\Z"
)
"""Codes spelled as the tables spell them: nearly all that come, for which no table needs to be read."""


@cache
def _tables() -> Tables:
    """Of a process: the first load assembles some thirty vocabularies."""
    return Tables.load()


class Treatments:
    """The function for each kind of value; the authority tables, those in the folder `authority` in place of ours, are
    read when one is first needed.
    """

    def __init__(self, tables: Tables | None = None, authority: Path | None = None) -> None:
        self.tables = tables or _tables()
        self._authority = authority
        self._mappings: Mappings | None = None

    def of(self, expected: Expected) -> Treatment:
        made: Mapping[str, Treatment] = {
            "concept": lambda value: self.concept(value, expected),
            "link": literal_to_iri,
            "reference": literal_to_iri,
            "mailbox": mailbox,
            "date": dated,
            "number": lambda value: number(value, NamedNode(expected.table)),
            "duration": duration,
            "text": iri_to_literal,
        }
        return made[expected.treatment]

    def concept(self, value: Value, expected: Expected) -> Value | None:
        """The authority concept that a string, a code or an IRI of another scheme stands for."""
        if isinstance(value, NamedNode) and _CANONICAL.match(value.value):
            return None
        found = self._found(value.value, expected.table)
        return NamedNode(found) if found and NamedNode(found) != value else None

    def _found(self, text: str, table: str) -> str | None:
        if self._mappings is None:
            self._mappings = Mappings.load(Concepts.load(self._authority))
        found = self._mappings.concept(table, text)
        return found if found and self._mappings.concept(table, found) == found else None

    def namespace(self, value: Value) -> tuple[Value, str] | None:
        """An IRI of a vocabulary in the form that the vocabulary itself uses, and the rule."""
        if isinstance(value, NamedNode):
            for received, (published, rule) in self.tables.namespaces.items():
                if value.value.startswith(received):
                    return NamedNode(published + value.value.removeprefix(received)), rule
        return None

    def datatype(self, value: Value) -> Value | None:
        """A literal whose datatype is a known one but for its case or scheme."""
        if not isinstance(value, Literal) or value.language:
            return None
        written = value.datatype.value
        known = self.tables.datatypes.get(re.sub(r"\Ahttps(?=://www\.w3\.org/)", "http", written).lower())
        return Literal(value.value, datatype=known) if known and known != value.datatype else None

    def language(self, tag: str) -> str | None:
        """The tag with the two-letter code of a language that has one."""
        code, hyphen, rest = tag.partition("-")
        short = self.tables.languages.get(code.lower())
        return short + hyphen + rest if short else None


def literal_to_iri(value: Value) -> Value | None:
    """Text that is an address, where a resource is meant."""
    found = _WEB.match(value.value) if isinstance(value, Literal) else None
    iri = repaired_iri(found[1]) if found else None
    return NamedNode(iri) if iri else None


def iri_to_literal(value: Value) -> Value | None:
    """An IRI where text is meant."""
    return Literal(value.value, datatype=XSD.anyURI) if isinstance(value, NamedNode) else None


def mailbox(value: Value) -> Value | None:
    """An address of electronic mail as an IRI; a relative one was resolved against the document's."""
    pattern = _MAILBOX if isinstance(value, Literal) else _RESOLVED_MAILBOX
    found = pattern.match(value.value)
    iri = f"mailto:{found[1]}" if found else ""
    return NamedNode(iri) if iri and accepted_iri(iri) else None


def dated(value: Value) -> Value | None:
    """A date in the datatype that its form has."""
    if not isinstance(value, Literal) or not (value.datatype in _DATED or _is_year(value)):
        return None
    for pattern, datatype in _DATES:
        found = pattern.match(value.value)
        if found and _in_calendar(*map(int, found.groups())):
            return None if value.datatype == datatype else Literal(value.value, datatype=datatype)
    return None


def _is_year(value: Literal) -> bool:
    return value.datatype == XSD.integer


def _in_calendar(year: int, month: int = 1, day: int = 1) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def number(value: Value, datatype: NamedNode) -> Value | None:
    """A number in the datatype that is declared for its predicate, where it is one of that datatype."""
    if not isinstance(value, Literal):
        return None
    found = Property(datatype, datatype, "").restored(value)
    return None if found == value else found


def duration(value: Value) -> Value | None:
    """A duration that came as a plain string."""
    if isinstance(value, Literal) and value.datatype == XSD.string and _DURATION.match(value.value):
        return Literal(value.value, datatype=XSD.duration)
    return None
