"""Pictures of every kind of page, to be looked at: `python -m tests.screenshots` puts them into ./screenshots.

Each on a phone and at a desk, light and dark, on the example; `index.html` beside them shows all.
"""

import argparse
import html
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from api.settings import LANGUAGES
from tests.support.browsing import Portal, browser, missing, portal
from tests.support.page_kinds import PAGE_KINDS, PageKind, chosen
from tests.support.whole_portal import make

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER: Final = Path(__file__).parents[1] / "screenshots"
THEMES: Final = ("light", "dark")
WIDTHS: Final = (360, 1280)
EXTREMES: Final = (320, 2560)
"""Widths at which only a few kinds of page are shown, unless they are asked for."""
FEW: Final = ("home", "search-found", "dataset", "reuses", "organisation", "source-report", "sparql-table", "error-404")
_HEIGHT: Final = 900
_PATIENCE: Final = 120_000
"""Milliseconds for a picture: long pages take some seconds on a machine that does other things too."""
_TALLEST: Final = 8000
"""Pixels of a page that are shown: some are long, and their end is as their middle."""


@dataclass(frozen=True, slots=True)
class Wanted:
    kinds: Sequence[PageKind]
    widths: Sequence[int]
    themes: Sequence[str]
    language: str
    extremes: Sequence[int]
    folder: Path

    def of_width(self, width: int, known: Sequence[PageKind]) -> list[PageKind]:
        names = {each.name for each in self.kinds}
        few = width in self.extremes
        return [each for each in known if each.name in names and (not few or each.name in FEW)]


def main() -> None:
    if lacks := missing():
        sys.exit(f"no screenshots: {lacks}")
    wanted = _asked(sys.argv[1:])
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as place:
        make(data := Path(place) / "data")
        with portal(data) as served, browser() as chromium:
            for width in (*wanted.widths, *wanted.extremes):
                _shoot(served, chromium, wanted, width)
    (wanted.folder / "index.html").write_text(_index(wanted.folder), "utf-8")
    print(f"file://{wanted.folder.absolute()}/index.html")


def _asked(words: Sequence[str]) -> Wanted:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument(
        "kinds", nargs="*", metavar="KIND", help="a name, or several as in dataset*; all kinds without any"
    )
    parser.add_argument("--list", action="store_true", help="list the names of all kinds")
    parser.add_argument("--theme", choices=THEMES, help="only one of the two")
    parser.add_argument("--width", type=int, action="append", help="in pixels, instead of a phone and a desk")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    told = parser.parse_args(words)
    kinds = chosen(told.kinds)
    if told.list or not kinds:
        parser.exit(0 if told.list else 2, "\n".join(each.name for each in PAGE_KINDS) + "\n")
    themes = (told.theme,) if told.theme else THEMES
    return Wanted(kinds, told.width or WIDTHS, themes, told.language, () if told.width else EXTREMES, told.folder)


def _shoot(served: Portal, chromium: "Browser", wanted: Wanted, width: int) -> None:
    phone = width < 600
    context = served.context(
        chromium,
        viewport={"width": width, "height": _HEIGHT},
        has_touch=phone,
        device_scale_factor=2 if phone else 1,
        reduced_motion="reduce",
    )
    page = context.new_page()
    for kind in wanted.of_width(width, served.kinds):
        served.show(page, kind, wanted.language)
        for theme in wanted.themes:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            _save(page, wanted.folder / f"{kind.name}.{wanted.language}.{width}.{theme}.png", width)
    context.close()


def _save(page: "Page", file: Path, width: int) -> None:
    height = min(page.evaluate("document.documentElement.scrollHeight"), _TALLEST)
    clip = {"x": 0, "y": 0, "width": width, "height": height}
    page.screenshot(path=file, full_page=True, clip=clip, timeout=_PATIENCE)  # type: ignore[arg-type]


def _index(folder: Path) -> str:
    """A page with all that is in the folder, also of earlier times."""
    return "\n".join(
        (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Screenshots</title>",
            "<style>body{font:1rem system-ui;margin:1rem}section{display:flex;gap:1rem;overflow:auto}",
            "figure{margin:0}img{height:34rem;object-fit:cover;object-position:top;border:1px solid #888}</style>",
            "<h1>Screenshots</h1>",
            *_sections(folder),
        )
    )


def _sections(folder: Path) -> Iterator[str]:
    names = [each.name for each in PAGE_KINDS]
    files = sorted(file.name for file in folder.glob("*.png"))
    for name in names:
        mine = [file for file in files if file.startswith(f"{name}.")]
        if mine:
            figures = "".join(f"<figure>{_figure(file)}</figure>" for file in mine)
            yield f"<h2 id={name}>{html.escape(name)}</h2><section>{figures}</section>"


def _figure(file: str) -> str:
    caption = file.removesuffix(".png").partition(".")[2].replace(".", " ")
    return f'<a href="{file}"><img loading=lazy src="{file}" alt="{caption}"></a><figcaption>{caption}</figcaption>'


if __name__ == "__main__":
    main()
