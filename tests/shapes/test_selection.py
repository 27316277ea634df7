"""SPARQL targets that need no engine, and those that are left alone."""

import pytest
from pyoxigraph import Literal, NamedNode

from shapes.compiling.selection import Pattern, TooRich, alternatives
from shapes.plan import compile_plan
from tests.shapes.samples import quads
from vocabularies.namespaces import DCAT, DCT, RDF

E = "http://e.example/"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?this { ?this dct:a ?any }", [(Pattern(DCT.a, None),)]),
        ("select distinct $this where { $this a dcat:Dataset . }", [(Pattern(RDF.type, DCAT.Dataset),)]),
        (
            f"PREFIX : <{E}> # ours\nSELECT ?this {{ ?this dct:a :x , 'y'@en ; dct:b 1 ; . }}",
            [
                (
                    Pattern(DCT.a, NamedNode(f"{E}x")),
                    Pattern(DCT.a, Literal("y", language="en")),
                    Pattern(DCT.b, Literal(1)),
                )
            ],
        ),
        (
            "SELECT ?this { { ?this dct:a ?x } UNION { ?this dct:b ?y . } . ?this dct:c 'z' }",
            [
                (Pattern(DCT.a, None), Pattern(DCT.c, Literal("z"))),
                (Pattern(DCT.b, None), Pattern(DCT.c, Literal("z"))),
            ],
        ),
        ("SELECT ?this { }", [()]),
    ],
)
def test_conjunctions_and_choices_are_read(query: str, expected: list[tuple[Pattern, ...]]) -> None:
    assert alternatives(query, {"dct": DCT.prefix, "dcat": DCAT.prefix}) == expected


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("ASK { ?this dct:a ?b }", "no SELECT"),
        ("SELECT ?that { ?that dct:a ?b }", "a variable other than .this"),
        ("SELECT ?this ?b { ?this dct:a ?b }", r"'\?b'"),
        ("SELECT ?this { ?b dct:a ?this }", "another node than .this"),
        ("SELECT ?this { ?this dct:a ?b ; dct:b ?b }", r"a second \?b"),
        ("SELECT ?this { ?this dct:a ?this }", r"a second \?this"),
        ("SELECT ?this { ?this ?p ?o }", r"'\?p'"),
        ("SELECT ?this { ?this 'p' ?o }", "a predicate that is no IRI"),
        ("SELECT ?this { ?this dct:a* ?o }", r"'\* \?o"),
        ("SELECT ?this { ?this nowhere:a ?o }", "nowhere:a"),
        ("SELECT ?this { OPTIONAL { ?this dct:a ?o } }", "'OPTIONAL'"),
        ("SELECT ?this { ?this dct:a ?o", "'the end'|'the end'|the end|''"),
        ("SELECT ?this { ?this dct:a ?o } LIMIT 3", "'LIMIT'"),
    ],
)
def test_whatever_else_is_too_rich(query: str, reason: str) -> None:
    with pytest.raises(TooRich, match=reason):
        alternatives(query, {"dct": DCT.prefix})


def test_prefixes_are_those_that_the_target_names() -> None:
    plan = compile_plan(
        quads(
            ":S sh:target [ sh:prefixes :Ours ; sh:select 'SELECT ?this { ?this d:title 1 }' ] ; sh:nodeKind sh:IRI . "
            ":Ours sh:declare [ sh:prefix 'd' ; sh:namespace 'http://purl.org/dc/terms/'^^xsd:anyURI ] ."
        )
    )
    assert (plan.leftovers, list(plan.keys)) == ((), [DCT.title])
