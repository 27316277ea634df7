"""The authority tables that come with the program: labels, hierarchy, membership, versions.

One Turtle file per table in `authority/`, each a reduced copy whose first lines name its source, version, date and
licence, and which labels are ours: no table of the Union speaks Luxembourgish. The tables' own titles are ours too.
An operator's folder may hold newer ones (refresh.py), which then stand in for those of the same name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, Self

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from vocabularies.namespaces import DCT, OWL, RDF, SKOS, VOID

LANGUAGES: Final = ("fr", "de", "en", "lb")
"""The languages of the interface; also the order in which a label is looked for when the wanted language has none."""

FOLDER: Final = "vocabularies"
"""Where, in a data directory, the operator's newer tables are."""

_FALLBACKS: Final[Mapping[str, Sequence[str]]] = {
    "fr": ("fr", "en", "de", "lb"),
    "de": ("de", "en", "fr", "lb"),
    "en": ("en", "fr", "de", "lb"),
    "lb": ("lb", "de", "fr", "en"),
}


_SOURCE: Final = re.compile(rb"^# Source: (.*?)[,;]? version .*$", re.MULTILINE)


def tables(folder: Path | None = None) -> list[tuple[str, Traversable]]:
    """Name and Turtle file of every table, by name: ours, or the one in the folder that stands in for it."""
    found: dict[str, Traversable] = {}
    for place in (files("vocabularies").joinpath("authority"), *((folder,) if folder and folder.is_dir() else ())):
        found |= {entry.name.removesuffix(".ttl"): entry for entry in place.iterdir() if entry.name.endswith(".ttl")}
    return sorted(found.items())


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it came: `entities` counts the concepts of its source, if known; `concepts` those that are here."""

    name: str
    scheme: NamedNode
    titles: Mapping[str, str]
    version: str
    modified: str
    licence: str
    source: str
    entities: int | None
    concepts: frozenset[str]

    @property
    def complete(self) -> bool:
        """Whether all concepts are here, so that absence says something."""
        return self.entities is not None and len(self.concepts) >= self.entities


@dataclass(frozen=True, slots=True)
class Concept:
    iri: str
    notation: str
    table: str
    labels: Mapping[str, str]
    broader: tuple[str, ...]
    exact_matches: tuple[str, ...]
    deprecated: bool


@dataclass(slots=True)
class _Described:
    """What a file says of one subject, before it becomes a Concept or a Table."""

    table: str = ""
    source: str = ""
    texts: dict[NamedNode, dict[str, str]] = field(default_factory=dict)
    values: dict[NamedNode, list[str]] = field(default_factory=dict)

    def add(self, triple: Triple) -> None:
        if isinstance(triple.object, Literal) and triple.object.language:
            self.texts.setdefault(triple.predicate, {})[triple.object.language] = triple.object.value
        elif isinstance(triple.object, NamedNode | Literal):
            self.values.setdefault(triple.predicate, []).append(triple.object.value)

    def all(self, predicate: NamedNode) -> tuple[str, ...]:
        return tuple(sorted(self.values.get(predicate, ())))

    def one(self, predicate: NamedNode) -> str:
        return next(iter(self.all(predicate)), "")

    def concept(self, iri: str) -> Concept:
        return Concept(
            iri,
            notation=self.one(SKOS.notation),
            table=self.table,
            labels=self.texts.get(SKOS.prefLabel, {}),
            broader=self.all(SKOS.broader),
            exact_matches=self.all(SKOS.exactMatch),
            deprecated=self.one(OWL.deprecated) == "true",
        )

    def scheme(self, iri: str, concepts: frozenset[str]) -> Table:
        return Table(
            self.table,
            NamedNode(iri),
            titles=self.texts.get(DCT.title, {}),
            version=self.one(OWL.versionInfo),
            modified=self.one(DCT.modified),
            licence=self.one(DCT.license),
            source=self.source,
            entities=int(self.one(VOID.entities) or 0) or None,
            concepts=concepts,
        )


class Concepts:
    """Look-up in the tables, all in memory: about 4,000 concepts, read in less than 0.3 s."""

    def __init__(self, tables: Iterable[Table], concepts: Iterable[Concept]) -> None:
        self._tables = {table.name: table for table in sorted(tables, key=lambda table: table.name)}
        self._concepts = {concept.iri: concept for concept in concepts}

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """Read every table that comes with the program, those in the folder instead of ours of the same name."""
        described = _described(folder)
        members: dict[str, set[str]] = {}
        for iri, said in described.items():
            for scheme in said.all(SKOS.inScheme):
                members.setdefault(scheme, set()).add(iri)
        schemes = [iri for iri, said in described.items() if SKOS.ConceptScheme.value in said.all(RDF.type)]
        return cls(
            (described[iri].scheme(iri, frozenset(members.get(iri, ()))) for iri in schemes),
            (said.concept(iri) for iri, said in described.items() if iri not in schemes),
        )

    def of(self, table: str) -> Iterator[Concept]:
        """The concepts of one table that are here, in the order of the file."""
        return (concept for concept in self if concept.table == table)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts.values())

    def __len__(self) -> int:
        return len(self._concepts)

    @property
    def tables(self) -> Sequence[Table]:
        """By name."""
        return tuple(self._tables.values())

    def table(self, name: str) -> Table | None:
        return self._tables.get(name)

    def languages(self, table: str) -> Sequence[str]:
        """Those of our languages in which some concept of the table has a label."""
        spoken = {language for concept in self.of(table) for language in concept.labels}
        return [language for language in LANGUAGES if language in spoken]

    def get(self, iri: NamedNode | str) -> Concept | None:
        return self._concepts.get(iri if isinstance(iri, str) else iri.value)

    def label(self, iri: NamedNode | str, language: str) -> tuple[str, str] | None:
        """The label and its language, in the wanted one or the next best; None for what is in no table.

        Luxembourgish falls back on German, then French: the texts its readers know as well.
        """
        concept = self.get(iri)
        if concept is None:
            return None
        wanted = (language, *_FALLBACKS.get(language, _FALLBACKS["en"]))
        return next(((concept.labels[each], each) for each in wanted if each in concept.labels), None)

    def broader(self, iri: NamedNode | str) -> tuple[NamedNode, ...]:
        """The concepts above this one, nearest first, up to the top."""
        above: list[NamedNode] = []
        pending = [iri if isinstance(iri, str) else iri.value]
        while pending:
            concept = self.get(pending.pop(0))
            fresh = [NamedNode(each) for each in concept.broader if NamedNode(each) not in above] if concept else []
            above += fresh
            pending += (each.value for each in fresh)
        return tuple(above)

    def membership(self, iri: NamedNode | str, table: str) -> bool | None:
        """Whether the table has the concept; None where only a part of the table is here and this is not in it."""
        known = self._tables[table]
        found = (iri if isinstance(iri, str) else iri.value) in known.concepts
        return found if found or known.complete else None


def _described(folder: Path | None) -> dict[str, _Described]:
    described: dict[str, _Described] = {}
    for name, file in tables(folder):
        content = file.read_bytes()
        source = _SOURCE.search(content)
        for quad in parse(content, RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode):
                said = described.setdefault(quad.subject.value, _Described())
                said.add(quad.triple)
                if quad.predicate == RDF.type:
                    said.table = name
                    said.source = source[1].decode() if source else ""
    return described
