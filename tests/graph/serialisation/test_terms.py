from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.serialisation.terms import term
from graph.serialise import row
from vocabularies.namespaces import XSD

S, P = NamedNode("http://a.example/s"), NamedNode("http://a.example/p#é")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    st.one_of(
        st.builds(Literal, TEXTS),
        st.builds(lambda text: Literal(text, language="de-lu"), TEXTS),
        st.builds(lambda text: Literal(text, datatype=XSD.decimal), TEXTS),
        st.sampled_from([BlankNode("b0"), NamedNode("http://a.example/ü?a=b%20c")]),
    )
)
def test_a_row_says_the_statement_that_it_was_made_of(value: Literal | BlankNode | NamedNode) -> None:
    for subject in (S, BlankNode("b1")):
        said = Triple(subject, P, value)
        assert [*map(term, row(said))] == [subject, P, value]
