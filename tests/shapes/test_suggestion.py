"""What would be right: read from the shapes, found in the authority tables or by rightly typing the value."""

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from shapes.components.constraints import Result, Source, Term
from shapes.reporting.suggestion import Suggestions
from tests.shapes.samples import quads
from vocabularies.namespaces import AUTHORITY, DCT, SH, XSD

SHAPES = """
:frequency sh:path dct:accrualPeriodicity ; sh:node :in-frequency .
:in-frequency sh:nodeKind sh:IRI ; sh:property
    [ sh:path skos:inScheme ; sh:hasValue <http://publications.europa.eu/resource/authority/frequency> ] .
:language sh:path dct:language ; sh:or (
    [ sh:property [ sh:path skos:inScheme ; sh:hasValue <http://publications.europa.eu/resource/authority/language> ] ]
    [ sh:pattern "^http://publications.europa.eu/resource/authority/language/" ] ) .
:theme sh:path dcat:theme ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape
    [ sh:property [ sh:path skos:inScheme ;
        sh:hasValue <http://publications.europa.eu/resource/authority/data-theme> ] ] .
:media sh:path dcat:mediaType ; sh:pattern "^https?://www\\\\.iana\\\\.org/assignments/media-types/" .
:issued sh:path dct:issued ; sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:dateTime ] [ sh:datatype xsd:gYear ] ) .
:access sh:path dcat:accessURL ; sh:nodeKind sh:BlankNodeOrIRI .
:licence sh:path dct:license ; sh:nodeKind sh:BlankNodeOrIRI .
:law sh:path dct:source ; sh:hasValue <http://law.example/138> .
:state sh:path dct:type ; sh:in ( <http://list.example/OPEN> "closed" ) .
:tag sh:path dct:title ; sh:not [ sh:languageIn ( "eng" "ltz" ) ] .
:tags sh:path dct:title ; sh:languageIn ( "fr" "de" ) .
:name sh:path foaf:name ; sh:nodeKind sh:Literal .
:twice sh:path dct:issued ; sh:maxCount 1 .
"""


@pytest.fixture(scope="module")
def suggestions() -> Suggestions:
    return Suggestions.load(quads(SHAPES))


def suggest(suggestions: Suggestions, shape: str, value: Term | None, path: NamedNode = DCT.source) -> Term | None:
    source = Source(NamedNode(f"http://shape.example/{shape}"), SH.NodeConstraintComponent, SH.Violation, path)
    found = suggestions.of(Result(NamedNode("http://data.example/a"), value, source))
    return found.term if found else None


@pytest.mark.parametrize(
    ("shape", "value", "code"),
    [
        ("frequency", Literal("monthly"), "frequency/MONTHLY"),
        ("frequency", Literal("mensuel", language="fr"), "frequency/MONTHLY"),
        ("frequency", NamedNode("http://purl.org/cld/freq/daily"), "frequency/DAILY"),
        (
            "frequency",
            NamedNode("https://publications.europa.eu/resource/authority/frequency/ANNUAL"),
            "frequency/ANNUAL",
        ),
        ("language", Literal("fr"), "language/FRA"),
        ("theme", Literal("environment"), "data-theme/ENVI"),
        ("theme", Literal("TRAN"), "data-theme/TRAN"),
    ],
)
def test_a_word_or_foreign_code_gets_the_concept_it_means(
    suggestions: Suggestions, shape: str, value: Term, code: str
) -> None:
    assert suggest(suggestions, shape, value) == AUTHORITY[code]


def test_a_media_type_and_a_licence_are_known_without_a_scheme(suggestions: Suggestions) -> None:
    media = "https://www.iana.org/assignments/media-types/text/csv"
    assert suggest(suggestions, "media", Literal("text/csv")) == NamedNode(media)
    assert suggest(suggestions, "licence", Literal("CC BY 4.0"), DCT.license) == AUTHORITY["licence/CC_BY_4_0"]


@pytest.mark.parametrize(
    ("shape", "value", "right"),
    [
        ("issued", Literal("20.11.2026"), Literal("2026-11-20", datatype=XSD.date)),
        ("issued", Literal("2026", datatype=XSD.integer), Literal("2026", datatype=XSD.gYear)),
        ("issued", Literal("2026-11-20", datatype=NamedNode("http://own.example/day")),
         Literal("2026-11-20", datatype=XSD.date)),
        ("access", Literal("https://data.example/a.csv"), NamedNode("https://data.example/a.csv")),
        ("state", Literal("open"), NamedNode("http://list.example/OPEN")),
        ("state", NamedNode("https://other.example/list/open"), NamedNode("http://list.example/OPEN")),
        ("state", Literal("Closed"), Literal("closed")),
        ("law", None, NamedNode("http://law.example/138")),
        ("tag", Literal("Stroossen", language="ltz"), Literal("Stroossen", language="lb")),
        ("tag", Literal("Roads", language="eng-gb"), Literal("Roads", language="en-gb")),
        ("tags", Literal("Routes", language="fra"), Literal("Routes", language="fr")),
    ],
)  # fmt: skip
def test_a_value_is_rightly_typed_or_taken_from_the_list(
    suggestions: Suggestions, shape: str, value: Term | None, right: Term
) -> None:
    assert suggest(suggestions, shape, value) == right


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("frequency", Literal("whenever the moon is right")),
        ("frequency", Literal("monthly" * 100)),
        ("frequency", BlankNode("b")),
        ("frequency", AUTHORITY["frequency/DAILY"]),
        ("issued", Literal("soon")),
        ("access", Literal("on request")),
        ("tags", Literal("Roads", language="eng")),
        ("name", NamedNode("http://data.example/name")),
        ("twice", None),
        ("nowhere", Literal("x")),
    ],
)
def test_nothing_is_suggested_where_nothing_is_known(suggestions: Suggestions, shape: str, value: Term | None) -> None:
    assert suggest(suggestions, shape, value) is None


def test_concepts_are_told_with_their_labels(suggestions: Suggestions) -> None:
    assert suggestions.labels(AUTHORITY["frequency/MONTHLY"])["fr"] == "mensuel"
    assert suggestions.labels(Literal("monthly")) == {}


def test_what_was_found_is_remembered_within_bounds(suggestions: Suggestions) -> None:
    source = Source(NamedNode("http://shape.example/issued"), SH.OrConstraintComponent, SH.Violation, DCT.issued)
    for day in range(10_050):
        suggestions.of(Result(NamedNode("http://data.example/a"), Literal(f"day {day}"), source))
    first = Result(NamedNode("http://data.example/a"), Literal("1.2.2026"), source)
    assert suggestions.of(first) is suggestions.of(first) is not None
