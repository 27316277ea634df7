"""What leads back to itself is found for all nodes at once, with the results that following every path gives."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad

from shapes.coherence import coherence
from shapes.components.circles import Circular
from shapes.components.constraints import Property
from shapes.evaluation.context import Collected
from shapes.evaluation.evaluate import RecordJudge, by_subject, evaluate
from shapes.leftovers import key
from shapes.plan import Plan, compile_plan
from shapes.reference import to_rdflib, validate
from shapes.results import Results
from shapes.revalidation import Changes, Offered, revalidate
from shapes.streaming.stream import Setting, report_on_records
from tests.shapes.samples import quads
from tests.shapes.test_revalidation import lines
from tests.shapes.test_streaming import PLAIN, Frame, frames
from vocabularies.namespaces import DCAT

CIRCLES = quads("""
:Back sh:targetSubjectsOf dcat:prev ;
    sh:path [ sh:oneOrMorePath [ sh:inversePath dcat:prev ] ] ; sh:disjoint dcat:prev .
:Both sh:targetClass dcat:Dataset ; sh:property [
    sh:path [ sh:zeroOrMorePath [ sh:alternativePath ( [ sh:inversePath dcat:prev ] dcat:next ) ] ] ;
    sh:disjoint dcat:prev ; sh:maxCount 3 ] .
:Deep sh:targetSubjectsOf dcat:next ; sh:node [ sh:property [ sh:path dcat:next ; sh:node [ sh:property [
    sh:path [ sh:oneOrMorePath [ sh:inversePath dcat:prev ] ] ; sh:disjoint dcat:prev ] ] ] ] .
:Other sh:targetSubjectsOf dcat:next ; sh:path [ sh:oneOrMorePath dcat:next ] ; sh:disjoint dcat:prev .
:Long sh:targetSubjectsOf dcat:prev ;
    sh:path [ sh:oneOrMorePath [ sh:alternativePath ( [ sh:inversePath dcat:prev ] ( dcat:next dcat:next ) ) ] ] ;
    sh:disjoint dcat:prev .
""")
PLAN = compile_plan(CIRCLES)
NODES = [NamedNode(f"http://e.example/{number}") for number in range(6)]
edges = st.builds(
    Quad, st.sampled_from(NODES), st.sampled_from([DCAT.prev, DCAT.prev, DCAT.next]), st.sampled_from(NODES)
)
kinds = st.builds(
    Quad, st.sampled_from(NODES), st.just(quads("<a> a dcat:Dataset .")[0].predicate), st.just(DCAT.Dataset)
)
graphs = st.lists(st.one_of(edges, edges, kinds), max_size=16)


def ours(data: Sequence[Quad]) -> Counter[object]:
    return Counter(map(key, evaluate(PLAN, by_subject(data)).results))


def without_path(found: Counter[object]) -> Counter[object]:
    """Paths and shapes are blank nodes, named anew by whoever reads them."""
    return Counter({(one[0], one[2], one[3], one[4]): count for one, count in found.items()})  # type: ignore[index]


@given(graphs)
@settings(max_examples=60, deadline=None)
def test_circles_are_those_that_pyshacl_finds(data: list[Quad]) -> None:
    assert ours(data) == Counter(validate(to_rdflib(data), to_rdflib(CIRCLES)))


@given(graphs)
@settings(max_examples=60, deadline=None)
def test_a_stream_finds_the_circles_of_the_whole_graph(data: list[Quad]) -> None:
    with TemporaryDirectory() as folder:
        report = report_on_records(frames(data), CIRCLES, ["own"], Path(folder), PLAIN)
        assert Counter(key(result) for entry in report for result in entry.results) == ours(data)


@given(graphs)
@settings(max_examples=60, deadline=None)
def test_a_context_that_does_not_know_the_record_does_no_harm(data: list[Quad]) -> None:
    groups = by_subject(data)
    found: Counter[object] = Counter()
    for subject, statements in groups.items():
        context = Collected(PLAN, [one for one in data if one.subject != subject])
        found.update(map(key, RecordJudge(PLAN, context).judge(statements).results))
    assert found == ours(data)


@given(st.lists(graphs, min_size=2, max_size=4))
@settings(max_examples=60, deadline=None)
def test_after_any_edits_the_circles_are_those_of_judging_everything(versions: list[list[Quad]]) -> None:
    with TemporaryDirectory() as folder, Results.create(Path(folder, "1.sqlite"), "s") as results:
        before: dict[str, bytes] = {}
        for data in versions:
            groups = by_subject(data).items()
            now = {one.value: lines(list(group)) for one, group in groups if isinstance(one, NamedNode)}  # type: ignore[arg-type]
            offered = {iri: Offered(iri, "s", block, block) for iri, block in now.items()}
            changes = Changes(
                [one for iri, one in offered.items() if before.get(iri) != one.block],
                [iri for iri in before if iri not in now],
                offered.get,
                offered.values,
            )
            revalidate(results, PLAN, Collected(PLAN, data), changes)
            assert Counter(key(result) for one in results.entries(PLAN) for result in one.results) == ours(data)
            before = now


def test_a_circle_that_publishing_breaks_is_told_on_all_in_it() -> None:
    first, second = (NamedNode(f"http://e.example/{name}") for name in "ab")
    one, other = Quad(first, DCAT.prev, second), Quad(second, DCAT.prev, first)
    broken = Frame(lines([Quad(second, DCAT.next, first)]), lines([other]))
    with TemporaryDirectory() as folder:
        report = report_on_records([Frame(lines([one])), broken], CIRCLES, ["own"], Path(folder), PLAIN)
        told = {entry.record: (len(entry.results), entry.published) for entry in report}
    assert told[first] == (2, [])
    assert told[second] == (2, [])


def _circular(plan: Plan) -> int:
    parts = [part for one in plan.targeted for part in one.parts]
    inner = [constraint for part in parts if isinstance(part, Property) for constraint in part.shape.constraints]
    return sum(isinstance(one, Circular) for one in (*parts, *inner))


def test_every_loop_that_goes_with_the_profiles_is_found_so() -> None:
    plan = compile_plan(coherence())
    loops = [one for one in plan.sources if "#loop-" in str(one.shape)]
    assert len(loops) >= 6
    assert _circular(plan) == len(loops)


@pytest.mark.parametrize("closed", [False, True])
def test_a_long_chain_takes_no_longer_for_each_node_than_a_short_one(closed: bool) -> None:
    shapes = coherence()

    def seconds(length: int, folder: str) -> float:
        nodes = [NamedNode(f"http://e.example/{number:06}") for number in range(length + 1)]
        if closed:
            nodes[-1] = nodes[0]
        chain = [Frame(lines([Quad(one, DCAT.prev, other)])) for one, other in pairwise(nodes)]
        start = process_time()
        report = report_on_records(chain, shapes, ["own"], Path(folder), Setting(background=False, processes=1))
        assert report.summary.flawed == (length if closed else 0)
        return process_time() - start

    with TemporaryDirectory() as few, TemporaryDirectory() as many:
        assert seconds(8_000, many) < 16 * seconds(1_000, few) + 0.5
