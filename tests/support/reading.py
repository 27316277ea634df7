"""Reading a document given as text or bytes, with its faults collected."""

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse, serialize

from loaders.parse import Fault, statements

BASE = "http://base.example/document"


@dataclass(frozen=True)
class Reading:
    quads: list[Quad]
    faults: list[Fault]

    @property
    def repaired(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.action == "repaired"]

    @property
    def quarantined(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.action == "quarantined"]

    @property
    def hit(self) -> set[str | None]:
        """The subjects that lost something."""
        return {fault.subject for fault in self.quarantined}


def read_file(path: Path, form: str) -> Reading:
    faults: list[Fault] = []
    return Reading(list(statements(path, form, BASE, path.name, faults.append)), faults)


def read(folder: Path, document: str | bytes, form: str) -> Reading:
    path = folder / "document"
    path.write_bytes(document.encode() if isinstance(document, str) else document)
    return read_file(path, form)


def strict(document: str | bytes, form: RdfFormat) -> list[Quad]:
    return list(parse(document, form, base_iri=BASE))


def expected(turtle: str) -> list[Quad]:
    """What a test expects, in Turtle with the prefixes it uses declared by itself."""
    return strict(turtle, RdfFormat.TRIG)


def same(left: list[Quad], right: list[Quad]) -> bool:
    """Whether two sets of statements differ in the labels of blank nodes at the most."""
    one, other = Dataset(left), Dataset(right)
    one.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    other.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return one == other


def spelled(quads: list[Quad]) -> list[Quad]:
    """The statements written and strictly read again."""
    written = serialize(quads, format=RdfFormat.N_QUADS)
    assert written is not None
    return list(parse(written, RdfFormat.N_QUADS))
