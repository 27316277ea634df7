import os
from pathlib import Path

import pytest

from graph.errors import QueryTooLarge
from graph.serving.spool import INLINE, Spool


def test_a_small_answer_stays_in_memory(tmp_path: Path) -> None:
    spool = Spool(1 << 20, str(tmp_path))
    assert spool.write(b"abc") == 3
    spool.write(b"d")
    spool.flush()
    assert (spool.inline, spool.handle, spool.length) == (b"abcd", None, 4)
    spool.close()


def test_a_large_answer_is_a_file_without_a_name(tmp_path: Path) -> None:
    spool = Spool(1 << 20, str(tmp_path))
    spool.write(b"a" * INLINE)
    spool.write(b"b" * 10)
    assert spool.handle is not None
    assert os.pread(spool.handle, 1 << 20, 0) == b"a" * INLINE + b"b" * 10
    assert spool.inline == b""
    assert list(tmp_path.iterdir()) == []
    spool.close()


def test_the_byte_over_the_limit_ends_the_answer(tmp_path: Path) -> None:
    spool = Spool(5, str(tmp_path))
    spool.write(b"abcde")
    with pytest.raises(QueryTooLarge) as caught:
        spool.write(b"f")
    assert (caught.value.limit, caught.value.unit) == (5, "bytes of answer")
    spool.close()
