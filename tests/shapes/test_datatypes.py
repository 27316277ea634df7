"""The checks of literals against what pySHACL does with the same literal."""

import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode
from pyshacl.constraints.core.value_constraints import DatatypeConstraintComponent

from shapes.components.datatypes import CHECKS, check_of
from vocabularies.namespaces import XSD

NUMBERS = [
    "0",
    "-0",
    "1",
    "+1",
    "1_0",
    "٣",
    "1.",
    ".5",
    "1.5",
    "1,5",
    "1e3",
    "NaN",
    "nan",
    "INF",
    "-INF",
    "Infinity",
    "127",
    "128",
    "-129",
    "255",
    "256",
    "32768",
    "65536",
    "2147483648",
    "4294967296",
    "-1",
    "99999999999999999999",
    "true",
    "True",
    "x",
    "0x1",
]
DATES = [
    "2020-01-01",
    "2020-1-1",
    "2020-02-29",
    "2021-02-29",
    "2020-01-01Z",
    "2020-01-01+02:00",
    "2020-01-01+14:30",
    "20200101",
    "2020-01",
    "2020",
    "2020-W01-1",
    "2020-001",
    "12020-01-01",
    "-2020-01-01",
    "0000-01-01",
    "2020-13-01",
    "2020-00-10",
    "2020-01-00",
    "9999-12-31",
    "01/02/2020",
    "2020-01-01T",
]
TIMES = [
    "T00:00:00",
    "T24:00:00",
    "T23:59:59.123456789Z",
    "T00:00",
    "T10",
    "T00:00:60",
    "T00:00:00+0200",
    "T00:00:00+02",
    "T00:00:00,5Z",
    "T00:00:00-15:00",
    "T00:00:00+09:59",
    "t00:00:00z",
]
CLOCKS = ["10:00:00", "10:00", "25:00:00", "10:00:00Z", "24:00:00", "100000", "10:00:00.5+01:00"]
PERIODS = [
    "P",
    "PT",
    "P1D",
    "P1Y",
    "P1Y2M3DT4H5M6S",
    "PT1.5S",
    "P1W",
    "-P1D",
    "P1.5D",
    "PT0S",
    "P-1D",
    "P1DT",
    "+P1D",
    "p1d",
]
BYTES = ["0a", "0A", "0g", "0a1", "é"]
SPACES = ["", " ", " 1", "1 ", " 2020-01-01", "2020-01-01 00:00:00", "9" * 5000]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """rdflib logs and warns about each literal it cannot read."""
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def _pyshacl_takes(text: str, datatype: NamedNode) -> bool:
    literal = rdflib.Literal(text, datatype=rdflib.URIRef(datatype.value), normalize=False)
    component: Any = DatatypeConstraintComponent.__new__(DatatypeConstraintComponent)
    return not literal.ill_typed and bool(component._assert_actual_datatype(literal, literal.datatype))


@pytest.mark.parametrize("datatype", CHECKS, ids=lambda datatype: str(XSD.local(datatype)))
def test_a_text_is_right_for_its_datatype_when_pyshacl_says_so(datatype: NamedNode) -> None:
    moments = [day + time for day in DATES for time in TIMES]
    texts = [*NUMBERS, *DATES, *moments, *CLOCKS, *PERIODS, *BYTES, *SPACES]
    wrong = [text for text in texts if CHECKS[datatype](text) != _pyshacl_takes(text, datatype)]
    assert wrong == []


@given(st.sampled_from(list(CHECKS)), st.text(alphabet="0123456789-+:.,TZPYMDHSWe _", max_size=25))
@settings(max_examples=300, deadline=None)
def test_any_text_is_right_for_its_datatype_when_pyshacl_says_so(datatype: NamedNode, text: str) -> None:
    logging.disable(logging.CRITICAL)
    assert CHECKS[datatype](text) == _pyshacl_takes(text, datatype)


def test_a_datatype_without_rules_takes_every_text() -> None:
    assert check_of(XSD.gYear)("soon")
