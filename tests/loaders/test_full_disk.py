"""A disk that is full while a load writes; a limit on the size of files stands in for it and fails the same writes."""

import subprocess
import sys
from pathlib import Path

import pytest

from graph.generations import Generations
from graph.manifest import damaged
from tests.bench.synthetic import Catalogue, write_sorted

LIMITED = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from api.cli import main
main()
"""


def load(data: Path, size: int, limit: int) -> "subprocess.CompletedProcess[str]":
    file = data.parent / f"{size}.nt"
    with file.open("w") as out:
        write_sorted(Catalogue(size), out)
    command = [sys.executable, "-P", "-c", LIMITED, str(limit), "--data", str(data), "load", str(file), "--source", "s"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.prove
@pytest.mark.parametrize("limit", [200_000, 700_000, 1_500_000, 3_000_000])
def test_a_full_disk_is_told_and_what_is_published_stays(data: Path, limit: int) -> None:
    assert load(data, 5, 1 << 30).returncode == 0
    failed = load(data, 1500, limit)
    assert failed.returncode == 2
    assert "catalograph: " in failed.stderr
    assert "Traceback" not in failed.stderr
    generations = Generations(data)
    assert generations.numbers() == [1]
    assert not [entry for entry in (data / "generations").iterdir() if entry.name.startswith(".")]
    with generations.current() as generation:
        assert damaged(generation.path, generation.manifest) == []
    assert load(data, 1500, 1 << 30).returncode == 0
