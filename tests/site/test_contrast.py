"""Contrast of all colours of the style sheets that are seen together, in both themes: WCAG 2.2, 1.4.3 and 1.4.11.

A new colour, or one that is used on another ground than before, comes into the table; then a change of either that
makes it hard to see fails here, before anybody opens a page.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.support.colours import PAGES, QUERIES, colour, contrast, over, themes, written_in_rules

TEXT: Final = 4.5
GRAPHIC: Final = 3.0
DECORATION: Final = 1.0
"""Lines between what is told apart by space as well: nothing is lost where they are not seen."""

GROUNDS: Final = ("ground", "raised", "tint")
TEXTS: Final = ("ink", "soft", "accent", "warm", "amber", "good")
MARKS: Final = ("chart", "added", "changed", "removed", "sound", "info", "warning", "violation")

SEEN: Final[dict[tuple[str, str], float]] = {
    **{(each, ground): TEXT for each in TEXTS for ground in GROUNDS},
    **{(each, "raised"): TEXT for each in ("keyword", "string", "name", "variable")},
    ("accent-ink", "accent"): TEXT,
    ("ink", "mark"): TEXT,
    ("accent", "mark"): TEXT,
    ("mark-ink", "mark"): TEXT,
    **{(each, "deep"): TEXT for each in ("deep-ink", "deep-soft", "glow")},
    ("glow-ink", "glow"): TEXT,
    **{(each, ground): GRAPHIC for each in ("edge", "focus") for ground in GROUNDS},
    **{(each, "ground"): GRAPHIC for each in MARKS},
    **{(each, ground): DECORATION for each in ("line", "shadow") for ground in GROUNDS},
    ("deep-line", "deep"): DECORATION,
    **{("border", each): GRAPHIC for each in ("sea", "land", "ground")},
}
"""What is seen on what, and how well it has to be; a ratio for text is one for borders and signs too."""

THEMES: Final = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sheets", [PAGES, QUERIES], ids=["pages", "query page"])
def test_what_is_seen_together_is_told_apart(theme: str, sheets: Sequence[Path]) -> None:
    known = themes(sheets)[theme]
    wrong = []
    for (front, behind), wanted in SEEN.items():
        if known.keys() >= {front, behind}:
            below = over(known[behind], known["ground"])
            found = contrast(over(known[front], below), below)
            if found < wanted:
                wrong.append(f"{front} on {behind}: {found:.2f}, not {wanted}")
    assert not wrong


def test_no_colour_of_the_sheets_is_left_out() -> None:
    known = themes(QUERIES)
    assert {name for pair in SEEN for name in pair} == known["light"].keys() == known["dark"].keys()


def test_rules_take_their_colours_from_the_properties() -> None:
    """But for the white behind pictures, which are drawn for it."""
    assert set(written_in_rules()) == {"#fff"}


def test_ratios_are_those_of_the_recommendation() -> None:
    black, white = colour("#000", {}), colour("#ffffff", {})
    assert contrast(black, white) == contrast(white, black) == pytest.approx(21)
    assert contrast(colour("#777777", {}), white) == pytest.approx(4.48, abs=0.005)
    assert contrast(colour("#767676", {}), white) == pytest.approx(4.54, abs=0.005)


def test_a_mixed_colour_is_that_of_its_parts() -> None:
    values = {"a": "#000000", "b": "#ffffff"}
    assert colour("color-mix(in srgb, var(--a) 25%, var(--b))", values) == pytest.approx((0.75, 0.75, 0.75, 1))
    assert colour("color-mix(in srgb, var(--a) 25%, transparent)", values) == (0, 0, 0, 0.25)
    with pytest.raises(ValueError, match="no colour"):
        colour("oklch(70% 0.1 200)", values)
