"""JSON-LD, compacted with our own context.

The context stands in the document, cut down to what the document uses: an answer needs nothing fetched to be read, and
Oxigraph (and our own loader) fetch no context. Ours because a fixed context makes compaction a look-up by predicate:
PyLD's general algorithm does a tenth of the speed.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from graph.serialisation.context import LANGUAGE, REFERENCE, Term, context
from graph.serialisation.prefixes import Prefixes
from graph.serialisation.properties import TYPE, Row
from graph.serialisation.statements import DEFAULT, Document
from graph.serialisation.tree import Tree, trees
from vocabularies.namespaces import PREFIXES, RDF, XSD

_LOCAL_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+")
_SCHEME: Final = re.compile(rf"(?:{'|'.join(PREFIXES)}):(?!//)")
_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,14}")
_INTEGERS: Final = frozenset({XSD.integer.value, XSD.nonNegativeInteger.value})
_NO_LANGUAGE: Final = "@none"
_WIDE: Final = 100


class JsonLdWriter:
    """One document in JSON-LD; its blocks are the members of `@graph`."""

    separator = ",\n"

    def __init__(self, *, streaming: bool) -> None:
        self.unwritable: list[tuple[Row, str]] = []
        self._streaming = streaming
        self._prefixes = Prefixes(_LOCAL_NAME)
        self._context = context()
        self._used: dict[str, Term] = {}
        self._clashes: set[str] = set()
        self._avoided: frozenset[str] = frozenset()

    def head(self) -> str:
        used = [prefix for term in self._used.values() for prefix in term.prefixes]
        names = {name for name, _ in self._prefixes.namespaces(every=self._streaming)}
        everything = self._context.definitions
        part = everything if self._streaming else self._context.part([*self._used, *used, *names])
        lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in part.items())
        return f'{{\n  "@context": {{\n{lines}\n  }},\n  "@graph": [\n'

    def tail(self) -> str:
        return "\n  ]\n}\n"

    def blocks(self, document: Document) -> Iterator[str]:
        for graph, tree in trees(document):
            if graph == DEFAULT:
                for subject in tree.roots:
                    yield "    " + self._root(tree, subject, "    ")
            else:
                yield "    " + self._graph(graph, tree, "    ")

    def _graph(self, graph: str, tree: Tree, indent: str) -> str:
        deeper = indent + "    "
        nodes = self.separator.join(deeper + self._root(tree, subject, deeper) for subject in tree.roots)
        self._clashes.clear()
        name = f'"id": {self._iri(graph)}'
        clash = self._local_context()
        return f'{{\n{indent}  {clash}{name},\n{indent}  "@graph": [\n{nodes}\n{indent}  ]\n{indent}}}'

    def _root(self, tree: Tree, subject: str, indent: str) -> str:
        """The node; an IRI such as `<dct:title>`, which real data holds by mistake, must not be read as a short one."""
        self._clashes.clear()
        node = self._node(tree, subject, indent)
        if self._clashes:
            self._avoided = frozenset(self._clashes)
            node = self._node(tree, subject, indent, self._local_context())
            self._avoided = frozenset()
        return node

    def _local_context(self) -> str:
        nothing = ", ".join(f'"{prefix}": null' for prefix in sorted(self._clashes))
        return f'"@context": {{{nothing}}}, ' if nothing else ""

    def _node(self, tree: Tree, subject: str, indent: str, start: str = "") -> str:
        deeper = indent + "  "
        members = [] if subject in tree.inside else [f'"id": {self._iri(subject)}']
        for predicate, values in tree.of(subject):
            members += (
                self._types(tree, values, deeper)
                if predicate == TYPE
                else self._members(tree, predicate[1:-1], values, deeper)
            )
        inner = f",\n{deeper}".join(members)
        return f"{{\n{deeper}{start}{inner}\n{indent}}}"

    def _types(self, tree: Tree, values: Sequence[str], indent: str) -> Iterator[str]:
        named = [
            f'"{self._name(value[1:-1])}"' if value[0] == "<" else f'"{value}"' for value in values if value[0] != '"'
        ]
        if named:
            yield f'"type": {_array(named, indent)}'
        odd = [value for value in values if value[0] == '"']
        if odd:
            yield f'"{self._full_name(RDF.type.value)}": {self._values(tree, odd, None, indent)}'

    def _members(self, tree: Tree, predicate: str, values: Sequence[str], indent: str) -> Iterator[str]:
        """One member; two where some values are no texts though the term is for texts by language."""
        term = self._context.terms.get(predicate)
        if term is None:
            yield f'"{self._full_name(predicate)}": {self._values(tree, values, None, indent)}'
            return
        texts = [value for value in values if _is_text(value)] if term.coercion == LANGUAGE else []
        if texts:
            yield f'"{self._term(term)}": {_by_language(texts, indent)}'
        others = values if term.coercion != LANGUAGE else [value for value in values if not _is_text(value)]
        if others:
            name = self._term(term) if term.coercion != LANGUAGE else self._full_name(predicate)
            coercion = term.coercion if term.coercion != LANGUAGE else None
            yield f'"{name}": {self._values(tree, others, coercion, indent)}'

    def _values(self, tree: Tree, values: Sequence[str], coercion: str | None, indent: str) -> str:
        deeper = indent + "  " if len(values) > 1 else indent
        return _array([self._value(tree, value, coercion, deeper) for value in values], indent)

    def _value(self, tree: Tree, value: str, coercion: str | None, indent: str) -> str:
        if value[0] == '"':
            return self._literal(value, coercion)
        if tree.of(value) and value in tree.inside:
            return self._node(tree, value, indent)
        return self._iri(value) if coercion == REFERENCE else f'{{"id": {self._iri(value)}}}'

    def _literal(self, term: str, coercion: str | None) -> str:
        """N-Triples escapes a string as JSON does, so the lexical form goes over as it is."""
        end = term.rindex('"') + 1
        lexical, suffix = term[:end], term[end:]
        if not suffix:
            return lexical if coercion is None else f'{{"@value": {lexical}}}'
        if suffix[0] == "@":
            return f'{{"@language": "{suffix[1:]}", "@value": {lexical}}}'
        datatype = suffix[3:-1]
        if datatype in _INTEGERS and datatype == (coercion or XSD.integer.value) and _NUMBER.fullmatch(lexical[1:-1]):
            return lexical[1:-1]
        if datatype == coercion:
            return lexical
        return f'{{"type": "{self._name(datatype)}", "@value": {lexical}}}'

    def _iri(self, term: str) -> str:
        """An IRI or blank node in quotes."""
        if term[0] == "_":
            return f'"{term}"'
        if _SCHEME.match(term, 1):
            self._clashes.add(term[1 : term.index(":")])
        return f'"{term[1:-1]}"'

    def _name(self, iri: str) -> str:
        """A class or datatype: its term, its short form or itself."""
        term = self._context.terms.get(iri)
        return self._term(term) if term and term.coercion is None else self._full_name(iri)

    def _term(self, term: Term) -> str:
        self._used[term.name] = term
        return term.name

    def _full_name(self, iri: str) -> str:
        """Prefix and local name, or the IRI: what no term changes the meaning of."""
        short = self._prefixes.short(iri)
        if short and short.partition(":")[0] not in self._avoided:
            return short
        self._iri(f"<{iri}>")
        return iri


def _is_text(value: str) -> bool:
    """Whether the value is a string, with or without a language."""
    return value[0] == '"' and value[-1] != ">"


def _by_language(texts: Sequence[str], indent: str) -> str:
    by_language: dict[str, list[str]] = {}
    for text in texts:
        end = text.rindex('"') + 1
        by_language.setdefault(text[end + 1 :] or _NO_LANGUAGE, []).append(text[:end])
    members = [f'"{tag}": {_array(by_language[tag], indent + "  ")}' for tag in sorted(by_language)]
    return _bracketed("{", members, "}", indent)


def _array(items: Sequence[str], indent: str) -> str:
    return items[0] if len(items) == 1 else _bracketed("[", items, "]", indent)


def _bracketed(start: str, items: Sequence[str], end: str, indent: str) -> str:
    """On one line where it fits."""
    line = ", ".join(items)
    if len(line) <= _WIDE and "\n" not in line:
        return f"{start}{line}{end}"
    inner = f",\n{indent}  ".join(items)
    return f"{start}\n{indent}  {inner}\n{indent}{end}"
