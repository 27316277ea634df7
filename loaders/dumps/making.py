"""A set of dumps of the published generation, written by two processes at the same time: reading is cheap, writing not.

Each reads the whole generation, and writes its share of the files.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Triple

from graph.collector import settle
from graph.errors import StoreError, Unwritable
from graph.formats import CSV, JSON_LD, N_QUADS, TURTLE, RdfForm
from graph.generations import Generation, Generations
from graph.iris import Iris
from graph.serialisation.properties import Row
from graph.serialisation.statements import DEFAULT, Document, arrange, rows
from graph.serialise import Stream
from loaders.background import beside
from loaders.dumps import tables
from loaders.dumps.contents import Described, everything
from loaders.dumps.packing import Packed
from loaders.dumps.references import References
from loaders.dumps.sets import Dumps, DumpSet, File
from loaders.dumps.tables import Table
from queries.selections import LISTED
from vocabularies.namespaces import DCAT, RDF

CATALOGUE: Final = "catalogue"
"""What the files with statements are called, before their extension."""

METADATA: Final = "csv-metadata.json"
CHECKSUMS: Final = "SHA256SUMS"
PACKED: Final = ".gz"


@dataclass(frozen=True, slots=True)
class Share:
    """The files that one process writes. N-Quads alone tells of vocabularies and of what is gone."""

    syntaxes: tuple[RdfForm, ...]
    tables: bool = False


SHARES: Final = (Share((N_QUADS,), tables=True), Share((TURTLE, JSON_LD)))

Head = Callable[[int], Iterable[Triple]]
"""Given the number of the generation."""

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
    head: Head = lambda _number: (),
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


def _write(generation: Generation, folder: Path, head: Head, progress: Progress) -> tuple[File, ...]:
    told = rows(head(generation.number))
    others = range(1, len(SHARES))
    with beside(len(others)) as pool:
        begun = [pool.submit(_write_elsewhere, generation.path, folder, share, told) for share in others]
        written = _write_share(generation, folder, SHARES[0], told, progress)
        written += tuple(file for each in begun for file in each.result())
    files = tuple(sorted(written, key=lambda file: not file.name.startswith(CATALOGUE)))
    (folder / METADATA).write_text(json.dumps(tables.metadata(), indent=1, ensure_ascii=False), "utf-8")
    (folder / CHECKSUMS).write_text("".join(f"{each.sha256}  {each.name}\n" for each in files))
    return files


def _write_elsewhere(generation: Path, folder: Path, share: int, head: Sequence[Row]) -> tuple[File, ...]:
    """In another process, to which no syntax can be sent: `share` is its place."""
    settle()
    with Generation(generation) as opened:
        return _write_share(opened, folder, SHARES[share], head, lambda _step, _done: None)


def _write_share(
    generation: Generation, folder: Path, share: Share, head: Sequence[Row], progress: Progress
) -> tuple[File, ...]:
    with ExitStack() as open_:
        writing = _Writing(generation, folder, share, open_)
        for count, described in enumerate(everything(generation), 1):
            writing.add(described)
            if not count % 1000:
                progress("dump", count)
        writing.add_catalogue(head)
        return writing.end()


def _describe(generation: Generation, files: tuple[File, ...], made: datetime) -> DumpSet:
    manifest = generation.manifest
    sources = {name: _terms(state) for name, state in sorted(manifest.sources.items())}
    return DumpSet(manifest.number, manifest.content, manifest.base, manifest.sealed_at, made, sources, files)


def _terms(state: Mapping[str, Any]) -> dict[str, str]:
    """Under which licence a source gives its descriptions, and whom to name."""
    return {name: state[name] for name in ("licence", "attribution") if state.get(name)}


class _Writing:
    """The files of a set while they grow."""

    def __init__(self, generation: Generation, folder: Path, share: Share, open_: ExitStack) -> None:
        self._left_out: list[Unwritable] = []
        self._packed: list[Packed] = []
        self._quads: list[tuple[Packed, Stream]] = []
        """The syntax that names graphs, where the share has it."""
        self._plain: list[tuple[Packed, Stream]] = []
        """The others, each to be judged by itself."""
        self._tables: dict[str, tuple[Packed, Table]] = {}
        self._listed: list[Row] = []
        self._references = References(generation.store)
        iris = Iris(generation.manifest.base)
        self._catalogue = str(iris.catalogue)
        for form in share.syntaxes:
            packed = self._open(folder / f"{CATALOGUE}.{form.extension}{PACKED}", form.media_type, open_)
            streams = self._quads if form is N_QUADS else self._plain
            streams.append((packed, Stream(form, packed.write, self._left_out)))
        for name in tables.columns() if share.tables else ():
            packed = self._open(folder / f"{name}.{CSV.extension}{PACKED}", CSV.media_type, open_)
            self._tables[name] = packed, Table(name, generation.store, iris, packed.write)

    def _open(self, path: Path, media_type: str, open_: ExitStack) -> Packed:
        packed = Packed(path, media_type)
        open_.callback(packed.close)
        self._packed.append(packed)
        return packed

    def add(self, described: Described) -> None:
        named, plain = _documents(described)
        for packed, stream in self._quads:
            stream.add(named)
            packed.count += sum(map(len, named.graphs.values()))
        if described.shown:
            if self._plain:
                self._write_plain(self._references.completed(plain))
            self._list(described)
            self._add_row(described)
        self._left_out.clear()

    def _write_plain(self, document: Document) -> None:
        for packed, stream in self._plain:
            stream.add(document)
            packed.count += len(document.graphs[DEFAULT])

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

    def add_catalogue(self, head: Sequence[Row]) -> None:
        """The catalogue itself comes last, for then it is known what it lists."""
        if head:
            self.add(Described(self._catalogue[1:-1], {DEFAULT: [*head, *self._listed]}))

    def end(self) -> tuple[File, ...]:
        if self._plain:
            for document in self._references.rest():
                self._write_plain(document)
        for _, stream in (*self._quads, *self._plain):
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
