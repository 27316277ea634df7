import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from graph.errors import StoreError
from graph.shelf import FOLDER, Kept, Shelf, alone

BODY = b"an answer " * 100


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / FOLDER / "000001", "1 then")


def test_what_is_put_on_the_shelf_is_there_with_its_digest(shelf: Shelf) -> None:
    assert shelf.get("queries/a.csv", "text") is None
    shelf.put("queries/a.csv", "text", BODY)
    assert shelf.get("queries/a.csv", "text") == Kept.of(BODY)
    shelf.put("queries/a.csv", "text", b"")
    assert shelf.get("queries/a.csv", "text") == Kept.of(b"")


def test_what_was_made_of_something_else_is_not_there(shelf: Shelf) -> None:
    shelf.put("a", "text", BODY)
    assert shelf.get("a", "other text") is None
    assert Shelf(shelf.folder, "2 now").get("a", "text") is None
    (shelf.folder / "a").rename(shelf.folder / "b")
    assert shelf.get("b", "text") is None


def test_a_file_with_a_flipped_bit_anywhere_is_not_there(shelf: Shelf) -> None:
    shelf.put("a", "text", b"some bytes")
    whole = (shelf.folder / "a").read_bytes()
    for place in range(len(whole)):
        (shelf.folder / "a").write_bytes(whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :])
        assert shelf.get("a", "text") is None


def test_a_file_that_ends_early_is_not_there(shelf: Shelf) -> None:
    shelf.put("a", "text", b"some bytes")
    whole = (shelf.folder / "a").read_bytes()
    for length in range(len(whole)):
        (shelf.folder / "a").write_bytes(whole[:length])
        assert shelf.get("a", "text") is None


def test_a_generation_of_the_same_content_links_what_its_parent_has(shelf: Shelf) -> None:
    shelf.put("queries/a.csv", "text", BODY)
    same = Shelf(shelf.folder.with_name("000002"), shelf.content)
    same.take_over(shelf)
    assert same.get("queries/a.csv", "text") == Kept.of(BODY)
    assert (same.folder / "queries" / "a.csv").samefile(shelf.folder / "queries" / "a.csv")
    same.put("queries/a.csv", "text", b"new")  # in place of the link, not through it
    assert shelf.get("queries/a.csv", "text") == Kept.of(BODY)
    other = Shelf(shelf.folder.with_name("000003"), "3 later")
    other.take_over(shelf)
    assert other.get("queries/a.csv", "text") is None


def test_a_folder_that_cannot_be_written_is_told(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("no folder")
    with pytest.raises(StoreError, match="could not be written"):
        shelf.put("a", "text", BODY)
    with pytest.raises(StoreError, match="cannot be written"), alone(tmp_path):
        pass


def test_one_process_at_a_time_fills_shelves(tmp_path: Path) -> None:
    order: list[str] = []
    shelf = Shelf(tmp_path / FOLDER / "000001", "1 then")
    assert not shelf.being_filled()

    def second() -> None:
        with alone(tmp_path):
            order.append("second")

    with alone(tmp_path):
        other = threading.Thread(target=second)
        other.start()
        time.sleep(0.1)
        assert shelf.being_filled()
        order.append("first")
    other.join(timeout=10)
    assert order == ["first", "second"]
    assert not shelf.being_filled()


def test_what_a_killed_process_left_half_written_is_removed(shelf: Shelf, tmp_path: Path) -> None:
    text = (
        "import os, pathlib, graph.shelf as s\n"
        f"shelf = s.Shelf(pathlib.Path({str(shelf.folder)!r}), 'x')\n"
        "pathlib.Path.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        f"with s.alone(pathlib.Path({str(tmp_path)!r})): shelf.put('queries/a.csv', 'text', b'answer')\n"
    )
    killed = subprocess.run([sys.executable, "-c", text], check=False, env={**os.environ})
    assert killed.returncode == -9
    left = list(shelf.folder.rglob(".a.csv.*"))
    assert left
    assert shelf.get("queries/a.csv", "text") is None
    with alone(tmp_path):
        assert not any(path.exists() for path in left)
