"""The colours of the style sheets, and how well one is seen on another."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import api

_STATIC: Final = Path(api.__file__).parent / "static"
PAGES: Final = (_STATIC / "style.css",)
QUERIES: Final = (*PAGES, _STATIC / "query" / "query.css")
"""The sheets of the query page, in the order in which it loads them."""

Colour = tuple[float, float, float, float]
"""Red, green, blue and opacity, from 0 to 1."""

_DARK: Final = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?\})\s*\}", re.DOTALL)
_PRINT: Final = re.compile(r"@media print \{.*", re.DOTALL)
_ROOT: Final = re.compile(r":root \{(.*?)\}", re.DOTALL)
_PROPERTY: Final = re.compile(r"--([a-z-]+):\s*([^;]+);")
_HEX: Final = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b", re.IGNORECASE)
_LOOKS: Final = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)\(", re.IGNORECASE
)
_MIX: Final = re.compile(r"color-mix\(in srgb, var\(--([a-z-]+)\) (\d+)%, (?:var\(--([a-z-]+)\)|transparent)\)")


def themes(sheets: Sequence[Path]) -> Mapping[str, Mapping[str, Colour]]:
    """The custom properties that are colours, by theme and name."""
    light, dark = dict[str, str](), dict[str, str]()
    for sheet in sheets:
        text = _PRINT.sub("", sheet.read_text("utf-8"))
        light |= _declared(_DARK.sub("", text))
        dark |= _declared(" ".join(_DARK.findall(text)))
    return {"light": _resolved(light), "dark": _resolved(light | dark)}


def _declared(text: str) -> Iterator[tuple[str, str]]:
    for block in _ROOT.findall(text):
        yield from ((name, value.strip()) for name, value in _PROPERTY.findall(block) if _LOOKS.search(value))


def _resolved(values: Mapping[str, str]) -> dict[str, Colour]:
    return {name: colour(value, values) for name, value in values.items()}


def colour(written: str, values: Mapping[str, str]) -> Colour:
    """Hexadecimal, or mixed of two properties as `color-mix` does in sRGB; raises ValueError for anything else."""
    if _HEX.fullmatch(written):
        digits = written[1:] if len(written) > 5 else "".join(digit * 2 for digit in written[1:])
        red, green, blue, *more = (int(digits[place : place + 2], 16) / 255 for place in range(0, len(digits), 2))
        return red, green, blue, more[0] if more else 1.0
    if (mixed := _MIX.fullmatch(written)) is not None:
        part = int(mixed[2]) / 100
        red, green, blue, opacity = colour(values[mixed[1]], values)
        if mixed[3] is None:
            return red, green, blue, opacity * part
        return over((red, green, blue, part), colour(values[mixed[3]], values))
    raise ValueError(f"{written!r} is no colour that this can compute with")


def written_in_rules() -> Iterator[str]:
    """Colours that rules name themselves, without a property for them; those of print are left out."""
    for sheet in QUERIES:
        text = _PRINT.sub("", sheet.read_text("utf-8"))
        yield from _HEX.findall(_ROOT.sub("", text))


def over(above: Colour, below: Colour) -> Colour:
    """What is seen where the one lies on the other, which is opaque."""
    opacity = above[3]
    red, green, blue = (one * opacity + other * (1 - opacity) for one, other in zip(above[:3], below[:3], strict=True))
    return red, green, blue, 1.0


def contrast(one: Colour, other: Colour) -> float:
    """From 1 to 21: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(seen: Colour) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in seen[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
