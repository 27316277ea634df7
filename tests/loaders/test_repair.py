import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from loaders.repair import (
    accepted_iri,
    accepted_language,
    expanded,
    namespace,
    repaired_datatype,
    repaired_iri,
    repaired_label,
    repaired_language,
)

PIECES = st.sampled_from(
    [
        *(
            "http://",
            "https://",
            "mailto:",
            "example.org",
            "/",
            "a b",
            "[",
            "]",
            '"',
            "<",
            ">",
            "{",
            "|",
            "\\",
            "^",
            "`",
        ),
        *(
            "%",
            "%20",
            "%zz",
            "#",
            "?",
            "=",
            "é",
            "\u00a0",
            "\ue000",
            "@",
            ":",
            ":80",
            "dct:",
            " ",
            "\n",
            "\t",
            "\ud800",
        ),
        *("\U000e0000", "[::1]", "~"),
    ]
)
IRIS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=8).map("".join))
TAGS = st.one_of(
    st.text(max_size=20),
    st.lists(st.sampled_from(["fr", "FR", "-", "_", "x", "1996", "é", "u", "toolongtag"]), max_size=5).map("".join),
)


def strict_iri(text: str) -> bool:
    try:
        return (
            len(list(parse(f"<{text}> <p:p> <p:p> .".encode(), RdfFormat.TURTLE, base_iri="http://base.example/x")))
            == 1
        )
    except (SyntaxError, ValueError):
        return False


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://example.org/a b", "http://example.org/a%20b"),
        ("http://example.org/[a]", "http://example.org/%5Ba%5D"),
        ('http://example.org/"a"', "http://example.org/%22a%22"),
        ("http://example.org/a|b", "http://example.org/a%7Cb"),
        ("http://example.org/100%", "http://example.org/100%25"),
        ("http://example.org/a#b#c", "http://example.org/a#b%23c"),
        ("http://example.org/a\\b", "http://example.org/a%5Cb"),
        (" http://example.org/a\n", "http://example.org/a"),
        ("<http://example.org/a>", "http://example.org/a"),
        ("https://https://example.org/a b", "https://example.org/a%20b"),
        ("mailto: info@example.org", "mailto:info@example.org"),
        ("http://a@b@example.org/", "http://a%40b@example.org/"),
        ("http://[::1]/a b", "http://[::1]/a%20b"),
        ("http://a.example/ http://b.example/", "http://a.example/%20http://b.example/"),
        ("some file.csv", "some%20file.csv"),
    ],
)
def test_an_iri_is_repaired_to_what_was_meant(written: str, meant: str) -> None:
    assert repaired_iri(written) == meant


@pytest.mark.parametrize("written", ["http://example.org:port/", "1:x", "http://example.org/a dct:title b", "   "])
def test_an_iri_that_cannot_be_told_is_not_repaired(written: str) -> None:
    assert repaired_iri(written) is None


@given(IRIS)
def test_a_repaired_iri_is_accepted_and_stays_as_it_is(text: str) -> None:
    repaired = repaired_iri(text)
    if repaired is not None:
        assert strict_iri(repaired)
        assert repaired_iri(repaired) == repaired


@given(IRIS)
def test_what_the_strict_parser_accepts_is_no_fault(text: str) -> None:
    if not any(character in text for character in "\\<>\r\n") and strict_iri(text):
        assert accepted_iri(text)
        assert repaired_iri(text) == text


@given(IRIS)
def test_an_absolute_iri_is_judged_as_the_store_judges_it(text: str) -> None:
    try:
        NamedNode(text)
    except ValueError:
        return
    assert repaired_iri(text) == text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("fr", "fr"),
        ("fr_FR", "fr-FR"),
        ("fr-t-nl", "fr-t-nl"),
        ("eng", "eng"),
        ("ar--rtl", "ar--rtl"),
        ("fr-français", "fr"),
        ("de-", "de"),
        ("français", None),
        ("", None),
        ("toolongtag", None),
    ],
)
def test_a_language_tag_is_repaired_or_left_out(written: str, meant: str | None) -> None:
    assert repaired_language(written) == meant


@given(TAGS)
def test_a_repaired_language_tag_is_accepted_and_stays_as_it_is(text: str) -> None:
    repaired = repaired_language(text)
    if repaired is not None:
        assert accepted_language(repaired)
        assert repaired_language(repaired) == repaired
        assert list(parse(f'<p:p> <p:p> "x"@{repaired} .', RdfFormat.N_TRIPLES))


@given(IRIS)
def test_a_repaired_datatype_is_an_absolute_iri(text: str) -> None:
    repaired = repaired_datatype(text)
    if repaired is not None:
        assert list(parse(f'<p:p> <p:p> "x"^^<{repaired}> .', RdfFormat.N_TRIPLES))
        assert repaired_datatype(repaired) == repaired


def test_a_datatype_that_only_a_language_tag_gives_is_left_out() -> None:
    assert repaired_datatype("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString") is None


@given(st.one_of(st.text(max_size=10), st.sampled_from(["a.", "a:b", "é", "_", "a b", "1", "a-", ".a", "-"])))
def test_a_label_is_one_that_lines_can_spell(text: str) -> None:
    repaired = repaired_label(text)
    (quad,) = parse(f"_:{repaired} <p:p> <p:p> .", RdfFormat.N_TRIPLES)
    assert quad.subject == BlankNode(repaired)
    assert repaired_label(repaired) == repaired


def test_well_known_prefixes_are_known() -> None:
    assert expanded("xsd:date") == "http://www.w3.org/2001/XMLSchema#date"
    assert expanded("nobody:knows") is None
    assert namespace("dcterms") == namespace("dct") == "http://purl.org/dc/terms/"
