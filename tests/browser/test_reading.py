"""Every kind of page, read as people have to who see little, move little or print: nothing is cut off or out of reach.

WCAG 2.2: 1.4.4 resize text, 1.4.10 reflow, 1.4.12 text spacing, 2.3.3 animation; and forced colours and paper.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.support.browsing import DESKTOP, PHONE, Portal
from tests.support.page_kinds import PAGE_KINDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MEASURE: Final = Path(__file__).with_name("measure.js").read_text("utf-8")
NAMES: Final = [each.name for each in PAGE_KINDS]

PAPER: Final = {"width": 718, "height": 1040}
"""A4 within its margins."""

SPACED: Final = """* {
    line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
} p { margin-bottom: 2em !important; }"""
"""https://www.w3.org/TR/WCAG22/#text-spacing."""
LARGE: Final = "html { font-size: 200% !important; }"


AS_USUAL: Final = {"media": "screen", "forced_colors": "none", "reduced_motion": "no-preference"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is read: in a window of this size, with this style of the reader's own."""

    name: str
    size: dict[str, int]
    style: str = ""
    media: dict[str, str] = field(default_factory=dict)


LOOKS: Final = (
    Look("at a desk", DESKTOP),
    Look("zoomed to 200 %", {"width": 640, "height": 400}),
    Look("zoomed to 400 %, or on the narrowest phone", {"width": 320, "height": 256}),
    Look("text alone at 200 %", DESKTOP, LARGE),
    Look("with wide spaces", DESKTOP, SPACED),
    Look("with wide spaces on a phone", PHONE, SPACED),
    Look("in the reader's own colours", DESKTOP, media={"forced_colors": "active"}),
    Look("on paper", PAPER, media={"media": "print"}),
)


@pytest.fixture(scope="module")
def page(portal: Portal, chromium: "Browser") -> "Iterator[Page]":
    context = portal.context(chromium, bypass_csp=True)  # readers' own styles are not bound by the page's policy
    context.add_init_script(MEASURE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost_however_a_page_is_read(portal: Portal, page: "Page", name: str) -> None:
    """One visit for all: what takes long is to open a page. And nothing moves for who wants it still."""
    _become(page, LOOKS[0])
    portal.show(page, portal.kind(name))
    wrong: dict[tuple[str, str], list[str]] = {}
    for look in LOOKS:
        _become(page, look)
        with _styled(page, look.style):
            wrong |= {(look.name, what): told for what in ("wider", "clipped", "cramped") if (told := _ask(page, what))}
    assert not wrong
    page.emulate_media(media="screen", reduced_motion="reduce")
    assert not _ask(page, "moving")


def test_what_is_wrong_is_found(page: "Page") -> None:
    page.goto("about:blank")
    page.set_content(f"""<style>
        p {{ width: 3rem; overflow: hidden; white-space: nowrap }} div {{ width: 4000px; transition: all 1s }}
        button {{ width: 1rem; height: 1rem; overflow: visible; white-space: nowrap }}
        </style><p>Cut off on its right</p><div>Wide</div><button>Cramped</button><script>{MEASURE}</script>""")
    assert len(_ask(page, "wider")) == 2
    for what in ("clipped", "cramped", "moving"):
        assert len(_ask(page, what)) == 1, what


def _become(page: "Page", look: Look) -> None:
    page.emulate_media(**{**AS_USUAL, **look.media})  # type: ignore[arg-type]
    page.set_viewport_size(look.size)  # type: ignore[arg-type]


@contextmanager
def _styled(page: "Page", style: str) -> Iterator[None]:
    if not style:
        yield
        return
    own = page.add_style_tag(content=style)
    yield
    own.evaluate("(one) => one.remove()")


def _ask(page: "Page", what: str) -> list[str]:
    told: list[str] = page.evaluate(f"measure.{what}()")
    return told
