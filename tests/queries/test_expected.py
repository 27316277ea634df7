"""What the library answers on the example catalogue, as files: `REGENERATE=1` renews them, and the diff is read.

Each question is asked once, with the parameters of `asked.csv`, else with a French reader's where it takes a language.
"""

import csv
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, QuerySolutions, QueryTriples

from graph.formats import CSV
from graph.generations import Generation
from graph.iris import Iris
from loaders.pipeline import Order, Pipeline
from loaders.reading import Limiting
from queries.library import load, names, run_named

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "loaders" / "example"
EXPECTED = HERE / "expected"
OTHERS = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix other: <https://other.portal.example/id/> .
other:bridges a dcat:Dataset ; dct:title "Ponts"@fr , "Bridges"@en ; dct:description "Ponts de la commune."@fr ;
  dcatap:hvdCategory <http://data.europa.eu/bna/c_b79e35eb> .
"""
GONE = (
    OTHERS
    + """
other:mills a dcat:Dataset ; dct:title "Moulins"@fr ; dct:description "Moulins anciens."@fr ;
  dcatap:hvdCategory <http://data.europa.eu/bna/c_b79e35eb> ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> .
"""
)


def asked() -> dict[str, dict[str, str]]:
    with (HERE / "asked.csv").open(newline="") as file:
        told = {row["query"]: dict(parse_qsl(row["parameters"])) for row in csv.DictReader(file)}
    return {name: told.get(name, {"lang": "fr"} if "lang" in load(name).parameters else {}) for name in names()}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    """The example, and a source that on the second day had two high-value datasets and on the third one less."""
    folder = tmp_path_factory.mktemp("portal")
    day = [datetime(2026, 11, 21, 8, tzinfo=UTC)]
    limits = Limiting(isolation_required=False)
    pipeline = Pipeline(folder / "data", Iris("https://data.example.org"), limits, clock=lambda: day[0])
    pipeline.load(Order([str(EXAMPLE)], "example"))
    for text in (GONE, OTHERS):
        day[0] += timedelta(days=1)
        (folder / "others.ttl").write_text(text, "utf-8")
        pipeline.load(Order([str(folder / "others.ttl")], "others"))
    with pipeline.generations.current() as generation:
        yield generation


@pytest.mark.parametrize("name", names())
def test_a_question_is_answered_on_the_example_as_its_file_says(name: str, example: Generation) -> None:
    answer = run_named(example.store, name, asked()[name], lambda: example.search)
    if isinstance(answer, QueryTriples):
        file, found = EXPECTED / f"{name}.nt", _lines(answer)
    else:
        assert isinstance(answer, QuerySolutions)
        file, found = EXPECTED / f"{name}.csv", (answer.serialize(format=CSV.engine) or b"").decode()
    if os.environ.get("REGENERATE"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found, "utf-8", newline="")
    with file.open(encoding="utf-8", newline="") as expected:
        assert found == expected.read()
    assert len(found.splitlines()) > 1


def test_no_file_is_left_of_a_question_that_is_no_more() -> None:
    files = (file.relative_to(EXPECTED).with_suffix("").as_posix() for file in EXPECTED.rglob("*.*"))
    assert sorted(files) == names()


def _lines(answer: QueryTriples) -> str:
    told = Dataset(Quad(*triple) for triple in answer)
    told.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return "".join(sorted(f"{quad.triple} .\n" for quad in told))
