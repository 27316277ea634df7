from pathlib import Path

import pytest

from graph.generations import Generations
from queries.changes import Chronicle, between, chronicle
from tests.support.followed import AIR, WATER, Followed


class Told(Followed):
    known: Chronicle | None = None
    """What was read last."""


@pytest.fixture
def followed(tmp_path: Path) -> Told:
    return Told(tmp_path, validated=False)


def read(followed: Told, publications: dict[int, int] | None = None) -> Chronicle:
    """What the current generation knows; each was published at the second of its number, unless told otherwise.

    Whoever goes on from what was known before comes to the same.
    """
    generations = Generations(followed.data)
    with generations.current() as generation:
        told = publications or {number: number for number in range(1, generation.number + 1)}
        found = chronicle(generation.ledger, generation.store, told)
        if publications is None:
            assert chronicle(generation.ledger, generation.store, told, followed.known) == found
            followed.known = found
        return found


def moments(followed: Told) -> dict[str, int]:
    return {item.iri: item.moment for item in read(followed).items}


def test_a_dataset_changes_with_what_it_names_and_the_others_stay(followed: Told) -> None:
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


def test_what_goes_and_comes_back_is_told(followed: Told) -> None:
    followed.publish()
    water = followed.pieces["water"]
    followed.publish(water=None)
    gone = read(followed).by_iri[WATER]
    assert (gone.moment, gone.gone, gone.kind, gone.source) == (2, True, "datasets", "example")
    followed.publish(water=water)
    assert read(followed).by_iri[WATER][0] == 3
    assert not read(followed).by_iri[WATER].gone


def test_what_is_no_dataset_any_more_is_gone_for_who_takes_datasets(followed: Told) -> None:
    followed.publish()
    followed.edit("water", "dcat:Dataset", "foaf:Document")
    assert read(followed).by_iri[WATER].gone


def test_a_rollback_is_a_change_of_all_it_reverses(followed: Told) -> None:
    followed.publish()
    followed.edit("file", "Readings", "All readings")
    followed.publish(water=None)
    followed.rollback(1)
    assert moments(followed) == {AIR: 4, WATER: 4}
    followed.rollback(3)
    told = read(followed)
    assert told.by_iri[WATER].gone
    assert {item.moment for item in told.items} == {5}


def test_a_time_is_cut_out_with_both_its_ends(followed: Told) -> None:
    followed.publish()
    followed.edit("file", "Readings", "All readings")
    told = read(followed, {1: 100, 2: 200})
    assert [item.iri for item in between(told.items)] == [WATER, AIR]
    assert [item.iri for item in between(told.items, 100, 100)] == [WATER]
    assert [item.iri for item in between(told.items, 101)] == [AIR]
    assert [item.iri for item in between(told.items, None, 199)] == [WATER]
    assert list(between(told.items, 201)) == []


def test_what_a_part_of_a_part_does_is_a_change_too(followed: Told) -> None:
    followed.edit(
        "office", "foaf:name", "<http://www.w3.org/ns/org#subOrganizationOf> <http://a.example/town> ; foaf:name"
    )
    followed.publish(town="<http://a.example/town> a foaf:Agent ; foaf:name 'Town' .")
    assert moments(followed) == {AIR: 2, WATER: 2}
    followed.edit("town", "Town", "City")
    assert moments(followed) == {AIR: 3, WATER: 3}
    followed.edit("air", "Loft", "Loft an der Stad")
    assert moments(followed) == {AIR: 4, WATER: 3}


def test_another_log_is_read_anew(followed: Told, tmp_path: Path) -> None:
    other = Told(tmp_path / "other", validated=False)
    other.data.parent.mkdir()
    other.publish(valley=None)
    known = read(other)
    followed.publish()
    followed.known = known
    assert moments(followed) == {AIR: 1, WATER: 1}


RECORD = """
<http://a.example/record> a dcat:CatalogRecord ; dct:title "Record" ; foaf:primaryTopic <http://a.example/air> .
"""


def test_what_a_catalogue_record_says_no_more_is_a_change_of_what_it_was_about(followed: Told) -> None:
    followed.publish()
    followed.publish(record=RECORD)
    assert moments(followed) == {AIR: 2, WATER: 1}
    followed.edit("record", "/air>", "/water>")
    assert moments(followed) == {AIR: 3, WATER: 3}
    followed.publish(record=None)
    assert moments(followed) == {AIR: 3, WATER: 4}
    followed.rollback(2)
    assert moments(followed) == {AIR: 5, WATER: 4}
    followed.rollback(1)
    assert moments(followed) == {AIR: 6, WATER: 4}


def test_what_is_a_part_no_more_was_one_and_what_is_one_now(followed: Told) -> None:
    followed.publish()
    followed.edit("file", "dcat:Distribution", "dcat:Dataset")
    file = "http://a.example/air.csv"
    assert moments(followed) == {AIR: 2, WATER: 1, file: 2}
    followed.edit("file", "dcat:Dataset", "dcat:Distribution")
    assert moments(followed) == {AIR: 3, WATER: 1, file: 3}
