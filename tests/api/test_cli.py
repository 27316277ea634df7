"""The commands as an operator runs them, in this process; demonstration and server are processes of their own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import main

TTL = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <http://example.org/> .
:air a dcat:Dataset ; dct:title "Air"@en ; dct:description "Air quality."@en ; dcat:distribution :csv .
:csv a dcat:Distribution ; dcat:accessURL :get ; dcat:byteSize "12"^^xsd:nonNegativeInteger .
"""
BAD = TTL.replace(' ; dct:description "Air quality."@en', "")


class Console:
    """Runs commands on one data directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"

    def __call__(self, *arguments: str, **environ: str) -> Result:
        return CliRunner().invoke(main, ["--data", str(self.data), *arguments], env=environ)

    def file(self, text: str, name: str = "catalogue.ttl") -> str:
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def load(self, text: str, *more: str) -> Result:
        return self("load", self.file(text), "--source", "a", *more)


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path)


def last_line(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return told


def test_load_ends_with_one_line_of_json(console: Console) -> None:
    result = console.load(TTL)
    assert result.exit_code == 0
    told = last_line(result)
    assert list(told) == [
        "source", "generation", "added", "changed", "removed", "unchanged", "quarantined", "triples", "seconds",
    ]  # fmt: skip
    assert (told["source"], told["generation"], told["added"], told["triples"]) == ("a", 1, 2, 7)
    assert len(result.stdout.splitlines()) == 1
    assert "a: fetching" in result.stderr


def test_load_tells_what_it_repaired(console: Console) -> None:
    result = console.load(TTL.replace(":get ;", '"http://example.org/get" ; dct:format "csv" ;'))
    assert "repaired 2 values: 1 format-to-file-type, 1 literal-to-iri" in result.stderr


def test_violations_are_recorded_and_not_refused(console: Console) -> None:
    assert console.load(BAD).exit_code == 0


def test_a_strict_load_with_violations_exits_1_and_changes_nothing(console: Console) -> None:
    result = console.load(BAD, "--strict")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "2 violations: refused, nothing has changed" in result.stderr


def test_no_publish_has_a_null_generation(console: Console) -> None:
    assert last_line(console.load(TTL, "--no-publish"))["generation"] is None
    assert console("query", "catalogue/counts").exit_code == 2
    assert last_line(console("publish")) == {"generation": 1}


def test_faults_are_told_with_file_and_line(console: Console) -> None:
    result = console.load(TTL + ':odd dct:source <http://example.org/a b> .\n:worse dct:title "unended .\n')
    assert result.exit_code == 0
    assert last_line(result)["quarantined"] == 1
    assert "catalogue.ttl, line 6" in result.stderr
    assert "quarantined" in result.stderr
    assert "repaired" in result.stderr


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("<html><body>Not found</body></html>", "page.ttl", "HTML"),
        ('{"@id": "http://example.org/a", ', "broken.jsonld", "line 1, column"),
        ("Just a sentence.", "text.txt", "expected Turtle"),
    ],
)
def test_what_is_no_rdf_exits_2_with_one_line(console: Console, text: str, name: str, told: str) -> None:
    result = console("load", console.file(text, name), "--source", "a")
    assert result.exit_code == 2
    error = [line for line in result.stderr.splitlines() if line.startswith("catalograph: ")]
    assert len(error) == 1
    assert name in error[0]
    assert told in error[0]


def test_validate_exits_1_on_violations_and_says_the_field(console: Console) -> None:
    result = console("validate", console.file(BAD))
    assert result.exit_code == 1
    assert "description" in result.stdout
    assert console("validate", console.file(TTL)).exit_code == 0


def test_validate_as_json_has_the_documented_members(console: Console) -> None:
    told = json.loads(console("validate", console.file(BAD), "--format", "json").stdout)
    assert set(told) >= {"conforms", "profiles", "records", "counts", "results"}
    assert told["counts"]["violation"] == 1
    (found,) = (one for one in told["results"] if one["severity"].lower().endswith("violation"))
    assert set(found) >= {"record", "focus", "path", "value", "severity", "constraint", "message", "clause"}
    assert set(found["message"]) == {"fr", "de", "en", "lb"}
    assert found["path"] == "http://purl.org/dc/terms/description"
    assert found["constraint"] == "http://www.w3.org/ns/shacl#MinCountConstraintComponent"


@pytest.mark.parametrize(("language", "word"), [("fr_LU.UTF-8", "Ajoutez"), ("de_LU.UTF-8", "Beschreibung")])
def test_validate_speaks_the_language_of_the_terminal(console: Console, language: str, word: str) -> None:
    assert word in console("validate", console.file(BAD), LC_ALL=language).stdout


@pytest.mark.parametrize("form", ["ttl", "html"])
def test_validate_has_a_report_for_programs_and_one_for_browsers(console: Console, form: str) -> None:
    result = console("validate", console.file(BAD), "--format", form)
    assert {"ttl": "sh:ValidationReport", "html": "<!doctype html>"}[form] in result.stdout


def test_an_unknown_profile_is_told_with_those_there_are(console: Console) -> None:
    result = console("validate", console.file(TTL), "--profile", "dcat-ap-mars")
    assert result.exit_code == 2
    assert "dcat-ap" in result.stderr.replace("dcat-ap-mars", "")


def test_generations_rollback_and_rebuild(console: Console) -> None:
    console.load(TTL)
    console.load(BAD)
    assert last_line(console("rollback", "1")) == {"generation": 3, "content_of": 1}
    assert last_line(console("rebuild"))["added"] == 2
    listed = console("generations").stdout.splitlines()
    assert [line.partition("triples  ")[2] for line in listed] == ["load a", "load a", "rollback to 1", "rebuild"]
    assert listed[3].startswith("* 000004")


def test_query_by_name_by_file_and_with_parameters(console: Console) -> None:
    console.load(TTL)
    assert "http://www.w3.org/ns/dcat#Dataset,1" in console("query", "catalogue/counts").stdout
    asked = console.file("SELECT ?title { ?d <http://purl.org/dc/terms/title> ?title } LIMIT 1", "own.rq")
    assert json.loads(console("query", asked, "--format", "json").stdout)["head"] == {"vars": ["title"]}
    detail = console("query", "datasets/statements", "--param", "dataset=http://example.org/air", "--format", "nt")
    assert "Air quality." in detail.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("query", "no/such"), "no query 'no/such'"),
        (("query", "missing.rq"), "query file"),
        (("query", "catalogue/counts", "--format", "docx"), "there are"),
        (("query", "catalogue/counts", "--param", "novalue"), "name=value"),
        (("query", "catalogue/counts", "--param", "x=1"), "x"),
        (("rollback", "99"), "generation '99'"),
        (("export", "--format", "docx"), "there are"),
        (("harvest",), "configuration file"),
    ],
)
def test_misuse_exits_2_and_says_what_would_be_right(console: Console, arguments: tuple[str, ...], told: str) -> None:
    console.load(TTL)
    result = console(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("form", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_every_export_types_the_byte_size(console: Console, form: str) -> None:
    console.load(TTL)
    target = console.folder / f"out.{form}"
    assert console("export", "--format", form, "-o", str(target)).exit_code == 0
    assert "nonNegativeInteger" in target.read_text()
    assert console("export", "--format", form).stdout_bytes == target.read_bytes()


def test_check_says_what_is_sound_and_what_is_not(console: Console) -> None:
    assert console("check").exit_code == 2
    console.load(TTL)
    sound = console("check", "--deep")
    assert sound.exit_code == 0, sound.stdout
    assert "WRONG" not in sound.stdout
    assert console("check", CATALOGRAPH_BASE="https://other.example").exit_code == 2


def test_check_finds_a_flipped_byte(console: Console) -> None:
    console.load(TTL)
    table = next((console.data / "generations" / "000001" / "store").glob("*.sst"))
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    found = console("check")
    assert found.exit_code == 2
    assert table.name in found.stdout


def test_vocabularies_are_listed_with_their_versions(console: Console) -> None:
    assert "frequency" in console("vocabularies").stdout


def test_harvest_goes_on_when_one_source_fails(console: Console) -> None:
    config = console.file(
        f'[sources.broken]\nlocations = ["{console.folder}/none.ttl"]\n'
        f'[sources.good]\nlocations = ["{console.file(TTL)}"]\n',
        "sources.toml",
    )
    result = console("harvest", CATALOGRAPH_SOURCES=config)
    assert result.exit_code == 2
    assert "broken: " in result.stderr
    assert last_line(result)["source"] == "good"


def test_a_setting_with_a_bad_value_is_told(console: Console) -> None:
    result = console("generations", CATALOGRAPH_PORT="many")
    assert result.exit_code == 2
    assert "CATALOGRAPH_PORT" in result.stderr


def test_a_setting_that_is_none_is_pointed_out(console: Console) -> None:
    assert "CATALOGRAPH_PROT is no setting" in console("generations", CATALOGRAPH_PROT="1").stderr


def test_the_demonstration_loads_serves_and_answers(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "api.cli", "--data", str(tmp_path / "data"), "demo", "--once"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(": 200, ") == 3


def test_an_unwritable_data_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, where a folder should be")
    result = Console(tmp_path).load(TTL)
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
    assert "Traceback" not in result.stderr


def test_dump_makes_the_dumps_of_what_is_published_once(console: Console) -> None:
    assert console("dump").exit_code == 2
    console.load(TTL)
    first, second = last_line(console("dump")), last_line(console("dump"))
    assert (first["generation"], first["made"], second["made"]) == (1, True, False)
    assert first["files"]["catalogue.nq.gz"] == (console.data / "dumps/latest/catalogue.nq.gz").stat().st_size
