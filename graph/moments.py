"""Moments as texts: ours to the second and in UTC, as RDF, OAI-PMH, Atom and sitemaps have them; and those told us."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal

from vocabularies.namespaces import XSD

LAST_YEAR: Final = 2100
"""From here on a year stands for "no end" or "unknown", and would be the newest for ever."""

_DAY: Final = re.compile(
    r"(\d{4})(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?)?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII
)


def is_day(text: str) -> bool:
    """Whether a text of a source is a year, a month, a day or a moment that can be meant."""
    match = _DAY.fullmatch(text)
    return match is not None and int(match[1]) < LAST_YEAR


def latest(texts: Iterable[str]) -> str | None:
    """The latest of them that is a day; None where none is."""
    return max(filter(is_day, texts), default=None)


def written(moment: datetime) -> str:
    """One that is in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def literal(moment: datetime) -> Literal:
    return Literal(written(moment), datatype=XSD.dateTime)


@lru_cache(maxsize=1024)
def of_second(second: int) -> str:
    """The moment so many seconds after 1970 began; the same few are asked for again and again."""
    return written(datetime.fromtimestamp(second, UTC))
