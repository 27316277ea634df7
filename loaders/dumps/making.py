"""A set of dumps of the published generation: read once, written in all syntaxes and tables at the same time."""

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from graph.errors import StoreError, Unwritable
from graph.formats import CSV, JSON_LD, N_QUADS, TURTLE
from graph.generations import Generation, Generations
from graph.iris import Iris
from graph.serialisation.statements import DEFAULT, Document, gather
from graph.serialise import Stream
from loaders.dumps import tables
from loaders.dumps.contents import Described, everything, quads
from loaders.dumps.packing import Packed
from loaders.dumps.sets import Dumps, DumpSet, File
from loaders.dumps.tables import Table

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
    progress: Progress = lambda _step, _done: None,
) -> Made:
    """Make the set of the published generation unless there is one, and remove what is more than `kept` sets.

    Raises NotFound when nothing is published, StoreError where nothing can be written.
    """
    dumps = Dumps(data)
    with dumps.alone(), Generations(data).current() as generation:
        fresh = not dumps.exists(generation.number)
        if fresh:
            with dumps.making(generation) as folder:
                _write(generation, folder, clock, progress)
        dumps.retain(kept, clock())
        dumped = dumps.find(generation.number)
        if dumped.content != generation.manifest.content:
            raise StoreError(f"{dumps.path(dumped.number)} is of another portal's generation: move it away")
        return Made(dumped, fresh)


def _write(generation: Generation, folder: Path, clock: Callable[[], datetime], progress: Progress) -> None:
    manifest = generation.manifest
    with ExitStack() as open_:
        writing = _Writing(generation, folder, open_)
        for count, described in enumerate(everything(generation), 1):
            writing.add(described)
            if not count % 1000:
                progress("dump", count)
        files = writing.end()
    (folder / METADATA).write_text(json.dumps(tables.metadata(), indent=1, ensure_ascii=False), "utf-8")
    (folder / CHECKSUMS).write_text("".join(f"{each.sha256}  {each.name}\n" for each in files))
    DumpSet(
        number=generation.number,
        content=manifest.content,
        base=manifest.base,
        sealed=manifest.sealed_at,
        made=clock(),
        sources={name: _terms(state) for name, state in sorted(manifest.sources.items())},
        files=files,
    ).write(folder)


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
        iris = Iris(generation.manifest.base)
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
            self._add_row(described)
        self._left_out.clear()

    def _add_row(self, described: Described) -> None:
        if described.entry is not None and described.entry.kind in self._tables:
            packed, table = self._tables[described.entry.kind]
            table.add(described, described.entry)
            packed.count += 1

    def end(self) -> tuple[File, ...]:
        for _, stream in self._streams:
            stream.end()
        return tuple(packed.end() for packed in self._packed)


def _documents(described: Described) -> tuple[Document, Document]:
    """The same with its graphs and without: sorting and typing takes long, and is done once."""
    if len(described.said) == 1:
        ((graph, said),) = described.said.items()
        plain = gather(said, named_graphs=False, scoped=True)
        return Document({str(graph): plain.graphs[DEFAULT]}, plain.unwritable), plain
    named = gather(quads(described), named_graphs=True, scoped=True)
    union = {row for graph_rows in named.graphs.values() for row in graph_rows}
    return named, Document({DEFAULT: sorted(union)}, named.unwritable)
