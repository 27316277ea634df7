"""Results in a generation: kept, found, copied forward, and fresh while nothing they rest on has changed."""

from collections import Counter
from pathlib import Path

import pytest

from graph.errors import StoreError
from shapes.context import Collected, Fingerprints
from shapes.evaluate import RecordJudge
from shapes.plan import Plan, compile_plan
from shapes.profiles import plan_of
from shapes.reference import key
from shapes.results import Count, Results
from tests.shapes.samples import quads

DATASET = "http://data.example/id/dataset"
RECORD = """
<dataset> a dcat:Dataset ; dct:title "Roads"@en ; dct:publisher <agent> , "Office"@en ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "soon" ] .
"""
AGENT = '<agent> a foaf:Document ; foaf:name "Office" .'


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(["dcat-ap"])


def fill(results: Results, plan: Plan, record: str = RECORD, around: str = AGENT) -> Collected:
    context = Collected(plan, quads(record + around))
    results.put(DATASET, b"1", RecordJudge(plan, context).judge(quads(record)), Fingerprints(plan))
    return context


def test_results_come_back_as_they_went_in(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        context = fill(results, plan)
        results.commit()
    judged = RecordJudge(plan, context).judge(quads(RECORD)).results
    with Results.open(tmp_path / "results.sqlite") as results:
        assert results.records() == 1
        found = Counter(key(result)[1:] for result in results.of(DATASET, plan))
        assert found == Counter(key(result)[1:] for result in judged)
        assert results.of("http://data.example/id/other", plan) == []


def test_counts_are_per_constraint(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan)
        counts = results.counts()
    base = "urn:catalograph:shapes/dcat-ap#"
    assert {count.shape.removeprefix(base): (count.results, count.records) for count in counts} == {
        "Dataset-description-missing": (1, 1),
        "Dataset-publisher-class": (1, 1),
        "Dataset-publisher-kind": (1, 1),
        "Dataset-publisher-repeated": (1, 1),
        "PeriodOfTime-startDate-datatype": (1, 1),
    }
    assert counts[0] == Count(
        f"{base}Dataset-description-missing",
        "http://www.w3.org/ns/shacl#MinCountConstraintComponent",
        "http://www.w3.org/ns/shacl#Violation",
        1,
        1,
    )


@pytest.mark.parametrize(
    ("digest", "around", "fresh"),
    [
        (b"1", AGENT, True),
        (b"1", '<agent> a foaf:Document ; foaf:name "Bureau" .', True),
        (b"2", AGENT, False),
        (b"1", '<agent> a foaf:Agent ; foaf:name "Office" .', False),
        (b"1", "", False),
    ],
)
def test_a_record_is_fresh_while_it_and_the_classes_it_consulted_are_the_same(
    digest: bytes, around: str, fresh: bool, tmp_path: Path, plan: Plan
) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan)
        context = Collected(plan, quads(RECORD + around))
        assert results.fresh(DATASET, digest, context, Fingerprints(plan)) == fresh
        assert not results.fresh("http://data.example/id/other", digest, context, Fingerprints(plan))


def test_a_record_that_was_removed_leaves_nothing(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan)
        fill(results, plan)
        assert len(results.of(DATASET, plan)) == 5
        results.remove(DATASET)
        assert (results.records(), results.counts(), results.of(DATASET, plan)) == (0, [], [])


def test_the_next_generation_goes_on_from_a_copy_and_leaves_the_last_alone(tmp_path: Path, plan: Plan) -> None:
    last, following = tmp_path / "1.sqlite", tmp_path / "2.sqlite"
    with Results.create(last, "shapes") as results:
        fill(results, plan)
        results.commit()
    before = last.read_bytes()
    with Results.copy(last, following, "shapes") as results:
        assert results.records() == 1
        fill(results, plan, '<dataset> a dcat:Dataset ; dct:title "Roads"@en ; dct:description "All"@en .')
        results.commit()
        assert (results.records(), results.counts()) == (1, [])
    assert last.read_bytes() == before


@pytest.mark.parametrize("earlier", ["other shapes", "nothing"])
def test_a_copy_begins_anew_where_there_is_nothing_to_go_on_from(earlier: str, tmp_path: Path, plan: Plan) -> None:
    if earlier == "other shapes":
        with Results.create(tmp_path / "1.sqlite", "others") as results:
            fill(results, plan)
            results.commit()
    with Results.copy(tmp_path / "1.sqlite", tmp_path / "2.sqlite", "shapes") as results:
        assert results.records() == 0


def test_results_that_are_not_there_are_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="has no validation results"):
        Results.open(tmp_path / "results.sqlite")


def test_results_of_shapes_that_are_gone_are_not_shown(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan)
        assert results.of(DATASET, compile_plan(quads(""))) == []


def test_a_generation_has_one_report(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan)
        report = results.report(plan, ["dcat-ap"], lambda iri: {"en": iri.rpartition("/")[2]})
    assert report.counts == {"violation": 5, "warning": 0, "info": 0}
    assert (report.records, [one.titles["en"] for one in report]) == (1, ["dataset"])
