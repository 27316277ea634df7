"""Texts of strangers as people can read them: without what cannot be seen, with no more marks than lines have room for.

What is left out is in the RDF. Texts that run from right to left stand apart from those around them:
https://www.w3.org/International/articles/inline-bidi-markup/.
"""

import re
import unicodedata
from typing import Final

from markupsafe import Markup

from shapes.reporting.forms.notation import UNSEEN

_DIRECTING: Final = "\u061c\u200e\u200f"
"""Marks that people who write from right to left need, and that reach no further than their own text."""
_UNSEEN: Final = re.compile(f"(?![{_DIRECTING}])[\x00-\x08\x0b\x0c\x0e-\x1f{UNSEEN}]")
_MARKS: Final = 5
"""Accents and joiners on one letter: Hebrew with its points and accents has four."""
_UNMARKED: Final = re.compile(r"[\x00-\u02ff\u2010-\u20cf\u2100-\u2fff\u3000-\u303f]*+")
"""A text of Latin letters: the quickest way to know that nothing stands on them."""
_TOWER: Final = re.compile(r"[^\w\x00-\u02ff\u2010-\u20cf\u2100-\u2fff\u3000-\u303f]{6,}")
_JOINERS: Final = "\u034f\u200c\u200d"
_BLANK: Final = re.compile(rf"[\s{_DIRECTING}{_JOINERS}\u00ad\u115f\u1160\u2800\u3164\uffa0\ufe00-\ufe0f]*")
_FROM_RIGHT: Final = re.compile(
    f"[{_DIRECTING}\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-[A-Za-z0-9]{1,8}){0,6}")
_LONGEST_TAG: Final = 35
"""Characters of a language tag: https://www.rfc-editor.org/rfc/rfc5646#section-4.4.1."""


def visible(text: str) -> str:
    """The text as it is shown."""
    if not text.isprintable():
        text = _UNSEEN.sub(lambda found: " " if found[0].isspace() else "", text)
    return text if text.isascii() or _UNMARKED.fullmatch(text) else _TOWER.sub(_with_fewer_marks, text)


def is_blank(text: str) -> bool:
    """Whether there is nothing in it to be seen."""
    return _BLANK.fullmatch(text) is not None


def spoken(tag: str | None) -> str | None:
    """The tag of a language where browsers know it for one; None for what only looks like it."""
    return tag if tag and len(tag) <= _LONGEST_TAG and _TAG.fullmatch(tag) else None


def isolated(text: str) -> str:
    """The text for HTML, in an element that keeps its direction to itself where it has one of its own."""
    return Markup("<bdi>{}</bdi>").format(text) if _runs_from_right(text) else text


def apart(text: str) -> str:
    """The same for where no element can stand: windows, attributes."""
    return f"\u2068{text}\u2069" if _runs_from_right(text) else text


def _runs_from_right(text: str) -> bool:
    return not text.isascii() and _FROM_RIGHT.search(text) is not None


def _with_fewer_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for sign in found[0]:
        marks = marks + 1 if sign in _JOINERS or unicodedata.category(sign).startswith("M") else 0
        if marks <= _MARKS:
            kept.append(sign)
    return "".join(kept)
