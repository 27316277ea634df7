"""Answers of the library as bytes, made once for a generation in all forms, so that serving one evaluates nothing."""

import gzip
import json
from collections.abc import Mapping
from functools import partial
from itertools import islice
from typing import Any, Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store, parse_query_results

from graph.errors import QueryParameterError
from graph.formats import JSON, RESULT_FORMATS, TSV, ResultForm
from graph.shelf import Kept, Shelf
from queries.headers import Query
from queries.library import load, names, run

PAGES: Final = "pages"
"""Beside the forms of results: the rows in blocks, of which a page of a long answer needs but one."""

BLOCK: Final = 50
"""Rows of a block."""

_MADE: Final = 2
"""Raised when the same rows are written otherwise."""

_LEVEL: Final = 2
"""Of compression: answers are lists of similar rows, which shrink to a twentieth at once and little further."""

_pack: Final = partial(gzip.compress, compresslevel=_LEVEL, mtime=0)


def preparable() -> list[Query]:
    """The questions that have but one answer in a generation."""
    return [query for query in map(load, names()) if query.preparable]


def rows(store: Store, query: Query) -> bytes:
    """The answer of a question without parameters, as SPARQL results in JSON."""
    answer = run(store, query, {})
    if not isinstance(answer, QuerySolutions):
        raise QueryParameterError(f"{query.name} is no SELECT query")
    return answer.serialize(format=JSON.engine) or b""


def in_all_forms(told: bytes) -> Mapping[str, bytes]:
    """The same answer in each form by name, gzipped, and in PAGES; the same bytes at any time."""
    forms = {form.name: _as(told, form) for form in RESULT_FORMATS}
    return {name: _pack(body) for name, body in forms.items()} | {PAGES: _in_pages(forms[TSV.name])}


def _as(told: bytes, form: ResultForm) -> bytes:
    if form is JSON:
        return told
    again = parse_query_results(told, QueryResultsFormat.JSON)
    if not isinstance(again, QuerySolutions):
        raise TypeError(again)
    return again.serialize(format=form.engine) or b""


def _in_pages(told: bytes) -> bytes:
    """A line with the number of rows and the length of each block, and behind it the blocks, gzipped.

    A block is a TSV document: that form has a line for each row, so that it is cut without being read.
    """
    head, *lines = told.splitlines(keepends=True)
    cut = [lines[first : first + BLOCK] for first in range(0, len(lines), BLOCK)]
    blocks = [_pack(head + b"".join(block)) for block in cut]
    return json.dumps([len(lines), *map(len, blocks)]).encode() + b"\n" + b"".join(blocks)


def page(pages: bytes, number: int) -> tuple[list[Mapping[str, Any]], int]:
    """The rows of one block, counted from 1, as SPARQL results in JSON have them, and how many there are in all."""
    head, _, blocks = pages.partition(b"\n")
    total, *lengths = json.loads(head)
    first = sum(islice(lengths, number - 1))
    found = blocks[first : first + lengths[number - 1]] if number <= len(lengths) else b""
    return _read(gzip.decompress(found)) if found else [], total


def _read(block: bytes) -> list[Mapping[str, Any]]:
    again = parse_query_results(block, QueryResultsFormat.TSV)
    if not isinstance(again, QuerySolutions):
        raise TypeError(again)
    told = json.loads(again.serialize(format=JSON.engine) or b"")
    return list(told["results"]["bindings"])


def keep(shelf: Shelf, query: Query, told: bytes) -> None:
    """Put an answer on the shelf in all forms; that of the pages is the last, so with it there are all."""
    for form, body in in_all_forms(told).items():
        shelf.put(_name(query, form), _recipe(query), body)


def kept(shelf: Shelf, query: Query, form: str) -> Kept | None:
    """An answer in a form as the shelf has it, gzipped but for PAGES; None where it has none."""
    return shelf.get(_name(query, form), _recipe(query))


def is_kept(shelf: Shelf, query: Query) -> bool:
    return all(kept(shelf, query, form) for form in (PAGES, *(form.name for form in RESULT_FORMATS)))


def _name(query: Query, form: str) -> str:
    return f"queries/{query.name}.{form}"


def _recipe(query: Query) -> str:
    return f"{_MADE} {query.text}"
