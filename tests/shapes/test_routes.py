"""Paths where pySHACL cannot be asked: it takes the parts of a sequence backwards in the wrong order."""

import pytest

from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.plan import compile_plan
from tests.shapes.samples import quads

CHAIN = "<a> :p <b> . <b> :q <c> . <c> :p <d> . <d> :q <e> . <c> :q <f> ."


@pytest.mark.parametrize(
    ("path", "start", "reached"),
    [
        ("[ sh:inversePath ( :p :q ) ]", "c", {"a"}),
        ("[ sh:inversePath ( :p :q :p :q ) ]", "e", {"a"}),
        ("[ sh:inversePath [ sh:inversePath ( :p :q ) ] ]", "a", {"c"}),
        ("[ sh:oneOrMorePath [ sh:inversePath ( :p :q ) ] ]", "e", {"c", "a"}),
        ("[ sh:inversePath ( [ sh:alternativePath ( :p :q ) ] [ sh:zeroOrOnePath :q ] ) ]", "f", {"b", "c"}),
        ("[ sh:zeroOrMorePath ( :p :q ) ]", "a", {"a", "c", "e"}),
    ],
)
def test_a_path_leads_where_sparql_says(path: str, start: str, reached: set[str]) -> None:
    shapes = f":S sh:targetNode <{start}> ; sh:property [ sh:path {path} ; sh:not [ sh:nodeKind sh:IRI ] ] ."
    results = evaluate(compile_plan(quads(shapes)), by_subject(quads(CHAIN))).results
    assert {str(result.value).rpartition("/")[2].rstrip(">") for result in results} == reached
