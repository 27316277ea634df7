"""Where the marks of charts are: nothing reaches over its plot, nothing is lost, nothing is drawn that is not there."""

import math
import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from api.presenting import charts
from api.presenting.charts import FEWEST, HEIGHT, LEAST, MOST, WIDTH

HUGE = 10**15
COUNTS = st.integers(min_value=0, max_value=HUGE)
VALUES = st.lists(st.none() | COUNTS, max_size=2 * MOST)
MONTHS = st.builds("{:04}-{:02}".format, st.integers(1990, 2030), st.integers(1, 12))
CLOSE = 1e-6


@given(VALUES)
def test_columns_stay_within_the_plot_and_are_no_more_than_it_has_room_for(values: list[int | None]) -> None:
    marks = charts.columns(values)
    assert len(marks) == min(len(values), MOST)
    for mark in marks:
        assert all(map(math.isfinite, (mark.x, mark.y, mark.width, mark.height)))
        assert 0 <= mark.x < mark.x + mark.width <= WIDTH + CLOSE
        assert mark.width < WIDTH / FEWEST
        assert mark.y >= -CLOSE
        assert math.isclose(mark.y + mark.height, HEIGHT)
    assert all(left.x + left.width < right.x for left, right in pairwise(marks))


@given(VALUES)
def test_a_column_is_there_where_there_is_something_and_the_greatest_is_the_highest(values: list[int | None]) -> None:
    told = [*zip(values[-MOST:], charts.columns(values), strict=True)]
    for value, mark in told:
        assert (mark.height >= LEAST) if value else (mark.height == 0)
    ordered = sorted(((value or 0, mark.height) for value, mark in told), key=lambda one: one[0])
    assert all(less[1] <= more[1] for less, more in pairwise(ordered))
    if any(values[-MOST:]):
        assert ordered[-1][1] == HEIGHT


@given(st.lists(st.integers(min_value=1, max_value=1000), min_size=2, max_size=MOST))
def test_columns_that_are_not_tiny_are_in_proportion(values: list[int]) -> None:
    heights = [mark.height for mark in charts.columns(values)]
    for value, height in zip(values, heights, strict=True):
        assert height == LEAST or math.isclose(height, value / max(values) * HEIGHT)


@given(VALUES)
def test_what_is_not_known_has_a_gap_and_nothing_else_has(values: list[int | None]) -> None:
    assert len(charts.gaps(values)) == sum(value is None for value in values[-MOST:])


@given(st.lists(COUNTS, max_size=30))
def test_bars_keep_their_order_and_reach_no_further_than_the_greatest(counts: list[int]) -> None:
    lengths = charts.lengths(counts)
    assert len(lengths) == len(counts)
    assert all(0 <= length <= 100 for length in lengths)
    assert all(bool(length) == bool(count) for length, count in zip(lengths, counts, strict=True))
    ordered = sorted(zip(counts, lengths, strict=True))
    assert all(less[1] <= more[1] for less, more in pairwise(ordered))


@given(st.lists(COUNTS, min_size=1, max_size=12))
def test_parts_make_up_the_whole_side_by_side(counts: list[int]) -> None:
    marks = charts.parts(counts)
    if not any(counts):
        assert marks == ()
        return
    assert math.isclose(sum(mark.width for mark in marks), 100)
    assert all((mark.width > 1) == bool(count) for mark, count in zip(marks, counts, strict=True))
    assert all(math.isclose(left.x + left.width, right.x, abs_tol=CLOSE) for left, right in pairwise(marks))
    assert marks[0].x == 0


@given(st.lists(COUNTS, max_size=2 * MOST))
def test_a_line_goes_from_edge_to_edge_within_its_plot(values: list[int]) -> None:
    points = charts.line(values)
    assert len(points) <= max(MOST, 2)
    assert all(0 <= x <= WIDTH + CLOSE and -CLOSE <= y <= HEIGHT for x, y in points)
    assert bool(points) == bool(values)
    if points:
        assert points[0][0] == 0
        assert math.isclose(points[-1][0], WIDTH)


@given(st.dictionaries(MONTHS, st.tuples(COUNTS, COUNTS, COUNTS)), st.integers(min_value=1, max_value=36))
def test_months_follow_each_other_and_those_in_between_have_nothing(
    known: dict[str, tuple[int, ...]], most: int
) -> None:
    told = charts.in_sequence(known, most)
    names = [name for name, _ in told]
    assert len(told) <= most
    assert names == sorted(set(names))
    assert (names[-1] == max(known)) if known else not names
    assert all(counts == known.get(name, (0, 0, 0)) for name, counts in told)
    assert {name for name in known if names and name >= names[0]} <= {*names}
    for one, other in pairwise(names):
        assert other in {f"{one[:5]}{int(one[5:]) + 1:02}", f"{int(one[:4]) + 1:04}-01"}


@given(st.dictionaries(MONTHS, st.tuples(COUNTS), min_size=1), st.sets(MONTHS))
def test_months_reach_as_far_as_those_they_are_seen_beside(known: dict[str, tuple[int, ...]], beside: set[str]) -> None:
    names = [name for name, _ in charts.in_sequence(known, 1_000, beside)]
    assert (names[0], names[-1]) == (min({*known, *beside}), max({*known, *beside}))


@given(st.sets(MONTHS, max_size=24))
def test_the_first_and_the_last_month_are_named_and_few_others(months: set[str]) -> None:
    names = sorted(months)
    told = charts.ticks(names)
    assert len(told) <= 3
    assert all(names[place] == name for place, name in told)
    assert {name for _, name in told} >= {*names[:1], *names[-1:]}


def test_what_is_no_month_is_left_out() -> None:
    assert charts.in_sequence({"": (1,), "2026": (1,), "2026-13": (1,), "2026-1x": (2,), "2026-02": (3,)}, 24) == [
        ("2026-02", (3,))
    ]
    assert charts.in_sequence({}, 24) == []
    assert charts.ticks([]) == ()


@given(VALUES)
def test_a_path_has_a_rectangle_for_each_column_with_a_height_and_plain_numbers(values: list[int | None]) -> None:
    path = charts.outline(charts.columns(values))
    assert path.count("M") == path.count("z") == sum(bool(value) for value in values[-MOST:])
    assert re.fullmatch(r"[MhvzM \d.-]*", path)


def test_a_line_is_written_as_points() -> None:
    assert charts.polyline(charts.line([0, 5, 10], 100, 20)) == "0.0,20.0 50.0,10.0 100.0,0.0"
    assert charts.polyline(charts.line([3], 100, 20)) == "0.0,0.0 100.0,0.0"
    assert charts.percent(12.3456) == "12.3%"
