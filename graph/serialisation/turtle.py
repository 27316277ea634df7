"""Turtle and TriG: subjects in blocks, rdf:type first, blank nodes where they are named."""

import re
from collections.abc import Iterator
from typing import Final

from graph.serialisation.prefixes import Prefixes
from graph.serialisation.properties import TYPE, Row
from graph.serialisation.statements import DEFAULT, Document
from graph.serialisation.tree import Tree, trees
from vocabularies.namespaces import XSD

_LOCAL_NAME: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
"""The local names that need no escape; others are written as full IRIs."""

_PLAIN: Final = {
    f"<{XSD.integer.value}>": re.compile(r"[+-]?[0-9]+"),
    f"<{XSD.decimal.value}>": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    f"<{XSD.boolean.value}>": re.compile(r"true|false"),
}
"""Datatypes with a notation of their own, and the values that have it."""

_MOST: Final = 50_000
"""IRIs that are remembered."""


class TurtleWriter:
    """One document in Turtle, or in TriG where it has named graphs."""

    separator = "\n"

    def __init__(self, *, streaming: bool) -> None:
        self.unwritable: list[tuple[Row, str]] = []
        self._streaming = streaming
        self._prefixes = Prefixes(_LOCAL_NAME)
        self._known: dict[str, str] = {}
        """IRIs as they are written; most come again and again."""

    def head(self) -> str:
        lines = [f"@prefix {name}: <{iri}> .\n" for name, iri in self._prefixes.namespaces(every=self._streaming)]
        return "".join([*lines, "\n"] if lines else lines)

    def tail(self) -> str:
        return ""

    def blocks(self, document: Document) -> Iterator[str]:
        for graph, tree in trees(document):
            subjects = (self._block(tree, subject, "" if graph == DEFAULT else "    ") for subject in tree.roots)
            if graph == DEFAULT:
                yield from subjects
            else:
                yield f"{self._term(graph)} {{\n{self.separator.join(subjects)}}}\n"

    def _block(self, tree: Tree, subject: str, indent: str) -> str:
        return f"{indent}{self._term(subject)} {self._properties(tree, subject, indent + '    ')} .\n"

    def _properties(self, tree: Tree, subject: str, indent: str) -> str:
        """`a dcat:Dataset ;`, and one line for each further predicate; several objects go on lines of their own."""
        known, lines = self._known, []
        for predicate, values in tree.of(subject):
            name = "a" if predicate == TYPE else known.get(predicate) or self._term(predicate)
            deeper = indent if len(values) == 1 else indent + "    "
            written = [
                value
                if value[0] == '"' and value[-1] != ">"  # a text, as most are, is written as it is
                else known.get(value) or self._value(tree, value, deeper)
                for value in values
            ]
            if len(written) == 1:
                lines.append(f"{name} {written[0]}")
                continue
            if predicate == TYPE:
                lines.append(f"a {', '.join(written)}")
            else:
                line_break = f",\n{deeper}"
                lines.append(f"{name}\n{deeper}{line_break.join(written)}")
        return f" ;\n{indent}".join(lines)

    def _value(self, tree: Tree, value: str, indent: str) -> str:
        if value[0] != "_" or value not in tree.inside:
            return self._term(value)
        if not tree.of(value):
            return "[]"
        return f"[\n{indent}    {self._properties(tree, value, indent + '    ')}\n{indent}]"

    def _term(self, term: str) -> str:
        if term[0] == "<":
            found = self._prefixes.short(term[1:-1]) or term
            if len(self._known) > _MOST:
                self._known.clear()
            self._known[term] = found
            return found
        return self._literal(term) if term[0] == '"' and term[-1] == ">" else term

    def _literal(self, term: str) -> str:
        lexical, _, datatype = term.rpartition("^^")
        plain = _PLAIN.get(datatype)
        if plain and plain.fullmatch(lexical, 1, len(lexical) - 1):
            return lexical[1:-1]
        return f"{lexical}^^{self._term(datatype)}"
