import shutil
from pathlib import Path

import pytest

from graph.errors import StoreError
from graph.generations import Generations
from loaders import surveys
from loaders.runs import Runs
from tests.support.portal import EXAMPLE, publish


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("surveyed") / "data"
    publish(data, EXAMPLE)
    return data


@pytest.mark.parametrize("name", surveys.NAMES)
def test_what_was_found_out_is_kept_as_it_was(data: Path, name: str) -> None:
    with Generations(data).current() as generation:
        told = surveys.survey(name, generation.store, generation.path)
        surveys.keep(generation, name, told)
        assert surveys.kept(generation, name) == told
        assert surveys.survey(name, generation.store, generation.path) == told


def test_of_organisations_that_were_not_validated_no_problem_is_told(data: Path, tmp_path: Path) -> None:
    with Generations(data).current() as generation:
        folder = shutil.copytree(generation.path, tmp_path / "copy", ignore=shutil.ignore_patterns("results.sqlite"))
        told = surveys.survey(surveys.ORGANISATIONS, generation.store, folder)
    assert told
    assert all(one["worst"] == [] and one["sound"] == one["flawed"] == 0 for one in told.values())


def test_the_worst_come_first_and_only_some_are_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys, "WORST", 3)
    with Generations(data).current() as generation:
        told = surveys.survey(surveys.ORGANISATIONS, generation.store, generation.path)
    for one in told.values():
        counts = [tuple(counts) for _, *counts in one["worst"]]
        assert counts == sorted(counts, reverse=True)
        assert len(counts) == min(3, one["flawed"])


def test_the_portal_is_told_as_a_whole(data: Path) -> None:
    with Generations(data).current() as generation:
        told = surveys.survey(surveys.ORGANISATIONS, generation.store, generation.path)
        datasets = generation.ledger.counts()["datasets"]
    whole = told.pop(surveys.WHOLE)
    assert sum(whole["grades"].values()) == whole["sound"] + whole["flawed"] == datasets
    for name in ("violation", "warning", "info", "sound"):
        assert whole["grades"][name] >= max(one["grades"][name] for one in told.values())


def test_a_dataset_counts_once_for_a_format_however_many_of_its_files_are_in_it(data: Path) -> None:
    with Generations(data).current() as generation:
        told = surveys.survey(surveys.ORGANISATIONS, generation.store, generation.path)
        for iri, one in told.items():
            filters = {"publisher": [iri]} if iri else {}
            found = generation.search.search(
                "", kind="datasets", filters=filters, limit=0, facets=("format",), most_values=1_000
            )
            known = dict(found.facets.get("format", ()))
            assert all(known[form] == count for form, count in one["formats"])
            assert len(one["formats"]) == min(len([form for form in known if ":" in form]), surveys.FORMATS)


def test_runs_of_a_source_are_its_own_and_asking_writes_nothing(data: Path, tmp_path: Path) -> None:
    assert [run.source for run in Runs(data / "runs.sqlite").of("example")] == ["example"]
    assert Runs(data / "runs.sqlite").of("another") == []
    assert Runs(tmp_path / "none.sqlite").of("example") == []
    assert not (tmp_path / "none.sqlite").exists()
    (tmp_path / "odd.sqlite").write_text("no database")
    with pytest.raises(StoreError):
        Runs(tmp_path / "odd.sqlite").of("example")
