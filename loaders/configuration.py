"""The configuration file of sources: TOML, one table per source.

[sources."data.gov.be"]
locations = ["https://…/catalogue.nt"]     # files, folders or addresses; together the source's whole state
format = "ntriples"                        # optional
licence = "CC0"                            # optional: of the metadata; a code of the Union's table, or an IRI
attribution = "City of Anytown"            # optional: whom users of the metadata are to name
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from graph.errors import FormatError, NotFound, SourceError
from loaders.pipeline import Order
from loaders.terms import Terms, licence_iri

_KEYS: Final = {"locations", "format", "partial", "validate", "strict", "licence", "attribution"}


def orders(path: Path, names: Sequence[str] = (), *, wait: bool = False) -> list[Order]:
    """An order for each source in the file, or for those named, in that order.

    Raises NotFound for a file or a name that is not there, FormatError for what is no such configuration.
    """
    sources = _read(path)
    for name in names:
        if name not in sources:
            raise NotFound("source in the configuration file", name)
    return [_order(path, name, sources[name], wait=wait) for name in names or sources]


def _read(path: Path) -> dict[str, Any]:
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise NotFound("configuration file of sources", str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatError(str(path), f"is no TOML: {error}") from error
    sources = told.get("sources")
    if not isinstance(sources, dict):
        raise FormatError(str(path), 'has no table [sources."name"]')
    return sources


def _order(path: Path, name: str, told: Any, *, wait: bool) -> Order:
    if not isinstance(told, dict) or not told.keys() <= _KEYS:
        raise FormatError(str(path), f"source {name!r} may have {', '.join(sorted(_KEYS))} and nothing else")
    locations = told.get("locations")
    if not isinstance(locations, list) or not locations or not all(isinstance(each, str) for each in locations):
        raise FormatError(str(path), f"source {name!r} needs locations, a list of files, folders or addresses")
    switches = {key: told[key] for key in ("partial", "validate", "strict") if key in told}
    if not all(isinstance(value, bool) for value in switches.values()):
        raise FormatError(str(path), f"source {name!r}: partial, validate and strict are true or false")
    terms = _terms(path, name, told)
    try:
        return Order(locations, name, told.get("format"), wait=wait, terms=terms, **switches)
    except SourceError as error:
        raise FormatError(str(path), str(error)) from error


def _terms(path: Path, name: str, told: dict[str, Any]) -> Terms:
    licence, attribution = told.get("licence", ""), told.get("attribution", "")
    if not isinstance(licence, str) or not isinstance(attribution, str):
        raise FormatError(str(path), f"source {name!r}: licence and attribution are texts")
    try:
        return Terms(licence_iri(licence) if licence else "", attribution.strip())
    except ValueError as error:
        wanted = "a code of the table of licences, such as CC0 or CC_BY_4_0, or an IRI"
        raise FormatError(str(path), f"source {name!r}: licence must be {wanted}, not {licence[:100]!r}") from error
