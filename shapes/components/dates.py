"""Dates and durations as rdflib reads them; rdflib is imported for what is not plain only: it takes a while."""

import re
from datetime import date
from typing import Final

_PLAIN: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def date_of(text: str) -> date:
    """Raises ValueError and the like where it is none."""
    if _PLAIN.fullmatch(text):
        return date.fromisoformat(text)
    if "-" not in text:
        raise ValueError(text)
    from rdflib.xsd_datetime import parse_xsd_date

    found: date = parse_xsd_date(text)
    return found


def duration_of(text: str) -> object:
    """Raises ValueError and the like where it is none."""
    from rdflib.xsd_datetime import parse_xsd_duration

    return parse_xsd_duration(text)
