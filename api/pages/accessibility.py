"""The accessibility statement, and the account of the criteria of WCAG 2.2 on which it rests.

Its parts are those of the model in Commission Implementing Decision (EU) 2018/1523:
https://eur-lex.europa.eu/eli/dec_impl/2018/1523/oj.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Final

from flask import Response

from api.contexts.browsed import Accessibility, Criterion
from api.contexts.pages import Text
from api.languages import NEXT_BEST
from api.pages.about import answered
from api.portal import gettext, language, portal
from api.presenting.beside import mailbox

ASSESSED: Final = "2026-11-22"
"""When what the statement says was last found out; to be renewed together with what it says."""

AXE: Final = "4.14.1"
"""The version of axe-core that the tests ask."""

STATES: Final[Mapping[str, str]] = {
    "tested": "by automatic tests, in whole or in part",
    "looked": "by reading code and pages",
    "absent": "not applicable: there is nothing of the kind",
    "unchecked": "not checked",
}

WAYS: Final[Mapping[str, str]] = {
    "axe": "axe-core",
    "html": "HTML checker of the W3C",
    "contrast": "contrast, computed",
    "reading": "zoom, text size, spacing",
    "keys": "journeys by keyboard alone",
    "focus": "focus of every element",
    "languages": "languages of pages and texts",
    "mistakes": "mistakes in addresses and queries",
    "search": "messages of search and queries",
    "eye": "pictures of every kind of page",
    "code": "reading the code",
}
"""By which a criterion was checked."""

_UNDERSTANDING: Final = "https://www.w3.org/TR/WCAG22/"


def accessibility() -> Response:
    return answered("/accessibility", accessibility_page)


def accessibility_page() -> Accessibility:
    settings = portal().settings
    listed = tuple(_criterion(row) for row in criteria())
    counts = Counter(each.state for each in listed)
    states = [gettext(state) for state in STATES.values()]
    return Accessibility(
        title=gettext("Accessibility"),
        portal=settings.title,
        publisher=settings.publisher,
        address=f"{portal().iris.base}/",
        mailbox=mailbox(settings.contact),
        version=version("catalograph"),
        assessed=ASSESSED,
        axe=AXE,
        criteria=listed,
        states=tuple((state, counts[state]) for state in states if counts[state]),
    )


def _criterion(row: Mapping[str, str]) -> Criterion:
    spoken = next(each for each in NEXT_BEST[language()] if row.get(each))
    state = STATES[row["state"]]
    return Criterion(
        number=row["criterion"],
        name=Text(row[spoken], spoken if spoken != language() else None),
        level=row["level"],
        href=f"{_UNDERSTANDING}#{_anchor(row['en'])}",
        state=gettext(state),
        by=tuple(gettext(WAYS[way]) for way in row["by"].split()),
    )


def _anchor(name: str) -> str:
    """As the recommendation has it: the words of the English name."""
    return "-".join("".join(letter for letter in name.lower() if letter.isalnum() or letter in " -").split())


@cache
def criteria() -> Sequence[Mapping[str, str]]:
    """Those of levels A and AA, in their order."""
    with files("api.pages").joinpath("criteria.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def texts() -> Iterator[str]:
    """The texts of the interface that the account brings."""
    yield from STATES.values()
    yield from WAYS.values()
