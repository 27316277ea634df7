"""What holds for the project as a whole and no linter says."""

import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from api.settings import Settings, table

ROOT = Path(__file__).parents[1]
PACKAGES = ("vocabularies", "graph", "shapes", "queries", "loaders", "api")


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_owns_our_package_names(package: str) -> None:
    owners = importlib.metadata.packages_distributions().get(package, [])
    assert set(owners) <= {"catalograph"}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_typed_and_says_what_it_is(package: str) -> None:
    assert (ROOT / package / "py.typed").exists()
    assert (ROOT / package / "__init__.py").read_text().startswith('"""')


def test_namespaces_are_made_in_one_place() -> None:
    makers = [path for path in modules() if re.search(r"\bNamespace\(", path.read_text())]
    assert makers == [ROOT / "vocabularies" / "namespaces.py"]


def test_a_well_known_prefix_is_written_once() -> None:
    from vocabularies.namespaces import PREFIXES

    again = {
        (path.relative_to(ROOT).as_posix(), prefix)
        for path in modules()
        for prefix in PREFIXES.values()
        if path.name != "namespaces.py" and f'"{prefix}' in path.read_text()
    }
    assert again == set()


def test_no_python_file_holds_a_query() -> None:
    asking = re.compile(r"\b(SELECT|CONSTRUCT|INSERT DATA|DELETE WHERE)\b[^\n]*(\{|\?)")
    outside = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if any(asking.search(line) and "\\b" not in line for line in path.read_text().splitlines())
    }
    # SQL of the ledger, the runs and the results is in their modules; it asks nothing of the graph.
    assert (
        outside - {"graph/ledger.py", "loaders/runs.py", "shapes/results.py", "shapes/reporting/retrieval.py"} == set()
    )


def test_only_the_settings_read_the_environment() -> None:
    readers = {path.relative_to(ROOT).as_posix() for path in modules() if "os.environ" in path.read_text()}
    handing_it_on = {"api/background/child.py", "api/cli.py", "api/demo.py"}  # to the settings, or to a process
    assert readers <= {*handing_it_on, "api/commands/terminal.py"}  # which asks in what language to speak


def test_the_readme_lists_every_setting_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text()
    for row in table():
        assert f"| `{row.name}` | {row.default} | {row.help} |" in readme
    assert readme.count("| `CATALOGRAPH_") == len(fields(Settings))


def test_the_readme_names_every_make_target_and_command() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [target for target in targets if f"`make {target}`" not in readme] == []
    from api.cli import main

    assert [name for name in main.commands if f"`catalograph {name}" not in readme] == []


SLOW = ("rdflib", "pyshacl", "shapes.reference", "jinja2", "flask")
"""What takes long to import, and is for other commands than these or for what is met seldom."""


@pytest.mark.parametrize(
    ("arguments", "left_out"),
    [
        (["--help"], SLOW),
        (["validate", "{file}", "--profile", "dcat-ap", "--profile", "portal"], SLOW),
        (["load", "{file}", "--source", "a"], SLOW),
    ],
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], left_out: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "catalogue.ttl"
    file.write_text(
        "<http://a.example/d> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/issued> 1 ."
    )
    run = "import sys; from api.cli import main; main(sys.argv[1:], standalone_mode=False)"
    told = "print('imported:', *sys.modules)"
    command = [sys.executable, "-P", "-c", f"import atexit, sys; atexit.register(lambda: {told}); {run}"]
    given = ["--data", str(tmp_path / "data"), *(one.format(file=file) for one in arguments)]
    done = subprocess.run([*command, *given], cwd=ROOT, capture_output=True, text=True, check=False)
    imported = done.stdout.rpartition("imported:")[2].split()
    assert "api.cli" in imported, done.stderr
    assert set(left_out) & set(imported) == set()


def test_no_child_that_reads_or_judges_imports_what_only_the_reference_needs() -> None:
    told = "import sys, loaders.assemble, shapes.streaming.portion; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(SLOW) & set(done.stdout.split()) == set()


def test_a_todo_has_an_issue_number() -> None:
    loose = re.compile(r"\b(TODO|FIXME|XXX)\b(?! #\d)")
    found = [path for path in [*modules(), *(ROOT / "tests").rglob("*.py")] if loose.search(path.read_text())]
    assert [path for path in found if path != Path(__file__)] == []


def test_no_committed_file_names_this_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()  # noqa: S607
    told = re.compile(r"/(?:work|root|home/[a-z]+)/[a-z.]")
    for name in listed:
        path = ROOT / name
        if path.exists() and path.suffix in {".py", ".md", ".toml", ".ttl", ".rq", ".html", ".css", ".lock", ".po"}:
            assert told.search(path.read_text("utf-8")) is None, name
