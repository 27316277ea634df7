import pytest

from graph.moments import is_day, latest


@pytest.mark.parametrize(
    "text", ["2026", "2026-11", "2026-11-20", "0202-05-01", "2026-11-20Z", "2026-11-20T10:00:00.5+01:00"]
)
def test_days_and_moments_are_told_as_the_web_writes_them(text: str) -> None:
    assert is_day(text)


@pytest.mark.parametrize(
    "text", ["", "soon", "99999-01-01", "9999-12-31", "-0044-03-15", "2026-1-1", "2026-11-20 and later", "2026" * 999]
)
def test_what_is_no_day_or_stands_for_none_is_not(text: str) -> None:
    assert not is_day(text)


def test_the_latest_is_the_latest_that_is_one() -> None:
    assert latest(["2025-01-01", "unknown", "2026-02-03T10:00:00Z", "9999-12-31"]) == "2026-02-03T10:00:00Z"
    assert latest(["unknown", "99999-01-01"]) is None
