r"""The words of a SPARQL text: its lexical grammar and nothing of its structure (https://www.w3.org/TR/sparql11-query/#rQName).

Whatever the text is, there are tokens and no error; whether it is SPARQL says the engine's parser. Time is linear in
the length of the text. Escapes such as \u0041 are understood in strings and IRIs only, as the engine does.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, Literal, NamedTuple

Kind = Literal["iri", "string", "variable", "blank", "name", "word", "number", "tag", "punctuation"]


class Token(NamedTuple):
    """`name` is a prefixed name, also one without a local part; `word` a keyword or a function; `tag` a language's."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """The word in capitals; empty for what is no word."""
        return self.text.upper() if self.kind == "word" else ""


_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARACTER: Final = f"{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040-"
_LOCAL: Final = rf"(?:[{_CHARACTER}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_ESCAPE: Final = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"

_TOKEN: Final = rf"""
      (?P<skipped>\s++|\#[^\r\n]*+)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_ESCAPE})*+>)
    | (?P<string>\"\"\"(?:\"{{0,2}}+(?:[^"\\]|\\.))*+\"\"\"|'''(?:'{{0,2}}+(?:[^'\\]|\\.))*+'''
        |"(?!"")(?:[^"\\\r\n]|\\[^\r\n])*+"|'(?!'')(?:[^'\\\r\n]|\\[^\r\n])*+')
    | (?P<unclosed>\"\"\"(?:\"{{0,2}}+(?:[^"\\]|\\.))*+|'''(?:'{{0,2}}+(?:[^'\\]|\\.))*+
        |"(?:[^"\\\r\n]|\\[^\r\n])*+|'(?:[^'\\\r\n]|\\[^\r\n])*+)
    | (?P<variable>[?$][{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*+)
    | (?P<blank>_:[{_BASE}_0-9](?:[{_CHARACTER}]|\.++(?=[{_CHARACTER}]))*+)
    | (?P<name>(?:[{_BASE}](?:[{_CHARACTER}]|\.++(?=[{_CHARACTER}]))*+)?+:(?:{_LOCAL}|\.++(?={_LOCAL}))*+)
    | (?P<word>[{_BASE}_](?:[{_CHARACTER}]|\.++(?=[{_CHARACTER}]))*+)
    | (?P<number>[0-9]++\.[0-9]*+[eE][+-]?[0-9]++|\.?[0-9]++[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
    | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)
    | (?P<punctuation><<\(|\)>>|<<|>>|\{{\||\|\}}|\^\^|&&|\|\||!=|<=|>=|.)
    """
_PART: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+|[^A-Za-z_]")


@cache
def _lexer() -> re.Pattern[str]:
    """Compiled when a query first calls for it: a worker starts without."""
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)


def tokens(text: str) -> Iterator[Token]:
    """Spaces and comments left out."""
    for match in _lexer().finditer(text):
        kind = match.lastgroup
        if kind == "word":  # a run of name characters without a colon: `true.SERVICE` is three tokens
            yield from (
                Token("word" if part[0].isidentifier() else "punctuation", part[0], match.start() + part.start())
                for part in _PART.finditer(match[0])
            )
        elif kind == "unclosed":  # no parser takes the text; to look into the string would take time for nothing
            yield Token("punctuation", match[0], match.start())
        elif kind != "skipped":
            yield Token(kind, match[0], match.start())  # type: ignore[arg-type]  # the groups are named by the kinds


def place(text: str, start: int) -> tuple[int, int]:
    """Line and column, from 1."""
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
