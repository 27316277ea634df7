"""Repair of the terms inside one faulty statement of the Turtle family."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from loaders.repair import accepted_iri, accepted_language, expanded, repaired_datatype, repaired_iri, repaired_language
from loaders.syntax.tokens import Kind, Token, tokens

_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Mend:
    """One term replaced: where the original was, and why."""

    start: int
    original: str
    replacement: str
    reason: str


def mended(text: str, *, names: bool = True) -> tuple[str, list[Mend]]:
    """The statement with its terms repaired as far as they can be; it has as many lines as before.

    `names` tells a syntax that has prefixed names; in one that has none, those of datatypes are expanded.
    """
    mends = list(_mends(list(tokens(text)), names=names))
    return applied(text, mends), mends


def applied(text: str, mends: Iterable[Mend]) -> str:
    """The text with the replacements made; they come in the order of the text."""
    parts, done = list[str](), 0
    for mend in mends:
        parts += [text[done : mend.start], mend.replacement]
        done = mend.start + len(mend.original)
    return "".join([*parts, text[done:]])


def _mends(found: list[Token], *, names: bool) -> Iterator[Mend]:
    for number, token in enumerate(found):
        before = found[number - 1] if number else None
        after = found[number + 1] if number + 1 < len(found) else None
        if token.kind is Kind.RAW_STRING:
            quote = token.text[0]
            yield Mend(token.start, token.text, 2 * quote + token.text + 2 * quote, "raw line ends in a string, kept")
        elif before and before.kind in {Kind.STRING, Kind.RAW_STRING} and token.kind is Kind.LANGUAGE:
            yield from _language(token)
        elif token.text == "^^" and before and after and after.start == token.end:
            yield from _datatype(token, after, before, names=names)
        elif token.kind is Kind.SLASHED and names:
            yield Mend(token.start, token.text, re.sub(r"(?<!\\)/", r"\/", token.text), "/ in a prefixed name, escaped")
        elif token.kind is Kind.BARE_IRI and accepted_iri(token.text):
            yield Mend(token.start, token.text, f"<{token.text}>", "an IRI without brackets, put in them")
        elif token.kind is Kind.IRI and not (before and before.text == "^^"):
            yield from _iri(token)


def _iri(token: Token) -> Iterator[Mend]:
    written = _unescaped(token.text[1:-1])
    repaired = repaired_iri(written)
    if repaired is not None and repaired != written:
        yield Mend(token.start, token.text, f"<{repaired}>", "not a valid IRI, percent-encoded")


def _language(token: Token) -> Iterator[Mend]:
    tag = token.text[1:]
    if accepted_language(tag):
        return
    repaired = repaired_language(tag)
    reason = "not a valid language tag, " + ("corrected" if repaired else "left out")
    yield Mend(token.start, token.text, f"@{repaired}" if repaired else "", reason)


def _datatype(carets: Token, token: Token, before: Token, *, names: bool) -> Iterator[Mend]:
    """A literal has a language or a datatype, and the datatype is an IRI."""
    original = carets.text + token.text
    if before.kind is Kind.LANGUAGE:
        yield Mend(carets.start, original, "", "a literal with a language has no datatype, left out")
        return
    if token.kind is Kind.NAME and not names:
        written, repaired = token.text, expanded(token.text)
    elif token.kind is Kind.IRI:
        written = _unescaped(token.text[1:-1])
        repaired = repaired_datatype(written)
    else:
        return
    if repaired != written:
        reason = "not a valid datatype, " + ("corrected" if repaired else "left out")
        yield Mend(carets.start, original, f"^^<{repaired}>" if repaired else "", reason)


def _unescaped(text: str) -> str:
    """An IRI without its escapes by number."""
    return _ESCAPE.sub(lambda found: _character(int(found.group(1) or found.group(2), 16), found.group()), text)


def _character(code: int, escape: str) -> str:
    return escape if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)
