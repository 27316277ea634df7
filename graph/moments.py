"""Moments as texts: to the second and in UTC, as RDF, OAI-PMH, Atom and sitemaps all have them."""

from datetime import UTC, datetime
from functools import lru_cache

from pyoxigraph import Literal

from vocabularies.namespaces import XSD


def written(moment: datetime) -> str:
    """One that is in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def literal(moment: datetime) -> Literal:
    return Literal(written(moment), datatype=XSD.dateTime)


@lru_cache(maxsize=1024)
def of_second(second: int) -> str:
    """The moment so many seconds after 1970 began; the same few are asked for again and again."""
    return written(datetime.fromtimestamp(second, UTC))
