"""What the first lines of a `.rq` file say: what the question is called, what it takes and what it answers with.

    #+ title@en: Datasets of a theme          the same for fr, de, lb
    #+ about@en: Each dataset that ….         one to three sentences
    #+ param theme: NamedNode                 `required` behind it where the question makes no sense without a value
    #+ columns: theme dataset title           those of a SELECT, in their order

How a parameter or a column is called stands once for the whole library, in `parameters.csv` and `columns.csv`; a file
only says what is its own (`#+ param theme@fr: …`, `#+ column title@fr: …`).
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from pyoxigraph import Literal, NamedNode

LANGUAGES: Final = ("en", "fr", "de", "lb")

_HEADER: Final = re.compile(r"(?:#[^\n]*\n)*")
_LINE: Final = re.compile(r"#\+ (?P<key>[a-z]+)(?: (?P<name>\w+))?(?:@(?P<lang>[a-z]{2}))?: (?P<value>.*?)\s*")
_TYPE: Final = re.compile(r"(?P<term>NamedNode|Literal)(?P<required> required)?")
_BODY: Final = re.compile(r"^\s*(SELECT|CONSTRUCT|DESCRIBE|ASK)\b", re.MULTILINE | re.IGNORECASE)
_NO_LINE_OF_ITS_OWN: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable that a value can be bound to; where none is given, the question is about all values.

    `kind` says what a form offers: a record kind (`organisations`), `vocabulary`, `language`, `date` or `text`.
    """

    name: str
    term: type[NamedNode | Literal]
    required: bool = False
    kind: str = "text"
    vocabulary: str = ""
    example: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """A variable of the answer; `type` is what its values are: thing, text, date, number, code, geometry or any."""

    name: str
    type: str = "any"
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as its file has it."""

    name: str
    text: str
    titles: Mapping[str, str]
    abouts: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        return self.titles.get("en", self.name)

    @property
    def about(self) -> str:
        return self.abouts.get("en", "")

    @property
    def topic(self) -> str:
        return self.name.partition("/")[0]

    @property
    def body(self) -> str:
        """The query without its header."""
        return self.text[_header(self.text).end() :]

    @property
    def form(self) -> str:
        """SELECT, CONSTRUCT, DESCRIBE or ASK; empty for what is no query."""
        found = _BODY.search(self.body)
        return found.group(1).upper() if found else ""

    @property
    def rdf(self) -> bool:
        """Whether the answer is statements instead of rows."""
        return self.form in {"CONSTRUCT", "DESCRIBE"}

    @property
    def preparable(self) -> bool:
        """Whether there is but one answer to it in a generation."""
        return not self.parameters and self.form == "SELECT"

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, parameter in self.parameters.items() if parameter.required)


def read(name: str, text: str) -> Query:
    """A question from the text of a `.rq` file, of the library or of anybody's; plain comments count as its `about`."""
    lines = _header(text).group().splitlines()
    said = [match.groupdict() for match in map(_LINE.fullmatch, lines) if match]
    comments = " ".join(line.lstrip("# ").strip() for line in lines if not line.startswith("#+")).strip()
    columns = next((one["value"].split() for one in said if one["key"] == "columns"), [])
    return Query(
        name,
        text,
        titles=_texts(said, "title"),
        abouts=_texts(said, "about") or ({"en": comments} if comments else {}),
        parameters={one.name: one for one in _parameters(said)},
        columns=tuple(_column(column, said) for column in columns),
    )


def _header(text: str) -> re.Match[str]:
    found = _HEADER.match(text)
    if found is None:  # the pattern matches nothing at all, too
        raise AssertionError(text)
    return found


_Said = Iterable[Mapping[str, str]]


def _texts(said: _Said, key: str, name: str | None = None) -> dict[str, str]:
    return {one["lang"]: one["value"] for one in said if one["key"] == key and one["name"] == name and one["lang"]}


def _parameters(said: _Said) -> Iterable[Parameter]:
    for one in said:
        typed = _TYPE.fullmatch(one["value"])
        if one["key"] != "param" or one["lang"] or typed is None:
            continue
        row = _table("parameters").get(one["name"], _NO_LINE_OF_ITS_OWN)
        yield Parameter(
            one["name"],
            NamedNode if typed["term"] == "NamedNode" else Literal,
            required=bool(typed["required"]),
            kind=row.get("kind", "text"),
            vocabulary=row.get("vocabulary", ""),
            example=row.get("example", ""),
            labels=_labels(row) | _texts(said, "param", one["name"]),
        )


def _column(name: str, said: _Said) -> Column:
    row = _table("columns").get(name, _NO_LINE_OF_ITS_OWN)
    return Column(name, row.get("type", "any"), _labels(row) | _texts(said, "column", name))


def _labels(row: Mapping[str, str]) -> dict[str, str]:
    return {language: row[language] for language in LANGUAGES if row.get(language)}


@cache
def _table(name: str) -> Mapping[str, Mapping[str, str]]:
    """The rows of a table of labels, by their first column."""
    text = files("queries").joinpath(f"{name}.csv").read_text("utf-8")
    return {row["name"]: row for row in csv.DictReader(text.splitlines())}


@cache
def topics() -> Mapping[str, Mapping[str, str]]:
    """What the folders of the library are called, in the order in which they are listed."""
    return {name: _labels(row) for name, row in _table("topics").items()}
