"""The measure of a search counts as it says, and its peers answer as well as they can."""

from pathlib import Path

import pytest

from tests.bench.search import (
    ENGINES,
    FTS5,
    OURS,
    Answered,
    Text,
    answers_of,
    contains,
    full_text,
    mean,
    misses,
    reciprocal_rank,
    table,
)
from tests.support.judgements import BELGIAN, EXAMPLE, KINDS, LANGUAGES, Half, Judgement
from tests.support.portal import EXAMPLE as EXAMPLE_FOLDER
from vocabularies.namespaces import DCAT, DCT

AIR = "https://data.example.org/air"
BUS = "https://data.example.org/bus"
TREES = "https://data.example.org/trees"
TEXTS = (
    Text(AIR, DCT.title, "Air quality"),
    Text(AIR, DCT.description, "Trees breathe it"),
    Text(AIR, DCT.modified, "2020"),
    Text(TREES, DCT.title, "Trees"),
    Text(TREES, DCAT.keyword, "oak"),
    Text(BUS, DCT.title, "Arrêts de bus"),
    Text(BUS, DCT.description, "Qualities of trees"),
    Text(BUS, DCT.modified, "2024"),
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["a", "b"], 1),
        (["x", "a", "b"], 1 / 2),
        (["x"] * 9 + ["a"], 1 / 10),
        (["x"] * 10 + ["a"], 0),
        ([], 0),
    ],
)
def test_the_first_of_the_answers_among_ten_counts(found: list[str], expected: float) -> None:
    assert reciprocal_rank(found, {"a", "b"}) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("TREES", [TREES, BUS, AIR]),  # in the title first, then the newest
        ("air quality", [AIR]),
        ("quali", [AIR, BUS]),
        ("ARRET", []),
        ("arrêt bus,", [BUS]),
        ('"', []),
    ],
)
def test_contains_wants_all_words_and_puts_titles_first(query: str, expected: list[str]) -> None:
    assert contains(TEXTS)(query, "en") == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("trees", [TREES, AIR, BUS]),
        ("quality", [AIR]),
        ("quali", [AIR, BUS]),
        ("ARRET bu", [BUS]),
        ("air-quality", [AIR]),
        ('"', []),
    ],
)
def test_full_text_falls_back_to_beginnings_of_words(query: str, expected: list[str]) -> None:
    assert full_text(TEXTS)(query, "en") == expected


def answered(query: str, half: Half, ours: float, peer: float) -> Answered:
    return Answered(Judgement(query, "de", "typo", EXAMPLE, (AIR,), half), {OURS: ours, "CONTAINS": 0, FTS5: peer})


def test_the_table_has_a_line_for_all_and_for_each_part() -> None:
    told = [answered("a", "tuning", 1, 0.5), answered("b", "tuning", 0.5, 0), answered("c", "held", 0.25, 1)]
    head, everything, *parts = table(told, ["tuning", "held"])
    assert head.split() == ["tuning", "ours", "CONTAINS", "FTS5", "held", "ours", "CONTAINS", "FTS5"]
    assert everything.split() == ["all", "2", "0.75", "0.00", "0.25", "1", "0.25", "0.00", "1.00"]
    assert [line.split()[0] for line in parts] == [*KINDS, *LANGUAGES, EXAMPLE, BELGIAN]
    assert mean(told, OURS) == pytest.approx(1.75 / 3)


def test_what_is_missed_is_told_of_the_tuning_half_only() -> None:
    told = [answered("found", "tuning", 1, 1), answered("late", "tuning", 0.5, 1), answered("kept", "held", 0, 1)]
    (line,) = misses(told)
    assert line.endswith("late")


@pytest.mark.prove
def test_every_engine_answers_from_a_loaded_portal(tmp_path: Path) -> None:
    budgets = ("https://data.portal.example/id/dataset/budget-2026",)
    asked = Judgement("Staatshaushalt 2026", "de", "word", EXAMPLE, budgets, "tuning")
    (told,) = answers_of(tmp_path / "data", EXAMPLE_FOLDER, [asked])
    assert told.ranks == dict.fromkeys(ENGINES, 1)
