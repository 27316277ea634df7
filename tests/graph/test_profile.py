import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.profile import declared, language_tag, restored
from vocabularies.namespaces import DCAT, DCT, SPDX, XSD


def literal(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=XSD[datatype])


def through_a_store(predicate: NamedNode, value: Literal) -> Literal:
    """What comes back when the value was written into a store."""
    store = Store()
    store.add(Quad(DCAT.Dataset, predicate, value))
    found = next(iter(store)).object
    assert isinstance(found, Literal)
    return found


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (literal("1024", "integer"), literal("1024", "nonNegativeInteger")),
        (literal("0", "integer"), literal("0", "nonNegativeInteger")),
        (Literal("1024"), literal("1024", "nonNegativeInteger")),
        (literal("1024", "decimal"), literal("1024", "nonNegativeInteger")),
        (literal("1024.0", "decimal"), literal("1024", "nonNegativeInteger")),
        (literal("1.024E3", "double"), literal("1024", "nonNegativeInteger")),
        (literal("1E28", "double"), literal("1" + "0" * 28, "nonNegativeInteger")),
        (literal("99999999999999999999999", "integer"), literal("99999999999999999999999", "nonNegativeInteger")),
    ],
)
def test_a_byte_size_gets_its_declared_datatype_back(stored: Literal, expected: Literal) -> None:
    assert restored(DCAT.byteSize, stored) == expected


@pytest.mark.parametrize(
    "stored",
    [
        literal("-1", "integer"),
        literal("1.5", "decimal"),
        literal("NaN", "double"),
        literal("INF", "double"),
        literal("1E400000", "double"),
        literal("lots", "integer"),
        literal("1 kB", "string"),
        Literal("1024", language="en"),
        literal("2024-01-01", "date"),
        literal("9" * 1_000, "integer"),
    ],
)
def test_what_is_no_value_of_the_declared_datatype_stays_as_it_is(stored: Literal) -> None:
    assert restored(DCAT.byteSize, stored) == stored


def test_a_resolution_becomes_a_decimal() -> None:
    predicate = DCAT.spatialResolutionInMeters
    assert restored(predicate, literal("10", "integer")) == literal("10", "decimal")
    assert restored(predicate, literal("0.25", "double")) == literal("0.25", "decimal")


def test_other_predicates_are_left_alone() -> None:
    assert restored(DCT.identifier, literal("10", "integer")) == literal("10", "integer")


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        (DCAT.temporalResolution, literal("P1D", "duration")),
        (SPDX.checksumValue, literal("0Aff", "hexBinary")),
        (DCT.issued, literal("2024", "gYear")),
        (DCT.issued, literal("2024-02", "gYearMonth")),
        (DCT.issued, literal("2024-02-29", "date")),
        (DCAT.spatialResolutionInMeters, literal("1.5", "decimal")),
    ],
)
def test_the_store_keeps_the_datatypes_that_need_no_entry(predicate: NamedNode, value: Literal) -> None:
    assert through_a_store(predicate, value) == value


@given(st.integers(min_value=0))
def test_every_size_that_went_into_a_store_comes_out_as_declared(size: int) -> None:
    value = literal(str(size), "nonNegativeInteger")
    found = through_a_store(DCAT.byteSize, value)
    expected = value if size < 10**40 else found
    assert restored(DCAT.byteSize, found) == expected


def test_each_entry_says_where_it_is_declared() -> None:
    assert all(one.clause.startswith("https://") for one in declared().values())


def test_what_the_store_loses_comes_from_the_model() -> None:
    assert declared()[DCAT.byteSize].datatype == XSD.nonNegativeInteger
    assert declared()[DCAT.spatialResolutionInMeters].datatype == XSD.decimal
    assert DCAT.temporalResolution not in declared()


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("en", "en"),
        ("en-gb", "en-GB"),
        ("zh-hant", "zh-Hant"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("sr-latn-rs-ekavsk", "sr-Latn-RS-ekavsk"),
        ("en-ca-x-ca", "en-CA-x-ca"),
        ("az-latn-x-latn", "az-Latn-x-latn"),
        ("x-whatever-ab", "x-whatever-ab"),
        ("de-1996", "de-1996"),
        ("es-419", "es-419"),
        ("i-klingon", "i-klingon"),
    ],
)
def test_language_tags_are_written_in_the_usual_case(stored: str, written: str) -> None:
    assert language_tag(stored) == written
    assert language_tag(written) == written
    assert language_tag(stored.upper()) == written
