"""Which of two literals comes first: exactly what pySHACL, our reference, takes for less.

Numbers, dates, times, booleans and strings are compared by value, as SPARQL's `<` does, and dateTimes with and without
a time zone are not comparable. Where SPARQL knows no order, rdflib has one: by the IRI of the datatype, by language, by
text; equal results come first, so it is followed, but for XML literals, which are not parsed: they compare as texts.
Blank nodes have no order, nor has what is no number (pySHACL gives up on them).
"""

from base64 import b64decode
from binascii import unhexlify
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from shapes.components.constraints import Term
from shapes.components.datatypes import CHECKS, REFUSALS
from shapes.components.dates import date_of, duration_of
from vocabularies.namespaces import RDF, XSD

_WHOLE: Final = (
    XSD.integer, XSD.nonNegativeInteger, XSD.positiveInteger, XSD.nonPositiveInteger, XSD.negativeInteger, XSD.long,
    XSD.int, XSD.short, XSD.byte, XSD.unsignedLong, XSD.unsignedInt, XSD.unsignedShort, XSD.unsignedByte,
)  # fmt: skip
_NUMERIC: Final = frozenset((*_WHOLE, XSD.decimal, XSD.double, XSD.float))
_TEXTS: Final = (XSD.string, XSD.normalizedString, XSD.token, XSD.language, XSD.anyURI)

_READERS: Final[dict[NamedNode, Callable[[str], object]]] = {
    **dict.fromkeys(_WHOLE, int),
    **dict.fromkeys(_TEXTS, str),
    XSD.boolean: lambda text: text.lower() in {"1", "true"},
    XSD.decimal: Decimal,
    XSD.double: float,
    XSD.float: float,
    XSD.date: date_of,
    XSD.dateTime: datetime.fromisoformat,
    XSD.time: time.fromisoformat,
    XSD.duration: duration_of,
    XSD.dayTimeDuration: duration_of,
    XSD.yearMonthDuration: duration_of,
    XSD.hexBinary: lambda text: unhexlify(text.encode()),
    XSD.base64Binary: b64decode,
}

_APART: Final = (datetime, time)
"""What Python refuses to order: with a time zone and without."""


class _Incomparable(Exception):
    """Two literals of one datatype whose values are not known."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A literal with its value: None where the datatype is not known or the text is wrong for it."""

    text: str
    datatype: NamedNode
    language: str
    value: Any
    is_number: bool

    @property
    def is_text(self) -> bool:
        return isinstance(self.value, str)


def _read(literal: Literal) -> _Read:
    text, datatype, language = literal.value, literal.datatype, literal.language or ""
    if datatype == RDF.langString:
        datatype = XSD.string
    reader = _READERS.get(datatype)
    try:
        value = None if reader is None else reader(text)
    except REFUSALS:
        value = None
    return _Read(text, datatype, language.lower(), value, datatype in _NUMERIC and CHECKS[datatype](text))


def _equal(one: _Read, other: _Read) -> bool:
    """Raises _Incomparable."""
    if one.is_number and other.is_number:
        return bool(one.value == other.value)
    if one.language != other.language or one.datatype != other.datatype:
        return False
    if one.value is not None and other.value is not None:
        return bool(one.value == other.value)
    if one.text == other.text:
        return True
    raise _Incomparable


def _greater(one: _Read, other: _Read) -> bool:
    if one.is_number and other.is_number:
        return bool(one.value > other.value)
    if one.datatype != other.datatype:
        return one.datatype.value > other.datatype.value
    if one.language != other.language:
        return bool(one.language) and (not other.language or one.language > other.language)
    if one.value is not None and other.value is not None:
        try:
            return bool(_sortable(one.value) > _sortable(other.value))
        except TypeError:
            pass
    return one.text > other.text


def _sortable(value: Any) -> Any:
    """Values with a time zone after those without."""
    return (value.utcoffset() is not None, value) if isinstance(value, _APART) else value


def less(one: Term, other: Term) -> bool:
    """Whether sh:lessThan holds for a value and one that it is compared with."""
    return _ordered(one, other, or_equals=False)


def at_most(one: Term, other: Term) -> bool:
    """Whether sh:lessThanOrEquals holds for a value and one that it is compared with."""
    return _ordered(one, other, or_equals=True)


def _ordered(one: Term, other: Term, *, or_equals: bool) -> bool:
    ends = [_text_or_read(term) for term in (one, other)]
    match ends:
        case [str() as left, str() as right]:
            return left < right or (or_equals and left == right)
        case [_Read() as left, _Read() as right]:
            return _in_order(left, right, or_equals=or_equals)
        case _:
            return False


def _text_or_read(term: Term) -> str | _Read | None:
    if isinstance(term, NamedNode):
        return term.value
    if not isinstance(term, Literal):
        return None
    read = _read(term)
    return read.text if read.is_text else read


def _in_order(left: _Read, right: _Read, *, or_equals: bool) -> bool:
    try:
        if _equal(left, right):
            return or_equals
        return not _greater(left, right)
    except _Incomparable:
        return not _greater(left, right)
    except ArithmeticError:
        return False


def bound(literal: Literal, accepted: Callable[[int], bool]) -> Callable[[Term], bool]:
    """Whether a term compares to a bound as is accepted: of -1, 0 and 1 for less, equal and more."""
    limit = _read(literal)

    def within(term: Term) -> bool:
        if not isinstance(term, Literal):
            return False
        read = _read(term)
        if read.is_text != limit.is_text:
            return False
        try:
            return accepted(_compared(read, limit))
        except (_Incomparable, TypeError, ArithmeticError):
            return False

    return within


def _compared(read: _Read, limit: _Read) -> int:
    if _equal(read, limit):
        return 0
    if type(read.value) in _APART:
        return 1 if read.value > limit.value else -1
    return 1 if _greater(read, limit) else -1
