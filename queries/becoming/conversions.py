"""What a value becomes where it does not stay what it is; nothing (None) where it is not of the kind.

Each is given the value, all that is told of nodes by subject, and its argument in the table, all in N-Triples notation.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import quoteattr

from pyoxigraph import Literal, NamedNode

from graph.serialise import Row
from vocabularies.namespaces import DCAT, GSP, MEDIA_TYPES, PROV, SKOS, SPDX, XSD

Told = Mapping[str, Sequence[Row]]
"""By subject, what is said of it."""

Conversion = Callable[[str, Told, str], str | None]

_CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_WKT: Final = re.compile(r"\s*(?:<([^<>\s]+)>\s*)?(POINT|POLYGON)\s*(\([-+.,()\seE0-9]+\))\s*", re.IGNORECASE)
_ANY_WKT: Final = re.compile(
    r"\s*(?:<[^<>\s]+>\s*)?(?:MULTI)?(?:POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\s*+(?:[ZM]{1,2}\s*+)?\(.*\)\s*",
    re.IGNORECASE | re.DOTALL,
)
_NUMBER: Final = re.compile(r"[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d+)?")
_RING: Final = re.compile(r"\(([^()]+)\)")
_LITERAL: Final = re.compile(r'"([^"\\]*)"(?:\^\^<([^>]*)>|@[A-Za-z0-9-]+)?')
"""One without anything escaped: there is none in numbers, dates and shapes."""
_CRS: Final = re.compile(r"<https?://www\.opengis\.net/def/crs/([A-Za-z]+)/[^/>]*/([A-Za-z0-9]+)>")


def _lexical(value: str) -> str | None:
    literal = _LITERAL.fullmatch(value)
    return literal[1] if literal else None


def _of(told: Told, node: str, predicate: NamedNode) -> list[str]:
    wanted = str(predicate)
    return sorted(value for _, by, value in told.get(node, ()) if by == wanted)


def decimal(value: str, _told: Told, _argument: str) -> str | None:
    """A number as xsd:decimal."""
    text = _lexical(value)
    return str(Literal(text, datatype=XSD.decimal)) if text and _NUMBER.fullmatch(text) else value


def _sha1(value: str, told: Told, _argument: str) -> str | None:
    """A checksum, if it is of that kind."""
    return value if _of(told, value, SPDX.algorithm) == [str(SPDX.checksumAlgorithm_sha1)] else None


def _sha256(value: str, told: Told, _argument: str) -> str | None:
    """The value of a checksum of that kind."""
    if _of(told, value, SPDX.algorithm) != [str(SPDX.checksumAlgorithm_sha256)]:
        return None
    return next((str(Literal(text)) for text in map(_lexical, _of(told, value, SPDX.checksumValue)) if text), None)


def _geometry(value: str, told: Told, _argument: str) -> str | None:
    """A shape as a text, where a node has it."""
    return value if value.startswith('"') else next(iter(_of(told, value, GSP.asWKT)), None)


def _wkt(value: str, _told: Told, _argument: str) -> str | None:
    """A shape in WKT that says it is one; any other text stays as it is."""
    text = _lexical(value)
    return str(Literal(text, datatype=GSP.wktLiteral)) if text and _ANY_WKT.fullmatch(text) else value


def _only(value: str, told: Told, argument: str) -> str | None:
    """A shape as a text, if it is in that notation."""
    if not value.startswith('"'):
        return None
    typed = _wkt(value, told, "")
    notation = {str(GSP.wktLiteral): "wkt", str(GSP.gmlLiteral): "gml"}.get((typed or "").rpartition("^^")[2], "text")
    return typed if f'"{notation}"' == argument else None


def _thing(value: str, _told: Told, _argument: str) -> str | None:
    """What is no text."""
    return None if value.startswith('"') else value


def _rings(value: str) -> tuple[str, list[list[str]]] | None:
    """The reference system of a point or polygon in WKT, and the numbers of each of its rings."""
    shape = _WKT.fullmatch(_lexical(value) or "")
    rings = [_NUMBER.findall(ring) for ring in _RING.findall(shape[3])] if shape else []
    is_point = shape is not None and shape[2].upper() == "POINT"
    if shape is None or not rings or any(len(ring) % 2 or len(ring) < (2 if is_point else 6) for ring in rings):
        return None
    return shape[1] or _CRS84, rings


def _gml(value: str, _told: Told, _argument: str) -> str | None:
    """A point or polygon of WKT in GML 3.2, in the same reference system."""
    found = _rings(value)
    if found is None:
        return None
    system, rings = found
    head = f'xmlns:gml="http://www.opengis.net/gml/3.2" srsName={quoteattr(system)}'
    if len(rings[0]) == 2:
        text = f"<gml:Point {head}><gml:pos>{' '.join(rings[0])}</gml:pos></gml:Point>"
    else:
        parts = (f"<gml:posList>{' '.join(ring)}</gml:posList>" for ring in rings)
        outer, *inner = (f"<gml:LinearRing>{part}</gml:LinearRing>" for part in parts)
        holes = "".join(f"<gml:interior>{ring}</gml:interior>" for ring in inner)
        text = f"<gml:Polygon {head}><gml:exterior>{outer}</gml:exterior>{holes}</gml:Polygon>"
    return str(Literal(text, datatype=GSP.gmlLiteral))


def _box(value: str, _told: Told, _argument: str) -> str | None:
    """South, west, north and east of a polygon of WKT, which begins with the longitude."""
    found = _rings(value)
    if found is None or found[0] != _CRS84:
        return None
    numbers = [float(number) for number in found[1][0]]
    east, north = numbers[::2], numbers[1::2]
    if len(numbers) < 6 or max(map(abs, north)) > 90 or max(map(abs, east)) > 180:
        return None
    return str(Literal(f"{min(north):g} {min(east):g} {max(north):g} {max(east):g}"))


def _interval(value: str, told: Told, _argument: str) -> str | None:
    """A period as an interval of ISO 8601, open where an end is not said."""
    ends = (map(_lexical, _of(told, value, one)) for one in (DCAT.startDate, DCAT.endDate))
    start, end = (next(filter(None, texts), "") for texts in ends)
    return str(Literal(f"{start or '..'}/{end or '..'}")) if start or end else None


def _media_type(value: str, _told: Told, _argument: str) -> str | None:
    """A media type of IANA as a text."""
    prefix = f"<{MEDIA_TYPES}"
    return str(Literal(value.removeprefix(prefix)[:-1])) if value.startswith(prefix) else None


def _code(value: str, _told: Told, _argument: str) -> str | None:
    """The last part of an IRI as a text."""
    return str(Literal(re.split("[/#]", value[1:-1])[-1])) if value.startswith("<") else value


def _text(value: str, _told: Told, _argument: str) -> str | None:
    """A number as a text."""
    text = _lexical(value)
    return str(Literal(text)) if text else None


def _address(value: str, _told: Told, _argument: str) -> str | None:
    """The address of a mailto: IRI, or the number of a tel: one, as a text."""
    return str(Literal(re.sub("^(?:mailto|tel):", "", value[1:-1]))) if value.startswith("<") else value


def _agent(value: str, told: Told, argument: str) -> str | None:
    """Who an attribution is to, where it is in that role."""
    return next(iter(_of(told, value, PROV.agent)), None) if argument in _of(told, value, DCAT.hadRole) else None


def _named(value: str, told: Told, _argument: str) -> str | None:
    """A concept, if its name is told."""
    return value if _of(told, value, SKOS.prefLabel) else None


def _linked(value: str, _told: Told, _argument: str) -> str | None:
    """An address that can be followed."""
    return value if value.startswith(("<http://", "<https://")) else None


def _crs(value: str, _told: Told, _argument: str) -> str | None:
    """The code of a coordinate reference system, as people write it: EPSG:4326."""
    found = _CRS.fullmatch(value)
    return str(Literal(f"{found[1]}:{found[2]}")) if found else None


CONVERSIONS: Final[Mapping[str, Conversion]] = {
    "address": _address,
    "agent": _agent,
    "box": _box,
    "code": _code,
    "crs": _crs,
    "decimal": decimal,
    "geometry": _geometry,
    "gml": _gml,
    "interval": _interval,
    "linked": _linked,
    "media-type": _media_type,
    "named": _named,
    "only": _only,
    "sha1": _sha1,
    "sha256": _sha256,
    "text": _text,
    "thing": _thing,
    "wkt": _wkt,
}
"""By the name that tables have for each."""
