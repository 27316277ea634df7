"""What the authority tables say holds without being in the data, and nobody is blamed for them."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from shapes.evaluation.background import background_of, own, statements
from shapes.evaluation.context import Collected
from shapes.evaluation.evaluate import RecordJudge, by_subject, evaluate
from shapes.leftovers import key
from shapes.plan import compile_plan
from shapes.reference import to_rdflib, validate
from tests.shapes.samples import quads
from tests.shapes.test_reference import EVERY_COMPONENT
from tests.shapes.test_reference import statements as random_statements
from vocabularies.namespaces import AUTHORITY

SHAPES = list(parse(EVERY_COMPONENT, RdfFormat.TURTLE))
PLAN = compile_plan(SHAPES)
KNOWN = {NamedNode("http://e.example/0"), NamedNode("http://e.example/1")}


@given(st.lists(random_statements, max_size=30), st.lists(random_statements, max_size=10))
@settings(max_examples=60, deadline=None)
def test_it_is_as_if_the_data_said_it_too(data: list[Quad], more: list[Quad]) -> None:
    known = [one for one in more if one.subject in KNOWN and not isinstance(one.object, BlankNode)]
    background = background_of(PLAN, known)
    described = {str(one.subject) for one in data}
    ours = [one for one in map(key, evaluate(PLAN, by_subject(data), background).results) if one[0] in described]
    theirs = [one for one in validate(to_rdflib([*data, *known]), to_rdflib(SHAPES)) if one[0] in described]
    assert Counter(ours) == Counter(theirs)


THEMES = """
:D sh:targetClass dcat:Dataset ; sh:property [ sh:path dcat:theme ; sh:class skos:Concept ; sh:node :E ] .
:E sh:property [ sh:path skos:prefLabel ; sh:minCount 2 ] .
"""


def test_a_record_knows_it_as_well_as_a_graph() -> None:
    plan = compile_plan(quads(THEMES))
    data = quads('<a> a dcat:Dataset ; dcat:theme <known> , <unknown> . <known> skos:prefLabel "of the data"@en .')
    background = background_of(plan, quads('<known> a skos:Concept ; skos:prefLabel "of the table"@en .'))
    whole = evaluate(plan, by_subject(data), background).results
    judge = RecordJudge(plan, Collected(plan, data, background))
    apiece = [one for group in by_subject(data).values() for one in judge.judge(group).results]
    assert [str(one.value) for one in whole] == ["<http://data.example/id/unknown>"] * 2
    assert Counter(map(key, apiece)) == Counter(map(key, whole))


PERIODS = ":P sh:targetClass dct:PeriodOfTime ; sh:property [ sh:path dcat:startDate ; sh:minCount 1 ] ."
OF_LUXEMBOURG = f"""
<{AUTHORITY.prefix}country/LUX> dct:temporal [ a dct:PeriodOfTime ; dct:hasPart [ a dct:PeriodOfTime ] ] , _:b .
<a> dct:temporal _:b . _:b a dct:PeriodOfTime .
"""


def test_blank_nodes_of_other_peoples_nodes_are_theirs_unless_ours_lead_there_too() -> None:
    plan, data = compile_plan(quads(PERIODS)), quads(OF_LUXEMBOURG)
    assert len(evaluate(plan, by_subject(data), own=own()).results) == 1
    assert len(evaluate(plan, by_subject(data)).results) == 3


NESTED = """
:D sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:spatial ; sh:property :N ] .
:N sh:path dct:title ; sh:minCount 1 .
"""


def test_a_value_of_ours_that_is_somebody_elses_is_not_blamed_for_what_it_lacks() -> None:
    plan = compile_plan(quads(NESTED))
    data = quads("<a> a dcat:Dataset ; dct:spatial <https://sws.geonames.org/1/> , <b> .")
    assert len(evaluate(plan, by_subject(data), own=own()).results) == 1
    assert len(RecordJudge(plan, Collected(plan, data), own()).judge(data).results) == 1
    assert len(evaluate(plan, by_subject(data)).results) == 2


def test_the_digest_tells_when_an_answer_could_be_another() -> None:
    plan = compile_plan(
        quads(":D sh:targetClass dcat:Dataset ; sh:property [ sh:path skos:inScheme ; sh:minCount 1 ] .")
    )
    one, same, other = (
        background_of(plan, quads(text)).digest
        for text in (
            "<a> skos:inScheme <s> ; a skos:Concept .",
            "<a> a skos:Concept ; skos:inScheme <s> ; dct:title 'A' .",
            "<a> skos:inScheme <t> ; a skos:Concept .",
        )
    )
    assert one == same != other
    assert background_of(plan).digest == background_of(plan, statements()).digest


def test_every_concept_is_somebody_elses() -> None:
    mine = own()
    assert [one.subject for one in statements() if isinstance(one.subject, NamedNode) and mine(one.subject)] == []
    assert mine(NamedNode("http://data.europa.eu/88u/dataset/eurostat"))
