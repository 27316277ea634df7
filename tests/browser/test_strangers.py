"""A browser with script goes through a portal of nothing but texts that mean harm: none of them does anything."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from graph.generations import Generations
from graph.record import PAGED
from tests.browser.conftest import Visit
from tests.support.payloads import payloads
from tests.support.served import server
from tests.support.strangers import publish_strangers

WIDTHS: Final = (360, 1280)
EVERY: Final = 4
"""Of the records, one of so many is visited."""
LISTS: Final = ("/", "/datasets", "/organisations", "/reuses", "/services", "/keywords", "/feed", "/sources", "/void")
LOOKED_AT: Final = """() => ({
    hacked: window.hacked,
    complaints: window.complaints,
    width: document.documentElement.scrollWidth,
    tower: /\\p{M}{7,}/u.test(document.body.innerText),
    head: document.querySelector("h1").offsetHeight,
})"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_strangers(tmp_path_factory.mktemp("strangers"))


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with server(data, workers=1) as (_, url):
        yield url


@pytest.fixture(scope="module")
def paths(data: Path) -> list[str]:
    with Generations(data).current() as generation:
        records = [f"/{kind}/{entry.key}" for kind in PAGED for entry in generation.ledger.of_kind(kind) if entry.key]
    some = records[::EVERY]
    searched = [f"/en/search?q={quote(payload.text[:400])}" for payload in payloads()[::40]]
    deeper = [f"/en{path}/{part}" for path in some[:6] for part in ("record", "report")]
    return [*(f"/en{path}" for path in (*LISTS, *some)), *deeper, *searched]


def test_nothing_runs_asks_elsewhere_or_breaks_out_of_its_page(visit: Callable[..., Visit], paths: list[str]) -> None:
    reader = visit()
    wrong: list[tuple[str, dict[str, Any]]] = []
    for path in paths:
        page = reader.go(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            told = page.evaluate(LOOKED_AT)
            sound = {"complaints": [], "tower": False}
            if told | sound != told or told.get("hacked") or told["width"] > width or told["head"] > 1500:
                wrong.append((path, told))
        assert (reader.errors, reader.elsewhere) == ([], []), path
    assert not wrong


def test_suggestions_are_texts(visit: Callable[..., Visit]) -> None:
    reader = visit()
    field = reader.go("/en/datasets").get_by_role("combobox", name="Search")
    for typed in ("script", "window", "img"):
        field.fill(typed)
        reader.page.wait_for_timeout(500)
    assert reader.page.evaluate("window.hacked") is None
    assert reader.page.locator(".suggestions script, .suggestions img").count() == 0
