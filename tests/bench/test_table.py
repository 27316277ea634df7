"""The table says yes, no or within noise, and shares and multiples as people read them."""

from pathlib import Path

import pytest

from tests.bench import __main__ as program
from tests.bench.process import MeasurementFailed
from tests.bench.table import Row, Target, interleaved, lines, machine
from tests.bench.workbench import Workbench, workbench

SIX_TIMES = Target("at most", 6)


@pytest.mark.parametrize(
    ("row", "ratio", "target", "met"),
    [
        (Row("load", 50, 10, "s", SIX_TIMES), "5.0 x", "≤ 6.0 x", "yes"),
        (Row("load", 65, 10, "s", SIX_TIMES), "6.5 x", "≤ 6.0 x", "within noise"),
        (Row("load", 67, 10, "s", SIX_TIMES), "6.7 x", "≤ 6.0 x", "no"),
        (Row("reload", 2, 10, "s", Target("at most", 0.3)), "20%", "≤ 30%", "yes"),
        (Row("sparql", 1900, 10_000, "requests/s", Target("at least", 0.2)), "19%", "≥ 20%", "within noise"),
        (Row("sparql", 1000, 10_000, "requests/s", Target("at least", 0.2)), "10%", "≥ 20%", "no"),
        (Row("validation", 1, 44, "s", Target("faster", 30)), "44.0 x", "≥ 30.0 x faster", "yes"),
        (Row("validation", 0, 44, "s", Target("faster", 30)), "", "≥ 30.0 x faster", "no figure"),
        (Row("memory", 1024, None, "MiB", Target("absolute", 2048)), "", "≤ 2,048 MiB", "yes"),
        (Row("page", 20, 1, "ms", Target("absolute", 15)), "20.0 x", "≤ 15.0 ms", "no"),
        (Row("crawl", 2500, None, "datasets/s", Target("floor", 2000)), "", "≥ 2,000 datasets/s", "yes"),
        (Row("crawl", 1500, None, "datasets/s", Target("floor", 2000)), "", "≥ 2,000 datasets/s", "no"),
    ],
)
def test_a_row_tells_ratio_target_and_whether_it_is_met(row: Row, ratio: str, target: str, met: str) -> None:
    assert row.cells()[3:] == (ratio, target, met)


def test_the_table_is_aligned_with_headings_first() -> None:
    told = lines([Row("load", 50, 10, "s", SIX_TIMES, "oxigraph load"), Row("memory", 9, None, "MiB", SIX_TIMES)])
    assert told[0].split() == ["what", "ours", "peer", "ratio", "target", "met"]
    assert told[1] == "load    50.0 s    10.0 s oxigraph load  5.0 x  ≤ 6.0 x  yes"
    assert told[0].index("target") == told[1].index("≤")


def test_ours_and_the_peer_take_turns() -> None:
    order: list[str] = []

    def work(name: str) -> str:
        order.append(name)
        return name

    assert interleaved(2, lambda: work("a"), lambda: work("b")) == [["a", "a"], ["b", "b"]]
    assert order == ["a", "b", "a", "b"]


def test_the_machine_is_named_with_what_runs_on_it(tmp_path: Path) -> None:
    told = machine()
    assert "GiB" in told
    assert "pyoxigraph 0.5" in told
    (tmp_path / "cpuinfo").write_text("processor: 0\n", "utf-8")
    (tmp_path / "meminfo").write_text("MemTotal: 1048576 kB\n", "utf-8")
    (tmp_path / "loadavg").write_text("0.5 0 0 1/1 1\n", "utf-8")
    assert "1.0 GiB, load 0.5" in machine(tmp_path)


def test_a_catalogue_is_written_once_and_the_folder_goes_afterwards() -> None:
    with workbench(30, 1) as bench:
        file = bench.catalogue(30, "sorted")
        written = file.stat().st_mtime_ns
        assert bench.catalogue(30, "sorted").stat().st_mtime_ns == written
        assert bench.catalogue(30, "sorted", labels="other") != file
        with bench.fresh() as folder:
            assert not list(folder.iterdir())
        assert not folder.exists()
    assert not bench.folder.exists()


def test_the_largest_size_comes_beside_20_000() -> None:
    assert Workbench(Path(), 75_000, 3).sizes == (20_000, 75_000)
    assert Workbench(Path(), 500, 3).sizes == (500,)


def _run(monkeypatch: pytest.MonkeyPatch, group: program.Group) -> int:
    monkeypatch.setitem(program.GROUPS, "reload", group)
    return program.main(["--only", "reload", "--size", "10"])


def test_the_program_exits_0_whatever_the_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, lambda _: [Row("load", 99, 1, "s", SIX_TIMES)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert "GiB" in told[0]
    assert told[2].endswith("no")


def test_the_program_exits_1_when_something_could_not_be_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(bench: Workbench) -> list[Row]:
        raise MeasurementFailed("no server")

    assert _run(monkeypatch, broken) == 1
    assert "FAILED: reload: no server" in capsys.readouterr().err


def test_without_wrk_the_rows_that_need_it_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program.main(["--only", "sparql", "--size", "10"]) == 0
    assert "left out: sparql: wrk is not installed" in capsys.readouterr().out


def test_rows_whose_module_is_missing_are_a_failure_not_a_crash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, program._late("tests.bench.no_such_module")) == 1
    assert "no_such_module cannot be imported" in capsys.readouterr().err
