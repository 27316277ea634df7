"""Which spellings are one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabularies.spelling import folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CSV", ".csv"),
        ("GeoJSON", "Geo JSON"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("CC BY 4.0", "cc-by-4.0"),
        ("français", "Francais"),
        ("https://creativecommons.org/licenses/by/4.0/deed.fr", "http://creativecommons.org/licenses/by/4.0/"),
        ("http://creativecommons.org/licenses/by/4.0/legalcode", "https://www.creativecommons.org/licenses/by/4.0"),
        ("https://spdx.org/rdf/terms/#checksumAlgorithm_sha1", "http://spdx.org/rdf/terms#checksumAlgorithm_sha1"),
        ("https://example.org/Bev%C3%B6lkerung", "https://example.org/Bevölkerung"),
        ("<http://example.org/a>", "http://example.org/a/"),
    ],
)
def test_spellings_of_one_value_are_folded_into_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CC BY 4.0", "CC BY-SA 4.0"),
        ("N3", "N4"),
        ("http://example.org/a", "http://example.org/b"),
        ("text/csv", "csv"),
    ],
)
def test_different_values_stay_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text(max_size=60))
def test_no_value_makes_folding_fail_and_space_around_it_never_counts(value: str) -> None:
    assert folded(f" {value}\t") == folded(value)


@given(st.text(alphabet="abcdeéèöüßñÀÉÇ ._-()0123456789/", max_size=30))
def test_folding_twice_changes_nothing_more_and_case_never_counts(value: str) -> None:
    assert folded(folded(value)) == folded(value) == folded(value.swapcase())
