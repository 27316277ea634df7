"""Colours of charts are seen against what they are drawn on: three to one at least, in light and dark.

https://www.w3.org/TR/WCAG22/#non-text-contrast
"""

import re
from importlib.resources import files

import pytest

MARKS = ("chart", "added", "changed", "removed", "sound", "info", "warning", "violation", "soft")
GROUNDS = ("ground", "raised")
LEAST = 3.0


def _declared(text: str) -> dict[str, str]:
    """Custom properties of the rules for the root, later ones instead of earlier ones."""
    rules = re.findall(r":root\s*{([^}]*)}", text)
    return {name: value for rule in rules for name, value in re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{3,8})", rule)}


def properties(scheme: str) -> dict[str, str]:
    """What a screen that prefers a scheme has."""
    sheet = files("api").joinpath("static", "style.css").read_text("utf-8")
    sheet = re.sub(r"@media print\s*{.*", "", sheet, flags=re.DOTALL)
    dark = re.findall(r"@media \(prefers-color-scheme: dark\) {\s*(:root\s*{[^}]*})\s*}", sheet)
    light = re.sub(r"@media \(prefers-color-scheme: dark\) {\s*:root\s*{[^}]*}\s*}", "", sheet)
    return _declared(light) | (_declared("".join(dark)) if scheme == "dark" else {})


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) > 4 else "".join(2 * each for each in colour[1:])
    channels = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_are_seen_against_their_ground(scheme: str) -> None:
    told = properties(scheme)
    found = {(mark, ground): contrast(told[mark], told[ground]) for mark in MARKS for ground in GROUNDS}
    assert {pair: ratio for pair, ratio in found.items() if ratio < LEAST} == {}


def test_contrast_is_that_of_the_recommendation() -> None:
    assert contrast("#fff", "#000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == 1
