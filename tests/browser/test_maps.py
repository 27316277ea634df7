"""Maps in a browser: drawn without script, moved over tiles only where there is a server of them and a reader asks."""

import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import api
from tests.browser.conftest import REPORTS, Visit
from tests.support.portal import EXAMPLE, publish
from tests.support.served import server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

STATIC = Path(api.__file__).parent / "static"
PATH = "/en/places/LUX"
COLOURS = """
(pairs) => pairs.map(([selector, property, ground]) => {
    const painted = document.querySelector(selector);
    const probe = document.createElement("i");
    document.body.append(probe);
    probe.style.setProperty("color", `var(${ground})`);
    const under = getComputedStyle(probe).color;
    probe.remove();
    return [getComputedStyle(painted)[property], under];
})
"""


def tile() -> bytes:
    made = BytesIO()
    Image.new("RGB", (256, 256), "#dfe8d8").save(made, "PNG")
    return made.getvalue()


class Tiles(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(tile())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as its base has it
        """Nothing is told of single tiles."""


@pytest.fixture(scope="module")
def tiles() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as serving:
        Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


@pytest.fixture(scope="module")
def tiled(tmp_path_factory: pytest.TempPathFactory, tiles: str) -> Iterator[str]:
    """The address of a portal whose operator names a server of tiles."""
    if not (STATIC / "leaflet" / "leaflet.js").is_file():
        pytest.skip("needs Leaflet: make editor")
    data = tmp_path_factory.mktemp("tiled") / "data"
    publish(data, EXAMPLE)
    template = f"{tiles}/{{z}}/{{x}}/{{y}}.png"
    with server(data, workers=1, tiles=template, tiles_attribution="© Tile <makers>") as (_, url):
        yield url


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_outlines_stand_out_from_land_and_sea_in_light_and_dark(visit: Callable[..., Visit], scheme: str) -> None:
    page = visit(color_scheme=scheme, bypass_csp=True).go(PATH)
    pairs = [[f".where .{name}", "stroke", under] for name in ("land", "area") for under in ("--land", "--sea")]
    for painted, ground in page.evaluate(COLOURS, pairs):
        assert contrast(painted, ground) >= 3, (painted, ground)


def test_a_map_is_there_without_script_and_nothing_else_is_asked(plain: Visit) -> None:
    page = plain.go(PATH)
    drawn = page.get_by_role("img", name="Map: Luxembourg")
    box = drawn.bounding_box()
    assert box is not None
    assert box["width"] > 250
    assert page.locator(".where button").count() == 0
    assert not any("leaflet" in url for url in plain.asked)


def dataset(page: "Page", address: str) -> None:
    page.goto(f"{address}/en/datasets?q=air+quality")
    page.get_by_role("link", name=re.compile("Air quality: hourly")).first.click()


@pytest.mark.parametrize("width", [360, 1280])
def test_neighbours_are_a_picture_where_there_is_room_and_else_a_list(
    visit: Callable[..., Visit], address: str, width: int
) -> None:
    page = visit(viewport={"width": width, "height": 900}).page
    dataset(page, address)
    section = page.locator(".neighbourhood")
    assert section.locator("svg").is_visible() is (width == 1280)
    assert section.locator("dl").is_visible() is (width == 360)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    section.get_by_role("link", name="Air today").click()
    assert "/reuses/" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_boxes_and_arrows_stand_out_from_the_ground(visit: Callable[..., Visit], address: str, scheme: str) -> None:
    page = visit(color_scheme=scheme, bypass_csp=True).page
    dataset(page, address)
    pairs = [[f".neighbourhood .{name}", "stroke", "--ground"] for name in ("node", "own", "arrow")]
    pairs += [[".neighbourhood .relation", "fill", "--ground"], [".neighbourhood text.own", "fill", "--raised"]]
    for painted, ground in page.evaluate(COLOURS, pairs):
        assert contrast(painted, ground) >= 3, (painted, ground)


def test_a_map_is_moved_over_tiles_by_keys_once_a_reader_asks_for_it(
    chromium: "Browser", tiled: str, tiles: str
) -> None:
    context = chromium.new_context(locale="en-GB", viewport={"width": 1200, "height": 900})
    context.add_init_script(REPORTS)
    seen = Visit(context.new_page(), tiled)
    seen.watch()
    page = seen.page
    dataset(page, tiled)
    assert seen.elsewhere == []
    page.get_by_role("button", name="Map that can be moved").click()
    page.locator(".slippy img.leaflet-tile-loaded").first.wait_for()
    assert page.locator(".slippy path.area").count() == 1
    assert page.locator(".slippy path.shape").count() == 1
    assert page.locator(".slippy .leaflet-control-attribution").inner_text() == "© Tile <makers>"
    assert page.get_by_role("application").evaluate("(map) => map === document.activeElement")
    before = {url for url in seen.asked if url.startswith(tiles)}
    page.keyboard.press("+")
    page.wait_for_function(
        "(before) => [...document.querySelectorAll('.slippy img')].some((tile) => !before.includes(tile.src))",
        arg=sorted(before),
    )
    assert {re.match(r"https?://[^/]+", url)[0] for url in seen.elsewhere} == {tiles}  # type: ignore[index]
    assert (seen.errors, seen.complaints()) == ([], [])
    context.close()
