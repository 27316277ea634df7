"""Dumps that are as they were made, and such as are not."""

import gzip
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from loaders.dumps.checking import findings
from loaders.dumps.making import CHECKSUMS, dump
from loaders.dumps.sets import Dumps
from tests.support.portal import EXAMPLE, publish

NQ = "catalogue.nq.gz"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("original") / "data"
    publish(data, EXAMPLE / "reuses.ttl")
    dump(data, 3)
    return data


@pytest.fixture
def data(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "data", symlinks=True)


def wrong(data: Path, *, deep: bool = False) -> list[str]:
    found = list(findings(data, deep=deep, isolation_required=False))
    return [each.text for each in found if not each.sound]


def test_dumps_that_nobody_touched_are_sound_to_their_depths(original: Path) -> None:
    found = list(findings(original, deep=True, isolation_required=False))
    assert all(each.sound for each in found)
    assert len(found) == 1 + len(Dumps(original).find(1).files)
    assert any("statements" in each.text for each in found)
    assert any("rows" in each.text for each in found)


def test_where_there_are_none_that_is_said(tmp_path: Path) -> None:
    assert wrong(tmp_path) == [f"there are no dumps in {tmp_path}: run `catalograph dump`"]


def _gone(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "said"), [(_gone, "cannot be read"), (_cut, "bytes, not"), (_flipped, "its checksum is another")]
)
def test_a_file_that_is_not_as_it_was_made_is_named(data: Path, damage: Callable[[Path], None], said: str) -> None:
    damage(Dumps(data).path(1) / NQ)
    (told,) = wrong(data)
    assert NQ in told
    assert said in told


def forge(data: Path, name: str, text: bytes, *, packed: bytes | None = None) -> None:
    """A file that is what its set says, and yet not what it should be."""
    dumps = Dumps(data)
    made, content = dumps.find(1), packed or gzip.compress(text)
    digest = hashlib.sha256(content).hexdigest()
    files = tuple(
        replace(each, size=len(content), sha256=digest, unpacked=len(text)) if each.name == name else each
        for each in made.files
    )
    (dumps.path(1) / name).write_bytes(content)
    replace(made, files=files).write(dumps.path(1))
    (dumps.path(1) / CHECKSUMS).write_text("".join(f"{each.sha256}  {each.name}\n" for each in files))


def test_what_cannot_be_unpacked_is_found(data: Path) -> None:
    forge(data, NQ, b"", packed=b"no gzip")
    assert wrong(data) == [f"{Dumps(data).path(1) / NQ} cannot be unpacked"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (NQ, b"<a:s> <a:p> <a:o> .\n", "has 1 statements, not"),
        (NQ, b"no statement\n", "cannot be read"),
        ("catalogue.jsonld.gz", b"[" * 100_000, "cannot be read"),
        ("reuses.csv.gz", b"iri\r\n", "has 0 rows, not"),
    ],
)
def test_what_says_other_things_than_it_should_is_found_by_reading_it(
    data: Path, name: str, text: bytes, said: str
) -> None:
    forge(data, name, text)
    assert wrong(data) == []
    (told,) = wrong(data, deep=True)
    assert name in told
    assert said in told


def test_checksums_that_are_not_those_of_the_set_are_found(data: Path) -> None:
    (Dumps(data).path(1) / CHECKSUMS).write_text("")
    assert wrong(data) == [f"{Dumps(data).path(1) / CHECKSUMS} has not the checksums of the set"]


def test_sets_whose_files_were_removed_are_passed_over(data: Path) -> None:
    publish(data, EXAMPLE / "requests.ttl")
    dump(data, 1)
    assert wrong(data) == []


def test_the_command_exits_with_a_failure_where_something_is_wrong(data: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(
            main, ["--data", str(data), "dump", *arguments], env={"CATALOGRAPH_ISOLATION_REQUIRED": "false"}
        )
        return done.exit_code, done.output

    status, told = run("--check", "--deep")
    assert (status, told.count("ok   "), told.count("WRONG")) == (0, 8, 0)
    _cut(Dumps(data).path(1) / NQ)
    status, told = run("--check")
    assert (status, told.count("WRONG")) == (2, 1)
    status, told = run("--deep")
    assert status == 2
    assert "--deep goes with --check" in told
