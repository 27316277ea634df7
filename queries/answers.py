"""Answers of the library as bytes: a gzipped file for each question and form, so that serving one evaluates nothing."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store, parse_query_results

from graph.errors import NotFound, QueryParameterError
from graph.formats import JSON, RESULT_FORMATS, ResultForm
from queries.headers import Query
from queries.library import load, names, run

FOLDER: Final = "queries"
"""Where the answers are, in the folder of what a generation has prepared."""

_LEVEL: Final = 2
"""Of compression: answers are lists of similar rows, which shrink to a twentieth at once and little further."""


def preparable() -> list[Query]:
    """The questions that are answered at each publication."""
    return [query for query in map(load, names()) if query.preparable and not query.dear]


def rows(store: Store, query: Query) -> bytes:
    """The answer of a question without parameters, as SPARQL results in JSON."""
    answer = run(store, query, {})
    if not isinstance(answer, QuerySolutions):
        raise QueryParameterError(f"{query.name} is no SELECT query")
    return answer.serialize(format=JSON.engine) or b""


def in_all_forms(told: bytes) -> Mapping[str, bytes]:
    """The same answer in each form it may be asked for, by the form's name, gzipped; the same bytes at any time."""
    return {form.name: gzip.compress(_as(told, form), _LEVEL, mtime=0) for form in RESULT_FORMATS}


def _as(told: bytes, form: ResultForm) -> bytes:
    if form is JSON:
        return told
    again = parse_query_results(told, QueryResultsFormat.JSON)
    if not isinstance(again, QuerySolutions):
        raise TypeError(again)
    return again.serialize(format=form.engine) or b""


def keep(told: bytes, name: str, folder: Path) -> None:
    """Write an answer in all forms below the folder of what is prepared."""
    for form, packed in in_all_forms(told).items():
        path = _path(folder, name, form)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(packed)


def kept(folder: Path, name: str, form: str) -> bytes:
    """A prepared answer in a form, gzipped. Raises NotFound where it was not prepared."""
    try:
        return _path(folder, name, form).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("prepared answer", name) from error


def _path(folder: Path, name: str, form: str) -> Path:
    return folder / FOLDER / f"{name}.{form}.gz"
