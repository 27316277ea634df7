"""Codes of places as the countries whose outlines are known: a region's own outline is not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from api.presenting.maps.paths import extent
from graph.geometry.shapes import Extent
from vocabularies.namespaces import AUTHORITY, COMMUNES, NUTS
from vocabularies.outlines.reading import groups, outlines

_PART: Final = 0.1
"""Islands and overseas parts that are smaller than that part of a country's largest are not what a map is fitted to."""
_NUTS: Final = {
    "AL": "ALB", "AT": "AUT", "BE": "BEL", "BG": "BGR", "CH": "CHE", "CY": "CYP", "CZ": "CZE", "DE": "DEU", "DK": "DNK",
    "EE": "EST", "EL": "GRC", "ES": "ESP", "FI": "FIN", "FR": "FRA", "HR": "HRV", "HU": "HUN", "IE": "IRL", "IS": "ISL",
    "IT": "ITA", "LI": "LIE", "LT": "LTU", "LU": "LUX", "LV": "LVA", "ME": "MNE", "MK": "MKD", "MT": "MLT", "NL": "NLD",
    "NO": "NOR", "PL": "POL", "PT": "PRT", "RO": "ROU", "RS": "SRB", "SE": "SWE", "SI": "SVN", "SK": "SVK", "TR": "TUR",
    "UK": "GBR",
}  # fmt: skip
"""https://ec.europa.eu/eurostat/web/nuts: Greece is EL, the United Kingdom UK."""
_TABLES: Final = {name: AUTHORITY[f"{name}/"].value for name in ("country", "continent", "place")}


@dataclass(frozen=True, slots=True)
class Covered:
    """The countries that a code is drawn as."""

    countries: tuple[str, ...]
    is_part: bool = False
    """Whether it is only a part of the country."""


def covered(iri: str) -> Covered | None:
    """None where no outline is known of it or of its country."""
    found = _covered(iri)
    known = tuple(code for code in found.countries if code in outlines()) if found else ()
    return Covered(known, found.is_part) if found and known else None


def _covered(iri: str) -> Covered | None:
    if iri.startswith(NUTS):
        code = iri.removeprefix(NUTS)
        return Covered((_NUTS.get(code[:2], ""),), is_part=bool(code[2:].strip("0")))
    if iri.startswith(COMMUNES):
        return Covered(("LUX",), is_part=True)
    for table, prefix in _TABLES.items():
        if iri.startswith(prefix):
            code = iri.removeprefix(prefix)
            return Covered((code[:3],), is_part=True) if table == "place" else Covered(groups().get(code, (code,)))
    return None


def extents(codes: Iterable[str]) -> Iterator[Extent]:
    """Of the main parts of countries."""
    return (each for code in codes for each in _main(code))


@lru_cache(maxsize=512)
def _main(code: str) -> tuple[Extent, ...]:
    known = [extent(ring) for ring in outlines().get(code, ())]
    largest = max(map(_size, known), default=0.0)
    return tuple(each for each in known if _size(each) >= _PART * largest)


def _size(one: Extent) -> float:
    return (one.east - one.west) * (one.north - one.south)
