"""Readable refusals of updates and federation. A courtesy: what really holds is the cage, which has no sockets."""

import re
from typing import Final

from pyoxigraph import Store

from graph.errors import QueryRefused, QuerySyntaxError

_SERVICE: Final = re.compile(r"service", re.IGNORECASE)
_POSITION: Final = re.compile(r"error at ([0-9]+):([0-9]+): (.*)", re.DOTALL)
_PROLOGUE: Final = re.compile(r"(?:\s|#[^\r\n]*|base\s*<[^>]*>|prefix\s*[^\s:<>]*:\s*<[^>]*>)*", re.IGNORECASE)
_UPDATE: Final = re.compile(r"(?:insert|delete|load|clear|drop|create|add|move|copy|with)\b", re.IGNORECASE)

ELSEWHERE: Final = "ask it from an endpoint or client that federates, or load both data sets"


def syntax_error(text: str, error: SyntaxError) -> QuerySyntaxError | QueryRefused:
    """What to tell about a text the parser refused: that it is an update, or where it went wrong and why."""
    start = _PROLOGUE.match(text)
    word = _UPDATE.match(text, start.end() if start else 0)
    if word:
        return QueryRefused(
            f"this endpoint answers queries only; {word.group().upper()} is an update (line "
            f"{_line(text, word.start())}, column {_column(text, word.start())})"
        )
    found = _POSITION.fullmatch(str(error))
    if found is None:
        return QuerySyntaxError(str(error))
    return QuerySyntaxError(found[3], int(found[1]), int(found[2]))


def refuse_service(text: str, empty: Store, base: str | None = None) -> None:
    """Raise QueryRefused when the query, which parses, calls another endpoint.

    The parser itself is the judge: each `service` is respelled `zervice`. In an IRI, a string, a comment, a variable
    or a prefixed name that changes nothing about the syntax; as the keyword it is then a syntax error, at its place.
    """
    if not _SERVICE.search(text):
        return
    fault = parse_fault(_SERVICE.sub(_respell, text), empty, base)
    if fault is not None and parse_fault(text, empty, base) is None:
        found = _POSITION.fullmatch(str(fault))
        where = f" (line {found[1]}, near column {found[2]})" if found else ""
        raise QueryRefused(f"SERVICE is not answered here{where}: this endpoint does not call others; {ELSEWHERE}")


def refused(line: int, column: int, reason: str) -> QueryRefused:
    """Why the SERVICE block at this place is not answered."""
    return QueryRefused(f"SERVICE is not answered here (line {line}, column {column}): {reason}")


def parse_fault(text: str, empty: Store, base: str | None = None) -> SyntaxError | None:
    """The parser's objection; the query runs on nothing, since the store has no call that only parses."""
    try:
        empty.query(text, base_iri=base)
    except SyntaxError as error:
        return error
    except (OSError, RuntimeError, ValueError):
        pass  # it parsed; whatever else is wrong comes out when it runs for good
    return None


def _respell(word: re.Match[str]) -> str:
    """Another word of the same length and the same capitals, so that names that differed still do."""
    text = word.group()
    return ("Z" if text[0] == "S" else "z") + text[1:]


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _column(text: str, place: int) -> int:
    return place - text.rfind("\n", 0, place)
