"""A stream of records comes to the report of the whole graph, in one process or in several, large or small."""

import gc
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse, serialize

from graph.cage import Limits
from graph.errors import CageError
from shapes.evaluation.background import background_of
from shapes.evaluation.context import Collected
from shapes.evaluation.evaluate import RecordJudge, by_subject, evaluate, undisturbed
from shapes.leftovers import key
from shapes.plan import compile_plan
from shapes.profiles import shapes_of
from shapes.reporting.report import Report
from shapes.streaming.stream import Setting, report_on_records
from shapes.validation import report_on
from tests.shapes.catalogues import catalogues
from tests.shapes.samples import quads
from tests.shapes.test_reference import EVERY_COMPONENT, statements
from tests.support.shared import SHARED

needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared catalogues are not here")
PLAIN = Setting(own_only=False, background=False)
APART = Setting(own_only=False, background=False, processes=2, small=-1)


@dataclass(frozen=True)
class Frame:
    """As the loader's frames."""

    block: bytes
    received: bytes | None = None
    told: bytes = b""


def lines(data: Sequence[Quad]) -> list[bytes]:
    text = serialize((quad.triple for quad in data), format=RdfFormat.N_TRIPLES) or b""
    return sorted(set(text.splitlines(keepends=True)))


def frames(data: Sequence[Quad]) -> list[Frame]:
    """Each IRI with the blank nodes below it, each of which belongs to the first; then what nothing leads to."""
    said: dict[str, list[Quad]] = {}
    for quad in data:
        said.setdefault(str(quad.subject), []).append(quad)
    pointed = {str(quad.object) for quad in data if isinstance(quad.object, BlankNode) and quad.object != quad.subject}
    starts = [*sorted(one for one in said if one.startswith("<")), *sorted(said.keys() - pointed), *sorted(said)]
    taken: set[str] = set()
    found = []
    for start in starts:
        block: list[bytes] = []
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node in said and node not in taken:
                taken.add(node)
                block += lines(said[node])
                waiting += sorted(str(quad.object) for quad in said[node] if isinstance(quad.object, BlankNode))
        if block:
            found.append(Frame(b"".join(block)))
    return found


def stream(data: Sequence[Frame], shapes: Sequence[Quad], setting: Setting = PLAIN) -> Report:
    with TemporaryDirectory() as folder:
        return report_on_records(data, shapes, ["own"], Path(folder), setting)


def found(report: Report) -> Counter[object]:
    return Counter(key(result) for entry in report for result in entry.results)


EVERY = list(parse(EVERY_COMPONENT, RdfFormat.TURTLE))


@given(st.lists(statements, max_size=10) | st.lists(statements, min_size=20, max_size=40))
@settings(max_examples=100, deadline=None)
def test_a_stream_comes_to_the_results_of_the_whole_graph(data: list[Quad]) -> None:
    report = stream(frames(data), EVERY)
    whole = evaluate(compile_plan(EVERY), by_subject(data))
    assert found(report) == Counter(map(key, whole.results))
    assert sum(report.counts.values()) == len(whole.results)
    assert report.statements == len(set(data))


OTHERS = """
:Objects sh:targetObjectsOf dct:publisher ; sh:nodeKind sh:IRI ; sh:property [ sh:path dct:title ; sh:minCount 1 ] .
:Named sh:targetNode <http://e.example/9> , <http://e.example/1> ; sh:property [ sh:path dct:issued ; sh:minCount 1 ] .
:Closed sh:targetClass dcat:Dataset ; sh:closed true ; sh:ignoredProperties ( rdf:type dct:title ) ;
    sh:property [ sh:path dct:publisher ; sh:node [ sh:closed true ; sh:ignoredProperties ( rdf:type ) ] ] .
"""


@given(st.lists(statements, max_size=20))
@settings(max_examples=60, deadline=None)
def test_targets_of_which_nothing_is_said_and_closed_shapes_are_no_exception(data: list[Quad]) -> None:
    whole = evaluate(compile_plan(quads(OTHERS)), by_subject(data))
    report = stream(frames(data), quads(OTHERS))
    ours = Counter(key(result)[:-1] for entry in report for result in entry.results)
    assert ours == Counter(key(result)[:-1] for result in whole.results)


@needs_shared
def test_real_catalogues_come_to_the_report_of_the_whole_graph() -> None:
    shapes = shapes_of(["dcat-ap"])
    plan = compile_plan(shapes)
    for catalogue in catalogues(30_000, 400_000):
        ours = stream(frames(catalogue.quads), shapes, Setting())
        whole = report_on(catalogue.quads, plan, ["own"])
        assert found(ours) == found(whole), catalogue.name
        assert (ours.records, ours.counts, ours.kinds) == (whole.records, whole.counts, whole.kinds), catalogue.name
        assert ours.summary.flawed == whole.summary.flawed
        titles = {one.record: one.titles for one in whole}
        assert {one.record: one.titles for one in ours} == titles, catalogue.name


DATA = """
<a> a dcat:Dataset ; dct:title "A"@en , "Ä"@de ; dct:publisher <office> ; dcat:distribution <file> ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "soon" ] .
<b> a dcat:Dataset ; dct:title "B"@en ; dct:publisher <office> , [ a foaf:Agent ] .
<file> a dcat:Distribution . <office> a foaf:Document . [] a dcat:Dataset .
"""
SHAPES = """
:Dataset sh:targetClass dcat:Dataset ; sh:property :Publisher , :Title .
:Publisher sh:path dct:publisher ; sh:class foaf:Agent ; sh:severity sh:Warning .
:Title sh:path dct:title ; sh:minCount 1 .
:Period sh:targetClass dct:PeriodOfTime ; sh:property :Start . :Start sh:path dcat:startDate ; sh:datatype xsd:date .
:File sh:targetClass dcat:Distribution ; sh:property :Address . :Address sh:path dcat:accessURL ; sh:minCount 1 .
"""


@pytest.mark.parametrize("setting", [PLAIN, APART, Setting(processes=1, small=-1), Setting(processes=7, small=-1)])
def test_however_many_processes_the_report_is_the_same_and_can_be_read_twice(setting: Setting) -> None:
    report = stream(frames(quads(DATA)), quads(SHAPES), setting)
    for _ in range(2):
        assert [str(entry.record).rpartition("/")[2] for entry in report][:3] == ["a>", "b>", "file>"]
    first, second, third, last = report
    assert first.titles == {"en": "A", "de": "Ä"}
    assert [[str(step) for step in way] for way in first.ways.values()] == [["<http://purl.org/dc/terms/temporal>"]]
    assert (len(first.results), len(second.results), len(last.results)) == (2, 1, 1)
    assert third.parent is not None
    assert (third.parent.record, third.parent.titles) == (first.record, first.titles)
    assert report.counts == {"violation": 3, "warning": 2, "info": 0}
    assert (report.records, report.summary.flawed, report.statements) == (4, 4, 16)
    assert report.kinds == {"datasets": 3, "distributions": 1}


@pytest.mark.parametrize("setting", [PLAIN, APART])
def test_what_repair_takes_away_shows_also_on_who_refers_to_it(setting: Setting) -> None:
    repair = ["http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "<a:x>", "<a:y>", "class"]
    mended = [
        Frame(b"".join(lines(quads("<office> a foaf:Agent ."))), one.block, json.dumps(repair).encode() + b"\n")
        if b"Document" in one.block
        else one
        for one in frames(quads(DATA))
    ]
    report = stream(mended, quads(SHAPES), setting)
    by_name = {str(entry.record).rpartition("/")[2]: entry for entry in report}
    assert [len(by_name["a>"].results), len(by_name["a>"].published or ())] == [2, 1]
    assert by_name["b>"].remaining() == [False]
    assert [tuple(one) for one in by_name["office>"].repairs] == [(*repair, None)]
    assert (report.counts["warning"], report.summary.remaining["warning"], report.summary.repaired) == (2, 0, 3)


FOREIGN = """
<a> a dcat:Dataset ; dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ,
    <http://publications.europa.eu/resource/authority/data-theme/NONE> .
<http://publications.europa.eu/resource/authority/data-theme/NONE> a dcat:Dataset ; dct:subject [ a dcat:Dataset ] .
"""
THEMES = """
:D sh:targetClass dcat:Dataset ; sh:property [ sh:path dcat:theme ; sh:node :Theme ] ;
    sh:property [ sh:path dct:title ; sh:minCount 1 ] .
:Theme sh:property [ sh:path skos:inScheme ;
    sh:hasValue <http://publications.europa.eu/resource/authority/data-theme> ] .
"""


def test_tables_are_known_and_their_nodes_are_nobodys_fault() -> None:
    shapes = quads(THEMES)
    report = stream(frames(quads(FOREIGN)), shapes, Setting())
    assert [[str(one.value).rpartition("/")[2] for one in entry.results] for entry in report] == [["None", "NONE>"]]
    assert found(report) == found(report_on(quads(FOREIGN), compile_plan(shapes), []))
    everywhere = Setting(own_only=False)
    assert sum(stream(frames(quads(FOREIGN)), shapes, everywhere).counts.values()) == 4
    background = background_of(compile_plan(shapes))
    assert len(evaluate(compile_plan(shapes), by_subject(quads(FOREIGN)), background).results) == 4
    assert sum(stream(frames(quads(FOREIGN)), shapes, PLAIN).counts.values()) == 5


LEFT = """
:Dataset sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:title ; sh:minCount 1 ] ; sh:sparql [
    sh:message "no title that is a name" ;
    sh:select "SELECT $this WHERE { $this <http://purl.org/dc/terms/publisher> ?who . ?who a ?class }" ] .
"""


@pytest.mark.parametrize("setting", [PLAIN, APART])
def test_what_pyshacl_evaluates_is_in_the_report_and_named(setting: Setting) -> None:
    report = stream(frames(quads(DATA)), quads(LEFT), setting)
    assert len(report.elsewhere) == 1
    assert [(str(entry.record)[-2:], len(entry.results)) for entry in report][:2] == [("a>", 1), ("b>", 1)]
    assert (report.counts["violation"], report.summary.flawed) == (3, 3)


def test_judging_leaves_nothing_behind_that_refers_to_itself() -> None:
    plan = compile_plan(EVERY)
    judge = RecordJudge(plan, Collected(plan, quads(DATA)))
    gc.collect()
    with undisturbed():
        for frame in frames(quads(DATA)) * 20:
            judge.judge_block(frame.block)
        assert gc.collect() < 20


def test_a_title_of_ten_megabytes_is_a_title() -> None:
    title = Quad(
        NamedNode("http://e.example/1"),
        NamedNode("http://purl.org/dc/terms/title"),
        quads('<a> dct:title "x" .')[0].object,
    )
    long = Frame(b"".join(lines([title])).replace(b'"x"', b'"' + b"x" * 10_000_000 + b'"'))
    shapes = quads(":T sh:targetSubjectsOf dct:title ; sh:property [ sh:path dct:title ; sh:maxLength 9 ] .")
    (entry,) = stream([long], shapes)
    assert len(str(entry.results[0].value)) == 10_000_002


def test_shapes_nobody_vouches_for_cannot_run_without_end() -> None:
    shapes = quads(':S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:pattern "^(a+)+$" ] .')
    data = frames(quads(f':a :p "{"a" * 40}!" .'))
    setting = Setting(own_only=False, background=False, processes=1, trusted=False, limits=Limits(cpu_seconds=2))
    with pytest.raises(CageError) as raised:
        stream(data, shapes, setting)
    assert raised.value.limit == "seconds"
    assert str(raised.value).startswith("evaluating the shapes took more than")
