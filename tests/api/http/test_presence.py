import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from api.http.presence import Presence
from tests.support.processes import wait_until


class _Door:
    """A listener whose connections stay open in this process, as a server's do."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

    def request(self, address: str = "127.0.0.1") -> socket.socket:
        """A client that has sent something which has been read."""
        client = self._stack.enter_context(
            socket.create_connection(self._listener.getsockname(), source_address=(address, 0))
        )
        ours = self._stack.enter_context(self._listener.accept()[0])
        client.sendall(b"GET / HTTP/1.1")
        ours.recv(100)
        return client


@pytest.fixture
def door() -> Iterator[_Door]:
    with ExitStack() as stack:
        yield _Door(stack)


def _leave(client: socket.socket) -> None:
    client.close()


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def _half_close(client: socket.socket) -> None:
    client.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("leave", [_leave, _reset, _half_close])
def test_a_client_is_there_until_it_leaves(door: _Door, leave: object) -> None:
    client = door.request()
    present = Presence("127.0.0.1")
    assert present()
    assert present()
    assert callable(leave)
    leave(client)
    wait_until(lambda: not present())


def test_a_client_that_left_before_anybody_looked_is_gone(door: _Door) -> None:
    present = Presence("127.0.0.1")
    door.request().close()
    wait_until(lambda: not present())


def test_other_clients_and_connections_that_were_silent_before_are_no_sign_of_life(door: _Door) -> None:
    door.request()  # the same client's, kept open
    door.request("127.0.0.2")
    time.sleep(1.2)
    client = door.request()
    present = Presence("127.0.0.1")
    assert present()
    client.close()
    wait_until(lambda: not present())


def test_a_client_with_requests_at_the_same_time_is_there_while_one_of_them_is(door: _Door) -> None:
    first, second = door.request(), door.request()
    present = Presence("127.0.0.1")
    assert present()
    first.close()
    time.sleep(0.1)
    assert present(), "nobody can tell which of the two this is"
    second.close()
    wait_until(lambda: not present())


def test_a_request_that_waited_long_for_its_first_line_is_not_taken_for_gone(door: _Door) -> None:
    client = door.request()
    time.sleep(1.3)
    present = Presence("127.0.0.1")
    assert present()
    client.close()
    wait_until(lambda: not present())


@pytest.mark.parametrize("address", ["", "unix:/run/x.sock", "proxy"])
def test_whoever_has_no_address_counts_as_there(address: str) -> None:
    assert Presence(address)()


def test_where_nobody_listens_in_this_process_nothing_can_be_told() -> None:
    assert Presence("127.0.0.1")()


def test_addresses_are_compared_however_they_are_written(door: _Door) -> None:
    door.request()
    assert Presence("::ffff:127.0.0.1")()
