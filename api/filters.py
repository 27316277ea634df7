"""What templates may do to a value besides printing it; each filter is tested by itself."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from werkzeug.urls import iri_to_uri

_DATE: Final = re.compile(r"(-?\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d).*)?)?)?(?:Z|[+-]\d\d:\d\d)?")
_UNITS: Final = ("B", "kB", "MB", "GB", "TB", "PB")
_SAFE: Final = re.compile(r"(?:https?://[^\s]+|mailto:[^\s]+)\Z", re.IGNORECASE)


def day(value: str | datetime, locale: Locale) -> str:
    """A date as the reader writes it; what is no date we can write stays as it is."""
    if isinstance(value, datetime):
        return format_datetime(value, "medium", locale=locale)
    match = _DATE.fullmatch(value)
    if match is None or match.group(3) is None:
        return value
    try:
        return format_date(date(*map(int, match.group(1, 2, 3))), "long", locale=locale)
    except (ValueError, OverflowError):
        return value


def month(value: str, locale: Locale) -> str:
    """A month such as `2026-11` as the reader writes it; what is none stays as it is."""
    match = _DATE.fullmatch(value)
    if match is None or match.group(2) is None:
        return value
    try:
        return format_date(date(int(match.group(1)), int(match.group(2)), 1), "LLLL y", locale=locale)
    except ValueError:
        return value


def number(value: float, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


def size(value: int, locale: Locale) -> str:
    """Bytes in the largest unit that leaves a number of at least one, with two or three digits."""
    amount = float(value)
    unit = 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount /= 1000
        unit += 1
    shown = format_decimal(amount, "#,##0.#" if unit and amount < 100 else "#,##0", locale=locale)
    return f"{shown} {_UNITS[unit]}"


def link(iri: str | None) -> str | None:
    """The address if it may be followed: http, https or mailto; whatever else a source wrote is no link.

    Neither is one of a host or port that there cannot be, though it is an IRI.
    """
    if iri is None or not _SAFE.match(iri):
        return None
    try:
        iri_to_uri(iri)
        urlsplit(iri)
    except ValueError:
        return None
    return iri


def paragraphs(text: str) -> Iterable[str]:
    """A text cut at its empty lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def shortened(text: str, length: int) -> str:
    """The beginning of a text, cut between words."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length + 1].rsplit(" ", 1)[0].rstrip(" ,;:.-\u2013")[:length] + " …"
