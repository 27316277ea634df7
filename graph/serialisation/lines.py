"""N-Triples and N-Quads: a statement a line, sorted."""

from collections.abc import Iterator

from graph.serialisation.properties import Row
from graph.serialisation.statements import DEFAULT, Document


class LineWriter:
    separator = ""

    def __init__(self, *, streaming: bool) -> None:  # noqa: ARG002  all writers are made alike
        self.unwritable: list[tuple[Row, str]] = []

    def head(self) -> str:
        return ""

    def tail(self) -> str:
        return ""

    def blocks(self, document: Document) -> Iterator[str]:
        for graph in document.graphs:
            end = " .\n" if graph == DEFAULT else f" {graph} .\n"
            yield "".join([f"{subject} {predicate} {value}{end}" for subject, predicate, value in document.rows(graph)])
