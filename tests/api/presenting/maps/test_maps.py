"""Which part of Earth a map shows, and what is drawn of it: inside its edges, and not too much."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.presenting.maps import paths
from api.presenting.maps.frames import WIDTH, WORLD, Frame, around, together
from api.presenting.maps.places import Covered, covered, extents
from graph.geometry.shapes import Extent
from vocabularies.namespaces import AUTHORITY, COMMUNES, NUTS
from vocabularies.outlines.reading import outlines

LUXEMBOURG = Extent(5.73, 49.44, 6.54, 50.19)
MARGIN = 15
PLACES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
RINGS = st.lists(st.lists(PLACES, min_size=1, max_size=12).map(tuple), min_size=1, max_size=4)


@st.composite
def reaches(draw: st.DrawFn) -> Extent:
    (west, south), (east, north) = draw(PLACES), draw(PLACES)
    return Extent(min(west, east), min(south, north), max(west, east), max(south, north))


def corners(path: str) -> list[tuple[int, int]]:
    """The corners of a path as its drawer goes along."""
    found = []
    for part in re.findall(r"M(-?\d+) (-?\d+)(?:l([-\d ]+))?", path):
        x, y = int(part[0]), int(part[1])
        found.append((x, y))
        steps = [int(each) for each in part[2].split()]
        for right, down in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + right, y + down
            found.append((x, y))
    return found


@given(reaches())
def test_a_map_has_all_of_what_it_is_of_and_stays_on_earth(extent: Extent) -> None:
    frame = around(extent)
    own = frame.extent
    assert own.west <= extent.west
    assert extent.east <= own.east
    assert own.south <= extent.south
    assert extent.north <= own.north
    assert -90 <= own.south < own.north <= 90
    assert own.east - own.west <= 360


@given(reaches(), RINGS)
def test_everything_that_is_drawn_is_on_the_drawing_or_just_beside(
    extent: Extent, rings: list[tuple[tuple[float, float], ...]]
) -> None:
    frame = around(extent)
    drawn = corners(paths.rings(rings, frame)) + corners(paths.lines(rings, frame))
    assert all(-MARGIN <= x <= WIDTH + MARGIN and -MARGIN <= y <= frame.pixels + MARGIN for x, y in drawn)
    points = paths.points([point for ring in rings for point in ring], frame)
    assert all(0 <= x <= WIDTH and 0 <= y <= frame.pixels for x, y in points)


@settings(deadline=None)
@given(st.integers(1, 20), reaches())
def test_a_shape_of_many_corners_is_drawn_with_fewer(thousands: int, extent: Extent) -> None:
    number = thousands * 1000
    ring = tuple(
        (180 * math.cos(at * 2 * math.pi / number), 90 * math.sin(at * 2 * math.pi / number)) for at in range(number)
    )
    assert len(corners(paths.rings([ring], around(extent)))) <= 3 * (paths.MOST + 8)


def test_a_point_and_a_commune_are_shown_with_the_country_around() -> None:
    for extent in (Extent(6.13, 49.61, 6.13, 49.61), Extent(6.05, 49.7, 6.14, 49.76)):
        frame = around(extent)
        assert frame.height == 1
        assert paths.country("LUX", frame)


def test_maps_of_the_same_region_show_the_same_part_of_earth() -> None:
    frames = {around(Extent(6 + part / 1000, 49.5, 6.1 + part / 1000, 49.6)) for part in range(30)}
    assert len(frames) < 3


def test_lengths_are_true_in_the_middle_of_a_map() -> None:
    frame = around(LUXEMBOURG)
    middle = math.cos(math.radians(frame.south + frame.height / 2))
    assert WIDTH / frame.width == pytest.approx(frame.pixels / frame.height * middle)


def test_north_is_up_and_east_is_right() -> None:
    frame = around(LUXEMBOURG)
    (left, low), (right, high) = frame.placing((5.73, 49.44)), frame.placing((6.54, 50.19))
    assert left < right
    assert high < low


def test_the_whole_world_and_the_poles_have_a_map() -> None:
    assert around(Extent(-180, -90, 180, 90)) == WORLD
    assert len(paths.land(WORLD)) < 30_000
    assert around(Extent(-180, -90, 180, -60)) == WORLD
    assert around(Extent(0, 89.9, 1, 90)).extent.north == 90


def test_what_lies_on_both_sides_of_the_180th_meridian_is_shown_together() -> None:
    reach = together(extents(["FJI"]))
    assert reach is not None
    assert reach.east - reach.west < 10
    islands = together([Extent(170, -20, 179, -10), Extent(-179, -20, -170, -10)])
    assert islands == Extent(170, -20, 190, -10)
    assert together([]) is None


def test_what_is_beyond_the_180th_meridian_is_drawn_there() -> None:
    frame = Frame(170, -25, 30, 20)
    assert paths.country("FJI", frame)
    assert paths.points([(-175, -20)], frame) == ((480, 480),)


def test_a_country_is_shown_by_its_main_parts() -> None:
    spain = together(extents(["ESP"]))
    assert spain is not None
    assert spain.west > -12
    assert max(ring[0][1] for ring in outlines()["ESP"]) > spain.south


def test_a_square_is_drawn_where_it_is() -> None:
    frame = Frame(0, 0, 96, 64)
    assert paths.rings([((10, 10), (20, 10), (20, 20), (10, 20))], frame) == "M100 540l100 0 0 -100 -100 0z"
    assert paths.lines([((0, 0), (96, 64))], frame) == "M0 640l960 -640"
    assert paths.rings([((200, 10), (220, 10), (220, 20))], frame) == ""


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (AUTHORITY["country/LUX"].value, Covered(("LUX",))),
        (AUTHORITY["country/1A0"].value, Covered(("1A0",))),
        (AUTHORITY["place/LUX_LUX"].value, Covered(("LUX",), is_part=True)),
        (f"{NUTS}LU000", Covered(("LUX",))),
        (f"{NUTS}EL", Covered(("GRC",))),
        (f"{NUTS}DEB2", Covered(("DEU",), is_part=True)),
        (f"{COMMUNES}Bech", Covered(("LUX",), is_part=True)),
        (f"{NUTS}ZZ1", None),
        (AUTHORITY["country/OP_DATPRO"].value, None),
        ("https://sws.geonames.org/2960313/", None),
    ],
)
def test_a_code_is_drawn_as_the_country_that_it_is_or_is_in(iri: str, expected: Covered | None) -> None:
    assert covered(iri) == expected


def test_a_continent_is_drawn_as_its_countries() -> None:
    africa = covered(AUTHORITY["continent/AFRICA"].value)
    assert africa is not None
    assert {"EGY", "ZAF"} <= set(africa.countries)
