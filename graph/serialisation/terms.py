"""Rows back into terms: what our own notation of a term says is read here, and no parser is needed."""

import re
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

_ESCAPED: Final = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(["\\tbnrf]))')
_CHARACTERS: Final = {'"': '"', "\\": "\\", "t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def term(written: str) -> NamedNode | BlankNode | Literal:
    return _literal(written) if written[0] == '"' else _node(written)


def spelled(written: str) -> tuple[str, str]:
    """The text of a literal, and what stands behind it: `@` and a language, `^^` and a datatype, or nothing."""
    lexical, _, suffix = written.rpartition('"')
    text = lexical[1:]
    return (_ESCAPED.sub(_character, text) if "\\" in text else text), suffix


def _node(written: str) -> NamedNode | BlankNode:
    return BlankNode(written[2:]) if written[0] == "_" else NamedNode(written[1:-1])


def _literal(written: str) -> Literal:
    text, suffix = spelled(written)
    if suffix.startswith("@"):
        return Literal(text, language=suffix[1:].partition("--")[0])
    return Literal(text, datatype=NamedNode(suffix[3:-1])) if suffix else Literal(text)


def _character(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    return _CHARACTERS[letter] if letter else chr(int(short or long, 16))
