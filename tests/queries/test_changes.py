from pathlib import Path

import pytest

from graph.generations import Generations
from queries.changes import Chronicle, chronicle
from tests.support.followed import AIR, WATER, Followed


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return Followed(tmp_path, validated=False)


def read(followed: Followed, publications: dict[int, int] | None = None) -> Chronicle:
    """What the current generation knows; each was published at the second of its number, unless told otherwise."""
    generations = Generations(followed.data)
    with generations.current() as generation:
        told = publications or {number: number for number in range(1, generation.number + 1)}
        return chronicle(generation.ledger, generation.store, told)


def moments(followed: Followed) -> dict[str, int]:
    return {item.iri: item.moment for item in read(followed).items}


def test_a_dataset_changes_with_what_it_names_and_the_others_stay(followed: Followed) -> None:
    followed.publish()
    assert moments(followed) == {AIR: 1, WATER: 1}
    followed.edit("file", "Readings", "All readings")
    assert moments(followed) == {AIR: 2, WATER: 1}
    followed.edit("office", "Office", "Ministry")
    assert moments(followed) == {AIR: 3, WATER: 3}
    followed.edit("valley", "valley", "basin")
    assert moments(followed) == {AIR: 4, WATER: 3}
    followed.publish(file=None)
    assert moments(followed) == {AIR: 5, WATER: 3}, "its distribution is named and not described any more"


def test_what_goes_and_comes_back_is_told(followed: Followed) -> None:
    followed.publish()
    water = followed.pieces["water"]
    followed.publish(water=None)
    gone = read(followed).by_iri[WATER]
    assert (gone.moment, gone.gone, gone.kind, gone.source) == (2, True, "datasets", "example")
    followed.publish(water=water)
    assert read(followed).by_iri[WATER][0] == 3
    assert not read(followed).by_iri[WATER].gone


def test_what_is_no_dataset_any_more_is_gone_for_who_takes_datasets(followed: Followed) -> None:
    followed.publish()
    followed.edit("water", "dcat:Dataset", "foaf:Document")
    assert read(followed).by_iri[WATER].gone


def test_a_rollback_is_a_change_of_all_it_reverses(followed: Followed) -> None:
    followed.publish()
    followed.edit("file", "Readings", "All readings")
    followed.publish(water=None)
    followed.rollback(1)
    assert moments(followed) == {AIR: 4, WATER: 4}
    followed.rollback(3)
    told = read(followed)
    assert told.by_iri[WATER].gone
    assert {item.moment for item in told.items} == {5}


def test_a_time_is_cut_out_with_both_its_ends(followed: Followed) -> None:
    followed.publish()
    followed.edit("file", "Readings", "All readings")
    told = read(followed, {1: 100, 2: 200})
    assert [item.iri for item in told.between()] == [WATER, AIR]
    assert [item.iri for item in told.between(100, 100)] == [WATER]
    assert [item.iri for item in told.between(101)] == [AIR]
    assert [item.iri for item in told.between(None, 199)] == [WATER]
    assert list(told.between(201)) == []
