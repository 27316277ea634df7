"""Where in a query the SERVICE blocks are, and what their surroundings would make of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graph.serving.tokens import Token, place, tokens

_GROUPS: Final = frozenset({"WHERE", "OPTIONAL", "MINUS", "UNION", "ASK", "CONSTRUCT", "TRUE", "FALSE"})
"""Keywords before a brace that opens a group whose rows are joined as they are."""

_OTHERS: Final = frozenset({"EXISTS", "LATERAL"})
_NAMED: Final = {"GRAPH": "GRAPH", "SERVICE": "SERVICE", "SILENT": "SERVICE"}
_BEFORE_GROUPS: Final = frozenset("{}.;,)]*") | {"|}", ")>>", ">>"}
_GLUED: Final = re.compile(r"graph|service|silent|exists|lateral", re.IGNORECASE)
_GROUP, _UNKNOWN = "", "?"
_NAMES: Final = frozenset({"iri", "name", "variable"})


@dataclass(frozen=True, slots=True)
class Block:
    """`SERVICE SILENT <…> { … }`: `name` is the token of its endpoint, `inside` which tokens are between its braces.

    `within` says what surrounds it, where that is no plain group: GRAPH, EXISTS, LATERAL, SERVICE, or "?".
    """

    start: int
    opened: Token
    closed: Token
    name: Token
    silent: Token | None
    inside: slice
    within: str

    @property
    def end(self) -> int:
        return self.closed.end


@dataclass(frozen=True, slots=True)
class Outline:
    """A query's text with its prologue and its SERVICE blocks in the order of their beginnings."""

    text: str
    tokens: tuple[Token, ...]
    blocks: tuple[Block, ...]

    @property
    def prologue(self) -> str:
        """BASE and PREFIX as they stand, without comments."""
        return " ".join(_prologue(self.tokens))

    def inside(self, block: Block) -> tuple[Token, ...]:
        return self.tokens[block.inside]

    def inner(self, block: Block) -> str:
        return self.text[block.opened.end : block.closed.start]

    def place(self, block: Block) -> tuple[int, int]:
        return place(self.text, block.start)

    def variables(self, block: Block, *, outside: bool) -> frozenset[str]:
        """Names of the variables written in a block, or elsewhere in the query."""
        words = self.tokens if outside else self.inside(block)
        return frozenset(
            word.text[1:]
            for word in words
            if word.kind == "variable" and not (outside and block.start <= word.start < block.end)
        )

    def as_graphs(self, *, misspelt: Block | None = None) -> str:
        """The text with GRAPH for SERVICE: it parses where this does, in the same places, and asks nobody anything.

        `misspelt` gets a word that is none in the place of GRAPH: then the text must not parse.
        """
        pieces, done = [], 0
        for block in self.blocks:
            word = "GRAPX" if block is misspelt else "GRAPH"
            pieces += [self.text[done : block.start], word.ljust(len("SERVICE"))]
            done = block.start + len("SERVICE")
            if block.silent is not None:
                pieces += [self.text[done : block.silent.start], " " * len("SILENT")]
                done = block.silent.end
        return "".join((*pieces, self.text[done:]))


def outline(text: str) -> Outline:
    """Find the blocks of a text that parses; a SERVICE in a text that does not may go unseen."""
    words = tuple(tokens(text))
    return Outline(text, words, tuple(sorted(_blocks(words), key=lambda block: block.start)))


def _prologue(words: Sequence[Token]) -> Iterator[str]:
    place = 0
    while place < len(words):
        length = {"BASE": 2, "PREFIX": 3, "VERSION": 2}.get(words[place].keyword, 0)
        if length == 0:
            return
        if words[place].keyword != "VERSION":
            yield from (token.text for token in words[place : place + length])
        place += length


def _blocks(words: Sequence[Token]) -> Iterator[Block]:
    """One walk with a stack of open braces; a brace that nobody opened or closes is the parser's affair."""
    surroundings: list[tuple[str, str, int]] = [(_GROUP, _GROUP, -1)]
    for at, token in enumerate(words):
        if token.kind != "punctuation":
            continue
        if token.text == "{":
            kind, within, _ = surroundings[-1]
            surroundings.append((_opened(words, at), within or kind, at))
        elif token.text == "}" and len(surroundings) > 1:
            kind, within, opened = surroundings.pop()
            if kind == "SERVICE":
                yield _block(words, opened, at, within)


def _block(words: Sequence[Token], opened: int, closed: int, within: str) -> Block:
    name, before = words[opened - 1], words[opened - 2]
    silent = before if before.keyword == "SILENT" else None
    start = words[opened - 3] if silent else before
    return Block(start.start, words[opened], words[closed], name, silent, slice(opened + 1, closed), within)


def _opened(words: Sequence[Token], at: int) -> str:
    """What the brace at this place opens."""
    if at == 0:
        return _UNKNOWN
    before = words[at - 1]
    if before.kind == "word":
        return before.keyword if before.keyword in _OTHERS else _GROUP if before.keyword in _GROUPS else _UNKNOWN
    if before.kind == "punctuation":
        return _GROUP if before.text in _BEFORE_GROUPS else _UNKNOWN
    named = _NAMED.get(words[at - 2].keyword, "") if at > 1 and before.kind in _NAMES else ""
    if named == "SERVICE" and words[at - 2].keyword == "SILENT" and (at < 3 or words[at - 3].keyword != "SERVICE"):
        return _UNKNOWN
    if not named and before.kind == "name" and _GLUED.match(before.text):
        return _UNKNOWN  # `GRAPHx:y {` may be read as GRAPH x:y
    return named
