"""Pages are the HTML they say they are: asked of the checker that the W3C runs."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.site.crawl import Site

CHECKER = Path(__file__).parents[1] / "clients" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
JAVA = shutil.which("java")


@pytest.fixture(scope="module")
def java() -> str:
    if JAVA is None or not CHECKER.exists():
        pytest.skip("the HTML of pages was not checked: that needs java, and `make clients`")
    return JAVA


def _complaints(java: str, folder: Path) -> list[tuple[str, str, str]]:
    """File, message and extract of all that is wrong in the files of a folder."""
    order = [java, "-Xss2m", "-jar", str(CHECKER), "--format", "json", "--exit-zero-always", str(folder)]
    told = json.loads(subprocess.run(order, capture_output=True, check=True).stderr)
    return [(Path(one["url"]).name, one["message"], one.get("extract", "")) for one in told["messages"]]


def test_pages_are_valid_html(site: Site, java: str, tmp_path: Path) -> None:
    names = {}
    for number, page in enumerate(site.pages.values()):
        names[f"{number}.html"] = page.path
        (tmp_path / f"{number}.html").write_bytes(page.html)
    wrong = [(names[name], message, extract) for name, message, extract in _complaints(java, tmp_path)]
    assert not wrong, "\n".join(sorted({f"{path}: {message}: {extract}" for path, message, extract in wrong}))


def test_the_checker_finds_what_is_wrong(java: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><html lang=en><title>Page</title><p><div id=a id=b></p>")
    assert _complaints(java, tmp_path)
