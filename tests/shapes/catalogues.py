"""Real catalogues and the official shapes, where the shared material is there, as quads and as N-Quads files."""

import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse, serialize

from tests.support.shared import SHARED

OFFICIAL: Final = SHARED / "standards" / "dcat-ap" / "3.0.1" / "shacl"
_SYNTAXES: Final = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES,
                    ".xml": RdfFormat.RDF_XML, ".jsonld": RdfFormat.JSON_LD, ".trig": RdfFormat.TRIG,
                    ".nq": RdfFormat.N_QUADS}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A file that pyoxigraph reads, whole."""

    name: str
    quads: tuple[Quad, ...]


def official(*names: str) -> list[Quad]:
    """The official shapes of these files together."""
    return [quad for name in names for quad in _read(OFFICIAL / f"{name}.ttl", RdfFormat.TURTLE)]


def standard(*names: str) -> list[Quad]:
    """The statements of files below the folder of standards, named without .ttl."""
    paths = (SHARED / "standards" / f"{name}.ttl" for name in names)
    return [quad for path in paths for quad in _read(path, RdfFormat.TURTLE)]


def catalogues(smallest: int, largest: int) -> list[Catalogue]:
    """The shared catalogues of a size in bytes that pyoxigraph reads without a fault."""
    return _readable((SHARED / "catalogues").rglob("*"), smallest, largest)


def examples(smallest: int, largest: int) -> list[Catalogue]:
    """The same of the examples that standards come with."""
    return _readable((SHARED / "standards").rglob("examples/*"), smallest, largest)


def _readable(paths: Iterable[Path], smallest: int, largest: int) -> list[Catalogue]:
    found = []
    for path in sorted(paths):
        syntax = _SYNTAXES.get(Path(path.name.removesuffix(".gz")).suffix)
        if syntax is not None and smallest <= path.stat().st_size < largest:
            try:
                found.append(Catalogue(path.relative_to(SHARED).as_posix(), tuple(_read(path, syntax))))
            except SyntaxError:
                continue
    return found


def _read(path: Path, syntax: RdfFormat) -> list[Quad]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(parse(data, syntax, base_iri="http://base.example/", rename_blank_nodes=True))


def write(quads: Sequence[Quad], path: Path) -> Path:
    serialize(quads, str(path), RdfFormat.N_QUADS)
    return path
