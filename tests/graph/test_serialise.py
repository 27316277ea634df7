import io
import json
import random
from collections.abc import Iterable, Sequence

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from graph.errors import Unwritable
from graph.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_FORMATS, RDF_XML, TRIG, TURTLE, RdfForm
from graph.profile import restored
from graph.serialise import Described, described, row, serialise, serialise_records
from vocabularies.namespaces import DCAT, DCT, FOAF, PREFIXES, RDF, SPDX, VCARD, XSD

pytestmark = [  # rdflib's own parsers use what rdflib has deprecated
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning"),
]

RDFLIB = {
    "turtle": "turtle",
    "ntriples": "nt",
    "rdfxml": "xml",
    "jsonld": "json-ld",
    "trig": "trig",
    "nquads": "nquads",
}
FORMS = pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
GRAPH_FORMS = pytest.mark.parametrize("form", [JSON_LD, TRIG, N_QUADS], ids=lambda form: form.name)
DATASET = NamedNode("https://data.example.org/d/1")
FILE = NamedNode("https://data.example.org/d/1/file")

EXAMPLE = f"""
@prefix dcat: <{DCAT.prefix}> . @prefix dct: <{DCT.prefix}> . @prefix vcard: <{VCARD.prefix}> .
@prefix xsd: <{XSD.prefix}> . @prefix spdx: <{SPDX.prefix}> .
<{DATASET.value}> a dcat:Dataset, <https://example.org/Special> ;
    dct:title "Air"@en-GB, "Luft"@de, "plain" ;
    dct:description "Two\\nlines & <tags> \\"quoted\\" \\\\ \\r\\t é 🌍"@fr ;
    dcat:keyword "a"@fr, "b"@fr ;
    dcat:contactPoint [ a vcard:Organization ; vcard:fn "Desk" ; vcard:hasAddress [ vcard:locality "Town" ] ] ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2024-01-01"^^xsd:date ], [ ] ;
    dcat:distribution <{FILE.value}> ;
    dct:relation <dct:oops>, <https://example.org/a%20b?x=1&y='2'> .
<{FILE.value}> a dcat:Distribution ;
    dcat:byteSize "1024"^^xsd:nonNegativeInteger ; dcat:spatialResolutionInMeters 1.5, 10 ;
    dcat:temporalResolution "PT24H"^^xsd:duration ; dct:issued "2024-01-01T00:00:00.000Z"^^xsd:dateTime ;
    spdx:checksum [ spdx:checksumValue "0aff"^^xsd:hexBinary ] ;
    <https://example.org/terms/größe> true ; <https://example.org/t#x> 7, -3, 0.5, 1.0e3 .
"""


def in_graph(triple: Triple, graph: NamedNode | BlankNode | DefaultGraph | None = None) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph or DefaultGraph())


def stored(statements: Iterable[Triple | Quad]) -> list[Quad]:
    """What a real store makes of them."""
    store = Store()
    store.extend(quad if isinstance(quad, Quad) else in_graph(quad) for quad in statements)
    return list(store)


def example() -> list[Quad]:
    return stored(parse(EXAMPLE.encode(), RdfFormat.TURTLE))


def canonical(quads: Iterable[Quad]) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def typed(quad: Quad) -> Quad:
    """The statement as it has to come out: datatype as declared, no base direction."""
    value = quad.object
    if isinstance(value, Literal):
        value = restored(quad.predicate, value)
        if value.direction is not None:
            value = Literal(value.value, language=value.language)
    return Quad(quad.subject, quad.predicate, value, quad.graph_name)


def read(body: bytes, form: RdfForm) -> list[Quad]:
    return list(parse(body, form.engine))


def read_by_rdflib(body: bytes, form: RdfForm) -> list[Quad]:
    graph = rdflib.Graph()
    graph.parse(data=body, format=RDFLIB[form.name])
    return list(parse(graph.serialize(format="nt", encoding="utf-8"), RdfFormat.N_TRIPLES))


@FORMS
def test_a_byte_size_without_a_datatype_comes_out_with_its_own(form: RdfForm) -> None:
    quad = Quad(NamedNode("https://data.example.org/d/1"), DCAT.byteSize, Literal("12323"))
    (found,) = read(serialise([quad], form), form)
    assert found.object == Literal("12323", datatype=XSD.nonNegativeInteger)


@FORMS
def test_what_a_store_holds_comes_out_typed_and_whole(form: RdfForm) -> None:
    quads = example()
    assert canonical(read(serialise(quads, form), form)) == canonical(map(typed, quads))


@FORMS
def test_rdflib_reads_the_same(form: RdfForm) -> None:
    quads = example()
    if form in {TRIG, N_QUADS}:
        dataset = rdflib.Dataset()
        dataset.parse(data=serialise(quads, form), format=RDFLIB[form.name])
        assert len(dataset) == len(quads)
    else:
        found = read_by_rdflib(serialise(quads, form), form)
        plain = [quad for quad in map(typed, quads) if not _lexically_free(quad.object)]
        assert canonical(quad for quad in found if not _lexically_free(quad.object)) == canonical(plain)
        assert len(found) == len(quads)


def _lexically_free(term: object) -> bool:
    """Literals that rdflib writes in a form of its own."""
    return isinstance(term, Literal) and term.datatype in {
        XSD.double,
        XSD.duration,
        XSD.dateTime,
        XSD.decimal,
        XSD.hexBinary,
    }


@FORMS
def test_a_byte_size_is_a_non_negative_integer_for_every_reader(form: RdfForm) -> None:
    body = serialise(example(), form)
    sizes = [quad.object for quad in read(body, form) if quad.predicate == DCAT.byteSize]
    assert sizes == [Literal("1024", datatype=XSD.nonNegativeInteger)]
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data=body, format=RDFLIB[form.name])
    [size] = graph.objects(None, rdflib.URIRef(DCAT.byteSize.value))
    assert isinstance(size, rdflib.Literal)
    assert size.datatype == rdflib.XSD.nonNegativeInteger


@FORMS
def test_language_tags_are_written_in_the_usual_case(form: RdfForm) -> None:
    body = serialise(example(), form).decode()
    assert "en-GB" in body
    assert "en-gb" not in body


_IRIS = st.sampled_from(
    [
        DATASET,
        FILE,
        NamedNode("urn:x:1"),
        NamedNode("https://example.org/ü?a=b&c='d'#e"),
        NamedNode("dcat:Dataset"),
        NamedNode("time:1"),
        DCAT.Dataset,
        RDF.nil,
        NamedNode("https://example.org/a."),
        NamedNode(DCT.prefix),
    ]
)
_PREDICATES = st.sampled_from(
    [
        RDF.type,
        RDF.first,
        RDF["_1"],
        DCT.title,
        DCT.relation,
        DCT.issued,
        DCAT.byteSize,
        DCAT.spatialResolutionInMeters,
        SPDX.checksumValue,
        FOAF.name,
        NamedNode("https://example.org/p.q-r"),
        NamedNode("https://example.org/größe"),
        NamedNode("dct:title"),
        NamedNode("urn:p"),
    ]
)
_NODES = st.sampled_from([BlankNode(f"n{i}") for i in range(4)])
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_XML_TEXTS = st.text(
    st.one_of(st.sampled_from("\t\n\r\\\"<>&']["), st.characters(exclude_categories=["Cs", "Cc", "Cn"])), max_size=12
)


def _literals(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Literal]:
    return st.one_of(
        texts.map(Literal),
        st.tuples(texts, st.sampled_from(["fr", "en-gb", "zh-hant-tw", "x-a"])).map(
            lambda pair: Literal(pair[0], language=pair[1])
        ),
        texts.map(lambda text: Literal(text, language="ar", direction=BaseDirection.RTL)),
        st.tuples(texts, st.sampled_from([DCT.title, XSD.anyURI, XSD.integer, RDF.HTML])).map(
            lambda pair: Literal(pair[0], datatype=pair[1])
        ),
        st.integers().map(lambda number: Literal(str(number), datatype=XSD.integer)),
        st.decimals(allow_nan=False, allow_infinity=False, places=3).map(
            lambda number: Literal(f"{number:f}", datatype=XSD.decimal)
        ),
        st.floats(allow_nan=False).map(Literal),
        st.booleans().map(Literal),
        st.dates().map(lambda date: Literal(f"{date:%Y}"[:4].rjust(4, "0") + f"{date:-%m-%d}", datatype=XSD.date)),
    )


def _triples(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Triple]]:
    objects = st.one_of(_IRIS, _NODES, _literals(texts))
    triple = st.builds(Triple, st.one_of(_IRIS, _NODES), _PREDICATES, objects)
    return st.lists(triple, max_size=12)


@pytest.mark.parametrize("form", [form for form in RDF_FORMATS if form is not RDF_XML], ids=lambda form: form.name)
@given(triples=_triples(_TEXTS))
def test_any_graph_comes_back_typed(form: RdfForm, triples: list[Triple]) -> None:
    quads = stored(triples)
    assert canonical(read(serialise(quads, form), form)) == canonical(map(typed, quads))


@given(triples=_triples(_XML_TEXTS))
def test_any_graph_of_xml_characters_comes_back_typed_from_rdf_xml(triples: list[Triple]) -> None:
    quads = stored(triples)
    assert canonical(read(serialise(quads, RDF_XML), RDF_XML)) == canonical(map(typed, quads))


@pytest.mark.parametrize("form", [TURTLE, N_TRIPLES, RDF_XML, JSON_LD], ids=lambda form: form.name)
@given(triples=_triples(st.text("aé\n\t\\\"'<>&🌍", max_size=8)))
def test_rdflib_reads_as_many_statements_of_any_graph(form: RdfForm, triples: list[Triple]) -> None:
    quads = stored(triples)
    assert len(read_by_rdflib(serialise(quads, form), form)) == len(canonical(map(typed, quads)))


_GRAPHS = st.sampled_from([DefaultGraph(), NamedNode("https://example.org/g"), NamedNode("dcat:g"), BlankNode("n0")])


@GRAPH_FORMS
@given(
    triples=_triples(_TEXTS), graphs=st.lists(_GRAPHS, min_size=12, max_size=12)
)  # blank nodes may be shared by graphs, and be graphs
def test_any_dataset_comes_back_typed(form: RdfForm, triples: list[Triple], graphs: Sequence[NamedNode]) -> None:
    quads = stored(in_graph(triple, graph) for triple, graph in zip(triples, graphs, strict=False))
    assert canonical(read(serialise(quads, form), form)) == canonical(map(typed, quads))


@FORMS
@given(triples=_triples(_XML_TEXTS), more=_triples(_XML_TEXTS))
def test_statements_by_subject_are_written_as_any_others(
    form: RdfForm, triples: list[Triple], more: list[Triple]
) -> None:
    said = Described(described(map(row, triples)), [row(triple) for triple in more])
    left_out: list[Unwritable] = []
    assert serialise(said, form, left_out=left_out) == serialise([*triples, *more], form, left_out=left_out)


def shuffled(quads: Iterable[Quad], seed: int) -> list[Quad]:
    """The same statements in another order, the blank nodes under other names."""
    chance = random.Random(seed)
    names: dict[BlankNode, BlankNode] = {}

    def renamed(term: object) -> object:
        return names.setdefault(term, BlankNode()) if isinstance(term, BlankNode) else term

    found = [Quad(*map(renamed, quad)) for quad in quads]  # type: ignore[arg-type]  # terms stay in their places
    chance.shuffle(found)
    return found


@FORMS
def test_the_bytes_do_not_depend_on_order_or_names(form: RdfForm) -> None:
    quads = example()
    expected = serialise(quads, form)
    assert all(serialise(shuffled(quads, seed), form) == expected for seed in range(10))


@FORMS
@given(triples=_triples(_XML_TEXTS), seed=st.integers())
def test_the_bytes_of_any_graph_do_not_depend_on_order_or_names(
    form: RdfForm, triples: list[Triple], seed: int
) -> None:
    quads = stored(triples)
    assert serialise(shuffled(quads, seed), form) == serialise(quads, form)


def test_turtle_reads_like_a_page() -> None:
    body = serialise(example(), TURTLE).decode()
    assert (
        body
        == f"""\
@prefix dcat: <{PREFIXES["dcat"]}> .
@prefix dct: <{PREFIXES["dct"]}> .
@prefix spdx: <{PREFIXES["spdx"]}> .
@prefix vcard: <{PREFIXES["vcard"]}> .
@prefix xsd: <{PREFIXES["xsd"]}> .

<https://data.example.org/d/1> a dcat:Dataset, <https://example.org/Special> ;
    dct:description "Two\\nlines & <tags> \\"quoted\\" \\\\ \\r\\t é 🌍"@fr ;
    dct:relation
        <dct:oops>,
        <https://example.org/a%20b?x=1&y='2'> ;
    dct:temporal
        [],
        [
            a dct:PeriodOfTime ;
            dcat:startDate "2024-01-01"^^xsd:date
        ] ;
    dct:title
        "Air"@en-GB,
        "Luft"@de,
        "plain" ;
    dcat:contactPoint [
        a vcard:Organization ;
        vcard:fn "Desk" ;
        vcard:hasAddress [
            vcard:locality "Town"
        ]
    ] ;
    dcat:distribution <https://data.example.org/d/1/file> ;
    dcat:keyword
        "a"@fr,
        "b"@fr .

<https://data.example.org/d/1/file> a dcat:Distribution ;
    dct:issued "2024-01-01T00:00:00Z"^^xsd:dateTime ;
    spdx:checksum [
        spdx:checksumValue "0aff"^^xsd:hexBinary
    ] ;
    dcat:byteSize "1024"^^xsd:nonNegativeInteger ;
    dcat:spatialResolutionInMeters
        1.5,
        "10"^^xsd:decimal ;
    dcat:temporalResolution "P1D"^^xsd:duration ;
    <https://example.org/t#x>
        -3,
        0.5,
        "1000"^^xsd:double,
        7 ;
    <https://example.org/terms/größe> true .
"""
    )


def test_json_ld_says_only_the_part_of_the_context_it_uses() -> None:
    document = json.loads(serialise([Triple(DATASET, DCT.title, Literal("Air", language="en"))], JSON_LD))
    assert document == {
        "@context": {
            "@version": 1.1,
            "id": "@id",
            "type": "@type",
            "dct": DCT.prefix,
            "title": {"@id": "dct:title", "@container": "@language"},
        },
        "@graph": [{"id": DATASET.value, "title": {"en": "Air"}}],
    }


@FORMS
def test_nothing_is_a_document_too(form: RdfForm) -> None:
    assert read(serialise([], form), form) == []
    out = io.BytesIO()
    serialise_records([], form, out)
    assert read(out.getvalue(), form) == []


@pytest.mark.parametrize("form", [TURTLE, N_TRIPLES, RDF_XML], ids=lambda form: form.name)
def test_a_form_without_graphs_says_each_triple_once(form: RdfForm) -> None:
    triple = Triple(DATASET, DCT.title, Literal("Air"))
    quads = [in_graph(triple), in_graph(triple, FILE)]
    assert read(serialise(quads, form), form) == [quads[0]]


@FORMS
def test_a_deep_chain_of_blank_nodes_is_written_flat_enough_to_be_read(form: RdfForm) -> None:
    nodes = [BlankNode(f"n{i}") for i in range(2_000)]
    chain = [
        Triple(DATASET, DCT.hasPart, nodes[0]),
        *(Triple(nodes[i], DCT.hasPart, nodes[i + 1]) for i in range(1_999)),
    ]
    body = serialise(chain, form)
    assert len(read(body, form)) == len(chain)


UNXML = {
    "no name at its end": Triple(DATASET, NamedNode("https://example.org/1"), Literal("x")),
    "an empty local name": Triple(DATASET, NamedNode("https://example.org/"), Literal("x")),
    "a word of the syntax": Triple(DATASET, RDF.li, Literal("x")),
    "the xml namespace": Triple(DATASET, NamedNode("http://www.w3.org/XML/1998/namespacelang"), Literal("x")),
    "a control character": Triple(DATASET, DCT.title, Literal("a\x00b")),
}


@pytest.mark.parametrize("triple", UNXML.values(), ids=UNXML.keys())
def test_rdf_xml_names_the_statement_it_cannot_say(triple: Triple) -> None:
    with pytest.raises(Unwritable) as caught:
        serialise([triple], RDF_XML)
    assert triple.predicate.value in str(caught.value)
    assert read(serialise([triple], JSON_LD), JSON_LD) == [in_graph(triple)]


def test_a_list_of_what_was_left_out_lets_the_rest_through() -> None:
    good = Triple(DATASET, DCT.title, Literal("Air"))
    left_out: list[Unwritable] = []
    body = serialise([good, *UNXML.values()], RDF_XML, left_out=left_out)
    assert read(body, RDF_XML) == [in_graph(good)]
    assert len(left_out) == len(UNXML)


@FORMS
def test_a_triple_term_of_rdf_1_2_is_left_out_and_told(form: RdfForm) -> None:
    good = Triple(DATASET, DCT.title, Literal("Air"))
    left_out: list[Unwritable] = []
    body = serialise([good, Triple(DATASET, DCT.relation, good)], form, left_out=left_out)
    assert read(body, form) == [in_graph(good)]
    assert [problem.form for problem in left_out] == [form.label]
    with pytest.raises(Unwritable, match=r"RDF 1\.2"):
        serialise([Triple(DATASET, DCT.relation, good)], form)


def record(number: int) -> list[Triple]:
    dataset, contact, address = NamedNode(f"https://example.org/d/{number}"), BlankNode(), BlankNode()
    return [
        Triple(dataset, RDF.type, DCAT.Dataset),
        Triple(dataset, DCAT.contactPoint, contact),
        Triple(dataset, DCT.publisher, contact),
        Triple(contact, VCARD.hasAddress, address),
        Triple(address, VCARD.locality, Literal(f"Town {number}")),
        Triple(dataset, DCAT.byteSize, Literal(number)),
    ]


@FORMS
def test_records_one_by_one_make_the_same_graph_as_all_at_once(form: RdfForm) -> None:
    records = [record(number) for number in range(20)]
    out = io.BytesIO()
    serialise_records(iter(records), form, out)
    whole = serialise([triple for one in records for triple in one], form)
    assert canonical(read(out.getvalue(), form)) == canonical(read(whole, form))


@FORMS
def test_a_record_has_the_same_bytes_whatever_stands_beside_it(form: RdfForm) -> None:
    def exported(*numbers: int) -> bytes:
        out = io.BytesIO()
        serialise_records([record(number) for number in numbers], form, out)
        return out.getvalue()

    alone, empty = exported(7), exported()
    head = next(place for place in range(len(empty) + 1) if alone[place : place + 1] != empty[place : place + 1])
    block = alone[head : len(alone) - (len(empty) - head)].strip()
    assert block in exported(1, 7, 9)
    assert exported(1, 7) == exported(1, 7)


@GRAPH_FORMS
def test_records_may_name_their_graphs(form: RdfForm) -> None:
    quads = [in_graph(triple, FILE) for triple in record(1)]
    out = io.BytesIO()
    serialise_records([quads, record(2)], form, out)
    found = read(out.getvalue(), form)
    assert {quad.graph_name for quad in found} == {FILE, DefaultGraph()}
    assert len(found) == 12


def test_what_a_stream_leaves_out_is_told_record_by_record() -> None:
    left_out: list[Unwritable] = []
    out = io.BytesIO()
    serialise_records(([triple] for triple in UNXML.values()), RDF_XML, out, left_out=left_out)
    assert len(left_out) == len(UNXML)
    with pytest.raises(Unwritable):
        serialise_records([[UNXML["a word of the syntax"]]], RDF_XML, io.BytesIO())
