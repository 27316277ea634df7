"""Only what changed, or rests on what changed, is judged again; the results are as if all were."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse, serialize

from shapes.evaluation.background import background_of
from shapes.evaluation.context import Collected, Context, Stored
from shapes.evaluation.evaluate import by_subject
from shapes.leftovers import key
from shapes.plan import compile_plan
from shapes.profiles import plan_of
from shapes.results import Results
from shapes.revalidation import Changes, Offered, Tally, revalidate
from tests.shapes.samples import quads
from tests.shapes.test_reference import EVERY_COMPONENT, statements
from vocabularies.namespaces import RDFS

BASE = "http://data.example/id/"
FIRST = {
    "one": '<one> a dcat:Dataset ; dct:title "One"@en ; dct:publisher <agent> .',
    "two": '<two> a dcat:Dataset ; dct:title "Two"@en ; dct:description "2"@en .',
    "agent": '<agent> a foaf:Agent ; foaf:name "Office"@en .',
}
RENAMED = {**FIRST, "agent": '<agent> a foaf:Agent ; foaf:name "Bureau"@en .'}
RETYPED = {**FIRST, "agent": '<agent> a foaf:Document ; foaf:name "Office"@en .'}
SMALLER = {name: record for name, record in FIRST.items() if name != "agent"}
PLAN = plan_of(["dcat-ap"])


def lines(data: list[Quad]) -> bytes:
    text = serialize((quad.triple for quad in data), format=RdfFormat.N_TRIPLES) or b""
    return b"".join(sorted(set(text.splitlines(keepends=True))))


def bring(results: Results, before: dict[str, str], now: dict[str, str]) -> Tally:
    offered = {name: Offered(BASE + name, "s", text.encode(), lines(quads(text))) for name, text in now.items()}
    changes = Changes(
        [one for name, one in offered.items() if before.get(name) != now[name]],
        [BASE + name for name in before if name not in now],
        lambda iri: offered.get(iri.removeprefix(BASE)),
        offered.values,
    )
    context = Collected(PLAN, quads("".join(now.values())))
    return revalidate(results, PLAN, context, changes)


def test_a_second_run_judges_only_what_rests_on_a_change(tmp_path: Path) -> None:
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        assert bring(results, {}, FIRST) == Tally(judged=3)
        assert bring(results, FIRST, FIRST) == Tally()
        assert bring(results, FIRST, RETYPED) == Tally(judged=1, again=1)
        assert bring(results, RETYPED, SMALLER) == Tally(again=1, removed=1)


CHECKED = """
:Dataset sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:publisher ; sh:class foaf:Agent ; sh:node :Named ] ;
    sh:property [ sh:path [ sh:inversePath dcat:inSeries ] ; sh:minCount 1 ] .
:Named sh:property [ sh:path foaf:name ; sh:minCount 1 ] .
"""


@pytest.mark.parametrize(
    ("around", "again"),
    [
        ('<agent> a foaf:Agent ; foaf:name "Office" ; foaf:mbox <mailto:office@data.example> .', 0),
        ('<agent> a foaf:Agent , dct:Agent ; foaf:name "Office" .', 0),
        ('<agent> foaf:name "Office" .', 1),
        ('<agent> a foaf:Agent ; foaf:name "Bureau" .', 1),
        ('<agent> a foaf:Agent ; foaf:name "Office" ; dcat:inSeries <dataset> .', 1),
    ],
)
def test_only_what_shapes_can_ask_of_a_record_concerns_others(around: str, again: int, tmp_path: Path) -> None:
    plan = compile_plan(quads(CHECKED))
    record, before = "<dataset> a dcat:Dataset ; dct:publisher <agent> .", '<agent> a foaf:Agent ; foaf:name "Office" .'
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        for number, agent in enumerate((before, around)):
            dataset = Offered(BASE + "dataset", "s", b"d", lines(quads(record)))
            changed = Offered(BASE + "agent", "s", b"a", lines(quads(agent)))
            offered = {one.iri: one for one in (dataset, changed)}
            changes = Changes([changed], [], offered.get, offered.values)
            tally = revalidate(results, plan, Collected(plan, quads(record + agent)), changes)
            assert tally == (Tally(judged=1, again=again) if number else Tally(judged=2))


def test_a_change_in_what_everybody_asks_starts_over(tmp_path: Path) -> None:
    known = quads("<theme> a skos:Concept .")
    plan = compile_plan(
        quads(":D sh:targetClass dcat:Dataset ; sh:property [ sh:path dcat:theme ; sh:class :Other ] .")
    )
    dataset = Offered(BASE + "d", "s", b"", lines(quads("<d> a dcat:Dataset ; dcat:theme <theme> .")))
    theme = Offered(BASE + "theme", "s", b"", lines(quads("<theme> a :Other .")))
    background = background_of(plan, known)
    with Results.create(tmp_path / "results.sqlite", "shapes") as results:
        context = Collected(plan, (), background)
        revalidate(results, plan, context, Changes([], [], lambda _: None, lambda: [dataset]))
        assert len(results.of(dataset.iri, plan)) == 1
        context = Collected(plan, parse(theme.block, RdfFormat.N_TRIPLES), background)
        tally = revalidate(results, plan, context, Changes([theme], [], lambda _: None, lambda: [dataset, theme]))
        assert tally == Tally(judged=2)
        assert results.of(dataset.iri, plan) == []


UNIQUE = """
:Unique sh:targetClass dcat:Dataset ;
    sh:property [ sh:path ( dct:title [ sh:inversePath dct:title ] ) ; sh:maxCount 1 ] .
"""
SHAPES = compile_plan(parse(f"{EVERY_COMPONENT}{UNIQUE}", RdfFormat.TURTLE))


def records(data: list[Quad]) -> dict[str, bytes]:
    """Each IRI with its blank nodes; classes keep their place, and blank nodes shared by records are left out."""
    owners: dict[object, set[object]] = {}
    for quad in data:
        if isinstance(quad.object, BlankNode):
            owners.setdefault(quad.object, set()).add(quad.subject)
    shared = {node for node, ones in owners.items() if len(ones) > 1 or any(isinstance(one, BlankNode) for one in ones)}
    found: dict[str, list[Quad]] = {}
    for quad in data:
        subject: object = quad.subject
        if quad.predicate == RDFS.subClassOf or subject in shared or quad.object in shared:
            continue
        if isinstance(subject, BlankNode):
            subject = next(iter(owners.get(subject, ())), None)
        if isinstance(subject, NamedNode):
            found.setdefault(subject.value, []).append(quad)
    return {iri: lines(quads_) for iri, quads_ in found.items()}


def context_of(now: dict[str, bytes], *, from_a_store: bool) -> Context:
    data = list(parse(b"".join(now.values()), RdfFormat.N_TRIPLES))
    if not from_a_store:
        return Collected(SHAPES, data)
    store = Store()
    store.extend(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in data)
    return Stored(SHAPES, store)


def update(results: Results, before: dict[str, bytes], now: dict[str, bytes], *, from_a_store: bool) -> None:
    offered = {iri: Offered(iri, "s", block, block) for iri, block in now.items()}
    changes = Changes(
        [one for iri, one in offered.items() if before.get(iri) != one.block],
        [iri for iri in before if iri not in now],
        offered.get,
        offered.values,
    )
    revalidate(results, SHAPES, context_of(now, from_a_store=from_a_store), changes)


def found(results: Results) -> Counter[object]:
    return Counter(key(result) for entry in results.entries(SHAPES) for result in entry.results)


@given(st.lists(st.lists(statements, max_size=30), min_size=2, max_size=4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_after_any_edits_the_results_are_those_of_judging_everything(
    versions: list[list[Quad]], from_a_store: bool
) -> None:
    plain = [[one for one in version if not (from_a_store and hasattr(one.object, "datatype"))] for version in versions]
    with TemporaryDirectory() as folder, Results.create(Path(folder, "1.sqlite"), "s") as results:
        before: dict[str, bytes] = {}
        for number, version in enumerate(plain):
            now = records(version)
            update(results, before, now, from_a_store=from_a_store)
            with Results.create(Path(folder, f"fresh-{number}.sqlite"), "s") as fresh:
                update(fresh, {}, now, from_a_store=from_a_store)
                assert found(results) == found(fresh)
            before = now


def test_by_subject_keeps_the_order_of_each_subject() -> None:
    data = quads("<a> dct:title 'x' . <b> dct:title 'y' . <a> dct:title 'z' .")
    assert [[str(one.object) for one in group] for group in by_subject(data).values()] == [['"x"', '"z"'], ['"y"']]
