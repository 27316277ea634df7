"""What the pages of the query library are made of."""

from dataclasses import dataclass

from api.contexts.pages import Form, Problem, Text, Value


@dataclass(frozen=True, slots=True)
class Listed:
    """A question in the list."""

    title: str
    about: str
    href: str


@dataclass(frozen=True, slots=True)
class Topic:
    anchor: str
    title: str
    questions: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class LibraryPage:
    template = "queries.html"
    title: str
    topics: tuple[Topic, ...]
    openapi: str


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as a part of a form: a list to choose from, or a text to type."""

    name: str
    label: str
    value: str
    required: bool
    input: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A page of an answer's rows, or its statements; `total` is None where nobody counted."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Value | None, ...], ...] = ()
    first: int = 1
    total: int | None = None
    previous: str | None = None
    following: str | None = None
    statements: str | None = None
    too_long: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionPage:
    template = "queries_question.html"
    title: str
    topic: Text
    about: str
    action: str
    fields: tuple[Field, ...]
    columns: tuple[tuple[str, str], ...]
    """Name and label of each column."""
    text: str
    editor: str
    downloads: tuple[Form, ...]
    answered: Answered | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """A kind of problem; `ways` are titles and where they lead."""

    name: str
    title: str
    status: int
    advice: str
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProblemsPage:
    template = "problems.html"
    title: str
    problems: tuple[Explained, ...]
