import multiprocessing
import os
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from graph import lock
from graph.errors import Locked, StoreError


def _hold(data: Path, told: Connection) -> None:
    with lock.writer(data, "load somewhere"):
        told.send("held")
        told.recv()


def test_a_second_writer_is_told_who_holds_the_lock(data: Path) -> None:
    with (
        lock.writer(data, "load a"),
        pytest.raises(Locked, match=rf"process {os.getpid()} \(load a\)"),
        lock.writer(data, "load b"),
    ):
        pass


def test_the_lock_is_free_again_afterwards(data: Path) -> None:
    for _ in range(2):
        with lock.writer(data, "load a"):
            pass


def test_a_killed_holder_holds_nothing(data: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    holder = context.Process(target=_hold, args=(data, theirs))
    holder.start()
    assert ours.recv() == "held"
    with pytest.raises(Locked, match="load somewhere"), lock.writer(data, "mine"):
        pass
    holder.kill()
    holder.join()
    with lock.writer(data, "mine", wait=True):
        pass


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be written"), lock.writer(tmp_path / "file" / "data", "load a"):
        pass
