"""Every literal of a mixed bag compared with every other, by us and by pySHACL."""

import logging
import warnings
from collections import Counter
from collections.abc import Iterator

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from shapes.components.comparison import _read, at_most, bound, less
from shapes.components.constraints import Term
from shapes.evaluation.evaluate import by_subject, evaluate
from shapes.leftovers import key
from shapes.plan import compile_plan
from shapes.reference import to_rdflib, validate
from tests.shapes.samples import quads
from tests.shapes.test_random_shapes import LITERALS
from vocabularies.namespaces import DCT, RDF, SH, XSD

MORE = [
    Literal(text, datatype=datatype)
    for datatype, texts in {
        XSD.integer: ("10", "-3", "007", ""),
        XSD.decimal: ("10.00", "-0"),
        XSD.float: ("INF", "-INF", "1e1"),
        XSD.double: ("10", "x"),
        XSD.byte: ("10", "1000"),
        XSD.boolean: ("1", "false", "maybe"),
        XSD.date: ("2020-01-31Z", "2019-12-31", "soon"),
        XSD.dateTime: ("2019-12-31T23:59:59.5-05:00", "2020-01-31", "soon"),
        XSD.time: ("09:00:00", "late"),
        XSD.duration: ("P2D", "P1M", "PT36H"),
        XSD.language: ("en",),
        RDF.XMLLiteral: ("<a/>",),
    }.items()
    for text in texts
]
_ALL: list[Term] = [*LITERALS, *MORE, NamedNode("http://e.example/a"), NamedNode("http://e.example/b")]
VALUES = [value for value in _ALL if "NaN" not in str(value)]  # which a decimal is not compared with: pySHACL gives up


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What rdflib logs and both warn about: literals that cannot be read, and comparing them."""
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def _agree(shapes: list[Quad], data: list[Quad]) -> int:
    ours = Counter(map(key, evaluate(compile_plan(shapes), by_subject(data)).results))
    theirs = Counter(validate(to_rdflib(data), to_rdflib(shapes)))
    assert (ours - theirs, theirs - ours) == (Counter(), Counter())
    return ours.total()


def _comparable(one: Term, other: Term) -> bool:
    """Whether pySHACL survives: it gives up on two literals of one datatype, one of which it cannot read."""
    if one == other or not isinstance(one, Literal) or not isinstance(other, Literal):
        return True
    unread = any(_read(term).value is None for term in (one, other))
    return not unread or one.datatype != other.datatype


@pytest.mark.parametrize("parameter", ["lessThan", "lessThanOrEquals"])
def test_pairs_are_in_order_when_pyshacl_says_so(parameter: str) -> None:
    shapes = quads(f":S sh:targetSubjectsOf dct:a ; sh:property [ sh:path dct:a ; sh:{parameter} dct:b ] .")
    pairs = [(one, other) for one in VALUES for other in VALUES if _comparable(one, other)]
    data = [
        Quad(NamedNode(f"http://e.example/{number}"), predicate, term)
        for number, pair in enumerate(pairs)
        for predicate, term in zip((DCT.a, DCT.b), pair, strict=True)
    ]
    assert 1000 < _agree(shapes, data) < len(pairs)


@pytest.mark.parametrize("parameter", ["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"])
def test_bounds_hold_when_pyshacl_says_so(parameter: str) -> None:
    shapes = quads(":S sh:targetSubjectsOf dct:a .")
    for number, value in enumerate(VALUES):
        if isinstance(value, Literal):
            node = BlankNode(f"bound{number}")
            shapes += [
                Quad(NamedNode("http://shape.example/S"), SH.property, node),
                Quad(node, SH.path, DCT.a),
                Quad(node, SH[parameter], value),
            ]
    data = [Quad(NamedNode("http://e.example/1"), DCT.a, value) for value in (*VALUES, BlankNode("x"))]
    assert 1000 < _agree(shapes, data) < len(VALUES) ** 2


def test_blank_nodes_and_what_is_no_number_have_no_order() -> None:
    odd, one = Literal("NaN", datatype=XSD.double), Literal("1", datatype=XSD.decimal)
    for left, right in ((BlankNode(), one), (one, BlankNode()), (odd, one), (one, odd)):
        assert not less(left, right)
        assert not at_most(left, right)
    assert not bound(one, lambda _: True)(odd)
