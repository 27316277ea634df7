"""The words of a question in the texts that it found: what is marked, and which part of a long text is shown."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from api.presenting.filters import shortened

_WORD: Final = re.compile(r"\w+")
_MARKS: Final = re.compile(r"[\u0300-\u036f]")

_SHORT: Final = 4
"""Letters of a word that is looked for as it is; of a longer one the ending may differ."""

_ENDING: Final = 2
_INSIDE: Final = 5
"""Letters from which on a word is found inside others: German makes compounds."""

_BEFORE: Final = 60
"""Characters that are shown before the first word found."""


def stems(words: Iterable[str]) -> tuple[str, ...]:
    """What is looked for of these words."""
    return tuple(dict.fromkeys(_stem(_folded(word)) for word in words))


def found(text: str, looked_for: Sequence[str]) -> bool:
    return bool(looked_for) and next(_places(text, looked_for), None) is not None


def marked(text: str, looked_for: Sequence[str]) -> Markup:
    """The text for HTML, with the words that were looked for marked."""
    parts, last = [], 0
    for start, end in _places(text, looked_for) if looked_for else ():
        parts += [escape(text[last:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        last = end
    return Markup("").join([*parts, escape(text[last:])])


def excerpt(text: str, looked_for: Sequence[str], length: int) -> str:
    """As much of a text, from shortly before the first word that was looked for where its beginning has none."""
    text = " ".join(text.split())
    first = next(_places(text, looked_for), None) if looked_for else None
    if first is None or first[1] < length:
        return shortened(text, length)
    begin = text.rfind(" ", 0, max(first[0] - _BEFORE, 0)) + 1 or first[0]
    return f"… {shortened(text[begin:], length)}"


def _places(text: str, looked_for: Sequence[str]) -> Iterator[tuple[int, int]]:
    for word in _WORD.finditer(text):
        if _is_meant(_folded(word[0]), looked_for):
            yield word.span()


@lru_cache(maxsize=8192)
def _folded(word: str) -> str:
    small = word.casefold()
    return small if small.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", small))


def _stem(word: str) -> str:
    return word if len(word) <= _SHORT else word[: max(_SHORT, len(word) - _ENDING)]


def _is_meant(word: str, looked_for: Sequence[str]) -> bool:
    for stem in looked_for:
        if word.startswith(stem) if len(stem) >= _SHORT else word == stem:
            return True
        if len(stem) >= _INSIDE and stem in word:
            return True
    return False
