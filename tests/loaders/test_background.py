import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

from loaders.background import beside
from tests.support.processes import state, wait_until


def test_work_is_done_in_another_process() -> None:
    with beside(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()


def test_a_process_beside_ends_with_the_one_that_was_killed() -> None:
    code = (
        "import os, time; from loaders.background import beside\n"
        "if __name__ == '__main__':\n"
        "    pool = beside(1)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    pool.submit(time.sleep, 60).result()\n"
    )
    parent = subprocess.Popen([sys.executable, "-P", "-c", code], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    beside_it = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: state(beside_it) in {"", "Z"})


def test_a_failure_comes_back() -> None:
    def failed(pool: ProcessPoolExecutor) -> BaseException | None:
        return pool.submit(os.listdir, "/nowhere").exception()

    with beside(1) as pool:
        assert isinstance(failed(pool), FileNotFoundError)
