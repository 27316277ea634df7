"""What the commands write: answers, exports, listings."""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeVar, cast

from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, Triple

from graph.errors import FormatError, NotFound, StoreError
from graph.formats import CSV, RDF_FORMATS, RESULT_FORMATS, TSV, Format, by_extension, by_name
from graph.generations import Generation, Generations
from graph.iris import Iris
from graph.serialise import serialise, serialise_records
from graph.store import closure
from loaders import records
from queries.headers import read, topics
from queries.library import Answer, load, names, run_named, run_text
from vocabularies.concepts import Concepts, Table, tables

if TYPE_CHECKING:
    from loaders.renewal import Renewal

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


def question_lines(language: str) -> Iterator[str]:
    """The questions of the library by topic, each with its title."""
    for topic, labels in topics().items():
        yield labels[language]
        yield from (f"  {name:34} {load(name).titles[language]}" for name in names() if name.startswith(f"{topic}/"))


def about_lines(name: str, language: str) -> Iterator[str]:
    """What a question answers, what it takes and what its columns are. Raises NotFound."""
    query = load(name)
    yield query.titles[language]
    yield query.abouts[language]
    for parameter in query.parameters.values():
        needed = " *" if parameter.required else ""
        yield f"  --param {parameter.name}=…{needed}  {parameter.labels[language]} ({parameter.example})"
    yield from (f"  {column.name:18} {column.labels[language]}" for column in query.columns)


def _asked(generation: Generation, name: str, params: Mapping[str, str]) -> Answer:
    path = Path(name)
    if path.suffix != ".rq":
        return run_named(generation.store, name, params, lambda: generation.search)
    try:
        return run_text(generation.store, read(name, path.read_text("utf-8")), params, lambda: generation.search)
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
    """What sources say, each with our record of it; last, what our records name and no source describes."""
    store, iris = generation.store, Iris(generation.manifest.base)
    for iri, versions in generation.ledger.walk():
        owner = next((entry for entry in versions if entry.owned and entry.graph.startswith("source/")), None)
        if owner is not None:
            yield closure(store, NamedNode(iri))
            if records.has_record(owner):
                yield closure(store, NamedNode(records.record_iri(iris, owner)))
    for term in records.named_by_all(store, iris):
        owner = generation.ledger.get(term.value)
        if owner is None or not owner.graph.startswith("source/"):
            yield closure(store, term)


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


def vocabulary_lines(folder: Path, form: str) -> Iterator[str]:
    """The authority tables, those of the folder in place of ours; `form` is `text` or `json`."""
    concepts = Concepts.load(folder)
    ours = dict(tables())
    refreshed = {name for name, file in tables(folder) if file != ours.get(name)}
    told = [_told(table, concepts, refreshed=table.name in refreshed) for table in concepts.tables]
    if form == "json":
        yield json.dumps(told, ensure_ascii=False, indent=2)
        return
    rows = [_VOCABULARY_COLUMNS, *(_vocabulary_row(table) for table in told)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_VOCABULARY_COLUMNS) - 1)]
    for row in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]])
    if refreshed:
        yield f"* refreshed from a file, in {folder}"


_VOCABULARY_COLUMNS: Final = ("name", "version", "date", "concepts", "languages", "licence", "source")


def _told(table: Table, concepts: Concepts, *, refreshed: bool) -> dict[str, Any]:
    return {
        "name": table.name,
        "titles": table.titles,
        "scheme": table.scheme.value,
        "version": table.version,
        "date": table.modified,
        "concepts": len(table.concepts),
        "of": table.entities,
        "complete": table.complete,
        "languages": concepts.languages(table.name),
        "licence": table.licence,
        "source": table.source,
        "refreshed": refreshed,
    }


def _vocabulary_row(told: Mapping[str, Any]) -> tuple[str, ...]:
    count = f"{told['concepts']:,}"
    share = "" if told["complete"] else f" of {told['of']:,}" if told["of"] else ", not all"
    languages = " ".join(told["languages"])
    mark = "*" if told["refreshed"] else ""
    return (
        told["name"] + mark,
        told["version"],
        told["date"],
        count + share,
        languages,
        told["licence"],
        told["source"],
    )


def renewal_lines(renewal: "Renewal") -> Iterator[str]:
    """What came into a table and what went."""
    yield f"{renewal.name}: {renewal.concepts:,} concepts of version {renewal.version}; before it was {renewal.before}"
    for word, codes in (("came", renewal.came), ("went", renewal.went)):
        more = f" and {len(codes) - _MOST_CODES:,} more" if len(codes) > _MOST_CODES else ""
        yield f"{len(codes):,} {word}" + (f": {', '.join(codes[:_MOST_CODES])}{more}" if codes else "")


_MOST_CODES: Final = 20


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
