"""A crawl from page to page reads one generation, whatever is published meanwhile: its links name it."""

from typing import Final

from flask import request

from api.portal import portal, read_at, view
from api.views import View
from graph.errors import GenerationGone, HarvestParameterError, NotFound, PageNotFound

PARAMETER: Final = "generation"
"""What the links of a page carry; the first page may be asked for without, and is then of the current generation."""

_DIGITS: Final = 9


def bound(first: str) -> View:
    """The generation that the request names, else the current one; the whole request reads it.

    `first` is the path of the first page, with its parameters. Raises HarvestParameterError for what is no number,
    PageNotFound for a generation that is yet to come, and GenerationGone; both lead to the first page.
    """
    text = request.args.get(PARAMETER)
    if text is None:
        return view()
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise HarvestParameterError(f"{PARAMETER} must be the number of a generation, not {text[:20]!r}")
    return at(int(text), first)


def at(number: int, first: str) -> View:
    """The generation with that number, for the whole request; see `bound`."""
    try:
        return read_at(number)
    except GenerationGone as gone:
        raise GenerationGone(number, f"{portal().iris.base}{first}") from gone
    except NotFound as error:
        told = f"those that were published are numbered from 1 to {view().number}"
        raise PageNotFound("generation", str(number), told, f"{portal().iris.base}{first}") from error
