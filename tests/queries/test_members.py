from pyoxigraph import BlankNode, NamedNode, Quad, Store

from queries.members import having
from vocabularies.namespaces import DCAT

A, B = NamedNode("http://example.org/a"), NamedNode("urn:example:b")
ENVIRONMENT, WATER = NamedNode("http://example.org/ENVI"), NamedNode("http://example.org/WATE")


def test_what_has_a_property_or_a_value_is_found_by_its_iri() -> None:
    store = Store()
    store.extend(
        Quad(subject, DCAT.theme, value)
        for subject, value in ((A, ENVIRONMENT), (A, WATER), (B, WATER), (BlankNode(), WATER))
    )
    assert having(store, DCAT.theme) == {A.value, B.value}
    assert having(store, DCAT.theme, ENVIRONMENT) == {A.value}
    assert having(store, DCAT.keyword) == frozenset()
