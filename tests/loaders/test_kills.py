"""Killed at any moment, a load leaves what is published untouched, and the next one ends as if nothing had happened."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Quad

from graph.formats import N_TRIPLES
from graph.generations import Generations
from graph.iris import Iris
from graph.manifest import damaged
from graph.serialise import serialise
from graph.store import default_graph_is_union
from tests.bench.synthetic import Catalogue, write_sorted

BASE = "http://127.0.0.1:8000"
KILLS = 50


def command(data: Path, file: Path) -> list[str]:
    return [sys.executable, "-P", "-m", "api.cli", "--data", str(data), "load", str(file), "--source", "s"]


def run(data: Path, file: Path) -> None:
    subprocess.run(command(data, file), check=True, capture_output=True)


def content(data: Path) -> bytes:
    """What the source says, as canonical bytes: moments of loading apart."""
    with Generations(data).current() as generation:
        quads = generation.store.quads_for_pattern(None, None, None, Iris(BASE).source("s"))
        return serialise((Quad(q.subject, q.predicate, q.object) for q in quads), N_TRIPLES)


def kill_after(data: Path, file: Path, seconds: float) -> bool:
    """Whether the load was still running when its whole process group was killed."""
    process = subprocess.Popen(
        command(data, file), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    time.sleep(seconds)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return running


@pytest.mark.prove
def test_fifty_kills_at_random_moments_lose_nothing_and_show_nothing_half_done(tmp_path: Path) -> None:
    data, undisturbed = tmp_path / "data", tmp_path / "undisturbed"
    before, after = tmp_path / "before.nt", tmp_path / "after.nt"
    for path, changed in ((before, 0.0), (after, 50.0)):
        with path.open("w") as out:
            write_sorted(Catalogue(600, changed_percent=changed), out)
    run(data, before)
    run(undisturbed, before)
    published = content(data)
    begun = time.monotonic()
    run(undisturbed, after)
    duration = time.monotonic() - begun
    chance = random.Random(20260102)
    killed = 0
    generations = Generations(data)
    number = generations.current_number()
    for _ in range(4 * KILLS):
        running = kill_after(data, after, chance.uniform(0.05, 0.95) * duration)
        if generations.current_number() != number:  # it was done before the kill: the first state anew
            duration *= 0.9
            run(data, before)
            number = generations.current_number()
            continue
        killed += running
        with generations.current() as generation:
            assert damaged(generation.path, generation.manifest) == []
        assert content(data) == published
        if killed == KILLS:
            break
    assert killed == KILLS
    run(data, after)
    assert content(data) == content(undisturbed)
    with generations.current() as generation:
        assert default_graph_is_union(generation.store, Iris(BASE))
    assert not [entry.name for entry in (data / "generations").iterdir() if entry.name.startswith(".unsealed")]
    assert not list(data.glob(".work-*"))
