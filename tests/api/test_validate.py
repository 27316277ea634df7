"""`catalograph validate` as an operator runs it, above all on bad input: a clear answer, never a false “conforms”."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, parse

from api.cli import main

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <http://data.example/> .
"""
GOOD = ':air a dcat:Dataset ; dct:title "Air"@en ; dct:description "Air quality."@en .'


class Console:
    """Validates text as a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, text: str, name: str = "catalogue.ttl") -> str:
        path = self.folder / name
        path.write_text(PREFIXES + text if name.endswith(".ttl") else text, "utf-8")
        return str(path)

    def run(self, *arguments: str, stdin: bytes | None = None) -> Result:
        environ = {"LC_ALL": "C", "NO_COLOR": ""}
        return CliRunner().invoke(main, ["validate", *arguments], env=environ, input=stdin)

    def __call__(self, text: str, *arguments: str) -> Result:
        return self.run(self.file(text), *arguments)

    def results(self, text: str, *arguments: str) -> list[dict[str, Any]]:
        """All but what is only recommended."""
        found: list[dict[str, Any]] = json.loads(self(text, "--format", "json", *arguments).stdout)["results"]
        return [one for one in found if one["severity"] == "violation" or "coherence" in one["shape"]]


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path)


def refused(result: Result) -> str:
    """The one line that says why there is no report."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("catalograph: ")]
    return line


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("page.html", "<html><body>Not found</body></html>", "HTML"),
        ("wrong.rdf", '{"@id": "http://data.example/a", ', "wrong.rdf"),
        ("text.txt", "Just a sentence.", "expected Turtle"),
        ("empty.nt", "", "is empty"),
        ("blank.nt", " \n\n", "blank.nt"),
        ("comment.nt", "# nothing\n", "there is no statement in it"),
        ("nothing.ttl", "", "there is no statement in it"),
        ("people.ttl", ':a foaf:nick "A" .', "nothing to validate: 1 statement, but no dataset"),
        ("words.ttl", ':c a skos:Concept ; skos:prefLabel "C"@en .', "nothing to validate: 2 statements"),
    ],
)
def test_what_holds_no_record_is_refused_and_never_conforms(console: Console, name: str, text: str, told: str) -> None:
    assert told in refused(console.run(console.file(text, name)))


def test_organisations_alone_are_something_to_validate_where_the_profile_has_them(console: Console) -> None:
    text = ':o a foaf:Agent ; foaf:name "Gemeng Beispill"@lb .'
    assert "nothing to validate" in refused(console(text))


def test_a_file_that_is_not_there_is_told(console: Console) -> None:
    assert "none.ttl" in refused(console.run(str(console.folder / "none.ttl")))


def test_a_dataset_without_its_type_is_recognised(console: Console) -> None:
    (found,) = console.results(':air dct:title "Air"@en ; dcat:distribution :csv .')
    assert "looks like a dataset" in found["message"]["en"]
    assert "Add rdf:type dcat:Dataset" in found["message"]["en"]
    assert (found["record"], found["severity"]) == ("http://data.example/air", "violation")
    (found,) = console.results(':air dct:title "Air"@en ; dcat:keyword "air"@en .')
    assert "dcat:DataService" in found["message"]["en"]
    (found,) = console.results(GOOD + ":csv dcat:accessURL :get ; a :File .")
    assert "its type is another" in found["message"]["en"]


def test_ten_thousand_violations_are_counted_and_shown_in_part(console: Console) -> None:
    text = "\n".join(f':d{n} a dcat:Dataset ; dct:issued "soon" .' for n in range(3334))
    result = console(text)
    assert result.exit_code == 1
    assert "10,002 violations" in result.stdout
    assert "What to correct first" in result.stdout
    assert "3,284 more records to correct are not shown" in result.stdout
    assert len(result.stdout) < 200_000
    assert console(text, "--all").stdout.count("\nhttp://data.example/d") == 3334


@pytest.mark.parametrize("predicate", ["dcat:inSeries", "dcat:prev", "dcat:next", "dcat:previousVersion"])
def test_what_leads_back_to_itself_is_reported(console: Console, predicate: str) -> None:
    series = " ".join(
        f':s{n} a dcat:DatasetSeries ; dct:title "S"@en ; dct:description "S."@en ; {predicate} :s{(n + 1) % 3} .'
        for n in range(3)
    )
    told = console.results(series)
    assert {one["record"] for one in told if "leads back to here" in one["message"]["en"]} == {
        f"http://data.example/s{n}" for n in range(3)
    }
    straight = series.replace(f"{predicate} :s0", ":note :s0")
    assert not any("leads back" in one["message"]["en"] for one in console.results(straight))


def test_a_value_of_ten_megabytes_is_cut_for_people_and_whole_for_programs(console: Console) -> None:
    text = f'{GOOD} :air dct:issued "{"x" * 10_000_000}" .'
    for form, most in (("text", 10_000), ("html", 30_000)):
        result = console(text, "--format", form)
        assert result.exit_code == 1
        assert len(result.stdout) < most
        assert "(10,000,000 characters)" in result.stdout
    (found,) = console.results(text)
    assert len(found["value"]) == 10_000_000


def test_a_literal_of_an_unknown_datatype_is_reported_as_what_it_is(console: Console) -> None:
    text = ':air a dcat:Dataset ; dct:title "Air"^^:text ; dct:description "A."@en ; dct:issued "2026-11-20"^^:day .'
    issued, title = sorted(console.results(text), key=lambda one: str(one["path"]))
    assert (issued["term"]["datatype"], issued["suggestion"]["datatype"]) == (
        "http://data.example/day", "http://www.w3.org/2001/XMLSchema#date",
    )  # fmt: skip
    assert (title["severity"], title["suggestion"]["value"]) == ("warning", "Air")


def test_a_language_tag_of_three_letters_is_a_warning_with_the_right_one(console: Console) -> None:
    text = ':air a dcat:Dataset ; dct:title "Air"@eng ; dct:description "Loft."@ltz .'
    assert console(text).exit_code == 0
    assert console(text, "--fail-on", "warning").exit_code == 1
    found = console.results(text)
    assert [one["suggestion"]["xml:lang"] for one in found] == ["lb", "en"]


def test_what_cannot_be_read_is_a_violation_of_its_record(console: Console) -> None:
    text = f'{GOOD}\n:worse a dcat:Dataset ; dct:title "unended .\n'
    result = console(text)
    assert result.exit_code == 1
    assert ": conforms" not in result.stdout
    assert "could not be read, so it was not checked" in result.stdout
    told = json.loads(console(text, "--format", "json").stdout)
    assert (told["conforms"], told["counts"]["violation"]) == (False, 1)


def test_repaired_faults_are_told_on_stderr(console: Console) -> None:
    result = console(f"{GOOD} :air dcat:landingPage <http://data.example/a b> .")
    assert "repaired" in result.stderr
    assert result.exit_code == 0


def test_several_files_are_one_catalogue(console: Console) -> None:
    one = console.file(GOOD + ":air dcat:inSeries :s .", "one.ttl")
    other = console.file(':s a dcat:DatasetSeries ; dct:title "S"@en .', "other.ttl")
    result = console.run(one, other, "--format", "json")
    told = json.loads(result.stdout)
    assert (told["records"], told["statements"], told["counts"]["violation"]) == (2, 6, 1)
    assert {found["record"] for found in told["results"]} == {"http://data.example/air", "http://data.example/s"}


def test_standard_input_is_a_file_like_any_other(console: Console) -> None:
    result = console.run("-", stdin=(PREFIXES + GOOD).encode())
    assert (result.exit_code, "1 record checked" in result.stdout) == (0, True)
    assert "is empty" in refused(console.run("-", stdin=b""))


SHAPE = ":S a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:spatial ; sh:minCount 1 ] ."


def test_shapes_of_ones_own_stand_instead_of_profiles_or_beside_them(console: Console) -> None:
    shapes = console.file(SHAPE, "own.ttl")
    own = console(GOOD, "--shapes", shapes)
    assert (own.exit_code, own.stdout.splitlines()[0]) == (1, "own.ttl: does not conform")
    assert "dct:spatial: MinCount" in own.stdout
    both = console(':air a dcat:Dataset ; dct:title "Air"@en .', "--shapes", shapes, "--profile", "dcat-ap")
    assert both.stdout.startswith("DCAT-AP 3.0.1, own.ttl: does not conform")
    assert "2 violations" in both.stdout


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        (":S a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property [ sh:minCount 1 .", "own.ttl, line"),
        (":S sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:title ; sh:minCount -1 ] .", "not well-formed"),
        (":S sh:targetClass dcat:Dataset ; sh:property :nowhere .", "not well-formed"),
        (":S sh:targetClass dcat:Dataset ; sh:or :nil .", "not well-formed"),
        (":S sh:property [ sh:path dct:title ; sh:minCount 1 ] .", "no target (sh:targetClass, …)"),
        (":a a :b .", "no shape with a target"),
    ],
)
def test_shapes_that_are_not_well_formed_are_told_with_what_and_where(console: Console, shapes: str, told: str) -> None:
    line = refused(console(GOOD, "--shapes", console.file(shapes, "own.ttl")))
    assert told in line
    assert "own.ttl" in line


SPARQL = ':S a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:sparql [ sh:select "SELECT $this {WHERE} " ] .'


TOLD = ":S sh:targetClass dcat:Dataset ; sh:nodeKind sh:IRI ."


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        (":S a sh:NodeShape ; sh:targetClass dcat:Dataset .", "has a target, but no constraint"),
        (":S sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:title ] .", "has a target, but no constraint"),
        (":S a sh:NodeShape ; sh:property [ sh:path dct:title ; sh:minCount 1 ] .", "has constraints, but no target"),
        (":S sh:targetClass dcat:Dataset ; sh:nodeKind sh:IRI ; sh:deactivated true .", "is deactivated"),
    ],
)
def test_a_shape_that_checks_nothing_is_told_with_the_reason(console: Console, shapes: str, told: str) -> None:
    line = refused(console(GOOD, "--shapes", console.file(shapes, "own.ttl")))
    assert f"<http://data.example/S> {told}" in line
    beside = console(GOOD, "--shapes", console.file(f"{shapes} {TOLD.replace(':S', ':T')}", "own.ttl"))
    assert beside.exit_code == 0
    assert f"<http://data.example/S> {told}" in beside.stderr
    assert ":T" not in beside.stderr
    assert "http://data.example/T" not in beside.stderr


def test_shapes_that_all_check_something_are_told_of_nothing(console: Console) -> None:
    parts = ":Named sh:property :P . :P sh:path dct:title ; sh:minCount 1 ."
    own = console.file(f":S sh:targetClass dcat:Dataset ; sh:node :Named . {parts}", "own.ttl")
    assert console(GOOD, "--shapes", own).stderr == ""


def test_a_shape_in_another_file_is_told_with_the_file_to_add(console: Console) -> None:
    folder = console.folder / "own"
    folder.mkdir()
    dataset = console.file(":S sh:targetClass dcat:Dataset ; sh:property <parts#title> .", "own/dataset.ttl")
    assert "add the file that it is in" in refused(console(GOOD, "--shapes", dataset))
    parts = console.file("<parts#title> sh:path dct:title ; sh:maxCount 0 .", "own/parts.ttl")
    line = refused(console(GOOD, "--shapes", dataset))
    assert f"<parts#title> is referred to as a shape but not defined: it is in {parts}; add --shapes {parts}" in line
    for chosen in ([str(folder)], [dataset, parts]):
        found = json.loads(
            console(GOOD, *(word for one in chosen for word in ("--shapes", one)), "--format", "json").stdout
        )
        assert [one["path"] for one in found["results"]] == ["http://purl.org/dc/terms/title"]


def test_a_folder_that_is_called_like_a_profile_is_not_taken_for_it(console: Console) -> None:
    (console.folder / "dcat-ap").mkdir()
    console.file(TOLD, "dcat-ap/own.ttl")
    text = console(GOOD, "--shapes", str(console.folder / "dcat-ap")).stdout
    assert text.startswith("dcat-ap/: conforms")


def test_patterns_of_xpath_are_evaluated(console: Console) -> None:
    text = ':S sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:title ; sh:pattern "^\\\\p{Lu}\\\\i*$" ] .'
    found = json.loads(
        console(
            GOOD + ':b a dcat:Dataset ; dct:title "b" .', "--shapes", console.file(text, "s.ttl"), "--format", "json"
        ).stdout
    )
    assert [one["record"] for one in found["results"]] == ["http://data.example/b"]


def test_shapes_in_sparql_are_evaluated_by_pyshacl_which_is_said(console: Console) -> None:
    good = SPARQL.replace("{WHERE}", "WHERE { $this dct:title ?none . FILTER(?none = 1) }").replace(
        "sh:select", "sh:prefixes :S ; sh:select"
    )
    declared = ':S sh:declare [ sh:prefix "dct" ; sh:namespace "http://purl.org/dc/terms/"^^xsd:anyURI ] .'
    result = console(GOOD, "--shapes", console.file(good + declared, "own.ttl"))
    assert result.exit_code == 0, result.stderr
    assert "evaluated by pySHACL: 1" in result.stdout
    bad = console.file(SPARQL.replace("{WHERE}", "WHER {}"), "own.ttl")
    assert "own.ttl: these shapes could not be evaluated" in refused(console(GOOD, "--shapes", bad))


def test_data_without_a_target_of_the_shapes_does_not_conform_to_them(console: Console) -> None:
    shapes = console.file(SHAPE, "own.ttl")
    assert "no node that the shapes have for a target" in refused(console(":a a :b .", "--shapes", shapes))


def test_an_unknown_profile_names_those_there_are(console: Console) -> None:
    assert "dcat-ap" in refused(console(GOOD, "--profile", "dcat-ap-mars")).replace("dcat-ap-mars", "")


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "fiche vérifiée"), ("de", "Eintrag geprüft"), ("en", "record checked"), ("lb", "Fiche gepréift")],
)
def test_a_report_is_in_the_language_asked_for(console: Console, language: str, words: str) -> None:
    assert words in console(GOOD, "--lang", language).stdout


@pytest.mark.parametrize(("value", "status"), [('"soon"', 1), ('"2020-01-01"^^xsd:date', 0)])
def test_a_reader_who_has_read_enough_leaves_the_verdict_as_it_is(console: Console, value: str, status: int) -> None:
    text = "\n".join(f"{GOOD.replace(':air', f':d{n}')} :d{n} dct:issued {value} ." for n in range(1000))
    command = [sys.executable, "-P", "-m", "api.cli", "validate", console.file(text), "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == status


def test_a_command_that_nobody_reads_to_the_end_ends_as_the_shell_expects() -> None:
    command = [sys.executable, "-P", "-m", "api.cli", "vocabularies"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


def test_values_cannot_write_to_the_terminal_or_the_page(console: Console) -> None:
    text = f'{GOOD} :air dct:issued "\\u001B[31mred\\u202Eder<script>alert(1)</script>" .'
    said = console(text).stdout
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "\\u001B[31mred\\u202Eder<script>" in said
    page = console(text, "--format", "html").stdout
    assert "<script" not in page
    assert "\u202e" not in page


def test_turtle_is_one_well_formed_report(console: Console) -> None:
    text = "\n".join(f':d{n} a dcat:Dataset ; dct:issued "soon" ; dct:title _:result{n} .' for n in range(500))
    found = list(parse(io.BytesIO(console(text, "--format", "ttl").stdout_bytes), RdfFormat.TURTLE))
    conforms = [quad for quad in found if quad.predicate.value.endswith("#conforms")]
    results = {quad.object for quad in found if quad.predicate.value.endswith("#result")}
    assert (len(conforms), len(results) >= 1500) == (1, True)
    one = {quad.predicate.value.rpartition("#")[2] for quad in found if quad.subject == next(iter(results))}
    assert one >= {"type", "focusNode", "resultPath", "resultSeverity", "sourceConstraintComponent", "sourceShape"}
