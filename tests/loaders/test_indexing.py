"""What the index has of a dataset after loads that change only a part of it."""

import shutil
from pathlib import Path

import pytest

from graph.index import Searcher
from graph.iris import Iris
from loaders.indexing import Indexer
from loaders.pipeline import Order, Pipeline
from tests.support.outdated import make_outdated

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix : <%s> .
"""
AIR = ':air a dcat:Dataset ; dct:title "Air"@en ; dcat:distribution :air-csv, :air-json ; dct:publisher :office .'
CSV = ':air-csv a dcat:Distribution ; dct:title "Hourly values"@en ; dct:format :csv ; dct:license :free .'
JSON = ":air-json a dcat:Distribution ; dct:format :json ."
OFFICE = ':office a foaf:Agent ; foaf:name "Environment office"@en, "Ëmweltverwaltung"@lb .'


class Source:
    """A file whose content a test changes between loads, beside those of other tests; its IRIs are its own."""

    def __init__(self, pipeline: Pipeline, folder: Path, name: str) -> None:
        self._pipeline = pipeline
        self._path = folder / f"{name}.ttl"
        self._name = name
        self.base = f"http://{name}.example/"

    def load(self, *texts: str, partial: bool = False) -> None:
        self._path.write_text(PREFIXES % self.base + "\n".join(texts))
        self._pipeline.load(Order([str(self._path)], self._name, partial=partial, validate=False))

    def facet(self, name: str, text: str = "") -> dict[str, int]:
        """The values of a facet among the datasets that have all the words of a text."""
        filters = {"source": [self._name]}
        with self._pipeline.generations.current() as generation:
            found = generation.search.search(text, kind="datasets", filters=filters, facets=[name])
        counts = () if found.relaxed else found.facets[name]
        return {value.removeprefix(self.base): count for value, count in counts}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """One portal for all: its vocabularies are loaded once."""
    return Pipeline(tmp_path_factory.mktemp("portal"), Iris("https://data.example.org"))


@pytest.fixture
def source(pipeline: Pipeline, tmp_path: Path, request: pytest.FixtureRequest) -> Source:
    return Source(pipeline, tmp_path, request.node.name.removeprefix("test_").replace("_", "-")[:40])


def test_a_dataset_is_found_by_its_files_its_source_and_who_publishes_it(source: Source) -> None:
    source.load(AIR, CSV, JSON, OFFICE)
    assert source.facet("format") == {"csv": 1, "json": 1}
    assert source.facet("license") == {"free": 1}
    assert list(source.facet("source").values()) == [1]
    for text in ("hourly", "environment", "emweltverwaltung", "air of the environment office"):
        assert source.facet("kind", text) == {"datasets": 1}, text


def test_files_that_change_come_go_or_pass_to_another_dataset_are_followed(source: Source) -> None:
    source.load(AIR, CSV, OFFICE)
    assert source.facet("format") == {"csv": 1}
    source.load(AIR, CSV.replace(":csv", ":xls").replace("Hourly", "Daily"), OFFICE)  # only the file has changed
    assert source.facet("format", "daily") == {"xls": 1}
    assert source.facet("format", "hourly") == {}
    source.load(AIR.replace('"Air"', '"Clean air"'), CSV.replace(":csv", ":xls"), OFFICE)
    assert source.facet("format", "clean hourly") == {"xls": 1}
    source.load(AIR, CSV, JSON, OFFICE)  # one file is new
    assert source.facet("format") == {"csv": 1, "json": 1}
    source.load(AIR, JSON, OFFICE)  # and the other is gone
    assert source.facet("format") == {"json": 1}
    assert source.facet("license") == {}
    heir = ':heir a dcat:Dataset ; dct:title "Heir"@en ; dcat:distribution :air-json .'
    source.load(AIR.replace(", :air-json", ""), heir, JSON, OFFICE)  # unchanged, and of a dataset that is new
    assert source.facet("format", "heir") == {"json": 1}
    assert source.facet("format", "air") == {}


def test_a_part_of_a_source_may_be_a_file_of_a_dataset_that_is_there(source: Source) -> None:
    source.load(AIR, CSV, OFFICE)
    source.load(JSON, partial=True)
    assert source.facet("format") == {"csv": 1, "json": 1}


def test_an_organisation_that_changes_its_name_is_found_by_the_new_one(source: Source) -> None:
    source.load(AIR, CSV, JSON, OFFICE)
    source.load(AIR, CSV, JSON, OFFICE.replace("Environment", "Forestry"))
    assert source.facet("kind", "forestry") == {"datasets": 1}
    assert source.facet("kind", "environment") == {}


def test_what_an_older_program_indexed_is_indexed_again_by_the_next_load_and_by_a_rollback(
    pipeline: Pipeline, source: Source
) -> None:
    source.load(AIR, CSV, OFFICE)
    number = pipeline.generations.current_number() or 0
    folder = pipeline.generations.path(number) / "search"
    shutil.rmtree(folder)
    folder.mkdir()
    make_outdated(folder, source.base + "air")
    assert source.facet("format") == {}  # which it does not hold
    source.load(AIR, CSV, OFFICE)
    assert source.facet("format") == {"csv": 1}
    source.load(AIR, OFFICE)
    pipeline.rollback(number)
    assert source.facet("format", "hourly") == {"csv": 1}


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
