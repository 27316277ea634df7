"""The shapes that go with every profile: plain SHACL Core, which any engine understands alike."""

import pytest
from pyoxigraph import Literal

from shapes.coherence import coherence
from shapes.evaluation.background import background_of, statements
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.leftovers import key
from shapes.plan import Plan, compile_plan
from shapes.reference import to_rdflib, validate
from tests.shapes.samples import quads
from vocabularies.namespaces import SH

LOOPS = """
<a> a dcat:Dataset ; dcat:inSeries <s> ; dct:title "A"@en .
<s> a dcat:DatasetSeries ; dcat:inSeries <t> . <t> a dcat:DatasetSeries ; dcat:inSeries <s> .
<own> a dcat:DatasetSeries ; dcat:inSeries <own> .
<v1> a dcat:Dataset ; dcat:next <v2> . <v2> a dcat:Dataset ; dcat:prev <v1> ; dcat:next <v1> .
<w1> a dcat:Dataset ; dcat:prev <w2> . <w2> a dcat:Dataset ; dcat:next <w1> .
"""
UNTYPED = """
<a> dcat:distribution <f> ; dct:title "A"@en . <f> dcat:accessURL <g> . <s> dcat:endpointURL <e> .
<c> dcat:dataset <a> . <k> dcat:keyword "k" . <o> a <Other> ; dcat:distribution <f> . <p> a <Other> ; dcat:keyword "p" .
"""
MEMBERS = """
@prefix spdx: <http://spdx.org/rdf/terms#> .
<c> a dcat:Catalog ; dcat:dataset <a> , <b> , <d> , <e> , <t> , "text" ; dcat:service <s> .
<a> dct:title "seen by nobody"@en . <b> dct:identifier "told once" ; dcat:keyword "k" . <d> dct:type <u> .
<s> dct:publisher <p> . <t> a <Other> ; dct:title "told as the catalogue's value"@en .
<f> spdx:checksum <f1> , <f2> . <f1> spdx:algorithm "md5" . <f2> a spdx:Checksum ; spdx:algorithm "md5" .
<g> dct:temporal <g1> , <g2> . <g1> dcat:endDate "soon" . <g2> a dct:PeriodOfTime ; dcat:endDate "soon" .
"""
AGENTS = """
@prefix locn: <http://www.w3.org/ns/locn#> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
<a> dct:publisher [ foaf:mbox <mailto:opendata@a.example> ] , [ dct:type <t> ; rdfs:label "A" ] , [ ] , <no-more> ,
    "A" , [ a foaf:Agent ; foaf:mbox <mailto:opendata@a.example> ] , [ a <Other> ; rdfs:label "told as the class" ] ;
    dct:creator [ foaf:name "B" ] , [ dct:title "B" ] , <c> . <c> foaf:name "C" .
<b> a dcat:Dataset ; dcat:contactPoint [ vcard:hasEmail <mailto:opendata@a.example> ] , [ rdfs:label "B" ] ,
    [ a vcard:Kind ; vcard:fn "B" ] .
<c> dct:spatial [ dcat:bbox "POINT(6 49)" ] , [ a dct:Location ; locn:geometry "POINT(6 49)" ] , [ rdfs:label "C" ] .
<d> dct:license [ rdfs:label "D" ] , [ ] , <http://licence.example/1> , [ a dct:LicenseDocument ; rdfs:label "D" ] .
<http://licence.example/1> rdfs:label "many point here" .
"""
ACTS = """
@prefix dcatap: <http://data.europa.eu/r5r/> .
<a> dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> , <http://e.example/2007/2> .
<b> dcatap:applicableLegislation "http://data.europa.eu/eli/reg_impl/2023/138/oj" , "Regulation (EU) 2023/138" .
<c> dcatap:applicableLegislation <https://data.europa.eu/eli/reg_impl/2023/138/oj> , <e> .
<d> dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj/> , <http://e.example/2023/1385> .
"""
TEXTS = """
<a> a dcat:Dataset ; dct:title "Luucht"@ltz , "Air"@en , "Air"@eng-GB , "x"^^<t> , <iri> ; dcat:keyword "air" .
<b> a foaf:Agent ; foaf:name "Gemeng"@LTZ .
"""
EMPTY = """
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
<a> a dcat:Dataset ; dct:title ""@en , "A"@fr , <iri> , [] ; dct:description " \\n" ; dcat:keyword "" .
<b> a foaf:Organization ; foaf:name "" . <c> a dcat:Distribution ; dct:title "" ; dct:description "0" .
<d> a dcat:DataService ; dct:title "\\t" ; dct:description "" . <e> a vcard:Kind ; vcard:fn ""@lb .
<f> a skos:Concept ; skos:prefLabel ""@en . <g> a <Other> ; dct:title "" .
"""
CODES = """
<a> a dcat:Dataset ; dct:language <http://publications.europa.eu/resource/authority/language/QQQ> ,
    <http://publications.europa.eu/resource/authority/language/FRA> , <http://id.loc.gov/vocabulary/iso639-1/fr> , [] ,
    "http://publications.europa.eu/resource/authority/language/QQQ" ;
    dct:spatial <http://publications.europa.eu/resource/authority/country/LUXX> ,
    <http://publications.europa.eu/resource/authority/country/LUX> ,
    <http://publications.europa.eu/resource/authority/place/LUX_QQQ> .
<b> a dcat:Distribution ; dct:license <http://publications.europa.eu/resource/authority/licence/CC_BY_9_0> ,
    <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> , <http://licence.example/> .
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(coherence())


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (LOOPS, 6),
        (UNTYPED, 6),
        (MEMBERS, 5),
        (AGENTS, 9),
        (ACTS, 4),
        (TEXTS, 4),
        (EMPTY, 9),
        ("<a> a dcat:Dataset .", 0),
    ],
)
def test_ours_and_pyshacl_find_the_same(plan: Plan, data: str, count: int) -> None:
    assert plan.leftovers == ()
    said = quads(data)
    ours = [key(result) for result in evaluate(plan, by_subject(said)).results]
    theirs = validate(to_rdflib(said), to_rdflib(coherence()))
    comparable = [tuple(part for place, part in enumerate(one) if place != 1) for one in ours]  # paths are blank nodes
    assert sorted(comparable, key=str) == sorted(
        (tuple(p for n, p in enumerate(one) if n != 1) for one in theirs), key=str
    )
    assert len(ours) == count


def test_a_code_that_the_table_has_is_not_told(plan: Plan) -> None:
    found = evaluate(plan, by_subject(quads(CODES)), background_of(plan, statements())).results
    assert sorted(str(result.value).rpartition("/")[2] for result in found) == ["CC_BY_9_0>", "LUXX>", "QQQ>"]


def test_every_message_is_in_four_languages_and_names_its_source(plan: Plan) -> None:
    for source in plan.sources:
        if source.messages:
            assert sorted(language for language, _ in source.messages) == ["de", "en", "fr", "lb"]
            assert len(source.names) == 4
            assert source.clause
    told = {quad.subject for quad in coherence() if quad.predicate == SH.severity}
    worded = {quad.subject for quad in coherence() if quad.predicate == SH.message}
    assert len(told) == len(worded) > 20
    assert all(isinstance(quad.object, Literal) for quad in coherence() if quad.predicate == SH.message)
