"""Is a literal's text right for its datatype, without building its value.

Follows XML Schema 1.1 part 2. Years outside 0001 to 9999 count as mistakes, as they do for pySHACL; a datatype that is
not listed here (xsd:gYear, xsd:anyURI, anyone's own) is not judged, as pySHACL does not.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from typing import Final

from pyoxigraph import NamedNode

from vocabularies.namespaces import XSD

_ZONE: Final = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_DAY: Final = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_CLOCK: Final = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_NUMBER: Final = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DAYS: Final = r"(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
_MONTHS: Final = r"(?:[0-9]+Y)?(?:[0-9]+M)?"

Check = Callable[[str], bool]


def _matching(pattern: str) -> Check:
    match = re.compile(pattern).fullmatch
    return lambda text: match(text) is not None


def _whole(low: int | None, high: int | None) -> Check:
    match = re.compile(r"[+-]?[0-9]+").fullmatch
    longest = 64  # a longer number is out of every bound; int() would take quadratic time

    def check(text: str) -> bool:
        if match(text) is None:
            return False
        if low is None and high is None:
            return True
        if len(text) > longest:
            return (high is None and text[0] != "-") or (low is None and text[0] == "-")
        number = int(text)
        return (low is None or number >= low) and (high is None or number <= high)

    return check


def _dated(pattern: str) -> Check:
    match = re.compile(pattern).fullmatch

    def check(text: str) -> bool:
        found = match(text)
        if found is None:
            return False
        year, month, day = map(int, found.groups())
        return year > 0 and 1 <= month <= 12 and day >= 1 and (day <= 28 or day <= monthrange(year, month)[1])

    return check


CHECKS: Final[dict[NamedNode, Check]] = {
    XSD.boolean: _matching("true|false|1|0"),
    XSD.integer: _whole(None, None),
    XSD.nonNegativeInteger: _whole(0, None),
    XSD.positiveInteger: _whole(1, None),
    XSD.nonPositiveInteger: _whole(None, 0),
    XSD.negativeInteger: _whole(None, -1),
    XSD.long: _whole(-(1 << 63), (1 << 63) - 1),
    XSD.int: _whole(-(1 << 31), (1 << 31) - 1),
    XSD.short: _whole(-(1 << 15), (1 << 15) - 1),
    XSD.byte: _whole(-(1 << 7), (1 << 7) - 1),
    XSD.unsignedLong: _whole(0, (1 << 64) - 1),
    XSD.unsignedInt: _whole(0, (1 << 32) - 1),
    XSD.unsignedShort: _whole(0, (1 << 16) - 1),
    XSD.unsignedByte: _whole(0, (1 << 8) - 1),
    XSD.decimal: _matching(rf"[+-]?{_NUMBER}"),
    XSD.double: _matching(rf"[+-]?{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"),
    XSD.float: _matching(rf"[+-]?{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"),
    XSD.date: _dated(_DAY + _ZONE),
    XSD.dateTime: _dated(_DAY + "T" + _CLOCK + _ZONE),
    XSD.time: _matching(_CLOCK + _ZONE),
    XSD.duration: _matching(rf"-?P(?=[0-9T]){_MONTHS}{_DAYS}"),
    XSD.dayTimeDuration: _matching(rf"-?P(?=[0-9T]){_DAYS}"),
    XSD.yearMonthDuration: _matching(rf"-?P(?=[0-9]){_MONTHS}"),
    XSD.hexBinary: _matching("(?:[0-9a-fA-F]{2})*"),
}
"""Datatype to the check of its text."""


def _anything(_: str) -> bool:
    return True


def check_of(datatype: NamedNode) -> Check:
    """The check for a datatype; one that accepts everything where there is none."""
    return CHECKS.get(datatype, _anything)
