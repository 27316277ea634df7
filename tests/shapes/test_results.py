"""Results in a generation: kept, found, counted, copied forward while they rest on the same."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, serialize

from graph.errors import StoreError
from shapes.evaluation.context import Collected
from shapes.leftovers import key
from shapes.plan import Plan, compile_plan
from shapes.profiles import plan_of
from shapes.reporting.report import Repair
from shapes.results import Count, Results
from shapes.revalidation import Changes, Offered, Tally, revalidate
from tests.shapes.samples import quads
from vocabularies.namespaces import SH

DATASET = "http://data.example/id/dataset"
RECORD = """
<dataset> a dcat:Dataset ; dct:title "Roads"@en ; dct:publisher <agent> , "Office"@en ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "soon" ] .
"""
MENDED = '<dataset> a dcat:Dataset ; dct:title "Roads"@en ; dct:description "All"@en ; dct:publisher "Office"@en .'
AGENT = '<agent> a foaf:Document ; foaf:name "Office" .'
SHAPES = """
:Dataset sh:targetClass dcat:Dataset ; sh:property :Title , :Description , :Publisher .
:Title sh:path dct:title ; sh:minCount 2 ; sh:severity sh:Warning .
:Description sh:path dct:description ; sh:minCount 1 .
:Publisher sh:path dct:publisher ; sh:class foaf:Agent ; sh:maxCount 1 .
:Period sh:targetClass dct:PeriodOfTime ; sh:property :Start .
:Start sh:path dcat:startDate ; sh:datatype xsd:date .
"""
REPAIR = Repair("http://purl.org/dc/terms/title", '"Roads"', '"Roads"@en', "title-language")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(quads(SHAPES))


def lines(turtle: str) -> bytes:
    text = serialize((quad.triple for quad in quads(turtle)), format=RdfFormat.N_TRIPLES) or b""
    return b"".join(sorted(text.splitlines(keepends=True)))


def offered(record: str, received: str | None = None, origin: str = "a") -> Offered:
    repairs = () if received is None else (REPAIR,)
    return Offered(DATASET, origin, b"1", lines(record), None if received is None else lines(received), repairs)


def fill(results: Results, plan: Plan, one: Offered | None = None) -> Tally:
    record = one or offered(RECORD)
    context = Collected(plan, quads(RECORD + AGENT))
    return revalidate(results, plan, context, Changes([record], [], lambda _: None, lambda: [record]))


def test_results_come_back_as_they_went_in(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        assert fill(results, plan) == Tally(judged=1)
        results.commit()
    with Results.open(tmp_path / "results.sqlite") as results:
        assert results.records() == 1
        found = Counter(
            (str(one.source.shape), str(one.value), str(one.focus)[:2]) for one in results.of(DATASET, plan)
        )
        assert found == {
            ("<http://shape.example/Title>", "None", "<h"): 1,
            ("<http://shape.example/Description>", "None", "<h"): 1,
            ("<http://shape.example/Publisher>", "None", "<h"): 1,
            ("<http://shape.example/Publisher>", "<http://data.example/id/agent>", "<h"): 1,
            ("<http://shape.example/Publisher>", '"Office"@en', "<h"): 1,
            ("<http://shape.example/Start>", '"soon"', "_:"): 1,
        }
        assert results.of("http://data.example/id/other", plan) == []


def test_the_report_leads_to_the_blank_node_that_is_wrong(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan)
        report = results.report(plan, ["own"], lambda iri: {"en": iri.rpartition("/")[2]})
        (entry,) = report
        assert report.counts == {"violation": 5, "warning": 1, "info": 0}
        assert (report.records, entry.titles, report.summary.flawed) == (1, {"en": "dataset"}, 1)
        assert [[str(step) for step in way] for way in entry.ways.values()] == [["<http://purl.org/dc/terms/temporal>"]]


def test_counts_are_per_constraint(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan)
        counts = results.counts()
        assert results.violations(SH.Violation) == results.violations(SH.Violation, "a") == 5
        assert results.violations(SH.Violation, "b") == 0
    assert counts[0] == Count(
        "http://shape.example/Publisher", SH.ClassConstraintComponent.value, SH.Violation.value, 2, 1
    )
    assert len(counts) == 5


def test_what_repair_takes_away_is_told_apart_from_what_stays(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan, offered(MENDED, RECORD))
        (entry,) = report = results.report(plan, ["own"], lambda _: {})
        assert (len(entry.results), len(entry.published or ())) == (6, 2)
        assert entry.repairs == (REPAIR,)
        assert (report.summary.repaired, report.counts["violation"], report.summary.remaining["violation"]) == (1, 5, 1)
        assert results.violations(SH.Violation) == 1
        assert len(results.of(DATASET, plan)) == 2
        assert sum(count.results for count in results.counts()) == 2


def test_a_report_is_of_one_source_or_record_when_asked(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan)
        by_source = {name: results.report(plan, [], lambda _: {}, source=name) for name in ("a", "b")}
        by_record = {iri: results.report(plan, [], lambda _: {}, record=iri) for iri in (DATASET, DATASET + "s")}
        for found in (by_source, by_record):
            assert [(len(list(one)), one.records, one.conforms) for one in found.values()] == [
                (1, 1, False),
                (0, 0, True),
            ]


def test_a_record_that_was_removed_leaves_nothing(tmp_path: Path, plan: Plan) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan)
        fill(results, plan, offered(MENDED, RECORD))
        revalidate(results, plan, Collected(plan), Changes([], [DATASET], lambda _: None, list))
        assert (results.records(), results.counts(), results.of(DATASET, plan)) == (0, [], [])
        results.commit()
    with closing(sqlite3.connect(tmp_path / "results.sqlite")) as db:
        left = [db.execute(f"SELECT COUNT(*) FROM {one}").fetchone()[0] for one in ("result", "repair", "rest")]  # noqa: S608  three names
    assert left == [0, 0, 0]


def test_the_next_generation_goes_on_from_a_copy_and_leaves_the_last_alone(tmp_path: Path, plan: Plan) -> None:
    last, following = tmp_path / "1.sqlite", tmp_path / "2.sqlite"
    with Results.create(last, "shapes") as results:
        fill(results, plan)
        results.commit()
    before = last.read_bytes()
    with Results.copy(last, following, "shapes") as results:
        assert results.records() == 1
        fill(results, plan, offered(MENDED))
        results.commit()
        assert (results.records(), len(results.counts())) == (1, 2)
    assert last.read_bytes() == before


@pytest.mark.parametrize("earlier", ["other shapes", "nothing", "unseen changes"])
def test_a_copy_begins_anew_where_there_is_nothing_to_go_on_from(earlier: str, tmp_path: Path, plan: Plan) -> None:
    if earlier != "nothing":
        with Results.create(tmp_path / "1.sqlite", "others" if earlier == "other shapes" else "shapes") as results:
            fill(results, plan)
            if earlier == "unseen changes":
                results.outdate({"http://data.example/id/other"})
                assert results.records() == 1
            results.commit()
    with Results.copy(tmp_path / "1.sqlite", tmp_path / "2.sqlite", "shapes") as results:
        assert results.records() == 0


def test_results_that_are_not_there_are_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="has no validation results"):
        Results.open(tmp_path / "results.sqlite")


def test_results_of_shapes_that_are_gone_are_not_shown(tmp_path: Path, plan: Plan) -> None:
    other = compile_plan(
        quads(":S sh:targetClass dcat:Dataset ; sh:property :P . :P sh:path dct:title ; sh:maxCount 1 .")
    )
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, plan)
        assert results.of(DATASET, other) == []


def test_a_closed_shape_says_which_predicate_is_too_many(tmp_path: Path) -> None:
    closed = ":S sh:targetClass dcat:Dataset ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ."
    first, again = compile_plan(quads(closed)), compile_plan(quads(closed))
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        fill(results, first, offered('<dataset> a dcat:Dataset ; dct:title "Roads" ; dct:issued "today" .'))
        found = results.of(DATASET, again)
        assert {one.source.path_text for one in found} == {
            "http://purl.org/dc/terms/title",
            "http://purl.org/dc/terms/issued",
        }


def test_the_shapes_we_ship_give_results_that_come_back(tmp_path: Path) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        shipped = plan_of(["dcat-ap"])
        fill(results, shipped)
        found = Counter(map(key, results.of(DATASET, plan_of(["dcat-ap"]))))
        assert {str(shape).rpartition("#")[2] for *_, shape in found} > {"Dataset-description-missing>"}
