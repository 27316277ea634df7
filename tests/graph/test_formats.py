import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.formats import (
    CSV,
    FORMATS,
    HTML,
    JSON,
    JSON_LD,
    N3,
    N_TRIPLES,
    RDF_FORMATS,
    RDF_XML,
    READABLE_FORMATS,
    RESULT_FORMATS,
    TURTLE,
    XML,
    Format,
    by_extension,
    by_media_type,
    by_name,
    negotiate,
    negotiate_language,
)

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
RESOURCE = (HTML, *RDF_FORMATS)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, HTML),
        ("", HTML),
        ("  ", HTML),
        ("*/*", HTML),
        (BROWSER, HTML),
        ("text/turtle", TURTLE),
        ("TEXT/Turtle", TURTLE),
        ("text/turtle;charset=utf-8", TURTLE),
        ("application/rdf+xml;q=0.5, text/turtle;q=0.4", RDF_XML),
        ("application/rdf+xml;q=0.5, text/turtle; q=0.50", TURTLE),
        ("application/x-turtle", TURTLE),
        ("application/xml", RDF_XML),
        ("application/json", JSON_LD),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x"', JSON_LD),
        ("text/*", HTML),
        ("text/*, text/html;q=0", TURTLE),
        ("application/*", N_TRIPLES),
        ("*/*, application/n-triples", N_TRIPLES),
        ("text/turtle;q=1.5, application/rdf+xml;q=0.1", RDF_XML),
        ("text/turtle;q=high, application/rdf+xml", RDF_XML),
        ("nonsense, , ;;, text/turtle", TURTLE),
        ("nonsense", HTML),
        ("image/png", None),
        ("*/*;q=0", None),
        ("text/html;q=0, */*;q=0.1", TURTLE),
        ("text/turtle;q=0, application/x-turtle", None),
    ],
)  # fmt: skip
def test_the_accept_header_decides(accept: str | None, expected: Format | None) -> None:
    assert negotiate(accept, RESOURCE) is expected


def test_an_alias_goes_to_the_form_that_is_offered() -> None:
    assert negotiate("application/json", RESULT_FORMATS) is JSON
    assert negotiate("application/xml", RESULT_FORMATS) is XML
    assert negotiate("application/json", (TURTLE, N_TRIPLES)) is None


def test_nothing_offered_is_nothing_chosen() -> None:
    assert negotiate("*/*", ()) is None
    assert negotiate(None, ()) is None


_OFFERS = st.lists(st.sampled_from(FORMATS), unique=True, max_size=6)
_QUALITIES = st.sampled_from(["", ";q=0", ";q=0.0", ";q=0.3", ";q=1", ";q=2", "; q=0.5;level=1"])
_NAMES = st.sampled_from([*(form.media_type for form in FORMATS), "*/*", "text/*", "application/*", "image/png"])


@given(st.text(), _OFFERS)
def test_whatever_the_header_holds_the_choice_was_offered(accept: str, offered: list[Format]) -> None:
    chosen = negotiate(accept, offered)
    assert chosen is None or chosen in offered


@given(st.lists(st.tuples(_NAMES, _QUALITIES), max_size=6, unique_by=lambda part: part[0]), _OFFERS)
def test_what_was_refused_is_never_chosen(parts: list[tuple[str, str]], offered: list[Format]) -> None:
    chosen = negotiate(", ".join(name + quality for name, quality in parts), offered)
    refused = {name for name, quality in parts if quality in {";q=0", ";q=0.0"}}
    if chosen is not None:
        assert chosen in offered
        assert chosen.media_type not in refused


@given(st.sampled_from(FORMATS), _OFFERS)
def test_a_form_asked_for_by_name_alone_is_chosen_where_it_is_offered(form: Format, offered: list[Format]) -> None:
    chosen = negotiate(form.media_type, offered)
    assert chosen is (form if form in offered else None)


def test_extensions_and_names_find_what_is_offered() -> None:
    assert by_extension("ttl", FORMATS) is TURTLE
    assert by_extension(".TTL", FORMATS) is TURTLE
    assert by_extension("json", RDF_FORMATS) is JSON_LD
    assert by_extension("json", RESULT_FORMATS) is JSON
    assert by_extension("exe", FORMATS) is None
    assert by_name("rdfxml", RDF_FORMATS) is RDF_XML
    assert by_name("ttl", RDF_FORMATS) is TURTLE
    assert by_name("json", (JSON_LD, JSON)) is JSON


def test_content_types_find_what_is_offered() -> None:
    assert by_media_type("text/turtle; charset=utf-8", READABLE_FORMATS) is TURTLE
    assert by_media_type("Application/JSON", (JSON_LD, JSON)) is JSON_LD
    assert by_media_type("application/sparql-results+json", (JSON_LD, JSON)) is JSON
    assert by_media_type("text/plain", READABLE_FORMATS) is None


def test_no_two_forms_share_a_name_or_media_type() -> None:
    assert len({form.name for form in FORMATS}) == len(FORMATS)
    assert len({form.media_type for form in FORMATS}) == len(FORMATS)
    for family in (RDF_FORMATS, RESULT_FORMATS):
        extensions = [extension for form in family for extension in form.extensions]
        assert len(set(extensions)) == len(extensions)


def test_forms_tell_what_they_can() -> None:
    assert [form.name for form in RDF_FORMATS if form.named_graphs] == ["jsonld", "trig", "nquads"]
    assert [form.extension for form in RDF_FORMATS] == ["ttl", "nt", "rdf", "jsonld", "trig", "nq"]
    assert TURTLE.content_type == "text/turtle; charset=utf-8"
    assert JSON_LD.content_type == "application/ld+json"
    assert {HTML.kind, CSV.kind, TURTLE.kind} == {"html", "results", "rdf"}
    assert N3 in READABLE_FORMATS
    assert N3 not in RDF_FORMATS


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "fr"),
        ("", "fr"),
        ("de-AT, en;q=0.8", "de"),
        ("en, de", "en"),
        ("en;q=0.5, de;q=0.9", "de"),
        ("LB-lu", "lb"),
        ("*", "fr"),
        ("fr;q=0, *", "de"),
        ("*, en", "en"),
        ("es, pt;q=0.5", None),
        ("*;q=0", None),
        ("de-AT;q=0.9, de;q=0", None),
        ("!!, de", "de"),
    ],
)
def test_the_language_header_decides(header: str | None, expected: str | None) -> None:
    assert negotiate_language(header, ("fr", "de", "en", "lb")) == expected


@given(st.text(alphabet="abcdefr-*;q=0.15, "), st.lists(st.sampled_from(["fr", "de", "en"]), unique=True))
def test_whatever_the_header_holds_the_language_was_offered(header: str, offered: list[str]) -> None:
    chosen = negotiate_language(header, offered)
    assert chosen is None or chosen in offered
