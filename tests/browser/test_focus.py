"""By keyboard alone: whatever can have the focus shows it, nothing covers it, and Tab goes on as the text does.

WCAG 2.2: 2.1.1 keyboard, 2.1.2 no trap, 2.4.1 bypass, 2.4.3 order, 2.4.7 visible, 2.4.11 not obscured, 3.2.1 on focus,
3.2.3 and 3.2.6 navigation and help in the same place.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest

from tests.browser.test_reading import MEASURE
from tests.support.browsing import DESKTOP, PHONE, Portal
from tests.support.page_kinds import PAGE_KINDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES: Final = [each.name for each in PAGE_KINDS]
WALKED: Final = [
    "home",
    "search-found",
    "list-filtered",
    "dataset",
    "question",
    "sparql",
    "sparql-map",
    "source-report",
]
MOST: Final = 400
"""Elements of one page; beyond that come more rows of the same."""

LOOKS: Final = (("light", DESKTOP), ("dark", PHONE))


@pytest.fixture(scope="module")
def page(portal: Portal, chromium: "Browser") -> "Iterator[Page]":
    context = portal.context(chromium)
    context.add_init_script(MEASURE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_whatever_has_the_focus_shows_it_and_is_not_covered(portal: Portal, page: "Page", name: str) -> None:
    portal.show(page, portal.kind(name))
    there = page.url
    page.keyboard.press("Tab")  # from now on the browser shows the focus, as it does to who uses keys
    for theme, size in LOOKS:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert page.evaluate(f"measure.unfocused({MOST})") == [], theme
    assert page.url == there
    assert page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0


@pytest.mark.parametrize("name", WALKED)
def test_tab_goes_through_the_page_in_its_order_and_out_of_it(portal: Portal, page: "Page", name: str) -> None:
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    portal.show(page, portal.kind(name))
    page.focus(".skip")
    walked = [0]
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if (place := page.evaluate("measure.current()")) <= 0:  # out of the page, or round it
            break
        walked.append(place)
    assert walked == sorted(set(walked))
    stops = page.evaluate("measure.focusable().map(measure.told)")
    left_out = [stop for place, stop in enumerate(stops) if place not in walked]
    assert not [stop for stop in left_out if not stop.startswith("input")], "of a group of choices, one has the focus"


def test_the_first_stop_leads_past_the_navigation(portal: Portal, page: "Page") -> None:
    portal.show(page, portal.kind("datasets"))
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("(one) => one === document.activeElement")
    assert (skip.bounding_box() or {"width": 0})["width"] > 24
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_navigation_and_help_are_the_same_on_every_page(portal: Portal, page: "Page") -> None:
    told = {}
    for kind in portal.kinds:
        portal.show(page, kind)
        told[kind.name] = page.evaluate("measure.navigation()")
    assert "Accessibility" in told["home"]
    assert {name for name, links in told.items() if links != told["home"]} == set()


def test_a_focus_that_is_not_seen_is_found(page: "Page") -> None:
    page.goto("about:blank")
    page.set_content(f"""<style>
        :focus {{ outline: 2px solid #777 }} a {{ outline: none !important }} [id=faint] {{ outline-color: #ddd }}
        div {{ position: fixed; inset: 0 0 auto 0; height: 90vh; background: #fff }}
        </style><button>Seen</button><button id=faint>Faint</button><a href=#>None</a>
        <div></div><script>{MEASURE}</script>""")
    page.keyboard.press("Tab")
    told = page.evaluate("measure.unfocused(9)")
    found = [each.rpartition("”")[2] for each in told]
    assert found == [" is covered", " shows no focus", " is covered", " shows no focus", " is covered"]
