"""What the model says of a predicate that the store does not keep: the datatype of its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode

from graph.model.declarations import Model
from vocabularies.namespaces import HYDRA, VOID, XSD


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


OF_PAGING: Final = (
    Property(HYDRA.totalItems, XSD.integer, "https://www.w3.org/ns/hydra/core#totalItems"),
    Property(VOID.triples, XSD.integer, "https://www.w3.org/TR/void/#statistics"),
)
"""What we say of our own answers, which no profile declares."""


@cache
def declared() -> Mapping[NamedNode, Property]:
    """By predicate, where the store loses the datatype that the model declares.

    What it keeps needs no entry: xsd:duration of dcat:temporalResolution, xsd:hexBinary of spdx:checksumValue, dates
    (measured on pyoxigraph 0.5.13, pinned by a test).
    """
    model = Model.load()
    clauses = {use.predicate: use.clause for use in reversed(model.uses)}
    lost = [
        Property(predicate, datatype, clauses[predicate])
        for predicate, datatype in model.datatypes().items()
        if datatype in _RANGES
    ]
    return MappingProxyType({one.predicate: one for one in (*lost, *OF_PAGING)})


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
    found = declared().get(predicate)
    return found.restored(value) if found else value


def language_tag(tag: str) -> str:
    """The tag in the case people write it, by RFC 5646 section 2.1.1: `zh-hant-tw` is `zh-Hant-TW`."""
    first, *rest = tag.lower().split("-")
    cased = [first]
    for place, subtag in enumerate(rest):
        if len(subtag) == 1 or len(first) == 1:  # after a singleton all is lower case: extensions, private use
            return "-".join([*cased, *rest[place:]])
        cased.append({2: subtag.upper(), 4: subtag.title()}.get(len(subtag), subtag))
    return "-".join(cased)
