import os
import signal
import socket
import threading

import pytest

from graph import cage
from graph.errors import CageError, FormatError
from tests.support.processes import children, state

PROBE = "tests.support.probes"


def run(function: str, argument: object = None, limits: cage.Limits | None = None) -> list[bytes]:
    return list(cage.lines(f"{PROBE}:{function}", argument, limits or cage.Limits()))


def test_the_childs_lines_arrive() -> None:
    assert run("echo", ["one", "two"]) == [b"one\n", b"two\n"]


def test_the_child_gets_no_socket_of_any_family() -> None:
    assert set(run("try_sockets")) == {b"PermissionError\n"}


def test_the_child_reaches_no_listener() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        run("connect_anyhow", listener.getsockname()[1])
        with pytest.raises(TimeoutError):
            listener.accept()


def test_memory_over_the_limit_ends_the_child_and_not_us() -> None:
    with pytest.raises(CageError, match="memory") as caught:
        run("fill_memory", None, cage.Limits(memory=256 << 20))
    assert caught.value.limit == "memory"


def test_time_over_the_limit_ends_the_child() -> None:
    with pytest.raises(CageError, match="CPU time") as caught:
        run("spin", None, cage.Limits(cpu_seconds=1))
    assert caught.value.limit == "seconds"


def test_a_child_that_crashes_is_reported() -> None:
    with pytest.raises(CageError) as caught:
        run("crash")
    assert (caught.value.limit, caught.value.signal) == ("crash", signal.SIGSEGV)


def test_an_error_names_the_work_and_what_can_be_done() -> None:
    work = cage.Work("evaluating the shapes", "ask less of each record")
    told = []
    for function, limits in (("spin", cage.Limits(cpu_seconds=1)), ("fill_memory", cage.Limits(memory=256 << 20))):
        with pytest.raises(CageError) as caught:
            list(cage.lines(f"{PROBE}:{function}", None, limits, work=work))
        told.append(str(caught.value))
    assert told == [
        "evaluating the shapes took more than 1 seconds of CPU time: ask less of each record",
        "evaluating the shapes needs more than 256 MiB of memory: ask less of each record",
    ]
    with pytest.raises(CageError, match=r"^reading the data ended unexpectedly \(signal 11\)$"):
        run("crash")


def test_nesting_that_would_end_a_common_stack_is_only_an_error() -> None:
    with pytest.raises(CageError, match="SyntaxError"):
        run("nest", 20_000)


def test_an_unreadable_file_is_raised_as_the_child_said_it() -> None:
    with pytest.raises(FormatError) as caught:
        run("refuse")
    error = caught.value
    assert (error.location, error.line, error.column, error.reason) == ("a.ttl", 3, 7, "expected Turtle")


def test_what_ends_a_child_of_the_child_is_told_as_it_was() -> None:
    with pytest.raises(CageError, match="CPU time") as caught:
        run("spin_below", None, cage.Limits(cpu_seconds=1))
    assert caught.value.limit == "seconds"


def test_leaving_early_leaves_no_child_behind() -> None:
    others = set(children(os.getpid()))
    with cage.Child(f"{PROBE}:endless", None, cage.Limits()) as child:
        first = child.out.readline()
    assert first == b"again\n"
    assert "Z" not in {state(pid) for pid in set(children(os.getpid())) - others}
    assert set(children(os.getpid())) <= others


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    run("echo", [])
    assert threading.active_count() == before
