"""What the commands write: answers, exports, listings."""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, Triple

from graph.errors import FormatError, NotFound, StoreError
from graph.formats import CSV, RDF_FORMATS, RESULT_FORMATS, TSV, Format, by_extension, by_name
from graph.generations import Generation, Generations
from graph.serialise import serialise, serialise_records
from graph.store import closure
from queries.library import Answer, read, run_named, run_text
from vocabularies.concepts import Concepts

_F = TypeVar("_F", bound=Format)


def form_of(name: str, offered: Sequence[_F]) -> _F:
    """A form by its name or extension. Raises FormatError naming those there are."""
    found = by_name(name, offered) or by_extension(name, offered)
    if found is None:
        known = ", ".join(form.extensions[0] for form in offered)
        raise FormatError(name, f"is no format to write here; there are {known}")
    return found


def answer(generations: Generations, name: str, params: Mapping[str, str], form: str) -> bytes:
    """The answer to a query of the library, or of a `.rq` file, on the published generation."""
    with generations.current() as generation:
        return _written(_asked(generation, name, params), form)


def _asked(generation: Generation, name: str, params: Mapping[str, str]) -> Answer:
    path = Path(name)
    if path.suffix != ".rq":
        return run_named(generation.store, name, params)
    try:
        return run_text(generation.store, read(name, path.read_text("utf-8")), params)
    except (OSError, UnicodeDecodeError) as error:
        raise NotFound("query file", name) from error


def _written(found: Answer, name: str) -> bytes:
    if isinstance(found, QueryTriples):
        return serialise(found, form_of("ttl" if name == "csv" else name, RDF_FORMATS))
    form = form_of(name, RESULT_FORMATS)
    if isinstance(found, QueryBoolean) and form in {CSV, TSV}:  # which have no form for it
        return f"{str(bool(found)).lower()}\n".encode()
    return found.serialize(format=form.engine) or b""


def export_to(generations: Generations, name: str, output: Path | None) -> None:
    """Write every published record, in the order of their IRIs; a file appears whole or not at all."""
    form = form_of(name, RDF_FORMATS)
    with generations.current() as generation, _output(output) as out:
        serialise_records(_records(generation), form, out)


def _records(generation: Generation) -> Iterator[list[Triple]]:
    for iri, versions in generation.ledger.walk():
        if any(entry.owned and entry.graph.startswith("source/") for entry in versions):
            yield closure(generation.store, NamedNode(iri))


@contextmanager
def _output(path: Path | None) -> Iterator[BinaryIO]:
    if path is None:
        yield sys.stdout.buffer
        return
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as out:
            yield cast("BinaryIO", out)
        Path(out.name).replace(path)
    except OSError as error:
        raise StoreError(f"{path} could not be written: {error.strerror}") from error


def vocabulary_lines() -> Iterator[str]:
    """One line per authority table: name, version, concepts, whether complete."""
    for table in Concepts.load().tables:
        share = "complete" if table.complete else f"{len(table.concepts)} of {table.entities}"
        yield f"{table.name:30} {table.version or table.modified:14} {len(table.concepts):6} concepts, {share}"


def generation_lines(generations: Generations) -> Iterator[str]:
    """One line per generation kept, oldest first; a star marks the one that readers see."""
    current = generations.current_number()
    for number in generations.numbers():
        with generations.open(number) as generation:
            sealed = generation.manifest.sealed_at
            total = sum(generation.manifest.graphs.values())
            mark = "*" if number == current else " "
            told = f"{sealed:%Y-%m-%d %H:%M:%S} UTC  {total:>12,} triples  {generation.manifest.reason}"
            yield f"{mark} {number:06d}  {told}"
