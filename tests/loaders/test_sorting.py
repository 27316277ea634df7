from hypothesis import given
from hypothesis import strategies as st

from loaders.sorting import SortedLines


@given(st.lists(st.binary(max_size=8).map(lambda text: text.replace(b"\n", b" ") + b"\n")), st.integers(1, 20))
def test_lines_come_out_sorted_whatever_the_length_of_runs(lines: list[bytes], run_lines: int) -> None:
    sorting = SortedLines(run_lines)
    for line in lines:
        sorting.pending.append(line)
        if sorting.full:
            sorting.spill()
    assert [line for block in sorting.blocks() for line in block] == sorted(lines)
