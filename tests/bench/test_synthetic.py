"""The synthetic catalogues are what the benchmark says they are: same seed same bytes, orders of one graph."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from tests.bench.synthetic import Catalogue, main, write
from vocabularies.namespaces import DCAT, DCT, RDF

SMALL = Catalogue(300)


def _lines(path: Path, catalogue: Catalogue, order: str = "sorted", order_seed: int = 0) -> list[str]:
    write(catalogue, path, "sorted" if order == "sorted" else "shuffled", order_seed)
    return path.read_text("utf-8").splitlines()


def _graph(lines: list[str]) -> Dataset:
    dataset = Dataset(parse("\n".join(lines), RdfFormat.N_TRIPLES))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first = _lines(tmp_path / "a.nt", SMALL)
    assert first == _lines(tmp_path / "b.nt", SMALL)
    assert first != _lines(tmp_path / "c.nt", Catalogue(300, seed=43))


def test_the_sorted_order_is_that_of_the_bytes_and_says_nothing_twice(tmp_path: Path) -> None:
    lines = [line.encode() for line in _lines(tmp_path / "a.nt", SMALL)]
    assert lines == sorted(lines)
    assert len(lines) == len(set(lines))


def test_the_shuffled_order_has_the_same_lines_and_each_order_seed_its_own(tmp_path: Path) -> None:
    in_order = _lines(tmp_path / "a.nt", SMALL)
    shuffled = _lines(tmp_path / "b.nt", SMALL, "shuffled")
    again = _lines(tmp_path / "c.nt", SMALL, "shuffled", order_seed=1)
    assert sorted(shuffled) == sorted(again) == sorted(in_order)
    assert shuffled not in (in_order, again)


def test_shuffling_spreads_each_dataset_over_the_whole_file_when_several_buckets_are_needed(tmp_path: Path) -> None:
    lines = _lines(tmp_path / "a.nt", Catalogue(11_000), "shuffled")
    places = [place for place, line in enumerate(lines) if "/dataset/0000007/" in line]
    assert max(places) - min(places) > len(lines) / 3


def test_other_labels_give_the_same_graph(tmp_path: Path) -> None:
    small = Catalogue(40)
    relabelled = Catalogue(40, labels="other")
    assert _graph(_lines(tmp_path / "a.nt", small)) == _graph(_lines(tmp_path / "b.nt", relabelled, "shuffled"))


@pytest.mark.parametrize("percent", [0.0, 1.0, 10.0, 100.0])
def test_the_asked_share_of_datasets_changes_and_nothing_else(tmp_path: Path, percent: float) -> None:
    before = set(_lines(tmp_path / "a.nt", SMALL))
    after = set(_lines(tmp_path / "b.nt", Catalogue(300, changed_percent=percent)))
    touched = {line.split("/dataset/")[1][:7] for line in before ^ after}
    assert len(touched) == 300 * percent / 100
    assert all(line.startswith("<https://synthetic.example/dataset/") for line in before ^ after)


def test_the_graph_has_what_makes_real_catalogues_hard(tmp_path: Path) -> None:
    quads = list(parse("\n".join(_lines(tmp_path / "a.nt", SMALL)), RdfFormat.N_TRIPLES))
    kinds = Counter(quad.object for quad in quads if quad.predicate == RDF.type)
    assert kinds[DCAT.Dataset] == 300
    assert kinds[DCAT.Catalog] == 1
    assert kinds[DCAT.DataService] == 6
    assert sum(isinstance(quad.object, BlankNode) for quad in quads) == 600
    publishers = Counter(quad.object for quad in quads if quad.predicate == DCT.publisher)
    assert publishers.most_common(1)[0][1] > 300 / 6  # one of the six organisations has far more than its share
    assert {quad.object for quad in quads if quad.predicate == DCAT.distribution} <= {quad.subject for quad in quads}
    assert 45 < len(quads) / 300 < 55


def test_the_command_writes_the_file_and_says_how_much(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.nt"
    main(["20", "--order", "shuffled", "--change", "10", "-o", str(file)])
    told = capsys.readouterr().err
    assert f"{len(file.read_text('utf-8').splitlines())} triples, 2 datasets changed" in told


def test_memory_does_not_grow_with_the_size(tmp_path: Path) -> None:
    peak = (
        "import resource, sys; from tests.bench.synthetic import main; main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", peak, size, "-o", str(tmp_path / size)], capture_output=True, check=True, text=True
        ).stdout
        for size in ("100", "4000")
    ]
    assert int(told[1]) - int(told[0]) < 16 << 10  # KiB; the lines themselves are 25 MiB
