"""What is read at once is what is read one by one."""

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from graph.serialise import described, row
from queries.extracts import Extract
from queries.fetching import Fetched, fetch
from queries.references import rows
from vocabularies.namespaces import DCAT, RDF, XSD

ONE, P = NamedNode("http://example.org/1"), NamedNode("http://example.org/p")
DATATYPES = [XSD[name] for name in ("integer", "decimal", "double", "boolean", "date", "string")]
NUMBERS = ["1", "-0", "1.5", "1e3", "true", "x", ""]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
literals = st.one_of(
    texts.map(Literal),
    texts.map(lambda text: Literal(text, language="lb")),
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from(DATATYPES)).map(lambda one: Literal(one[0], datatype=one[1])),
    st.integers().map(Literal),
    st.floats(allow_nan=False).map(Literal),
)


@given(st.lists(literals, max_size=5))
def test_every_value_is_read_as_it_is(values: list[Literal]) -> None:
    store = Store()
    store.extend([Quad(ONE, P, value) for value in values])
    assert fetch(store, [ONE.value]).told == described(rows(store, ONE))


EXAMPLE = b"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix ex: <http://example.org/> .
ex:1 a dcat:Dataset ; dcat:distribution ex:file ; ex:p ex:nothing, [ ex:q [ ex:r 5 ] ] ; dcat:inSeries ex:2 .
ex:2 a dcat:DatasetSeries ; ex:p ex:1 .
ex:file a dcat:Distribution ; dcat:accessURL ex:address ; ex:p [ ex:q ex:part ] .
ex:part ex:p "part" .
ex:record a dcat:CatalogRecord ; foaf:primaryTopic ex:1 .
"""


def test_an_extract_is_the_same_whether_it_was_read_before_or_not() -> None:
    store = Store()
    store.load(EXAMPLE, RdfFormat.TURTLE)
    members = ["http://example.org/1", "http://example.org/2"]
    told = []
    for fetched in (Fetched({}, {}), fetch(store, members)):
        extract = Extract(store, "http://portal.example/", fetched=fetched)
        assert extract.add(NamedNode(members[0])) == [NamedNode("http://example.org/record")]
        assert extract.add(NamedNode(members[1])) == []
        told.append(set(extract.statements()))
    assert told[0] == told[1]
    class_of_a_topic = ("<http://example.org/1>", str(RDF.type), str(DCAT.Resource))
    assert told[0] == {row(quad) for quad in store} | {class_of_a_topic}


def test_what_nothing_is_said_of_is_known_without_another_look() -> None:
    store = Store()
    store.load(EXAMPLE, RdfFormat.TURTLE)
    fetched = fetch(store, ["http://example.org/1"])
    assert fetched.told["<http://example.org/nothing>"] == []
    assert "<http://example.org/2>" not in fetched.told
    assert fetched.records == {"<http://example.org/1>": ["<http://example.org/record>"]}
    assert fetch(store, []).told == {}
