"""`catalograph validate` with what was made to harm: nothing reaches the terminal, nothing conforms falsely."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from api.commands.terminal import SYNTAXES
from loaders.detection import FORMATS
from tests.api.test_validate import GOOD, SHAPE, Console, refused

NEVER = ":S a sh:NodeShape ; sh:targetClass :Nothing ; "
EVERY = ":S a sh:NodeShape ; sh:targetClass dcat:Dataset ; "
RICH = """:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; sh:select
    'SELECT ?this WHERE { ?this a <http://www.w3.org/ns/dcat#Dataset> FILTER NOT EXISTS { ?this a ?this } }' ] ; """
TITLE = "sh:property [ sh:path dct:title ; sh:minCount 1 ]"
SELECT = 'sh:sparql [ sh:select "SELECT $this WHERE { $this a <http://data.example/None> }" ] .'


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path)


def test_what_an_error_quotes_of_a_file_cannot_write_to_the_terminal(console: Console) -> None:
    line = refused(console("\x1b]0;owned\x07 :a :b ."))
    assert "\\u001B" in line
    assert "\x1b" not in line
    context = console.file('{"@context": "http://\u202econtext.example/", "@id": "x"}', "a.jsonld")
    assert "\\u202E" in refused(console.run(context))


def test_iris_cannot_turn_what_is_written_around(console: Console) -> None:
    text = "<http://data.example/\\u202Ea> a dcat:Dataset ."
    assert "\u202e" not in console(text).stdout
    page = console(text, "--format", "html").stdout
    assert ">http://data.example/\u202ea" not in page
    assert "http://data.example/\\u202Ea" in page


def test_json_spells_controls_out_and_says_the_same(console: Console) -> None:
    said = console(
        '<http://data.example/\\u202Ea> a dcat:Dataset ; dct:issued "\\u009B31m" .', "--format", "json"
    ).stdout
    assert not {"\u202e", "\x9b"} & set(said)
    results = json.loads(said)["results"]
    assert {one["record"] for one in results} == {"http://data.example/\u202ea"}
    assert "\x9b31m" in {one["value"] for one in results}


UNSEEN = "\u202e\u200b\u2066\u2028\U000e0041\x9b\ufeff\u061c"


UNSEEN_IRI = f"http://purl.org/dc/terms/{UNSEEN}".translate(dict.fromkeys(map(ord, "\x9b\U000e0041")))
HIDDEN = "".join(f"\\U{ord(one):08X}" for one in UNSEEN)
HIDDEN_IRI = HIDDEN.replace("\\U0000009B", "").replace("\\U000E0041", "")


@pytest.mark.parametrize("form", ["text", "json", "ttl", "html"])
def test_no_form_shows_what_cannot_be_seen_and_all_for_programs_say_the_same(console: Console, form: str) -> None:
    text = f"""<http://data.example/{HIDDEN_IRI}> a dcat:Dataset ; dct:title "{HIDDEN}" ; dct:issued "{HIDDEN}" ;
        dct:language <http://purl.org/dc/terms/{HIDDEN_IRI}> ."""
    clause = f"sh:path dct:issued ; sh:maxCount 0 ; dct:source <http://s.example/{HIDDEN_IRI}>"
    own = console.file(f":S sh:targetClass dcat:Dataset ; sh:property [ {clause} ] .", "own.ttl")
    said = console(text, "--format", form, "--profile", "dcat-ap", "--shapes", own).stdout
    assert len(said) > 1000
    assert set(UNSEEN).isdisjoint(said)
    if form == "json":
        results = json.loads(said)["results"]
        assert UNSEEN in {one["value"] for one in results if one["path"] == "http://purl.org/dc/terms/issued"}
    if form == "ttl":
        found = {getattr(one.object, "value", "") for one in parse(said, RdfFormat.TURTLE)}
        assert {UNSEEN, UNSEEN_IRI} <= found
    if form == "html":
        assert 'href="http://data.example/%E2%80%AE' in said


def test_a_title_in_five_hundred_languages_is_not_told_with_every_result(console: Console) -> None:
    titles = ", ".join(f'"t{n}"@x-l{n}' for n in range(500))
    text = f':a a dcat:Dataset ; dct:title {titles}, "T"@en, "{"x" * 5000}"@fr .'
    results = json.loads(console(text, "--format", "json").stdout)["results"]
    assert len(results) > 5
    for title in (one["title"] for one in results):
        assert list(title)[:2] == ["fr", "en"]
        assert (len(title), len(title["fr"])) == (3, 1001)


def test_the_syntaxes_to_choose_from_are_those_that_are_read(console: Console) -> None:
    assert set(SYNTAXES) == set(FORMATS)
    result = console(GOOD, "--syntax", "word")
    assert (result.exit_code, "Traceback" in result.stderr) == (2, False)
    assert "turtle" in result.stderr


def test_standard_input_is_called_so(console: Console) -> None:
    assert refused(console.run("-", stdin=b"")) == "catalograph: standard-input: is empty"
    broken = b":air a dcat:Dataset ; dct:title <> <x ."
    path = Path(console.file("", "empty.ttl"))
    found = console.run("-", "--format", "json", stdin=path.read_bytes() + broken)
    assert "/catalograph-" not in found.stdout + found.stderr


@pytest.mark.parametrize("name", ["x" * 5000, "catalogue.ttl/inside"])
def test_a_name_that_can_be_no_file_is_no_fault_of_the_data_directory(console: Console, name: str) -> None:
    console.file(GOOD)
    line = refused(console.run(str(console.folder / name)))
    assert "data directory" not in line


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        (f'{EVERY} sh:js [ sh:jsFunctionName "f" ] .', "sh:js"),
        (f"{SHAPE} : sh:entailment <http://www.w3.org/ns/entailment/RDFS> .", "sh:entailment"),
        (
            f'{EVERY} sh:property [ sh:path dct:title ; sh:pattern "\\\\p{{IsGreek}}" ] .',
            "could not be evaluated: sh:property [ sh:path <http://purl.org/dc/terms/title> ]",
        ),
        (f"{EVERY} sh:not {'[ sh:not ' * 2000} [ sh:class :X ] {']' * 2000} .", "nested too deeply"),
        (f"{EVERY} sh:not {'[ sh:not ' * 150} [ sh:class :X ] {']' * 150} .", "nested too deeply"),
        (f"{EVERY} sh:property [ sh:path {'[ sh:inversePath ' * 2000} :p {']' * 2000} ] .", "nested too deeply"),
        (
            f'{EVERY} sh:sparql [ sh:select "SELECT $this {{ SERVICE <http://a.example/> {{ $this a ?x }} }}" ] .',
            "SERVICE",
        ),
        (f"{NEVER} {SELECT}", "no node that the shapes have for a target"),
        (f"{RICH.replace('Dataset', 'Nothing')} {TITLE} .", "no node that the shapes have for a target"),
        (':S sh:target [ a sh:SPARQLTarget ; sh:ask "ASK {}" ] ; sh:class :X .', "has no sh:select"),
        (':S sh:target [ a sh:JSTarget ; sh:jsFunctionName "f" ] ; sh:class :X .', "JavaScript"),
    ],
)
def test_shapes_that_are_not_evaluated_whole_make_nothing_conform(console: Console, shapes: str, told: str) -> None:
    assert told in refused(console(GOOD, "--shapes", console.file(shapes, "own.ttl")))


def test_records_that_only_pyshacl_judges_are_counted(console: Console) -> None:
    found = json.loads(
        console(GOOD, "--shapes", console.file(EVERY + SELECT, "own.ttl"), "--format", "json").stdout,
    )  # fmt: skip
    assert (found["conforms"], found["records"], len(found["elsewhere"])) == (True, 1, 1)


def test_targets_that_only_pyshacl_finds_are_counted_once(console: Console) -> None:
    data = GOOD + ":water a dcat:Dataset . :nothing a :Other ."
    also = ":T sh:targetClass dcat:Dataset , :Other ; sh:nodeKind sh:IRI ."
    for shapes, records in ((f"{RICH} {TITLE} .", 2), (f"{RICH} {TITLE} . {also}", 3)):
        own = console.file(shapes, "own.ttl")
        found = json.loads(console(data, "--shapes", own, "--format", "json").stdout)
        assert (found["records"], len(found["results"]), len(found["elsewhere"])) == (records, 1, 1)
    own = console.file(f"{RICH} {TITLE.replace('1', '2')} .", "own.ttl")
    text = console(data, "--shapes", own).stdout
    assert "2 records checked, 2 records to correct" in text
    assert "2 records  violation  dct:title" in text


def test_what_pyshacl_finds_on_a_node_that_no_record_describes_is_told(console: Console) -> None:
    query = "SELECT $this WHERE { ?any ?way $this FILTER NOT EXISTS { $this a ?class } }"
    shapes = f':S sh:targetObjectsOf dct:publisher ; sh:sparql [ sh:select "{query}" ] .'
    own = console.file(shapes, "own.ttl")
    found = json.loads(console(GOOD + ":air dct:publisher :nobody .", "--shapes", own, "--format", "json").stdout)
    assert [one["record"] for one in found["results"]] == ["http://data.example/nobody"]
    assert found["records"] == 1


def test_shapes_named_twice_say_nothing_twice(console: Console) -> None:
    shapes = console.file(SHAPE, "own.ttl")
    again = str(Path(shapes).parent / "." / "own.ttl")
    found = json.loads(console(GOOD, "--shapes", shapes, "--shapes", again, "--format", "json").stdout)
    assert (found["profiles"], len(found["results"])) == (["own.ttl"], 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_said_in_one_line(console: Console) -> None:
    command = [sys.executable, "-P", "-m", "api.cli", "validate", console.file(GOOD), "--format", "json"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert done.returncode == 2
    assert os.strerror(errno.ENOSPC) in done.stderr
    assert "Traceback" not in done.stderr
