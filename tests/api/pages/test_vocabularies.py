"""`catalograph vocabularies`, as an operator runs it."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from api.app import create_app
from api.cli import main
from api.portal import portal
from api.settings import Settings
from vocabularies.concepts import Concepts, tables

NEWER = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
<http://publications.europa.eu/resource/authority/continent> a skos:ConceptScheme ; owl:versionInfo "20260318-0" .
<http://publications.europa.eu/resource/authority/continent/EUROPE> a skos:Concept ; skos:prefLabel "Europe"@en .
"""


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(folder / "data"), "vocabularies", *arguments])


def test_every_table_is_a_line_with_version_share_languages_licence_and_source(tmp_path: Path) -> None:
    told = run(tmp_path).stdout.splitlines()
    assert [line.split()[0] for line in told] == ["name", *(name for name, _ in tables())]
    (place,) = (line for line in told if line.startswith("place "))
    assert "20190918-0  2019-09-18  57 of 2,947" in place
    assert "fr de en lb  http://creativecommons.org/licenses/by/4.0/" in place
    assert place.endswith("EU Vocabularies, authority table <http://publications.europa.eu/resource/authority/place>")
    assert any("404, not all" in line for line in told if line.startswith("language "))
    assert len({line.index("20") for line in told if "20220615-0" in line}) == 1


def test_the_list_comes_as_json_too(tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, "--format", "json").stdout)
    (place,) = (table for table in told if table["name"] == "place")
    assert (place["concepts"], place["of"], place["complete"], place["refreshed"]) == (57, 2947, False, False)
    assert place["scheme"] == "http://publications.europa.eu/resource/authority/place"
    assert set(place["titles"]) == {"fr", "de", "en", "lb"}


def test_a_table_is_refreshed_from_a_file_and_marked(tmp_path: Path) -> None:
    file = tmp_path / "continent.ttl"
    file.write_text(NEWER)
    result = run(tmp_path, "refresh", "continent", str(file))
    assert result.exit_code == 0, result.stderr
    assert "continent: 1 concepts of version 20260318-0; before it was 20210317-0" in result.stdout
    assert "0 came\n" in result.stdout
    assert "6 went: AFRICA, AMERICA" in result.stdout
    assert any(line.startswith("continent*") for line in run(tmp_path).stdout.splitlines())
    assert len(Concepts.load(tmp_path / "data" / "vocabularies")) == len(Concepts.load()) - 6


FREQUENCIES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <http://publications.europa.eu/resource/authority/frequency/> .
<http://publications.europa.eu/resource/authority/frequency> a skos:ConceptScheme ; owl:versionInfo "20990101-0" .
:LUNAR a skos:Concept , dct:Frequency ; skos:prefLabel "every new moon"@en ; skos:notation "LUNAR" ;
    skos:inScheme <http://publications.europa.eu/resource/authority/frequency> .
"""
CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix : <http://a.example/> .
:new a dcat:Dataset ; dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/LUNAR> .
:old a dcat:Dataset ; dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/DAILY> .
:word a dcat:Dataset ; dct:accrualPeriodicity "LUNAR" .
"""


def test_validation_pages_and_repairs_go_by_the_tables_of_the_data_directory(tmp_path: Path) -> None:
    newer, catalogue = tmp_path / "frequency.ttl", tmp_path / "catalogue.ttl"
    newer.write_text(FREQUENCIES)
    catalogue.write_text(CATALOGUE)
    assert run(tmp_path, "refresh", "frequency", str(newer)).exit_code == 0
    command = ["--data", str(tmp_path / "data"), "validate", str(catalogue), "--format", "json"]
    results = json.loads(CliRunner().invoke(main, command).stdout)["results"]
    found = {one["record"]: one for one in results if (one["path"] or "").endswith("accrualPeriodicity")}
    assert sorted(found) == ["http://a.example/old", "http://a.example/word"]
    assert found["http://a.example/word"]["repair"]["published"].endswith("/LUNAR>")
    with create_app(Settings(data=tmp_path / "data")).app_context():
        told = portal().declared.concepts.table("frequency")
    assert told is not None
    assert told.version == "20990101-0"


def test_a_file_that_is_another_table_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "continent.ttl"
    file.write_text(NEWER)
    result = run(tmp_path, "refresh", "country", str(file))
    assert result.exit_code == 2
    assert "holds no labelled concept of the table" in result.stderr
    assert not (tmp_path / "data" / "vocabularies").exists()
