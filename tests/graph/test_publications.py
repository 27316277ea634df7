from pathlib import Path

from graph.publications import NAME, Publications


def test_what_readers_had_seen_by_a_moment(tmp_path: Path) -> None:
    publications = Publications(tmp_path)
    assert publications.seen(1e12, otherwise=3) == 3
    for number, second in ((1, 100.5), (4, 200.0), (5, 300.25)):
        publications.add(number, second)
    assert [publications.seen(second) for second in (100, 101, 200.4, 200.5, 1000)] == [0, 1, 1, 4, 5]
    assert publications.seen(100, otherwise=3) == 0


def test_a_line_that_a_stop_of_the_machine_cut_is_passed_over(tmp_path: Path) -> None:
    Publications(tmp_path).add(1, 10)
    with (tmp_path / NAME).open("a") as file:
        file.write("x\ty\n7\n2\t2")
    assert Publications(tmp_path).seen(99) == 1
