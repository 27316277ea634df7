"""The wheel carries the editor where it was fetched, and does without it where it was not."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.browser.conftest import EDITOR

ROOT = Path(__file__).parents[2]
SHOW = """
from pathlib import Path
from api.app import create_app
from api.settings import Settings
answer = create_app(Settings(data=Path("nothing"))).test_client().get("/sparql", headers={"Accept": "text/html"})
print(answer.status_code, answer.text)
"""


def built(folder: Path, *, editor: bool) -> Path:
    """The wheel of a copy of what is committed, unpacked."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    for name in listed.split("\n"):
        if name and (ROOT / name).is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    if editor:
        shutil.copytree(EDITOR.parent, folder / EDITOR.parent.relative_to(ROOT))
    command = [
        sys.executable,
        "-m",
        "build",
        "--quiet",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder / "dist"),
        ".",
    ]
    subprocess.run(command, cwd=folder, check=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.mark.prove
@pytest.mark.parametrize("editor", [True, False])
def test_the_query_page_of_a_wheel_has_what_was_there_when_it_was_built(tmp_path: Path, *, editor: bool) -> None:
    if editor and not EDITOR.is_file():
        pytest.skip("needs the editor: make editor")
    if not (ROOT / ".git").exists():
        pytest.skip("needs a checkout")
    unpacked = built(tmp_path, editor=editor)
    static = unpacked / "api" / "static"
    assert (static / "query" / "main.js").is_file()
    assert (static / "yasqe" / "yasqe.esm.js").is_file() is editor
    assert (static / "yasqe" / "LICENSES.txt").is_file() is editor
    environ = {**os.environ, "PYTHONPATH": str(unpacked)}
    command = [sys.executable, "-P", "-c", SHOW]
    shown = subprocess.run(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert shown.startswith("200 ")
    assert '<textarea id="query"' in shown
    assert ('data-editor="/static/yasqe/yasqe.esm.js?v=' in shown) is editor
