"""What axe-core finds on every kind of page: nothing, in either theme, on a phone and at a desk, in every language."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import pytest

from api.settings import LANGUAGES
from tests.support import axe
from tests.support.browsing import DESKTOP, EDITOR, PHONE, Portal
from tests.support.page_kinds import PAGE_KINDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.skipif(not axe.AXE.is_file(), reason="axe-core is not installed: `make clients`, with npm")

NAMES: Final = [each.name for each in PAGE_KINDS]
Look = tuple[str, dict[str, int]]
OTHER_LANGUAGES: Final = [each for each in LANGUAGES if each != "en"]

SAMPLE: Final = [
    "home",
    "search-found",
    "inventory",
    "dataset",
    "organisation",
    "source-report",
    "sparql-table",
    "error-404",
]
"""Kinds that are tried in each language with every change; `make survey` tries all of them."""

LOOKED_AT: Final = {
    "color-contrast": "signs, drawings, and what a list or the editor lies over: test_colours and test_contrast",
    "label-content-name-mismatch": "the arrows of the map, whose name says the direction",
    "th-has-data-cells": "the head of an answer without rows",
}
"""What axe leaves to people, and what it was when people looked; anything else is to be looked at too."""


@pytest.fixture(scope="module")
def page(portal: Portal, chromium: "Browser") -> "Iterator[Page]":
    context = portal.context(chromium)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_on_any_kind_of_page(portal: Portal, page: "Page", name: str) -> None:
    """In English; the survey tries the other languages."""
    _try(portal, page, name, "en", (("light", DESKTOP), ("dark", PHONE)))


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
@pytest.mark.parametrize("name", SAMPLE)
def test_axe_finds_nothing_in_any_language(portal: Portal, page: "Page", name: str, language: str) -> None:
    _try(portal, page, name, language, (("light", PHONE), ("dark", DESKTOP)))


@pytest.mark.survey
@pytest.mark.parametrize("language", OTHER_LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_on_any_kind_of_page_in_any_language(
    portal: Portal, page: "Page", name: str, language: str
) -> None:
    _try(portal, page, name, language, (("light", PHONE), ("dark", DESKTOP)))


def test_the_editor_is_there_when_its_page_is_examined(portal: Portal, page: "Page") -> None:
    if not EDITOR.is_file():
        pytest.skip("needs the editor: make editor")
    portal.show(page, portal.kind("sparql"))
    assert page.locator(".CodeMirror").count() == 1


def test_axe_is_asked_all_rules_and_finds_what_is_wrong(page: "Page") -> None:
    page.goto("about:blank")
    page.set_content("<html><title>Page</title><main><p style='color: #ccc'>Faint<img src='data:,'></main></html>")
    axe.load(page)
    assert len(axe.rules(page)) > 80
    found = {each.rule for each in axe.examine(page).violations}
    assert {"color-contrast", "image-alt", "html-has-lang", "page-has-heading-one"} <= found


def _try(portal: Portal, page: "Page", name: str, language: str, looks: Sequence[Look]) -> None:
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    portal.show(page, portal.kind(name), language)
    axe.load(page)
    for theme, size in looks:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        examined = axe.examine(page)
        assert not examined.violations, (theme, size)
        assert {each.rule for each in examined.undecided} <= LOOKED_AT.keys(), (theme, size, examined.undecided)
