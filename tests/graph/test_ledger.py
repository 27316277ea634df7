from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import StoreError
from graph.ledger import Change, Entry, Ledger, seconds


def entry(iri: str, now: datetime, graph: str = "source/a", **more: Any) -> Entry:
    row = Entry(iri, graph, 1, "datasets", "abcdefgh", "A title", b"hash", 3, seconds(now), seconds(now))
    return row._replace(**more)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.writing(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


def test_what_was_put_is_found_by_iri_and_by_key(ledger: Ledger, now: datetime) -> None:
    ledger.put([entry("http://example.org/1", now)])
    assert ledger.get("http://example.org/1") == entry("http://example.org/1", now)
    assert ledger.by_key("abcdefgh", "datasets") == [entry("http://example.org/1", now)]
    assert ledger.by_key("abcdefgh", "services") == []
    assert ledger.get("http://example.org/2") is None


def test_whose_key_it_was_first_is_found_first(ledger: Ledger, now: datetime) -> None:
    first, second = entry("http://z.example/1", now), entry("http://a.example/2", now, first_second=seconds(now) + 1)
    ledger.put([second, first])
    assert ledger.by_key("abcdefgh") == [first, second]
    assert ledger.keys() == {"abcdefgh": "http://z.example/1"}


def test_a_claim_is_not_the_published_version(ledger: Ledger, now: datetime) -> None:
    claim = entry("http://example.org/1", now, "source/b", owned=0, first_second=0)
    ledger.put([entry("http://example.org/1", now), claim])
    found = ledger.get("http://example.org/1")
    assert found is not None
    assert found.graph == "source/a"
    assert [version.source for version in ledger.versions("http://example.org/1")] == ["a", "b"]
    assert ledger.counts() == {"datasets": 1}


@given(st.sets(st.text(alphabet="a/-.>é", min_size=1, max_size=5), max_size=20))
def test_the_walk_is_in_the_byte_order_of_ntriples_tokens(names: set[str]) -> None:
    moment = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    ledger = Ledger.writing(Path(":memory:"))
    ledger.put(entry(name, moment) for name in names)
    walked = [f"<{iri}>".encode() for iri, _ in ledger.walk()]
    ledger.close()
    assert walked == sorted(walked)
    assert len(walked) == len(names)


def test_changes_are_kept_in_order(ledger: Ledger, now: datetime) -> None:
    changes = [Change(n, now, f"http://example.org/{n}", "datasets", "source/a", "added") for n in (1, 2, 3)]
    ledger.log(changes)
    assert list(ledger.changes()) == changes
    assert list(ledger.changes(since=2)) == changes[2:]


def test_the_difference_says_what_going_there_would_change(tmp_path: Path, now: datetime) -> None:
    here, there = Ledger.writing(tmp_path / "here"), Ledger.writing(tmp_path / "there")
    here.put([entry("http://example.org/same", now), entry("http://example.org/gone", now)])
    here.put([entry("http://example.org/other", now)])
    there.put([entry("http://example.org/same", now), entry("http://example.org/new", now)])
    there.put([entry("http://example.org/other", now, hash=b"another")])
    here.close()
    there.close()
    reading = Ledger.reading(tmp_path / "here")
    found = [(iri.rpartition("/")[2], change) for iri, _, _, change in reading.difference(tmp_path / "there")]
    reading.close()
    assert found == [("gone", "removed"), ("new", "added"), ("other", "changed")]


def test_a_ledger_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        Ledger.reading(tmp_path / "none.sqlite")


def log(ledger: Ledger, now: datetime, *changes: tuple[int, str, str]) -> None:
    ledger.log(
        Change(n, now, f"http://example.org/{iri}", "datasets", "source/a", change) for n, iri, change in changes
    )


def test_the_last_change_of_each_record_is_known(ledger: Ledger, now: datetime) -> None:
    log(ledger, now, (1, "a", "added"), (1, "b", "added"), (2, "a", "removed"), (3, "c", "added"))
    assert {(one.iri[-1], one.generation, one.change) for one, _ in ledger.last_of_each(["datasets"])} == {
        ("a", 2, "removed"),
        ("b", 1, "added"),
        ("c", 3, "added"),
    }
    assert {one.iri[-1] for one, was in ledger.last_of_each(["datasets"], since=2) if was} == {"a", "c"}
    assert {one.iri[-1] for one, was in ledger.last_of_each(["services"], first=1) if not was} == {"a", "c"}
    end = ledger.last_line()
    assert end is not None
    assert (end.iri[-1], end.generation) == ("c", 3)
    assert ledger.line(end.place) == end
    assert ledger.line(end.place + 1) is None
    last = ledger.last_change("http://example.org/a")
    assert last is not None
    assert last.change == "removed"
    assert ledger.last_change("http://example.org/d") is None
    assert [one.change for one in ledger.changes_of("http://example.org/a")] == ["added", "removed"]


def test_the_changes_of_a_generation_are_read_page_by_page(ledger: Ledger, now: datetime) -> None:
    log(ledger, now, (1, "a", "added"), (1, "b", "added"), (1, "c", "added"), (2, "a", "changed"))
    pages = [ledger.changes_in(1, offset, 2) for offset in (0, 2, 4)]
    assert [[one.iri[-1] for one in page] for page in pages] == [["a", "b"], ["c"], []]
    assert ledger.sizes() == {1: 3, 2: 1}
    assert ledger.begun() == [(1, seconds(now)), (2, seconds(now))]


def test_where_nothing_changed_nothing_began(ledger: Ledger) -> None:
    assert ledger.begun() == []
    assert ledger.last_line() is None


def test_a_generation_all_of_whose_changes_were_made_again_stands_for_nothing(ledger: Ledger, now: datetime) -> None:
    log(ledger, now, (1, "a", "added"), (2, "b", "added"), (3, "a", "changed"))
    assert ledger.standing() == {2, 3}


def test_a_change_is_seen_when_its_generation_or_the_next_is_published(ledger: Ledger, now: datetime) -> None:
    log(ledger, now, (1, "a", "added"), (2, "b", "added"), (3, "c", "added"), (4, "d", "added"), (5, "e", "added"))
    made = seconds(now)
    told = ledger.moments({3: made + 50, 5: made + 40})
    assert told == {1: made, 2: made + 1, 3: made + 50, 4: made + 51, 5: made + 52}, "though a clock was set back"


def test_what_goes_back_to_another_kind_is_told_as_that(tmp_path: Path, now: datetime) -> None:
    for name, kind in (("before", "organisations"), ("after", "other")):
        ledger = Ledger.writing(tmp_path / name)
        ledger.put([entry("http://example.org/1", now, kind=kind, hash=name.encode())])
        ledger.close()
    with closing(Ledger.reading(tmp_path / "after")) as ledger:
        assert ledger.difference(tmp_path / "before") == [
            ("http://example.org/1", "organisations", "source/a", "changed")
        ]
