"""A newer version of an authority table, from an RDF file that the operator downloaded.

The file is parsed in the cage like any harvested one. What is taken over of it is written anew, in our own form, so
that everything that reads tables reads only what we wrote.
"""

import hashlib
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from graph.cage import Limits, lines
from graph.errors import FormatError, NotFound, SourceError, StoreError
from loaders.assemble import Given
from loaders.detection import HEAD_BYTES, detect
from loaders.handover import Handover
from loaders.parse import Fault
from vocabularies.concepts import Concept, Concepts, Table, tables
from vocabularies.namespaces import RDF, SKOS
from vocabularies.tabulation import Origin, Tabulation, turtle


@dataclass(frozen=True, slots=True)
class Renewal:
    """What became of a table: the codes that came and went, and the faults of the file, each of which cost a record."""

    name: str
    before: str
    version: str
    concepts: int
    came: Sequence[str]
    went: Sequence[str]
    faults: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class Renewing:
    """Puts newer tables into the folder that stands in for ours."""

    folder: Path
    limits: Limits = field(default_factory=Limits)
    isolation_required: bool = True

    def renew(self, name: str, file: Path, now: datetime) -> Renewal:
        """Take over what the file says of the table of this name.

        Raises NotFound for a table that is none, FormatError or SourceError for a file that is not this table or
        older than what is there; then nothing has changed.
        """
        known = Concepts.load(self.folder)
        table = known.table(name)
        if table is None:
            raise NotFound("vocabulary", name)
        faults: list[Fault] = []
        found = Tabulation(table.scheme)
        for triple in self._statements(file, faults):
            found.add(triple)
        before = {concept.iri: concept for concept in known.of(name)}
        concepts = list(found.concepts(before))
        _refuse(table, found, concepts, file)
        origin = Origin(found.version, found.day or f"{now:%Y-%m-%d}", f"{file.name}, SHA-256 {_digest(file)}")
        self._write(name, turtle(table, origin, concepts, self._classes(name, before)))
        after = {concept.iri: concept.notation for concept in concepts}
        return Renewal(
            name,
            table.version,
            found.version,
            len(concepts),
            came=sorted(code for iri, code in after.items() if iri not in before),
            went=sorted(concept.notation for iri, concept in before.items() if iri not in after),
            faults=faults,
        )

    def _statements(self, file: Path, faults: list[Fault]) -> Iterator[Triple]:
        handover = Handover.fresh()
        given = Given(str(file.absolute()), _form(file), file.absolute().as_uri(), file.name)
        argument = {"documents": [asdict(given)], "mark": handover.mark}
        told = lines("loaders.assemble:spell", argument, self.limits, isolation_required=self.isolation_required)
        for line in told:
            if not line.startswith(handover.prefix):
                yield next(iter(parse(line, RdfFormat.N_TRIPLES))).triple
            elif (fault := handover.fault_of(line)) is not None:
                faults.append(fault)

    def _classes(self, name: str, before: dict[str, Concept]) -> list[str]:
        """What each concept of the table is besides a skos:Concept: the range of the property it is for."""
        file = dict(tables(self.folder))[name]
        said = (quad for quad in parse(file.read_bytes(), RdfFormat.TURTLE) if quad.predicate == RDF.type)
        found = {
            quad.object.value
            for quad in said
            if not isinstance(quad.subject, BlankNode | Triple)
            and not isinstance(quad.object, BlankNode | Triple)
            and quad.subject.value in before
        }
        return sorted(found - {SKOS.Concept.value})

    def _write(self, name: str, text: str) -> None:
        """Whole or not at all; read once before it counts, so that no table can be left that nobody can read."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.folder, prefix=".new-") as work:
                made = Path(work) / f"{name}.ttl"
                made.write_text(text, "utf-8")
                Concepts.load(Path(work))
                made.replace(self.folder / made.name)
        except OSError as error:
            raise StoreError(f"{self.folder} could not be written: {error.strerror}") from error


def _form(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return detect(opened.read(HEAD_BYTES), file.name, name=file.name)
    except OSError as error:
        raise SourceError(str(file), f"could not be read: {error.strerror}") from error


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _refuse(table: Table, found: Tabulation, concepts: Sequence[Concept], file: Path) -> None:
    """Raise what is wrong with the file, if anything is."""
    if not concepts:
        others = ", ".join(found.schemes[:3])
        reason = f"it describes {others}" if others else "it describes no skos:ConceptScheme"
        raise FormatError(file.name, f"holds no labelled concept of the table {table.scheme.value}; {reason}")
    here = f"{table.version}, the one here"
    if not found.version:
        raise FormatError(file.name, f"does not say its version: expected owl:versionInfo of {table.scheme.value}")
    if _order(found.version) < _order(table.version):
        raise SourceError(file.name, f"holds version {found.version}, which is older than {here}")
    read = {concept.iri for concept in concepts}
    if _order(found.version) == _order(table.version) and not read > table.concepts:
        lacking = len(table.concepts - read)
        told = f", and {lacking} concepts less than is here" if lacking else ""
        raise SourceError(file.name, f"holds version {here} already{told}")


def _order(version: str) -> list[int]:
    """Versions are numbers with something between: 20260617-0, 2.1, 2021-01-01."""
    return [int(part) for part in re.findall(r"\d+", version)]
