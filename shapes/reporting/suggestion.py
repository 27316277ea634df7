"""What would be right in the place of a value that is wrong: the concept most likely meant, or the value rightly typed.

It is read from the shapes themselves, so it serves any shapes graph: what a constraint asks for is what is suggested.
Found when a report is rendered, and remembered by constraint and value.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from pyoxigraph import Literal, NamedNode, Quad

from shapes.compiling.index import Index
from shapes.components.constraints import Result, Source, Term
from shapes.reporting.retyping import addressed, retyped
from vocabularies.concepts import Concepts
from vocabularies.mappings import Mappings
from vocabularies.namespaces import DCT, SH, SKOS
from vocabularies.spelling import folded

_REMEMBERED: Final = 10_000
_LONGEST: Final = 300
"""Characters of a value beyond which nothing is looked for: it is neither code nor date."""

_INNER: Final = (SH.node, SH.qualifiedValueShape)
_LISTS: Final = (SH["or"], SH["and"], SH.xone)
_DEEPEST: Final = 8
_TABLES: Final = {DCT.license: "licence"}
"""Tables that no profile demands, but whose concepts people mean."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`labels` are those of a concept, by language."""

    term: NamedNode | Literal
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Wanted:
    """What a shape asks of a value, all its parts taken together."""

    datatypes: list[NamedNode] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    members: list[Term] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    unwelcome: list[str] = field(default_factory=list)
    nodes: bool = False
    literals: bool = False


class Suggestions:
    """For results on one shapes graph."""

    def __init__(self, shapes: Iterable[Quad], mappings: Mappings, concepts: Concepts) -> None:
        self._index = Index(shapes)
        self._mappings = mappings
        self._concepts = concepts
        self._schemes = {table.scheme.value: table.name for table in concepts.tables}
        self._wanted: dict[Source, _Wanted] = {}
        self._found: dict[tuple[Source, Term | None], Suggestion | None] = {}

    @classmethod
    def load(cls, shapes: Iterable[Quad], folder: Path | None = None) -> Self:
        """With the tables that come with the program, those in the operator's folder in place of ours."""
        concepts = Concepts.load(folder)
        return cls(shapes, Mappings.load(concepts), concepts)

    def of(self, result: Result) -> Suggestion | None:
        """What would be right instead of the value found, or in the place where none is; None if nothing is known."""
        value = result.value
        if value is not None and (not isinstance(value, (NamedNode, Literal)) or len(value.value) > _LONGEST):
            return None
        key = (result.source, value)
        if key not in self._found:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[key] = self._look(result.source, value)
        return self._found[key]

    def labels(self, term: Term) -> Mapping[str, str]:
        """What a concept of an authority table is called, by language; nothing for any other term."""
        concept = self._concepts.get(term) if isinstance(term, NamedNode) else None
        return concept.labels if concept else {}

    def _look(self, source: Source, value: Term | None) -> Suggestion | None:
        wanted = self._wanted.get(source)
        if wanted is None:
            wanted = self._wanted[source] = self._read(source)
        if value is None:
            return self._told(wanted.members[0]) if len(wanted.members) == 1 else None
        found = next((one for one in self._candidates(wanted, value) if one != value), None)
        return None if found is None else self._told(found)

    def _told(self, term: Term) -> Suggestion | None:
        return Suggestion(term, self.labels(term)) if isinstance(term, (NamedNode, Literal)) else None

    def _candidates(self, wanted: _Wanted, value: Term) -> Iterator[NamedNode | Literal]:
        if not isinstance(value, (NamedNode, Literal)):
            return
        for table in wanted.tables:
            concept = self._mappings.nearest(table, value.value)
            if concept is not None:
                yield NamedNode(concept)
        yield from _member(wanted.members, value)
        if isinstance(value, Literal):
            yield from self._from_literal(wanted, value)
        elif wanted.literals or wanted.datatypes:
            typed = retyped(value.value.removeprefix("mailto:"), wanted.datatypes)
            if typed is not None:
                yield typed

    def _from_literal(self, wanted: _Wanted, value: Literal) -> Iterator[NamedNode | Literal]:
        if wanted.datatypes:
            typed = retyped(value.value, wanted.datatypes)
            if typed is not None:
                yield typed
        if wanted.nodes:
            address = addressed(value.value)
            if address is not None:
                yield address
        tag = value.language and self._tag(value.language, wanted)
        if tag:
            yield Literal(value.value, language=tag)

    def _tag(self, tag: str, wanted: _Wanted) -> str | None:
        """The two-letter form of a language tag, where the shape asks for it."""
        if not (wanted.languages or wanted.unwelcome):
            return None
        main, hyphen, rest = tag.partition("-")
        concept = self._mappings.concept("language", main)
        short = next((one for one in self._short_tags(concept) if not wanted.languages or one in wanted.languages), "")
        return f"{short}{hyphen}{rest}" if short else None

    def _short_tags(self, concept: str | None) -> Iterator[str]:
        if concept is not None:
            for row in self._mappings.rows:
                if row.table == "language" and row.concept == concept and re.fullmatch("[a-z]{2}", row.value):
                    yield row.value

    def _read(self, source: Source) -> _Wanted:
        wanted = _Wanted()
        self._gather(source.shape, wanted, 0)
        table = _TABLES.get(source.path) if isinstance(source.path, NamedNode) else None
        if table and not wanted.tables and wanted.nodes:
            wanted.tables.append(table)
        return wanted

    def _gather(self, shape: Term, wanted: _Wanted, depth: int) -> None:
        objects, members = self._index.objects, self._index.members
        wanted.datatypes += [one for one in objects(shape, SH.datatype) if isinstance(one, NamedNode)]
        wanted.members += [one for listed in objects(shape, SH["in"]) for one in members(listed)]
        wanted.members += objects(shape, SH.hasValue)
        wanted.languages += [one.value for listed in objects(shape, SH.languageIn) for one in _texts(members(listed))]
        for refused in objects(shape, SH["not"]):
            wanted.unwelcome += [tag.value for one in objects(refused, SH.languageIn) for tag in _texts(members(one))]
        kinds = {one.value.removeprefix(SH.prefix) for one in objects(shape, SH.nodeKind) if isinstance(one, NamedNode)}
        wanted.nodes |= bool(objects(shape, SH["class"])) or any("IRI" in kind for kind in kinds)
        wanted.literals |= any("Literal" in kind for kind in kinds)
        wanted.tables += self._tables_of(shape)
        if depth < _DEEPEST:
            for inner in self._inner(shape):
                self._gather(inner, wanted, depth + 1)

    def _inner(self, shape: Term) -> Iterator[Term]:
        for predicate in _INNER:
            yield from self._index.objects(shape, predicate)
        for predicate in _LISTS:
            for listed in self._index.objects(shape, predicate):
                yield from self._index.members(listed)

    def _tables_of(self, shape: Term) -> Iterator[str]:
        """The authority tables that a shape asks for: by membership in their scheme, or by how their IRIs begin."""
        for inner in self._index.objects(shape, SH.property):
            if self._index.objects(inner, SH.path) == (SKOS.inScheme,):
                for scheme in self._index.objects(inner, SH.hasValue):
                    if isinstance(scheme, NamedNode) and scheme.value in self._schemes:
                        yield self._schemes[scheme.value]
        for pattern in _texts(self._index.objects(shape, SH.pattern)):
            plain = pattern.value.replace("\\", "").lstrip("^").replace("https?", "http").replace("(s)?", "")
            for begin, table in self._schemes.items():
                if plain.startswith((f"{begin}/", begin.replace("https:", "http:") + "/")):
                    yield table


def _texts(terms: Iterable[Term]) -> Iterator[Literal]:
    return (term for term in terms if isinstance(term, Literal))


def _member(members: Iterable[Term], value: NamedNode | Literal) -> Iterator[NamedNode | Literal]:
    """The member of a list that the value spells in another way: by its whole text, or by the last part of its IRI."""
    spoken = folded(value.value)
    for one in members:
        if isinstance(one, (NamedNode, Literal)):
            ends = {folded(one.value), folded(re.split(r"[/#]", one.value)[-1])}
            if spoken in ends or folded(re.split(r"[/#]", value.value)[-1]) in ends:
                yield one
