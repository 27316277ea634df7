"""Foreign rows: read from an endpoint's answer, checked, and written as VALUES. Only ever inside the cage."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    Triple,
    Variable,
    parse_query_results,
)

from graph.errors import QueryRefused, QueryServiceFailed
from graph.serving.messages import Foreign

_PIECE: Final = 1 << 20

Row = Sequence[NamedNode | Literal | None]
NOTHING_KNOWN: Final[tuple[Row, ...]] = ((),)


def values(names: Sequence[str], rows: Iterable[Row]) -> str:
    """VALUES on one line, spaces around; a row that is too short has no more values."""
    body = " ".join(f"({' '.join(_written(row, len(names)))})" for row in rows)
    return f" VALUES ({' '.join(f'?{name}' for name in names)}) {{ {body} }} "


def _written(row: Row, width: int) -> Iterator[str]:
    for term in (*row, *[None] * (width - len(row))):
        yield "UNDEF" if term is None else str(term)


def taken(foreign: Foreign) -> Iterator[bytes | None]:
    """The answer to each block, None for one that may be missing."""
    start = 0
    for length in foreign.lengths or ():
        if length is None:
            yield None
            continue
        yield _read(foreign.handle, start, length)
        start += length


def _read(handle: int | None, start: int, length: int) -> bytes:
    """Read at a place of its own: the file is the asker's too."""
    pieces: list[bytes] = []
    left = length
    while handle is not None and left and (piece := os.pread(handle, min(left, _PIECE), start + length - left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def parsed(answer: bytes, endpoint: str, names: Sequence[str], most: int) -> Sequence[Row]:
    """The rows of an answer. Raises QueryServiceFailed where it is none, QueryRefused where they cannot be joined."""
    try:
        solutions = parse_query_results(answer, format=QueryResultsFormat.JSON)
        if not isinstance(solutions, QuerySolutions):
            raise QueryServiceFailed(endpoint, "it said yes or no where rows were asked for")
        unknown = {variable.value for variable in solutions.variables} - set(names)
        if unknown:
            raise QueryServiceFailed(endpoint, f"it sent a column that was not asked for, {min(unknown)!r}")
        columns = [(name, Variable(name)) for name in names if Variable(name) in solutions.variables]
        return list(_checked(solutions, columns, endpoint, names, most))
    except (SyntaxError, ValueError, OSError) as error:
        raise QueryServiceFailed(endpoint, f"what it sent is no SPARQL result in JSON ({error})") from error


def _checked(
    solutions: QuerySolutions, columns: Sequence[tuple[str, Variable]], endpoint: str, names: Sequence[str], most: int
) -> Iterator[Row]:
    known = dict(columns)
    for number, solution in enumerate(solutions, 1):
        if number > most:
            raise QueryRefused(
                f"SERVICE <{endpoint}> gives more than {most} rows, which is the most that is taken from another "
                "endpoint: make the block more special, or put LIMIT in a sub-query of it"
            )
        yield [_term(solution, known.get(name), endpoint) for name in names]


def _term(solution: QuerySolution, column: Variable | None, endpoint: str) -> NamedNode | Literal | None:
    term = None if column is None else solution[column]
    if isinstance(term, BlankNode | Triple):
        what = "a blank node" if isinstance(term, BlankNode) else "a triple"
        raise QueryRefused(
            f"SERVICE <{endpoint}> gives {what} as ?{column.value if column else ''}, which means nothing outside its "
            "answer: ask for IRIs and literals, for instance with FILTER(!isBlank(…)) in the block"
        )
    return term
