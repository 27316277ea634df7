"""What things are called, read from a store and from statements that were read already."""

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from queries.labels import NAMING, labels, labels_in
from vocabularies.namespaces import DCT

THING = NamedNode("https://example.org/thing")
VALUES = st.one_of(
    st.builds(Literal, st.text(max_size=3), language=st.sampled_from(["fr", "de", "fr-LU"])),
    st.builds(Literal, st.text(max_size=3)),
    st.just(BlankNode("other")),
    st.just(THING),
)
TRIPLES = st.lists(st.builds(Triple, st.just(THING), st.sampled_from([*NAMING, DCT.description]), VALUES))


@given(TRIPLES)
def test_both_ways_tell_the_same_names(said: list[Triple]) -> None:
    store = Store()
    store.extend(Quad(each.subject, each.predicate, each.object) for each in said)
    assert labels_in(said) == labels(store, THING)


def test_the_first_naming_property_with_a_text_names_a_thing() -> None:
    said = [
        Triple(THING, DCT.title, THING),
        Triple(THING, NAMING[2], Literal("named")),
        Triple(THING, NAMING[4], Literal("last")),
    ]
    assert labels_in(said) == {"": "named"}
