import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.presenting.marking import excerpt, found, marked, stems


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Air over bridges", ["bridge", "air"], "<mark>Air</mark> over <mark>bridges</mark>"),
        ("La qualité", ["QUALITE"], "La <mark>qualité</mark>"),
        ("Verkehrszählung", ["verkehr"], "<mark>Verkehrszählung</mark>"),
        ("The airport", ["air"], "The airport"),
        ("a < b & <mark>", ["mark"], "a &lt; b &amp; &lt;<mark>mark</mark>&gt;"),
        ("nothing", [], "nothing"),
    ],
)
def test_words_are_marked_whatever_their_ending_and_accents(text: str, words: list[str], shown: str) -> None:
    assert str(marked(text, stems(words))) == shown


@given(st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_marking_leaves_nothing_out_and_lets_no_markup_in(text: str, words: list[str]) -> None:
    shown = marked(text, stems(words))
    assert shown.replace("<mark>", "").replace("</mark>", "").unescape() == text
    assert ("<mark>" in shown) == found(text, stems(words))


def test_a_long_text_is_shown_where_it_has_the_word() -> None:
    text = f"{'first ' * 100}the bridges of the city {'last ' * 100}"
    shown = excerpt(text, stems(["bridge"]), 80)
    assert shown.startswith("… ")
    assert "the bridges" in shown
    assert len(shown) < 90
    assert excerpt(text, (), 20) == "first first first …"
    assert excerpt("x" * 1000 + " bridges", stems(["bridge"]), 80) == "… bridges"
