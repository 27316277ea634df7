"""What an RDF file says of one authority table, and that table in our compact form.

Whoever publishes a table has their own properties for codes, versions and what is deprecated; those of the EU, of plain
SKOS and of Dublin Core are understood. What our table knows better stays: its titles, and labels in languages that the
file does not speak.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from vocabularies.concepts import LANGUAGES, Concept, Table
from vocabularies.namespaces import AT, AUTHORITY, DC, DCT, EUVOC, OWL, RDF, SKOS, VOID, XSD

_CODES: Final = (DC.identifier, AT["op-code"], AT["authority-code"], AUTHORITY["op-code"], SKOS.notation)
_VERSIONS: Final = (OWL.versionInfo, AT["table.version.number"], DCT.hasVersion)
_DATES: Final = (DCT.modified, DCT.issued, DCT.created)
_LINKS: Final = (SKOS.broader, SKOS.exactMatch)
_DEPRECATION: Final = (OWL.deprecated, AT.deprecated, EUVOC.status)
_DEPRECATED: Final = frozenset(
    {"true", AUTHORITY["concept-status/DEPRECATED"].value, AUTHORITY["concept-status/RETIRED"].value}
)
_DAY: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)")
_PREFIXES: Final = {"dct": DCT, "owl": OWL, "skos": SKOS, "void": VOID, "xsd": XSD}


@dataclass(slots=True)
class _Told:
    """What the file says of one subject, as far as a table needs it."""

    labels: dict[str, str] = field(default_factory=dict)
    values: dict[NamedNode, list[str]] = field(default_factory=dict)

    def first(self, predicates: Iterable[NamedNode]) -> str:
        return next((min(self.values[each]) for each in predicates if each in self.values), "")

    @property
    def deprecated(self) -> bool:
        said = {value for each in _DEPRECATION for value in self.values.get(each, ())}
        return not said.isdisjoint(_DEPRECATED)


_WANTED: Final = frozenset(
    {*_CODES, *_VERSIONS, *_DATES, *_LINKS, *_DEPRECATION, RDF.type, SKOS.inScheme, SKOS.topConceptOf}
)


class Tabulation:
    """Takes in statements, and says what of them belongs to the scheme."""

    def __init__(self, scheme: NamedNode) -> None:
        self.scheme = scheme
        self._told: dict[str, _Told] = {}

    def add(self, triple: Triple) -> None:
        if isinstance(triple.subject, BlankNode | Triple) or isinstance(triple.object, BlankNode | Triple):
            return
        language = triple.object.language if isinstance(triple.object, Literal) else None
        if triple.predicate == SKOS.prefLabel and language in LANGUAGES:
            self._of(triple.subject).labels[language] = triple.object.value
        elif triple.predicate in _WANTED:
            self._of(triple.subject).values.setdefault(triple.predicate, []).append(triple.object.value)

    def _of(self, subject: NamedNode) -> _Told:
        return self._told.setdefault(subject.value, _Told())

    @property
    def schemes(self) -> Sequence[str]:
        """The schemes the file describes, whichever they are."""
        return sorted(
            iri for iri, told in self._told.items() if SKOS.ConceptScheme.value in told.values.get(RDF.type, ())
        )

    @property
    def version(self) -> str:
        """As the scheme says it; empty where it says nothing."""
        return self._told.get(self.scheme.value, _Told()).first(_VERSIONS)

    @property
    def day(self) -> str:
        """The day of the version, of the form 2026-06-17; empty where neither version nor dates tell."""
        scheme = self._told.get(self.scheme.value, _Told())
        found = _DAY.search(self.version) or _DAY.search(scheme.first(_DATES))
        return "-".join(found.groups()) if found else ""

    def concepts(self, before: Mapping[str, Concept]) -> Iterator[Concept]:
        """The scheme's labelled concepts, sorted; languages and exact matches the file lacks are those of `before`."""
        for iri, told in sorted(self._told.items()):
            if told.labels and self._belongs(iri, told):
                earlier = before.get(iri)
                labels = {**(earlier.labels if earlier else {}), **told.labels}
                code = told.first(_CODES) or re.split(r"[/#]", iri)[-1]
                broader, exact = (tuple(sorted(set(told.values.get(each, ())))) for each in _LINKS)
                exact = exact or (earlier.exact_matches if earlier else ())
                yield Concept(iri, code, "", labels, broader, exact, deprecated=told.deprecated)

    def _belongs(self, iri: str, told: _Told) -> bool:
        member = {*told.values.get(SKOS.inScheme, ()), *told.values.get(SKOS.topConceptOf, ())}
        concept = SKOS.Concept.value in told.values.get(RDF.type, ())
        return self.scheme.value in member or (concept and iri.startswith(f"{self.scheme.value}/"))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table's new content was read from: `read` says in which file."""

    version: str
    day: str
    read: str


def turtle(table: Table, origin: Origin, concepts: Sequence[Concept], classes: Sequence[str]) -> str:
    """The file of a table. `classes` are those that each concept has besides skos:Concept."""
    blocks = [_comments(table, origin), _prefixes(), _scheme(table, origin, len(concepts))]
    blocks += (_concept(table.scheme, concept, classes) for concept in concepts)
    return "\n".join(blocks)


def _comments(table: Table, origin: Origin) -> str:
    said = (
        f"{table.titles.get('en', table.name)}: every concept of the file it was refreshed from, in short.",
        "Ours, where the file has none: labels that the table had before.",
        f"Source: {table.source}, version {origin.version}.",
        f"Read from {origin.read}.",
        f"Date: {origin.day}. Licence: {table.licence}.",
    )
    return "".join(f"# {' '.join(line.split())}\n" for line in said)


def _prefixes() -> str:
    return "".join(f"@prefix {name}: <{known.prefix}> .\n" for name, known in sorted(_PREFIXES.items()))


def _scheme(table: Table, origin: Origin, entities: int) -> str:
    return _block(
        table.scheme,
        "skos:ConceptScheme",
        [
            ("dct:title", _texts(table.titles)),
            ("dct:modified", [f"{Literal(origin.day)}^^xsd:date"]),
            ("dct:license", [str(NamedNode(table.licence))]),
            ("owl:versionInfo", [str(Literal(origin.version))]),
            ("void:entities", [str(entities)]),
        ],
    )


def _concept(scheme: NamedNode, concept: Concept, classes: Sequence[str]) -> str:
    kinds = ", ".join(("skos:Concept", *(str(NamedNode(each)) for each in classes)))
    return _block(
        NamedNode(concept.iri),
        kinds,
        [
            ("skos:inScheme", [str(scheme)]),
            ("skos:notation", [str(Literal(concept.notation))]),
            ("skos:broader", [str(NamedNode(each)) for each in concept.broader]),
            ("skos:exactMatch", [str(NamedNode(each)) for each in concept.exact_matches]),
            ("skos:prefLabel", _texts(concept.labels)),
            ("owl:deprecated", ["true"] if concept.deprecated else []),
        ],
    )


def _texts(texts: Mapping[str, str]) -> list[str]:
    return [str(Literal(" ".join(text.split()), language=language)) for language, text in sorted(texts.items())]


def _block(subject: NamedNode, kinds: str, properties: Sequence[tuple[str, Sequence[str]]]) -> str:
    said = [f"{subject} a {kinds}", *(f"    {name} {', '.join(values)}" for name, values in properties if values)]
    return " ;\n".join(said) + " .\n"
