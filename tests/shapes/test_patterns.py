"""Patterns mean what XPath says, also where Python has no such thing, or another."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapes.compiling.patterns import NotRead, compiled


@pytest.mark.parametrize(
    ("pattern", "flags", "matching", "other"),
    [
        (r"^\p{Lu}\p{Ll}*$", "", ["Luxembourg", "Äppel", "É"], ["luxembourg", "1", ""]),
        (r"^\P{L}+$", "", ["12 3", "+"], ["12a", "é"]),
        (r"^[\p{Nd}-]+$", "", ["2020-01", "٣"], ["2020/01"]),
        (r"^[^\P{L}x]+$", "", ["abc"], ["abx", "a1"]),
        (r"^[a-z-[aeiou]]+$", "", ["xyz"], ["abc", "-", "xy]"]),
        (r"^[\p{L}-[\p{Lu}x]]$", "", ["a", "é"], ["A", "x", "1"]),
        (r"^[^a-c-[x]]$", "", ["d"], ["a", "x"]),
        (r"^\i\c*$", "", ["dct:title", "_a-1.b"], ["1a", "a b", ""]),
        (r"^[\i-[:]][\c-[:]]*$", "", ["title"], ["dct:title"]),
        (r"^\I\C$", "", ["1 "], ["a ", "1a"]),
        (r"^\p{Lu}b$", "i", ["Ab", "AB"], ["ab"]),
        ("^a.b$", "s", ["a\nb", "axb"], ["ab"]),
        ("^a.b$", "", ["axb"], ["a\nb"]),
        ("^ a [ ] b $", "x", ["a b"], ["ab", " a   b "]),
        ("a.b", "q", ["xa.bx"], ["axb"]),
        ("A.B", "qi", ["a.b"], ["axb"]),
        (r"^\d{4}$", "", ["2020"], ["20"]),
        (r"[\]\\]", "", ["]", "\\"], ["["]),
        ("^[[a]$", "", ["[", "a"], ["]"]),
        ("^[-a]$", "", ["-", "a"], ["]"]),
    ],
)
def test_a_pattern_matches_what_xpath_says(pattern: str, flags: str, matching: list[str], other: list[str]) -> None:
    search = compiled(pattern, flags).search
    assert [text for text in (*matching, *other) if search(text)] == matching


@pytest.mark.parametrize(
    ("pattern", "flags", "told"),
    [
        (r"\p{IsGreek}", "", "the category IsGreek is not read here"),
        (r"[\p{Lu}a]", "i", "together with the flag i"),
        ("a", "iz", "'z' is none of the flags"),
        ("[a-[b]c]", "", "goes on behind"),
    ],
)
def test_what_is_not_read_is_said_and_not_guessed(pattern: str, flags: str, told: str) -> None:
    with pytest.raises(NotRead, match=re.escape(told)):
        compiled(pattern, flags)


@pytest.mark.parametrize("pattern", ["((", "[a", "a\\", r"\q", "[", "[^", "a**"])
def test_what_is_no_expression_is_none(pattern: str) -> None:
    with pytest.raises(re.error):
        compiled(pattern, "")


PLAIN = st.text(alphabet="ab1 .^$*+?()|-,{}\\d\\.", max_size=8)


@given(PLAIN, st.text(alphabet="ab1 .-", max_size=5))
def test_what_python_and_xpath_have_in_common_is_left_as_it_is(pattern: str, text: str) -> None:
    try:
        expected = re.compile(pattern)
    except re.error:
        return
    assert bool(compiled(pattern, "").search(text)) == bool(expected.search(text))
