"""The tables of a set of dumps: a row for each dataset, distribution, organisation and reuse, columns by `columns.csv`.

Several values of a cell are in order with `|` between them, which no IRI can hold. What a cell cannot say is in the
RDF. The columns are described for programs too: https://www.w3.org/TR/tabular-data-primer/.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from graph.iris import Iris
from graph.ledger import Entry
from graph.model.declarations import LANGUAGES, Model
from graph.model.tables import expanded, rows
from graph.profile import restored
from loaders.dumps.contents import Described
from queries.labels import labels

SEPARATOR: Final = "|"

_DATATYPES: Final = {"iri": "anyURI", "number": "nonNegativeInteger", "moment": "dateTime"}
"""Of a column's values in CSVW; a date may be a year too, so it is a string."""

_PREFERRED: Final = ("fr", "de", "en", "lb")
_CSVW: Final = "http://www.w3.org/ns/csvw"

Term = NamedNode | BlankNode | Literal | Triple


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


class Table:
    """One table that grows row by row; the names of its columns come first."""

    def __init__(self, name: str, store: Store, iris: Iris, write: Callable[[bytes], object]) -> None:
        self._store = store
        self._iris = iris
        self._writer = csv.writer(_Encoding(write))
        self._cells = [self._cell(column) for column in columns()[name]]
        self._name: Callable[[NamedNode], str] = lru_cache(maxsize=20_000)(self._named)
        self._writer.writerow([column.name for column in columns()[name]])

    def add(self, described: Described, entry: Entry) -> None:
        own: dict[object, dict[NamedNode, list[Term]]] = {}
        for said in described.said.values():
            for triple in said:
                own.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
        self._writer.writerow([cell(entry, own) for cell in self._cells])

    def _cell(self, column: Column) -> Callable[[Entry, Mapping[object, Mapping[NamedNode, list[Term]]]], str]:
        if column.computed:
            told = _COMPUTED[column.path]
            return lambda entry, _own: told(entry, self._iris)
        written = self._name_of if column.value == "name" else _WRITTEN[column.value]
        language, steps, inverse = column.language, column.steps, column.path.startswith("^")

        def cell(entry: Entry, own: Mapping[object, Mapping[NamedNode, list[Term]]]) -> str:
            node = NamedNode(entry.iri)
            found = self._naming(node, steps[0]) if inverse else self._values(own, [node], steps)
            texts = {written(term, steps[-1]) for term in found if not language or _is_in(term, language)}
            return SEPARATOR.join(sorted(texts - {""}))

        return cell

    def _values(
        self, own: Mapping[object, Mapping[NamedNode, list[Term]]], nodes: Iterable[Term], steps: Sequence[NamedNode]
    ) -> list[Term]:
        for step in steps:
            nodes = [value for node in nodes for value in self._said(own, node, step)]
        return list(nodes)

    def _said(self, own: Mapping[object, Mapping[NamedNode, list[Term]]], node: Term, by: NamedNode) -> Iterable[Term]:
        if node in own:
            return own[node].get(by, ())
        if not isinstance(node, NamedNode):
            return ()
        return [quad.object for quad in self._store.quads_for_pattern(node, by, None, DefaultGraph())]

    def _naming(self, node: NamedNode, by: NamedNode) -> list[Term]:
        found = self._store.quads_for_pattern(None, by, node, DefaultGraph())
        return [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]

    def _name_of(self, term: Term, _by: NamedNode) -> str:
        return self._name(term) if isinstance(term, NamedNode) else ""

    def _named(self, term: NamedNode) -> str:
        known = labels(self._store, term)
        tags = sorted(known, key=_preference)
        return _line(known[tags[0]]) if tags else ""


class _Encoding:
    """What the writer of rows writes to."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write

    def write(self, text: str) -> None:
        self._write(text.encode())


def _preference(tag: str) -> tuple[int, str]:
    first = tag.partition("-")[0]
    return _PREFERRED.index(first) if first in _PREFERRED else len(_PREFERRED), tag


def _is_in(term: Term, language: str) -> bool:
    return isinstance(term, Literal) and (term.language or "").partition("-")[0] == language


def _line(text: str) -> str:
    return " ".join(text.split())


def _iri(term: Term, _by: NamedNode) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _text(term: Term, _by: NamedNode) -> str:
    return term.value if isinstance(term, Literal) else ""


def _number(term: Term, by: NamedNode) -> str:
    """What is no number of the column's datatype is left to the RDF."""
    value = restored(by, term).value if isinstance(term, Literal) else ""
    return value if value.isascii() and value.isdigit() else ""


_WRITTEN: Final = {"iri": _iri, "text": _text, "number": _number}

_COMPUTED: Final[Mapping[str, Callable[[Entry, Iris], str]]] = {
    "=iri": lambda entry, _iris: entry.iri,
    "=title": lambda entry, _iris: entry.title or "",
    "=page": lambda entry, iris: f"{iris.base}/{entry.kind}/{iris.slug(entry.iri, entry.title or '')}",
    "=source": lambda entry, _iris: entry.source,
    "=first-seen": lambda entry, _iris: f"{entry.first_seen:%Y-%m-%dT%H:%M:%SZ}",
    "=changed": lambda entry, _iris: f"{entry.changed:%Y-%m-%dT%H:%M:%SZ}",
}


def metadata() -> dict[str, Any]:
    """The tables and their columns as CSVW has them, for a document that lies beside the tables."""
    return {
        "@context": [_CSVW, {"@language": "en"}],
        "dc:conformsTo": {"@id": _CSVW},
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
