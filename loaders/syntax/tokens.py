"""A forgiving tokenizer for the Turtle family: it never fails, for the strict parser judges what comes out.

It finds what repairs and isolation need: IRIs, strings with their language tags, prefixed names, full stops.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Kind(Enum):
    IRI = auto()
    STRING = auto()
    RAW_STRING = auto()
    """A string in single quotes that goes over line ends, which it must not, and is closed where a string may end."""
    OPEN_STRING = auto()
    """A quote that is never closed; the token goes to the end of its line."""
    LANGUAGE = auto()
    BLANK = auto()
    NAME = auto()
    SLASHED = auto()
    """A prefixed name with slashes in it, which must be escaped."""
    BARE_IRI = auto()
    """An IRI without its brackets."""
    DIRECTIVE = auto()
    OPEN = auto()
    CLOSE = auto()
    STOP = auto()
    SEPARATOR = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    start: int
    end: int
    text: str


_LOCAL: Final = r"""(?:[\w:\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]|\.+(?=[\w:\-·%\\]))*"""
_PATTERNS: Final = (
    ("skip", r"\s+|\#[^\r\n]*"),
    ("IRI", r"<(?![<=(])[^<>\r\n]*>"),
    ("STRING", r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""' + r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"),
    ("OPEN_STRING", r"(?:\"\"\"|''')[^\r\n]*"),
    ("SHORT", r'"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"' + r"|'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'"),
    (
        "RAW_STRING",
        r"""(?P<quote>["'])(?:(?!(?P=quote))[^\\]|\\.){1,4000}(?P=quote)(?=\s*(?:@[A-Za-z]|\^\^|[;,.\])]))""",
    ),
    ("OPEN_SHORT", r"""["'][^\r\n]*"""),
    ("BLANK", r"_:[^\W_](?:[\w\-·]|\.+(?=[\w\-·]))*|_:_(?:[\w\-·]|\.+(?=[\w\-·]))*"),
    ("DIRECTIVE", r"@(?:prefix|base)\b|(?i:prefix|base)(?=\s+[\w.\-]*:?\s*<)"),
    ("LANGUAGE", r"""@[^\s.;,\[\](){}<>"'#^]*"""),
    ("NUMBER", r"[+-]?(?:\d+(?:\.\d+)?|\.\d+|\d+\.(?=[eE]))(?:[eE][+-]?\d+)?(?![\w:])"),
    ("BARE_IRI", r"https?://(?:[\w\-~%:@/+=&?!$*]|[.,;](?=[\w\-~%/?&=]))+"),
    ("SLASHED", rf"(?:[^\W_][\w.\-·]*)?:{_LOCAL}(?:/{_LOCAL})+"),
    ("NAME", r"(?:[^\W_](?:[\w\-·]|\.+(?=[\w\-·:]))*)?:" + _LOCAL),
    ("WORD", r"\w[\w\-]*"),
    ("OPEN", r"\{\||[\[({]"),
    ("CLOSE", r"\|\}|[\])}]"),
    ("STOP", r"\."),
    ("SEPARATOR", r"[;,]|\^\^"),
    ("OTHER", r"<<\(?|\)?>>|<=|=>|."),
)
_TOKEN: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS), re.DOTALL)
_KINDS: Final = {kind.name: kind for kind in Kind} | {
    "SHORT": Kind.STRING,
    "OPEN_SHORT": Kind.OPEN_STRING,
    "NUMBER": Kind.OTHER,
    "WORD": Kind.OTHER,
}


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens from `start`; white space and comments are left out, nothing else is."""
    position, before = start, Kind.OTHER
    while match := _TOKEN.match(text, position):
        position = match.end()
        name = match.lastgroup
        if name == "skip" or name is None:
            continue
        kind = _KINDS[name]
        if kind is Kind.DIRECTIVE and before is Kind.STRING:  # the language tag `@base`
            kind = Kind.LANGUAGE
        yield Token(kind, match.start(), position, match.group())
        before = kind
