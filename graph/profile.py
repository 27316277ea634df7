"""The declared properties: what DCAT-AP says of a predicate that the store does not keep."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from pyoxigraph import Literal, NamedNode

from vocabularies.namespaces import DCAT, HYDRA, VOID, XSD

DCAT_AP: Final = "https://semiceu.github.io/DCAT-AP/releases/3.0.1"


@dataclass(frozen=True, slots=True)
class Property:
    """A predicate whose values have one declared datatype; `clause` is where it is declared."""

    predicate: NamedNode
    datatype: NamedNode
    clause: str

    def restored(self, value: Literal) -> Literal:
        """The same value in the declared datatype; the literal itself where it is no value of that datatype.

        Oxigraph keeps numbers by value, so `"5"^^xsd:nonNegativeInteger` comes back as `xsd:integer`. Restored is what
        SPARQL's `=` holds equal, and a number that was given no datatype: a negative byteSize stays what it is.
        """
        if value.datatype == self.datatype or value.datatype not in _NUMERIC or value.language:
            return value
        number = _number(value.value)
        limits = _RANGES.get(self.datatype)
        if number is None or limits is None or not limits.holds(number):
            return value
        return Literal(f"{int(number)}" if _is_whole(number) else f"{number:f}", datatype=self.datatype)


PROPERTIES: Final = (
    Property(DCAT.byteSize, XSD.nonNegativeInteger, DCAT_AP + "#Distribution.bytesize"),
    Property(DCAT.spatialResolutionInMeters, XSD.decimal, DCAT_AP + "#Dataset.spatialresolution"),
    Property(HYDRA.totalItems, XSD.integer, "https://www.w3.org/ns/hydra/core#totalItems"),
    Property(VOID.triples, XSD.integer, "https://www.w3.org/TR/void/#statistics"),
)
"""Where the store loses the datatype. What it keeps needs no entry: xsd:duration of dcat:temporalResolution,
xsd:hexBinary of spdx:checksumValue, dates (measured on pyoxigraph 0.5.13, pinned by a test)."""

BY_PREDICATE: Final = {declared.predicate: declared for declared in PROPERTIES}


@dataclass(frozen=True, slots=True)
class _Range:
    """The values of a numeric datatype."""

    lowest: int | None = None
    integral: bool = True

    def holds(self, number: Decimal) -> bool:
        return (self.lowest is None or number >= self.lowest) and (_is_whole(number) or not self.integral)


_RANGES: Final = {
    XSD.decimal: _Range(integral=False),
    XSD.integer: _Range(),
    XSD.nonNegativeInteger: _Range(0),
    XSD.positiveInteger: _Range(1),
}

_NUMERIC: Final = frozenset(
    XSD[name]
    for name in (
        "string",  # a number that came without its datatype, as RDF/XML makes them
        "integer", "decimal", "float", "double", "int", "long", "short", "byte", "nonNegativeInteger",
        "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort",
        "unsignedByte",
    )
)  # fmt: skip

_LONGEST: Final = 40
"""Characters of a number that is looked at: 1e400000 has more digits than a size needs."""


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _number(lexical: str) -> Decimal | None:
    try:
        number = Decimal(lexical) if len(lexical) <= _LONGEST else Decimal("NaN")
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _LONGEST else None


def restored(predicate: NamedNode, value: Literal) -> Literal:
    """The literal as declared for the predicate."""
    declared = BY_PREDICATE.get(predicate)
    return declared.restored(value) if declared else value


def language_tag(tag: str) -> str:
    """The tag in the case people write it, by RFC 5646 section 2.1.1: `zh-hant-tw` is `zh-Hant-TW`."""
    first, *rest = tag.lower().split("-")
    cased = [first]
    for place, subtag in enumerate(rest):
        if len(subtag) == 1 or len(first) == 1:  # after a singleton all is lower case: extensions, private use
            return "-".join([*cased, *rest[place:]])
        cased.append({2: subtag.upper(), 4: subtag.title()}.get(len(subtag), subtag))
    return "-".join(cased)
