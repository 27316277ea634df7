"""Is a literal's text right for its datatype: exactly what pySHACL, our reference, takes for right.

That is wider than XML Schema: rdflib reads `2020-01-01T10:00:00` as an xsd:date and `1_0` as an integer. Equal results
come first; a shape that wants the narrow form says so by sh:pattern, which means the same to both. A datatype that is
not listed here (xsd:gYear, xsd:anyURI, anyone's own) is not judged, as pySHACL does not.
"""

import re
from binascii import unhexlify
from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal
from typing import Final

from pyoxigraph import NamedNode

from shapes.components.dates import date_of, duration_of
from vocabularies.namespaces import XSD

Check = Callable[[str], bool]

REFUSALS: Final = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError)
"""What Python's and rdflib's readers raise at a text that they cannot read."""


def _readable(read: Callable[[str], object]) -> Check:
    def check(text: str) -> bool:
        try:
            return read(text) is not None
        except REFUSALS:
            return False

    return check


def _whole(low: int | None, high: int | None) -> Check:
    def read(text: str) -> int | None:
        number = int(text)
        return number if (low is None or number >= low) and (high is None or number <= high) else None

    return _readable(read)


def _dated(pattern: str, read: Callable[[str], object]) -> Check:
    """Most dates are plain: for these a pattern and the calendar are quicker than a reader."""
    match = re.compile(pattern).fullmatch
    slow = _readable(read)

    def check(text: str) -> bool:
        found = match(text)
        if found is None:
            return slow(text)
        year, month, day = map(int, found.groups())
        return year > 0 and 1 <= month <= 12 and day >= 1 and (day <= 28 or day <= monthrange(year, month)[1])

    return check


_DAY: Final = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_CLOCK: Final = r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-]0[0-9]:[0-5][0-9])?"

CHECKS: Final[dict[NamedNode, Check]] = {
    XSD.boolean: {"true", "false", "1", "0"}.__contains__,
    XSD.integer: _whole(None, None),
    XSD.nonNegativeInteger: _whole(0, None),
    XSD.positiveInteger: _whole(1, None),
    XSD.nonPositiveInteger: _whole(None, 0),
    XSD.negativeInteger: _whole(None, -1),
    XSD.long: _whole(None, None),
    XSD.int: _whole(-(1 << 31), (1 << 31) - 1),
    XSD.short: _whole(-(1 << 15), (1 << 15) - 1),
    XSD.byte: _whole(-(1 << 7), (1 << 7) - 1),
    XSD.unsignedLong: _whole(0, None),
    XSD.unsignedInt: _whole(0, (1 << 32) - 1),
    XSD.unsignedShort: _whole(0, (1 << 16) - 1),
    XSD.unsignedByte: _whole(0, (1 << 8) - 1),
    XSD.decimal: _readable(Decimal),
    XSD.double: _readable(float),
    XSD.float: _readable(float),
    XSD.date: _dated(_DAY, date_of),
    XSD.dateTime: _dated(_DAY + _CLOCK, datetime.fromisoformat),
    XSD.time: _readable(time.fromisoformat),
    XSD.duration: _readable(duration_of),
    XSD.dayTimeDuration: _readable(duration_of),
    XSD.yearMonthDuration: _readable(duration_of),
    XSD.hexBinary: _readable(lambda text: unhexlify(text.encode())),
}
"""Datatype to the check of its text."""


def _anything(_: str) -> bool:
    return True


def check_of(datatype: NamedNode) -> Check:
    """The check for a datatype; one that accepts everything where there is none."""
    return CHECKS.get(datatype, _anything)
