from pyoxigraph import BlankNode, NamedNode, Quad, Store

from queries.pointing import MOST, counts, subjects

LICENCE, MADE, PART = (NamedNode(f"http://p.example/{name}") for name in ("licence", "made", "part"))
THING = NamedNode("http://x.example/thing")


def named(number: int) -> NamedNode:
    return NamedNode(f"http://x.example/{number}")


def store(size: int) -> Store:
    found = Store()
    found.bulk_extend(Quad(named(number), LICENCE, THING) for number in range(size))
    found.add(Quad(named(0), MADE, THING))
    return found


def test_it_is_counted_by_which_properties_a_thing_is_named() -> None:
    assert counts(store(7), THING) == {LICENCE: 7, MADE: 1}
    assert counts(store(1), named(5)) == {}


def test_counting_stops_at_a_bound() -> None:
    assert sum(counts(store(MOST + 50), THING).values()) == MOST + 1


def test_things_are_told_some_at_a_time_and_each_once() -> None:
    data = store(25)
    found = [thing for first in (0, 10, 20) for thing, _ in subjects(data, THING, LICENCE, first, 10)]
    assert sorted(found, key=str) == sorted(map(named, range(25)), key=str)
    assert {by for _, by in subjects(data, THING, None, 0, 100)} == {LICENCE, MADE}
    assert list(subjects(data, THING, MADE, 5, 10)) == []


def test_a_blank_node_stands_for_the_record_it_is_a_part_of() -> None:
    data, inner, outer, lost = Store(), BlankNode(), BlankNode(), BlankNode()
    data.extend([Quad(named(1), PART, outer), Quad(outer, PART, inner), Quad(inner, LICENCE, THING)])
    data.extend([Quad(lost, PART, lost), Quad(lost, LICENCE, THING)])
    assert list(subjects(data, THING, LICENCE, 0, 10)) == [(named(1), LICENCE)]
