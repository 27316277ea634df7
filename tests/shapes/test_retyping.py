"""What a literal should have been, as far as its text tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from shapes.components.datatypes import check_of
from shapes.reporting.retyping import addressed, retyped
from vocabularies.namespaces import XSD

DATES = (XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth)


@pytest.mark.parametrize(
    ("text", "datatypes", "right"),
    [
        ("2026-11-20", DATES, Literal("2026-11-20", datatype=XSD.date)),
        ("20.11.2026", DATES, Literal("2026-11-20", datatype=XSD.date)),
        ("3/4/2026", DATES, Literal("2026-04-03", datatype=XSD.date)),
        ("20261120", DATES, Literal("2026-11-20", datatype=XSD.date)),
        ("2026-11-20 08:30", DATES, Literal("2026-11-20T08:30:00", datatype=XSD.dateTime)),
        ("2026-11-20T08:30:00.5Z", DATES, Literal("2026-11-20T08:30:00.5Z", datatype=XSD.dateTime)),
        ("2026-11-20T08:30:00", (XSD.date,), Literal("2026-11-20", datatype=XSD.date)),
        ("2026-11-20", (XSD.dateTime,), Literal("2026-11-20T00:00:00", datatype=XSD.dateTime)),
        ("2026", DATES, Literal("2026", datatype=XSD.gYear)),
        ("2026-11", DATES, Literal("2026-11", datatype=XSD.gYearMonth)),
        ("5 MB", (XSD.nonNegativeInteger,), Literal("5000000", datatype=XSD.nonNegativeInteger)),
        ("1.5 KiB", (XSD.nonNegativeInteger,), Literal("1536", datatype=XSD.nonNegativeInteger)),
        ("1 048 576", (XSD.nonNegativeInteger,), Literal("1048576", datatype=XSD.nonNegativeInteger)),
        ("1,048,576", (XSD.nonNegativeInteger,), Literal("1048576", datatype=XSD.nonNegativeInteger)),
        ("12.0", (XSD.nonNegativeInteger,), Literal("12", datatype=XSD.nonNegativeInteger)),
        ("12.0", (XSD.integer,), Literal("12", datatype=XSD.integer)),
        ("10 m", (XSD.decimal,), Literal("10", datatype=XSD.decimal)),
        ("30,5", (XSD.decimal,), Literal("30.5", datatype=XSD.decimal)),
        ("daily", (XSD.duration,), Literal("P1D", datatype=XSD.duration)),
        ("15 minutes", (XSD.duration,), Literal("PT15M", datatype=XSD.duration)),
        ("2 months", (XSD.duration,), Literal("P2M", datatype=XSD.duration)),
        ("1 week", (XSD.duration,), Literal("P7D", datatype=XSD.duration)),
        ("PT1H", (XSD.duration,), Literal("PT1H", datatype=XSD.duration)),
        ("yes", (XSD.boolean,), Literal("true", datatype=XSD.boolean)),
        ("9F 86 D0 81", (XSD.hexBinary,), Literal("9F86D081", datatype=XSD.hexBinary)),
        ("www.beispill.example", (XSD.anyURI,), Literal("https://www.beispill.example", datatype=XSD.anyURI)),
        ("text", (XSD.string,), Literal("text")),
    ],
)
def test_a_text_becomes_the_value_it_means(text: str, datatypes: tuple[NamedNode, ...], right: Literal) -> None:
    assert retyped(text, datatypes) == right


@pytest.mark.parametrize(
    ("text", "datatypes"),
    [
        ("soon", DATES), ("2026-02-30", DATES), ("2026-13", DATES), ("", DATES), ("-5", (XSD.nonNegativeInteger,)),
        ("large", (XSD.nonNegativeInteger,)), ("1.5", (XSD.integer,)), ("P", (XSD.duration,)),
        ("abc", (XSD.hexBinary,)), ("٣", (XSD.integer,)),
        ("perhaps", (XSD.boolean,)), ("x" * 301, (XSD.string,)), ("2026-11-20", (NamedNode("http://d.example/own"),)),
    ],
)  # fmt: skip
def test_what_a_text_does_not_tell_is_not_guessed(text: str, datatypes: tuple[NamedNode, ...]) -> None:
    assert retyped(text, datatypes) is None


@given(st.text(max_size=30), st.sampled_from([DATES, (XSD.nonNegativeInteger,), (XSD.duration,), (XSD.decimal,)]))
def test_what_is_suggested_is_valid_and_stays_as_it_is(text: str, datatypes: tuple[NamedNode, ...]) -> None:
    found = retyped(text, datatypes)
    if found is not None:
        assert check_of(found.datatype)(found.value)
        assert retyped(found.value, [found.datatype]) == found


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("https://data.beispill.example/a", "https://data.beispill.example/a"),
        (" opendata@beispill.example ", "mailto:opendata@beispill.example"),
        ("www.beispill.example/a", "https://www.beispill.example/a"),
        ("tel:+352123", "tel:+352123"),
        ("Gemeng Beispill", None),
        ("http://[broken", None),
        ("x" * 301, None),
    ],
)
def test_an_address_becomes_an_iri(text: str, iri: str | None) -> None:
    found = addressed(text)
    assert (found.value if found else None) == iri
