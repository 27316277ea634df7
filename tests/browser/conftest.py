"""The portal in Debian's Chromium: a real server on loopback, a real browser, and whatever it complains of.

Needs Chromium, Playwright (`pip install -r tests/browser/requirements.lock`) and the editor (`make editor`); where one
is missing, these tests are skipped and say which. With BROWSER_REQUIRED in the environment they fail instead.
"""

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browsing import CHROMIUM, EDITOR, Portal
from tests.support.browsing import portal as serving
from tests.support.kept import kept
from tests.support.portal import EXAMPLE, publish
from tests.support.served import server
from tests.support.whole_portal import make

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

__all__ = ["CHROMIUM", "EDITOR"]

REQUIRED = "BROWSER_REQUIRED"

REPORTS = """
window.complaints = [];
document.addEventListener("securitypolicyviolation", (one) => {
    complaints.push(`${one.violatedDirective} ${one.blockedURI}`);
});
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where a browser has to be there, what was left out has failed."""
    report = yield
    if report.skipped and os.environ.get(REQUIRED):
        report.outcome = "failed"
        report.longrepr = f"left out, though {REQUIRED} is set: {_why(report)}"
    return report


def _why(report: pytest.TestReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("browsed") / "data"
    publish(data, EXAMPLE)
    with server(data, workers=1, query_client_seconds=600, query_seconds=10) as (_, url):
        yield url


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One that has every kind of page."""
    data = tmp_path_factory.mktemp("whole") / "data"
    kept(data, make, "whole portal", documents=[EXAMPLE])
    with serving(data) as served:
        yield served


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    driver = pytest.importorskip("playwright.sync_api", reason="needs tests/browser/requirements.lock")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(slots=True)
class Visit:
    """A page of a browser with what went wrong on it."""

    page: "Page"
    address: str
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    chosen: set[str] = field(default_factory=set)
    """Addresses elsewhere that the reader went to."""

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("dialog", lambda dialog: self._close(dialog))  # noqa: PLW0108  Playwright writes on what it is given
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _close(self, dialog: "Dialog") -> None:
        self.errors.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def go(self, path: str) -> "Page":
        self.page.goto(self.address + path)
        return self.page

    @property
    def elsewhere(self) -> list[str]:
        """Requests that left for another host, but for those the reader made."""
        return [url for url in self.asked if not url.startswith(f"{self.address}/") and url not in self.chosen]

    def complaints(self) -> list[str]:
        told: list[str] = self.page.evaluate("window.complaints ?? []")
        return told


@pytest.fixture
def visit(chromium: "Browser", address: str) -> Iterator[Callable[..., Visit]]:
    """Opens a browser of its own; at the end nothing may have gone wrong and nobody else been asked."""
    visits: list[Visit] = []

    def opened(**options: Any) -> Visit:
        context = chromium.new_context(**{"locale": "en-GB", "viewport": {"width": 1200, "height": 900}, **options})
        context.set_default_timeout(15_000)
        context.add_init_script(REPORTS)
        visits.append(Visit(context.new_page(), address))
        visits[-1].watch()
        return visits[-1]

    yield opened
    for one in visits:
        complaints = one.complaints()
        one.page.context.close()
        assert (one.errors, complaints, one.elsewhere) == ([], [], [])


@pytest.fixture
def plain(visit: Callable[..., Visit]) -> Visit:
    """A reader without script."""
    return visit(java_script_enabled=False)


@pytest.fixture
def scripted(visit: Callable[..., Visit]) -> Visit:
    """A reader with script, and the editor there to be loaded."""
    if not EDITOR.is_file():
        pytest.skip("needs the editor: make editor")
    return visit()
