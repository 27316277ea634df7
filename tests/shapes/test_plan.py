"""Shapes compiled: what becomes of them, what is left over, and what is refused."""

import pytest

from shapes.index import MalformedShape
from shapes.plan import compile_plan
from tests.shapes.samples import quads
from vocabularies.namespaces import SH


@pytest.mark.parametrize(
    ("constraint", "reason"),
    [
        ("sh:property [ sh:path dct:extent ; sh:maxExclusive 3 ]", "sh:maxExclusive is evaluated by pySHACL"),
        ("sh:property [ sh:path dct:a ; sh:equals dct:b ]", "sh:equals is evaluated by pySHACL"),
        ('sh:sparql [ sh:select "SELECT $this {}" ]', "sh:sparql is evaluated by pySHACL"),
        ("sh:property [ sh:path [ sh:zeroOrMorePath dct:a ] ; sh:minCount 1 ]", "a path other than"),
        ('sh:property [ sh:path dct:a ; sh:pattern "a b" ; sh:flags "x" ]', "the flags 'x' of a pattern"),
        ("sh:node :Shape", "refers to itself"),
        ("sh:closed true", "closed looks at the shape as a whole"),
        ("sh:targetNode <a>", "targets by"),
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
        ":Shape sh:targetClass dcat:Dataset ; sh:property :Title , :Extent . "
        ":Title sh:path dct:title ; sh:minCount 1 . "
        ":Extent sh:path dct:extent ; sh:minExclusive 0 ."
    )
    plan = compile_plan(shapes)
    rest = {(str(quad.subject), str(quad.object)) for quad in plan.rest if quad.predicate == SH.property}
    assert rest == {("<http://shape.example/Shape>", "<http://shape.example/Extent>")}
    assert [one.source.path_text for one in plan.targeted[0].parts] == [None]


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
        (":C a sh:ConstraintComponent .", "constraint components of one's own"),
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
    ],
)
def test_a_path_is_told_as_an_iri_or_as_sparql_writes_it(path: str, text: str) -> None:
    plan = compile_plan(quads(f":S sh:targetClass dcat:Dataset ; sh:property [ sh:path {path} ; sh:minCount 1 ] ."))
    assert str(plan.sources[0].path_text).startswith(text)
    assert bool(plan.sources[0].path_triples) == (path != "dct:title")
