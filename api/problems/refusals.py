"""Why a query has no answer, as its page tells it: in the reader's language, with its place in the text."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from api.contexts.pages import Problem
from api.contexts.querying import Mistake, Refusal
from api.portal import gettext, language, portal, urls
from api.presenting.filters import number, size

_AROUND: Final = 3
"""Lines of the query shown on each side of a mistake."""
_WIDEST: Final = 1000
"""Characters of such a line."""

_PLACE: Final = re.compile(r"\(line (\d+), (?:near )?column (\d+)\)")


def refusal(query: str, told: Problem) -> Refusal:
    mistake = _mistake(query, *_place(told))
    kind, spoken = told.kind, language()
    if kind is None:
        return Refusal(_reason(told, mistake) or told.title, told, mistake)
    ways = tuple((way.titles[spoken], _address(way.href)) for way in kind.ways)
    return Refusal(_reason(told, mistake) or kind.titles[spoken], told, mistake, kind.advice[spoken], ways)


def _address(href: str) -> str:
    """A page in the reader's language; a document, and what is elsewhere, as it is."""
    if not href.startswith("/"):
        return href
    return urls().resource(href) if "." in href else urls().page(href)


def _place(told: Problem) -> tuple[int, int]:
    """Line and column, as data or as the reason names them; zero where it names none."""
    found = _PLACE.search(told.detail)
    line, column = (int(found[1]), int(found[2])) if found else (0, 0)
    return int(told.extra.get("line", line)), int(told.extra.get("column", column))


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
    """What happened, with its numbers; empty where there are none to tell."""
    if mistake is not None and "line" in told.extra:
        text = gettext("The query cannot be read from line %(line)s, column %(column)s on.")
        return text % {"line": mistake.line, "column": mistake.column}
    found = _REASONS.get(int(told.status))
    return found(told) if found and told.kind else ""


def _too_long(told: Problem) -> str:
    text = gettext("The query is longer than the %(size)s that are read here.")
    return text % {"size": _size(told.extra.get("limit", 0))}


def _too_large(told: Problem) -> str:
    if "memory" in str(told.extra.get("unit")):
        text = gettext("The query needs more than %(size)s of memory.")
    else:
        text = gettext("The answer is larger than %(size)s.")
    return text % {"size": _size(told.extra.get("limit", 0))}


def _too_much(told: Problem) -> str:
    text = gettext("You have asked for much within a short time. Please try again in %(seconds)s seconds.")
    return text % {"seconds": told.retry_after or 60}


def _busy(told: Problem) -> str:
    text = gettext("The service is busy. Please try again in %(seconds)s seconds.")
    return text % {"seconds": told.retry_after or 5}


def _too_slow(told: Problem) -> str:
    if told.extra.get("unit") != "seconds":  # another endpoint was late, not this one
        return ""
    text = gettext("The query took longer than %(seconds)s seconds and was stopped.")
    return text % {"seconds": number(told.extra["limit"], portal().languages.locales[language()])}


_REASONS: Final[Mapping[int, Callable[[Problem], str]]] = {
    413: _too_long,
    422: _too_large,
    429: _too_much,
    503: _busy,
    504: _too_slow,
}


def _size(value: int) -> str:
    return size(value, portal().languages.locales[language()])
