"""A machine without a browser is told what was left out; where a browser has to be there, that is a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import REQUIRED

ROOT = Path(__file__).parents[2]
ANY = "tests/browser/test_search.py::test_several_values_are_chosen_at_once"


def tried(tmp_path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """One of the browser's tests, where no program but Python can be found."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV", REQUIRED))}
    command = [sys.executable, "-m", "pytest", "-q", "-rfEs", "-p", "no:cacheprovider", f"--basetemp={tmp_path}", ANY]
    there = {**known, "PATH": "/nowhere", **environ}
    return subprocess.run(command, cwd=ROOT, env=there, capture_output=True, text=True, check=False)


def test_without_a_browser_the_summary_says_what_was_left_out_and_what_is_missing(tmp_path: Path) -> None:
    done = tried(tmp_path)
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert "SKIPPED [1] tests/browser/" in done.stdout
    assert "needs Chromium: apt-get install chromium" in done.stdout


def test_where_a_browser_is_required_what_is_left_out_fails(tmp_path: Path) -> None:
    done = tried(tmp_path, **{REQUIRED: "1"})
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert f"left out, though {REQUIRED} is set: Skipped: needs Chromium" in done.stdout


def test_the_summary_is_asked_for_and_ci_requires_a_browser() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "-m pytest -q -rfEs -n 2" in makefile
    assert f"export {REQUIRED}=1\n" in (ROOT / ".ci" / "run").read_text("utf-8")
