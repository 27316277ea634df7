"""The library of questions: one `.rq` file each, run with typed parameters that are bound, never pasted into the text.

A file says in its first lines what it answers, what it takes and what its columns are (queries/headers.py), and runs as
it stands in any SPARQL tool, for all values of its parameters; only one that asks the search index needs an index, and
words. What the program itself asks is also there as a frozen dataclass with the same parameters as fields
(queries/questions.py).
"""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import ClassVar, Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolution,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
    parse,
)

from graph.errors import NotFound, QueryParameterError, QuerySyntaxError
from graph.serving.found import Index, filled
from queries.headers import Query, read, topics

Answer = QuerySolutions | QueryBoolean | QueryTriples

_ORDER: Final = re.compile(r"\nORDER BY [^\n]*\Z")
"""The order of the rows of a question: its last line."""
_POSITION: Final = re.compile(r"error at (\d+):(\d+): ")
_LITERAL: Final = re.compile(r'"(?:[^"\\\r\n]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^<>\s]*>)?')
_NAME: Final = re.compile(r"[a-z0-9-]{1,80}/[a-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class Question:
    """The root of typed questions: `file` names the `.rq`, the fields are its parameters; None leaves one unbound."""

    file: ClassVar[str]

    def bindings(self) -> dict[str, NamedNode | Literal]:
        values = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Select(Question):
    """A question answered by rows."""


@dataclass(frozen=True, slots=True)
class Construct(Question):
    """A question answered by statements."""


def names() -> list[str]:
    """The questions of the library, as `topic/question`: those of the topics that `topics.csv` names."""
    return sorted(
        f"{topic}/{entry.name.removesuffix('.rq')}"
        for topic in topics()
        for entry in files("queries").joinpath(topic).iterdir()
        if entry.name.endswith(".rq")
    )


@cache
def load(name: str) -> Query:
    """The question of the library with this name, `topic/question`; raises NotFound."""
    if _NAME.fullmatch(name) is None or not _file(name).is_file():
        raise NotFound("query", name)
    return read(name, _file(name).read_text("utf-8"))


def _file(name: str) -> Traversable:
    return files("queries").joinpath(*f"{name}.rq".split("/"))


def select(store: Store, question: Select, *, limit: int | None = None, offset: int = 0) -> Iterator[QuerySolution]:
    """The rows that answer a question; a page of them where the question leaves the number open."""
    return _rows(store, load(question.file), question, limit, offset)


def select_unordered(store: Store, question: Select) -> Iterator[QuerySolution]:
    """All rows in any order: to put a hundred thousand into theirs takes longer than to find them."""
    query = load(question.file)
    return _rows(store, dataclasses.replace(query, text=_ORDER.sub("", query.text.rstrip())), question, None, 0)


def _rows(store: Store, query: Query, question: Select, limit: int | None, offset: int) -> Iterator[QuerySolution]:
    answer = run(store, query, question.bindings(), limit=limit, offset=offset)
    if not isinstance(answer, QuerySolutions):
        raise QueryParameterError(f"{question.file} is no SELECT query")
    return answer


def construct(store: Store, question: Construct) -> Iterator[Triple]:
    """The statements that answer a question."""
    answer = run(store, load(question.file), question.bindings())
    if not isinstance(answer, QueryTriples):
        raise QueryParameterError(f"{question.file} is no CONSTRUCT query")
    return answer


def run_named(store: Store, name: str, params: Mapping[str, str], index: Index | None = None) -> Answer:
    """Answer a question of the library, its parameters given as text: an IRI, or a literal, plain or as in Turtle."""
    return run_text(store, load(name), params, index)


def run_text(store: Store, query: Query, params: Mapping[str, str], index: Index | None = None) -> Answer:
    """The same for a question from anywhere, such as `read(name, text)` of somebody's file."""
    return run(store, query, terms(query, params), index=index)


def terms(query: Query, params: Mapping[str, str]) -> dict[str, NamedNode | Literal]:
    """The values of parameters given as text. Raises QueryParameterError, which says what would be right."""
    missing = [name for name in query.required if name not in params]
    if missing:
        raise QueryParameterError(f"{query.name} needs a value for its parameter {', '.join(missing)}")
    return {name: _term(query, name, text) for name, text in params.items()}


def run(
    store: Store,
    query: Query,
    bindings: Mapping[str, NamedNode | Literal],
    *,
    limit: int | None = None,
    offset: int = 0,
    index: Index | None = None,
) -> Answer:
    """Answer a question with values bound to its variables; the one place where the store's own errors become ours.

    `index` is the search index beside the store, for questions that ask it.
    """
    text = filled(query.text + _window(limit, offset), bindings, index)
    return _told(query, lambda: store.query(text, substitutions={Variable(n): v for n, v in bindings.items()}))


def _told(query: Query, ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except SyntaxError as error:
        position = _POSITION.match(str(error))
        line, column = map(int, position.groups()) if position else (None, None)
        raise QuerySyntaxError(_POSITION.sub("", str(error), count=1), line, column) from error
    except RuntimeError as error:
        raise QueryParameterError(f"{query.name}: {error}") from error


def _window(limit: int | None, offset: int) -> str:
    """The only text ever added to a query: two whole numbers, checked."""
    if limit is None and offset == 0:
        return ""
    if offset < 0 or (limit is not None and limit < 0):
        raise QueryParameterError(f"limit {limit} and offset {offset} must be whole numbers from 0")
    return (f"\nLIMIT {limit:d}" if limit is not None else "") + f"\nOFFSET {offset:d}"


def _term(query: Query, name: str, text: str) -> NamedNode | Literal:
    """The value of a parameter given as text; a literal may be written as in Turtle: `"x"@fr`, `"5"^^<…>`."""
    if name not in query.parameters:
        known = ", ".join(query.parameters) or "none"
        raise QueryParameterError(f"{query.name} has no parameter {name!r}; it has: {known}")
    kind = query.parameters[name].term
    try:
        if kind is NamedNode:
            return NamedNode(text.removeprefix("<").removesuffix(">"))
        return _literal(text) if text.startswith('"') else Literal(text)
    except (ValueError, SyntaxError) as error:
        wanted = "an absolute IRI" if kind is NamedNode else "a literal as in Turtle"
        raise QueryParameterError(
            f"{query.name}: the parameter {name} must be {wanted}, not {text!r} ({error})"
        ) from error


def _literal(text: str) -> Literal:
    if _LITERAL.fullmatch(text) is None:  # checked first: the Turtle reader gets one literal, never a document
        raise ValueError("it starts with a quotation mark but does not end as a literal does")
    (statement,) = parse(f"<urn:s> <urn:p> {text} .", RdfFormat.TURTLE)
    if not isinstance(statement.object, Literal):
        raise ValueError("it is no literal")  # noqa: TRY004  told to the caller as a bad value
    return statement.object
