"""The judged questions are well formed: whoever adds one is told what is wrong with it."""

import gzip
from collections import Counter
from collections.abc import Callable

import pytest
from pyoxigraph import RdfFormat, parse

from tests.bench.workbench import BELGIAN as BELGIAN_FILE
from tests.support.judgements import BELGIAN, EXAMPLE, KINDS, LANGUAGES, half_of, judgements
from tests.support.portal import EXAMPLE as EXAMPLE_FOLDER

ALL = judgements()


def in_example() -> set[str]:
    files = sorted(EXAMPLE_FOLDER.glob("*.ttl"))
    return {quad.subject.value for file in files for quad in parse(path=str(file), format=RdfFormat.TURTLE)}


def in_belgian_subset() -> set[str]:
    with gzip.open(BELGIAN_FILE, "rt", encoding="utf-8") as file:
        return {line.partition("> ")[0].removeprefix("<") for line in file if line.startswith("<")}


@pytest.mark.parametrize(
    ("portal", "described"),
    [
        (EXAMPLE, in_example),
        pytest.param(
            BELGIAN,
            in_belgian_subset,
            marks=pytest.mark.skipif(not BELGIAN_FILE.exists(), reason="the shared catalogues are not here"),
        ),
    ],
)
def test_every_answer_is_a_resource_of_its_portal(portal: str, described: Callable[[], set[str]]) -> None:
    answers = {iri for one in ALL if one.portal == portal for iri in one.relevant}
    assert answers
    assert answers - described() == set()


def test_every_question_is_asked_once_and_has_answers_told_once() -> None:
    assert len({(one.query, one.language, one.portal) for one in ALL}) == len(ALL)
    assert [one.query for one in ALL if one.query != one.query.strip() or not one.query] == []
    assert [one.query for one in ALL if "" in one.relevant or len(set(one.relevant)) < len(one.relevant)] == []


def test_there_are_questions_of_each_kind_in_each_half() -> None:
    assert len(ALL) >= 100
    assert {one.kind for one in ALL} == set(KINDS)
    assert {one.portal for one in ALL} == {EXAMPLE, BELGIAN}
    assert min(Counter((one.kind, one.half) for one in ALL).values()) >= 6


def test_each_language_has_a_fair_share() -> None:
    share = Counter(one.language for one in ALL)
    assert set(share) == set(LANGUAGES)
    assert min(share.values()) >= len(ALL) * 0.2


@pytest.mark.parametrize("part", ["kind", "language", "portal"])
def test_the_halves_are_even(part: str) -> None:
    sizes = Counter(getattr(one, part) for one in ALL)
    held = Counter(getattr(one, part) for one in ALL if one.half == "held")
    assert {name: held[name] for name in sizes if not 0.4 <= held[name] / sizes[name] <= 0.6} == {}


def test_a_half_follows_from_the_question_alone() -> None:
    assert [one.query for one in ALL if one.half != half_of(one.query, one.language, one.portal)] == []
