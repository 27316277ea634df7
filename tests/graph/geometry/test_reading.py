"""Shapes as catalogues write them, and as nobody should."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.geometry.reading import LONGEST, read
from graph.geometry.shapes import Extent, Shapes, Unread

CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> "
EPSG = "<http://www.opengis.net/def/crs/EPSG/0/{}> "
BOX = Extent(5.73, 49.44, 6.54, 50.19)


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON((5.73 49.44,6.54 49.44,6.54 50.19,5.73 50.19,5.73 49.44))",
        "  polygon Z ((5.73 49.44 1,6.54 49.44 1,6.54 50.19 1,5.73 50.19 1,5.73 49.44 1))  ",
        "SRID=4326;POLYGON((5.73 49.44,6.54 49.44,6.54 50.19,5.73 49.44))",
        f"{CRS84}POLYGON((5.73 49.44,6.54 49.44,6.54 50.19,5.73 49.44))",
        f"{EPSG.format(4326)}POLYGON((49.44 5.73,49.44 6.54,50.19 6.54,49.44 5.73))",
        f"{EPSG.format(4258)}MULTIPOINT(49.44 5.73,(50.19 6.54))",
        "LINESTRING(5.73 49.44,6.54 50.19)",
        "MULTILINESTRING((5.73 49.44,6 50),(6.1 50,6.54 50.19))",
        "MULTIPOLYGON(((5.73 49.44,6 49.5,6 50,5.73 49.44)),((6.1 50,6.54 50,6.54 50.19,6.1 50)))",
        "GEOMETRYCOLLECTION(POINT(5.73 49.44),GEOMETRYCOLLECTION(POINT(6.54 50.19)))",
        "ENVELOPE(5.73,6.54,50.19,49.44)",
        "BBOX(5.73,49.44,6.54,50.19)",
        "BOX(5.73 49.44,6.54 50.19)",
        '{"type":"Polygon","coordinates":[[[5.73,49.44],[6.54,49.44],[6.54,50.19],[5.73,49.44]]]}',
        '{"type":"Feature","geometry":{"type":"LineString","coordinates":[[5.73,49.44],[6.54,50.19]]}}',
        (
            '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":'
            '{"type":"MultiPoint","coordinates":[[5.73,49.44],[6.54,50.19]]}}]}'
        ),
        (
            '{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[5.73,49.44]},'
            '{"type":"MultiLineString","coordinates":[[[6,50],[6.54,50.19]]]}]}'
        ),
        (
            '{"type":"MultiPolygon","coordinates":[[[[5.73,49.44],[6.54,49.44],[6.54,50.19]]]],'
            '"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}}'
        ),
        '{"bbox":[5.73,49.44,6.54,50.19]}',
    ],
)
def test_a_shape_is_read_however_it_is_written(text: str) -> None:
    shapes = read(text)
    assert isinstance(shapes, Shapes)
    assert shapes.extent == BOX


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{EPSG.format(2169)}POINT(80000 70000)", Unread.SYSTEM),
        ("SRID=3857;POINT(680000 6380000)", Unread.SYSTEM),
        (
            '{"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2169"}}}',
            Unread.SYSTEM,
        ),
        ("POINT(80000 70000)", Unread.DEGREES),
        ("POINT(6 149)", Unread.DEGREES),
        ('{"type":"Point","coordinates":[1e999,2]}', Unread.DEGREES),
        ("POLYGON((5 49,6 49,6 50))" + " " * LONGEST, Unread.LENGTH),
        ("Luxembourg", Unread.FORM),
        ("", Unread.FORM),
        ("POINT(6)", Unread.FORM),
        ("POINT(6 49", Unread.FORM),
        ("POINT(6 49) POINT(6 49)", Unread.FORM),
        ("POINT(1 2 3 4 5)", Unread.FORM),
        ("POINT(NaN inf)", Unread.DEGREES),
        ("CIRCLE(6 49, 3)", Unread.FORM),
        ("BBOX(1,2,3)", Unread.FORM),
        ('{"type":"Point"}', Unread.FORM),
        ('{"type":"Point","coordinates":[NaN,NaN]}', Unread.FORM),
        ('{"type":"FeatureCollection","features":[null]}', Unread.FORM),
        ('{"type":[],"coordinates":[]}', Unread.FORM),
        ("<gml:Point><gml:pos>49 6</gml:pos></gml:Point>", Unread.SYSTEM),
    ],
)
def test_what_cannot_be_drawn_is_told_by_its_reason(text: str, why: Unread) -> None:
    assert read(text) == why


@pytest.mark.parametrize(
    "text",
    [
        "(" * (LONGEST - 1),
        "GEOMETRYCOLLECTION(" * 5_000,
        "{" * (LONGEST - 1),
        '{"a":' * 20_000,
        '{"type":"Polygon","coordinates":' + "[" * 40_000,
        '{"' + "\\" * (LONGEST - 4),
        "POINT(" + "1" * 90_000,
        "POINT(1 " + "." * 90_000,
        "<" * (LONGEST - 1),
        "POINT(1e999999999 2)",
    ],
)
def test_what_is_made_to_hurt_is_no_shape(text: str) -> None:
    assert isinstance(read(text), Unread)


def test_a_box_that_goes_west_crosses_the_180th_meridian() -> None:
    for text in ("ENVELOPE(170,-170,10,-10)", '{"bbox":[170,-10,-170,10]}'):
        shapes = read(text)
        assert isinstance(shapes, Shapes)
        assert shapes.extent == Extent(170, -10, 190, 10)


def test_an_empty_shape_reaches_nowhere() -> None:
    assert read("POLYGON EMPTY") == Shapes()
    assert Shapes().extent is None


DEGREES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(st.lists(DEGREES, min_size=2, max_size=30))
def test_well_known_text_and_geojson_tell_the_same(points: list[tuple[float, float]]) -> None:
    written = ",".join(f"{x!r} {y!r}" for x, y in points)
    assert read(f"LINESTRING({written})") == Shapes(lines=(tuple(points),))
    assert read(json.dumps({"type": "LineString", "coordinates": points})) == Shapes(lines=(tuple(points),))


WORDS = st.sampled_from(
    ["POINT", "POLYGON", "MULTIPOINT", "GEOMETRYCOLLECTION", "ENVELOPE", "EMPTY", "Z", "(", ")", ",", " ", "1", "-2.5"]
)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map("".join)))
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    assert isinstance(read(text), Shapes | Unread)


JSON: Any = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["Point", "Feature", "Polygon"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["type", "coordinates", "geometry", "features", "geometries", "bbox", "crs", "properties"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_is_too_odd_either(told: object) -> None:
    text = json.dumps(told)
    assert isinstance(
        read(text if text.startswith("{") else f'{{"type":"Point","coordinates":{text}}}'), Shapes | Unread
    )
