"""The words that a generation's titles, keywords and names are written in: to complete, take apart and correct others.

All in memory: a few ten thousand words, read when a generation is first searched.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Final

MOST: Final = 200_000
"""Words that are held; a larger catalogue keeps those that come first in its index."""

SHORTEST: Final = 3
"""Letters of a word that is a part of another."""

_PREFIX: Final = 4
"""Letters from which on a word finds those that begin with it."""

_CERTAIN: Final = 6
"""Letters from which on a word inside another is a part of it, whatever the rest is."""

_LINKS: Final = ("", "s", "n", "e", "en", "es", "er")
"""What stands between the parts of a compound, or behind it."""

_CONTAINING: Final = 64
_ONE_TYPO, _TWO_TYPOS = 4, 8
_PARTS: Final = 4
_LONGEST_COMPOUND: Final = 40
_SHARP: Final = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


def folded(word: str) -> str:
    """In small letters without accents."""
    word = word.lower()
    if word.isascii():
        return word
    plain = unicodedata.normalize("NFKD", word.translate(_SHARP))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


class Lexicon:
    """Words as they are written, each with the number of records that have it; `stem` reduces a folded word."""

    def __init__(self, words: Iterable[tuple[str, int]], stem: Callable[[str], str] = str) -> None:
        written: dict[str, dict[str, int]] = {}
        for word, count in words:
            forms = written.setdefault(folded(word), {})
            forms[word] = forms.get(word, 0) + count
        self._written = written
        self._words = sorted(written)
        self._text = "\n".join(("", *self._words, ""))
        self._stem = stem
        self._stems = {stem(word) for word in self._words}
        self._by_start: dict[tuple[str, int], list[tuple[int, str]]] = {}
        for word in self._words:
            self._by_start.setdefault((word[:1], len(word)), []).append((_letters(word), word))

    def __contains__(self, word: str) -> bool:
        return folded(word) in self._written

    def count(self, word: str) -> int:
        return sum(self._written.get(word, {}).values())

    def written(self, word: str) -> tuple[str, ...]:
        """How a folded word is written, the most frequent first."""
        forms = self._written.get(word, {})
        return tuple(sorted(forms, key=lambda form: (-forms[form], form)))

    def beginning(self, start: str, most: int) -> list[str]:
        """The words that begin so, the most frequent first."""
        start, found = folded(start), []
        for place in range(bisect_left(self._words, start), len(self._words)):
            if not self._words[place].startswith(start):
                break
            found.append(self._words[place])
        return sorted(found, key=lambda word: (-self.count(word), word))[:most]

    def containing(self, word: str) -> list[str]:
        """Compounds of the word, its other forms, and words that begin with it; those in more records first."""
        needle = self._stem(folded(word))
        if len(needle) < SHORTEST:
            return []
        found = [each for each in self._with(needle) if self._is_part(needle, each)]
        return sorted(found, key=lambda each: (-self.count(each), each))[:_CONTAINING]

    def _with(self, needle: str) -> Iterable[str]:
        place = self._text.find(needle)
        while place >= 0:
            begin, end = self._text.rindex("\n", 0, place) + 1, self._text.index("\n", place)
            yield self._text[begin:end]
            place = self._text.find(needle, end)

    def _is_part(self, needle: str, word: str) -> bool:
        head, _, tail = word.partition(needle)
        if not head:
            return tail in _LINKS or len(needle) >= _PREFIX
        if len(needle) < _PREFIX or len(head) < SHORTEST:
            return False
        if len(needle) >= _CERTAIN:
            return tail in _LINKS or len(tail) >= SHORTEST
        return self._is_known(head) and (tail in _LINKS or self._is_known(tail))

    def _is_known(self, part: str) -> bool:
        """Whether the part is a word by itself, with what links it to another."""
        return any(len(one) >= SHORTEST and self._is_whole(one) for one in _without_links(part))

    def parts(self, word: str, *, loosely: bool = False) -> tuple[str, ...]:
        """The known words that a compound is made of, as few and as long as can be; none where it cannot be told.

        `loosely` takes for words what others are made of, and takes the compound for one of two.
        """
        word = folded(word)
        if len(word) > _LONGEST_COMPOUND:
            return ()
        return self._two(word) if loosely else self._taken_apart(word, _PARTS, {})

    def _taken_apart(self, word: str, most: int, known: dict[tuple[str, int], tuple[str, ...]]) -> tuple[str, ...]:
        """`known` keeps what was found out of the ends of the word."""
        if (word, most) not in known:
            found = [
                (head, *rest)
                for place in range(SHORTEST, len(word) - _PREFIX + 1)
                if (head := self._head(word[:place]))
                if (rest := self._rest(word[place:], most - 1, known))
            ]
            known[word, most] = max(found, key=_quality, default=())
        return known[word, most]

    def _rest(self, word: str, most: int, known: dict[tuple[str, int], tuple[str, ...]]) -> tuple[str, ...]:
        if self._is_whole(word):
            return (word,)
        return self._taken_apart(word, most, known) if most > 1 else ()

    def _two(self, word: str) -> tuple[str, ...]:
        found = [
            (head, word[place:])
            for place in range(_PREFIX, len(word) - _PREFIX + 1)
            if self._is_whole(word[place:]) or self.containing(word[place:])
            for head in _without_links(word[:place])
            if len(head) >= _PREFIX and self.containing(head)
        ]
        return max(found, key=_quality, default=())

    def _head(self, head: str) -> str:
        """The word before a link, as it is written if it is."""
        bare = [one for one in _without_links(head) if len(one) >= SHORTEST and self._is_whole(one)]
        return max(bare, key=lambda one: (one in self._written, len(one)), default="")

    def _is_whole(self, word: str) -> bool:
        return word in self._written or self._stem(word) in self._stems

    def near(self, word: str) -> list[str]:
        """The words that this one may be meant for, if it is none: of the same first letter, one or two typos away.

        Only those with the fewest typos, the most frequent first.
        """
        word = folded(word)
        most = 0 if len(word) < _ONE_TYPO else 1 if len(word) < _TWO_TYPOS else 2
        letters = _letters(word)
        found: dict[int, list[str]] = {}
        for length in range(len(word) - most, len(word) + most + 1) if most else ():
            for others, each in self._by_start.get((word[:1], length), ()):
                if (letters ^ others).bit_count() <= 2 * most:
                    found.setdefault(distance(word, each, most), []).append(each)
        best = min((typos for typos in found if typos <= most), default=0)
        return sorted(found.get(best, []), key=lambda each: (-self.count(each), each))[:3] if best else []


def _without_links(head: str) -> list[str]:
    """What may be the word, where a link may follow it."""
    return [head.removesuffix(link) for link in _LINKS if head.endswith(link)]


def _quality(parts: tuple[str, ...]) -> tuple[int, int]:
    """Few parts are better than many, and even ones than a scrap beside a long one."""
    return -len(parts), min(len(part) for part in parts)


def _letters(word: str) -> int:
    """Which letters a word has, as bits: words that differ in many of them are not compared."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


def distance(one: str, other: str, most: int) -> int:
    """Letters added, left out, exchanged or swapped with the next to make one word the other; or more than `most`."""
    before, last = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
