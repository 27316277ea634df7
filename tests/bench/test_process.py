"""The measuring is measured: what is known to take so long, and so much, is found to."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.bench.process import MeasurementFailed, measure, members, serving
from tests.support.ports import free_port

MIB = 1 << 20
_ROOT = Path(__file__).parents[2]


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_wall_and_cpu_time_are_told_apart() -> None:
    resting = measure(_python("import time; time.sleep(0.5)"))
    assert 0.5 <= resting.wall < 5
    assert resting.cpu < 0.4
    working = measure(_python("import time\nwhile time.process_time() < 0.5: pass"))
    assert 0.5 <= working.cpu < 2


def test_the_output_comes_back() -> None:
    assert measure(_python("print('told')")).out == "told\n"


def test_memory_of_one_process_is_seen_even_between_two_samples() -> None:
    asked = (
        "from tests.bench.process import measure; print(measure([sys.executable, '-c', 'bytearray(100 << 20)']).memory)"
    )
    code = f"import sys; {asked}"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, cwd=_ROOT)
    assert int(told.stdout) > 100 * MIB


def test_memory_of_this_process_is_not_taken_for_that_of_a_command() -> None:
    kept = bytearray(400 * MIB)
    assert measure(_python("pass")).memory < 300 * MIB
    assert len(kept) > 0


def test_memory_of_the_children_is_added() -> None:
    child = "import time; kept = bytearray(80 << 20); time.sleep(0.6)"
    parent = f"import subprocess, sys\nc = [sys.executable, '-c', {child!r}]\nall = [subprocess.Popen(c) for _ in 'ab']"
    together = measure(_python(f"{parent}\nfor each in all: each.wait()"))
    assert 160 * MIB < together.memory < 480 * MIB
    assert together.cpu > 0


def test_a_failure_is_told_with_its_last_words() -> None:
    with pytest.raises(MeasurementFailed, match=r"exit status 3(?s:.)*no such thing"):
        measure(_python("import sys; print('no such thing', file=sys.stderr); sys.exit(3)"))


def test_what_takes_too_long_is_stopped() -> None:
    began = time.monotonic()
    with pytest.raises(MeasurementFailed, match="exit status -9"):
        measure(_python("import time; time.sleep(60)"), timeout=0.3)
    assert time.monotonic() - began < 10


def test_nothing_that_was_left_behind_goes_on_running() -> None:
    child = "import time; time.sleep(60)"
    code = f"import subprocess, sys\nprint(subprocess.Popen([sys.executable, '-c', {child!r}]).pid, flush=True)"
    left = int(measure(_python(code)).out)
    for _ in range(100):
        if not _running(left):
            break
        time.sleep(0.02)
    assert not _running(left)


def _running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_the_members_of_our_own_session_have_us_among_them() -> None:
    assert os.getpid() in dict(members(os.getsid(0)))


def test_a_server_runs_while_it_is_needed(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("served", "utf-8")
    port = free_port()
    address = f"http://127.0.0.1:{port}/page.txt"
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(tmp_path)]
    with serving(command, address) as session:
        with urllib.request.urlopen(address, timeout=5) as answer:
            assert answer.read() == b"served"
        assert dict(members(session))
    assert not _running(session)


def test_a_server_that_does_not_start_says_why() -> None:
    with (
        pytest.raises(MeasurementFailed, match="cannot serve"),
        serving(_python("import sys; sys.exit('cannot serve')"), f"http://127.0.0.1:{free_port()}/"),
    ):
        pass


def test_an_interrupted_measurement_leaves_nothing_running(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    inner = f"import os, pathlib, time; pathlib.Path({str(marker)!r}).write_text(str(os.getpid())); time.sleep(60)"
    code = (
        "import sys; from tests.bench.process import measure, stop_on_terminate; stop_on_terminate();"
        f"measure([sys.executable, '-c', {inner!r}])"
    )
    measuring = subprocess.Popen(_python(code))
    while not (marker.exists() and marker.read_text("utf-8")):
        time.sleep(0.02)
    measuring.terminate()
    assert measuring.wait(10) == 128 + 15
    assert not _running(int(marker.read_text("utf-8")))
