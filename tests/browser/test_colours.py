"""Text has the colours that tests/site/test_contrast.py computes the contrast of, on the grounds that it says."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Final

import pytest

from tests.browser.test_reading import MEASURE
from tests.site.test_contrast import SEEN, TEXT
from tests.support.browsing import Portal
from tests.support.colours import PAGES, QUERIES, Colour, themes
from tests.support.page_kinds import PAGE_KINDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

THEMES: Final = ("light", "dark")
SAMPLE: Final = (
    "home",
    "search-found",
    "search-suggestions",
    "dataset",
    "organisation",
    "source-report",
    "sparql-mistake",
)

Seen = tuple[int, ...]


@pytest.fixture(scope="module")
def page(portal: Portal, chromium: "Browser") -> "Iterator[Page]":
    context = portal.context(chromium)
    context.add_init_script(MEASURE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", SAMPLE)
def test_every_pair_of_colours_is_in_the_table(portal: Portal, page: "Page", name: str) -> None:
    _try(portal, page, name)


@pytest.mark.survey
@pytest.mark.parametrize("name", [each.name for each in PAGE_KINDS])
def test_every_pair_of_colours_of_all_pages_is_in_the_table(portal: Portal, page: "Page", name: str) -> None:
    _try(portal, page, name)


def _try(portal: Portal, page: "Page", name: str) -> None:
    kind = portal.kind(name)
    portal.show(page, kind)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        known = themes(QUERIES if kind.path.startswith("/sparql") else PAGES)[theme]
        for front, behind in page.evaluate("measure.pairs()"):
            named = set(product(_names(known, tuple(front)), _names(known, tuple(behind))))
            assert any(SEEN.get(pair, 0) >= TEXT for pair in named), (theme, front, behind, named)


def _names(known: Mapping[str, Colour], seen: Seen) -> list[str]:
    """Of the properties that have this colour: some have the same."""
    return [name for name, colour in known.items() if tuple(round(part * 255) for part in colour[:3]) == seen]
