"""Debian's Chromium on the portal of every kind of page: a page is opened as its kind says, typed in and chosen."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import api
from tests.support.failing import failing
from tests.support.page_kinds import PageKind, found
from tests.support.served import server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

CHROMIUM: Final = shutil.which("chromium")
EDITOR: Final = Path(api.__file__).parent / "static" / "yasqe" / "yasqe.esm.js"

DESKTOP: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 360, "height": 740}


def missing() -> str:
    """What a browser needs and this machine has not; empty where it has all."""
    if CHROMIUM is None:
        return "needs Chromium: apt-get install chromium"
    if find_spec("playwright") is None:
        return "needs Playwright: pip install --require-hashes -r tests/browser/requirements.lock"
    return ""


@contextmanager
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@dataclass(frozen=True, slots=True)
class Portal:
    """A server, and every kind of page of it."""

    address: str
    data: Path
    kinds: Sequence[PageKind]

    def kind(self, name: str) -> PageKind:
        return next(each for each in self.kinds if each.name == name)

    def context(self, chromium: "Browser", **options: Any) -> "BrowserContext":
        """A browser without a past. No page of a portal that works shows its failures: those are answered beside it."""
        context = chromium.new_context(**{"locale": "en-GB", "viewport": DESKTOP, **options})
        context.set_default_timeout(15_000)
        asked = failing(self.data).test_client()

        def fail(route: "Route") -> None:
            with asked.get(urlsplit(route.request.url).path, headers={"Accept": "text/html"}) as answer:
                route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)

        context.route("**/failures/*", fail)
        return context

    def show(self, page: "Page", kind: PageKind, language: str = "en") -> None:
        """What a reader with script does to see it."""
        page.goto(self.address + kind.at(language))
        if kind.path.startswith("/sparql") and EDITOR.is_file():
            page.wait_for_selector(".CodeMirror")
        if kind.typed:
            page.type("#q", kind.typed)
            page.wait_for_selector("[role=option]")
        if kind.view:
            page.click(f"#tab-{kind.view}")
            page.wait_for_selector(f"#view-{kind.view}")


@contextmanager
def portal(data: Path) -> Iterator[Portal]:
    """The server of such a portal; it runs queries."""
    kinds = found(failing(data).test_client())
    with server(data, workers=1, query_client_seconds=6000, query_seconds=10) as (_, address):
        yield Portal(address, data, kinds)
