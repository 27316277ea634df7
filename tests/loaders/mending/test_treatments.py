"""What single values become, and which stay as they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from loaders.mending.tables import Expected, Tables
from loaders.mending.treatments import Treatments, dated, duration, iri_to_literal, literal_to_iri, mailbox, number
from vocabularies.namespaces import AUTHORITY, DCAT, DCT, SCHEMA, XSD

TABLES = Tables.load()
TREATMENTS = Treatments(TABLES)


def typed(text: str, datatype: NamedNode) -> Literal:
    return Literal(text, datatype=datatype)


@pytest.mark.parametrize(
    ("predicate", "value", "concept"),
    [
        (DCT["format"], Literal("CSV"), "file-type/CSV"),
        (DCT["format"], Literal("text/csv", language="de"), "file-type/CSV"),
        (DCT.language, Literal("de"), "language/DEU"),
        (DCT.language, NamedNode("http://id.loc.gov/vocabulary/iso639-1/fr"), "language/FRA"),
        (DCT.accrualPeriodicity, NamedNode("http://purl.org/cld/freq/daily"), "frequency/DAILY"),
        (DCAT.theme, Literal("ENVI"), "data-theme/ENVI"),
        (DCT.accessRights, Literal("public"), "access-right/PUBLIC"),
    ],
)
def test_a_code_becomes_the_concept_it_means(predicate: NamedNode, value: NamedNode | Literal, concept: str) -> None:
    assert TREATMENTS.concept(value, TABLES.expected[predicate]) == AUTHORITY[concept]


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        (DCT["format"], AUTHORITY["file-type/CSV"]),
        (DCT["format"], Literal("no such format")),
        (DCT["format"], NamedNode("http://example.org/my-format")),
        (DCT["format"], Literal("x" * 10_000)),
    ],
)
def test_what_means_no_other_concept_stays(predicate: NamedNode, value: NamedNode | Literal) -> None:
    assert TREATMENTS.concept(value, TABLES.expected[predicate]) is None


@pytest.mark.parametrize("expected", [each for each in TABLES.expected.values() if each.treatment == "concept"])
def test_each_table_of_concepts_is_known(expected: Expected) -> None:
    assert TREATMENTS.concept(Literal("certainly nothing"), expected) is None


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("https://example.org/a", "https://example.org/a"),
        (" http://example.org/[a] ", "http://example.org/%5Ba%5D"),
        ("ftp://example.org/a", "ftp://example.org/a"),
    ],
)
def test_an_address_in_a_literal_becomes_an_iri(text: str, iri: str) -> None:
    assert literal_to_iri(Literal(text)) == literal_to_iri(typed(text, XSD.anyURI)) == NamedNode(iri)


@pytest.mark.parametrize(
    "text", ["www.example.org", "", "see https://example.org", "https://a.example https://b.example"]
)
def test_text_that_is_no_address_stays(text: str) -> None:
    assert literal_to_iri(Literal(text)) is None


def test_an_iri_becomes_a_literal_that_says_so() -> None:
    assert iri_to_literal(NamedNode("http://example.org/1")) == typed("http://example.org/1", XSD.anyURI)
    assert iri_to_literal(Literal("1")) is None


@pytest.mark.parametrize(
    ("value", "iri"),
    [
        (Literal("opendata@town.example"), "mailto:opendata@town.example"),
        (Literal("mailto: opendata@town.example "), "mailto:opendata@town.example"),
        (NamedNode("http://base.example/opendata@town.example"), "mailto:opendata@town.example"),
    ],
)
def test_a_mailbox_becomes_a_mailto_iri(value: NamedNode | Literal, iri: str) -> None:
    assert mailbox(value) == NamedNode(iri)


@pytest.mark.parametrize(
    "value",
    [
        NamedNode("mailto:opendata@town.example"),
        NamedNode("https://town.example/contact?to=opendata@town.example"),
        Literal("a@b.example, c@d.example"),
        Literal("opendata at town.example"),
    ],
)
def test_what_is_no_single_mailbox_stays(value: NamedNode | Literal) -> None:
    assert mailbox(value) is None


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        (Literal("2024-02-29"), XSD.date),
        (Literal("2024-02-29", language="de"), XSD.date),
        (typed("2024-02-29", XSD.dateTime), XSD.date),
        (typed("2024-02-29T10:00:00Z", XSD.date), XSD.dateTime),
        (typed("2024-02-29T10:00:00.5+02:00", SCHEMA.DateTime), XSD.dateTime),
        (typed("2024", XSD.date), XSD.gYear),
        (typed("2024", XSD.integer), XSD.gYear),
        (typed("2024-02", DCT.W3CDTF), XSD.gYearMonth),
    ],
)
def test_a_date_gets_the_datatype_of_its_form(value: Literal, datatype: NamedNode) -> None:
    assert dated(value) == typed(value.value, datatype)


@pytest.mark.parametrize(
    "value",
    [
        typed("2024-02-29", XSD.date),
        typed("2024", XSD.gYear),
        Literal("2023-02-29"),
        Literal("29.02.2024"),
        Literal("2024-02-29T25:00:00"),
        Literal("20240229"),
        typed("20240229", XSD.integer),
        typed("2024-02-29", XSD.anyURI),
        NamedNode("http://example.org/2024"),
    ],
)
def test_what_is_no_certain_date_stays(value: NamedNode | Literal) -> None:
    assert dated(value) is None


def test_a_number_gets_the_declared_datatype_where_it_has_its_values() -> None:
    wanted = XSD.nonNegativeInteger
    assert number(Literal("12"), wanted) == number(typed("12.0", XSD.decimal), wanted) == typed("12", wanted)
    for left in (Literal("12 kB"), typed("-1", XSD.integer), typed("1.5", XSD.decimal), Literal("12", language="en")):
        assert number(left, wanted) is None


def test_a_duration_gets_its_datatype() -> None:
    assert duration(Literal("PT15M")) == typed("PT15M", XSD.duration)
    for left in ("P", "PT", "15 min", "P1DT"):
        assert duration(Literal(left)) is None


def test_a_datatype_is_spelled_as_it_is_known() -> None:
    meant = typed("2024-01-01T00:00:00Z", XSD.dateTime)
    for written in (XSD.datetime.value, XSD.dateTime.value.replace("http", "https")):
        assert TREATMENTS.datatype(typed(meant.value, NamedNode(written))) == meant
    assert TREATMENTS.datatype(typed("x", XSD.anuyURI)) is None
    assert TREATMENTS.datatype(typed("x", NamedNode("http://example.org/DATE"))) is None


@pytest.mark.parametrize(
    ("tag", "meant"),
    [("eng", "en"), ("GER", "de"), ("fre-CA", "fr-CA"), ("ltz", "lb"), ("fr-t-nl", None), ("gsw", None)],
)
def test_a_language_has_its_shortest_code(tag: str, meant: str | None) -> None:
    assert TREATMENTS.language(tag) == meant


def test_a_vocabulary_has_its_own_namespace() -> None:
    written = NamedNode(AUTHORITY["language/ENG"].value.replace("http", "https", 1))
    assert TREATMENTS.namespace(written) == (AUTHORITY["language/ENG"], "authority-https")
    assert TREATMENTS.namespace(AUTHORITY["language/ENG"]) is None


VALUES = st.one_of(
    st.builds(Literal, st.text(max_size=30)),
    st.builds(
        typed,
        st.one_of(
            st.text(max_size=12),
            st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?)?)?", fullmatch=True),
            st.integers().map(str),
            st.sampled_from(["CSV", "en", "https://example.org/", "a@b.example", "P1D"]),
        ),
        st.sampled_from([XSD.date, XSD.dateTime, XSD.gYear, XSD.integer, XSD.decimal, XSD.double, XSD.anyURI, XSD.foo]),
    ),
    st.sampled_from([NamedNode("http://example.org/a@b.example"), NamedNode("http://purl.org/cld/freq/daily")]),
)


@settings(deadline=None)
@given(VALUES, st.sampled_from([each for each in TABLES.expected.values() if each.rule]))
def test_a_treatment_leaves_alone_what_it_gives_and_gives_valid_terms(
    value: NamedNode | Literal, expected: Expected
) -> None:
    treatment = TREATMENTS.of(expected)
    found = treatment(value)
    if found is not None:
        assert found != value
        assert list(parse(f"<p:p> <p:p> {found} .", RdfFormat.N_TRIPLES))
        assert treatment(found) is None
