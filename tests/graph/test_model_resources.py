"""Reading and writing resources of every declared class: nothing gets lost on the way through a store and an export."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple, parse

from graph.formats import N_TRIPLES, TURTLE, RdfForm
from graph.model.declarations import Class, Model, Use
from graph.model.resources import Resource, Value, read, write
from graph.serialise import serialise
from vocabularies.namespaces import DCAT, DCT, RDF, SPDX, XSD

MODEL = Model.load()
ROOT = NamedNode("https://data.example/resource")

IRIS = st.from_regex(r"\Ahttps://data\.example/[a-zé0-9/_.~-]{0,12}\Z").map(NamedNode)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
LANGUAGES = st.sampled_from(["fr", "de", "en", "lb", "en-GB", "zh-Hant-TW", "de-1996"])

LEXICAL = {
    XSD.date: st.dates().map(lambda one: one.isoformat()),
    XSD.dateTime: st.datetimes().map(lambda one: f"{one:%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0")),
    XSD.gYear: st.integers(1, 9999).map("{:04}".format),
    XSD.gYearMonth: st.dates().map(lambda one: one.isoformat()[:7]),
    XSD.decimal: st.decimals(-(10**9), 10**9, places=3).map(lambda one: f"{one.normalize():f}"),
    XSD.duration: st.integers(1, 27).map("P{}D".format) | st.integers(1, 11).map("PT{}M".format),
    XSD.hexBinary: st.binary(max_size=8).map(bytes.hex),
    XSD.nonNegativeInteger: st.integers(0, 10**17).map(str),
    XSD.integer: st.integers(-(10**17), 10**17).map(str),
    XSD.boolean: st.sampled_from(["true", "false"]),
    XSD.anyURI: IRIS.map(lambda one: one.value),
    XSD.string: TEXTS,
}
"""Values as a store spells them; that it spells others anew, by value, is what test_serialise pins."""


def literals(use: Use) -> st.SearchStrategy[Literal]:
    typed = [
        st.builds(Literal, LEXICAL[datatype], datatype=st.just(datatype))
        for datatype in use.datatypes
        if datatype != RDF.langString
    ]
    worded = st.builds(lambda text, language: Literal(text, language=language), TEXTS, LANGUAGES)
    return st.one_of(*typed) if typed else worded | TEXTS.map(Literal)


def values(use: Use, depth: int) -> st.SearchStrategy[Value]:
    if use.datatypes or use.node_kinds == ("literal",):
        return literals(use)
    one = MODEL.classes.get(use.range) if use.range is not None and "bnode" in use.node_kinds else None
    return IRIS | resources(one, depth - 1) if one is not None and depth else IRIS


@st.composite
def resources(draw: st.DrawFn, one: Class, depth: int = 2, node: NamedNode | None = None) -> Resource:
    uses = {use.predicate: use for use in MODEL.uses_of(one.iri) if use.predicate is not None}
    picked = draw(st.lists(st.sampled_from(sorted(uses, key=str)), unique=True, max_size=4)) if uses else []
    said = {
        predicate: tuple(draw(st.lists(values(uses[predicate], depth), min_size=1, max_size=2))) for predicate in picked
    }
    return Resource(node or BlankNode(), (one.iri,), said)


def through_everything(triples: Iterable[Triple], form: RdfForm) -> list[Triple]:
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return [quad.triple for quad in parse(serialise(list(store), form), form.engine)]


@pytest.mark.parametrize("one", MODEL.classes.values(), ids=lambda one: one.name)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_model_to_triples_to_store_to_export_to_model_is_the_identity(one: Class, data: st.DataObject) -> None:
    drawn = data.draw(resources(one, node=ROOT))
    resource = read(write(drawn), ROOT, MODEL)
    form = data.draw(st.sampled_from([TURTLE, N_TRIPLES]))
    assert read(through_everything(write(resource), form), ROOT, MODEL) == resource


def test_values_come_in_the_order_of_the_model_and_others_after() -> None:
    said: list[tuple[NamedNode, NamedNode | Literal]] = [
        (DCT.title, Literal("Roads")),
        (NamedNode("urn:a"), Literal("1")),
        (DCAT.dataset, ROOT),
        (DCT.title, Literal("A")),
    ]
    resource = read([Triple(ROOT, *one) for one in said], ROOT, MODEL)
    assert list(resource.values) == [DCAT.dataset, DCT.title, NamedNode("urn:a")]
    assert resource.values[DCT.title] == (Literal("A"), Literal("Roads"))


def test_blank_nodes_are_told_apart_by_what_they_say_and_not_by_their_names() -> None:
    def checksum(label: str, value: str) -> list[Triple]:
        node = BlankNode(label)
        return [Triple(ROOT, SPDX.checksum, node), Triple(node, SPDX.checksumValue, Literal(value))]

    first = read([*checksum("a", "01"), *checksum("b", "02")], ROOT, MODEL)
    again = read([*checksum("x", "02"), *checksum("c", "01")], ROOT, MODEL)
    assert first == again
    assert first != read([*checksum("a", "01"), *checksum("b", "03")], ROOT, MODEL)


def test_a_loop_of_blank_nodes_is_read_once_and_written_whole() -> None:
    one, two = BlankNode("one"), BlankNode("two")
    triples = [
        Triple(ROOT, DCT.relation, one), Triple(one, DCT.relation, two), Triple(two, DCT.relation, one),
        Triple(two, DCT.relation, ROOT),
    ]  # fmt: skip
    resource = read(triples, ROOT, MODEL)
    assert len(list(write(resource))) == len(triples)
    assert read(write(resource), ROOT, MODEL) == resource


def test_what_is_not_reached_is_left_out() -> None:
    elsewhere = Triple(NamedNode("urn:other"), DCT.title, Literal("Other"))
    assert read([elsewhere], ROOT, MODEL) == Resource(ROOT, (), {})
