"""SPARQL targets (SHACL-AF, https://www.w3.org/TR/shacl-af/#SPARQLTarget) that need no SPARQL engine.

Read is a selection of the variable `this` alone, whose pattern is made of triples `?this <p> <o>` and `?this <p> ?any`,
and of choices by UNION between such patterns. Whatever else a query says is left to pySHACL.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, parse

from shapes.components.constraints import Term
from vocabularies.namespaces import RDF


class TooRich(Exception):
    """The query says more than is read here."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern `?this <predicate> <value>`, or one of any value."""

    predicate: NamedNode
    value: Term | None


Alternatives = list[tuple[Pattern, ...]]

_TOKEN: Final = re.compile(
    r"""\s+ | \#[^\n]*
    | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*> )
    | (?P<string> (?: "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
        (?: @[A-Za-z0-9-]+ | \^\^(?:<[^<>\s]*>|[\w-]*:[\w.-]*[\w-]) )? )
    | (?P<number> [+-]?[0-9]+(?:\.[0-9]+)? )
    | (?P<variable> [?$]\w+ )
    | (?P<name> [A-Za-z][\w-]*:(?:[\w-]+(?:\.[\w-]+)*)? | :[\w-]+(?:\.[\w-]+)* | : )
    | (?P<word> [A-Za-z]+ )
    | (?P<sign> [{}.;,] )""",
    re.VERBOSE,
)


def _tokens(query: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(query):
        found = _TOKEN.match(query, at)
        if found is None:
            raise TooRich(f"{query[at : at + 20]!r} in its query")
        at = found.end()
        if found.lastgroup is not None:
            yield found.lastgroup, found.group()


def alternatives(query: str, prefixes: Mapping[str, str]) -> Alternatives:
    """The conjunctions any of which makes a node a target. Raises TooRich."""
    return _Reader(query, prefixes).read()


class _Reader:
    def __init__(self, query: str, prefixes: Mapping[str, str]) -> None:
        self._tokens = [*_tokens(query), ("end", "")]
        self._at = 0
        self._prefixes = dict(prefixes)
        self._variables: set[str] = set()

    def read(self) -> Alternatives:
        while self._word("PREFIX"):
            name, iri = self._take("name"), self._take("iri")
            self._prefixes[name.removesuffix(":")] = iri[1:-1]
        self._expect("SELECT")
        self._word("DISTINCT")
        if self._take("variable")[1:] != "this":
            raise TooRich("a variable other than ?this in its query")
        self._word("WHERE")
        found = self._group()
        self._take("end")
        return found

    def _group(self) -> Alternatives:
        self._sign("{")
        parts: list[Alternatives] = []
        while not self._is("sign", "}"):
            if self._is("sign", "{"):
                parts.append(self._choice())
            else:
                parts.append([tuple(self._same_subject())])
            if self._is("sign", "."):
                self._next()
        self._sign("}")
        return [tuple(one for part in picked for one in part) for picked in product(*parts)]

    def _choice(self) -> Alternatives:
        found = self._group()
        while self._word("UNION"):
            found += self._group()
        return found

    def _same_subject(self) -> Iterator[Pattern]:
        if self._take("variable")[1:] != "this":
            raise TooRich("a pattern on another node than ?this in its query")
        more = True
        while more:
            predicate = self._predicate()
            yield Pattern(predicate, self._object())
            while self._is("sign", ","):
                self._next()
                yield Pattern(predicate, self._object())
            more = self._is("sign", ";")
            while self._is("sign", ";"):
                self._next()
            more = more and not (self._is("sign", ".") or self._is("sign", "}"))

    def _predicate(self) -> NamedNode:
        if self._is("word", "a"):
            self._next()
            return RDF.type
        term = self._term()
        if not isinstance(term, NamedNode):
            raise TooRich("a predicate that is no IRI in its query")
        return term

    def _object(self) -> Term | None:
        if not self._is("variable"):
            return self._term()
        variable = self._next()[1:]
        if variable == "this" or variable in self._variables:
            raise TooRich(f"a second ?{variable} in its query")
        self._variables.add(variable)
        return None

    def _term(self) -> Term:
        kind, text = self._tokens[self._at]
        if kind not in {"iri", "name", "string", "number"}:
            raise TooRich(f"{text!r} in its query")
        self._at += 1
        return _parsed(text, self._prefixes)

    def _is(self, kind: str, text: str | None = None) -> bool:
        found = self._tokens[self._at]
        return found[0] == kind and text in {None, found[1]}

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _take(self, kind: str) -> str:
        if not self._is(kind):
            raise TooRich(f"{self._tokens[self._at][1] or 'the end'!r} in its query")
        return self._next()

    def _sign(self, text: str) -> None:
        if self._take("sign") != text:
            raise TooRich(f"{self._tokens[self._at - 1][1]!r} in its query")

    def _word(self, text: str) -> bool:
        found = self._is("word") and self._tokens[self._at][1].upper() == text
        self._at += found
        return found

    def _expect(self, text: str) -> None:
        if not self._word(text):
            raise TooRich(f"no {text} in its query")


def _parsed(text: str, prefixes: Mapping[str, str]) -> Term:
    """A term as Turtle and SPARQL both write it."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    try:
        term: Term = next(parse(f"{head}<about:> <about:> {text} .", RdfFormat.TURTLE)).object
    except SyntaxError as error:
        raise TooRich(f"{text} in its query") from error
    return term
