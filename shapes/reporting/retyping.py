"""What a literal should have been: the same value rightly typed, as far as its text tells.

For messages only: a day and a month may be the wrong way round, and only the publisher knows.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode

from vocabularies.namespaces import RDF, XSD

LONGEST: Final = 300
"""Characters. A longer text is no date, number or address."""

_DATE: Final = r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
_DATES: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (_DATE, r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})", r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)")
)
_CLOCK: Final = re.compile(r"[T ]+(\d\d:\d\d)(:\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:\d\d)?", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_NUMBER: Final = re.compile(r"([+-]?\d+)(?:[.,](\d+))?\s*(?P<unit>[A-Za-zµ]*)", re.ASCII)
_DURATION: Final = re.compile(
    r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII
)
_AMOUNT: Final = re.compile(
    r"(\d+)\s*(year|month|week|day|hour|minute|second|min|sec|h|d|s)s?", re.IGNORECASE | re.ASCII
)
_UNITS: Final = {"y": "P{}Y", "mo": "P{}M", "w": "P{}W", "d": "P{}D", "h": "PT{}H", "mi": "PT{}M", "s": "PT{}S"}
_RHYTHMS: Final = {
    "yearly": "P1Y", "annual": "P1Y", "monthly": "P1M", "weekly": "P7D", "daily": "P1D", "hourly": "PT1H",
}  # fmt: skip
_SIZES: Final = {
    "": 1, "b": 1, "bytes": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "tb": 1000**4,
    "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "ko": 1000, "mo": 1000**2, "go": 1000**3, "o": 1,
}  # fmt: skip
_TRUTHS: Final = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}
_ADDRESS: Final = re.compile(r"(?:https?|ftp)://[^\s<>\"]+|(?:mailto|tel|urn|doi):[^\s<>\"]+", re.IGNORECASE)
_MAILBOX: Final = re.compile(r"[^\s@<>\"/:]+@[^\s@<>\"/:]+\.[A-Za-z]{2,}")
_HOST: Final = re.compile(r"www\.[^\s<>\"]+")


def retyped(text: str, datatypes: Sequence[NamedNode]) -> Literal | None:
    """The text as a value of one of the datatypes, the first that fits best."""
    if len(text) > LONGEST:
        return None
    for datatype in datatypes:
        read = _READERS.get(datatype)
        found = next(read(text.strip()), None) if read else None
        if found is not None:
            return Literal(found, datatype=datatype)
    day = _day(text.strip()) if XSD.date in datatypes else None
    return Literal(day, datatype=XSD.date) if day else None


def addressed(text: str) -> NamedNode | None:
    """The IRI that a text means: an address, a mailbox."""
    text = text.strip()
    if len(text) > LONGEST:
        return None
    with suppress(ValueError):
        if _ADDRESS.fullmatch(text):
            return NamedNode(text)
        if _MAILBOX.fullmatch(text):
            return NamedNode(f"mailto:{text}")
        if _HOST.fullmatch(text):
            return NamedNode(f"https://{text}")
    return None


def _day(text: str) -> str | None:
    for pattern in _DATES:
        found = pattern.match(text)
        if found and (rest := text[found.end() :]) == rest.lstrip("0123456789"):
            with suppress(ValueError):
                return date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat()
    return None


def _behind_day(text: str) -> str:
    return next((text[found.end() :] for pattern in _DATES if (found := pattern.match(text))), "")


def _date(text: str) -> Iterator[str]:
    day = _day(text)
    if day and not _behind_day(text).strip():
        yield day


def _moment(text: str) -> Iterator[str]:
    day, clock = _day(text), _CLOCK.fullmatch(_behind_day(text))
    if day:
        time = clock[1] + (clock[2] or ":00") + (clock[3] or "") if clock else "00:00:00"
        yield f"{day}T{time}"


def _year(text: str) -> Iterator[str]:
    if _YEAR.fullmatch(text):
        yield text


def _year_month(text: str) -> Iterator[str]:
    found = _MONTH.fullmatch(text)
    if found and 1 <= int(found[2]) <= 12:
        yield text


def _size(text: str) -> Iterator[str]:
    found = _NUMBER.fullmatch(_closed(text))
    factor = _SIZES.get(found["unit"].lower()) if found else None
    if found and factor:
        number = float(f"{found[1]}.{found[2] or 0}") * factor
        if number >= 0 and number == int(number):
            yield str(int(number))


def _integer(text: str) -> Iterator[str]:
    found = _NUMBER.fullmatch(_closed(text))
    if found and not found["unit"] and int(found[2] or 0) == 0:
        yield found[1]


def _decimal(text: str) -> Iterator[str]:
    found = _NUMBER.fullmatch(_closed(text))
    if found and found["unit"].lower() in {"", "m"}:
        yield found[1] + (f".{found[2]}" if found[2] else "")


def _closed(text: str) -> str:
    """A number without the blanks and points between its thousands."""
    text = re.sub(r"(?<=\d)[ \u00a0\u202f'](?=\d{3}\b)", "", text)
    return re.sub(r"(?<=\d)[,.](?=\d{3}(?:[,.]\d{3})+\b)|(?<=\d{3})[,.](?=\d{3}\b)", "", text)


def _duration(text: str) -> Iterator[str]:
    amount = _AMOUNT.fullmatch(text)
    if _DURATION.fullmatch(text):
        yield text
    elif amount:
        unit = amount[2].lower()
        form = _UNITS.get(unit[:2]) or _UNITS[unit[:1]]
        yield form.format(amount[1]) if form != "P{}W" else f"P{7 * int(amount[1])}D"
    elif text.lower() in _RHYTHMS:
        yield _RHYTHMS[text.lower()]


def _truth(text: str) -> Iterator[str]:
    if text.lower() in _TRUTHS:
        yield _TRUTHS[text.lower()]


def _hexadecimal(text: str) -> Iterator[str]:
    plain = re.sub(r"[\s:-]", "", text)
    if plain and len(plain) % 2 == 0 and not plain.strip("0123456789abcdefABCDEF"):
        yield plain


def _address(text: str) -> Iterator[str]:
    found = addressed(text)
    if found:
        yield found.value


def _any(text: str) -> Iterator[str]:
    if text:
        yield text


_READERS: Final[dict[NamedNode, Callable[[str], Iterator[str]]]] = {
    XSD.date: _date,
    XSD.dateTime: _moment,
    XSD.gYear: _year,
    XSD.gYearMonth: _year_month,
    XSD.nonNegativeInteger: _size,
    XSD.integer: _integer,
    XSD.decimal: _decimal,
    XSD.double: _decimal,
    XSD.duration: _duration,
    XSD.boolean: _truth,
    XSD.hexBinary: _hexadecimal,
    XSD.anyURI: _address,
    XSD.string: _any,
    RDF.langString: lambda _text: iter(()),
}
"""Datatype to what finds its text in another; the order in which a shape names the datatypes decides."""
