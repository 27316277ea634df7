import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.indexing.lexicon import Lexicon, distance, folded
from graph.indexing.schema import analyzers

_GERMAN = analyzers()["de"]
WORDS = (
    "Luft", "Qualität", "Luftqualität", "Messung", "Bus", "Bushaltestellen", "Busarrêten", "Haltestelle", "Bahn",
    "Gemeinde", "Gemeinden", "Gemeindefinanzen", "transport", "port", "environnement", "Straße", "Wasser",
)  # fmt: skip


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    words = [(word.lower(), 1 + (word == "Gemeinden")) for word in WORDS]
    return Lexicon(words, lambda word: next(iter(_GERMAN.analyze(word)), word))


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("haltestelle", {"haltestelle", "bushaltestellen"}),
        ("Haltestellen", {"haltestelle", "bushaltestellen"}),  # any form of it
        ("qualität", {"qualitat", "luftqualitat"}),
        ("luft", {"luft", "luftqualitat"}),
        ("gemeinde", {"gemeinde", "gemeinden", "gemeindefinanzen"}),
        ("bus", {"bus"}),  # too short to stand for all that begins so
        ("busar", {"busarreten"}),
        ("port", {"port"}),  # "trans" is no word
        ("strasse", {"strasse"}),
        ("x", set()),
        ("", set()),
    ],
)
def test_a_word_is_found_in_compounds_and_in_its_forms(lexicon: Lexicon, word: str, found: set[str]) -> None:
    assert set(lexicon.containing(word)) == found


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Wasserqualität", ("wasser", "qualitat")),
        ("Bahnhaltestellen", ("bahn", "haltestellen")),
        ("Luftqualitätsmessung", ("luftqualitat", "messung")),
        ("Gemeindestraßen", ("gemeinde", "strassen")),
        ("hydrogen", ()),
        ("bus", ()),
        ("", ()),
    ],
)
def test_a_compound_is_taken_apart_into_words_that_are_known(
    lexicon: Lexicon, word: str, parts: tuple[str, ...]
) -> None:
    assert lexicon.parts(word) == parts


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("gemiende", ["gemeinde"]),
        ("gemeindn", ["gemeinden", "gemeinde"]),
        ("enviromement", ["environnement"]),
        ("prot", ["port"]),
        ("but", []),  # three letters may be anything
        ("zemeinde", []),  # the first letter is rarely mistyped
        ("", []),
    ],
)
def test_what_is_mistyped_is_taken_for_the_nearest_words(lexicon: Lexicon, word: str, meant: list[str]) -> None:
    assert lexicon.near(word) == meant


def test_words_are_completed_the_most_frequent_first(lexicon: Lexicon) -> None:
    assert lexicon.beginning("GEM", 2) == ["gemeinden", "gemeinde"]
    assert lexicon.written("qualitat") == ("qualität",)
    assert lexicon.written("none") == ()
    assert "Qualitat" in lexicon


@given(st.text(max_size=30))
def test_whatever_is_typed_can_be_looked_up(word: str) -> None:
    lexicon = Lexicon([("haus", 1), ("häuser", 2), ("\u0130stanbul", 1)])
    for found in (lexicon.containing(word), lexicon.parts(word), lexicon.near(word), lexicon.beginning(word, 3)):
        assert len(found) <= 3
    assert folded(folded(word)) == folded(word)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_the_distance_is_the_same_both_ways_and_never_less_than_that_of_lengths(one: str, other: str) -> None:
    assert distance(one, other, 9) == distance(other, one, 9) >= abs(len(one) - len(other))
    assert (distance(one, other, 9) == 0) is (one == other)
    assert min(distance(one, other, 1), 2) == min(distance(one, other, 9), 2)
