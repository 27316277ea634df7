"""What the first readers of a generation would wait for: its words, names, and the counts of lists without filters."""

from typing import Final

from api.pages.finding.facets import COUNTED, names
from api.views import Asked, Place, View

_FIRST: Final = (None, "datasets", "services", "reuses")
"""The kinds whose lists are asked for first; None stands for all of them together."""


def warm(view: View) -> None:
    view.generation.search.warm()
    for kind in _FIRST:
        view.listed(Asked("", kind), Place("modified", "en"), names(kind), COUNTED)
