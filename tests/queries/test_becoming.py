"""Tables that say what becomes of statements, and what applies them."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyoxigraph import NamedNode, RdfFormat, parse

from graph.serialise import Row
from queries.becoming import conversions
from queries.becoming.conversions import CONVERSIONS
from queries.becoming.nodes import becomes
from queries.becoming.tables import NAMES, SAME, table
from vocabularies.namespaces import DCAT, DCT, GSP, LOCN, RDF, SCHEMA

TYPE = str(RDF.type)
WKT = f"^^{GSP.wktLiteral}"
BOX = '"POLYGON((5 49,6 49,6 50,5 50,5 49))"'


def node(name: str) -> str:
    return f"<http://a.example/{name}>"


def converted(name: str, value: str) -> str | None:
    return CONVERSIONS[name](value, {}, "")


@pytest.mark.parametrize("name", NAMES)
def test_every_row_says_where_it_comes_from_and_the_last_is_for_the_rest(name: str) -> None:
    with files("queries.becoming").joinpath(f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["property"] for row in rows].index("*") == len(rows) - 1
    assert all(row["source"].startswith("https://") for row in rows[:-1])
    assert table(name).others[0].becomes in ((SAME,), ())


def test_every_conversion_is_needed() -> None:
    rules = [rule for name in NAMES for found in table(name).rules.values() for rule in found]
    used = {rule.value_as.convert for rule in rules} | {each.convert for rule in rules for _, each in rule.node}
    assert set(CONVERSIONS.values()) <= used


@pytest.mark.parametrize(
    ("wkt", "gml"),
    [
        ("POINT(6 49.5)", "<gml:pos>6 49.5</gml:pos>"),
        ("point ( 6 49.5 )", "<gml:pos>6 49.5</gml:pos>"),
        (
            "<http://www.opengis.net/def/crs/EPSG/0/2169> POINT(1 2)",
            'srsName="http://www.opengis.net/def/crs/EPSG/0/2169"',
        ),
        ("POLYGON((0 0,1 0,1 1,0 0),(0 0,.5 0,.5 .5,0 0))", "<gml:interior><gml:LinearRing><gml:posList>0 0 .5 0"),
    ],
)
def test_points_and_polygons_are_told_in_gml(wkt: str, gml: str) -> None:
    found = converted("gml", f'"{wkt}"{WKT}')
    assert found is not None
    (quad,) = parse(f"<a:s> <a:p> {found} .", RdfFormat.N_TRIPLES)
    assert gml in quad.object.value


@pytest.mark.parametrize(
    "text",
    ["POINT()", "POINT(1)", "POLYGON((1 2))", "POLYGON((1 2,3)", "LINESTRING(1 2,3 4)", "x", "", "POLYGON((a b))",
     '<a\\"b> POINT(1 2)'],
)  # fmt: skip
def test_what_is_neither_is_told_in_wkt_alone(text: str) -> None:
    assert converted("gml", f'"{text}"') is None
    assert converted("box", f'"{text}"') is None


@pytest.mark.parametrize("text", ["POLYGON((5 91,6 91,6 50,5 91))", "POLYGON((999 0,1 1,2 2))", "POINT(6 49)",
                                  "<http://www.opengis.net/def/crs/EPSG/0/2169> POLYGON((1 2,3 4,5 6))"])  # fmt: skip
def test_a_box_is_of_degrees(text: str) -> None:
    assert converted("box", f'"{text}"') is None


def test_rows_that_make_the_same_new_node_share_it() -> None:
    place = node("place")
    told = [(place, TYPE, str(DCT.Location)), (place, str(DCAT.bbox), BOX)]
    found = becomes(told, table("geodcat-ap"))
    (shape,) = {value for _, by, value in found if by == str(LOCN.geometry)}
    assert {by for subject, by, _ in found if subject == shape} == {TYPE, str(GSP.asWKT), str(GSP.asGML)}
    assert becomes(list(reversed(told)), table("geodcat-ap")) != []


def test_what_only_a_dropped_statement_named_goes_with_it() -> None:
    told = [
        (node("d"), TYPE, str(DCAT.Dataset)),
        (node("d"), str(DCT.accrualPeriodicity), node("daily")),
        (node("daily"), str(DCT.title), '"Daily"'),
        (node("d"), str(DCT.relation), node("d")),
    ]
    assert becomes(told, table("schema.org"), about=[node("d")]) == [(node("d"), TYPE, str(SCHEMA.Dataset))]
    assert becomes(told, table("schema.org")) == []


def test_of_several_values_the_smallest_stays_where_one_may() -> None:
    by = str(DCAT.spatialResolutionInMeters)
    told = [
        (node("d"), TYPE, str(DCAT.Dataset)),
        *((node("d"), by, f'"{value}"') for value in ("100", "20", "x", "nan")),
    ]
    assert [value for _, one, value in becomes(told, table("dcat-ap-2.1.1")) if one == by] == ['"20"']


def test_a_statement_about_a_statement_stays_as_it_is_or_goes() -> None:
    told = [(node("d"), str(DCAT.accessURL), "<<( <a:b> <a:c> <a:d> )>>")]
    assert becomes(told, table("geodcat-ap")) == told
    assert becomes(told, table("schema.org")) == []


NODES = some.sampled_from([node(name) for name in "abc"] + ["_:x", "_:y"])
PREDICATES = some.sampled_from(
    sorted({by for name in NAMES for by in table(name).rules} | {str(NamedNode("http://a.example/p"))})
)
TEXTS = some.sampled_from(['"x"', '"1"', BOX, '"a\\"b"@en', '"2020"^^<http://www.w3.org/2001/XMLSchema#gYear>'])
CLASSES = some.sampled_from([str(one) for one in (DCAT.Dataset, DCAT.Distribution, DCT.Location, DCAT.DatasetSeries)])
ROWS = some.lists(
    some.one_of(
        some.tuples(NODES, PREDICATES, some.one_of(NODES, TEXTS)), some.tuples(NODES, some.just(TYPE), CLASSES)
    ),
    max_size=12,
)


@given(told=ROWS, name=some.sampled_from(NAMES))
def test_whatever_is_said_becomes_statements_that_can_be_read(told: list[Row], name: str) -> None:
    found = becomes(told, table(name))
    text = "".join(f"{subject} {by} {value} .\n" for subject, by, value in found)
    assert len(list(parse(text, RdfFormat.N_TRIPLES))) == len(found) == len(set(found))
    assert set(becomes(told[::-1], table(name))) == set(found)


@given(told=ROWS)
def test_what_is_dcat_ap_2_already_stays_so(told: list[Row]) -> None:
    once = becomes(told, table("dcat-ap-2.1.1"), about=[subject for subject, _, _ in told])
    again = becomes(once, table("dcat-ap-2.1.1"), about=[subject for subject, _, _ in once])
    assert set(again) == set(once)


@pytest.mark.parametrize("lexical", ["1" * 200_000 + "x", "POINT" + " " * 200_000 + "x", "POINT" + " " * 200_000 + "Z"])
def test_a_long_text_that_is_no_number_and_no_shape_is_seen_at_once(lexical: str) -> None:
    """Quadratic, it took minutes, and no other request of the process was answered."""
    value = f'"{lexical}"'
    assert conversions.decimal(value, {}, "") == value
    assert conversions._wkt(value, {}, "") == value
