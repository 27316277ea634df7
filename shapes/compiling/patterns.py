"""Regular expressions of XPath and XML Schema (https://www.w3.org/TR/xpath-functions-31/#regex-syntax) as Python's.

Most are the same. Read here is what Python lacks: categories of characters, those of XML names, the difference of two
sets, and the flags s, x and q. pySHACL reads none of these, and some of them wrongly.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

_FLAGS: Final = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_PREPARED: Final = "xq"

_START: Final = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
"""What the name of an XML element begins with (https://www.w3.org/TR/xml/#NT-NameStartChar); then what may follow."""
_NAME: Final = _START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"

_CATEGORY: Final = re.compile(r"\\([pP])\{([^}]*)\}")


class NotRead(ValueError):
    """What the expression asks is neither Python's nor read here."""


def compiled(pattern: str, flags: str) -> re.Pattern[str]:
    """Raises NotRead, or what re.compile raises where it is none."""
    strange = sorted(set(flags) - {*_FLAGS, *_PREPARED})
    if strange:
        known = ", ".join((*_FLAGS, *_PREPARED))
        raise NotRead(f"{', '.join(map(repr, strange))} is none of the flags of a pattern, which are {known}")
    options = sum({_FLAGS[flag] for flag in flags if flag in _FLAGS})
    if "q" in flags:
        return re.compile(re.escape(pattern), options)
    return re.compile(_Reader(pattern, loose="x" in flags, caseless="i" in flags).read(), options)


class _Reader:
    """Goes through an expression and writes it for Python. `loose`: blanks between its parts mean nothing."""

    def __init__(self, pattern: str, *, loose: bool, caseless: bool) -> None:
        self._pattern = pattern
        self._loose = loose
        self._caseless = caseless
        self._at = 0

    def read(self) -> str:
        parts: list[str] = []
        while self._at < len(self._pattern):
            here = self._pattern[self._at]
            if here == "\\":
                parts.append(self._escaped(lambda inner: f"[{inner}]"))
            elif here == "[":
                parts.append(self._set())
            else:
                self._at += 1
                parts.append("" if self._loose and here.isspace() else here)
        return "".join(parts)

    def _escaped(self, wrapped: Callable[[str], str]) -> str:
        """One escape; those that Python does not have as the members of a set."""
        category = _CATEGORY.match(self._pattern, self._at)
        if category is not None:
            self._at = category.end()
            return self._cased(wrapped, _members(category[2], inverse=category[1] == "P"))
        escape = self._pattern[self._at : self._at + 2]
        self._at += 2
        if escape[1:] in {"i", "I", "c", "C"}:
            names = _START if escape[1:].lower() == "i" else _NAME
            return self._cased(wrapped, names if escape[1:].islower() else _rest(names))
        return escape

    def _cased(self, wrapped: Callable[[str], str], members: str) -> str:
        """A category stays what it is when letters count as the same, large or small."""
        if not self._caseless:
            return wrapped(members)
        if wrapped("") != "[]":
            raise NotRead("a category within [ ] together with the flag i is not read here")
        return f"(?-i:{wrapped(members)})"

    def _set(self) -> str:
        """From one bracket to its end, with what is taken away from it."""
        self._at += 1
        inverse = self._is("^")
        members: list[str] = []
        while self._at < len(self._pattern):
            here = self._pattern[self._at]
            if here == "]" and members:
                self._at += 1
                return f"[{inverse}{''.join(members)}]"
            if members and self._pattern.startswith("-[", self._at):
                self._at += 1
                less = self._set()
                if not self._is("]"):
                    raise NotRead("a set goes on behind what is taken away from it")
                return f"(?:(?!{less})[{inverse}{''.join(members)}])"
            if here == "\\":
                members.append(self._escaped(lambda inner: inner))
            else:
                self._at += 1
                members.append(f"\\{here}" if here in "[&|~" else here)  # of these Python warns
        return f"[{inverse}{''.join(members)}"  # has no end, as Python will say

    def _is(self, sign: str) -> str:
        found = sign if self._pattern.startswith(sign, self._at) else ""
        self._at += len(found)
        return found


def _members(category: str, *, inverse: bool) -> str:
    found = _categories().get(category)
    if found is None:
        raise NotRead(f"the category {category} is not read here; one of Unicode's, such as L or Lu, is")
    return _rest(found) if inverse else found


@cache
def _rest(members: str) -> str:
    """All characters that are not among these."""
    others = re.compile(f"[^{members}]")
    return _ranges(code for code in range(sys.maxunicode + 1) if others.match(chr(code)))


@cache
def _categories() -> dict[str, str]:
    """Unicode's general categories, each with what is in it as members of a set."""
    found: dict[str, list[int]] = {}
    for code in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        found.setdefault(category, []).append(code)
        found.setdefault(category[0], []).append(code)
    return {category: _ranges(codes) for category, codes in found.items()}


def _ranges(codes: Iterable[int]) -> str:
    """Codes, in order, as ranges."""
    found: list[list[int]] = []
    for code in codes:
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in found)
