"""What templates may do to a value besides printing it; each filter is tested by itself."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from werkzeug.urls import iri_to_uri

from graph.geometry.reading import read
from graph.geometry.shapes import Extent, Shapes

_DATE: Final = re.compile(r"(-?\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d).*)?)?)?(?:Z|[+-]\d\d:\d\d)?")
_UNITS: Final = ("B", "kB", "MB", "GB", "TB", "PB")
_OCTETS: Final = ("o", "ko", "Mo", "Go", "To", "Po")
"""The same as French writes them."""
_DURATION: Final = re.compile(
    r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.0+)?S)?)?"
)
_SPANS: Final = tuple(f"duration-{unit}" for unit in ("year", "month", "week", "day", "hour", "minute", "second"))
_COMPASS: Final = {"fr": ("E", "O"), "de": ("O", "W"), "en": ("E", "W"), "lb": ("O", "W")}
"""What east and west are called; north and south are N and S in all four."""
_SAFE: Final = re.compile(r"(?:https?://[^\s]+|mailto:[^\s]+)\Z", re.IGNORECASE)
PLAIN: Final = re.compile(
    r"https?://(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}(?::[1-9][0-9]{0,3})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)?\Z"
)
"""Most addresses: nothing in them is written otherwise in a URI, and nothing can be wrong with host or port."""

_REPEATED: Final = 8_192
"""Numbers and dates that are remembered as written: a list has dozens, and most are on other pages too."""


def day(value: str | datetime, locale: Locale) -> str:
    """A date as the reader writes it; what is no date we can write stays as it is."""
    if isinstance(value, datetime):
        pattern = str(get_datetime_format("medium", locale=locale))
        return pattern.format(format_time(value, "short", locale=locale), format_date(value, "medium", locale=locale))
    match = _DATE.fullmatch(value)
    if match is None or match.group(3) is None:
        return value
    try:
        return _written(date(*map(int, match.group(1, 2, 3))), locale)
    except (ValueError, OverflowError):
        return value


@lru_cache(maxsize=_REPEATED)
def _written(when: date, locale: Locale) -> str:
    written = format_date(when, "long", locale=locale)
    return re.sub(r"^1\b", "1er", written) if locale.language == "fr" else written


@lru_cache(maxsize=_REPEATED)
def month(value: str, locale: Locale, pattern: str = "LLLL y") -> str:
    """A month such as `2026-11` as the reader writes it; what is none stays as it is."""
    match = _DATE.fullmatch(value)
    if match is None or match.group(2) is None:
        return value
    try:
        return format_date(date(int(match.group(1)), int(match.group(2)), 1), pattern, locale=locale)
    except ValueError:
        return value


@lru_cache(maxsize=_REPEATED)
def number(value: float, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=_REPEATED)
def percent(hundredths: int, locale: Locale) -> str:
    return format_percent(hundredths / 100, locale=locale)


def size(value: int, locale: Locale) -> str:
    """Bytes in the largest unit that leaves a number of at least one, with two or three digits."""
    units = _OCTETS if locale.language == "fr" else _UNITS
    amount = float(value)
    unit = 0
    while amount >= 1000 and unit < len(units) - 1:
        amount /= 1000
        unit += 1
    shown = format_decimal(amount, "#,##0.#" if unit and amount < 100 else "#,##0", locale=locale)
    return f"{shown} {units[unit]}"


def duration(value: str, locale: Locale) -> str:
    """A duration such as `PT1H` in words; what is none stays as it is."""
    match = _DURATION.fullmatch(value)
    if match is None:
        return value
    amounts = ((int(amount), unit) for amount, unit in zip(match.groups(), _SPANS, strict=True) if amount)
    told = [format_unit(amount, unit, "long", locale=locale) for amount, unit in amounts]
    return " ".join(told) or value


def area(value: str, locale: Locale) -> str:
    """From where to where a shape goes, by longitude and latitude; what is read as none stays as it is."""
    shapes = read(value)
    extent = shapes.extent if isinstance(shapes, Shapes) else None
    return reached(extent, locale) if extent else value


@lru_cache(maxsize=_REPEATED)
def reached(extent: Extent, locale: Locale) -> str:
    """From where to where something reaches, in words."""
    east, west = _COMPASS.get(locale.language, _COMPASS["en"])
    across = [each - 360 if each > 180 else each + 360 if each < -180 else each for each in (extent.west, extent.east)]
    return ", ".join((_span(across, east, west, locale), _span((extent.south, extent.north), "N", "S", locale)))


def _span(degrees: Iterable[float], above: str, below: str, locale: Locale) -> str:
    told = (
        f"{format_decimal(abs(one), '0.####', locale=locale)}°\N{NO-BREAK SPACE}{above if one >= 0 else below}"
        for one in dict.fromkeys(round(each, 4) for each in degrees)
    )
    return " \N{EN DASH} ".join(told)


def link(iri: str | None) -> str | None:
    """The address if it may be followed: http, https or mailto; whatever else a source wrote is no link.

    Neither is one of a host or port that there cannot be, though it is an IRI.
    """
    if iri is None or PLAIN.match(iri):
        return iri
    if not _SAFE.match(iri):
        return None
    try:
        iri_to_uri(iri)
        urlsplit(iri)
    except ValueError:
        return None
    return iri


def uri(iri: str) -> str:
    """The address in ASCII. Raises ValueError where no host or port is like its own."""
    return iri if PLAIN.match(iri) else iri_to_uri(iri)


def paragraphs(text: str) -> list[str]:
    """A text cut at its empty lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def shortened(text: str, length: int) -> str:
    """The beginning of a text, cut between words."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length + 1].rsplit(" ", 1)[0].rstrip(" ,;:.-\u2013")[:length] + " …"
