"""What cannot be seen is not shown, and what runs from right to left keeps to itself."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contexts.pages import Text
from api.presenting.visible import apart, is_blank, isolated, spoken, visible

DIRECTING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467\ufe0f"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("report\u202efdp.exe", "reportfdp.exe"),
        ("a\u200bd\u2060m\ufeffin", "admin"),
        ("a\u2028b\u000bc", "a b c"),
        ("bell\u0007 \u001b[2J", "bell [2J"),
        ("hidden\U000e0069\U000e0067", "hidden"),
        ("Z" + "\u0301" * 60 + "algo", "Z" + "\u0301" * 5 + "algo"),
        ("x" + "\u200d" * 1000, "x" + "\u200d" * 5),
        ("a\nb\tc", "a\nb\tc"),
        ("\u200f\u05e2\u05d1\u05e8\u05d9\u05ea", "\u200f\u05e2\u05d1\u05e8\u05d9\u05ea"),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("Việt Nam, Lëtzebuerg", "Việt Nam, Lëtzebuerg"),
        (FAMILY, FAMILY),
    ],
)
def test_a_text_is_shown_without_what_cannot_be_seen(written: str, shown: str) -> None:
    assert visible(written) == Text(written).value == shown
    assert Text(written).reduced is (written != shown)


@given(st.text(max_size=100))
def test_what_is_shown_has_all_letters_and_stays_so(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert [sign for sign in shown if sign.isalnum()] == [sign for sign in text if sign.isalnum()]
    assert DIRECTING.isdisjoint(map(unicodedata.bidirectional, shown))


@pytest.mark.parametrize("text", ["", "  \n", "\u3164", "\u200d\u200f", "\u115f\u1160", "\u2800"])
def test_a_text_of_which_nothing_is_seen_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}x")


@pytest.mark.parametrize(
    ("tag", "known"),
    [
        ("fr", "fr"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("fr-t-nl", "fr-t-nl"),
        ("es-419", "es-419"),
        ("x-onload-alert", None),
        ("abcdefgh", None),
        ("en-x-" + "-".join(["a" * 8] * 20), None),
        ('en" onload="x', None),
        ("en--rtl", None),
    ],
)
def test_browsers_are_told_languages_that_there_may_be(tag: str, known: str | None) -> None:
    assert spoken(tag) == Text("x", tag).lang == known


def test_what_runs_from_right_to_left_stands_apart_and_nothing_else_does() -> None:
    assert isolated("a <b>") == "a <b>"
    assert isolated("<שלום>") == "<bdi>&lt;שלום&gt;</bdi>"
    assert apart("Été") == "Été"
    assert apart("نص") == "\u2068نص\u2069"
