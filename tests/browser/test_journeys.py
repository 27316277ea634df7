"""A newcomer's five journeys, from the portal's door on: by what a person sees, never by an address.

Each with script and without: clicking at a desk, with a finger on a phone, and by keyboard alone. On the way no page
may be wider than a narrow phone, speak another language than the reader's, ask anybody else for anything, or complain
in the console.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.browser.conftest import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

DESK: Final = {"viewport": {"width": 1280, "height": 800}}
PHONE: Final = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
KEYS: Final = {"viewport": {"width": 1024, "height": 768}}
MOST: Final = 300
"""Presses of Tab that anybody has patience for."""
NARROW: Final = {"width": 320, "height": 740}


@dataclass(slots=True)
class Newcomer:
    """Somebody who reads and clicks, touches, or presses keys."""

    visit: Visit
    language: str
    touches: bool
    keys: bool

    @property
    def page(self) -> "Page":
        return self.visit.page

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text().replace("\n", " ")

    def link(self, name: str | re.Pattern[str], within: str = "") -> "Locator":
        """What can be followed; in a named part of the page where one is given."""
        place = self.page.get_by_role("region", name=within) if within else self.page
        return place.get_by_role("link", name=name, exact=isinstance(name, str)).first

    def button(self, name: str) -> "Locator":
        return self.page.get_by_role("button", name=name, exact=True)

    def follow(self, it: "Locator") -> None:
        with self.page.expect_navigation() as gone:
            self.press(it)
        answer = gone.value
        assert answer is None or answer.ok, self.page.url  # none where it leads to another part of the page
        self.look()

    def press(self, it: "Locator") -> None:
        if self.keys:
            self.reach(it)
            self.page.keyboard.press("Enter")
        elif self.touches:
            it.tap()
        else:
            it.click()

    def type(self, it: "Locator", words: str) -> None:
        if self.keys:
            self.reach(it)
            self.page.keyboard.type(words)
        else:
            it.fill(words)

    def reach(self, it: "Locator") -> None:
        """By Tab, which leaves the editor too."""
        for _ in range(MOST):
            if it.evaluate("(one) => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab does not reach {it}")

    def look(self) -> None:
        """What nobody should have to notice."""
        assert self.page.locator("html").get_attribute("lang") == self.language, self.page.url
        assert self.page.get_by_role("heading", level=1).count() == 1, self.page.url
        if self.touches:
            self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
            assert self.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], self.page.url
            self.page.set_viewport_size(PHONE["viewport"])  # type: ignore[arg-type]

    def download(self, it: "Locator") -> bytes:
        with self.page.expect_download() as started:
            self.press(it)
        return started.value.path().read_bytes()

    def download_elsewhere(self, it: "Locator") -> str:
        """Take a file from its publisher, whom the test stands in for; its address."""
        address = it.get_attribute("href") or ""
        self.visit.chosen.add(address)
        headers = {"Content-Disposition": "attachment"}
        self.page.route(address, lambda route: route.fulfill(body="of the publisher", headers=headers))
        assert self.download(it) == b"of the publisher"
        return address


@pytest.fixture(params=[False, True], ids=["plain", "scripted"])
def scripted(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=[DESK, PHONE, KEYS], ids=["desk", "phone", "keys"])
def arrive(request: pytest.FixtureRequest, visit: Callable[..., Visit], scripted: bool) -> Callable[[str], Newcomer]:
    """Opens the portal's door, in the language of the reader's browser."""
    device: dict[str, Any] = request.param

    def arrived(locale: str) -> Newcomer:
        opened = visit(locale=locale, java_script_enabled=scripted, **device)
        newcomer = Newcomer(opened, locale.partition("-")[0], device is PHONE, device is KEYS)
        opened.go("/")
        newcomer.look()
        return newcomer

    return arrived


def test_a_dataset_is_found_by_a_word_in_the_wrong_language(arrive: Callable[[str], Newcomer]) -> None:
    """A German word, typed by a reader of English, for what has a French and a German title and no English one."""
    one = arrive("en-GB")
    one.type(one.page.get_by_label("What are you looking for?"), "Baustelle")
    one.follow(one.button("Search"))
    found = one.page.get_by_role("article").get_by_role("link")
    assert found.count() == 1
    title = found.inner_text()
    assert title == "Chantiers sur les routes"
    assert one.page.get_by_role("article").locator("[lang=fr]").count(), "a text in another language says so"
    one.follow(found)
    assert one.heading == title
    assert one.link(re.compile("^(Download|Open)"), within="Download and access").is_visible()


def test_an_organisation_leads_to_its_worst_dataset_and_what_is_wrong_with_it(
    arrive: Callable[[str], Newcomer],
) -> None:
    one = arrive("fr-FR")
    one.follow(one.link("Organisations"))
    one.follow(one.link("Agence des voies et de la mobilité"))
    one.follow(one.link(re.compile(r"^\d+ jeux de données ont quelque chose à corriger$")))
    rows = one.page.get_by_role("region", name=re.compile("^À corriger en premier$")).get_by_role("row").all()[1:]
    violations = [re.findall(r"(\d+) erreur", row.inner_text()) for row in rows]
    assert violations == sorted(violations, reverse=True)
    worst = rows[0].get_by_role("rowheader").inner_text()
    one.follow(rows[0].get_by_role("cell").get_by_role("link"))
    assert one.heading == worst
    assert "« date de publication » (dct:issued)" in one.page.get_by_role("main").inner_text().replace("\u00a0", " ")
    one.follow(one.page.get_by_role("heading", level=1).get_by_role("link"))
    assert one.heading == worst


def test_a_high_value_category_leads_to_a_download(arrive: Callable[[str], Newcomer]) -> None:
    one = arrive("de-DE")
    one.follow(one.link(re.compile("^Hochwertige Datensätze")))
    one.follow(one.link(re.compile("^Georaum"), within="Kategorien hochwertiger Datensätze"))
    one.follow(one.link("Nationales Adressregister"))
    address = one.download_elsewhere(one.link(re.compile("^Herunterladen")))
    assert address.endswith(".csv")


def test_a_reuse_leads_to_its_data(arrive: Callable[[str], Newcomer]) -> None:
    one = arrive("lb-LU")
    one.follow(one.link("Reutilisatiounen"))
    one.follow(one.link("Luft heute"))
    one.follow(one.page.get_by_role("region", name="Gemaach mat").get_by_role("link").first)
    assert one.heading.startswith("Loftqualitéit")
    assert one.link("Luft heute").is_visible(), "the way back"
    one.download_elsewhere(one.link(re.compile("^Eroflueden")))


def test_a_page_leads_to_its_query_and_to_a_table_of_what_it_shows(
    arrive: Callable[[str], Newcomer], scripted: bool
) -> None:
    one = arrive("en-GB")
    one.follow(one.link(re.compile("^Environment")))
    shown = one.page.get_by_role("heading", name=re.compile(r"^\d+ datasets$")).inner_text().split()[0]
    one.follow(one.page.get_by_role("complementary", name="This page").get_by_role("link", name="Query this"))
    assert shown_by(one) == shown
    if scripted:
        one.press(one.button("Run the query"))
        one.page.wait_for_selector("#answered[aria-busy=false] section")
    else:
        one.follow(one.button("Run the query"))
    assert shown_by(one) == shown
    header, *rows = csv.reader(one.download(one.link("CSV", within="Answer")).decode().splitlines())
    assert header == ["record", "title"]
    assert len(rows) == int(shown)
    assert all(title for _, title in rows)


def shown_by(one: Newcomer) -> str:
    """How many the answer has."""
    answer = one.page.get_by_role("table").locator("caption")
    answer.wait_for()
    return answer.inner_text().split()[0]
