"""Whatever the bytes, reading ends with statements that are valid, or with FormatError."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import FormatError
from loaders.parse import FORMS
from tests.support.reading import read, spelled

TURTLE = """@prefix d: <http://www.w3.org/ns/dcat#> .
<a> d:title "x"@fr ; d:size 1.5, true, "5"^^d:t .
_:b d:keyword [ d:title \"\"\"long "quoted"
text\"\"\" ] ; d:list ( 1 <two> 'three' ) . # why
"""
LINES = """<http://a/1> <http://p/> "v\\n1"@fr .
_:b <http://p/> "5"^^<http://t/> .
<http://a/2> <http://p/> _:b .
"""
RDFXML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE rdf:RDF [<!ENTITY x "http://www.w3.org/2001/XMLSchema#">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://d/" xml:lang="fr">
<d:Catalog rdf:about="c"><d:dataset><d:Dataset rdf:about="http://a/1"><d:title xml:lang="de">x &amp; y</d:title>
</d:Dataset></d:dataset><d:size rdf:datatype="&x;int">5</d:size><d:publisher rdf:nodeID="n"/></d:Catalog><!-- why -->
<d:Agent rdf:nodeID="n"><d:label rdf:parseType="Literal"><b>z</b></d:label></d:Agent></rdf:RDF>
"""
JSONLD = """{"@context": {"d": "http://d/", "id": "@id", "t": {"@id": "d:t", "@container": "@language"},
"p": {"@id": "d:p", "@type": "@id"}}, "@graph": [{"id": "a", "@type": "d:T", "t": {"fr": "x", "de": ["y"]},
"p": ["http://b/", "d:c"], "d:n": {"id": "_:b", "d:v": 1.5}},
{"id": "http://c/", "d:v": {"@value": "5", "@type": "d:t"}, "d:l": {"@list": [1, {"@value": "z", "@language": "en"}]}}]}
"""
SEEDS = {
    "turtle": TURTLE,
    "trig": TURTLE + '<g> { <c> d:title "c" . <e> d:title "e" } GRAPH _:h { <f> d:title "f" }\n',
    "n3": TURTLE + "{ <c> d:title <d> } => { <c> d:label <d> } . <e> = <f> .\n",
    "ntriples": LINES,
    "nquads": LINES.replace(" .\n", " <http://g/> .\n"),
    "rdfxml": RDFXML,
    "jsonld": JSONLD,
}
PIECES = [
    b"<",
    b">",
    b'"',
    b"'",
    b" ",
    b"\n",
    b".",
    b";",
    b"{",
    b"}",
    b"[",
    b"]",
    b"@",
    b"^^",
    b"\\",
    b"&",
    b"\xff",
    b"\x00",
    b":",
]
PIECES += [
    b"/",
    b"#",
    b",",
    b"(",
    b")",
    b'"""',
    b"-->",
    b"<!--",
    b"]]>",
    b"\xe9",
    b"@prefix ",
    b"\\ud800",
    b"http://",
    b"_:",
    b"%",
]


@st.composite
def mutations(draw: st.DrawFn, seed: bytes) -> bytes:
    data = bytearray(seed)
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.sampled_from([0, 0, 1, 1, 5, 60]))
        data[at : at + length] = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=3), st.just(b"")))
    return bytes(data)


def test_every_form_has_a_seed_that_is_read_whole(tmp_path: Path) -> None:
    assert SEEDS.keys() == set(FORMS)
    for form, seed in SEEDS.items():
        reading = read(tmp_path, seed, form)
        assert len(reading.quads) >= 3
        assert not reading.repaired


def check(folder: Path, data: bytes, form: str) -> None:
    try:
        reading = read(folder, data, form)
    except FormatError:
        return
    assert len(spelled(reading.quads)) == len(reading.quads)
    assert all(fault.reason and len(fault.original) <= 2000 for fault in reading.faults)


@pytest.mark.parametrize("form", FORMS)
def test_a_damaged_document_gives_valid_statements_or_a_clear_error(tmp_path: Path, form: str) -> None:
    @settings(max_examples=150, deadline=None, database=None)
    @given(mutations(SEEDS[form].encode()))
    def proof(data: bytes) -> None:
        check(tmp_path, data, form)

    proof()


@pytest.mark.prove
@pytest.mark.parametrize("form", FORMS)
def test_many_damaged_documents_give_valid_statements_or_a_clear_error(tmp_path: Path, form: str) -> None:
    @settings(max_examples=1_500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(mutations(SEEDS[form].encode()))
    def proof(data: bytes) -> None:
        check(tmp_path, data, form)

    proof()
