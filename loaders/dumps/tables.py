"""The tables of a set of dumps: a row for each dataset, distribution, organisation and reuse, columns by `columns.csv`.

Several values of a cell are in order with `|` between them, which no IRI can hold; a text that does is left out. A
text that a spreadsheet would calculate has an apostrophe before it. What a cell cannot say is in the RDF.

The columns are described for programs too: https://www.w3.org/TR/tabular-data-primer/.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from graph import moments
from graph.iris import Iris
from graph.ledger import Entry
from graph.model.declarations import LANGUAGES, Model
from graph.model.tables import expanded, rows
from loaders.dumps.contents import Described
from queries.labels import labels

SEPARATOR: Final = "|"

_CALCULATED: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a cell begins with that spreadsheets take for a formula: https://owasp.org/www-community/attacks/CSV_Injection."""

_NOTES: Final = (
    "Several values of a cell stand in order with | between them; a text that holds | itself is left out. "
    "A text that begins with =, +, -, @, a tab or a line break has an apostrophe before it, so that no spreadsheet "
    "calculates it. The RDF files have every value as it is."
)

_DATATYPES: Final = {"iri": "anyURI", "number": "nonNegativeInteger", "moment": "dateTime"}
"""Of a column's values in CSVW; a date may be a year too, so it is a string."""

_PREFERRED: Final = ("fr", "de", "en", "lb")
_CSVW: Final = "http://www.w3.org/ns/csvw"

_NOTHING: Final[Mapping[str, list[str]]] = {}


@dataclass(frozen=True, slots=True)
class Column:
    """`path` is a property, two of them with a slash between, one with ^ before it, or, after =, what the ledger has.

    `value` is iri, text, number, moment, or name: what the things are called that the path leads to.
    """

    table: str
    name: str
    path: str
    language: str
    value: str
    labels: Mapping[str, str]

    @property
    def computed(self) -> bool:
        return self.path.startswith("=")

    @property
    def steps(self) -> tuple[NamedNode, ...]:
        return tuple(expanded(step) for step in self.path.removeprefix("^").split("/"))

    @property
    def property(self) -> str | None:
        """The IRI of the property whose values these are; None where they are values of no one property."""
        plain = not self.computed and "/" not in self.path and not self.path.startswith("^") and self.value != "name"
        return self.steps[0].value if plain else None


@cache
def columns() -> Mapping[str, Sequence[Column]]:
    """The columns of each table, those without labels of their own called as the model calls their property."""
    model = Model.load()
    found: dict[str, list[Column]] = {}
    for row in rows(files("loaders").joinpath("dumps"), "columns.csv"):
        own = row.texts("label", LANGUAGES)
        path = row.text("path")
        called = own or model.property_of(path).labels
        column = Column(row.text("table"), row.text("name"), path, row.text("language"), row.text("value"), called)
        found.setdefault(column.table, []).append(column)
    return found


_Own = Mapping[str, Mapping[str, list[str]]]
"""What is said of a thing and of its blank nodes: values by subject and property, in N-Triples notation."""

_Cell = Callable[[Entry, _Own], str]


class Table:
    """One table that grows row by row; the names of its columns come first."""

    def __init__(self, name: str, store: Store, iris: Iris, write: Callable[[bytes], object]) -> None:
        self._store = store
        self._iris = iris
        self._writer = csv.writer(_Encoding(write))
        self._cells = [self._cell(column) for column in columns()[name]]
        self._name: Callable[[str], str] = lru_cache(maxsize=20_000)(self._named)
        self._writer.writerow([column.name for column in columns()[name]])

    def add(self, described: Described, entry: Entry) -> None:
        own: dict[str, dict[str, list[str]]] = {}
        for said in described.said.values():
            for subject, predicate, value in said:
                own.setdefault(subject, {}).setdefault(predicate, []).append(value)
        self._writer.writerow([cell(entry, own) for cell in self._cells])

    def _cell(self, column: Column) -> _Cell:
        if column.computed:
            told = _COMPUTED[column.path]
            return lambda entry, _own: told(entry, self._iris)
        written = self._named_by if column.value == "name" else _WRITTEN[column.value]
        language, steps, inverse = column.language, tuple(map(str, column.steps)), column.path.startswith("^")

        def cell(entry: Entry, own: _Own) -> str:
            node = f"<{entry.iri}>"
            found = self._naming(node, steps[0]) if inverse else self._values(own, node, steps)
            if not found:
                return ""
            texts = {written(value) for value in found if not language or _is_in(value, language)}
            return SEPARATOR.join(sorted(text for text in texts if text and SEPARATOR not in text))

        return cell

    def _values(self, own: _Own, node: str, steps: Sequence[str]) -> Sequence[str]:
        found = own.get(node, _NOTHING).get(steps[0], ())
        for step in steps[1:]:
            found = [value for each in found for value in self._said(own, each, step)]
        return found

    def _said(self, own: _Own, node: str, by: str) -> Sequence[str]:
        if node in own or node[0] != "<":
            return own.get(node, _NOTHING).get(by, ())
        quads = self._store.quads_for_pattern(NamedNode(node[1:-1]), NamedNode(by[1:-1]), None, DefaultGraph())
        return [str(quad.object) for quad in quads]

    def _naming(self, node: str, by: str) -> list[str]:
        found = self._store.quads_for_pattern(None, NamedNode(by[1:-1]), NamedNode(node[1:-1]), DefaultGraph())
        return [str(quad.subject) for quad in found]

    def _named_by(self, value: str) -> str:
        return self._name(value) if value[0] == "<" else ""

    def _named(self, value: str) -> str:
        known = labels(self._store, NamedNode(value[1:-1]))
        tags = sorted(known, key=_preference)
        return uncalculated(_line(known[tags[0]])) if tags else ""


class _Encoding:
    """What the writer of rows writes to."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write

    def write(self, text: str) -> None:
        self._write(text.encode())


def _preference(tag: str) -> tuple[int, str]:
    first = tag.partition("-")[0]
    return _PREFERRED.index(first) if first in _PREFERRED else len(_PREFERRED), tag


def _is_in(value: str, language: str) -> bool:
    """Whether it is a text in that language, or a variety of it."""
    tag = value.rpartition('"')[2]
    return tag[1:].partition("-")[0] == language if tag[:1] == "@" else False


def _line(text: str) -> str:
    return " ".join(text.split())


def _iri(value: str) -> str:
    return value[1:-1] if value[0] == "<" else ""


def _text(value: str) -> str:
    """What a literal says; N-Triples escapes it as JSON does."""
    if value[0] != '"':
        return ""
    lexical = value[: value.rindex('"') + 1]
    return uncalculated(str(json.loads(lexical)) if "\\" in lexical else lexical[1:-1])


def uncalculated(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_CALCULATED) else text


def _number(value: str) -> str:
    """What is no number of the column's datatype is left to the RDF."""
    text = _text(value)
    return text if text.isascii() and text.isdigit() else ""


_WRITTEN: Final = {"iri": _iri, "text": _text, "number": _number}

_COMPUTED: Final[Mapping[str, Callable[[Entry, Iris], str]]] = {
    "=iri": lambda entry, _iris: entry.iri,
    "=title": lambda entry, _iris: uncalculated(entry.title or ""),
    "=page": lambda entry, iris: f"{iris.base}/{entry.kind}/{iris.slug(entry.iri, entry.title or '', entry.key)}",
    "=source": lambda entry, _iris: entry.source,
    "=first-seen": lambda entry, _iris: moments.written(entry.first_seen),
    "=changed": lambda entry, _iris: moments.written(entry.changed),
}


def metadata() -> dict[str, Any]:
    """The tables and their columns as CSVW has them, for a document that lies beside the tables."""
    return {
        "@context": [_CSVW, {"@language": "en"}],
        "dc:conformsTo": {"@id": _CSVW},
        "dc:description": _NOTES,
        "tables": [_described(name) for name in columns()],
    }


def _described(name: str) -> dict[str, Any]:
    return {
        "url": f"{name}.csv",
        "tableSchema": {
            "aboutUrl": "{+iri}",
            "primaryKey": "iri",
            "columns": [dict(_column(column)) for column in columns()[name]],
        },
    }


def _column(column: Column) -> Iterator[tuple[str, Any]]:
    yield "name", column.name
    yield "titles", {"und": column.name}
    yield "dc:title", [{"@value": label, "@language": code} for code, label in sorted(column.labels.items())]
    yield "datatype", _DATATYPES.get(column.value, "string")
    if not column.computed:
        yield "separator", SEPARATOR
    if column.language:
        yield "lang", column.language
    if column.property:
        yield "propertyUrl", column.property
    elif column.computed or column.value == "name":
        yield "suppressOutput", True
