"""A table written in our form and read again is the same; several publishers' properties are understood."""

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from vocabularies.concepts import LANGUAGES, Concept, Table
from vocabularies.namespaces import AT, AUTHORITY, DC, DCT, EUVOC, OWL, RDF, SKOS
from vocabularies.tabulation import Origin, Tabulation, turtle

SCHEME = NamedNode("http://example.org/colour")
TABLE = Table(
    "colour", SCHEME, {"en": "Colour"}, "1.0", "2020-01-01", "http://example.org/licence", "", None, frozenset()
)
RED = NamedNode("http://example.org/colour/RED")

concepts = st.builds(
    Concept,
    iri=st.integers(1, 10_000).map(lambda number: f"http://example.org/colour/{number}"),
    notation=st.text(min_size=1, max_size=20),
    table=st.just(""),
    labels=st.dictionaries(st.sampled_from(LANGUAGES), st.text(min_size=1).filter(str.split), min_size=1),
    broader=st.sets(st.integers(1, 99)).map(
        lambda found: tuple(sorted(f"http://example.org/colour/{n}" for n in found))
    ),
    exact_matches=st.just(()),
    deprecated=st.booleans(),
)


def tabulated(triples: list[Triple]) -> Tabulation:
    found = Tabulation(SCHEME)
    for triple in triples:
        found.add(triple)
    return found


@given(st.lists(concepts, unique_by=lambda concept: concept.iri, max_size=5))
def test_what_is_written_is_read_again(made: list[Concept]) -> None:
    made.sort(key=lambda concept: concept.iri)
    text = turtle(TABLE, Origin("2.0", "2026-01-01", "a file"), made, ["http://example.org/Colour"])
    found = tabulated([quad.triple for quad in parse(text, RdfFormat.TURTLE)])
    spaced = [
        Concept(
            c.iri, c.notation, "", {k: " ".join(v.split()) for k, v in c.labels.items()}, c.broader, (), c.deprecated
        )
        for c in made
    ]
    assert list(found.concepts({})) == spaced
    assert (found.version, found.day, found.schemes) == ("2.0", "2026-01-01", [SCHEME.value])


def test_the_codes_and_marks_of_the_union_are_understood() -> None:
    retired = AUTHORITY["concept-status/RETIRED"]
    said = [
        Triple(RED, RDF.type, SKOS.Concept),
        Triple(RED, SKOS.prefLabel, Literal("red", language="en")),
        Triple(RED, SKOS.prefLabel, Literal("rosso", language="it")),
        Triple(RED, SKOS.notation, Literal("r")),
        Triple(RED, DC.identifier, Literal("RED")),
        Triple(RED, SKOS.broader, NamedNode("http://example.org/colour/WARM")),
    ]
    (concept,) = tabulated(said).concepts({})
    assert concept == Concept(
        RED.value, "RED", "", {"en": "red"}, ("http://example.org/colour/WARM",), (), deprecated=False
    )
    for mark in (Triple(RED, AT.deprecated, Literal("true")), Triple(RED, EUVOC.status, retired)):
        (concept,) = tabulated([*said, mark]).concepts({})
        assert concept.deprecated


def test_labels_and_matches_that_the_file_lacks_stay() -> None:
    before = Concept(
        RED.value, "RED", "colour", {"en": "reddish", "lb": "rout"}, (), ("http://example.org/r",), deprecated=True
    )
    said = [Triple(RED, SKOS.inScheme, SCHEME), Triple(RED, SKOS.prefLabel, Literal("red", language="en"))]
    (concept,) = tabulated(said).concepts({RED.value: before})
    assert concept == Concept(
        RED.value, "RED", "", {"en": "red", "lb": "rout"}, (), ("http://example.org/r",), deprecated=False
    )


def test_what_belongs_to_another_scheme_or_has_no_label_is_left_out() -> None:
    other = NamedNode("http://example.org/shape/ROUND")
    said = [
        Triple(other, RDF.type, SKOS.Concept),
        Triple(other, SKOS.prefLabel, Literal("round", language="en")),
        Triple(RED, RDF.type, SKOS.Concept),
        Triple(RED, SKOS.prefLabel, Literal("rosso", language="it")),
    ]
    assert list(tabulated(said).concepts({})) == []


def test_the_day_is_told_by_the_version_or_by_the_dates() -> None:
    assert tabulated([Triple(SCHEME, OWL.versionInfo, Literal("20260617-0"))]).day == "2026-06-17"
    told = [Triple(SCHEME, OWL.versionInfo, Literal("2.1")), Triple(SCHEME, DCT.issued, Literal("2024-10-02"))]
    assert (tabulated(told).version, tabulated(told).day) == ("2.1", "2024-10-02")
    assert (tabulated([]).version, tabulated([]).day) == ("", "")
