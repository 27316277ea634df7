"""Why a query has no answer, as its page tells it: in the reader's language, with the place in the text."""

from typing import Any, Final

from api.contexts import Problem
from api.filters import number, size
from api.portal import gettext, language, portal
from api.querying import Mistake, Refusal

_AROUND: Final = 3
"""Lines of the query shown on each side of a mistake."""
_WIDEST: Final = 1000
"""Characters of such a line."""


def refusal(query: str, told: Problem) -> Refusal:
    line, column = told.extra.get("line"), told.extra.get("column")
    mistake = _mistake(query, line, column) if isinstance(line, int) and isinstance(column, int) else None
    return Refusal(_reason(told, mistake), told, mistake)


def _mistake(query: str, line: int, column: int) -> Mistake | None:
    """The lines around it; None where the query has no such line."""
    lines = query.splitlines() or [""]
    if not 1 <= line <= len(lines):
        return None
    numbered = [(place, shown[:_WIDEST]) for place, shown in enumerate(lines, 1)]
    bad = numbered[line - 1][1]
    place = max(0, min(column - 1, len(bad)))
    before, behind = numbered[max(0, line - 1 - _AROUND) : line - 1], numbered[line : line + _AROUND]
    return Mistake(line, column, tuple(before), bad[:place], bad[place:], tuple(behind))


def _reason(told: Problem, mistake: Mistake | None) -> str:
    """Why there is no answer and what can be done, in the reader's language; empty where only the service can say."""
    if mistake is not None:
        text = gettext("The query cannot be read from line %(line)s, column %(column)s on.")
        return text % {"line": mistake.line, "column": mistake.column}
    reasons: dict[int, Any] = {413: _too_long, 422: _too_large, 429: _too_much, 503: _busy, 504: _too_slow}
    found = reasons.get(int(told.status))
    return str(found(told)) if found else ""


def _too_long(told: Problem) -> str:
    text = gettext("The query is longer than the %(size)s that are read here. Please ask in several queries.")
    return text % {"size": _size(told.extra.get("limit", 0))}


def _too_large(told: Problem) -> str:
    if "memory" in str(told.extra.get("unit")):
        text = gettext("The query needs more than %(size)s of memory. Please ask for less: a filter, or fewer joins.")
    else:
        text = gettext(
            "The answer is larger than %(size)s. Please ask for less, in parts by LIMIT and OFFSET, or take a dump."
        )
    return text % {"size": _size(told.extra.get("limit", 0))}


def _too_much(told: Problem) -> str:
    text = gettext("You have asked for much within a short time. Please try again in %(seconds)s seconds.")
    return text % {"seconds": told.retry_after or 60}


def _busy(told: Problem) -> str:
    text = gettext("The service is busy. Please try again in %(seconds)s seconds.")
    return text % {"seconds": told.retry_after or 5}


def _too_slow(told: Problem) -> str:
    text = gettext("The query took longer than %(seconds)s seconds and was stopped. Please ask for less, or in parts.")
    return text % {"seconds": _number(told.extra.get("seconds", portal().settings.query_seconds))}


def _number(value: float) -> str:
    return number(value, portal().languages.locales[language()])


def _size(value: int) -> str:
    return size(value, portal().languages.locales[language()])
