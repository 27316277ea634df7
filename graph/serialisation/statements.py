"""Statements as rows of text in N-Triples notation, typed as declared: what all writers start from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from graph.profile import Property, declared, language_tag
from graph.serialisation.labels import canonical_labels
from graph.serialisation.properties import Properties, Row, by_subject, rows_of
from vocabularies.namespaces import XSD

Statement = Triple | Quad | Row
"""What is written; a row is of the default graph, and saves what it takes to make terms."""

_Line = tuple[str, str, str, str]
"""A row, and the name of its graph."""

DEFAULT: Final = ""
"""The default graph's name in `Document.graphs`."""

_DIRECTION: Final = "--"
_SCOPE: Final = 16
"""Hexadecimal digits: 64 bits keep a billion records apart."""


@dataclass(slots=True)
class Document:
    """Rows by graph, sorted, without doubles; `unwritable` are those that RDF 1.1 cannot say."""

    graphs: dict[str, list[Row]] = field(default_factory=dict)
    unwritable: list[Row] = field(default_factory=list)
    described: Mapping[str, Properties] = field(default_factory=dict)
    """More of the default graph, without blank nodes."""

    def rows(self, graph: str) -> Iterable[Row]:
        """All the rows of a graph, sorted."""
        own = self.graphs[graph]
        return sorted({*own, *rows_of(self.described)}) if graph == DEFAULT and self.described else own


@dataclass(frozen=True, slots=True)
class Described:
    """Statements of the default graph as somebody has them who read them by subject, typed as declared."""

    properties: Mapping[str, Properties]
    rows: Sequence[Row]
    """More, of whatever subject, as they come."""

    def __iter__(self) -> Iterator[Row]:
        yield from rows_of(self.properties)
        yield from self.rows


def gather(
    statements: Iterable[Statement],
    *,
    named_graphs: bool,
    scoped: bool = False,
    as_given: AbstractSet[str] = frozenset(),
) -> Document:
    """The statements as a document whose blank nodes are `_:b0`, `_:b1`, in canonical order.

    `scoped` puts a hash of the first subject before the `b`, so that several documents can stand in one file.
    `as_given` are predicates whose values are typed as they come.
    """
    if isinstance(statements, Described) and not scoped:
        return _composed(statements)
    restored = _declared()
    if as_given:
        restored = {predicate: known for predicate, known in restored.items() if predicate not in as_given}
    said = (_row(statement, restored) for statement in statements)
    return arrange(said if named_graphs else ((DEFAULT, row) for _, row in said), scoped=scoped)


def _composed(said: Described) -> Document:
    """What is said of a subject in one place stays as it is; only the rest is sorted, and what names a blank node."""
    restored = _declared()
    rows = [_row(row, restored)[1] for row in said.rows]
    described = dict(said.properties)
    for subject, own in said.properties.items():
        if subject[0] == "_":
            rows += rows_of({subject: described.pop(subject)})
        elif odd := {value for _, values in own for value in values if value[0] == "_" or value[:2] == "<<"}:
            kept = ((predicate, [value for value in values if value not in odd]) for predicate, values in own)
            described[subject] = [one for one in kept if one[1]]
            rows += [row for row in rows_of({subject: own}) if row[2] in odd]
    document = arrange((DEFAULT, row) for row in rows)
    document.described = described
    return document


def described(rows: Iterable[Row]) -> dict[str, Properties]:
    """What rows say of each subject, typed as declared."""
    restored = _declared()
    return by_subject(sorted({_row(row, restored)[1] for row in rows}))


def arrange(said: Iterable[tuple[str, Row]], *, scoped: bool = False) -> Document:
    """What `gather` makes of statements, of rows with the names of their graphs."""
    graphs: dict[str, set[Row]] = {DEFAULT: set()}
    blank: set[_Line] = set()
    document = Document()
    for graph, row in said:
        if row[2][:2] == "<<":
            document.unwritable.append(row)
        elif row[0][0] == "_" or row[2][0] == "_" or graph[:1] == "_":
            blank.add((*row, graph))
        elif graph in graphs:
            graphs[graph].add(row)
        else:
            graphs[graph] = {row}
    if blank:
        for subject, predicate, value, graph in _relabelled(blank, _scope(graphs, blank) if scoped else ""):
            graphs.setdefault(graph, set()).add((subject, predicate, value))
    document.graphs = {graph: sorted(graphs[graph]) for graph in sorted(graphs)}
    return document


def rows(statements: Iterable[Statement]) -> list[Row]:
    """The statements typed as declared, whatever graph they are in."""
    restored = _declared()
    return [_row(statement, restored)[1] for statement in statements]


def rows_of_graph(quads: Iterable[Quad], graph: NamedNode | DefaultGraph) -> Iterator[Row]:
    """Statements of that graph, typed as declared; the quick way where many are read from a store."""
    restored, end = _declared(), None if isinstance(graph, DefaultGraph) else -len(str(graph)) - 1
    for quad in quads:
        subject, predicate, value = str(quad)[:end].split(" ", 2)
        if value[0] == '"' and (value[-1] != '"' or predicate in restored):
            value = _typed(restored.get(predicate), value)
        yield subject, predicate, value


def _relabelled(blank: Iterable[_Line], scope: str) -> Iterator[_Line]:
    labels = canonical_labels(blank, scope)
    for subject, predicate, value, graph in blank:
        yield labels.get(subject, subject), predicate, labels.get(value, value), labels.get(graph, graph)


def _scope(graphs: dict[str, set[Row]], blank: Iterable[_Line]) -> str:
    subjects = [row[0] for rows in (*graphs.values(), blank) for row in rows if row[0][0] == "<"]
    return f"r{sha256(min(subjects, default='').encode()).hexdigest()[:_SCOPE]}"


def row(statement: Triple | Quad) -> Row:
    """A triple, or a quad of the default graph, as text."""
    subject, predicate, value = str(statement).split(" ", 2)  # quicker than three terms; no IRI holds a space
    return subject, predicate, value


def _row(statement: Statement, restored: Mapping[str, Property]) -> tuple[str, Row]:
    """The graph's name and the row."""
    graph = DEFAULT
    if isinstance(statement, tuple):
        found = statement
    else:
        if isinstance(statement, Quad):
            name = statement.graph_name
            graph = DEFAULT if isinstance(name, DefaultGraph) else str(name)
            statement = statement.triple
        found = row(statement)
    subject, predicate, value = found
    if value[0] == '"' and (value[-1] != '"' or predicate in restored):
        return graph, (subject, predicate, _typed(restored.get(predicate), value))
    return graph, found


def _typed(known: Property | None, text: str) -> str:
    """The literal with its declared datatype, or its language tag in conventional case."""
    lexical, _, suffix = text.rpartition('"')
    if suffix[:1] == "@":
        return f'{lexical}"@{_language_tag(suffix[1:])}'
    if known is None or "\\" in lexical:  # what needs an escape is no number
        return text
    datatype = NamedNode(suffix[3:-1]) if suffix else XSD.string
    return str(known.restored(Literal(lexical[1:], datatype=datatype)))


@cache
def _declared() -> Mapping[str, Property]:
    """What is declared, by predicate in N-Triples notation."""
    return {str(predicate): known for predicate, known in declared().items()}


@lru_cache(maxsize=1024)
def _language_tag(tag: str) -> str:
    """Without a base direction: that is RDF 1.2, which most who read us do not know."""
    return language_tag(tag.partition(_DIRECTION)[0])
