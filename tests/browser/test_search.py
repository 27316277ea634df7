"""Searching as people do: by keyboard alone, without script, on a phone, and slower than they type."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Locator

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def field(visit: Visit, path: str = "/en/datasets") -> "Locator":
    return visit.go(path).get_by_role("combobox", name="Search")


def suggested(visit: Visit) -> "Locator":
    return visit.page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def test_suggestions_are_chosen_with_the_keyboard_alone(visit: Callable[..., Visit]) -> None:
    scripted = visit()
    typed = field(scripted)
    typed.press_sequentially("air")
    options = suggested(scripted)
    options.first.wait_for()
    assert typed.get_attribute("aria-expanded") == "true"
    assert scripted.page.get_by_role("status").inner_text().startswith(f"Suggestions: {options.count()}.")
    typed.press("ArrowDown")
    typed.press("ArrowDown")
    second = options.nth(1)
    assert typed.get_attribute("aria-activedescendant") == second.get_attribute("id")
    assert second.get_attribute("aria-selected") == "true"
    typed.press("ArrowUp")
    typed.press("ArrowUp")
    assert typed.get_attribute("aria-activedescendant") is None
    assert typed.input_value() == "air"
    typed.press("ArrowUp")
    assert options.last.get_attribute("aria-selected") == "true"
    typed.press("Enter")
    scripted.page.wait_for_url(re.compile(r"/en/\w+"))
    assert scripted.page.url != f"{scripted.address}/en/datasets"


def test_escape_closes_the_list_and_enter_searches_for_what_was_typed(visit: Callable[..., Visit]) -> None:
    scripted = visit()
    typed = field(scripted, "/en/datasets?theme=ENVI")
    typed.press_sequentially("air")
    suggested(scripted).first.wait_for()
    typed.press("Escape")
    assert suggested(scripted).count() == 0
    assert typed.get_attribute("aria-expanded") == "false"
    assert typed.input_value() == "air"
    typed.press("Enter")
    scripted.page.wait_for_url(re.compile(r"q=air"))
    assert "theme=" in scripted.page.url


def test_what_is_suggested_is_shown_as_text(visit: Callable[..., Visit]) -> None:
    scripted = visit()
    answer = '["x<", ["<img src=x onerror=alert(1)>"], ["<b>"], ["/en/search?q=x"]]'
    typed = field(scripted)
    scripted.page.route("**/suggest**", lambda route: route.fulfill(body=answer, content_type="application/json"))
    typed.press_sequentially("x<y")
    option = suggested(scripted).first
    option.wait_for()
    assert option.inner_text().split("\n")[0] == "<img src=x onerror=alert(1)>"


def test_a_service_that_does_not_answer_leaves_a_plain_form(visit: Callable[..., Visit]) -> None:
    scripted = visit()
    typed = field(scripted)
    scripted.page.route("**/suggest**", lambda route: route.abort())
    typed.press_sequentially("ozone")
    scripted.page.wait_for_timeout(400)
    typed.press("Enter")
    scripted.page.wait_for_url(re.compile(r"q=ozone"))
    assert scripted.page.get_by_role("heading", name=re.compile(r"result")).is_visible()
    assert scripted.errors
    scripted.errors.clear()  # that nothing was suggested


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_without_script_one_searches_filters_and_sorts(visit: Callable[..., Visit], options: dict[str, object]) -> None:
    plain = visit(java_script_enabled=False, **options)
    page = plain.go("/en/datasets")
    page.get_by_role("searchbox", name="Search").fill("water")
    page.get_by_label("Sorted by").select_option(label="Title")
    page.get_by_role("button", name="Search").click()
    before = page.get_by_role("heading", level=2).first.inner_text()
    page.get_by_role("complementary", name="Filters").get_by_role("link").first.click()
    assert page.get_by_role("heading", level=2).first.inner_text() != before
    assert "q=water" in page.url
    assert "sort=title" in page.url
    page.get_by_role("list", name="Filters in force").get_by_role("link").first.click()
    assert page.get_by_role("heading", level=2).first.inner_text() == before
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_several_values_are_chosen_at_once(visit: Callable[..., Visit]) -> None:
    plain = visit(java_script_enabled=False)
    page = plain.go("/en/datasets/values/theme")
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="Show the results").click()
    assert page.url.count("theme=") == 2
    assert page.get_by_role("list", name="Filters in force").get_by_role("listitem").count() == 3
