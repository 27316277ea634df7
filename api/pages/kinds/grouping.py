"""Facts in the order in which readers ask: fields.csv says which field is told under which heading."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from api.contexts.pages import Fact
from api.contexts.records import Group
from api.declared import expanded
from api.portal import gettext

FURTHER: Final = "Further details"
"""The heading of what a profile declares and the table does not place."""


def grouped(facts: Iterable[Fact]) -> tuple[Group, ...]:
    """The facts under their headings, those that the table does not place last, in the order they come in."""
    places, found = _places(), dict[str, list[tuple[int, Fact]]]()
    for number, fact in enumerate(facts):
        heading, place = places.get(fact.hint, (FURTHER, len(places) + number))
        found.setdefault(heading, []).append((place, fact))
    ordered = [heading for heading in headings() if heading in found]
    return tuple(Group(gettext(heading), _in_order(found[heading])) for heading in ordered)


def _in_order(facts: Iterable[tuple[int, Fact]]) -> tuple[Fact, ...]:
    return tuple(fact for _, fact in sorted(facts, key=lambda one: one[0]))


def headings() -> tuple[str, ...]:
    """All headings, in order; texts of the interface."""
    return (*dict.fromkeys(heading for heading, _ in _places().values()), FURTHER)


@cache
def _places() -> Mapping[str, tuple[str, int]]:
    """The IRI of a property to its heading and its place."""
    with files("api.pages.kinds").joinpath("fields.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {expanded(row["property"]).value: (row["group"], place) for place, row in enumerate(rows)}
