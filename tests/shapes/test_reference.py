"""Ours against pySHACL: equal results, as a multiset, on every catalogue we have and on random small graphs."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from graph.cage import Limits
from graph.errors import CageError
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.leftovers import evaluate_rest, key, validate_caged
from shapes.plan import compile_plan
from shapes.reference import to_rdflib, validate
from tests.shapes.catalogues import write
from vocabularies.namespaces import DCAT, DCT, FOAF, RDF, RDFS, SKOS, XSD

CLASSES = (DCAT.Dataset, DCAT.Distribution, DCAT.Catalog, SKOS.Concept, FOAF.Agent)
PREDICATES = (DCT.title, DCT.publisher, DCAT.distribution, DCT.issued, DCT.subject, DCAT.inSeries)
nodes = st.sampled_from([*(NamedNode(f"http://e.example/{n}") for n in range(4)), BlankNode("x"), BlankNode("y")])
literals = st.one_of(
    st.builds(Literal, st.sampled_from(["a", "b", "lengthy"])),
    st.builds(lambda text, tag: Literal(text, language=tag), st.sampled_from("ab"), st.sampled_from(["en", "fr-be"])),
    st.builds(
        lambda text, datatype: Literal(text, datatype=datatype),
        st.sampled_from(["1", "-1", "2020-01-31", "2020-02-30", "2020-01-01T10:00:00Z", "x", "1.5", "true", "P1D", ""]),
        st.sampled_from([XSD.integer, XSD.nonNegativeInteger, XSD.date, XSD.dateTime, XSD.decimal, XSD.gYear]),
    ),
)
statements = st.one_of(
    st.builds(Quad, nodes, st.just(RDF.type), st.sampled_from([*CLASSES, *[DCAT.Dataset] * 3])),
    st.builds(Quad, nodes, st.sampled_from([*PREDICATES, DCT.title]), st.one_of(nodes, literals)),
    st.builds(Quad, st.sampled_from(CLASSES), st.just(RDFS.subClassOf), st.sampled_from(CLASSES)),
)

EVERY_COMPONENT = """
@prefix : <http://shape.example/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:Date a sh:NodeShape ; sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:dateTime ] [ sh:datatype xsd:gYear ] ) .
:Titled a sh:NodeShape ; sh:property [ sh:path dct:title ; sh:minCount 1 ] .
:Dataset a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:nodeKind sh:IRI ;
    sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:maxCount 2 ; sh:nodeKind sh:Literal ; sh:uniqueLang true ;
                  sh:severity sh:Warning ] ;
    sh:property [ sh:path dct:title ; sh:languageIn ( "en" "fr" ) ; sh:minLength 1 ; sh:maxLength 3 ] ;
    sh:property [ sh:path dct:title ; sh:pattern "^A" ; sh:flags "i" ; sh:datatype rdf:langString ] ;
    sh:property [ sh:path dct:issued ; sh:node :Date ; sh:maxCount 1 ; sh:datatype xsd:date ] ;
    sh:property [ sh:path dct:subject ; sh:datatype xsd:nonNegativeInteger ] ;
    sh:property [ sh:path dct:subject ; sh:xone ( [ sh:datatype xsd:decimal ] [ sh:nodeKind sh:Literal ]
                                                  [ sh:class skos:Concept ] ) ] ;
    sh:property [ sh:path dct:subject ; sh:datatype rdfs:Literal ; sh:in ( "a" <http://e.example/1> 1 ) ] ;
    sh:property [ sh:path dct:publisher ; sh:hasValue <http://e.example/1> ; sh:class foaf:Agent , skos:Concept ] ;
    sh:property [ sh:path dct:publisher ; sh:or ( [ sh:class foaf:Agent ]
                                                  [ sh:property [ sh:path rdf:type ; sh:maxCount 0 ] ] ) ] ;
    sh:property [ sh:path dct:publisher ; sh:not [ sh:class dcat:Dataset ] ;
                  sh:property [ sh:path dct:title ; sh:minCount 1 ] ] ;
    sh:property [ sh:path dcat:distribution ; sh:node :Titled ; sh:and ( :Titled [ sh:nodeKind sh:BlankNode ] ) ] ;
    sh:property [ sh:path [ sh:inversePath dcat:inSeries ] ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ;
    sh:property [ sh:path ( dcat:distribution dct:title ) ; sh:minCount 1 ] ;
    sh:property [ sh:path [ sh:alternativePath ( dct:issued dct:title ) ] ; sh:maxCount 2 ;
                  sh:nodeKind sh:IRIOrLiteral ] .
:Concept a sh:NodeShape , rdfs:Class ; sh:deactivated true ; sh:targetClass skos:Concept ; sh:class dcat:Dataset .
:Published a sh:NodeShape ; sh:targetSubjectsOf dct:publisher ; sh:class dcat:Dataset ;
    sh:or ( [ sh:path dct:title ; sh:minCount 1 ] [ sh:path dct:issued ; sh:minCount 1 ] ) .
:Issued sh:path dct:issued ; sh:targetClass foaf:Agent ; sh:minCount 1 .
:Closed a sh:NodeShape ; sh:closed true ; sh:ignoredProperties ( rdf:type dct:title ) .
:Apart a sh:NodeShape ; sh:targetClass dcat:Distribution ; sh:closed true ;
    sh:ignoredProperties ( rdf:type dct:publisher dct:subject ) ;
    sh:property [ sh:path dct:publisher ; sh:node :Closed ; sh:qualifiedValueShape [ sh:class foaf:Agent ] ;
                  sh:qualifiedMinCount 1 ] ;
    sh:property [ sh:path dct:publisher ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMaxCount 0 ;
                  sh:qualifiedValueShapesDisjoint true ] ;
    sh:property [ sh:path dct:issued ; sh:disjoint dct:subject ; sh:minInclusive 0 ;
                  sh:maxExclusive "2020-01-31"^^xsd:date ] ;
    sh:property [ sh:path ( [ sh:zeroOrMorePath dcat:inSeries ] dct:issued ) ; sh:equals dct:issued ] ;
    sh:property [ sh:path [ sh:inversePath [ sh:alternativePath ( dcat:distribution [ sh:oneOrMorePath dcat:inSeries ]
                                                               ) ] ] ;
                  sh:closed true ; sh:ignoredProperties ( rdf:type dcat:distribution dcat:inSeries ) ; sh:minCount 1 ] ;
    sh:property [ sh:path [ sh:zeroOrOnePath dct:subject ] ; sh:not :Titled ] .
:Member a sh:NodeShape ; sh:property [ sh:path dct:title ; sh:minCount 1 ] ;
    sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this { ?this <http://purl.org/dc/terms/subject> ?any }" ] .
"""


@given(st.lists(statements, max_size=10) | st.lists(statements, min_size=20, max_size=40))
@settings(max_examples=40, deadline=None)
def test_random_graphs_get_the_results_that_pyshacl_gives(quads: list[Quad]) -> None:
    shapes = list(parse(EVERY_COMPONENT, RdfFormat.TURTLE))
    plan = compile_plan(shapes)
    assert not plan.leftovers
    theirs = validate(to_rdflib(quads), to_rdflib(shapes))
    assert Counter(map(key, evaluate(plan, by_subject(quads)).results)) == Counter(theirs)


def test_what_the_plan_cannot_express_is_evaluated_by_the_reference_once() -> None:
    shapes = list(
        parse(
            """
            @prefix : <http://shape.example/> .
            @prefix dcat: <http://www.w3.org/ns/dcat#> .
            @prefix dct: <http://purl.org/dc/terms/> .
            @prefix sh: <http://www.w3.org/ns/shacl#> .
            :Dataset a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property :Title , :Size .
            :Title sh:path dct:title ; sh:minCount 1 .
            :Size sh:path dct:extent ; sh:severity sh:Warning ; sh:message "too small"@en ;
                sh:sparql [ sh:select "SELECT $this ?value { $this $PATH ?value FILTER (?value < 10) }" ] .
            """,
            RdfFormat.TURTLE,
        )
    )
    quads = [
        Quad(NamedNode("http://e.example/1"), RDF.type, DCAT.Dataset),
        Quad(NamedNode("http://e.example/1"), DCT.extent, Literal(3)),
    ]
    plan = compile_plan(shapes)
    assert [left.reason for left in plan.leftovers] == ["sh:sparql is evaluated by pySHACL"]
    direct = evaluate(plan, by_subject(quads)).results
    rest = evaluate_rest(plan.rest, plan.sources, quads)
    assert [result.source.shape.value for result in direct] == ["http://shape.example/Title"]
    assert [result.source.shape.value for result in rest] == ["http://shape.example/Size"]
    assert Counter(map(key, [*direct, *rest])) == Counter(validate(to_rdflib(quads), to_rdflib(shapes)))


def test_the_reference_is_held_to_its_limits(tmp_path: Path) -> None:
    quads = [Quad(NamedNode(f"http://e.example/{n}"), RDF.type, DCAT.Dataset) for n in range(20_000)]
    data, shapes = (
        write(quads, tmp_path / "data.nq"),
        write(list(parse(EVERY_COMPONENT, RdfFormat.TURTLE)), tmp_path / "s.nq"),
    )
    with pytest.raises(CageError):
        list(validate_caged([(data, shapes)], Limits(cpu_seconds=2)))
