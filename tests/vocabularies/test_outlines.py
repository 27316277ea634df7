"""The outlines of countries: of all that there are, of no others, and not too many corners."""

from hypothesis import given
from hypothesis import strategies as st

from vocabularies.concepts import Concepts
from vocabularies.outlines.making import table, thinned
from vocabularies.outlines.reading import HERE, groups, outlines

SQUARE = [[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]
"""As differences, of an arc that ends where it begins."""


def codes() -> set[str]:
    return {one.notation for one in Concepts.load().of("country")}


def test_outlines_and_members_of_groups_are_of_countries_that_the_unions_table_has() -> None:
    assert set(outlines()) <= codes()
    assert {code for members in groups().values() for code in members} <= codes()
    assert {"LUX", "BEL", "DEU", "FRA", "NLD", "GRC", "GBR", "1A0", "USA", "NZL", "GUF"} <= set(outlines())


def test_members_of_the_union_have_an_outline_and_a_continent() -> None:
    members = groups()["EUR"]
    assert len(members) == 27
    assert set(members) <= set(outlines())
    assert set(members) <= {*groups()["EUROPE"], *groups()["ASIA"]}


def test_no_country_is_on_two_continents() -> None:
    listed = [code for name, members in groups().items() if name != "EUR" for code in members]
    assert len(listed) == len(set(listed))


def test_every_ring_is_on_earth_and_has_an_inside() -> None:
    for code, rings in outlines().items():
        for ring in rings:
            assert len(ring) > 2, code
            assert all(abs(x) <= 540 and abs(y) <= 90 for x, y in ring), code


def test_luxembourg_is_told_finely_and_the_table_stays_small() -> None:
    assert len(outlines()["LUX"]) == 1
    assert len(outlines()["LUX"][0]) > 150
    assert len(HERE.joinpath("rings.csv").read_bytes()) < 150_000


def test_neighbours_have_the_same_border() -> None:
    fine = set(outlines()["LUX"][0])
    around = {point for code in ("BEL", "DEU", "FRA") for ring in outlines()[code] for point in ring}
    assert len(fine & around) > 0.9 * len(fine)


def test_the_table_is_made_of_a_topology_with_the_codes_that_we_have() -> None:
    geometries = [
        {"id": "442", "type": "Polygon", "arcs": [[0]], "properties": {"name": "Luxembourg"}},
        {"type": "MultiPolygon", "arcs": [[[~0]]], "properties": {"name": "Kosovo"}},
        {"type": "Polygon", "arcs": [[0]], "properties": {"name": "Nowhere"}},
    ]
    topology = {
        "transform": {"scale": [0.1, 0.1], "translate": [6.0, 49.0]},
        "arcs": [SQUARE],
        "objects": {"countries": {"geometries": geometries}},
    }
    rows = table(topology).splitlines()
    assert rows[-2:] == ["1A0,6000 49000 0 1000 1000 0 0 -1000", "LUX,6000 49000 1000 0 0 1000 -1000 0"]
    assert "Nowhere" not in "".join(rows)


@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)), min_size=2, max_size=60), st.floats(0, 5))
def test_a_thinned_line_keeps_its_ends_and_order_and_has_no_corner_of_its_own(
    line: list[tuple[float, float]], slack: float
) -> None:
    kept = thinned(line, slack)
    assert (kept[0], kept[-1]) == (line[0], line[-1])
    rest = iter(line)
    assert all(point in rest for point in kept)
