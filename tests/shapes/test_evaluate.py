"""One record at a time comes to the same as the whole graph, and says what it consulted."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from shapes.evaluation.context import Collected, Context, Stored
from shapes.evaluation.evaluate import RecordJudge, by_subject, evaluate
from shapes.leftovers import key
from shapes.plan import Plan, compile_plan
from tests.shapes.samples import quads
from tests.shapes.test_reference import EVERY_COMPONENT, statements

SHAPES = compile_plan(parse(EVERY_COMPONENT, RdfFormat.TURTLE))


def records(data: Sequence[Quad]) -> list[list[Quad]]:
    """The statements of each IRI with its blank nodes, which have one owner each in what the loader makes."""
    owners: dict[object, object] = {}
    for quad in data:
        if isinstance(quad.object, BlankNode) and isinstance(quad.subject, NamedNode):
            owners.setdefault(quad.object, quad.subject)
    found: dict[object, list[Quad]] = {}
    for quad in data:
        found.setdefault(owners.get(quad.subject, quad.subject), []).append(quad)
    return list(found.values())


def apart(data: Sequence[Quad]) -> list[Quad]:
    """Without the statements that share a blank node among records, or lead from one blank node to another."""
    owners: dict[object, set[object]] = {}
    for quad in data:
        if isinstance(quad.object, BlankNode):
            owners.setdefault(quad.object, set()).add(quad.subject)
    shared = {node for node, subjects in owners.items() if len(subjects) > 1 or any(map(is_blank, subjects))}
    return [quad for quad in data if quad.object not in shared and quad.subject not in shared]


def is_blank(term: object) -> bool:
    return isinstance(term, BlankNode)


def stored(plan: Plan, data: Sequence[Quad]) -> Context:
    store = Store()
    store.extend(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in data)
    return Stored(plan, store)


@given(st.lists(statements, max_size=10) | st.lists(statements, min_size=20, max_size=40), st.booleans())
@settings(max_examples=80, deadline=None)
def test_records_one_at_a_time_come_to_the_results_of_the_whole(found: list[Quad], from_a_store: bool) -> None:
    data = apart(list(dict.fromkeys(found)))
    if from_a_store:  # which writes literals in a way of its own
        data = [quad for quad in data if not hasattr(quad.object, "datatype")]
    context = stored(SHAPES, data) if from_a_store else Collected(SHAPES, data)
    judge = RecordJudge(SHAPES, context)
    apiece = Counter(key(result) for record in records(data) for result in judge.judge(record).results)
    assert apiece == Counter(map(key, evaluate(SHAPES, by_subject(data)).results))


DATASET = "<dataset> a dcat:Dataset ; dct:publisher <agent> ; dct:title [ ] ."
CHECKED = """
:Dataset sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:publisher ; sh:class foaf:Agent ; sh:node :Named ] ;
    sh:property [ sh:path [ sh:inversePath dcat:inSeries ] ; sh:minCount 1 ] .
:Named sh:property [ sh:path foaf:name ; sh:minCount 1 ] .
"""


def test_what_a_context_learns_later_counts() -> None:
    plan = compile_plan(quads(CHECKED))
    record = quads(DATASET)
    context = Collected(plan, record)
    judge = RecordJudge(plan, context)
    before = len(judge.judge(record).results)
    context.add(quads('<agent> a foaf:Agent ; foaf:name "Office" . <member> dcat:inSeries <dataset> .'))
    assert (before, judge.judge(record).results) == (3, ())


def test_the_same_statement_in_two_graphs_counts_once() -> None:
    plan = compile_plan(quads(":D sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:title ; sh:maxCount 1 ] ."))
    data = quads('<a> a dcat:Dataset ; dct:title "A" .')
    twice = [Quad(q.subject, q.predicate, q.object, NamedNode(f"http://g.example/{n}")) for q in data for n in (1, 2)]
    assert evaluate(plan, by_subject(twice)).results == []
