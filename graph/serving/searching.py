"""The block that asks the search index inside a query.

    SERVICE <https://w3id.org/catalograph/search> {
      ?dataset search:query "eau potable" ; search:kind "datasets" ; search:score ?score ; search:language ?language .
    }

What is written is checked here; the index itself is asked by whoever put the query.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NoReturn

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graph.record import PAGED
from graph.serving.messages import Search
from graph.serving.tokens import Token
from vocabularies.namespaces import PORTAL

INDEX: Final = PORTAL.search
"""The name of the index in any installation; `<base>/search` is another."""

LANGUAGES: Final = ("fr", "de", "en")
"""Those that the index tells apart: the stemmed ones of its schema, which a worker would load all of tantivy for."""

UNDETERMINED: Final = "und"
"""The language of what was found in a text of a language that the index does not tell from others."""

MOST: Final = 10_000
USUAL: Final = 100

_TERMS: Final = PORTAL["search/"].value
_EITHER: Final = ("kind", "language")
KNOWN: Final = ("query", "limit", *_EITHER, "score")
_EXAMPLE: Final = (
    f'?thing search:query "words" ; search:score ?score ; search:limit {USUAL} (PREFIX search: <{_TERMS}>)'
)

Term = NamedNode | Literal
Reader = Callable[[Sequence[str]], list[Term | None] | None]
"""Reads terms as the query's prefixes have them; None for a variable written as UNDEF, and for all when one is none."""

Refuse = Callable[[str], NoReturn]


def read(words: Sequence[Token], reader: Reader, bound: Mapping[str, str], refuse: Refuse) -> Search:
    """What a block asks the index; `bound` are the query's parameters with their values, as N-Triples writes them."""
    subject, pairs = _pairs(words, refuse)
    predicates = reader([predicate.text for predicate, _ in pairs]) or refuse(f"write it as {_EXAMPLE}")
    said: dict[str, Token | Literal] = {}
    for predicate, (_, written) in zip(predicates, pairs, strict=True):
        name = predicate.value.removeprefix(_TERMS) if isinstance(predicate, NamedNode) else ""
        if name not in KNOWN:
            refuse(f"the search index knows search:{', search:'.join(KNOWN)}; write it as {_EXAMPLE}")
        if name in said:
            refuse(f"search:{name} is there twice; once is right")
        said[name] = _value(name, written, reader, bound, refuse)
    return _search(subject, said, refuse)


def _pairs(words: Sequence[Token], refuse: Refuse) -> tuple[Token, list[tuple[Token, tuple[Token, ...]]]]:
    """`?thing predicate object ; predicate object .`, each object as its tokens."""
    rest = list(words[1:])
    if rest and rest[-1].text == ".":
        rest.pop()
    pairs: list[tuple[Token, tuple[Token, ...]]] = []
    while rest:
        end = next((at for at, word in enumerate(rest) if word.text in {";", "."}), len(rest))
        pair, stop, rest = rest[:end], rest[end : end + 1], rest[end + 1 :]
        repeated = bool(stop) and stop[0].text == "." and bool(rest) and rest.pop(0).text != words[0].text
        if not pair:
            continue  # `; ;` and `; .` are allowed
        if repeated or not _is_pair(pair):
            refuse(f"it asks the search index by statements about one variable, nothing else; write it as {_EXAMPLE}")
        pairs.append((pair[0], tuple(pair[1:])))
    if not pairs or words[0].kind != "variable":
        refuse(f"it asks the search index by statements about one variable; write it as {_EXAMPLE}")
    return words[0], pairs


_LONGEST_OBJECT: Final = 3
"""A string, ^^, and its datatype."""


def _is_pair(words: Sequence[Token]) -> bool:
    allowed = {"variable", "string", "number", "tag", "iri", "name"}
    value = words[1:]
    fine = all(word.kind in allowed or word.text == "^^" for word in value)
    return words[0].kind in {"iri", "name"} and 0 < len(value) <= _LONGEST_OBJECT and fine


def _value(
    name: str, written: Sequence[Token], reader: Reader, bound: Mapping[str, str], refuse: Refuse
) -> Token | Literal:
    """A constant, the value of a parameter, or a variable that takes what is found."""
    if written[0].kind == "variable" and len(written) == 1:
        variable = written[0]
        if name == "score" or (name in _EITHER and variable.text[1:] not in bound):
            return variable
        if variable.text[1:] not in bound:
            refuse(f"search:{name} takes a constant, not {variable.text}: it is asked before the rest of the query")
        term: Term | None = _bound(bound[variable.text[1:]])
    else:
        terms = reader(["".join(word.text for word in written)])
        term = terms[0] if terms else None
    if name == "score":
        refuse("search:score takes a variable, and binds it to how well the words are met")
    if isinstance(term, Literal) and term.language:
        refuse(f'search:{name} takes a text without a language; for words in one, say search:language "fr"')
    if not isinstance(term, Literal):
        refuse(f"search:{name} takes a {'number' if name == 'limit' else 'text in quotes'}")
    return term


def _bound(text: str) -> Term | None:
    (statement,) = parse(f"<urn:s> <urn:p> {text} .".encode(), RdfFormat.N_TRIPLES)
    return statement.object if isinstance(statement.object, NamedNode | Literal) else None


def _search(subject: Token, said: Mapping[str, Token | Literal], refuse: Refuse) -> Search:
    given = {name: value.value for name, value in said.items() if isinstance(value, Literal)}
    columns = {"thing": subject.text[1:]}
    columns |= {name: value.text[1:] for name, value in said.items() if isinstance(value, Token)}
    if not given.get("query", "").strip():
        refuse(f"search:query is missing, the words to look for; write it as {_EXAMPLE}")
    if len(set(columns.values())) < len(columns):
        refuse("a variable takes two things in it; use one for each")
    kind, language, limit = given.get("kind", ""), given.get("language", ""), given.get("limit", str(USUAL))
    if kind and kind not in PAGED:
        refuse(f"search:kind is one of {', '.join(PAGED)}, not {kind!r}")
    if language and language not in (*LANGUAGES, UNDETERMINED):
        refuse(f"search:language is one of {', '.join(LANGUAGES)}, {UNDETERMINED} for any other, not {language!r}")
    if not (limit.isascii() and limit.isdigit() and len(limit) <= len(str(MOST)) and 0 < int(limit) <= MOST):
        refuse(f"search:limit is a number from 1 to {MOST}, not {limit!r}")
    return Search(given["query"], kind, language, int(limit), columns)
