import hashlib
import os
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from graph.errors import NotFound, StoreError
from graph.generations import Generations
from graph.iris import Iris
from graph.ledger import Change, Entry, seconds
from graph.manifest import damaged
from graph.publications import NAME, Publications
from graph.store import default_graph_is_union


def seal(generations: Generations, iris: Iris, now: datetime, *numbers: int) -> int:
    """One more generation with a record for each number, published."""
    with generations.draft(iris, generations.head_number()) as draft:
        for number in numbers:
            iri = f"http://example.org/{number}"
            draft.changes.add(iris.source("a"), f'<{iri}> <http://example.org/p> "{number}" .\n'.encode(), 1)
            draft.ledger.put([Entry(iri, "source/a", 1, "datasets", "k", "t", b"h", 1, seconds(now), seconds(now))])
        draft.changes.finish()
        sealed = generations.seal(draft, "test", now)
    generations.flip(sealed)
    return sealed


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {"LOG", "LOCK"}
    }


def test_nothing_is_published_at_first(generations: Generations) -> None:
    assert generations.current_number() is None
    with pytest.raises(NotFound, match="published generation"):
        generations.current()


def test_what_is_sealed_and_flipped_is_what_readers_see(generations: Generations, iris: Iris, now: datetime) -> None:
    assert seal(generations, iris, now, 1, 2) == 1
    with generations.current() as generation:
        assert (generation.number, generation.manifest.base, generation.manifest.parent) == (1, iris.base, None)
        assert generation.manifest.graphs == {f"{iris.base}/graph/source/a": 2}
        assert len(generation.store) == 4
        assert damaged(generation.path, generation.manifest) == []


def test_a_sealed_generation_never_changes_by_what_comes_after(
    generations: Generations, iris: Iris, now: datetime
) -> None:
    seal(generations, iris, now, 1)
    before = digests(generations.path(1))
    for number in (2, 3, 4):
        seal(generations, iris, now, number)
    assert digests(generations.path(1)) == before
    with generations.open(4) as newest:
        assert len(newest.store) == 8
        assert default_graph_is_union(newest.store, iris)


def test_a_sealed_generation_that_is_not_flipped_is_not_seen(
    generations: Generations, iris: Iris, now: datetime
) -> None:
    seal(generations, iris, now, 1)
    with generations.draft(iris, 1) as draft:
        generations.seal(draft, "not yet", now)
    assert (generations.head_number(), generations.current_number()) == (2, 1)


def test_a_draft_that_fails_leaves_nothing(generations: Generations, iris: Iris, now: datetime, data: Path) -> None:
    seal(generations, iris, now, 1)
    with pytest.raises(ZeroDivisionError), generations.draft(iris, 1):
        raise ZeroDivisionError
    assert [entry.name for entry in (data / "generations").iterdir()] == ["000001"]


def test_what_a_crash_left_is_removed(generations: Generations, iris: Iris, now: datetime, data: Path) -> None:
    seal(generations, iris, now, 1)
    (data / "generations" / ".unsealed-000002" / "store").mkdir(parents=True)
    assert generations.recover() == [".unsealed-000002"]
    assert generations.numbers() == [1]


def test_another_base_is_refused(generations: Generations, iris: Iris, now: datetime) -> None:
    seal(generations, iris, now, 1)
    with pytest.raises(StoreError, match=r"made for the base IRI https://data.example.org.*rebuild"):
        generations.draft(Iris("https://other.example"), 1)


def test_rollback_publishes_the_old_content_under_a_new_number(
    generations: Generations, iris: Iris, now: datetime
) -> None:
    seal(generations, iris, now, 1)
    seal(generations, iris, now, 2)
    with generations.rollback(1, iris, now) as draft:
        draft.changes.finish()
        assert generations.seal(draft, "rollback to 1", now) == 3
    with generations.open(3) as rolled_back, generations.open(1) as old:
        assert set(rolled_back.store) == set(old.store)
        assert [(c.generation, c.iri, c.change) for c in rolled_back.ledger.changes()] == [
            (3, "http://example.org/2", "removed")
        ]


def test_rollback_to_what_is_not_there_says_so(generations: Generations, iris: Iris, now: datetime) -> None:
    seal(generations, iris, now, 1)
    with pytest.raises(NotFound, match="generation '7'"):
        generations.rollback(7, iris, now)


def test_old_generations_go_but_not_the_last_the_current_or_a_leased_one(
    generations: Generations, iris: Iris, now: datetime
) -> None:
    for number in range(1, 7):
        seal(generations, iris, now, number)
    generations.flip(2)
    later = now + timedelta(hours=49)
    with generations.open(3):
        assert generations.retain(timedelta(hours=48), 2, later) == [1, 4]
    assert generations.numbers() == [2, 3, 5, 6]
    assert generations.retain(timedelta(hours=48), 2, now) == []


def test_numbers_only_grow(generations: Generations, iris: Iris, now: datetime) -> None:
    for number in range(1, 5):
        seal(generations, iris, now, number)
    generations.retain(timedelta(0), 1, now + timedelta(days=1))
    assert seal(generations, iris, now, 9) == 5


def test_flipping_to_what_is_not_sealed_is_refused(generations: Generations, iris: Iris, now: datetime) -> None:
    seal(generations, iris, now, 1)
    with pytest.raises(NotFound):
        generations.flip(2)
    assert generations.current_number() == 1


def test_readers_never_meet_a_mixed_state_while_generations_come_and_go(
    generations: Generations, iris: Iris, now: datetime
) -> None:
    seal(generations, iris, now, 1)
    stop = threading.Event()
    wrong: list[str] = []

    def read() -> None:
        while not stop.is_set():
            with generations.current() as generation:
                if len(generation.store) != 2 * generation.manifest.graphs[f"{iris.base}/graph/source/a"]:
                    wrong.append(str(generation.number))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(2, 20):
        seal(generations, iris, now, number)
        generations.retain(timedelta(0), 1, now + timedelta(days=1))
    stop.set()
    reader.join()
    assert wrong == []


def test_a_damaged_manifest_is_a_clear_error(generations: Generations, iris: Iris, now: datetime) -> None:
    seal(generations, iris, now, 1)
    (generations.path(1) / "manifest.json").write_text("{")
    with pytest.raises(StoreError, match="no readable manifest"):
        generations.current()


def test_a_flipped_byte_is_found_by_its_digest(generations: Generations, iris: Iris, now: datetime) -> None:
    seal(generations, iris, now, 1)
    table = next((generations.path(1) / "store").glob("*.sst"))
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.chmod(0o644)
    table.write_bytes(content)
    with generations.open(1) as generation:
        assert damaged(generation.path, generation.manifest) == [f"store/{table.name}"]


def test_when_a_generation_was_published_is_known_for_good(
    generations: Generations, iris: Iris, now: datetime, data: Path
) -> None:
    assert generations.publications() == {}
    seal(generations, iris, now, 1)
    told = generations.publications()
    assert abs(told[1] - time.time()) < 5
    seal(generations, iris, now, 2)
    assert generations.publications()[1] == told[1]
    assert generations.publications().keys() == {1, 2}


def test_a_publication_that_was_not_noted_is_as_old_as_the_link(
    generations: Generations, iris: Iris, now: datetime, data: Path
) -> None:
    seal(generations, iris, now, 1)
    (data / "published.tsv").unlink()
    os.utime(data / "current", (1000.2, 1000.2), follow_symlinks=False)
    assert generations.publications() == {1: 1001}


def test_publications_are_counted_anew_with_the_generations(data: Path) -> None:
    data.mkdir()
    lines = ["1\t10.0", "2\t20.0", "2\t30.0", "1\t40.6", "2\t50.0"]
    (data / "published.tsv").write_text("".join(f"{line}\n" for line in lines[:3]))
    assert Publications(data).moments() == {1: 11, 2: 21}
    (data / "published.tsv").write_text("".join(f"{line}\n" for line in lines))
    assert Publications(data).moments() == {1: 42, 2: 51}


def changed(generations: Generations, iris: Iris, now: datetime, *numbers: int, publish: bool = True) -> int:
    """One more generation, with a change logged for each number."""
    with generations.draft(iris, generations.head_number()) as draft:
        draft.ledger.log(
            Change(draft.number, now, f"http://example.org/{number}", "datasets", "source/a", "added")
            for number in numbers
        )
        draft.changes.finish()
        sealed = generations.seal(draft, "test", now)
    if publish:
        generations.flip(sealed)
    return sealed


def test_what_readers_had_not_seen_by_a_moment_goes_by_publication_not_by_load(
    generations: Generations, data: Path, iris: Iris, now: datetime
) -> None:
    changed(generations, iris, now, 1)
    changed(generations, iris, now + timedelta(hours=1), 2, publish=False)
    changed(generations, iris, now + timedelta(hours=2), 3)
    first, third = (float(line.split("\t")[1]) for line in (data / NAME).read_text().splitlines())
    with generations.current() as generation:
        assert generation.first_unseen(first + 0.5) == 2
        assert generation.first_unseen(third + 0.5) == 4
        assert generation.first_unseen(first) == 1, "some process may have looked just before"


def test_without_a_note_of_its_publication_a_generation_was_seen_when_the_next_load_began(
    generations: Generations, data: Path, iris: Iris, now: datetime
) -> None:
    for hour in range(3):
        changed(generations, iris, now + timedelta(hours=hour), hour)
    (data / NAME).unlink()
    with generations.current() as generation:
        moments = [(now + timedelta(hours=hour, minutes=30)).timestamp() for hour in (-1, 0, 1, 2, 30)]
        assert [generation.first_unseen(moment) for moment in moments] == [1, 1, 2, 3, 3]


def test_the_last_change_of_each_iri_is_told(generations: Generations, iris: Iris, now: datetime) -> None:
    changed(generations, iris, now, 1, 2)
    with generations.draft(iris, 1) as draft:
        draft.ledger.log([Change(2, now, "http://example.org/1", "datasets", "source/b", "removed")])
        last = draft.ledger.last_changes(1)
        assert {iri[-1]: (line.generation, line.graph, line.change) for iri, line in last.items()} == {
            "1": (2, "source/b", "removed"),
            "2": (1, "source/a", "added"),
        }
        assert draft.ledger.last_changes(2).keys() == {"http://example.org/1"}
