"""The search index of a generation: what searches, lists and facets are answered from."""

import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol, cast

import tantivy

from graph.errors import StoreError
from graph.indexing.document import Document, document
from graph.indexing.question import Questions, check_facet
from graph.indexing.schema import FACETS, LANGUAGES, ORDER_OF, OTHER, analyzers, register, schema

__all__ = ["FACETS", "Document", "Hit", "Hits", "IndexWriter", "Match", "Searcher", "Sort", "clone", "document"]

HEAP: Final = 128_000_000
"""Bytes that wait in memory before a segment is written."""

DEEPEST: Final = 10_000
"""How far into the hits a list can be read: all before the wanted page is held in memory."""

Sort = Literal["relevance", "modified", "title"]

_LOCK: Final = ".lock"
_MOST_FREQUENT: Final = {"_count": "desc"}
_NO_FILTERS: Final[Mapping[str, Collection[str]]] = {}
DEFAULT_LANGUAGE: Final = "en"


class IndexWriter:
    """The index of a draft; a new one is made where the folder holds none. Nothing counts before `commit`."""

    def __init__(self, path: Path) -> None:
        path.mkdir(exist_ok=True)
        with _telling(path):
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
            raise _unusable(self._path, error) from error

    def put(self, document: Document) -> None:
        """Add the record, in the place of what was there under its IRI."""
        try:  # not `with _telling`, which would take as long as the rest
            self._writer.delete_documents_by_term("iri", document.iri)
            self._writer.add_document(_entry(document))
        except ValueError as error:
            raise _unusable(self._path, error) from error

    def delete(self, iri: str) -> None:
        with _telling(self._path):
            self._writer.delete_documents_by_term("iri", iri)

    def commit(self) -> None:
        """Write all that was put and deleted; afterwards no thread of ours touches the folder."""
        if self._open is not None:
            with _telling(self._path):
                self._open.commit()
            self._open.wait_merging_threads()  # this ends the writer: the next put opens another
            self._open = None


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Tantivy says everything by ValueError: a full disk, another schema, a damaged file."""
    try:
        yield
    except ValueError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: ValueError) -> StoreError:
    return StoreError(f"the search index in {path}: {error}; `catalograph rebuild` makes it anew")


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


@dataclass(frozen=True, slots=True)
class Hit:
    iri: str
    kind: str


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of `total` hits; `facets` holds, for each facet asked for, its most frequent values and their counts."""

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Match:
    """A record that words were found in; `language` is that of the texts that meet them best, one of LANGUAGES."""

    iri: str
    kind: str
    score: float
    language: str


class _Counted(Protocol):
    """What tantivy's type stubs leave out of SearchResult."""

    count: int


class Searcher:
    """Reads the index of a sealed generation; may be used by several threads."""

    def __init__(self, path: Path) -> None:
        with _telling(path):
            index = tantivy.Index.open(str(path))
            self._searcher = index.searcher()
        self._questions = Questions(index.schema, analyzers())

    def search(
        self,
        text: str = "",
        *,
        kind: str | None = None,
        filters: Mapping[str, Collection[str]] = _NO_FILTERS,
        sort: Sort = "relevance",
        language: str = DEFAULT_LANGUAGE,
        offset: int = 0,
        limit: int = 20,
        facets: Collection[str] = (),
        most_values: int = 20,
    ) -> Hits:
        """All words of the text in any language, all filters (of one filter's values any).

        Without a text, relevance is the date of modification. `language` is the reader's, for sorting by title. Hits
        beyond the first DEEPEST are counted only. Raises ValueError for a filter or facet that is none of FACETS.
        """
        for facet in facets:
            check_facet(facet)
        query = self._questions.ask(text, kind, filters)
        start = min(max(offset, 0), DEEPEST)
        size = min(max(limit, 0), DEEPEST - start)
        field, order = _order(text, sort, language)
        found = self._searcher.search(query, max(size, 1), offset=start, order_by_field=field, order=order)
        hits = tuple(self._hit(address) for _, address in found.hits[:size])
        return Hits(cast("_Counted", found).count, hits, self._facets(query, facets, most_values))

    def matches(self, text: str, *, kind: str | None = None, language: str | None = None, limit: int) -> list[Match]:
        """The records that have all the words, in any language or in one; those that meet them best, the best first.

        A text without a language counts for each that has stems.
        """
        query = self._questions.ask(text, kind, {}, LANGUAGES if language is None else (language,))
        found = self._searcher.search(query, limit, count=False).hits
        hits = [(_score(score), _place(address), self._hit(address)) for score, address in found]
        best = {} if language else self._languages(text, [hit.iri for _, _, hit in hits])
        return [Match(hit.iri, hit.kind, score, language or best.get(place, OTHER)) for score, place, hit in hits]

    def _languages(self, text: str, iris: Collection[str]) -> dict[tuple[int, int], str]:
        """In which language each of the records meets the words best, by its place in the index."""
        best: dict[tuple[int, int], tuple[float, str]] = {}
        for language in LANGUAGES if iris else ():
            query = self._questions.of_these(text, iris, language)
            for score, address in self._searcher.search(query, len(iris), count=False).hits:
                if _score(score) > best.get(_place(address), (0.0, ""))[0]:
                    best[_place(address)] = (_score(score), language)
        return {place: language for place, (_, language) in best.items()}

    def _hit(self, address: tantivy.DocAddress) -> Hit:
        stored = self._searcher.doc(address)
        return Hit(str(stored.get_first("iri")), str(stored.get_first("kind")))

    def _facets(
        self, query: tantivy.Query, facets: Collection[str], most: int
    ) -> dict[str, tuple[tuple[str, int], ...]]:
        if not facets:
            return {}
        asked = {facet: {"terms": {"field": facet, "size": most, "order": _MOST_FREQUENT}} for facet in facets}
        answer = self._searcher.aggregate(query, asked)
        return {
            facet: tuple((str(bucket["key"]), int(bucket["doc_count"])) for bucket in answer[facet]["buckets"])
            for facet in facets
        }


def _score(told: object) -> float:
    return float(cast("float", told))


def _place(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def _order(text: str, sort: Sort, language: str) -> tuple[str | None, tantivy.Order]:
    if sort == "title":
        return ORDER_OF.get(language, ORDER_OF[DEFAULT_LANGUAGE]), tantivy.Order.Asc
    if sort == "modified" or not text.strip():
        return "modified", tantivy.Order.Desc
    return None, tantivy.Order.Desc


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
