"""What the index has of a dataset after loads that change only a part of it."""

from pathlib import Path

import pytest

from graph.index import Searcher
from graph.iris import Iris
from loaders.indexing import Indexer
from loaders.pipeline import Order, Pipeline

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix : <http://example.org/> .
"""
AIR = ':air a dcat:Dataset ; dct:title "Air"@en ; dcat:distribution :air-csv, :air-json ; dct:publisher :office .'
CSV = ':air-csv a dcat:Distribution ; dct:title "Hourly values"@en ; dct:format :csv ; dct:license :free .'
JSON = ":air-json a dcat:Distribution ; dct:format :json ."
OFFICE = ':office a foaf:Agent ; foaf:name "Environment office"@en, "Ëmweltverwaltung"@lb .'


class Source:
    """A file whose content a test changes between loads."""

    def __init__(self, pipeline: Pipeline, folder: Path, name: str) -> None:
        self._pipeline = pipeline
        self._path = folder / f"{name}.ttl"
        self._name = name

    def load(self, *texts: str, partial: bool = False) -> None:
        self._path.write_text(PREFIXES + "\n".join(texts))
        self._pipeline.load(Order([str(self._path)], self._name, partial=partial, validate=False))


@pytest.fixture
def pipeline(data: Path, iris: Iris) -> Pipeline:
    return Pipeline(data, iris)


@pytest.fixture
def source(pipeline: Pipeline, tmp_path: Path) -> Source:
    return Source(pipeline, tmp_path, "a")


def facet(pipeline: Pipeline, name: str, text: str = "") -> dict[str, int]:
    with pipeline.generations.current() as generation:
        found = generation.search.search(text, kind="datasets", facets=[name]).facets[name]
    return {value.removeprefix("http://example.org/"): count for value, count in found}


def test_a_dataset_is_found_by_its_files_its_source_and_who_publishes_it(pipeline: Pipeline, source: Source) -> None:
    source.load(AIR, CSV, JSON, OFFICE)
    assert facet(pipeline, "format") == {"csv": 1, "json": 1}
    assert facet(pipeline, "license") == {"free": 1}
    assert facet(pipeline, "source") == {"a": 1}
    for text in ("hourly", "environment", "emweltverwaltung", "air of the environment office"):
        with pipeline.generations.current() as generation:
            assert [hit.iri for hit in generation.search.search(text, kind="datasets").hits] == [
                "http://example.org/air"
            ], text


def test_a_change_of_a_file_alone_is_a_change_of_what_its_dataset_is_found_by(
    pipeline: Pipeline, source: Source
) -> None:
    source.load(AIR, CSV, JSON, OFFICE)
    source.load(AIR, CSV.replace(":csv", ":xls").replace("Hourly", "Daily"), JSON, OFFICE)
    assert facet(pipeline, "format") == {"xls": 1, "json": 1}
    assert facet(pipeline, "format", "daily") == {"xls": 1, "json": 1}
    assert facet(pipeline, "format", "hourly") == {}
    assert facet(pipeline, "source") == {"a": 1}


def test_a_change_of_a_dataset_alone_leaves_it_its_files(pipeline: Pipeline, source: Source) -> None:
    source.load(AIR, CSV, JSON, OFFICE)
    source.load(AIR.replace('"Air"', '"Clean air"'), CSV, JSON, OFFICE)
    assert facet(pipeline, "format", "clean hourly") == {"csv": 1, "json": 1}


def test_files_that_come_go_or_pass_to_another_dataset_are_followed(pipeline: Pipeline, source: Source) -> None:
    source.load(AIR, CSV, OFFICE)
    assert facet(pipeline, "format") == {"csv": 1}
    source.load(AIR, CSV, JSON, OFFICE)  # only the file is new
    assert facet(pipeline, "format") == {"csv": 1, "json": 1}
    source.load(AIR, JSON, OFFICE)  # and the other is gone
    assert facet(pipeline, "format") == {"json": 1}
    assert facet(pipeline, "license") == {}
    heir = ':heir a dcat:Dataset ; dct:title "Heir"@en ; dcat:distribution :air-json .'
    source.load(AIR.replace(", :air-json", ""), heir, JSON, OFFICE)  # unchanged, and of a dataset that is new
    assert facet(pipeline, "format", "heir") == {"json": 1}
    assert facet(pipeline, "format", "air") == {}


def test_a_part_of_a_source_may_be_a_file_of_a_dataset_that_is_there(pipeline: Pipeline, source: Source) -> None:
    source.load(AIR, CSV, OFFICE)
    source.load(JSON, partial=True)
    assert facet(pipeline, "format") == {"csv": 1, "json": 1}


def test_an_organisation_that_changes_its_name_is_found_by_the_new_one(pipeline: Pipeline, source: Source) -> None:
    source.load(AIR, CSV, JSON, OFFICE)
    source.load(AIR, CSV, JSON, OFFICE.replace("Environment", "Climate"))
    assert facet(pipeline, "source", "climate") == {"a": 1}
    assert facet(pipeline, "source", "environment") == {}


def test_a_record_may_be_handed_over_whole_and_what_is_left_over_is_told_in_between(tmp_path: Path) -> None:
    dataset = b"<http://e/a> <http://www.w3.org/ns/dcat#distribution> <http://e/f> .\n"
    file = b"<http://e/f> <http://purl.org/dc/terms/format> <http://e/csv> .\n"
    with Indexer(tmp_path / "search", isolation_required=False) as indexer:
        indexer.put("http://e/a", "datasets", dataset, "s", new=True)
        indexer.put("http://e/g", "distributions", file, "s", new=True)
        left = indexer.settle()
        assert (left.lacking, left.unasked) == ((("http://e/a", "http://e/f"),), ("http://e/g",))
        indexer.put("http://e/a", "datasets", dataset + file, "s", new=False)
        assert indexer.settle().lacking == ()
        indexer.finish()
    found = Searcher(tmp_path / "search").search(facets=["format"])
    assert (found.total, found.facets["format"]) == (1, (("http://e/csv", 1),))
