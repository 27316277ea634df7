"""Bytes of one document to statements and faults; runs in the caged child.

A fault costs the record it is in: terms are repaired, or the statement is left out and its subject named. Only a
document with no readable syntax at all raises FormatError.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat

from loaders.syntax import jsonld, lines, rdfxml, turtle
from loaders.syntax.faults import Fault, Reporter

LINES: Final = {"ntriples": RdfFormat.N_TRIPLES, "nquads": RdfFormat.N_QUADS}
STATEMENTS: Final = {"turtle": RdfFormat.TURTLE, "trig": RdfFormat.TRIG, "n3": RdfFormat.N3}
TREES: Final = {"rdfxml": rdfxml.statements, "jsonld": jsonld.statements}
FORMS: Final = (*LINES, *STATEMENTS, *TREES)
"""What `statements` takes as a form."""

__all__ = ["FORMS", "Fault", "statements"]


def statements(path: Path, form: str, base_iri: str, location: str, fault: Callable[[Fault], None]) -> Iterator[Quad]:
    """The statements of a document, blank nodes labelled alike throughout it; each fault goes to `fault`.

    Raises FormatError, with line and column where the syntax has them, when nothing in it can be read.
    """
    reporter = Reporter(location, fault)
    if form in LINES:
        return lines.statements(path, LINES[form], reporter)
    if form in STATEMENTS:
        return turtle.statements(path, STATEMENTS[form], base_iri, reporter)
    if form in TREES:
        return TREES[form](path, base_iri, reporter)
    raise ValueError(f"{form!r} is none of {', '.join(FORMS)}")
