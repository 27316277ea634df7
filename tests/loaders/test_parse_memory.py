"""A long document is read in little memory, clean or with faults."""

from pathlib import Path

import pytest

from graph.cage import Limits, lines

LINE = '<http://example.org/dataset/%d> <http://purl.org/dc/terms/title> "A title of some length, number %d"@en .\n'
COUNT = 1_000_000
LIMITS = Limits(cpu_seconds=120, memory=300 << 20)


def counted(path: Path, form: str) -> int:
    argument = {"path": str(path), "form": form}
    return int(b"".join(lines("tests.support.counting:count", argument, LIMITS)))


@pytest.mark.prove
@pytest.mark.parametrize(("form", "fault"), [("ntriples", ""), ("ntriples", "broken\n"), ("turtle", "")])
def test_a_hundred_megabytes_are_read_in_300(tmp_path: Path, form: str, fault: str) -> None:
    path = tmp_path / "long"
    with path.open("w") as out:
        for number in range(COUNT):
            out.write(LINE % (number, number))
            if fault and number % 1000 == 0:
                out.write(fault)
    assert counted(path, form) == COUNT


@pytest.mark.prove
def test_a_long_turtle_document_with_a_fault_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long"
    with path.open("w") as out:
        for number in range(COUNT // 4):
            out.write(LINE % (number, number))
        out.write("<http://example.org/x> oops .\n")
    assert counted(path, "turtle") == COUNT // 4
