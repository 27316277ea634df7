"""A set of dumps of the published generation: read once, written in all syntaxes and tables at the same time."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Triple

from graph.errors import StoreError, Unwritable
from graph.formats import CSV, JSON_LD, N_QUADS, TURTLE
from graph.generations import Generation, Generations
from graph.iris import Iris
from graph.serialisation.properties import Row
from graph.serialisation.statements import DEFAULT, Document, arrange, rows
from graph.serialise import Stream
from loaders.dumps import tables
from loaders.dumps.contents import Described, everything
from loaders.dumps.packing import Packed
from loaders.dumps.sets import Dumps, DumpSet, File
from loaders.dumps.tables import Table
from queries.selections import LISTED
from vocabularies.namespaces import DCAT, RDF

CATALOGUE: Final = "catalogue"
"""What the files with statements are called, before their extension."""

METADATA: Final = "csv-metadata.json"
CHECKSUMS: Final = "SHA256SUMS"
PACKED: Final = ".gz"

SYNTAXES: Final = (N_QUADS, TURTLE, JSON_LD)
"""The first has named graphs, and with them what is told of vocabularies and of what is gone."""

Progress = Callable[[str, int], None]
"""Told the step and how many things it has done."""


@dataclass(frozen=True, slots=True)
class Made:
    """`fresh` tells a set that was made now from one that was there."""

    dumped: DumpSet
    fresh: bool


def dump(
    data: Path,
    kept: int,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    head: Callable[[], Iterable[Triple]] = tuple,
    progress: Progress = lambda _step, _done: None,
) -> Made:
    """Make the set of the published generation unless there is one, and remove what is more than `kept` sets.

    `head` describes the portal's catalogue; what that lists is said in all files too, and in N-Quads in no named graph.
    Raises NotFound when nothing is published, StoreError where nothing can be written.
    """
    dumps = Dumps(data)
    with dumps.alone(), Generations(data).current() as generation:
        fresh = not dumps.exists(generation.number)
        if fresh:
            with dumps.making(generation) as folder:
                files = _write(generation, folder, head, progress)
                _describe(generation, files, clock()).write(folder)
        dumps.retain(kept, clock())
        dumped = dumps.find(generation.number)
        if dumped.content != generation.manifest.content:
            raise StoreError(f"{dumps.path(dumped.number)} is of another portal's generation: move it away")
        return Made(dumped, fresh)


def _write(
    generation: Generation, folder: Path, head: Callable[[], Iterable[Triple]], progress: Progress
) -> tuple[File, ...]:
    with ExitStack() as open_:
        writing = _Writing(generation, folder, open_)
        for count, described in enumerate(everything(generation), 1):
            writing.add(described)
            if not count % 1000:
                progress("dump", count)
        writing.add_catalogue(head())
        files = writing.end()
    (folder / METADATA).write_text(json.dumps(tables.metadata(), indent=1, ensure_ascii=False), "utf-8")
    (folder / CHECKSUMS).write_text("".join(f"{each.sha256}  {each.name}\n" for each in files))
    return files


def _describe(generation: Generation, files: tuple[File, ...], made: datetime) -> DumpSet:
    manifest = generation.manifest
    sources = {name: _terms(state) for name, state in sorted(manifest.sources.items())}
    return DumpSet(manifest.number, manifest.content, manifest.base, manifest.sealed_at, made, sources, files)


def _terms(state: Mapping[str, Any]) -> dict[str, str]:
    """Under which licence a source gives its descriptions, and whom to name."""
    return {name: state[name] for name in ("licence", "attribution") if state.get(name)}


class _Writing:
    """The files of a set while they grow."""

    def __init__(self, generation: Generation, folder: Path, open_: ExitStack) -> None:
        self._left_out: list[Unwritable] = []
        self._packed: list[Packed] = []
        self._streams: list[tuple[Packed, Stream]] = []
        self._tables: dict[str, tuple[Packed, Table]] = {}
        self._listed: list[Row] = []
        iris = Iris(generation.manifest.base)
        self._catalogue = str(iris.catalogue)
        for form in SYNTAXES:
            packed = self._open(folder / f"{CATALOGUE}.{form.extension}{PACKED}", form.media_type, open_)
            self._streams.append((packed, Stream(form, packed.write, self._left_out)))
        for name in tables.columns():
            packed = self._open(folder / f"{name}.{CSV.extension}{PACKED}", CSV.media_type, open_)
            self._tables[name] = packed, Table(name, generation.store, iris, packed.write)

    def _open(self, path: Path, media_type: str, open_: ExitStack) -> Packed:
        packed = Packed(path, media_type)
        open_.callback(packed.close)
        self._packed.append(packed)
        return packed

    def add(self, described: Described) -> None:
        named, plain = _documents(described)
        (quads_file, quads_stream), *others = self._streams
        quads_stream.add(named)
        quads_file.count += sum(map(len, named.graphs.values()))
        if described.shown:
            for packed, stream in others:
                stream.add(plain)
                packed.count += len(plain.graphs[DEFAULT])
            self._list(described)
            self._add_row(described)
        self._left_out.clear()

    def _list(self, described: Described) -> None:
        """Note what the catalogue lists: resources, and our records of them."""
        node, entry = f"<{described.iri}>", described.entry
        if entry is None:
            is_record = (node, str(RDF.type), str(DCAT.CatalogRecord))
            if any(is_record in said for said in described.said.values()):
                self._listed.append((self._catalogue, str(DCAT.record), node))
        elif entry.kind in LISTED:
            self._listed.append((self._catalogue, str(LISTED[entry.kind]), node))

    def _add_row(self, described: Described) -> None:
        if described.entry is not None and described.entry.kind in self._tables:
            packed, table = self._tables[described.entry.kind]
            table.add(described, described.entry)
            packed.count += 1

    def add_catalogue(self, head: Iterable[Triple]) -> None:
        """The catalogue itself comes last, for then it is known what it lists."""
        told = rows(head)
        if told:
            self.add(Described(self._catalogue[1:-1], {DEFAULT: [*told, *self._listed]}))

    def end(self) -> tuple[File, ...]:
        for _, stream in self._streams:
            stream.end()
        return tuple(packed.end() for packed in self._packed)


def _documents(described: Described) -> tuple[Document, Document]:
    """The same with its graphs and without: sorting takes long, and is done once."""
    if len(described.said) == 1:
        ((graph, said),) = described.said.items()
        plain = arrange(((DEFAULT, row) for row in said), scoped=True)
        return Document({graph: plain.graphs[DEFAULT]}, plain.unwritable), plain
    named = arrange(((graph, row) for graph, said in described.said.items() for row in said), scoped=True)
    union = {row for graph_rows in named.graphs.values() for row in graph_rows}
    return named, Document({DEFAULT: sorted(union)}, named.unwritable)
