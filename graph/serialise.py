"""The one typed way out: statements become bytes here and nowhere else.

What Oxigraph's store loses is restored (graph.profile), the prefixes are ours, and the bytes depend on the statements
only: not on their order, not on what their blank nodes are called. The output is RDF 1.1: base directions are dropped.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import BinaryIO, Final, Protocol

from graph.errors import Unwritable
from graph.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, RdfForm
from graph.serialisation.jsonld import JsonLdWriter
from graph.serialisation.lines import LineWriter
from graph.serialisation.properties import Properties, Row, by_subject, rows_of
from graph.serialisation.rdfxml import XmlWriter
from graph.serialisation.statements import Described, Document, Statement, described, gather, row
from graph.serialisation.turtle import TurtleWriter

__all__ = [
    "Described", "Properties", "Row", "Statement", "by_subject", "described", "row", "rows_of", "serialise",
    "serialise_records",
]  # fmt: skip

_TRIPLE_TERM: Final = "its object is a triple term of RDF 1.2"


class _Writer(Protocol):
    """`separator` goes between the blocks; `head` is asked for last unless streaming, for it says what was used."""

    def __init__(self, *, streaming: bool) -> None: ...

    @property
    def separator(self) -> str: ...

    @property
    def unwritable(self) -> list[tuple[Row, str]]: ...

    def head(self) -> str: ...

    def blocks(self, document: Document) -> Iterator[str]: ...

    def tail(self) -> str: ...


_WRITERS: Final[dict[RdfForm, type[_Writer]]] = {
    TURTLE: TurtleWriter,
    TRIG: TurtleWriter,
    N_TRIPLES: LineWriter,
    N_QUADS: LineWriter,
    RDF_XML: XmlWriter,
    JSON_LD: JsonLdWriter,
}


def serialise(
    statements: Iterable[Statement],
    form: RdfForm,
    *,
    left_out: list[Unwritable] | None = None,
    as_given: AbstractSet[str] = frozenset(),
) -> bytes:
    """All the statements in one document that fits into memory.

    Graph names are dropped where the form has none. A statement the form cannot say goes to `left_out`, or is raised
    as `Unwritable` where no list is given: an export must not fail for one bad predicate of one record, a
    single answer should say so. The values of the predicates `as_given` are typed as they come: another profile
    declares them otherwise.
    """
    writer = _WRITERS[form](streaming=False)
    document = gather(statements, named_graphs=form.named_graphs, as_given=as_given)
    body = writer.separator.join(writer.blocks(document))
    _report(form, writer, document, left_out)
    return (writer.head() + body + writer.tail()).encode()


def serialise_records(
    records: Iterable[Sequence[Statement]],
    form: RdfForm,
    out: BinaryIO,
    *,
    left_out: list[Unwritable] | None = None,
) -> None:
    """Record by record, in the order given, holding one at a time.

    Each record comes once and shares no blank node with another: labels are made from its IRI, so that a record
    that did not change has the same bytes in the next export. All prefixes are declared, for what comes is not known.
    """
    stream = Stream(form, out.write, left_out)
    for record in records:
        stream.add(gather(record, named_graphs=form.named_graphs, scoped=True))
    stream.end()


class Stream:
    """One document that grows record by record; several may be written of the same records, gathered once."""

    def __init__(
        self, form: RdfForm, write: Callable[[bytes], object], left_out: list[Unwritable] | None = None
    ) -> None:
        self._form = form
        self._write = write
        self._left_out = left_out
        self._writer = _WRITERS[form](streaming=True)
        self._separator = ""
        write(self._writer.head().encode())

    def add(self, record: Document) -> None:
        """Write a record that was gathered `scoped`, and shares no blank node with another."""
        for block in self._writer.blocks(record):
            self._write((self._separator + block).encode())
            self._separator = self._writer.separator
        _report(self._form, self._writer, record, self._left_out)

    def end(self) -> None:
        self._write(self._writer.tail().encode())


def _report(form: RdfForm, writer: _Writer, document: Document, left_out: list[Unwritable] | None) -> None:
    found = [*((each, _TRIPLE_TERM) for each in document.unwritable), *writer.unwritable]
    writer.unwritable.clear()
    for unwritable, reason in found:
        problem = Unwritable(form.label, " ".join(unwritable), reason)
        if left_out is None:
            raise problem
        left_out.append(problem)
