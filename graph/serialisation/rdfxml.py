"""RDF/XML: typed elements, blank nodes where they are named.

Ours because Oxigraph's writer makes XML that no parser takes from a predicate without a name (`http://example.org/1`)
or a control character in a literal; here such a statement is left out and told.
"""

import re
from collections.abc import Iterator
from typing import Final

from graph.serialisation.prefixes import Prefixes
from graph.serialisation.properties import TYPE, Row
from graph.serialisation.statements import Document
from graph.serialisation.terms import spelled
from graph.serialisation.tree import Tree, trees
from vocabularies.namespaces import RDF

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NAME_AT_END: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
"""ASCII only: parsers differ on which other letters make a name, and an IRI can be cut anywhere."""

_SYNTAX: Final = frozenset(
    RDF[name].value
    for name in (
        "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype",
        "Description", "li", "aboutEach", "aboutEachPrefix", "bagID",
    )
)  # fmt: skip
"""What RDF/XML's grammar keeps for itself."""
_RESERVED: Final = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")

UNFIT: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot say."""

_XML: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


class XmlWriter:
    """One document in RDF/XML; `unwritable` are the rows of it that XML cannot say, each with the reason."""

    separator = "\n"

    def __init__(self, *, streaming: bool) -> None:
        self.unwritable: list[tuple[Row, str]] = []
        self._streaming = streaming
        self._prefixes = Prefixes(_NAME)
        self._prefixes.used.add("rdf")

    def head(self) -> str:
        spaces = "".join(f'\n  xmlns:{name}="{iri}"' for name, iri in self._prefixes.namespaces(every=self._streaming))
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{spaces}>\n\n'

    def tail(self) -> str:
        return "\n</rdf:RDF>\n"

    def blocks(self, document: Document) -> Iterator[str]:
        for _, tree in trees(document):
            for subject in tree.roots:
                yield self._node(tree, subject, "  ")

    def _node(self, tree: Tree, subject: str, indent: str) -> str:
        element, skipped = self._element(tree, subject)
        name = "" if subject in tree.inside else f" {_reference(subject, 'rdf:about')}"
        inner = [
            line
            for predicate, values in tree.of(subject)
            for value in values
            if (predicate, value) != skipped
            for line in self._property(tree, (subject, predicate, value), indent + "  ")
        ]
        if not inner:
            return f"{indent}<{element}{name}/>\n"
        return f"{indent}<{element}{name}>\n{''.join(inner)}{indent}</{element}>\n"

    def _element(self, tree: Tree, subject: str) -> tuple[str, tuple[str, str] | None]:
        """The element for the node, and the type it says by its name; the first type that has a prefix."""
        for predicate, values in tree.of(subject)[:1]:
            for value in values if predicate == TYPE else ():
                iri = value[1:-1]
                short = self._prefixes.short(iri) if value[0] == "<" and iri not in _SYNTAX else None
                if short:
                    return short, (predicate, value)
        return "rdf:Description", None

    def _property(self, tree: Tree, row: Row, indent: str) -> Iterator[str]:
        """The line or lines of one statement; none where XML cannot say it."""
        _, predicate, value = row
        names = self._property_name(predicate[1:-1])
        if names is None:
            self.unwritable.append((row, f"the predicate {predicate} does not end in an XML name"))
            return
        start, end = names
        if value in tree.inside:
            if tree.of(value):
                yield f"{indent}<{start}>\n{self._node(tree, value, indent + '  ')}{indent}</{end}>\n"
            else:
                yield f"{indent}<{start}><rdf:Description/></{end}>\n"
        elif value[0] != '"':
            yield f"{indent}<{start} {_reference(value, 'rdf:resource')}/>\n"
        else:
            text, attribute = _literal(value)
            if UNFIT.search(text):
                self.unwritable.append((row, "the literal holds a character that XML does not allow"))
            else:
                yield f"{indent}<{start}{attribute}>{text.translate(_XML)}</{end}>\n"

    def _property_name(self, iri: str) -> tuple[str, str] | None:
        """What goes into the start tag and into the end tag."""
        if iri in _SYNTAX:
            return None
        short = self._prefixes.short(iri)
        if short:
            return short, short
        local = _NAME_AT_END.search(iri)
        if local is None or iri.startswith(_RESERVED):
            return None
        space = iri[: local.start()].translate(_XML)
        return f'p:{local[0]} xmlns:p="{space}"', f"p:{local[0]}"


def _reference(term: str, attribute: str) -> str:
    if term[0] == "_":
        return f'rdf:nodeID="{term[2:]}"'
    return f'{attribute}="{term[1:-1].translate(_XML)}"'


def _literal(term: str) -> tuple[str, str]:
    """The text, and the attribute that says its language or datatype."""
    text, suffix = spelled(term)
    attribute = ""
    if suffix.startswith("@"):
        attribute = f' xml:lang="{suffix[1:]}"'
    elif suffix:
        attribute = f' rdf:datatype="{suffix[3:-1].translate(_XML)}"'
    return text, attribute
