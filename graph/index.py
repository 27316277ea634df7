"""The search index of a generation: what searches, lists and facets are answered from."""

import os
import shutil
from pathlib import Path
from typing import Final

import tantivy

from graph.indexing.counts import count_all
from graph.indexing.document import Document, document
from graph.indexing.failing import telling, unusable
from graph.indexing.schema import FACETS, fields, names, register, schema
from graph.indexing.search import DEEPEST, Hit, Hits, Match, Searcher, Sort, Suggestion

__all__ = [
    "DEEPEST", "FACETS", "Document", "Hit", "Hits", "IndexWriter", "Match", "Searcher", "Sort", "Suggestion", "clone",
    "document", "is_outdated",
]  # fmt: skip

HEAP: Final = 128_000_000
"""Bytes that wait in memory before a segment is written."""

_LOCK: Final = ".lock"


class IndexWriter:
    """The index of a draft; a new one is made where the folder holds none. Nothing counts before `commit`."""

    def __init__(self, path: Path) -> None:
        path.mkdir(exist_ok=True)
        with telling(path):
            self._index = tantivy.Index(schema(), str(path), reuse=True)
        register(self._index)
        self._path = path
        self._open: tantivy.IndexWriter | None = None

    @property
    def _writer(self) -> tantivy.IndexWriter:
        if self._open is None:
            self._open = self._index.writer(HEAP, 1)
        return self._open

    def add(self, document: Document) -> None:
        """Add a record that is known to be new: half the price of `put`."""
        try:
            self._writer.add_document(_entry(document))
        except ValueError as error:
            raise unusable(self._path, error) from error

    def put(self, document: Document) -> None:
        """Add the record, in the place of what was there under its IRI."""
        try:  # not `with _telling`, which would take as long as the rest
            self._writer.delete_documents_by_term("iri", document.iri)
            self._writer.add_document(_entry(document))
        except ValueError as error:
            raise unusable(self._path, error) from error

    def delete(self, iri: str) -> None:
        with telling(self._path):
            self._writer.delete_documents_by_term("iri", iri)

    def commit(self) -> None:
        """Write all that was put and deleted, and count it; afterwards no thread of ours touches the folder."""
        if self._open is not None:
            with telling(self._path):
                self._open.commit()
            self._open.wait_merging_threads()  # this ends the writer: the next put opens another
            self._open = None
            with telling(self._path):
                count_all(self._path)


def _entry(document: Document) -> tantivy.Document:
    """Field by field: twice as quick as from a dictionary."""
    entry = tantivy.Document()
    entry.add_text("iri", document.iri)
    entry.add_text("kind", document.kind)
    entry.add_integer("modified", document.modified)
    for field, text in document.texts:
        entry.add_text(field, text)
    for facet, value in document.facets:
        entry.add_text(facet, value)
    for language, order in document.orders:
        entry.add_text(f"order_{language}", order)
    return entry


def is_outdated(path: Path) -> bool:
    """Whether an older program made the index, with other fields. Raises StoreError for a damaged one."""
    with telling(path):
        return (path / "meta.json").exists() and fields(path) != names()


def clone(source: Path, target: Path) -> None:
    """A second index with the same content, which can be changed without a trace in the first.

    Segments never change once written, so they are hard-linked; the JSON files are replaced at a commit, so they are
    copied; locks are left behind, for two indexes that share one would wait for each other.
    """
    target.mkdir()
    for file in source.iterdir():
        if file.suffix == _LOCK:
            continue
        if file.suffix == ".json":
            shutil.copyfile(file, target / file.name)
        else:
            os.link(file, target / file.name)
