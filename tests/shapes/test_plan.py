"""Shapes compiled: what becomes of them, what is left over, and what is refused."""

from collections import Counter

import pytest

from shapes.compiling.index import MalformedShape
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.leftovers import evaluate_rest, key
from shapes.plan import compile_plan
from shapes.reference import to_rdflib, validate
from tests.shapes.samples import quads
from vocabularies.namespaces import SH


@pytest.mark.parametrize(
    ("constraint", "reason"),
    [
        ('sh:sparql [ sh:select "SELECT $this {}" ]', "sh:sparql is evaluated by pySHACL"),
        ("sh:expression [ sh:path dct:a ]", "sh:expression is evaluated by pySHACL"),
        ("sh:js [ ]", "sh:js is evaluated by nobody"),
        ("sh:node :Shape", "<http://shape.example/Shape> refers to itself"),
        ("sh:property [ sh:path dct:a ; sh:node :Shape ]", "refers to itself"),
        (
            "sh:property [ sh:path dct:a ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ ] , [ sh:class dct:B ] ]",
            "several sh:qualifiedValueShape",
        ),
        (":limit 3 . :Limit a sh:ConstraintComponent ; sh:parameter [ sh:path :limit ]", "Limit>, a constraint comp"),
        ('sh:target [ sh:select "SELECT ?this { ?any dct:a ?this }" ]', "a pattern on another node than ?this"),
        ('sh:target [ sh:select "SELECT ?this { ?this dct:a/dct:b ?any }" ]', "a SPARQL target with '/dct:b"),
        ('sh:target [ sh:select "SELECT ?this { ?this dct:a 1 FILTER(1) }" ]', "a SPARQL target with"),
        ("sh:target [ a :TargetType ]", "has no sh:select"),
    ],
)
def test_what_the_plan_cannot_express_is_left_over_by_name(constraint: str, reason: str) -> None:
    shapes = quads(
        f":Shape sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:t ; sh:minCount 1 ] ; {constraint} ."
    )
    plan = compile_plan(shapes)
    assert [left.shape.value for left in plan.leftovers] == ["http://shape.example/Shape"]
    assert reason in plan.leftovers[0].reason


def test_a_part_that_is_left_over_does_not_take_the_others_along() -> None:
    shapes = quads(
        ":Shape sh:targetClass dcat:Dataset ; sh:property :Title , :Extent ; sh:closed true ; "
        "sh:ignoredProperties ( rdf:type ) . "
        ":Title sh:path dct:title ; sh:minCount 1 . "
        ':Extent sh:path dct:extent ; sh:sparql [ sh:select "SELECT $this {}" ] .'
    )
    plan = compile_plan(shapes)
    rest = {(str(quad.subject), str(quad.object)) for quad in plan.rest if quad.predicate == SH.property}
    assert rest == {("<http://shape.example/Shape>", "<http://shape.example/Extent>")}
    assert not {SH.closed, SH.ignoredProperties} & {quad.predicate for quad in plan.rest}
    assert [one.source.component for one in plan.targeted[0].parts] == [
        SH.PropertyConstraintComponent,
        SH.ClosedConstraintComponent,
    ]


def test_a_shape_whose_parts_count_on_each_other_is_left_over_whole() -> None:
    shapes = quads(
        ":Hand sh:targetClass :H ; sh:property [ sh:path :digit ; sh:qualifiedValueShape [ sh:class :Thumb ] ; "
        "  sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1 ] , "
        '  [ sh:path :digit ; sh:sparql [ sh:select "SELECT $this {}" ] ] .'
    )
    plan = compile_plan(shapes)
    assert (len(plan.leftovers), set(plan.rest)) == (1, set(shapes))
    assert [(one.parts, one.more) for one in plan.targeted] == [((), True)]


def test_shapes_that_the_plan_expresses_leave_nothing_over() -> None:
    plan = compile_plan(
        quads(":Shape sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:title ; sh:minCount 1 ] .")
    )
    assert (plan.leftovers, plan.rest) == ((), ())


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        (":S sh:targetClass dcat:Dataset ; sh:property [ sh:minCount 1 ] .", "has no sh:path"),
        (":S sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:a , dct:b ] .", "more than one value"),
        (":S sh:targetClass dcat:Dataset ; sh:property [ sh:path dct:a ; sh:minCount -1 ] .", "is no count"),
        (":S sh:targetClass dcat:Dataset ; sh:nodeKind dcat:Dataset .", "is no node kind"),
        (':S sh:targetClass dcat:Dataset ; sh:datatype "x" .', "is no datatype"),
        (':S sh:targetClass dcat:Dataset ; sh:class "x" .', "is no class"),
        (":S sh:targetClass dcat:Dataset ; sh:node :Nowhere .", "not defined"),
        (":S sh:targetClass dcat:Dataset ; sh:in 3 .", "is no list"),
        (":S sh:targetClass dcat:Dataset ; sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .", "has no end"),
        (
            ":S sh:targetClass dcat:Dataset ; sh:property [ sh:path [ rdf:first dct:a ] ; sh:minCount 1 ] .",
            "is no list",
        ),
        (':S sh:targetClass "Dataset" .', "where an IRI belongs"),
        (":S sh:targetClass :D ; sh:minCount 1 .", "<http://shape.example/S> has sh:minCount, but no sh:path"),
        (":S sh:targetClass :D ; sh:property [ sh:path dct:a ; sh:minCount 1 , 2 ] .", "more than one value of sh:min"),
        (":S sh:targetClass :D ; sh:ignoredProperties ( ) .", "sh:ignoredProperties, but no sh:closed"),
        (":S sh:targetClass :D ; sh:closed 'yes' .", "true or false, unquoted, belongs here"),
        (":S sh:targetClass :D ; sh:property [ sh:path dct:a ; sh:pattern '(' ] .", "no regular expression"),
        (":S sh:targetClass :D ; sh:pattern :P .", "a string belongs here"),
        (":S sh:targetClass :D ; sh:minInclusive :P .", "is no bound; a literal belongs here"),
        (":S sh:targetClass :D ; sh:equals 1 .", "is no property, as sh:equals wants; an IRI is"),
        (":S sh:targetClass :D ; sh:or ( ) .", "the list of sh:or is empty"),
        (":S sh:targetClass :D ; sh:node [ sh:path dct:a ] .", "sh:node wants a node shape"),
        (":S sh:targetClass :D ; sh:property [ sh:path dct:a ; sh:qualifiedMinCount 1 ] .", "qualifiedValueShape it"),
        (":S sh:targetClass :D ; sh:property [ sh:path dct:a ; sh:qualifiedValueShape [ ] ] .", "neither sh:qual"),
        (":S sh:targetClass :D ; sh:property [ sh:path 'a' ; sh:minCount 1 ] .", "is no path"),
        (":S sh:targetClass :D ; sh:property [ sh:path _:p ] . _:p sh:inversePath _:p .", "is no path"),
        (":S sh:targetClass :D ; sh:property [ sh:path [ dct:a dct:b ] ] .", "one of rdf:first, sh:inversePath"),
        (":S sh:targetClass :D ; sh:property [ sh:path ( dct:a ) ] .", "is a path of 1 parts"),
        (
            ":S sh:targetClass :D ; sh:property [ sh:path dct:a ; sh:or ( [ sh:class 1 ] ) ] .",
            "rdf:first of sh:or of sh:property . sh:path <http://purl.org/dc/terms/a> . of <http://shape.example/S>",
        ),
    ],
)
def test_shapes_that_shacl_does_not_allow_are_refused_with_the_reason(shapes: str, reason: str) -> None:
    with pytest.raises(MalformedShape, match=reason):
        compile_plan(quads(shapes))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("dct:title", "http://purl.org/dc/terms/title"),
        ("[ sh:inversePath dcat:inSeries ]", "^<http://www.w3.org/ns/dcat#inSeries>"),
        ("( dct:a dct:b )", "<http://purl.org/dc/terms/a>/<http://purl.org/dc/terms/b>"),
        (
            "[ sh:alternativePath ( dct:a ( dct:b dct:c ) ) ]",
            "<http://purl.org/dc/terms/a>|(<http://purl.org/dc/terms/b>/",
        ),
        ("[ sh:zeroOrMorePath [ sh:inversePath dct:a ] ]", "(^<http://purl.org/dc/terms/a>)*"),
        ("[ sh:oneOrMorePath dct:a ]", "<http://purl.org/dc/terms/a>+"),
        ("[ sh:zeroOrOnePath dct:a ]", "<http://purl.org/dc/terms/a>?"),
    ],
)
def test_a_path_is_told_as_an_iri_or_as_sparql_writes_it(path: str, text: str) -> None:
    plan = compile_plan(quads(f":S sh:targetClass dcat:Dataset ; sh:property [ sh:path {path} ; sh:minCount 1 ] ."))
    assert str(plan.sources[0].path_text).startswith(text)
    assert bool(plan.sources[0].path_triples) == (path != "dct:title")


PARTS = """
:Shape sh:targetClass dcat:Dataset ; sh:closed true ; sh:ignoredProperties ( rdf:type dct:publisher ) ; sh:property
    [ sh:path dct:title ; sh:minCount 1 ; sh:sparql :Query ; sh:qualifiedMinCount 1 ;
      sh:qualifiedValueShape [ sh:datatype xsd:string ] ] ,
    [ sh:path dct:publisher ; sh:node :Agent ; sh:sparql :Query ; sh:nodeKind sh:IRI ;
      sh:property [ sh:path foaf:name ; sh:maxCount 1 ; sh:sparql :Query ] ] .
:Agent sh:targetClass foaf:Agent ; sh:property [ sh:path foaf:name ; sh:minCount 1 ; sh:sparql :Query ] .
:Query sh:select "SELECT $this ?value { $this $PATH ?value FILTER (!isIRI(?value)) }" .
"""
MET = """
<a> a dcat:Dataset ; dct:title "ab" , 3 ; dct:publisher <b> , "c" ; dct:extent 3 .
<b> a foaf:Agent ; foaf:name "b" , "B" .
<d> a foaf:Agent .
"""


def test_what_is_divided_comes_to_the_same_as_the_whole() -> None:
    shapes = quads(PARTS)
    plan = compile_plan(shapes)
    assert [left.shape.value.rpartition("/")[2] for left in plan.leftovers] == ["Shape"] * 4 + ["Agent"]
    data = quads(MET)
    direct = evaluate(plan, by_subject(data)).results
    rest = evaluate_rest(plan.rest, plan.sources, data)
    assert direct
    assert rest
    assert Counter(map(key, (*direct, *rest))) == Counter(validate(to_rdflib(data), to_rdflib(shapes)))
