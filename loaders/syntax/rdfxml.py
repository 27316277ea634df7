"""RDF/XML: strict first; where that fails, element by element.

The native parser never goes on after an error, for it invents statements then: the elements that describe a node are
cut out of the text, parsed in a document of their own, and one that cannot be repaired is left out alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from graph.errors import FormatError
from loaders.repair import accepted_label, namespace, repaired_iri, repaired_label
from loaders.syntax import xmlterms
from loaders.syntax.faults import Reporter, reason_of
from loaders.syntax.markup import (
    Element,
    TooDeep,
    attributes,
    beginning,
    elements,
    entity_values,
    ill_formed,
    in_double_quotes,
    is_deep,
)
from loaders.syntax.octets import Block, Places, declared_encoding, decoded, opened, place, proven
from loaders.syntax.terms import Mend
from vocabularies.namespaces import RDF

HOPELESS: Final = 1000
"""Faulty elements before the first good one that show that nothing can be read."""

_TOGETHER: Final = 1 << 16
_LABEL: Final = re.compile(r"""nodeID\s*=\s*["']([^"']*)["']""")
_ENCODING: Final = re.compile(r"""(\A\s*<\?xml\s[^>]*?)encoding\s*=\s*["'][^"']*["']""")
_USED: Final = re.compile(r"""(?:<|\s)([^\W\d][\w.-]*):[\w.-]+(?=[\s=/>])""")
_DECLARED: Final = re.compile(r"xmlns:([\w.-]+)\s*=")


def statements(path: Path, base_iri: str, reporter: Reporter) -> Iterator[Quad]:
    """Raises FormatError where not one element can be read, and for a document type declaration that is an attack."""
    text = _text(path, reporter)
    if not text.strip():
        return iter(())
    start, written = beginning(text, reporter.location)
    declared = in_double_quotes(written)
    quads = _read(text.replace(written, declared, 1), base_iri, start, declared, reporter)
    if all(accepted_label(label) for label in set(_LABEL.findall(text))):
        return quads
    return map(_relabelled, quads)


def _read(text: str, base_iri: str, start: int, declared: str, reporter: Reporter) -> Iterator[Quad]:
    ill = ill_formed(text)
    wrong = ill or ("nothing in it is of the RDF vocabulary", *place(text, start))
    try:
        if ill is None and RDF.prefix in text and not is_deep(text):
            yield from proven(lambda: parse(text, RdfFormat.RDF_XML, base_iri=base_iri))
            return
    except SyntaxError as error:
        wrong = reason_of(error), *place(text, start)
    reason, line, column = wrong
    refusal = FormatError(reporter.location, f"expected RDF/XML: {reason}", line, column)
    if RDF.prefix not in text:
        raise refusal
    yield from _Salvage(text, base_iri, declared, reporter, refusal).statements(start)


def _relabelled(quad: Quad) -> Quad:
    """The statement with labels that other syntaxes can spell too: RDF/XML takes one that ends with a full stop."""
    subject, value = quad.subject, quad.object
    if isinstance(subject, BlankNode):
        subject = BlankNode(repaired_label(subject.value))
    if isinstance(value, BlankNode):
        value = BlankNode(repaired_label(value.value))
    return Quad(subject, quad.predicate, value, quad.graph_name)


def _text(path: Path, reporter: Reporter) -> str:
    with opened(path) as stream:
        data = stream.read()
    encoding = declared_encoding(data[:1000])
    text = data.decode(encoding, "replace") if encoding else decoded(Block(1, data), reporter)
    return _ENCODING.sub(lambda found: found[1] + " " * (len(found.group()) - len(found[1])), text, count=1)


@dataclass(frozen=True, slots=True)
class _Part:
    """An element to parse alone: its text, where it was, and the attributes it inherits."""

    element: Element
    inherited: str
    text: str


@dataclass(slots=True)
class _Salvage:
    text: str
    base_iri: str
    declared: str
    reporter: Reporter
    refusal: FormatError
    good: int = 0
    bad: int = 0
    prefixes: frozenset[str] = field(init=False)
    entities: Mapping[str, str] = field(init=False)
    inheritance: dict[Element, str] = field(default_factory=dict)
    places: Places = field(init=False)

    def __post_init__(self) -> None:
        self.places = Places(self.text)
        self.prefixes = xmlterms.rdf_prefixes(self.text)
        self.entities = entity_values(self.declared)

    def statements(self, start: int) -> Iterator[Quad]:
        try:
            top = elements(self.text, start)
        except TooDeep as deep:
            raise FormatError(self.reporter.location, f"expected RDF/XML: {deep.msg}") from None
        waiting = [self._part(element) for element in _roots(top)]
        while waiting:
            nested = list[_Part]()
            for group in _groups(waiting):
                yield from self._group(group, nested)
            waiting = nested
        if self.bad and not self.good:
            raise self.refusal

    def _part(self, element: Element) -> _Part:
        parent = element.parent
        inherited = ""
        if parent:
            inherited = self.inheritance.get(parent) or self.inheritance.setdefault(parent, self._inherited(parent))
        return _Part(element, inherited, self.text[element.start : element.end])

    def _inherited(self, parent: Element) -> str:
        """The declarations, base and language that hold inside an element."""
        found = dict[str, str]()
        at: Element | None = parent
        while at and at.parent:
            for attribute in attributes(self.text, at):
                if attribute.name.startswith(("xmlns:", "xml:")) or attribute.name == "xmlns":
                    found.setdefault(attribute.name, self.text[attribute.start : attribute.end])
            at = at.parent
        tag = "<r" + "".join(f" {name}={value}" for name, value in sorted(found.items())) + "/>"
        repaired, mends = xmlterms.mended(tag, self.prefixes, self.entities)
        for mend in mends:
            if mend.reason:
                self.reporter.repaired(mend.reason, mend.original, *self.places.of(parent.start))
        return repaired[2:-2]

    def _parsed(self, text: str, inherited: str) -> list[Quad]:
        wrapped = f'{self.declared}<rdf.:RDF xmlns:rdf.="{RDF.prefix}"{inherited}>{text}</rdf.:RDF>'
        return list(parse(wrapped, RdfFormat.RDF_XML, base_iri=self.base_iri))

    def _group(self, parts: Sequence[_Part], nested: list[_Part]) -> Iterator[Quad]:
        try:
            _check_ends(parts)
            quads = self._parsed("\n".join(part.text for part in parts), parts[0].inherited)
        except SyntaxError as error:
            if len(parts) == 1:
                yield from self._faulty(parts[0], error, nested)
                return
            middle = len(parts) // 2
            yield from self._group(parts[:middle], nested)
            yield from self._group(parts[middle:], nested)
        else:
            self.good += len(quads)
            yield from quads

    def _faulty(self, part: _Part, error: SyntaxError, nested: list[_Part]) -> Iterator[Quad]:
        """Repair the element; else cut the nodes with a name out of it, which are records themselves, and try again."""
        quads = self._mended(part)
        inside = [] if quads is not None else list(_nodes(part.element, self._is_named, self._is_literal))
        if inside:
            nested += [self._part(element) for element in inside]
            part = _Part(part.element, part.inherited, self._shell(part.element, inside))
            quads = self._mended(part)
        if quads is None:
            self._quarantine(part, error)
            return
        self.good += len(quads)
        yield from quads

    def _mended(self, part: _Part) -> list[Quad] | None:
        if part.element.broken:
            return None
        text, mends = xmlterms.mended(part.text, self.prefixes, self.entities)
        known = self._undeclared(part)
        inherited = part.inherited + "".join(f' xmlns:{name}="{iri}"' for name, iri in known.items())
        try:
            quads = self._parsed(text, inherited)
        except SyntaxError:
            return None
        subject = self._subject(part)
        found = dict[str, int]()
        for mend in mends:
            if mend.reason:
                self.reporter.repaired(mend.reason, mend.original, *self._place(part, mend, found), subject)
        for name, iri in known.items():
            self.reporter.repaired(f"prefix not declared, taken as <{iri}>", f"{name}:", *self._start(part), subject)
        return quads

    def _undeclared(self, part: _Part) -> dict[str, str]:
        declared = {*_DECLARED.findall(part.text), *_DECLARED.findall(part.inherited), "xml", "xmlns"}
        used = sorted(set(_USED.findall(part.text)) - declared)
        return {name: iri for name in used if (iri := namespace(name))}

    def _start(self, part: _Part) -> tuple[int, int]:
        return self.places.of(part.element.start)

    def _place(self, part: _Part, mend: Mend, found: dict[str, int]) -> tuple[int, int]:
        """The place of a repair, found by its text again: repairs before it may have moved it."""
        start = found.get(mend.original, part.element.start - 1) + 1
        where = self.text.find(mend.original, start, part.element.end)
        found[mend.original] = where
        return self.places.of(where if where >= 0 else part.element.start)

    def _quarantine(self, part: _Part, error: SyntaxError) -> None:
        try:
            self._parsed(part.text, part.inherited)
        except SyntaxError as own:
            error = own
        self.reporter.quarantined(reason_of(error), part.text, *self._start(part), self._subject(part))
        self.bad += 1
        if self.bad >= HOPELESS and not self.good:
            raise self.refusal

    def _identity(self, element: Element) -> tuple[str, str] | None:
        """The attribute that names a node, as `about`, `ID` or `nodeID`, and its value in the text."""
        for attribute in attributes(self.text, element):
            prefix, _, local = attribute.name.rpartition(":")
            if prefix in self.prefixes and local in {"about", "ID", "nodeID"}:
                return local, attribute.value
        return None

    def _is_named(self, element: Element) -> bool:
        identity = self._identity(element)
        return identity is not None and identity[0] != "nodeID" and (element.local[:1].isupper())

    def _is_literal(self, element: Element) -> bool:
        return any(
            attribute.name.endswith(":parseType") and attribute.value.lower() == "literal"
            for attribute in attributes(self.text, element)
        )

    def _shell(self, element: Element, inside: Sequence[Element]) -> str:
        """The element with a mere reference in place of each node that was cut out of it."""
        parts, done = list[str](), element.start
        for node in sorted(inside, key=lambda one: one.start):
            parts += [self.text[done : node.start], self._reference(node)]
            done = node.end
        return "".join([*parts, self.text[done : element.end]])

    def _reference(self, node: Element) -> str:
        identity = self._identity(node)
        if identity is None or (identity[0] == "about" and self._readable(identity[1]) is None):
            return ""
        value = identity[1] if identity[0] == "about" else f"#{identity[1]}"
        return f'<rdf.:Description rdf.:about="{value.replace(chr(34), "&quot;")}"/>'

    def _readable(self, value: str) -> str | None:
        return repaired_iri(xmlterms.unescaped(value, self.entities))

    def _subject(self, part: _Part) -> str | None:
        """The node's name, as the statements spell it."""
        identity = self._identity(part.element)
        if identity is None:
            return None
        kind, value = identity
        node, _ = xmlterms.mended(f'<t rdf.:{kind}="{value}" xmlns="t:"/>', frozenset({"rdf."}), self.entities)
        try:
            subject = self._parsed(node, part.inherited)[0].subject
        except SyntaxError:
            return xmlterms.unescaped(value, self.entities)
        return subject.value if isinstance(subject, NamedNode) else f"_:{repaired_label(str(subject)[2:])}"


def _check_ends(parts: Sequence[_Part]) -> None:
    """The native parser takes an end of the text for the end tags that are missing."""
    if any(part.element.broken for part in parts):
        raise SyntaxError("an element without its end tag")


def _roots(top: Element) -> list[Element]:
    """The node elements: what is in rdf:RDF, be it in an envelope, or the root itself."""
    found, waiting = list[Element](), list(top.children)
    while waiting:
        element = waiting.pop()
        if element.local == "RDF":
            found += element.children
        else:
            waiting += element.children
    return sorted(found, key=lambda one: one.start) or top.children


def _nodes(top: Element, named: Callable[[Element], bool], literal: Callable[[Element], bool]) -> Iterator[Element]:
    """The nearest elements inside that describe a node with a name; none of an XML literal."""
    waiting = [top]
    while waiting:
        element = waiting.pop()
        if element is not top and named(element):
            yield element
        elif not literal(element):
            waiting += element.children


def _groups(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    group, size = list[_Part](), 0
    for part in parts:
        if group and (size > _TOGETHER or part.inherited != group[-1].inherited):
            yield group
            group, size = [], 0
        group.append(part)
        size += len(part.text)
    if group:
        yield group
