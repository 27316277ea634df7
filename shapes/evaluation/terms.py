"""Terms from N-Triples tokens as our own writers spell them, several times quicker than a parser of whole lines."""

from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from shapes.components.constraints import Term

_MOST: Final = 1 << 16
"""IRIs and datatypes kept, of which catalogues repeat few very often."""


def term_of(token: str) -> Term:
    """The term of one token; for a few."""
    if token.startswith("<") and token.endswith(">") and "\\" not in token and " " not in token:
        return NamedNode(token[1:-1])
    return next(parse(f"<about:> <about:> {token} .", RdfFormat.N_TRIPLES)).object  # type: ignore[no-any-return]


class Terms:
    """Reads tokens one after the other, remembering IRIs."""

    def __init__(self) -> None:
        self._known: dict[bytes, NamedNode] = {}

    def of(self, token: bytes) -> Term:
        """The term that the token spells."""
        known = self._known.get(token)
        if known is not None:
            return known
        if b"\\" in token or token.startswith(b"<<"):
            return term_of(token.decode())
        if token.startswith(b"<"):
            return self._iri(token)
        if token.startswith(b'"'):
            return self._literal(token)
        return BlankNode(token[2:].decode())

    def _iri(self, token: bytes) -> NamedNode:
        term = NamedNode(token[1:-1].decode())
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[token] = term
        return term

    def _literal(self, token: bytes) -> Term:
        if token.endswith(b'"'):
            return Literal(token[1:-1].decode())
        text, _, rest = token.rpartition(b'"')
        if rest.startswith(b"@"):
            return Literal(text[1:].decode(), language=rest[1:].decode())
        name = rest[2:]
        return Literal(text[1:].decode(), datatype=self._known.get(name) or self._iri(name))
